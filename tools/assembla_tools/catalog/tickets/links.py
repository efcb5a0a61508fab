"""Links between tickets, read from the side of one of them, and the labels for that.

An association says what its second ticket is to the first; which of the two was asked for decides the label.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from assembla_client.resources.ticket_associations import Association
from assembla_client.resources.tickets import Ticket
from assembla_tools.framework.concurrency import BROKEN, gather
from assembla_tools.framework.context import Api
from assembla_tools.lookup.refs import state_of

MOST_LOOKED_UP = 20

FROM_THE_FIRST: Mapping[int, str] = MappingProxyType(
    {
        0: "child_of",
        1: "parent_of",
        2: "related_to",
        3: "duplicated_by",
        4: "sibling_of",
        5: "subtask_of",
        6: "story_of",
        7: "dependency_of",
        8: "blocked_by",
    }
)
"""What the first ticket of an association is to the second."""

FROM_THE_SECOND: Mapping[int, str] = MappingProxyType(
    {
        0: "parent_of",
        1: "child_of",
        2: "related_to",
        3: "duplicate_of",
        4: "sibling_of",
        5: "story_of",
        6: "subtask_of",
        7: "depends_on",
        8: "blocks",
    }
)
"""What the second ticket of an association is to the first."""


@dataclass(frozen=True)
class Link:
    """What the asked ticket is to another one; of one that cannot be seen only the id is known."""

    id: int
    relation: str
    number: int | None
    summary: str | None
    state: str | None
    ticket_id: int


async def links_of(api: Api, space: str, ticket_id: int, associations: Sequence[Association]) -> list[Link]:
    """The links of a ticket; of the others, the first MOST_LOOKED_UP are looked up, side by side."""
    others = list(dict.fromkeys(_other(each, ticket_id) for each in associations))
    looked_up = await gather(*(_ticket(api, space, other) for other in others[:MOST_LOOKED_UP]))
    known = {ticket.id: ticket for ticket in looked_up if ticket is not None}
    return [link_of(each, ticket_id, known) for each in associations]


def link_of(association: Association, ticket_id: int, known: Mapping[int, Ticket]) -> Link:
    """One association from the side of the ticket with this id."""
    labels = FROM_THE_FIRST if association.ticket1_id == ticket_id else FROM_THE_SECOND
    other = _other(association, ticket_id)
    ticket = known.get(other)
    return Link(
        id=association.id,
        relation=labels.get(association.relationship or 0, str(association.relationship)),
        number=None if ticket is None else ticket.number,
        summary=None if ticket is None else ticket.summary,
        state=None if ticket is None else state_of(ticket),
        ticket_id=other,
    )


def _other(association: Association, ticket_id: int) -> int:
    return association.ticket2_id if association.ticket1_id == ticket_id else association.ticket1_id


async def _ticket(api: Api, space: str, ticket_id: int) -> Ticket | None:
    try:
        return await api.client.tickets.by_id(space, ticket_id)
    except BROKEN:  # such as one that is in another space, or deleted
        return None
