"""Ticket statuses: each space names its own, and says which of them are open."""

from assembla_client.models import Expected, Instant, Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint


class TicketStatus(Model):
    """A status. `state` is a number of `ticket_fields.TICKET_STATES`."""

    id: NumberId
    name: Expected[str] = None
    state: Expected[int] = None
    list_order: int | None = None
    space_tool_id: str | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


STATUSES = Endpoint(
    36,
    "GET",
    "/spaces/{space}/tickets/statuses",
    "the list of ticket statuses of space {space}",
    "list",
    tool="Tickets",
    cacheable=True,
)
STATUS = Endpoint(
    37,
    "GET",
    "/spaces/{space}/tickets/statuses/{id}",
    "ticket status {id} of space {space}",
    "ticket status",
    tool="Tickets",
)


class TicketStatusesAPI:
    """The statuses of a space."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, id: int) -> TicketStatus:
        """Fetch one status.

        GET /v1/spaces/{space}/tickets/statuses/{id}. Raises NotFound.
        """
        return await self._transport.one(TicketStatus, STATUS(space=space, id=id))

    async def list(self, space: str, *, fresh: bool = False) -> list[TicketStatus]:
        """Fetch the statuses of a space.

        GET /v1/spaces/{space}/tickets/statuses. Not paged. Empty: 204.
        """
        return await self._transport.many(TicketStatus, STATUSES(space=space), fresh=fresh)
