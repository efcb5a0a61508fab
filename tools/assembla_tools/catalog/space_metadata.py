"""What one needs to know about a space to read and write its tickets, all at once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field

from assembla_client.client import AssemblaClient
from assembla_client.errors import AssemblaError, NotFound
from assembla_client.resources.tags import HIDDEN, TAG_STATES
from assembla_client.resources.ticket_statuses import TicketStatus
from assembla_client.resources.tickets import TICKET_STATES
from assembla_client.resources.user_roles import REMOVED, ROLE_STATUSES
from assembla_client.resources.users import User
from assembla_tools.framework.concurrency import BROKEN, gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import left_out
from assembla_tools.framework.results import Answer
from assembla_tools.framework.text import same
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.find_space import SpaceRef
from assembla_tools.lookup.people import still_there
from assembla_tools.lookup.refs import joined, label, planner_of

MetadataPart = Literal["statuses", "members", "milestones", "tags", "custom_fields", "components", "tools", "reports"]
BY_DEFAULT: tuple[MetadataPart, ...] = (
    *("statuses", "members", "milestones", "tags", "custom_fields", "components", "tools"),
)
MOST_SHOWN = 500
"""How many of each part, and of the choices of each field, are shown where there is room; less where there is not."""

_NEEDS: Mapping[MetadataPart, str] = MappingProxyType({"milestones": "Milestones"})
_ELSEWHERE: Mapping[MetadataPart, str] = MappingProxyType(
    {
        "members": " `list_members` has them all.",
        "milestones": " `list_milestones` has them all.",
        "tags": " The resource assembla://spaces/{space}/tags has them all.",
    }
)


@dataclass(frozen=True)
class StatusOfSpace:
    """What a ticket may be, and whether that is open."""

    name: str | None
    state: str | None


@dataclass(frozen=True)
class MemberOfSpace:
    """Somebody who takes part; `role` is None where roles do not tell."""

    login: str | None
    name: str | None
    role: str | None
    status: Annotated[str | None, Field(description="invited, accepted")]


@dataclass(frozen=True)
class OpenMilestone:
    """A milestone that is not completed."""

    id: int
    title: str | None
    due_date: date | None
    planner: Annotated[str | None, Field(description="backlog, current")]


@dataclass(frozen=True)
class TagOfSpace:
    """A tag that tickets may have."""

    name: str | None
    state: Annotated[str | None, Field(description="proposed, active")]


@dataclass(frozen=True)
class FieldOfSpace:
    """What the space adds to its tickets."""

    name: str | None
    type: str | None
    required: bool | None
    default: str | None
    options: list[str] | None


@dataclass(frozen=True)
class InstalledTool:
    """A tool of the space, named as paths and other tools take it."""

    name: str
    type: str


@dataclass(frozen=True)
class ReportOfSpace:
    """A saved ticket report; `search_tickets` takes either."""

    report: str
    title: str | None
    whose: Literal["team", "own"]


@dataclass(frozen=True)
class SpaceMetadata:
    """The parts that were asked for; one that was not, or whose tool is not installed, is None."""

    space: Annotated[str, Field(description="wiki_name")]
    id: str
    name: str | None
    missing: Annotated[list[str], Field(description="Parts that cannot be had, and why.")]
    statuses: list[StatusOfSpace] | None = None
    members: list[MemberOfSpace] | None = None
    milestones: Annotated[list[OpenMilestone] | None, Field(description="Open ones.")] = None
    tags: list[TagOfSpace] | None = None
    custom_fields: list[FieldOfSpace] | None = None
    components: list[str] | None = None
    tools: list[InstalledTool] | None = None
    reports: list[ReportOfSpace] | None = None
    note: str | None = None


@tool(effect="read", toolset="spaces", title="Get a space's metadata")
async def get_space_metadata(
    api: Api,
    space: SpaceRef,
    include: Annotated[
        list[MetadataPart] | None, Field(min_length=1, description="Only these parts; by default all but reports.")
    ] = None,
) -> Answer[SpaceMetadata]:
    """Get all that one needs to read or write tickets in a space: statuses, members with roles, open milestones,
    tags, custom fields with their choices, components, installed tools.

    Call it once before creating or changing tickets. For the settings of the space itself use `get_space`.
    """
    parts = list(dict.fromkeys(include or BY_DEFAULT))
    answers = dict(zip(parts, await gather(*(_part(api.client, space.id, part) for part in parts)), strict=True))
    missing = [_why(part, answer, api) for part, answer in answers.items() if isinstance(answer, AssemblaError)]
    lists = {part: answer for part, answer in answers.items() if not isinstance(answer, AssemblaError)}
    base = SpaceMetadata(space.wiki_name, space.id, space.name, missing)
    # An entry takes some fifty characters, so that many fewer of them fit into what room there is.
    return Answer(_shown(base, lists, MOST_SHOWN), shorter=lambda room: _shown(base, lists, room // 50))


async def _part(client: AssemblaClient, space: str, part: MetadataPart) -> Sequence[Any] | AssemblaError:
    """One part, or why it cannot be had."""
    try:
        return await _PARTS[part](client, space)
    except BROKEN as error:
        return error


def _why(part: MetadataPart, error: AssemblaError, api: Api) -> str:
    if isinstance(error, NotFound) and error.tool_missing:
        return f"{part}: the {_NEEDS.get(part, 'Tickets')} tool is not installed"
    return f"{part}: {left_out(error, api.space_names)}"


def _shown(base: SpaceMetadata, lists: Mapping[MetadataPart, Sequence[Any]], most: int) -> SpaceMetadata:
    """At most so many of each part, and of the choices of each field; the note says of what there is more."""
    most = max(min(most, MOST_SHOWN), 1)
    parts: dict[str, Any] = {part: list(items[:most]) for part, items in lists.items()}
    notes = [
        f"{part}: {most} of {len(items)} are shown.{_ELSEWHERE.get(part, '')}"
        for part, items in lists.items()
        if len(items) > most
    ]
    if fields := parts.get("custom_fields"):
        long = [field for field in fields if field.options and len(field.options) > most]
        notes += [f"{field.name}: {most} of {len(field.options)} choices are shown." for field in long]
        parts["custom_fields"] = [replace(field, options=field.options and field.options[:most]) for field in fields]
    return replace(base, **parts, note=joined(*notes))


async def _statuses(client: AssemblaClient, space: str) -> list[StatusOfSpace]:
    def sort_key(status: TicketStatus) -> tuple[int, int]:
        return (status.list_order or 0, status.id)

    statuses = sorted(await client.ticket_statuses.list(space, fresh=True), key=sort_key)
    return [StatusOfSpace(each.name, label(TICKET_STATES, each.state)) for each in statuses]


async def _members(client: AssemblaClient, space: str) -> list[MemberOfSpace]:
    users, roles = await gather(client.users.in_space(space, fresh=True), client.user_roles.list(space, fresh=True))
    role_of = {each.user_id: each for each in roles if each.status != REMOVED}

    def member(user: User) -> MemberOfSpace:
        role = role_of.get(user.id)
        if role is None:
            return MemberOfSpace(user.login, user.name, None, None)
        return MemberOfSpace(user.login, user.name, role.role, label(ROLE_STATUSES, role.status))

    return sorted((member(user) for user in still_there(users, roles)), key=lambda each: same(each.login))


async def _milestones(client: AssemblaClient, space: str) -> list[OpenMilestone]:
    milestones = sorted(
        await client.milestones.list(space, "open", fresh=True), key=lambda each: (each.due_date or date.max, each.id)
    )
    return [OpenMilestone(each.id, each.title, each.due_date, planner_of(each)) for each in milestones]


async def _tags(client: AssemblaClient, space: str) -> list[TagOfSpace]:
    tags = sorted(await client.tags.list(space, fresh=True), key=lambda each: same(each.name))
    return [TagOfSpace(each.name, label(TAG_STATES, each.state)) for each in tags if each.state != HIDDEN]


async def _custom_fields(client: AssemblaClient, space: str) -> list[FieldOfSpace]:
    return [
        FieldOfSpace(each.title, each.type, each.required, each.default_value, each.list_options)
        for each in await client.custom_fields.list(space, fresh=True)
    ]


async def _components(client: AssemblaClient, space: str) -> list[str]:
    return [each.name for each in await client.ticket_components.list(space, fresh=True) if each.name]


async def _tools(client: AssemblaClient, space: str) -> list[InstalledTool]:
    tools = await client.space_tools.list(space, fresh=True)
    return [InstalledTool(each.name, each.type_label) for each in tools]


async def _reports(client: AssemblaClient, space: str) -> list[ReportOfSpace]:
    saved = await client.tickets.custom_reports(space)
    team = [ReportOfSpace(f"u{each.id}", each.title, "team") for each in saved.team_reports]
    return team + [ReportOfSpace(f"u{each.id}", each.title, "own") for each in saved.user_reports]


_PARTS: Mapping[MetadataPart, Callable[[AssemblaClient, str], Awaitable[Sequence[Any]]]] = MappingProxyType(
    {
        "statuses": _statuses,
        "members": _members,
        "milestones": _milestones,
        "tags": _tags,
        "custom_fields": _custom_fields,
        "components": _components,
        "tools": _tools,
        "reports": _reports,
    }
)
