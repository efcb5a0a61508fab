"""Associations: what ties one ticket to another."""

from types import MappingProxyType

from assembla_client.models import Expected, Instant, Model, NumberId
from assembla_client.resources.tickets import TICKET
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint

RELATIONSHIPS = MappingProxyType(
    {
        0: "parent",
        1: "child",
        2: "related",
        3: "duplicate",
        4: "sibling",
        5: "story",
        6: "subtask",
        7: "dependent",
        8: "block",
    }
)
"""Words for `Association.relationship`. Up to 6 they say what ticket2 is to ticket1; at 7 ticket2 depends on
ticket1, at 8 ticket2 blocks ticket1."""

INVERSES = MappingProxyType({0: 1, 1: 0, 2: 2, 4: 4, 5: 6, 6: 5})
"""Relationships that say the same with the tickets swapped; 3, 7 and 8 have no number for the other side."""


class Association(Model):
    """Two tickets by their global ids. The API may turn it round on creation: compare senses, not numbers."""

    id: NumberId
    ticket1_id: NumberId
    ticket2_id: NumberId
    relationship: Expected[int] = None
    created_at: Instant | None = None


ASSOCIATIONS = Endpoint(
    31,
    "GET",
    "/spaces/{space}/tickets/{number}/ticket_associations",
    "the list of ticket associations of ticket {number} of space {space}",
    of=TICKET,
)
ASSOCIATION = Endpoint(
    32,
    "GET",
    "/spaces/{space}/tickets/{number}/ticket_associations/{id}",
    "link {id} of ticket {number} of space {space}",
    "link",
    tool="Tickets",
)


class TicketAssociationsAPI:
    """The links of a ticket."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, number: int, id: int) -> Association:
        """Fetch one association.

        GET /v1/spaces/{space}/tickets/{number}/ticket_associations/{id}. Raises NotFound.
        """
        return await self._transport.one(Association, ASSOCIATION(space=space, number=number, id=id))

    async def list(self, space: str, number: int) -> list[Association]:
        """Fetch the associations of a ticket; it may be either of the two in each.

        GET /v1/spaces/{space}/tickets/{number}/ticket_associations. Not paged. Empty: 204.
        """
        return await self._transport.many(Association, ASSOCIATIONS(space=space, number=number))
