"""Activity: what happened in the spaces of the signed-in user, in the last 60 days."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, JsonValue

from assembla_client.models import Expected, Instant, Model
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint
from assembla_client.transport.pagination import Enough
from assembla_client.transport.query import minute_after, query

_AnyId = Annotated[str, Field(strict=False, coerce_numbers_to_str=True)]


class Event(Model):
    """Something that happened. `object` and `operation` are open lists of words, such as Ticket and created.

    From `object_id` on, keys may be missing; most of those are known from clients alone.
    """

    object: Expected[str] = None
    operation: Expected[str] = None
    title: Expected[str] = None
    date: Expected[Instant] = None
    url: str | None = None
    space_id: str | None = None
    # One client has it as text, while most kinds of objects have numbers.
    object_id: _AnyId | None = None
    author_id: str | None = None
    space_name: str | None = None
    author_name: str | None = None
    whatchanged: str | None = None
    comment_or_description: str | None = None
    ticket: JsonValue = None
    ticket_operation: JsonValue = None


ACTIVITY = Endpoint(92, "GET", "/activity", "the list of activity")


class ActivityAPI:
    """What happened."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list(
        self,
        space_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        enough: Enough[Event] | None = None,
    ) -> list[Event]:
        """Fetch events of all own spaces or of one, named by its id. The API keeps 60 days. `enough` ends it early.

        GET /v1/activity. Paged. Empty: 204. The API takes whole minutes: what comes may lie up to a minute
        outside of `since` and `until`. That the newest come first is nowhere promised.
        """
        params = query(("space_id", space_id), ("from", since), ("to", minute_after(until)))
        return await self._transport.pages(Event, ACTIVITY(), params, enough=enough)
