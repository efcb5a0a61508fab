"""Which list of the API holds the tickets that are wanted in one space: the narrowest that is sure to have them all.

Lists promise more than is agreed about them, so every filter is applied to what they hold. Long lists are read as
far as is needed, short ones whole.
"""

import re
from collections.abc import Awaitable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from assembla_client.resources.tickets import CustomReport, Ticket
from assembla_tools.catalog.tickets.filters import Filter, State, TicketFilters, resolve
from assembla_tools.catalog.tickets.ordering import Order, PageRequest
from assembla_tools.catalog.tickets.scan.sorted_list import NotSorted, Reading, SortedList
from assembla_tools.framework.concurrency import gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.matching import matches, only_match, unknown
from assembla_tools.lookup.space_lists import Directory

EVERYTHING = "0"
AGREED_REPORTS = ("0", "1", "3", "4")
"""Reports of which all sources say the same."""

_MILESTONE_STATES: MappingProxyType[State, Literal["active", "closed", "all"]] = MappingProxyType(
    {"open": "active", "closed": "closed", "all": "all"}
)
_REPORT = re.compile(r"u?[0-9]{1,18}")


async def read_space(
    api: Api,
    directory: Directory,
    wanted: TicketFilters,
    stretch: PageRequest,
    hint: int,
    known: Mapping[str, str] = MappingProxyType({}),
) -> Reading:
    """The tickets of one space that are wanted, those of `stretch` at least.

    `hint` is a page to begin at, `known` are ids of people that need not be asked for in each space.

    Raises NotFound where the space has no Tickets tool, `Refused` where a name means nothing there.
    """
    narrowed, report = await gather(resolve(api, directory, wanted, known), find_report(directory, api, wanted.report))
    if narrowed.tag_id is not None or report in (None, EVERYTHING):
        short = _short_list(api, directory.space.id, narrowed)
        if short is not None:
            tickets = await short
            if report not in (None, EVERYTHING):
                there = {ticket.id for ticket in await api.client.tickets.all(directory.space.id, report)}
                tickets = [ticket for ticket in tickets if ticket.id in there]
            return chosen(tickets, narrowed, stretch.order)
    return await _long_list(api, directory.space.id, report or EVERYTHING, narrowed, stretch, hint)


def chosen(tickets: Sequence[Ticket], narrowed: Filter, order: Order) -> Reading:
    """Those that fit of tickets that are all there."""
    return Reading(sorted(filter(narrowed.fits, tickets), key=order.place))


async def find_report(directory: Directory, api: Api, report: str | None) -> str | None:
    """What the API calls a report that is given as 0, `u12`, or the title of a saved one."""
    if report is None or _REPORT.fullmatch(report.strip().casefold()):
        return report and report.strip().casefold()
    saved = await api.client.tickets.custom_reports(directory.space.id)
    known = [*saved.team_reports, *saved.user_reports]
    found = matches(report, known, lambda each: each.title)
    if found:
        return _code(only_match(found, f"`{report}` names several reports of `{directory.space.wiki_name}`", _code))
    raise unknown("report", report, f"`{directory.space.wiki_name}`", [(each.title, each.title) for each in known])


def _code(report: CustomReport) -> str:
    return f"u{report.id}"


def _short_list(api: Api, space: str, narrowed: Filter) -> Awaitable[list[Ticket]] | None:
    """The narrowest of the lists that are not the whole space, to be read whole."""
    tickets = api.client.tickets
    if narrowed.tag_id is not None:
        return api.client.tags.tickets(space, narrowed.tag_id)
    if narrowed.mine and narrowed.wanted.states == "open":
        return tickets.my_active(space)
    if narrowed.milestone_id is not None:
        return tickets.in_milestone(space, narrowed.milestone_id, _MILESTONE_STATES[narrowed.wanted.states])
    if narrowed.without_milestone:
        return tickets.without_milestone(space)
    if narrowed.followed_by_me:
        return tickets.my_followed(space)
    return None


async def _long_list(api: Api, space: str, report: str, narrowed: Filter, stretch: PageRequest, hint: int) -> Reading:
    """All tickets, or those of a report: from the middle where the order allows it."""

    order = stretch.order

    def sorted_by(order: Order) -> SortedList:
        async def fetch(page: int) -> list[Ticket]:
            return await api.client.tickets.page(space, page, report, order.field, order.direction)

        return SortedList(fetch, order, narrowed.fits, order.end(narrowed.wanted))

    try:
        if order.in_steps:
            return await sorted_by(order).read(stretch.after, hint, stretch.need)
        if narrowed.wanted.updated_after is not None:
            recent = await sorted_by(Order("updated", "desc")).read(None, 1, None)
            return chosen(recent.tickets, narrowed, order)
    except NotSorted:
        pass
    return chosen(await api.client.tickets.all(space, report, sort_by="number"), narrowed, order)
