"""Who and what there is in one space: from the names that people use to objects, and from ids back to names.

Each list is asked for when it is first needed, once a call; the client keeps it for a while beyond. A name that is
not in what was kept is looked up afresh before it is called unknown.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from assembla_client.client import AssemblaClient
from assembla_client.resources.custom_fields import CustomField
from assembla_client.resources.milestones import CURRENT, Milestone
from assembla_client.resources.space_tools import SpaceTool
from assembla_client.resources.spaces import Space
from assembla_client.resources.tags import Tag
from assembla_client.resources.ticket_components import Component
from assembla_client.resources.ticket_fields import TICKET_STATES
from assembla_client.resources.ticket_statuses import TicketStatus
from assembla_client.resources.users import User
from assembla_tools.framework.concurrency import or_else
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused, quoted
from assembla_tools.framework.matching import Stage, matches, only_match, unknown
from assembla_tools.lookup.refs import label

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class ListKind(Generic[T]):
    """One list that a space has: what its things are called, how to get them, and what they go by.

    `stages` are what a thing is found by. `name` is what people call it, `id` tells it from its namesakes; either
    can be passed back. `details` say what an id stands for.
    """

    singular: str
    plural: str
    fetch: Callable[[AssemblaClient, str, bool], Awaitable[list[T]]]
    stages: tuple[Stage[T], ...]
    name: Callable[[T], str | None]
    id: Callable[[T], str]
    details: Callable[[T], str]


MEMBERS: ListKind[User] = ListKind(
    "member",
    "members",
    lambda client, space, fresh: client.users.in_space(space, fresh=fresh),
    (lambda m: m.id, lambda m: m.login, lambda m: m.email, lambda m: m.name),
    lambda m: m.login,
    lambda m: m.known_as,
    lambda m: m.name or m.known_as,
)
MILESTONES: ListKind[Milestone] = ListKind(
    "milestone",
    "milestones",
    lambda client, space, fresh: client.milestones.list(space, "all", fresh=fresh),
    (lambda m: str(m.id), lambda m: m.title),
    lambda m: m.title,
    lambda m: str(m.id),
    lambda m: f"{m.title}, {_when(m)}",
)
STATUSES: ListKind[TicketStatus] = ListKind(
    "status",
    "statuses",
    lambda client, space, fresh: client.ticket_statuses.list(space, fresh=fresh),
    (lambda s: s.name, lambda s: str(s.id)),
    lambda s: s.name,
    lambda s: str(s.id),
    lambda s: f"{s.name}, {label(TICKET_STATES, s.state)}",
)
TAGS: ListKind[Tag] = ListKind(
    "tag",
    "tags",
    lambda client, space, fresh: client.tags.list(space, fresh=fresh),
    (lambda t: t.name, lambda t: str(t.id)),
    lambda t: t.name,
    lambda t: str(t.id),
    lambda t: t.name or "without a name",
)
CUSTOM_FIELDS: ListKind[CustomField] = ListKind(
    "custom field",
    "custom fields",
    lambda client, space, fresh: client.custom_fields.list(space, fresh=fresh),
    (lambda f: f.title, lambda f: str(f.id)),
    lambda f: f.title,
    lambda f: str(f.id),
    lambda f: f"{f.title}, {f.type}",
)
COMPONENTS: ListKind[Component] = ListKind(
    "component",
    "components",
    lambda client, space, fresh: client.ticket_components.list(space, fresh=fresh),
    (lambda c: c.name, lambda c: str(c.id)),
    lambda c: c.name,
    lambda c: str(c.id),
    lambda c: c.name or "without a name",
)
REPOSITORIES: ListKind[SpaceTool] = ListKind(
    "repository",
    "repositories",
    lambda client, space, fresh: client.space_tools.repositories(space, fresh=fresh),
    (lambda t: t.id, lambda t: t.name, lambda t: t.menu_name),
    lambda t: t.name,
    lambda t: t.id,
    lambda t: t.name,
)


class SpaceLists:
    """The lists of one space, for one call."""

    def __init__(self, api: Api, space: Space) -> None:
        self._api = api
        self._client = api.client
        self.space = space
        api.met(space.id, space.wiki_name)
        self._lists: dict[ListKind[Any], list[Any]] = {}

    async def all(self, kind: ListKind[T]) -> list[T]:
        """Everything of a kind. Raises NotFound where the space tool that holds it is not installed."""
        if kind not in self._lists:
            self._lists[kind] = await kind.fetch(self._client, self.space.id, False)
        return cast("list[T]", self._lists[kind])

    async def all_if_possible(self, kind: ListKind[T]) -> list[T]:
        """Everything of a kind, or nothing where it cannot be had: ids are shown then, and the answer says so."""
        return await or_else(self._api, f"Names of {kind.plural}", self.all(kind), [])

    async def find(self, kind: ListKind[T], reference: str) -> T:
        """The one that `reference` names; `AMBIGUOUS` with candidates, or `NOT_FOUND` with the nearest names."""
        found = matches(reference, await self.all(kind), *kind.stages)
        if not found:
            self._lists[kind] = await kind.fetch(self._client, self.space.id, True)
            found = matches(reference, self._lists[kind], *kind.stages)
        if not found:
            there = self._lists[kind]
            names = [(name, kind.name(each) or kind.id(each)) for each in there for name in _names(kind, each)]
            raise unknown(kind.singular, reference, f"`{self.space.wiki_name}`", names)
        several = f"`{reference}` names several {kind.plural} of `{self.space.wiki_name}`"
        return only_match(found, several, kind.id, kind.details)

    async def person(self, reference: str) -> User:
        """A member, or `me`."""
        return await self._client.users.me() if reference.casefold() == "me" else await self.find(MEMBERS, reference)

    async def milestone(self, reference: str, current: Collection[int] | None = None) -> Milestone:
        """A milestone by id or title, or the one that the planner calls `current`; with ids, that which has one."""
        if reference.casefold() != "current":
            return await self.find(MILESTONES, reference)
        milestones = await self.all(MILESTONES)
        marked = [
            each
            for each in milestones
            if (each.planner_type == CURRENT and not each.is_completed if current is None else each.id in current)
        ]
        if marked:
            return only_match(marked, "several milestones are marked current", MILESTONES.id, MILESTONES.details)
        still_open = quoted([each.title for each in milestones if each.title and not each.is_completed][:5])
        raise Refused("NOT_FOUND", f"No milestone of `{self.space.wiki_name}` is marked current. Open: {still_open}.")

    async def logins(self) -> dict[str, str]:
        """From the ids of the members to their logins."""
        return {member.id: member.known_as for member in await self.all(MEMBERS)}

    async def titles(self) -> dict[int, str]:
        """From the ids of the milestones to their titles."""
        return {each.id: each.title or str(each.id) for each in await self.all(MILESTONES)}


def _when(milestone: Milestone) -> str:
    """What tells a milestone from another of its title."""
    if milestone.is_completed:
        return f"completed {milestone.completed_date}" if milestone.completed_date else "completed"
    return f"due {milestone.due_date}" if milestone.due_date else "open, without a due date"


def _names(kind: ListKind[T], thing: T) -> list[str]:
    return [name for stage in kind.stages if (name := stage(thing))]
