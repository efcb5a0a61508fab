"""Which tickets are wanted: from the names in a call to yes or no for each ticket of one space.

Where tickets come from is decided in `scan.source`; every filter is applied to what came, whatever its list
promised, but for tags and reports, which tickets do not tell.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from assembla_client.resources.milestones import Milestone
from assembla_client.resources.tags import Tag
from assembla_client.resources.ticket_components import Component
from assembla_client.resources.ticket_statuses import TicketStatus
from assembla_client.resources.tickets import HIERARCHY_TYPES, PRIORITIES, CustomReport, Ticket
from assembla_tools.framework.arguments import ParameterGroup
from assembla_tools.framework.concurrency import gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.dates import Moment, first_instant
from assembla_tools.framework.excerpts import holds, words_of
from assembla_tools.framework.matching import matches, only_match, unknown
from assembla_tools.framework.text import clean, same
from assembla_tools.lookup.people import by_login, find_person
from assembla_tools.lookup.space_lists import COMPONENTS, CUSTOM_FIELDS, STATUSES, TAGS, SpaceLists

TicketState = Literal["open", "closed", "all"]
Priority = Literal["highest", "high", "normal", "low", "lowest"]
TicketType = Literal["ticket", "subtask", "story", "epic"]
Test = Callable[[Ticket], bool]

MAX_SEARCHED_CHARS = 100_000
"""How far into a text is looked for words."""

_NAMES = ("assignee", "reporter", "follower", "status", "milestone", "tag", "component")
_UNSET = ("", "none", "nobody")
_NO_ONE = "nobody"
"""What a question says for nobody and none, however they were spelt."""
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_REPORT = re.compile(r"u?[0-9]{1,18}")


def _with_words(text: str | None) -> str | None:
    if text is not None and not words_of(text):
        raise PydanticCustomError("words", "there is no word in it to look for")
    return text


Name = Annotated[str, Field(max_length=200)]
Bound = Annotated[Moment | None, Field(description="Day or time.")]


class TicketFilters(ParameterGroup):
    """The filters of a call, as they were given."""

    text: Annotated[
        str | None, Field(max_length=300, description="Words, or their beginnings."), AfterValidator(_with_words)
    ] = None
    state: Annotated[
        TicketState | None, Field(description="Default open, but all with status, report or completed_….")
    ] = None
    status: Annotated[Name | None, Field(description="By name.")] = None
    assignee: Annotated[Name | None, Field(description="Login, id, e-mail or name; `me`, `nobody`.")] = None
    reporter: Annotated[Name | None, Field(description="A person, or `me`.")] = None
    follower: Annotated[Name | None, Field(description="A person, or `me`.")] = None
    milestone: Annotated[Name | None, Field(description="Title or id; `current`, `none`.")] = None
    priority: Annotated[Priority | None, Field(description="Only this.")] = None
    tag: Annotated[Name | None, Field(description="By name.")] = None
    component: Annotated[Name | None, Field(description="By name; `none`.")] = None
    custom_fields: Annotated[dict[str, str] | None, Field(description="Value by field name.")] = None
    type: Annotated[TicketType | None, Field(description="Only this.")] = None
    created_after: Bound = None
    created_before: Bound = None
    updated_after: Bound = None
    updated_before: Bound = None
    completed_after: Bound = None
    completed_before: Bound = None
    report: Annotated[
        Name | None, Field(description="Saved report: title, or u12. Without a space: the portfolio's.")
    ] = None

    @property
    def states(self) -> TicketState:
        """Open ones unless something else is said, be it by a status, a report or a day of completion."""
        speaks = (self.status, self.report, self.completed_after, self.completed_before)
        return self.state or ("open" if all(each is None for each in speaks) else "all")

    @property
    def current_milestone(self) -> bool:
        """Whether they ask for the milestone that the planner calls current, whichever that is."""
        return self.milestone is not None and self.milestone.casefold() == "current"

    @property
    def people(self) -> dict[str, str]:
        """The people asked for, by filter; nobody is none of them."""
        asked = {"assignee": self.assignee, "reporter": self.reporter, "follower": self.follower}
        return {name: person for name, person in asked.items() if person and not _nobody(person)}

    @property
    def question(self) -> dict[str, object]:
        """What is asked, however it is spelt: the words, the state that is meant, bounds as instants, names folded."""
        names = {name: getattr(self, name) for name in _NAMES}
        return {
            "text": None if self.text is None else words_of(self.text),
            "state": self.states,
            **{name: self.bound(name) for name in _BOUNDS},
            **{name: _NO_ONE if _nobody(each) else same(each) for name, each in names.items() if each is not None},
        }

    def bound(self, name: str) -> datetime | None:
        """The instant of one of the `…_after` and `…_before`."""
        return first_instant(getattr(self, name))


_BOUNDS = {
    "created_after": lambda ticket, at: ticket.created_on is not None and ticket.created_on >= at,
    "created_before": lambda ticket, at: ticket.created_on is not None and ticket.created_on < at,
    "updated_after": lambda ticket, at: ticket.updated_at is not None and ticket.updated_at >= at,
    "updated_before": lambda ticket, at: ticket.updated_at is not None and ticket.updated_at < at,
    "completed_after": lambda ticket, at: ticket.completed_date is not None and ticket.completed_date >= at,
    "completed_before": lambda ticket, at: ticket.completed_date is not None and ticket.completed_date < at,
}


@dataclass(frozen=True)
class ResolvedFilters:
    """The same for one space, names resolved; what else is here tells which list holds the tickets.

    `question` has the ids that the names stand for: in this space they are what is asked.
    """

    given: TicketFilters
    tests: tuple[Test, ...] = field(repr=False)
    tag_id: int | None
    milestone_id: int | None
    without_milestone: bool
    mine: bool
    followed_by_me: bool
    report: str | None
    question: Mapping[str, object]

    def fits(self, ticket: Ticket) -> bool:
        return all(test(ticket) for test in self.tests)


@dataclass(frozen=True)
class NamedThings:
    """What the names of a call mean in one space, people as ids; None for what is not given, or is to be unset."""

    assignee: str | None
    reporter: str | None
    follower: str | None
    status: TicketStatus | None
    milestone: Milestone | None
    tag: Tag | None
    component: Component | None

    def question(self, filters: TicketFilters) -> dict[str, object]:
        """What was asked for by these names."""
        there = {field.name: getattr(self, field.name) for field in fields(self)}
        given = [name for name in there if getattr(filters, name) is not None]
        return {name: _NO_ONE if there[name] is None else there[name] for name in given}


async def known_people(api: Api, filters: TicketFilters) -> dict[str, str]:
    """Ids of those people of a call that are given by id, login or `me`: asked for once for many spaces."""
    references = set(filters.people.values())
    found = await gather(*(by_login(api, reference) for reference in references))
    return {reference: user.id for reference, user in zip(references, found, strict=True) if user is not None}


async def resolve(
    api: Api,
    lists: SpaceLists,
    filters: TicketFilters,
    known: Mapping[str, str] = MappingProxyType({}),
    current: Collection[int] | None = None,
) -> ResolvedFilters:
    """The filters for one space; `known` has ids of people, `current` of the milestones that are to count as such.

    `NOT_FOUND` or `AMBIGUOUS` for names that mean nothing there, or several things.
    """
    named, custom, report = await gather(
        _things(api, lists, filters, known, current),
        gather(*(_custom(api, lists, *each) for each in (filters.custom_fields or {}).items())),
        _report(api, lists, filters.report),
    )
    return ResolvedFilters(
        filters,
        tests=(*(each.test for each in custom), *_plain(filters), *_by_things(filters, named)),
        tag_id=None if named.tag is None else named.tag.id,
        milestone_id=None if named.milestone is None else named.milestone.id,
        without_milestone=_none(filters.milestone),
        mine=(filters.assignee or "").casefold() == "me",
        followed_by_me=(filters.follower or "").casefold() == "me",
        report=report,
        question={
            **named.question(filters),
            "custom_fields": {str(each.id): sorted(map(str, each.accepted)) for each in custom} or None,
            "report": report,
        },
    )


async def _things(
    api: Api, lists: SpaceLists, filters: TicketFilters, known: Mapping[str, str], current: Collection[int] | None
) -> NamedThings:
    named = (filters.assignee, filters.reporter, filters.follower)
    milestone = None if _none(filters.milestone) else filters.milestone
    component = None if _none(filters.component) else filters.component
    people, things = await gather(
        gather(*(_person(api, lists, each, known) for each in named)),
        gather(
            _named(filters.status, lambda name: lists.find(STATUSES, name)),
            _named(milestone, lambda name: lists.milestone(name, current)),
            _named(filters.tag, lambda name: lists.find(TAGS, name)),
            _named(component, lambda name: lists.find(COMPONENTS, name)),
        ),
    )
    return NamedThings(*people, *things)


def _by_things(filters: TicketFilters, named: NamedThings) -> list[Test]:
    """The filters that stand for things; one that is given and means nothing lets through what has none."""
    status, milestone, component = named.status, named.milestone, named.component
    tests: list[Test] = []
    if filters.assignee is not None:
        tests.append(lambda ticket: (ticket.assigned_to_id or None) == named.assignee)
    if filters.reporter is not None:
        tests.append(lambda ticket: (ticket.reporter_id or None) == named.reporter)
    if filters.follower is not None:
        tests.append(lambda ticket: named.follower in (ticket.follower_ids or (None,)))
    if status is not None:
        tests.append(lambda ticket: same(ticket.status) == same(status.name))
    if filters.milestone is not None:
        tests.append(lambda ticket: ticket.milestone_id == (milestone and milestone.id))
    if filters.component is not None:
        tests.append(lambda ticket: ticket.component_id == (component and component.id))
    return tests


def searched_text(ticket: Ticket) -> str:
    """The text of a ticket as words are looked for in it: without what nobody sees."""
    return clean(f"{ticket.summary or ''}\n{ticket.description or ''}", MAX_SEARCHED_CHARS)


def _plain(filters: TicketFilters) -> list[Test]:
    """The filters that need nobody's names."""
    tests: list[Test] = []
    if filters.states != "all":
        tests.append(lambda ticket: ticket.is_open == (filters.states == "open"))
    if filters.priority is not None:
        tests.append(lambda ticket: PRIORITIES.get(ticket.priority or 0) == filters.priority)
    if filters.type is not None:
        tests.append(lambda ticket: HIERARCHY_TYPES.get(ticket.hierarchy_type or 0) == filters.type)
    for name, within in _BOUNDS.items():
        if (at := filters.bound(name)) is not None:
            tests.append(lambda ticket, within=within, at=at: within(ticket, at))  # type: ignore[misc] # mypy infers no lambda with defaults
    if filters.text is not None:
        words = words_of(filters.text)
        tests.append(lambda ticket: holds(searched_text(ticket), words))
    return tests


