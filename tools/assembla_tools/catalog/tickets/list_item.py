"""How a ticket looks in a list: which fields there are, how each is made, and the names that stand for ids.

A field is written once, in the model: its type, its description, and, where it is more than the ticket's own field of
that name, how it is made. Only what is shown is looked up: the people of tickets that have any, the tags of the
tickets of this answer.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

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
from assembla_tools.framework.text import same
from assembla_tools.lookup.people import login_of, with_former_members
from assembla_tools.lookup.refs import label, state_of
from assembla_tools.lookup.space_lists import COMPONENTS, CUSTOM_FIELDS, MEMBERS, MILESTONES, ListKind, SpaceLists

T = TypeVar("T")
_MOST_FORMER_MEMBERS = 5

Text = str | None
Hours = float | None


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


@dataclass(frozen=True)
class Shown:
    """How a field is made of a ticket. `needs` are the lists that it takes names from, if the ticket has any `of` them.

    `person` is somebody who is looked up even after they have left the space.
    """

    make: Callable[[Ticket, Names], Any]
    needs: tuple[ListKind[Any], ...] = ()
    of: Callable[[Ticket], object] = lambda _: True
    person: Callable[[Ticket], str | None] = lambda _: None


@dataclass(frozen=True)
class Apart:
    """Says of a field that the ticket alone does not tell it."""


def _labelled(labels: Mapping[int, str], number: Callable[[Ticket], int | None]) -> Shown:
    return Shown(lambda ticket, names: label(labels, number(ticket)))


def _login(person: Callable[[Ticket], str | None]) -> Shown:
    return Shown(lambda ticket, names: names.login(person(ticket)), (MEMBERS,), person, person)


_MILESTONE = Shown(
    lambda ticket, names: label(names.milestones, ticket.milestone_id),
    (MILESTONES,),
    lambda ticket: ticket.milestone_id,
)
_COMPONENT = Shown(
    lambda ticket, names: label(names.components, ticket.component_id),
    (COMPONENTS,),
    lambda ticket: ticket.component_id,
)
_CUSTOM_FIELDS = Shown(
    lambda ticket, names: names.custom(ticket), (CUSTOM_FIELDS, MEMBERS), lambda ticket: ticket.custom_fields
)
_FOLLOWERS = Shown(
    lambda ticket, names: [names.login(each) for each in ticket.follower_ids],
    (MEMBERS,),
    lambda ticket: ticket.follower_ids,
)


class TicketInBrief(Model):
    """What a list shows of a ticket unless other fields are asked for."""

    number: int = Field(default_factory=absent, description="Its number in the space")
    summary: Text = Field(default_factory=absent)
    state: Annotated[Literal["open", "closed"], Shown(lambda ticket, names: state_of(ticket))] = Field(
        default_factory=absent
    )
    status: Text = Field(default_factory=absent)
    priority: Annotated[Text, _labelled(PRIORITIES, lambda ticket: ticket.priority)] = Field(
        default_factory=absent, description="highest, high, normal, low, lowest"
    )
    assignee: Annotated[Text, _login(lambda ticket: ticket.assigned_to_id)] = Field(
        default_factory=absent, description="Login"
    )
    milestone: Annotated[Text, _MILESTONE] = Field(default_factory=absent, description="Title")
    tags: Annotated[list[str] | None, Apart()] = Field(
        default_factory=absent, description="null: not looked up, see note"
    )
    updated_at: datetime | None = Field(default_factory=absent)


class TicketItem(TicketInBrief):
    """A ticket in a list: the fields asked for, and no others."""

    space: Annotated[str, Shown(lambda ticket, names: names.space.wiki_name)] = Field(
        default_factory=absent, description="wiki_name"
    )
    excerpt: Annotated[Text, Apart()] = Field(default_factory=absent, description="Where the text was found")
    id: int = Field(default_factory=absent, description="Global; other tools take the number")
    type: Annotated[Text, _labelled(HIERARCHY_TYPES, lambda ticket: ticket.hierarchy_type)] = Field(
        default_factory=absent, description="ticket, subtask, story, epic"
    )
    reporter: Annotated[Text, _login(lambda ticket: ticket.reporter_id)] = Field(default_factory=absent)
    component: Annotated[Text, _COMPONENT] = Field(default_factory=absent)
    estimate: Hours = Field(default_factory=absent)
    working_hours: Hours = Field(default_factory=absent, description="Hours left")
    created_on: datetime | None = Field(default_factory=absent)
    completed_date: datetime | None = Field(default_factory=absent)
    description: Text = Field(default_factory=absent)
    custom_fields: Annotated[dict[str, Text], _CUSTOM_FIELDS] = Field(default_factory=absent)
    total_invested_hours: Hours = Field(default_factory=absent)
    story_importance: Annotated[Text, _labelled(STORY_SIZES, lambda ticket: ticket.story_importance)] = Field(
        default_factory=absent, description="none, small, medium, large"
    )
    followers: Annotated[list[str], _FOLLOWERS] = Field(default_factory=absent)
    permission: Annotated[Text, _labelled(PERMISSION_TYPES, lambda ticket: ticket.permission_type)] = Field(
        default_factory=absent, description="development, private support, public support"
    )
    due_date: date | None = Field(default_factory=absent)
    importance: float | None = Field(default_factory=absent, description="Rank in the planner")
    is_story: bool | None = Field(default_factory=absent)
    total_estimate: Hours = Field(default_factory=absent)
    total_working_hours: Hours = Field(default_factory=absent)
    hierarchy_type: Annotated[Text, _labelled(HIERARCHY_TYPES, lambda ticket: ticket.hierarchy_type)] = Field(
        default_factory=absent
    )
    permission_type: Annotated[Text, _labelled(PERMISSION_TYPES, lambda ticket: ticket.permission_type)] = Field(
        default_factory=absent
    )
    milestone_id: int | None = Field(default_factory=absent)
    component_id: int | None = Field(default_factory=absent)
    assigned_to_id: Text = Field(default_factory=absent)
    assigned_to_name: Text = Field(default_factory=absent)
    reporter_id: Text = Field(default_factory=absent)
    space_id: Text = Field(default_factory=absent)
    notification_list: Text = Field(default_factory=absent)
    picture_url: Text = Field(default_factory=absent)


def _shown(name: str, marks: Iterable[object]) -> Shown | None:
    """How a field is made; None where it is looked up apart. TypeError where nothing tells it."""
    for mark in marks:
        if isinstance(mark, Shown | Apart):
            return mark if isinstance(mark, Shown) else None
    if name not in Ticket.model_fields:
        raise TypeError(f"TicketItem.{name}: a ticket has no such field")
    own = attrgetter(name)
    return Shown(lambda ticket, names: own(ticket))


SHOWN: Mapping[str, Shown] = MappingProxyType(
    {
        name: shown
        for name, field in TicketItem.model_fields.items()
        if (shown := _shown(name, field.metadata)) is not None
    }
)
"""How each field is made that a ticket tells, given names for its ids."""

_TO_ASK_FOR = tuple(name for name in TicketItem.model_fields if name != "excerpt")


async def show(
    api: Api, tickets: Sequence[Ticket], space_of: Mapping[int, Space], fields: Sequence[str], text: str | None
) -> tuple[list[TicketItem], str | None]:
    """The tickets with the fields that are asked for, and a note on what is left out.

    `space_of` says by a ticket's id in which space it was found, whatever space it claims to be in.
    """
    by_space: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        by_space.setdefault(space_of[ticket.id].id, []).append(ticket)
    looked_up = gather(*(names_for(api, space_of[those[0].id], those, fields) for those in by_space.values()))
    all_names, tagged = await gather(looked_up, _tagged(api, tickets, space_of, fields))
    names_in_space = dict(zip(by_space, all_names, strict=True))
    items = [_item(each, names_in_space[space_of[each.id].id], fields, tagged or {}, text) for each in tickets]
    return items, _NO_TAGS if "tags" in fields and tagged is None else None


async def names_for(api: Api, space: Space, tickets: Sequence[Ticket], fields: Iterable[str]) -> Names:
    """The names for tickets of a space; each list is asked for only where something needs it."""
    shown = [SHOWN[name] for name in fields if name in SHOWN]
    kinds = {kind for each in shown for kind in each.needs if any(each.of(ticket) for ticket in tickets)}
    return await names_in(api, space, kinds, [each.person(ticket) for each in shown for ticket in tickets])


async def names_in(api: Api, space: Space, kinds: Collection[ListKind[Any]], ids: Iterable[str | None]) -> Names:
    """The names of a space of the kinds that are needed; of `ids`, a few people who are no members are looked up."""
    lists = SpaceLists(api, space)

    async def all_of(kind: ListKind[T]) -> list[T]:
        """Everything of a kind, or nothing where it is not needed or cannot be had: ids are shown then."""
        return await lists.all_if_possible(kind) if kind in kinds else []

    members, milestones, components, custom_fields = await gather(
        all_of(MEMBERS), all_of(MILESTONES), all_of(COMPONENTS), all_of(CUSTOM_FIELDS)
    )
    people, _ = await with_former_members(api, {member.id: member for member in members}, ids, _MOST_FORMER_MEMBERS)
    return Names(
        space,
        people,
        {milestone.id: milestone.title for milestone in milestones if milestone.title},
        {component.id: component.name for component in components if component.name},
        frozenset(each.title for each in custom_fields if each.title and same(each.type) == "team list"),
    )


def fields_of(fields: Sequence[str] | None, detail: Literal["brief", "full"], *, several: bool) -> list[str]:
    """The fields to show: those asked for, else by `detail`; always the number, and the space where it may vary."""
    unknown = [name for name in fields or () if name not in _TO_ASK_FOR]
    if unknown:
        near = nearest(unknown[0], [(name, name) for name in _TO_ASK_FOR])
        raise Refused(
            "INVALID",
            f"fields: a ticket has no `{unknown[0]}`. {'Near' if near else 'It has'}: {quoted(near or _TO_ASK_FOR)}.",
        )
    by_detail = _TO_ASK_FOR if detail == "full" else TicketInBrief.model_fields
    asked = [name for name in _TO_ASK_FOR if name in fields] if fields else by_detail
    return list(dict.fromkeys(["number", *asked, *(["space"] if several else [])]))


# Said outright, as working defaults out takes longer than the rest.
_ABSENT: dict[str, Any] = dict.fromkeys(TicketItem.model_fields)
_NO_TAGS = (
    f"Tags are left out: they would take more than {MOST_REQUESTS} requests. Ask for at most {MOST_REQUESTS} tickets, "
    "or search by `tag`."
)


def _item(ticket: Ticket, names: Names, fields: Sequence[str], tagged: Tagged, text: str | None) -> TicketItem:
    values = {name: SHOWN[name].make(ticket, names) for name in fields if name in SHOWN}
    if "tags" in fields:
        values["tags"] = tagged.get(ticket.id)
    if text is not None:
        values["excerpt"] = excerpt(searched_text(ticket), words_of(text))
    return TicketItem.model_construct(_fields_set=set(values), **(_ABSENT | values))


async def _tagged(
    api: Api, tickets: Sequence[Ticket], space_of: Mapping[int, Space], fields: Sequence[str]
) -> Tagged | None:
    return await tags_of(api, tickets, space_of) if "tags" in fields else None
