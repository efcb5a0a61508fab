"""Searches the tickets of one space, of several, or of all that one takes part in, and merges what it finds.

One space that fails is an error; of several, those that fail are told beside what the others have.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from assembla_client.errors import AssemblaError, NotFound, Unauthorized
from assembla_client.resources.spaces import Space
from assembla_client.resources.tickets import PortfolioReport, Ticket
from assembla_tools.catalog.tickets.filters import TicketFilters, known_people, resolve
from assembla_tools.catalog.tickets.ordering import Order, PageRequest, Place
from assembla_tools.catalog.tickets.scan.sorted_list import Reading
from assembla_tools.catalog.tickets.scan.source import AGREED_REPORTS, chosen, read_space
from assembla_tools.framework.concurrency import gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused, explain
from assembla_tools.framework.matching import find_space, matches, only_match, unknown
from assembla_tools.framework.pagination import Key
from assembla_tools.lookup.space_lists import Directory

MOST_SPACES = 150
"""How many spaces one call looks through: a request for each must fit into the rate limit."""

_MOST_HINTS = 200
_PLACE_PARTS = 3
_TOLD = 3


@dataclass(frozen=True)
class Found:
    """The tickets found, at least as many as were needed, and what there is to say about it.

    `hint` gives what a cursor behind a ticket holds beside its place: for each space, in the order of their ids,
    the page to go on at.
    """

    tickets: Sequence[Ticket]
    spaces: Mapping[str, Space]
    hint: Callable[[Ticket], Key] = lambda _: ()
    whole: bool = True
    notes: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class _Outcome:
    space: Space
    reading: Reading | None = None
    error: AssemblaError | Refused | None = None

    @property
    def no_tickets_tool(self) -> bool:
        return isinstance(self.error, NotFound) and self.error.tool_missing


async def search(
    api: Api, names: Sequence[str] | None, wanted: TicketFilters, order: Order, after: Key | None, need: int
) -> Found:
    """The tickets that are wanted in the spaces called `names`, by default in all that one takes part in.

    `after` is what a cursor held. One name alone: its errors are raised. Several: see `Found.notes`.
    """
    place = None if after is None else cast("Place", tuple(after[:_PLACE_PARTS]))
    stretch = PageRequest(order, place, need)
    if names is None and wanted.report is not None:
        return await _portfolio(api, wanted, order)
    if names is not None and len(set(names)) == 1:
        space = await find_space(api, names[0])
        hint = next(iter(_hints(after)), 1)
        return _merged(
            [_Outcome(space, await read_space(api, Directory(api, space), wanted, stretch, hint))], stretch, wanted
        )
    spaces = await _spaces(api, names)
    left_out = sorted(spaces, key=lambda space: space.updated_at or "", reverse=True)[MOST_SPACES:]
    searched = sorted((each for each in spaces if each not in left_out), key=lambda space: space.id)
    hints = dict(zip((space.id for space in searched), _hints(after), strict=False))
    known = await known_people(api, wanted)

    def read(space: Space) -> Awaitable[Reading]:
        return read_space(api, Directory(api, space), wanted, stretch, hints.get(space.id, 1), known)

    outcomes = await gather(*(_attempt(each, read(each)) for each in searched))
    return _merged(outcomes, stretch, wanted, named=names is not None, left_out=len(left_out))


def _hints(after: Key | None) -> list[int]:
    return [int(each) for each in (after or ())[_PLACE_PARTS:]]


async def _spaces(api: Api, names: Sequence[str] | None) -> list[Space]:
    if names is None:
        return [space for space in await api.client.spaces.mine() if api.scope.allows(space.id, space.wiki_name)]
    found = await gather(*(find_space(api, name) for name in names))
    return list({space.id: space for space in found}.values())


async def _attempt(space: Space, read: Awaitable[Reading]) -> _Outcome:
    """One space of several. That a name means nothing there is no error: it may mean something elsewhere."""
    try:
        return _Outcome(space, await read)
    except Unauthorized:
        raise
    except AssemblaError as error:
        return _Outcome(space, error=error)
    except Refused as refused:
        if refused.code != "NOT_FOUND":
            raise
        return _Outcome(space, error=refused)


def _merged(
    outcomes: Iterable[_Outcome], stretch: PageRequest, wanted: TicketFilters, *, named: bool = True, left_out: int = 0
) -> Found:
    outcomes = list(outcomes)
    readings = [each.reading for each in outcomes if each.reading is not None]
    silent = [each for each in outcomes if isinstance(each.error, Refused) or (each.no_tickets_tool and not named)]
    failed = [each for each in outcomes if each.error is not None and each not in silent]
    refusals = [each.error for each in outcomes if isinstance(each.error, Refused)]
    errors = [*refusals, *(each.error for each in failed if each.error is not None)]
    if errors and not readings:
        raise errors[0]
    tickets = [ticket for reading in readings for ticket in reading.tickets]
    lost = [each for each in failed if not each.no_tickets_tool]
    return Found(
        tickets=sorted(tickets, key=stretch.order.place),
        spaces={each.space.id: each.space for each in outcomes},
        hint=_hint(outcomes, stretch.order),
        whole=not lost and not left_out,
        notes=[*_told(failed), *_too_many(left_out, len(outcomes)), *_doubtful(wanted.report)],
    )


def _hint(outcomes: Sequence[_Outcome], order: Order) -> Callable[[Ticket], Key]:
    def hint(ticket: Ticket) -> Key:
        value = order.value(ticket)
        pages = [each.reading.page_before(value) if each.reading else 0 for each in outcomes]
        return pages if any(page > 1 for page in pages) and len(pages) <= _MOST_HINTS else []

    return hint


def _told(failed: Sequence[_Outcome]) -> list[str]:
    said = [
        f"`{each.space.wiki_name}` was left out: {explain(each.error, {each.space.id: each.space.wiki_name})}"
        for each in failed[:_TOLD]
        if each.error
    ]
    return [*said, f"{len(failed) - _TOLD} more spaces were left out."] if len(failed) > _TOLD else said


def _too_many(left_out: int, searched: int) -> list[str]:
    if not left_out:
        return []
    return [f"Of {searched + left_out} spaces, the {searched} changed last were searched; name others in `spaces`."]


def _doubtful(report: str | None) -> list[str]:
    if report is None or not report.strip().isdecimal() or report.strip() in AGREED_REPORTS:
        return []
    return [f"What report {report.strip()} holds, Assembla's documents do not agree about: rather use filters."]


async def _portfolio(api: Api, wanted: TicketFilters, order: Order) -> Found:
    """The tickets of a report over the whole portfolio, with the filters applied in each of its spaces."""
    if api.portfolio is None:
        raise Refused("INVALID", "report: name the `space` whose report it is; over all spaces it takes a portfolio.")
    code = await _portfolio_report(api, api.portfolio, wanted.report or "")
    tickets, spaces = await gather(
        api.client.tickets.portfolio(api.portfolio, code), api.client.spaces.portfolio(api.portfolio, None)
    )
    by_space: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        by_space.setdefault(ticket.space_id, []).append(ticket)
    there = [space for space in spaces if api.scope.allows(space.id, space.wiki_name) and space.id in by_space]
    known = await known_people(api, wanted)

    async def read(space: Space) -> Reading:
        return chosen(by_space[space.id], await resolve(api, Directory(api, space), wanted, known), order)

    outcomes = await gather(*(_attempt(each, read(each)) for each in there))
    return _merged(outcomes, PageRequest(order, None, 0), TicketFilters())


async def _portfolio_report(api: Api, portfolio: str, report: str) -> str:
    if report.strip().isdecimal():
        return report.strip()
    known = [each for each in await api.client.tickets.portfolio_reports(portfolio) if each.id is not None]
    if found := matches(report, known, _title):
        return str(
            only_match(found, f"`{report}` names several reports of the portfolio", lambda each: str(each.id)).id
        )
    raise unknown("report", report, f"the portfolio `{portfolio}`", [(_title(each), _title(each)) for each in known])


def _title(report: PortfolioReport) -> str:
    return report.title or str(report.id)
