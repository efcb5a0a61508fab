"""How many of our source files one MCP call runs through, from the in-memory client to the emulator's door.

A file counts once a function of it is run; what is only imported does not, and the emulator's own files neither. Each
call is made twice, each time on a new server, so that the one that is looked at finds every module imported, a session
open and every cache empty. With `--list` the files are named.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import anyio
from mcp import Client

import assembla_client
import assembla_mcp
import assembla_tools
from assembla_mcp.config.settings import defaults
from assembla_mcp.mcp_server import build_server
from assembla_tools import select

PACKAGES = tuple(package.__path__[0] for package in (assembla_client, assembla_mcp, assembla_tools))

HOME = "lighthouse"
"""A space with every tool, so that no part is refused."""


@dataclass(frozen=True)
class Call:
    """One call, and how many files it ran through before the client had sessions."""

    what: str
    tool: str
    before: int
    arguments: dict[str, Any] = field(default_factory=dict)


async def main(names_them: bool) -> int:
    """Print the figures. Returns 1 where one is no lower than before."""
    calls = await _calls()
    worst = 0
    print(f"{'one call':34} {'files':>6} {'before':>7}")
    for call in calls:
        await _files_of(call)
        files = await _files_of(call)
        print(f"{call.what:34} {len(files):>6} {call.before:>7}")
        if names_them:
            print("".join(f"    {name}\n" for name in files))
        worst |= len(files) >= call.before
    return worst


async def _calls() -> list[Call]:
    async with Client(build_server(defaults(), select(["all"]), demo=True)) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        found = await client.call_tool("search_tickets", {"spaces": [HOME], "limit": 1})
    ticket = found.structured_content["items"][0]
    parts = _choices(tools["get_ticket"].input_schema["properties"]["include"])
    return [
        Call("get_space", "get_space", 20, {"space": HOME}),
        Call(
            "get_ticket with all parts",
            "get_ticket",
            46,
            {"space": HOME, "number": ticket["number"], "include": parts},
        ),
        Call("search_tickets over all spaces", "search_tickets", 44),
    ]


def _choices(schema: dict[str, Any]) -> list[str]:
    """What a list of choices may hold, wherever its schema says that."""
    if "enum" in schema:
        return list(schema["enum"])
    inner = [schema.get("items"), *schema.get("anyOf", ())]
    return next((choices for each in inner if each and (choices := _choices(each))), [])


async def _files_of(call: Call) -> list[str]:
    async with Client(build_server(defaults(), select(["all"]), demo=True)) as client:
        await client.list_tools()
        await client.call_tool("get_user", {})  # opens the session
        with _traced() as files:
            result = await client.call_tool(call.tool, call.arguments)
    assert not result.is_error, result
    root = Path(PACKAGES[0]).parents[1]
    return sorted(str(Path(name).relative_to(root)) for name in files if name.startswith(PACKAGES))


@contextmanager
def _traced() -> Iterator[set[str]]:
    files: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_name != "<module>":
            files.add(frame.f_code.co_filename)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield files
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


if __name__ == "__main__":
    sys.exit(anyio.run(main, "--list" in sys.argv[1:]))
