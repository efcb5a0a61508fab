"""The SSH tool: commands that a team runs on its servers, and what came of them.

There is no method for `GET …/ssh/actions/{id}/run` (137): it executes the command, so it is no read.
"""

from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from assembla_client.models import Expected, Instant, Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint

FREQUENCIES = MappingProxyType(
    {
        0: "manual",
        1: "hourly",
        2: "daily",
        10: "on commit",
        11: "on merge request",
        12: "on merge",
    }
)
SSH_ACTION_STATUSES = MappingProxyType({0: "idle", 1: "queued", 2: "running"})

# Only null was recorded; other tools have text for ids, the rest of this kind numbers.
_AnyId = Annotated[str, Field(strict=False, coerce_numbers_to_str=True)]


class SshAction(Model):
    """A command to run on a server, by hand, at times, or when something happens in a repository."""

    id: NumberId
    name: Expected[str] = None
    command: str | None = None
    description: str | None = None
    username: str | None = None
    frequency: int | None = None
    status: int | None = None
    repo_tool_id: _AnyId | None = None
    position: int | None = None
    space_tool_id: str | None = None
    ssh_tool_server_id: NumberId | None = None


class SshLaunch(Model):
    """One run of an action. `success` and `ended_at` are null while it runs."""

    id: NumberId
    action_id: NumberId | None = None
    server_id: NumberId | None = None
    success: bool | None = None
    command: str | None = None
    started_at: Instant | None = None
    ended_at: Instant | None = None
    output: str | None = None


class SshServer(Model):
    """A server that actions run on."""

    id: NumberId
    name: Expected[str] = None
    description: str | None = None
    remote_host: Expected[str] = None
    remote_port: int | None = None
    space_tool_id: str | None = None


class SpaceSshKey(Model):
    """The public key that the servers have to let in."""

    id: NumberId
    public_content: Expected[str] = None
    space_tool_id: str | None = None


ACTIONS = Endpoint(
    132, "GET", "/spaces/{space}/ssh/actions", "the list of actions of space {space}", "list", tool="SSH"
)
ACTION = Endpoint(
    133, "GET", "/spaces/{space}/ssh/actions/{id}", "SSH action {id} of space {space}", "SSH action", tool="SSH"
)
LAUNCHES_OF_ACTION = Endpoint(
    138,
    "GET",
    "/spaces/{space}/ssh/actions/{id}/launches",
    "the list of launches of SSH action {id} of space {space}",
    of=ACTION,
)
LAUNCHES = Endpoint(
    139, "GET", "/spaces/{space}/ssh/launches", "the list of launches of space {space}", "list", tool="SSH"
)
LAUNCH = Endpoint(
    140, "GET", "/spaces/{space}/ssh/launches/{id}", "SSH launch {id} of space {space}", "SSH launch", tool="SSH"
)
OUTPUT = Endpoint(
    141, "GET", "/spaces/{space}/ssh/launches/{id}/output", "the output of SSH launch {id} of space {space}", of=LAUNCH
)
SERVERS = Endpoint(
    142, "GET", "/spaces/{space}/ssh/servers", "the list of servers of space {space}", "list", tool="SSH"
)
SERVER = Endpoint(
    143, "GET", "/spaces/{space}/ssh/servers/{id}", "SSH server {id} of space {space}", "SSH server", tool="SSH"
)
KEY = Endpoint(147, "GET", "/spaces/{space}/ssh/key", "the SSH key of space {space}", "list", tool="SSH")


class SshAPI:
    """Lists: 204 when empty; none is documented to be unpaged."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def actions(self, space: str) -> list[SshAction]:
        """Fetch the actions of a space.

        GET /v1/spaces/{space}/ssh/actions.
        """
        return await self._transport.pages(SshAction, ACTIONS(space=space))

    async def action(self, space: str, id: int) -> SshAction:
        """Fetch one action.

        GET /v1/spaces/{space}/ssh/actions/{id}. Raises NotFound.
        """
        return await self._transport.one(SshAction, ACTION(space=space, id=id))

    async def launches_of(self, space: str, action_id: int) -> list[SshLaunch]:
        """Fetch the launches of one action.

        GET /v1/spaces/{space}/ssh/actions/{id}/launches. Paged, as clients do.
        """
        return await self._transport.pages(SshLaunch, LAUNCHES_OF_ACTION(space=space, id=action_id))

    async def launches(self, space: str) -> list[SshLaunch]:
        """Fetch the launches of all actions, their output cut to 15 lines.

        GET /v1/spaces/{space}/ssh/launches.
        """
        return await self._transport.pages(SshLaunch, LAUNCHES(space=space))

    async def launch(self, space: str, id: int) -> SshLaunch:
        """Fetch one launch, its output cut.

        GET /v1/spaces/{space}/ssh/launches/{id}. Raises NotFound.
        """
        return await self._transport.one(SshLaunch, LAUNCH(space=space, id=id))

    async def output(self, space: str, id: int) -> SshLaunch:
        """Fetch one launch with its whole output.

        GET /v1/spaces/{space}/ssh/launches/{id}/output. Raises NotFound.
        """
        return await self._transport.one(SshLaunch, OUTPUT(space=space, id=id))

    async def servers(self, space: str) -> list[SshServer]:
        """Fetch the servers of a space.

        GET /v1/spaces/{space}/ssh/servers.
        """
        return await self._transport.pages(SshServer, SERVERS(space=space))

    async def server(self, space: str, id: int) -> SshServer:
        """Fetch one server.

        GET /v1/spaces/{space}/ssh/servers/{id}. Raises NotFound.
        """
        return await self._transport.one(SshServer, SERVER(space=space, id=id))

    async def key(self, space: str) -> SpaceSshKey:
        """Fetch the public key of a space.

        GET /v1/spaces/{space}/ssh/key. Raises NotFound.
        """
        return await self._transport.one(SpaceSshKey, KEY(space=space))