async def _named(name: str | None, find: Callable[[str], Any]) -> Any:
    return None if name is None else await find(name)


async def _person(
    api: Api, lists: SpaceLists, reference: str | None, known: Mapping[str, str] = MappingProxyType({})
) -> str | None:
    """The id of a person, member or not; None for nobody."""
    if reference is None or _nobody(reference):
        return None
    return known.get(reference) or (await find_person(api, reference, lists.space)).id


def _none(reference: str | None) -> bool:
    return reference is not None and same(reference) == "none"


def _nobody(reference: str) -> bool:
    return same(reference) in _UNSET


async def _report(api: Api, lists: SpaceLists, report: str | None) -> str | None:
    """What the API calls a report that is given as 0, `u12`, or the title of a saved one."""
    if report is None or _REPORT.fullmatch(report.strip().casefold()):
        return report and report.strip().casefold()
    saved = await api.client.tickets.custom_reports(lists.space.id)
    known = [*saved.team_reports, *saved.user_reports]
    found = matches(report, known, lambda each: each.title)
    if found:
        several = f"`{report}` names several reports of `{lists.space.wiki_name}`"
        return _report_code(only_match(found, several, _report_code))
    raise unknown("report", report, f"`{lists.space.wiki_name}`", [(each.title, each.title or "") for each in known])


def _report_code(report: CustomReport) -> str:
    return f"u{report.id}"


@dataclass(frozen=True)
class CustomFieldTest:
    """Whether a ticket's custom field has one of the values that are accepted."""

    id: int
    accepted: frozenset[str | float]
    test: Test


async def _custom(api: Api, lists: SpaceLists, name: str, value: str) -> CustomFieldTest:
    """The test for one custom field; a number however it is written, a person by any name."""
    custom = await lists.find(CUSTOM_FIELDS, name)
    title, accepted, unset = same(custom.title), {_comparable(value)}, _nobody(value)
    if (custom.type or "").casefold() == "team list" and not unset:
        person = await _person(api, lists, value)
        accepted.add(_comparable(person or ""))

    def test(ticket: Ticket) -> bool:
        there = next((each for key, each in ticket.custom_fields.items() if same(key) == title), None) or ""
        return _comparable(there) in accepted or (unset and not same(there))

    return CustomFieldTest(custom.id, frozenset(accepted), test)


def _comparable(value: str) -> str | float:
    value = same(value)
    return float(value) if _NUMBER.fullmatch(value) else value
