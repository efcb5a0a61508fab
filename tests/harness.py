"""What tests stand on: the emulator behind the real client, and a real MCP client in front of the real server."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from mcp import Client
from mcp.types import CallToolResult, TextContent

from assembla_client.auth.api_key import KeyPair
from assembla_client.client import AssemblaClient
from assembla_client.transport.client import Session, Transport
from assembla_client.transport.connection import MAX_BODY_BYTES, Connection
from assembla_client.transport.rate_limit import RateLimiter
from assembla_emulator.app import Emulator
from assembla_emulator.http.middleware import RequestRecord
from assembla_mcp.mcp_server import make_server
from assembla_tools import Api, SpaceScope, select
from faketime import FakeTime

BASE_URL = "http://127.0.0.1"
UNLIMITED = "100000/second"


def client_on(emulator: Emulator, *, rate: str = UNLIMITED, timeout_s: float = 5.0) -> AssemblaClient:
    """A client for one call; see `session_on`."""
    return AssemblaClient(Transport(session_on(emulator, rate=rate, timeout_s=timeout_s)))


def session_on(
    emulator: Emulator, *, rate: str = UNLIMITED, timeout_s: float = 5.0, max_body_bytes: int = MAX_BODY_BYTES
) -> Session:
    """A real session, signed in with the emulator's key pair, without sockets; its waits take no time."""
    time = FakeTime()
    sender = Connection(
        BASE_URL,
        RateLimiter(rate, time.now, time.sleep),
        timeout_s=timeout_s,
        max_body_bytes=max_body_bytes,
        user_agent="assembla-mcp/test",
        http=lambda: httpx2.AsyncClient(transport=httpx2.ASGITransport(app=emulator.app)),
    )
    keys = KeyPair(emulator.credentials.api_key, emulator.credentials.api_secret)
    return Session(sender, keys, sleep=time.sleep, clock=time.now)


@asynccontextmanager
async def assistant(
    emulator: Emulator,
    *,
    toolsets: Sequence[str] = ("all",),
    exclude: Sequence[str] = (),
    read_only: bool = False,
    spaces: Sequence[str] = (),
    mode: str = "auto",
    timeout_s: float = 5.0,
    max_body_bytes: int = MAX_BODY_BYTES,
    **api: Any,
) -> AsyncIterator[Client]:
    """A real MCP client talking to the real server, which talks to `emulator`."""
    session = session_on(emulator, timeout_s=timeout_s, max_body_bytes=max_body_bytes)

    @asynccontextmanager
    async def open_api() -> AsyncIterator[Callable[[], Api]]:
        yield lambda: Api(AssemblaClient(Transport(session)), scope=SpaceScope.of(spaces), **api)

    selection = select(toolsets, exclude=exclude, read_only=read_only)
    async with Client(make_server(selection, open_api), mode=mode) as mcp:
        yield mcp


async def ask(mcp: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured answer of a call that must succeed; its text must hold the same data."""
    result = await mcp.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert not result.is_error, text_of(result)
    structured: dict[str, Any] = result.structured_content
    assert json.loads(text_of(result)) == without_nulls(structured)
    return structured


async def refusal(mcp: Client, tool: str, **arguments: Any) -> str:
    """The text of a call that must fail."""
    result = await mcp.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert result.is_error, text_of(result)
    return text_of(result)


async def walk(mcp: Client, tool: str, **arguments: Any) -> list[dict[str, Any]]:
    """Every item of a list, followed through its cursors."""
    items: list[dict[str, Any]] = []
    while True:
        page = await ask(mcp, tool, **arguments)
        items += page["items"]
        assert page["complete"] == (page["next_cursor"] is None)
        if page["complete"]:
            return items
        arguments["cursor"] = page["next_cursor"]


def text_of(result: CallToolResult) -> str:
    [block] = result.content
    assert isinstance(block, TextContent)
    return block.text


def without_nulls(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: without_nulls(value) for key, value in data.items() if value is not None}
    return [without_nulls(value) for value in data] if isinstance(data, list) else data


def asked_first(emulator: Emulator) -> list[RequestRecord]:
    """The requests but for those of later pages: whether a list has ended shows only behind its end."""
    return [seen for seen in emulator.requests if "page=1&" in f"{seen.query}&" or "page=" not in seen.query]
