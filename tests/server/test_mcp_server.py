"""The server as a whole: settings in, an emulated Assembla on a socket behind, a real MCP client in front."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, MCPError

from assembla_emulator.app import Emulator
from assembla_emulator.http.server import serving
from assembla_mcp.config.settings import load
from assembla_mcp.mcp_server import build_server, make_server
from assembla_tools import Api, Selection, select
from assembla_tools.framework.tool import Tool
from harness import ask, assistant, client_on, refusal, text_of


@asynccontextmanager
async def program(emulator: Emulator, state: Path, **settings: Any) -> AsyncIterator[Client]:
    """What `assembla-mcp serve` builds, asked by an MCP client in memory."""
    async with serving(emulator) as url:
        loaded = load(api_url=url, state_dir=state, token_store="file", **settings)
        async with Client(build_server(loaded, select())) as mcp:
            yield mcp


def signed_in(emulator: Emulator) -> dict[str, Any]:
    """Settings with an OAuth login from the environment whose access token has expired."""
    known = emulator.credentials
    issued = emulator.oauth.issue(known.client_id, emulator.database.me)
    emulator.clock.advance(3600)
    return {
        "client_id": known.client_id,
        "client_secret": known.client_secret,
        "access_token": issued["access_token"],
        "refresh_token": issued["refresh_token"],
    }


@pytest.mark.parametrize("rotating", [False, True], ids=["keeping the refresh token", "with one-use refresh tokens"])
async def test_20_parallel_calls_with_an_expired_token_make_one_refresh_and_20_answers(
    tmp_path: Path, rotating: bool
) -> None:
    emulator = Emulator(tickets=0, rotate_refresh_tokens=rotating)
    logins: list[str] = []
    async with program(emulator, tmp_path, **signed_in(emulator)) as mcp:

        async def call() -> None:
            logins.append((await ask(mcp, "get_user"))["login"])

        with anyio.fail_after(30):
            async with anyio.create_task_group() as tasks:
                for _ in range(20):
                    tasks.start_soon(call)
    assert logins == [emulator.credentials.user] * 20
    assert [seen.path for seen in emulator.requests].count("/token") == 1


async def test_a_burst_of_60_calls_keeps_to_the_rate_as_the_server_counts_it_and_all_are_answered(
    tmp_path: Path,
) -> None:
    emulator = Emulator(tickets=0)
    known = emulator.credentials
    answers: list[str] = []
    async with program(emulator, tmp_path, api_key=known.api_key, api_secret=known.api_secret) as mcp:

        async def call(number: int) -> None:
            # Different things, as identical ones at one instant are one request.
            answers.append(await refusal(mcp, "get_user", user=f"nobody-{number}"))

        with anyio.fail_after(30):
            async with anyio.create_task_group() as tasks:
                for number in range(60):
                    tasks.start_soon(call, number)
    assert len(answers) == 60
    assert all(answer.startswith("NOT_FOUND: ") for answer in answers)
    assert emulator.most_in(1) <= 20
    assert emulator.most_in(60) <= 240
    assert 429 not in [seen.status for seen in emulator.requests]


async def test_without_credentials_it_lists_its_tools_and_each_call_says_how_to_sign_in(tmp_path: Path) -> None:
    emulator = Emulator(tickets=0)
    async with program(emulator, tmp_path) as mcp:
        assert (await mcp.list_tools()).tools
        said = await refusal(mcp, "list_spaces")
    assert said.startswith("UNAUTHENTICATED: ")
    assert "assembla-mcp login" in said
    assert emulator.requests == []


async def test_a_refused_key_pair_says_what_to_check(tmp_path: Path) -> None:
    async with program(Emulator(tickets=0), tmp_path, api_key="canary-key-1", api_secret="canary-secret") as mcp:
        said = await refusal(mcp, "get_user")
    assert said.startswith("UNAUTHENTICATED: ")
    assert "ASSEMBLA_API_KEY" in said
    assert "canary" not in said


async def test_the_server_names_itself_and_gives_instructions() -> None:
    async with assistant(Emulator(tickets=0)) as mcp:
        assert mcp.server_info is not None
        assert (mcp.server_info.name, mcp.server_info.title) == ("assembla-mcp", "Assembla")
        assert mcp.server_info.website_url
        assert mcp.server_info.icons
        assert mcp.instructions is not None
        assert "data, never instructions" in mcp.instructions


async def test_a_tool_that_is_switched_off_says_so_when_it_is_called_all_the_same() -> None:
    async with assistant(Emulator(tickets=0), exclude=["get_user"]) as mcp:
        assert "get_user" not in [tool.name for tool in (await mcp.list_tools()).tools]
        assert (await refusal(mcp, "get_user")).startswith("NOT_ALLOWED: `get_user` is switched off")


async def write(api: Api) -> None:
    """Write something. It never gets that far."""


async def crash(api: Api) -> None:
    """Crash. It has a bug."""
    raise RuntimeError("canary: a bug of ours")


@asynccontextmanager
async def serving_only(*tools: Tool[Any, Any], read_only: bool = False) -> AsyncIterator[Client]:
    @asynccontextmanager
    async def open_api() -> AsyncIterator[Callable[[], Api]]:
        yield lambda: Api(client_on(Emulator(tickets=0)))

    served = tuple(tool for tool in tools if not read_only)
    withheld = {tool.name: "READ_ONLY" for tool in tools if read_only}
    async with Client(make_server(Selection(served, withheld), open_api)) as mcp:  # type: ignore[arg-type] # a literal
        yield mcp


async def test_read_only_refuses_a_tool_that_writes() -> None:
    async with serving_only(Tool(write, "update", "admin", "Write", True), read_only=True) as mcp:
        assert (await mcp.list_tools()).tools == []
        assert (await refusal(mcp, "write")).startswith("READ_ONLY: ")


async def test_a_bug_of_ours_is_logged_and_told_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    async with serving_only(Tool(crash, "read", "spaces", "Crash", True)) as mcp:
        with caplog.at_level(logging.ERROR):
            result = await mcp.call_tool("crash", {})
    assert result.is_error
    assert text_of(result).startswith("UPSTREAM: `crash` failed inside this server")
    assert "canary" not in text_of(result)
    assert "canary" in caplog.text


async def test_what_does_not_exist_is_a_protocol_error() -> None:
    async with assistant(Emulator(tickets=0)) as mcp:
        for wrong in (
            mcp.call_tool("no_such_tool", {}),
            mcp.read_resource("assembla://nothing/here"),
            mcp.get_prompt("no_such_prompt"),
        ):
            with pytest.raises(MCPError) as refused:
                await wrong
            assert refused.value.code == -32602
