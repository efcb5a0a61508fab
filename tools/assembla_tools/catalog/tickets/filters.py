"""Which tickets are wanted: from the names in a call to yes or no for each ticket of one space.

Where tickets come from is decided in `scan.source`; every filter is applied to what came, whatever its list
promised, but for tags and reports, which tickets do not tell.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal

from assembla_client.resources.tickets import HIERARCHY_TYPES, PRIORITIES, Ticket
from assembla_tools.framework.concurrency import gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.dates import first_instant
from assembla_tools.framework.errors import Refused
from assembla_tools.framework.excerpts import holds, words_of
from assembla_tools.framework.text import clean, same
from assembla_tools.lookup.people import by_login, find_person
from assembla_tools.lookup.space_lists import COMPONENTS, CUSTOM_FIELDS, STATUSES, TAGS, Directory

State = Literal["open", "closed", "all"]
Priority = Literal["highest", "high", "normal", "low", "lowest"]
Type = Literal["ticket", "subtask", "story", "epic"]
Test = Callable[[Ticket], bool]

MAX_SEARCHED_CHARS = 100_000
"""How far into a text is looked for words."""

_UNSET = ("", "none", "nobody")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


@dataclass(frozen=True)
class TicketFilters:
    """The filters of a call, as they were given."""

    text: str | None = None
    state: State | None = None
    status: str | None = None
    assignee: str | None = None
    reporter: str | None = None
    follower: str | None = None
    milestone: str | None = None
    priority: Priority | None = None
    tag: str | None = None
    component: str | None = None
    custom_fields: dict[str, str] | None = None
    type: Type | None = None
    created_after: date | datetime | None = None
    created_before: date | datetime | None = None
    updated_after: date | datetime | None = None
    updated_before: date | datetime | None = None
    completed_after: date | datetime | None = None
    completed_before: date | datetime | None = None
    report: str | None = None

    def __post_init__(self) -> None:
        if self.text is not None and not words_of(self.text):
            raise Refused("INVALID", "text: there is no word in it to look for.")

    @property
    def filters(self) -> dict[str, Any]:
        """Every filter by name: what a cursor is bound to."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @property
    def states(self) -> State:
        """Open ones unless something else is said, be it by a status, a report or a day of completion."""
        speaks = (self.status, self.report, self.completed_after, self.completed_before)
        return self.state or ("open" if all(each is None for each in speaks) else "all")

    def bound(self, name: str) -> datetime | None:
        """The instant of one of the `…_after` and `…_before`."""
        return first_instant(getattr(self, name))


_BOUNDS = {
    "created_after": lambda ticket, at: ticket.created_on >= at,
    "created_before": lambda ticket, at: ticket.created_on < at,
    "updated_after": lambda ticket, at: ticket.updated_at >= at,
    "updated_before": lambda ticket, at: ticket.updated_at < at,
    "completed_after": lambda ticket, at: ticket.completed_date is not None and ticket.completed_date >= at,
    "completed_before": lambda ticket, at: ticket.completed_date is not None and ticket.completed_date < at,
}


@dataclass(frozen=True)
class Filter:
    """The same for one space, names resolved; what else is here tells which list holds the tickets."""

    wanted: TicketFilters
    tests: tuple[Test, ...] = field(repr=False)
    tag_id: int | None
    milestone_id: int | None
    without_milestone: bool
    mine: bool
    followed_by_me: bool

    def fits(self, ticket: Ticket) -> bool:
        return all(test(ticket) for test in self.tests)


async def known_people(api: Api, wanted: TicketFilters) -> dict[str, str]:
    """Ids of those people of a call that are given by id, login or `me`: asked for once for many spaces."""
    references = {each for each in (wanted.assignee, wanted.reporter, wanted.follower) if each and not _nobody(each)}
    found = await gather(*(by_login(api, reference) for reference in references))
    return {reference: user.id for reference, user in zip(references, found, strict=True) if user is not None}


