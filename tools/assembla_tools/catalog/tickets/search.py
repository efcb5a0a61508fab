"""Searches the tickets of one space, of several, or of all that one takes part in, and merges what it finds.

One space that fails is an error; of several, those that fail are told beside what the others have.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from assembla_client.errors import AssemblaError, NotFound, Unauthorized
from assembla_client.resources.spaces import Space
from assembla_client.resources.tickets import PortfolioReport, Ticket
from assembla_tools.catalog.tickets.filters import ResolvedFilters, TicketFilters, known_people, resolve
from assembla_tools.catalog.tickets.ordering import Order, ScanRange, SortKey
from assembla_tools.catalog.tickets.scan.sorted_list import ScanResult
from assembla_tools.catalog.tickets.scan.source import AGREED_REPORTS, fitting, read_tickets
from assembla_tools.framework.concurrency import gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused, explain
from assembla_tools.framework.matching import matches, only_match, unknown
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Listing
from assembla_tools.lookup.space_lists import SpaceLists

MOST_SPACES = 150
"""How many spaces one call looks through: a request for each must fit into the rate limit."""

_MOST_HINTS = 200
_MOST_FAILURES_TOLD = 3


@dataclass(frozen=True)
class FoundTickets:
    """One answer's worth of the tickets found, by their ids the spaces they were found in, and what there is to say."""

    listing: Listing[Ticket]
    space_of: Mapping[int, Space]
    whole: bool
    notes: Sequence[str]


@dataclass(frozen=True)
class SpaceOutcome:
    """What came of one space: the filters as they are there and what they found, or an error."""

    space: Space
    filters: ResolvedFilters | None = None
    scan: ScanResult | None = None
    error: AssemblaError | Refused | None = None

    @property
    def no_tickets_tool(self) -> bool:
        return isinstance(self.error, NotFound) and self.error.tool_missing


async def search(
    api: Api, spaces: Sequence[Space] | None, filters: TicketFilters, order: Order, page: PageRequest
) -> FoundTickets:
    """The tickets that the filters let through in `spaces`, by default in all that one takes part in.

    One space alone: its errors are raised. Several: see the notes.
    """
    ids = None if spaces is None else sorted(space.id for space in spaces)
    page = page.about(space=None, spaces=ids, sort=order.sort, order=order.direction, **filters.question)
    if spaces is None and filters.report is not None:
        return await _in_portfolio(api, filters, order, page)
    if spaces is not None and len(spaces) == 1:
        return await _in_one(api, spaces[0], filters, order, page)
    return await _in_several(api, spaces, filters, order, page)


async def _in_one(api: Api, space: Space, filters: TicketFilters, order: Order, page: PageRequest) -> FoundTickets:
    resolved = await resolve(api, SpaceLists(api, space), filters, current=page.pinned.get("current"))
    page = page.about(**resolved.question)
    part = replace(_part(order, page), page=next(iter(page.hint), 1))
    outcome = SpaceOutcome(space, resolved, await read_tickets(api, space.id, resolved, part))
    return _merged([outcome], order, page, _doubtful(filters.report))


async def _in_several(
    api: Api, spaces: Sequence[Space] | None, filters: TicketFilters, order: Order, page: PageRequest
) -> FoundTickets:
    """What a name means may differ from space to space, so it is the names that are asked; but people are people."""
    known = await known_people(api, filters)
    page = page.about(**{name: known.get(person, person) for name, person in filters.people.items()})
    searched, left_out = await _searched(api, spaces)
    pages = dict(zip((space.id for space in searched), page.hint, strict=False))
    current = page.pinned.get("current")
    part = _part(order, page)

    async def read(space: Space) -> SpaceOutcome:
        resolved = await resolve(api, SpaceLists(api, space), filters, known, current)
        there = replace(part, page=pages.get(space.id, 1))
        return SpaceOutcome(space, resolved, await read_tickets(api, space.id, resolved, there))

    outcomes = await gather(*(_attempt(each, read(each)) for each in searched))
    notes = [*_too_many(left_out, len(searched)), *_doubtful(filters.report)]
    return _merged(outcomes, order, page, notes, named=spaces is not None, whole=not left_out)


async def _in_portfolio(api: Api, filters: TicketFilters, order: Order, page: PageRequest) -> FoundTickets:
    """The tickets of a report over the whole portfolio, with the filters applied in each of its spaces."""
    if api.portfolio is None:
        raise Refused("INVALID", "report: name the `space` whose report it is; over all spaces it takes a portfolio.")
    report = await _portfolio_report(api, api.portfolio, filters.report or "")
    tickets, spaces = await gather(
        api.client.tickets.portfolio(api.portfolio, report), api.client.spaces.portfolio(api.portfolio, None)
    )
    by_space: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        by_space.setdefault(ticket.space_id or "", []).append(ticket)
    there = [space for space in spaces if api.scope.allows(space.id, space.wiki_name) and space.id in by_space]
    known, current = await known_people(api, filters), page.pinned.get("current")
    in_report = filters.model_copy(update={"report": None, "state": filters.states})

    async def read(space: Space) -> SpaceOutcome:
        resolved = await resolve(api, SpaceLists(api, space), in_report, known, current)
        return SpaceOutcome(space, resolved, fitting(by_space[space.id], resolved, order))

    outcomes = await gather(*(_attempt(each, read(each)) for each in there))
    return _merged(outcomes, order, page.about(report=report))


