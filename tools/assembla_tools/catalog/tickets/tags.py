"""The tags of the tickets in a list. The API does not send them along, so they cost requests: only so many are made."""

from collections.abc import Iterable, Mapping, Sequence

from assembla_client.resources.spaces import Space
from assembla_client.resources.tags import Tag
from assembla_client.resources.tickets import Ticket
from assembla_tools.framework.concurrency import BROKEN, gather, or_else
from assembla_tools.framework.context import Api

MOST_REQUESTS = 25
_TICKETS_PER_TAG = 3
"""A list of a tag's tickets is taken to cost as much as the tags of so many tickets: it may have pages."""

Tagged = dict[int, list[str]]
"""From a ticket's id to the names of its tags."""


async def tags_of(api: Api, tickets: Iterable[Ticket], space_of: Mapping[int, Space]) -> Tagged | None:
    """The tags of these tickets; None where that takes more requests than it is worth."""
    by_space: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        by_space.setdefault(space_of[ticket.id].id, []).append(ticket)
    lists = await gather(*(or_else(api, "Tags", _tags(api, space), None) for space in by_space))
    known = {space: tags for space, tags in zip(by_space, lists, strict=True) if tags is not None}
    by_space = {space: by_space[space] for space in known}
    if sum(_cost(known[space], those) for space, those in by_space.items()) > MOST_REQUESTS:
        return None
    parts = await gather(*(_in_space(api, space, known[space], those) for space, those in by_space.items()))
    return {ticket_id: names for part in parts for ticket_id, names in part.items()}


async def _tags(api: Api, space: str) -> list[Tag]:
    return await api.client.tags.list(space)


def _cost(tags: Sequence[Tag], tickets: Sequence[Ticket]) -> int:
    return min(len(tags) * _TICKETS_PER_TAG, len(tickets))


async def _in_space(api: Api, space: str, tags: Sequence[Tag], tickets: Sequence[Ticket]) -> Tagged:
    if len(tags) * _TICKETS_PER_TAG > len(tickets):
        each = await gather(*(_of_ticket(api, space, ticket) for ticket in tickets))
        return dict(zip((ticket.id for ticket in tickets), each, strict=True))
    found: Tagged = {ticket.id: [] for ticket in tickets}
    lists = await gather(*(or_else(api, "Tags", api.client.tags.tickets(space, tag.id), ()) for tag in tags))
    for tag, tagged in zip(tags, lists, strict=True):
        for ticket in tagged:
            if ticket.id in found:
                found[ticket.id].append(tag.name or str(tag.id))
    return found


async def _of_ticket(api: Api, space: str, ticket: Ticket) -> list[str]:
    try:
        return [tag.name or str(tag.id) for tag in await api.client.tickets.tags(space, ticket.number)]
    except BROKEN:  # such as a ticket that was deleted since the list was read
        return []
