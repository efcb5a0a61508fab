"""Tags of a space, and the tickets that carry them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from assembla_client.models import Expected, Instant, Model, NumberId
from assembla_client.resources.ticket_fields import Ticket
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint

HIDDEN = 4
TAG_STATES = MappingProxyType({1: "proposed", 2: "active", HIDDEN: "hidden"})

TagState = Literal["proposed", "active", "hidden"]


class Tag(Model):
    """A tag. `state` is null where it was made without one; `color` came later than the recorded answers."""

    id: NumberId
    name: Expected[str] = None
    space_id: str | None = None
    state: int | None = None
    color: str | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


_OF_A_SPACE = "the list of tags of space {space}"

TAGS = Endpoint(51, "GET", "/spaces/{space}/tags", _OF_A_SPACE, "list", tool="Tickets", cacheable=True)
TAGS_IN_STATE: Mapping[TagState, Endpoint] = MappingProxyType(
    {
        "active": Endpoint(
            52, "GET", "/spaces/{space}/tags/active", _OF_A_SPACE, "list", tool="Tickets", cacheable=True
        ),
        "proposed": Endpoint(
            53, "GET", "/spaces/{space}/tags/proposed", _OF_A_SPACE, "list", tool="Tickets", cacheable=True
        ),
        "hidden": Endpoint(
            54, "GET", "/spaces/{space}/tags/hidden", _OF_A_SPACE, "list", tool="Tickets", cacheable=True
        ),
    }
)
TAG = Endpoint(55, "GET", "/spaces/{space}/tags/{id}", "tag {id} of space {space}", "tag", tool="Tickets")
TAGGED_TICKETS = Endpoint(
    59, "GET", "/spaces/{space}/tags/{id}/tickets", "the list of tickets of tag {id} of space {space}", of=TAG
)


class TagsAPI:
    """The tags of a space."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, id: int) -> Tag:
        """Fetch one tag.

        GET /v1/spaces/{space}/tags/{id}. Raises NotFound.
        """
        return await self._transport.one(Tag, TAG(space=space, id=id))

    async def tickets(self, space: str, id: int) -> list[Ticket]:
        """Fetch the tickets with a tag, whatever their state.

        GET /v1/spaces/{space}/tags/{id}/tickets. Paged. Empty: 204.
        """
        return await self._transport.pages(Ticket, TAGGED_TICKETS(space=space, id=id))

    async def list(self, space: str, state: TagState | None = None, *, fresh: bool = False) -> list[Tag]:
        """Fetch the tags of a space, all or those in one state.

        GET /v1/spaces/{space}/tags, …/tags/active, /proposed, /hidden. Paged. Empty: 204.
        """
        endpoint = TAGS if state is None else TAGS_IN_STATE[state]
        return await self._transport.pages(Tag, endpoint(space=space), fresh=fresh)