def _part(order: Order, page: PageRequest) -> ScanRange:
    after = page.after
    return ScanRange(order, None if after is None else cast("SortKey", tuple(after)), page.limit + 1)


async def _searched(api: Api, spaces: Sequence[Space] | None) -> tuple[list[Space], int]:
    """The spaces to search in the order of their ids, and how many are left out: those changed longest ago."""
    if spaces is None:
        spaces = [space for space in await api.client.spaces.mine() if api.scope.allows(space.id, space.wiki_name)]
    latest = sorted(spaces, key=lambda space: space.updated_at or "", reverse=True)[:MOST_SPACES]
    return sorted(latest, key=lambda space: space.id), len(spaces) - len(latest)


async def _attempt(space: Space, read: Awaitable[SpaceOutcome]) -> SpaceOutcome:
    """One space of several. That a name means nothing there is no error: it may mean something elsewhere."""
    try:
        return await read
    except Unauthorized:
        raise
    except AssemblaError as error:
        return SpaceOutcome(space, error=error)
    except Refused as refused:
        if refused.code != "NOT_FOUND":
            raise
        return SpaceOutcome(space, error=refused)


def _merged(
    outcomes: Iterable[SpaceOutcome],
    order: Order,
    page: PageRequest,
    notes: Iterable[str] = (),
    *,
    named: bool = True,
    whole: bool = True,
) -> FoundTickets:
    """One page out of all spaces. `named`: they were asked for by name, so one without tickets is told, too."""
    outcomes = list(outcomes)
    silent = [each for each in outcomes if isinstance(each.error, Refused) or (each.no_tickets_tool and not named)]
    failed = [each for each in outcomes if each.error is not None and each not in silent]
    refusals = [each.error for each in outcomes if isinstance(each.error, Refused)]
    errors = [*refusals, *(each.error for each in failed if each.error is not None)]
    scans = [each.scan for each in outcomes if each.scan is not None]
    if errors and not scans:
        raise errors[0]
    lost = [each for each in failed if not each.no_tickets_tool]
    return FoundTickets(
        listing=_keeping_current(page, outcomes).take(
            [ticket for scan in scans for ticket in scan.tickets], order.sort_key, _pages_to_go_on_at(outcomes, order)
        ),
        space_of={ticket.id: each.space for each in outcomes if each.scan for ticket in each.scan.tickets},
        whole=whole and not lost,
        notes=[*_failures(failed), *notes],
    )


def _keeping_current(page: PageRequest, outcomes: Iterable[SpaceOutcome]) -> PageRequest:
    """Later pages go on with the milestones that were current on the first one."""
    there = [each.filters for each in outcomes if each.filters is not None and each.filters.given.current_milestone]
    if not there:
        return page
    return page.pinning(current=sorted(each.milestone_id for each in there if each.milestone_id is not None))


def _pages_to_go_on_at(outcomes: Sequence[SpaceOutcome], order: Order) -> Callable[[Ticket], Sequence[int]]:
    """For a ticket that an answer ends with: for each space, in the order of their ids, the page of its long list."""

    def pages_of(ticket: Ticket) -> Sequence[int]:
        value = order.value(ticket)
        pages = [each.scan.page_before(value) if each.scan else 0 for each in outcomes]
        return pages if any(page > 1 for page in pages) and len(pages) <= _MOST_HINTS else []

    return pages_of


def _failures(failed: Sequence[SpaceOutcome]) -> list[str]:
    shown = [
        f"`{space.wiki_name}` was left out: {explain(error, {space.id: space.wiki_name}, quoting=False)}"
        for space, error in ((each.space, each.error) for each in failed[:_MOST_FAILURES_TOLD])
        if error
    ]
    more = len(failed) - _MOST_FAILURES_TOLD
    return [*shown, f"{more} more spaces were left out."] if more > 0 else shown


def _too_many(left_out: int, searched: int) -> list[str]:
    if not left_out:
        return []
    return [f"Of {searched + left_out} spaces, the {searched} changed last were searched; name others in `spaces`."]


def _doubtful(report: str | None) -> list[str]:
    if report is None or not report.strip().isdecimal() or report.strip() in AGREED_REPORTS:
        return []
    return [f"What report {report.strip()} holds, Assembla's documents do not agree about: rather use filters."]


async def _portfolio_report(api: Api, portfolio: str, report: str) -> str:
    if report.strip().isdecimal():
        return report.strip()
    known = [each for each in await api.client.tickets.portfolio_reports(portfolio) if each.id is not None]
    if found := matches(report, known, _title):
        several = f"`{report}` names several reports of the portfolio"
        return str(only_match(found, several, lambda each: str(each.id)).id)
    raise unknown("report", report, f"the portfolio `{portfolio}`", [(_title(each), _title(each)) for each in known])


def _title(report: PortfolioReport) -> str:
    return report.title or str(report.id)
