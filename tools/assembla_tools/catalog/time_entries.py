"""Time entries, which the API calls tasks: who spent how long on what."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import Field

from assembla_client.models import Model
from assembla_client.resources.spaces import Space
from assembla_client.resources.tasks import Task
from assembla_client.resources.users import User
from assembla_tools.framework.arguments import Detail
from assembla_tools.framework.concurrency import gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.dates import Since, Until, first_instant, in_order, last_instant
from assembla_tools.framework.errors import Refused
from assembla_tools.framework.matching import matches, only_match
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Listing
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.find_space import SpaceRef
from assembla_tools.lookup.people import find_person, login_of, members_of, with_former_members
from assembla_tools.lookup.portfolios import PortfolioRef
from assembla_tools.lookup.refs import joined
from assembla_tools.lookup.space_names import SpaceNames

T = TypeVar("T")
K = TypeVar("K")
_ROWS = 50


class TimeEntryInBrief(Model):
    """What a list shows of hours that somebody spent."""

    id: int
    begin_at: datetime | None
    hours: float | None
    user: str | None
    space: str | None
    ticket: int | None = Field(description="The ticket's number")
    description: str | None


class TimeEntry(TimeEntryInBrief):
    """Hours that somebody spent, with all that is known of them."""

    end_at: datetime | None = None
    billed: bool | None = None
    url: str | None = None
    ticket_id: int | None = None
    job_agreement_id: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @classmethod
    def of(cls, task: Task, people: dict[str, User], names: SpaceNames) -> "TimeEntry":
        """An entry with the people and the spaces called by name."""
        return cls(
            id=task.id,
            begin_at=task.begin_at,
            hours=None if task.hours is None else float(task.hours),
            user=login_of(people, task.user_id) or task.user_id,
            space=names.of(task.space_id) or task.space_id,
            ticket=task.ticket_number,
            description=task.description,
            end_at=task.end_at,
            billed=task.billed,
            url=task.url,
            ticket_id=task.ticket_id,
            job_agreement_id=task.job_agreement_id,
            created_at=task.created_at,
            updated_at=task.updated_at,
        )


@dataclass(frozen=True)
class PersonsHours:
    """What one person has spent."""

    user: str | None
    hours: float
    entries: int


@dataclass(frozen=True)
class TicketsHours:
    """What was spent on one ticket, or on none in a space."""

    space: str | None
    ticket: int | None
    hours: float
    entries: int


@dataclass(frozen=True)
class Sums:
    """Over all entries that match, whatever is on the page."""

    hours: float
    entries: int
    by_person: Sequence[PersonsHours]
    by_ticket: Sequence[TicketsHours]


@dataclass(frozen=True)
class SummedListing(Listing[T], Generic[T]):
    """A page of entries and the sums of all of them."""

    sums: Annotated[Sums, Field(description="Over all entries that match, not just this page; largest first.")] = Sums(
        0, 0, (), ()
    )


@tool(effect="read", toolset="time", title="List time entries", default=False, brief=TimeEntryInBrief)
async def list_time_entries(
    api: Api,
    page: PageRequest,
    space: SpaceRef | None = None,
    user: Annotated[
        str | None, Field(min_length=1, max_length=200, description="Only of this person: login, id, name or `me`.")
    ] = None,
    ticket: Annotated[int | None, Field(ge=1, description="Only on the ticket of this number; needs `space`.")] = None,
    since: Since = None,
    until: Until = None,
    portfolio: PortfolioRef = None,
    detail: Detail = "brief",
) -> SummedListing[TimeEntry]:
    """List hours that were spent (Assembla calls them tasks), newest first, with sums by person and by ticket.

    You see your own, everybody's in spaces that you own, and with `portfolio` everybody's in it. The sums count all
    that matches, so for totals one call with a small `limit` is enough.
    """
    in_order(since, until)
    if ticket is not None and space is None:
        raise Refused("INVALID", "ticket: numbers are counted in each space, so give `space` too.")
    if space is None and (user or "").casefold() != "me":
        portfolio = portfolio or api.portfolio
    on = None if ticket is None or space is None else (await api.client.tickets.get(space.id, ticket)).id
    filters = TimeFilters(space, on, first_instant(since), last_instant(until))
    found = await (_own(api, filters, user) if portfolio is None else _of_portfolio(api, filters, user, portfolio))
    page = page.about(user=found.person, portfolio=portfolio, since=filters.begin, until=filters.end)
    listing = page.take(found.tasks, lambda task: (-_began(task).timestamp(), -task.id))
    # Those on the page are looked up before those who are only in the sums.
    ids = [task.user_id for task in (*listing.items, *found.tasks)]
    people, unnamed = await with_former_members(api, found.people, ids)
    found = replace(found, people=people)
    sums = _sums([found.entry(task) for task in found.tasks])
    rows = min(_ROWS, api.max_result_chars // 400)
    items = [found.entry(task) for task in listing.items]
    note = joined(_note(sums, rows), unnamed)
    return SummedListing(items, listing.cursors, listing.more, note=note, sums=_cut(sums, rows))


@dataclass(frozen=True)
class TimeFilters:
    """The filters, names resolved."""

    space: Space | None
    ticket_id: int | None
    begin: datetime | None
    end: datetime | None

    @property
    def space_ids(self) -> list[str]:
        return [] if self.space is None else [self.space.id]

    def fits(self, task: Task, user: User | None, names: SpaceNames) -> bool:
        """The API's filters again, as it cuts seconds off and need not know all of them, and ASSEMBLA_SPACES."""
        return (
            names.allows(task.space_id)
            and (user is None or task.user_id == user.id)
            and (self.ticket_id is None or task.ticket_id == self.ticket_id)
            and (self.begin is None or _began(task) >= self.begin)
            and (self.end is None or _began(task) <= self.end)
        )


