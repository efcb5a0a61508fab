"""How a ticket looks in a list: which fields, and the names that stand for ids.

Only what is shown is looked up: the people of tickets that have any, the tags of the tickets of this answer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal, TypeVar, get_args

from pydantic import Field

from assembla_client.errors import NotFound
from assembla_client.models import Model, absent
from assembla_client.resources.spaces import Space
from assembla_client.resources.tickets import HIERARCHY_TYPES, PERMISSION_TYPES, PRIORITIES, STORY_SIZES, Ticket
from assembla_client.resources.users import User
from assembla_tools.catalog.tickets.filters import searched_text
from assembla_tools.catalog.tickets.tags import MOST_REQUESTS, Tagged, tags_of
from assembla_tools.framework.concurrency import gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused, quoted
from assembla_tools.framework.excerpts import excerpt, words_of
from assembla_tools.framework.matching import nearest
from assembla_tools.lookup.people import login_of, with_former_members
from assembla_tools.lookup.refs import state_of, word
from assembla_tools.lookup.space_lists import COMPONENTS, CUSTOM_FIELDS, MEMBERS, MILESTONES, Directory, Kind

T = TypeVar("T")

TicketField = Literal[
    "number",
    "summary",
    "state",
    "status",
    "priority",
    "assignee",
    "milestone",
    "tags",
    "updated_at",
    "space",
    "id",
    "type",
    "reporter",
    "component",
    "estimate",
    "working_hours",
    "created_on",
    "completed_date",
    "description",
    "custom_fields",
    "total_invested_hours",
    "story_importance",
    "followers",
    "permission",
    "due_date",
    "importance",
    "is_story",
    "total_estimate",
    "total_working_hours",
    "hierarchy_type",
    "permission_type",
    "milestone_id",
    "component_id",
    "assigned_to_id",
    "assigned_to_name",
    "reporter_id",
    "space_id",
    "notification_list",
    "picture_url",
]
BRIEF: tuple[TicketField, ...] = (
    *("number", "summary", "state", "status", "priority", "assignee", "milestone", "tags", "updated_at"),
)
_PEOPLE: frozenset[TicketField] = frozenset({"assignee", "reporter", "followers", "custom_fields"})
_MOST_FORMER_MEMBERS = 5

Text = str | None
Hours = float | None


class TicketItem(Model):
    """A ticket in a list: the fields asked for, and no others."""

    number: int = Field(default_factory=absent, description="Its number in the space")
    summary: str = Field(default_factory=absent)
    state: Literal["open", "closed"] = Field(default_factory=absent)
    status: str = Field(default_factory=absent)
    priority: str = Field(default_factory=absent, description="highest, high, normal, low, lowest")
    assignee: Text = Field(default_factory=absent, description="Login")
    milestone: Text = Field(default_factory=absent, description="Title")
    tags: list[str] | None = Field(default_factory=absent, description="null: not looked up, see note")
    updated_at: datetime = Field(default_factory=absent)
    space: str = Field(default_factory=absent, description="wiki_name")
    excerpt: Text = Field(default_factory=absent, description="Where the text was found")
    id: int = Field(default_factory=absent, description="Global; other tools take the number")
    type: Text = Field(default_factory=absent, description="ticket, subtask, story, epic")
    reporter: Text = Field(default_factory=absent)
    component: Text = Field(default_factory=absent)
    estimate: Hours = Field(default_factory=absent)
    working_hours: Hours = Field(default_factory=absent, description="Hours left")
    created_on: datetime = Field(default_factory=absent)
    completed_date: datetime | None = Field(default_factory=absent)
    description: Text = Field(default_factory=absent)
    custom_fields: dict[str, Text] = Field(default_factory=absent)
    total_invested_hours: Hours = Field(default_factory=absent)
    story_importance: Text = Field(default_factory=absent, description="none, small, medium, large")
    followers: list[str] = Field(default_factory=absent)
    permission: Text = Field(default_factory=absent, description="development, private support, public support")
    due_date: date | None = Field(default_factory=absent)
    importance: float | None = Field(default_factory=absent, description="Rank in the planner")
    is_story: bool | None = Field(default_factory=absent)
    total_estimate: Hours = Field(default_factory=absent)
    total_working_hours: Hours = Field(default_factory=absent)
    hierarchy_type: Text = Field(default_factory=absent)
    permission_type: Text = Field(default_factory=absent)
    milestone_id: int | None = Field(default_factory=absent)
    component_id: int | None = Field(default_factory=absent)
    assigned_to_id: Text = Field(default_factory=absent)
    assigned_to_name: Text = Field(default_factory=absent)
    reporter_id: Text = Field(default_factory=absent)
    space_id: str = Field(default_factory=absent)
    notification_list: Text = Field(default_factory=absent)
    picture_url: Text = Field(default_factory=absent)


@dataclass(frozen=True)
class Names:
    """What ids stand for in one space, as far as it was asked for."""

    space: Space
    people: dict[str, User]
    milestones: Mapping[int, str]
    components: Mapping[int, str]
    team_lists: frozenset[str]
    """Titles of the custom fields that hold a person."""

    def login(self, user_id: str | None) -> str | None:
        return login_of(self.people, user_id or None)

    def custom(self, ticket: Ticket) -> dict[str, str | None]:
        """The custom fields, a person by the login."""
        return {
            title: self.login(value) if title in self.team_lists else value
            for title, value in ticket.custom_fields.items()
        }


_SHOWN: Mapping[TicketField, Callable[[Ticket, Names], Any]] = MappingProxyType(
    {
        "state": lambda ticket, names: state_of(ticket),
        "priority": lambda ticket, names: word(PRIORITIES, ticket.priority),
        "assignee": lambda ticket, names: names.login(ticket.assigned_to_id),
        "milestone": lambda ticket, names: word(names.milestones, ticket.milestone_id),
        "space": lambda ticket, names: names.space.wiki_name,
        "type": lambda ticket, names: word(HIERARCHY_TYPES, ticket.hierarchy_type),
        "hierarchy_type": lambda ticket, names: word(HIERARCHY_TYPES, ticket.hierarchy_type),
        "reporter": lambda ticket, names: names.login(ticket.reporter_id),
        "component": lambda ticket, names: word(names.components, ticket.component_id),
        "custom_fields": lambda ticket, names: names.custom(ticket),
        "story_importance": lambda ticket, names: word(STORY_SIZES, ticket.story_importance),
        "followers": lambda ticket, names: [names.login(each) for each in ticket.follower_ids],
        "permission": lambda ticket, names: word(PERMISSION_TYPES, ticket.permission_type),
        "permission_type": lambda ticket, names: word(PERMISSION_TYPES, ticket.permission_type),
    }
)


async def show(
    api: Api, tickets: Sequence[Ticket], spaces: Mapping[str, Space], wanted: Sequence[TicketField], text: str | None
) -> tuple[list[TicketItem], str | None]:
    """The tickets with the fields that are wanted, and a note on what is left out."""
    looked_up = gather(*(names_for(api, space, tickets, wanted) for space in spaces.values() if _holds(space, tickets)))
    all_names, tagged = await gather(looked_up, _tagged(api, tickets, wanted))
    by_space = {names.space.id: names for names in all_names}
    items = [_item(ticket, by_space[ticket.space_id], wanted, tagged or {}, text) for ticket in tickets]
    return items, _NO_TAGS if "tags" in wanted and tagged is None else None


async def names_for(api: Api, space: Space, tickets: Sequence[Ticket], wanted: Iterable[TicketField]) -> Names:
    """The names for those of `tickets` that are in `space`; each list is asked for only where something needs it."""
    there, shown = [each for each in tickets if each.space_id == space.id], set(wanted)
    people = (("assignee", [each.assigned_to_id for each in there]), ("reporter", [each.reporter_id for each in there]))
    return await names_in(
        api,
        space,
        people=bool(shown & _PEOPLE),
        milestones="milestone" in shown and any(each.milestone_id for each in there),
        components="component" in shown and any(each.component_id for each in there),
        custom_fields="custom_fields" in shown and any(each.custom_fields for each in there),
        ids=[person for name, ids in people if name in shown for person in ids],
    )


async def names_in(
    api: Api,
    space: Space,
    *,
    people: bool = True,
    milestones: bool = True,
    components: bool = True,
    custom_fields: bool = True,
    ids: Iterable[str | None] = (),
) -> Names:
    """The names of a space of the kinds that are needed; of `ids`, a few people who are no members are looked up."""
    directory = Directory(api, space)
    members, all_milestones, all_components, all_fields = await gather(
        _all_if(people, directory, MEMBERS),
        _all_if(milestones, directory, MILESTONES),
        _all_if(components, directory, COMPONENTS),
        _all_if(custom_fields, directory, CUSTOM_FIELDS),
    )
    known, _ = await with_former_members(api, {member.id: member for member in members}, ids, _MOST_FORMER_MEMBERS)
    return Names(
        space,
        known,
        {milestone.id: milestone.title for milestone in all_milestones},
        {component.id: component.name for component in all_components},
        frozenset(each.title for each in all_fields if each.type.casefold() == "team list"),
    )


def fields_of(fields: Sequence[str] | None, detail: Literal["brief", "full"], *, several: bool) -> list[TicketField]:
    """The fields to show: those asked for, else by `detail`; always the number, and the space where it may vary."""
    everything: tuple[TicketField, ...] = get_args(TicketField)
    unknown = [name for name in fields or () if name not in everything]
    if unknown:
        near = nearest(unknown[0], [(name, name) for name in everything])
        raise Refused(
            "INVALID",
            f"fields: a ticket has no `{unknown[0]}`. {'Near' if near else 'It has'}: {quoted(near or everything)}.",
        )
    by_detail = everything if detail == "full" else BRIEF
    wanted = [name for name in everything if name in fields] if fields else by_detail
    first: list[TicketField] = ["number"]
    last: list[TicketField] = ["space"] if several else []
    return list(dict.fromkeys([*first, *wanted, *last]))


_ABSENT: dict[str, Any] = dict.fromkeys(
    TicketItem.model_fields
)  # said outright, as working defaults out takes longer than the rest
_NO_TAGS = (
    f"Tags are left out: they would take more than {MOST_REQUESTS} requests. Ask for at most {MOST_REQUESTS} tickets, "
    "or search by `tag`."
)


def _item(ticket: Ticket, names: Names, wanted: Sequence[TicketField], tagged: Tagged, text: str | None) -> TicketItem:
    values: dict[str, Any] = {}
    for name in wanted:
        shape = _SHOWN.get(name)
        values[name] = (
            tagged.get(ticket.id) if name == "tags" else shape(ticket, names) if shape else getattr(ticket, name)
        )
    if text is not None:
        values["excerpt"] = excerpt(searched_text(ticket), words_of(text))
    return TicketItem.model_construct(_fields_set=set(values), **(_ABSENT | values))


async def _tagged(api: Api, tickets: Sequence[Ticket], wanted: Sequence[TicketField]) -> Tagged | None:
    return await tags_of(api, tickets) if "tags" in wanted else None


async def _all_if(needed: object, directory: Directory, kind: Kind[T]) -> list[T]:
    """Everything of a kind, or nothing where it is not needed or its tool is gone: ids are shown then."""
    try:
        return await directory.all(kind) if needed else []
    except NotFound:
        return []


def _holds(space: Space, tickets: Iterable[Ticket]) -> bool:
    return any(ticket.space_id == space.id for ticket in tickets)
