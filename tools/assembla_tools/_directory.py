"""Who and what there is in one space: from the names that people use to objects, and from ids back to names.

Each list is asked for when it is first needed, once a call; the client keeps it for a while beyond. A name that is
not in what was kept is looked up afresh before it is called unknown.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from assembla_client.client import AssemblaClient
from assembla_client.resources.custom_fields import CustomField
from assembla_client.resources.milestones import Milestone
from assembla_client.resources.space_tools import SpaceTool
from assembla_client.resources.spaces import Space
from assembla_client.resources.tags import Tag
from assembla_client.resources.ticket_components import Component
from assembla_client.resources.ticket_statuses import TicketStatus
from assembla_client.resources.users import User
from assembla_tools._context import Api
from assembla_tools._errors import Refused, quoted
from assembla_tools._names import Stage, matches, nearest, the_one

T = TypeVar("T")
_CURRENT = 2


@dataclass(frozen=True, eq=False)
class Kind(Generic[T]):
    """One list of a space: what it is called, how to get it, by what its things are named, and how they are told."""

    word: str
    fetch: Callable[[AssemblaClient, str], Awaitable[list[T]]]
    stages: tuple[Stage[T], ...]
    tell: Callable[[T], str]


MEMBERS: Kind[User] = Kind(
    "member",
    lambda client, space: client.users.in_space(space),
    (lambda m: m.id, lambda m: m.login, lambda m: m.email, lambda m: m.name),
    lambda m: m.login,
)
MILESTONES: Kind[Milestone] = Kind(
    "milestone",
    lambda client, space: client.milestones.list(space, "all"),
    (lambda m: str(m.id), lambda m: m.title),
    lambda m: str(m.id),
)
STATUSES: Kind[TicketStatus] = Kind(
    "status",
    lambda client, space: client.ticket_statuses.list(space),
    (lambda s: s.name, lambda s: str(s.id)),
    lambda s: s.name,
)
TAGS: Kind[Tag] = Kind(
    "tag", lambda client, space: client.tags.list(space), (lambda t: t.name, lambda t: str(t.id)), lambda t: t.name
)
CUSTOM_FIELDS: Kind[CustomField] = Kind(
    "custom field",
    lambda client, space: client.custom_fields.list(space),
    (lambda f: f.title, lambda f: str(f.id)),
    lambda f: f.title,
)
COMPONENTS: Kind[Component] = Kind(
    "component",
    lambda client, space: client.ticket_components.list(space),
    (lambda c: c.name, lambda c: str(c.id)),
    lambda c: c.name,
)
REPOSITORIES: Kind[SpaceTool] = Kind(
    "repository",
    lambda client, space: client.space_tools.repositories(space),
    (lambda t: t.id, lambda t: t.name, lambda t: t.menu_name),
    lambda t: t.name,
)


class Directory:
    """The lists of one space, for one call."""

    def __init__(self, api: Api, space: Space) -> None:
        self._client = api.client
        self.space = space
        self._lists: dict[Kind[Any], list[Any]] = {}

    async def all(self, kind: Kind[T]) -> list[T]:
        """Everything of a kind. Raises NotFound where the space tool that holds it is not installed."""
        if kind not in self._lists:
            self._lists[kind] = await kind.fetch(self._client, self.space.id)
        return cast("list[T]", self._lists[kind])

    async def find(self, kind: Kind[T], reference: str) -> T:
        """The one that `reference` names; `AMBIGUOUS` with candidates, or `NOT_FOUND` with the nearest names."""
        found = matches(reference, await self.all(kind), *kind.stages)
        if not found:
            self._lists[kind] = await kind.fetch(self._client.revalidating(), self.space.id)
            found = matches(reference, self._lists[kind], *kind.stages)
        if not found:
            raise await self._unknown(kind, reference)
        return the_one(found, f"`{reference}` names several {kind.word}s of `{self.space.wiki_name}`", kind.tell)

    async def person(self, reference: str) -> User:
        """A member, or `me`."""
        return await self._client.users.me() if reference.casefold() == "me" else await self.find(MEMBERS, reference)

    async def milestone(self, reference: str) -> Milestone:
        """A milestone by id or title, or the one that the planner calls `current`."""
        if reference.casefold() != "current":
            return await self.find(MILESTONES, reference)
        milestones = await self.all(MILESTONES)
        current = [each for each in milestones if each.planner_type == _CURRENT and not each.is_completed]
        if current:
            return the_one(current, "several milestones are marked current", lambda m: str(m.id))
        still_open = quoted([each.title for each in milestones if not each.is_completed][:5])
        raise Refused("NOT_FOUND", f"No milestone of `{self.space.wiki_name}` is marked current. Open: {still_open}.")

    async def logins(self) -> dict[str, str]:
        """From the ids of the members to their logins."""
        return {member.id: member.login for member in await self.all(MEMBERS)}

    async def titles(self) -> dict[int, str]:
        """From the ids of the milestones to their titles."""
        return {milestone.id: milestone.title for milestone in await self.all(MILESTONES)}

    async def _unknown(self, kind: Kind[T], reference: str) -> Refused:
        things = await self.all(kind)
        near = nearest(reference, [(name, kind.tell(thing)) for thing in things for name in _names(kind, thing)])
        known = quoted([kind.tell(thing) for thing in things][:10])
        hint = f"Near: {quoted(near)}." if near else f"There are {known}." if known else "There are none."
        return Refused("NOT_FOUND", f"There is no {kind.word} `{reference}` in `{self.space.wiki_name}`. {hint}")


def _names(kind: Kind[T], thing: T) -> list[str]:
    return [name for stage in kind.stages if (name := stage(thing))]
