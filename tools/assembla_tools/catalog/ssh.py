"""The SSH tool of a space: commands that its team runs on its servers, and what came of them. Nothing runs here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from assembla_client.client import AssemblaClient
from assembla_client.errors import NotFound, ServerError, UnexpectedResponse
from assembla_client.models import Model
from assembla_client.resources.spaces import Space
from assembla_client.resources.ssh import (
    FREQUENCIES,
    SSH_ACTION_STATUSES,
    SpaceSshKey,
    SshAction,
    SshLaunch,
    SshServer,
)
from assembla_tools.framework.arguments import Detail
from assembla_tools.framework.chunks import Span
from assembla_tools.framework.concurrency import gather, or_else
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused
from assembla_tools.framework.matching import matches, only_match, unknown
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Answer, Listing, in_brief, must_be_brief_form
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.find_space import SpaceRef
from assembla_tools.lookup.refs import label

SshKind = Literal["actions", "servers", "launches", "key"]


class SshThing(Model):
    """An action, a server, a launch or a key: `id`, and the fields of its kind."""

    id: int
    name: str | None = None
    action: str | None = Field(default=None, description="The action that was launched")
    command: str | None = None
    frequency: str | None = Field(default=None, description="When an action runs")
    status: str | None = Field(
        default=None, description="idle, queued or running; of a launch running, succeeded or failed"
    )
    server: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    remote_host: str | None = None
    remote_port: int | None = None
    public_content: str | None = None
    description: str | None = None
    username: str | None = None
    repo_tool_id: str | None = None
    position: int | None = None
    action_id: int | None = None
    server_id: int | None = None
    output: str | None = Field(default=None, description="The first 15 lines")

    @classmethod
    def of_action(cls, action: SshAction, servers: Mapping[int, str]) -> "SshThing":
        """With the server by name."""
        return cls(
            id=action.id,
            name=action.name,
            command=action.command,
            frequency=label(FREQUENCIES, action.frequency),
            status=label(SSH_ACTION_STATUSES, action.status),
            server=label(servers, action.ssh_tool_server_id),
            description=action.description,
            username=action.username,
            repo_tool_id=action.repo_tool_id,
            position=action.position,
            server_id=action.ssh_tool_server_id,
        )

    @classmethod
    def of_launch(cls, launch: SshLaunch, actions: Mapping[int, str], servers: Mapping[int, str]) -> "SshThing":
        """With action and server by name."""
        return cls(
            id=launch.id,
            action=label(actions, launch.action_id),
            command=launch.command,
            status=_outcome(launch),
            server=label(servers, launch.server_id),
            started_at=launch.started_at,
            ended_at=launch.ended_at,
            action_id=launch.action_id,
            server_id=launch.server_id,
            output=launch.output,
        )

    @classmethod
    def of_server(cls, server: SshServer) -> "SshThing":
        """As it is."""
        return cls(
            id=server.id,
            name=server.name,
            remote_host=server.remote_host,
            remote_port=server.remote_port,
            description=server.description,
        )

    @classmethod
    def of_key(cls, key: SpaceSshKey) -> "SshThing":
        """The public half; there is no other to be had."""
        return cls(id=key.id, public_content=key.public_content)


class ActionInBrief(Model):
    """What a list shows of an action."""

    id: int
    name: str | None
    command: str | None
    frequency: str | None
    status: str | None
    server: str | None


class ServerInBrief(Model):
    """What a list shows of a server."""

    id: int
    name: str | None
    remote_host: str | None
    remote_port: int | None
    description: str | None


class LaunchInBrief(Model):
    """What a list shows of a launch."""

    id: int
    action: str | None
    status: str | None
    server: str | None
    started_at: datetime | None
    ended_at: datetime | None


class KeyInBrief(Model):
    """What a list shows of a key."""

    id: int
    public_content: str | None


_BRIEF: Mapping[SshKind, type[Model]] = MappingProxyType(
    {"actions": ActionInBrief, "servers": ServerInBrief, "launches": LaunchInBrief, "key": KeyInBrief}
)
for _form in _BRIEF.values():
    must_be_brief_form(_form, SshThing)


@dataclass(frozen=True)
class Launch:
    """A launch, or a chunk of its output. Offsets count characters of the output."""

    id: int
    action: str | None
    server: str | None
    status: Annotated[str, Field(description="running, succeeded or failed")]
    command: str | None
    started_at: datetime | None
    ended_at: datetime | None
    output_chars: int
    offset: int
    output: str
    next_offset: Annotated[int | None, Field(description="Pass as `offset` for what comes next.")]
    note: str | None


@tool(effect="read", toolset="ssh", title="List SSH actions, servers, launches", default=False)
async def list_ssh(
    api: Api,
    page: PageRequest,
    space: SpaceRef,
    kind: Annotated[
        SshKind,
        Field(description="Commands, where they run, their runs, or the space's public key."),
    ],
    action: Annotated[
        str | None, Field(min_length=1, max_length=200, description="Only the launches of this action: name or id.")
    ] = None,
    detail: Detail = "brief",
) -> Listing[SshThing]:
    """List what a space's SSH tool has: the commands its team runs on servers, and how their runs ended, newest first.

    It runs nothing. For the output of a run use `get_ssh_launch`.
    """
    if action is not None and kind != "launches":
        raise Refused("INVALID", "action: it narrows `launches` only.")
    of = None if action is None else await _find_action(api.client, action, space)
    things = await _things(api, space, kind, of)
    listing = page.about(action=of).take(things, _sort_key)
    return listing if detail == "full" else listing.showing([in_brief(each, _BRIEF[kind]) for each in listing.items])


@tool(effect="read", toolset="ssh", title="Get an SSH launch", default=False)
async def get_ssh_launch(
    api: Api,
    space: SpaceRef,
    id: Annotated[int, Field(ge=1, description="The launch's id (`list_ssh` with `launches`).")],
    offset: Annotated[int, Field(ge=0, description="next_offset of the answer before.")] = 0,
) -> Answer[Launch]:
    """Get one run of an SSH action with all of its output: whether it succeeded, when, on which server.

    Long output comes in pieces: go on with `offset` = `next_offset`; errors tend to stand at the end. To see which
    runs there were use `list_ssh`.
    """
    (launch, note), actions, servers = await gather(
        _with_output(api.client, space, id),
        _actions_of(api, space),
        _servers(api, space),
    )
    output = launch.output or ""
    span = Span.of(output, offset)
    whole = Launch(
        id=launch.id,
        action=label(_names(actions), launch.action_id),
        server=label(_names(servers), launch.server_id),
        status=_outcome(launch),
        command=launch.command,
        started_at=launch.started_at,
        ended_at=launch.ended_at,
        output_chars=len(output),
        offset=span.start,
        output="",
        next_offset=None,
        note=note,
    )

    def at_most(chars: int) -> Launch:
        chunk, following = span.first(output, chars)
        return replace(whole, output=chunk, next_offset=following)

    return Answer(at_most(api.max_result_chars), shorter=at_most)


async def _with_output(client: AssemblaClient, space: Space, id: int) -> tuple[SshLaunch, str | None]:
    """The launch with all of its output; with the beginning of it and a note, where the rest cannot be had."""
    try:
        return await client.ssh.output(space.id, id), None
    except (NotFound, ServerError, UnexpectedResponse):
        return await client.ssh.launch(space.id, id), "Assembla gave only the first 15 lines of the output."


async def _things(api: Api, space: Space, kind: SshKind, action: SshAction | None) -> list[SshThing]:
    match kind:
        case "actions":
            return await _actions(api, space)
        case "servers":
            return [SshThing.of_server(server) for server in await api.client.ssh.servers(space.id)]
        case "launches":
            return await _launches(api, space, action)
        case "key":
            return await _key(api.client, space)


async def _actions(api: Api, space: Space) -> list[SshThing]:
    actions, servers = await gather(api.client.ssh.actions(space.id), _servers(api, space))
    named = _names(servers)
    return [SshThing.of_action(action, named) for action in actions]


async def _launches(api: Api, space: Space, action: SshAction | None) -> list[SshThing]:
    ssh = api.client.ssh
    if action is None:
        launches, actions, servers = await gather(ssh.launches(space.id), _actions_of(api, space), _servers(api, space))
    else:
        actions = [action]
        launches, servers = await gather(ssh.launches_of(space.id, action.id), _servers(api, space))
    named, hosts = _names(actions), _names(servers)
    return [SshThing.of_launch(launch, named, hosts) for launch in launches]


async def _actions_of(api: Api, space: Space) -> Sequence[SshAction]:
    return await or_else(api, "Names of actions", api.client.ssh.actions(space.id), ())


async def _servers(api: Api, space: Space) -> Sequence[SshServer]:
    return await or_else(api, "Names of servers", api.client.ssh.servers(space.id), ())


def _names(things: Sequence[SshAction] | Sequence[SshServer]) -> dict[int, str]:
    return {each.id: each.name for each in things if each.name}


async def _find_action(client: AssemblaClient, reference: str, space: Space) -> SshAction:
    actions = await client.ssh.actions(space.id)
    found = matches(reference, actions, lambda action: str(action.id), lambda action: action.name)
    if not found:
        names = [(action.name, action.name or "") for action in actions]
        raise unknown("SSH action", reference, f"`{space.wiki_name}`", names)
    return only_match(found, f"`{reference}` names several SSH actions", lambda action: str(action.id))


async def _key(client: AssemblaClient, space: Space) -> list[SshThing]:
    """The one key, or none: a 404 that is not about the tool says that none was made."""
    try:
        return [SshThing.of_key(await client.ssh.key(space.id))]
    except NotFound as error:
        if error.tool_missing:
            raise
        return []


def _sort_key(thing: SshThing) -> tuple[float, str, int]:
    """Launches the newest first, everything else by name."""
    if thing.started_at is not None:
        return (-thing.started_at.timestamp(), "", -thing.id)
    return (0.0, (thing.name or "").casefold()[:100], thing.id)


def _outcome(launch: SshLaunch) -> str:
    return "running" if launch.success is None else "succeeded" if launch.success else "failed"
