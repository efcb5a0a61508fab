"""Which list of the API holds the tickets that are wanted in one space: the narrowest that is sure to have them all.

Lists promise more than is agreed about them, so every filter is applied to what they hold. Long lists are read as
far as is needed, short ones whole.
"""

from collections.abc import Awaitable, Sequence
from types import MappingProxyType
from typing import Literal

from assembla_client.resources.tickets import Ticket
from assembla_client.transport.pagination import ListPage
from assembla_tools.catalog.tickets.filters import ResolvedFilters, TicketState
from assembla_tools.catalog.tickets.ordering import Order, ScanRange
from assembla_tools.catalog.tickets.scan.sorted_list import NotSorted, ScanResult, SortedList
from assembla_tools.framework.context import Api

EVERYTHING = "0"
AGREED_REPORTS = ("0", "1", "3", "4")
"""Reports of which all sources say the same."""

_MILESTONE_STATES: MappingProxyType[TicketState, Literal["active", "closed", "all"]] = MappingProxyType(
    {"open": "active", "closed": "closed", "all": "all"}
)


async def read_tickets(api: Api, space: str, filters: ResolvedFilters, part: ScanRange) -> ScanResult:
    """The tickets of one space that fit, those of `part` at least. NotFound where it has no Tickets tool."""
    report = filters.report
    if filters.tag_id is not None or report in (None, EVERYTHING):
        short = _short_list(api, space, filters)
        if short is not None:
            tickets = await short
            if report not in (None, EVERYTHING):
                there = {ticket.id for ticket in await api.client.tickets.all(space, report)}
                tickets = [ticket for ticket in tickets if ticket.id in there]
            return fitting(tickets, filters, part.order)
    return await _long_list(api, space, report or EVERYTHING, filters, part)


def fitting(tickets: Sequence[Ticket], filters: ResolvedFilters, order: Order) -> ScanResult:
    """Those that fit of tickets that are all there."""
    return ScanResult(sorted(filter(filters.fits, tickets), key=order.sort_key))


def _short_list(api: Api, space: str, filters: ResolvedFilters) -> Awaitable[list[Ticket]] | None:
    """The narrowest of the lists that are not the whole space, to be read whole."""
    tickets = api.client.tickets
    if filters.tag_id is not None:
        return api.client.tags.tickets(space, filters.tag_id)
    if filters.mine and filters.given.states == "open":
        return tickets.my_active(space)
    if filters.milestone_id is not None:
        return tickets.in_milestone(space, filters.milestone_id, _MILESTONE_STATES[filters.given.states])
    if filters.without_milestone:
        return tickets.without_milestone(space)
    if filters.followed_by_me:
        return tickets.my_followed(space)
    return None


async def _long_list(api: Api, space: str, report: str, filters: ResolvedFilters, part: ScanRange) -> ScanResult:
    """All tickets, or those of a report: from the middle where the order allows it."""
    order = part.order

    def sorted_by(order: Order) -> SortedList:
        async def fetch(page: int) -> ListPage[Ticket]:
            return await api.client.tickets.page(space, page, report, order.field, order.direction)

        return SortedList(fetch, order, filters.fits, order.end(filters.given))

    try:
        if order.in_steps:
            return await sorted_by(order).read(part.after, part.page, part.need)
        if filters.given.updated_after is not None:
            recent = await sorted_by(Order("updated", "desc")).read(None, 1, None)
            return fitting(recent.tickets, filters, order)
    except NotSorted:
        pass
    return fitting(await api.client.tickets.all(space, report, sort_by="number"), filters, order)