async def resolve(api: Api, directory: Directory, wanted: TicketFilters, known: Mapping[str, str]) -> Filter:
    """The filter for one space; `known` has ids of people. `NOT_FOUND` or `AMBIGUOUS` for bad names."""
    without_milestone = _none(wanted.milestone)
    people = gather(
        *(_person(api, directory, each, known) for each in (wanted.assignee, wanted.reporter, wanted.follower))
    )
    things = gather(
        _named(wanted.status, lambda name: directory.find(STATUSES, name)),
        _named(None if without_milestone else wanted.milestone, directory.milestone),
        _named(wanted.tag, lambda name: directory.find(TAGS, name)),
        _named(None if _none(wanted.component) else wanted.component, lambda name: directory.find(COMPONENTS, name)),
    )
    fields_wanted = gather(*(_custom(api, directory, *each) for each in (wanted.custom_fields or {}).items()))
    (assignee, reporter, follower), (status, milestone, tag, component), custom = await gather(
        people, things, fields_wanted
    )
    tests: list[Test] = [*custom, *_plain(wanted)]
    if wanted.assignee is not None:
        tests.append(lambda ticket: (ticket.assigned_to_id or None) == assignee)
    if wanted.reporter is not None:
        tests.append(lambda ticket: (ticket.reporter_id or None) == reporter)
    if wanted.follower is not None:
        tests.append(lambda ticket: follower in (ticket.follower_ids or (None,)))
    if status is not None:
        tests.append(lambda ticket: same(ticket.status) == same(status.name))
    if wanted.milestone is not None:
        tests.append(lambda ticket: ticket.milestone_id == (milestone and milestone.id))
    if wanted.component is not None:
        tests.append(lambda ticket: ticket.component_id == (component and component.id))
    return Filter(
        wanted,
        tests=tuple(tests),
        tag_id=tag and tag.id,
        milestone_id=milestone and milestone.id,
        without_milestone=without_milestone,
        mine=(wanted.assignee or "").casefold() == "me",
        followed_by_me=(wanted.follower or "").casefold() == "me",
    )


def searched_text(ticket: Ticket) -> str:
    """The text of a ticket as words are looked for in it: without what nobody sees."""
    return clean(f"{ticket.summary}\n{ticket.description or ''}", MAX_SEARCHED_CHARS)


def _plain(wanted: TicketFilters) -> list[Test]:
    """The filters that need nobody's names."""
    tests: list[Test] = []
    if wanted.states != "all":
        tests.append(lambda ticket: ticket.is_open == (wanted.states == "open"))
    if wanted.priority is not None:
        tests.append(lambda ticket: PRIORITIES.get(ticket.priority) == wanted.priority)
    if wanted.type is not None:
        tests.append(lambda ticket: HIERARCHY_TYPES.get(ticket.hierarchy_type or 0) == wanted.type)
    for name, within in _BOUNDS.items():
        if (at := wanted.bound(name)) is not None:
            tests.append(lambda ticket, within=within, at=at: within(ticket, at))  # type: ignore[misc] # mypy infers no lambda with defaults
    if wanted.text is not None:
        words = words_of(wanted.text)
        tests.append(lambda ticket: holds(searched_text(ticket), words))
    return tests


async def _named(name: str | None, find: Callable[[str], Any]) -> Any:
    return None if name is None else await find(name)


async def _person(
    api: Api, directory: Directory, reference: str | None, known: Mapping[str, str] = MappingProxyType({})
) -> str | None:
    """The id of a person, member or not; None for nobody."""
    if reference is None or _nobody(reference):
        return None
    return known.get(reference) or (await find_person(api, reference, directory.space)).id


def _none(reference: str | None) -> bool:
    return reference is not None and same(reference) == "none"


def _nobody(reference: str) -> bool:
    return same(reference) in _UNSET


async def _custom(api: Api, directory: Directory, name: str, value: str) -> Test:
    """Whether a custom field has a value; a number however it is written, a person by any name."""
    custom = await directory.find(CUSTOM_FIELDS, name)
    title, accepted, unset = same(custom.title), {_comparable(value)}, _nobody(value)
    if custom.type.casefold() == "team list" and not unset:
        person = await _person(api, directory, value)
        accepted.add(_comparable(person or ""))

    def test(ticket: Ticket) -> bool:
        there = next((each for key, each in ticket.custom_fields.items() if same(key) == title), None) or ""
        return _comparable(there) in accepted or (unset and not same(there))

    return test


def _comparable(value: str) -> str | float:
    value = same(value)
    return float(value) if _NUMBER.fullmatch(value) else value
