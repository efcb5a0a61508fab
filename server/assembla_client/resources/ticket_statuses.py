"""Ticket statuses: each space names its own, and says which of them are open."""

from assembla_client.models import Instant, Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.wire import path


class TicketStatus(Model):
    """A status. `state` is a number of `ticket_fields.TICKET_STATES`."""

    id: NumberId
    name: str
    state: int
    list_order: int | None = None
    space_tool_id: str | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


class TicketStatusesAPI:
    """Endpoints 36 and 37."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, id: int) -> TicketStatus:
        """Fetch one status.

        GET /v1/spaces/{space}/tickets/statuses/{id} (37). Raises NotFound.
        """
        return await self._transport.one(TicketStatus, path("spaces", space, "tickets", "statuses", id))

    async def list(self, space: str) -> list[TicketStatus]:
        """Fetch the statuses of a space.

        GET /v1/spaces/{space}/tickets/statuses (36). Not paged. Empty: 204.
        """
        return await self._transport.many(TicketStatus, path("spaces", space, "tickets", "statuses"), keep=True)
