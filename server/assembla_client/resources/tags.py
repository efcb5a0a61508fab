"""Tags of a space, and the tickets that carry them."""

from types import MappingProxyType
from typing import Literal

from assembla_client.models import Instant, Model, NumberId
from assembla_client.resources.ticket_fields import Ticket
from assembla_client.transport.client import Transport
from assembla_client.transport.wire import path

HIDDEN = 4
TAG_STATES = MappingProxyType({1: "proposed", 2: "active", HIDDEN: "hidden"})


class Tag(Model):
    """A tag. `state` is null where it was made without one; `color` came later than the recorded answers."""

    id: NumberId
    name: str
    space_id: str | None = None
    state: int | None = None
    color: str | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


class TagsAPI:
    """Endpoints 51 to 55 and 59."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, id: int) -> Tag:
        """Fetch one tag.

        GET /v1/spaces/{space}/tags/{id} (55). Raises NotFound.
        """
        return await self._transport.one(Tag, path("spaces", space, "tags", id))

    async def tickets(self, space: str, id: int) -> list[Ticket]:
        """Fetch the tickets with a tag, whatever their state.

        GET /v1/spaces/{space}/tags/{id}/tickets (59). Paged. Empty: 204.
        """
        return await self._transport.pages(Ticket, path("spaces", space, "tags", id, "tickets"))

    async def list(self, space: str, state: Literal["proposed", "active", "hidden"] | None = None) -> list[Tag]:
        """Fetch the tags of a space, all or those in one state.

        GET /v1/spaces/{space}/tags (51), …/tags/active, /proposed, /hidden (52 to 54). Paged. Empty: 204.
        """
        within = () if state is None else (state,)
        return await self._transport.pages(Tag, path("spaces", space, "tags", *within), keep=True)