@dataclass(frozen=True)
class FoundEntries:
    """The entries that match, the one person they are asked of, and what their people and spaces are called."""

    person: User | None
    tasks: Sequence[Task]
    people: dict[str, User]
    names: SpaceNames

    def entry(self, task: Task) -> TimeEntry:
        return TimeEntry.of(task, self.people, self.names)


async def _own(api: Api, filters: TimeFilters, user: str | None) -> FoundEntries:
    """One's own entries and those in spaces that one owns. The API takes other people only there."""
    names = await SpaceNames.of_mine(api, filters.space)
    person = None if user is None else await find_person(api, user, filters.space)
    spaces = filters.space_ids or sorted(names.known if names.closed else ())
    tasks = await api.client.tasks.list(
        filters.begin,
        filters.end,
        spaces,
        [] if person is None or (user or "").casefold() == "me" else [person.id],
        [] if filters.ticket_id is None else [filters.ticket_id],
    )
    tasks = [task for task in tasks if filters.fits(task, person, names)]
    return FoundEntries(person, tasks, await members_of(api, {task.space_id for task in tasks if task.space_id}), names)


async def _of_portfolio(api: Api, filters: TimeFilters, user: str | None, portfolio: str) -> FoundEntries:
    """Everybody's entries. A person may be called by name, as the portfolio's people are asked for anyway."""
    names, users = await gather(
        SpaceNames.of_portfolio(api, portfolio, filters.space), api.client.portfolio.users(portfolio)
    )
    person = None if user is None else await _among(api, user, users)
    tasks = await api.client.tasks.portfolio(
        portfolio,
        filters.begin,
        filters.end,
        spaces=filters.space_ids or sorted(names.known if names.closed else ()),
        users=[] if person is None else [person.id],
    )
    tasks = [task for task in tasks if filters.fits(task, person, names)]
    return FoundEntries(person, tasks, {each.id: each for each in users}, names)


async def _among(api: Api, reference: str, users: Sequence[User]) -> User:
    found = matches(reference, users, lambda u: u.id, lambda u: u.login, lambda u: u.email, lambda u: u.name)
    if not found:
        return await find_person(api, reference, None)
    return only_match(found, f"`{reference}` names several people", lambda u: u.known_as)


def _began(task: Task) -> datetime:
    """When it began; one without a time that can be read is the oldest."""
    return task.begin_at or datetime.fromtimestamp(0, UTC)


def _sums(entries: Sequence[TimeEntry]) -> Sums:
    by_person, by_ticket = _grouped(entries, lambda e: e.user), _grouped(entries, lambda e: (e.space, e.ticket))
    people = [PersonsHours(user, _total(group), len(group)) for user, group in by_person.items()]
    tickets = [TicketsHours(*place, _total(group), len(group)) for place, group in by_ticket.items()]
    return Sums(
        _total(entries),
        len(entries),
        sorted(people, key=lambda row: (-row.hours, row.user or "")),
        sorted(tickets, key=lambda row: (-row.hours, row.space or "", row.ticket or 0)),
    )


def _grouped(entries: Iterable[TimeEntry], key: Callable[[TimeEntry], K]) -> dict[K, list[TimeEntry]]:
    groups: dict[K, list[TimeEntry]] = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    return groups


def _total(entries: Iterable[TimeEntry]) -> float:
    return round(math.fsum(entry.hours or 0 for entry in entries), 4)


def _cut(sums: Sums, rows: int) -> Sums:
    return replace(sums, by_person=sums.by_person[:rows], by_ticket=sums.by_ticket[:rows])


def _note(sums: Sums, rows: int) -> str | None:
    longest = max(len(sums.by_person), len(sums.by_ticket))
    return f"The sums by person and ticket show the {rows} largest." if longest > rows else None
