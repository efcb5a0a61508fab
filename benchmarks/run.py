"""The budgets of the project, measured side by side with MIN in one run. Ratios count; times drift with the machine."""

import importlib.metadata
import json
import re
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import anyio
import httpx2

sys.path.insert(0, __file__.rsplit("/", 1)[0])

from http_load import http_rows  # beside this script
from stdio import MINIMAL, OURS, StdioServer

from assembla_client.auth.api_key import KeyPair
from assembla_client.client import AssemblaClient
from assembla_client.transport.client import Session, Transport
from assembla_client.transport.connection import Connection
from assembla_client.transport.rate_limit import RateLimiter
from assembla_emulator.app import Emulator
from assembla_emulator.faults.kinds import Delay
from assembla_emulator.faults.plan import Fault
from assembla_emulator.http.server import serving
from assembla_tools import catalogue, select

STARTS = 11
CALLS = 150
NO_LIMIT = "100000/second"


@dataclass(frozen=True)
class Row:
    """One line of the table: what we measured, what it is beside, and whether that is within the budget."""

    what: str
    ours: str
    beside: str
    measured: float
    budget: float
    at_least: bool = False

    @property
    def good(self) -> bool:
        return self.measured >= self.budget if self.at_least else self.measured <= self.budget


def main() -> int:
    rows = anyio.run(_measure)
    print(f"{'what':58} {'ours':>16} {'beside':>26} {'figure':>9} {'budget':>9}")
    for row in rows:
        sign = "≥" if row.at_least else "≤"
        print(
            f"{row.what:58} {row.ours:>16} {row.beside:>26} {row.measured:>9.5g} {sign + format(row.budget, '.5g'):>9}"
            f"  {'' if row.good else 'OVER'}"
        )
    return 0 if all(row.good for row in rows) else 1


async def _measure() -> list[Row]:
    return [
        *_start_rows(),
        *_listing_rows(),
        *await _call_rows(),
        *await _size_rows(),
        await _paging_row(),
        *await http_rows(Row),
    ]


def _start_rows() -> Iterator[Row]:
    start: dict[str, list[float]] = {"min": [], "ours": []}
    memory: dict[str, list[float]] = {"min": [], "ours": []}
    for _ in range(STARTS):
        for name, command in (("min", MINIMAL), ("ours", OURS)):
            began = time.perf_counter()
            with StdioServer(command) as server:
                server.request("tools/list", {})
                start[name].append(time.perf_counter() - began)
                memory[name].append(server.resident_mb())
    ours, least = statistics.median(start["ours"]), statistics.median(start["min"])
    yield Row(
        "start to tools/list over stdio", f"{ours * 1000:.0f} ms", f"MIN {least * 1000:.0f} ms", ours / least, 1.20
    )
    ours, least = statistics.median(memory["ours"]), statistics.median(memory["min"])
    yield Row("resident memory then", f"{ours:.1f} MiB", f"MIN {least:.1f} MiB", ours / least, 1.20)


def _listing_rows() -> Iterator[Row]:
    extra = sorted(_closure("assembla-mcp") - _closure("mcp") - {"assembla-mcp"})
    yield Row("packages beyond those of mcp", str(len(extra)), "", len(extra), 14)
    default, everything = select().served, catalogue()
    for what, tools, budget in (("default", default, 28_000), ("whole", everything, 56_000)):
        size = sum(_listed_chars(tool.listed) for tool in tools)
        yield Row(f"{what} listing, characters ({len(tools)} tools)", str(size), "", size, budget)
    yield Row("default listing, tools", str(len(default)), "", len(default), 26)


def _listed_chars(tool: object) -> int:
    shown = tool.model_dump(by_alias=True)  # type: ignore[attr-defined] # an mcp.types.Tool
    schema = json.dumps(shown["inputSchema"], ensure_ascii=False, separators=(",", ":"))
    return len(shown["name"]) + len(shown["description"]) + len(schema)


async def _call_rows() -> list[Row]:
    """A tool that needs one GET, beside a bare GET and a trivial MCP call, turn by turn."""
    async with _sandbox(Emulator(rate=None)) as (emulator, url):
        env = {**emulator.credentials.as_env(url), "ASSEMBLA_RATE_LIMIT": NO_LIMIT, "ASSEMBLA_TOKEN_STORE": "memory"}
        return [await anyio.to_thread.run_sync(partial(_one_get, emulator, url, env))]


def _one_get(emulator: Emulator, url: str, env: dict[str, str]) -> Row:
    keys = {"X-Api-Key": emulator.credentials.api_key, "X-Api-Secret": emulator.credentials.api_secret}
    times: dict[str, list[float]] = {"get": [], "trivial": [], "ours": []}
    with (
        StdioServer(MINIMAL) as minimal,
        StdioServer(OURS, env) as ours,
        httpx2.Client(base_url=url, headers=keys) as http,
    ):
        turns: dict[str, Callable[[], object]] = {
            "get": lambda: http.get("/v1/spaces/space_name.json"),
            "trivial": lambda: minimal.call("hello"),
            "ours": lambda: ours.call("get_space", space="space_name"),
        }
        for turn in turns.values():
            turn()
        for _ in range(CALLS):
            for name, turn in turns.items():
                began = time.perf_counter()
                turn()
                times[name].append(time.perf_counter() - began)
    took = {name: statistics.median(each) * 1000 for name, each in times.items()}
    beside = took["get"] + took["trivial"]
    return Row(
        "a tool with one GET over stdio, median",
        f"{took['ours']:.2f} ms",
        f"GET + trivial {beside:.2f} ms",
        took["ours"] / beside,
        1.25,
    )


async def _size_rows() -> list[Row]:
    """What a hundred things in brief weigh on the wire, beside the API's own body for the same hundred."""
    emulator = Emulator(rate=None)
    number = 0
    while len(emulator.database.spaces_of(emulator.database.me)) < 100:
        number += 1
        emulator.database.add_space(name=f"Project {number}", description="What this project is about, in a line.")
    newest = {"report": "0", "per_page": "100", "sort_by": "updated_at", "sort_order": "desc"}
    async with _sandbox(emulator) as (_, url):
        keys = {"X-Api-Key": emulator.credentials.api_key, "X-Api-Secret": emulator.credentials.api_secret}
        async with httpx2.AsyncClient(base_url=url, headers=keys) as http:
            spaces = (await http.get("/v1/spaces.json")).content
            tickets = (await http.get("/v1/spaces/harbour-app/tickets.json", params=newest)).content
        env = {
            **emulator.credentials.as_env(url),
            "ASSEMBLA_RATE_LIMIT": NO_LIMIT,
            "ASSEMBLA_TOKEN_STORE": "memory",
            "ASSEMBLA_MAX_RESULT_CHARS": "1000000",
        }
        searched = {"space": "harbour-app", "state": "all", "limit": 100}
        return [
            await anyio.to_thread.run_sync(partial(_size_row, env, "list_spaces", {"limit": 100}, len(spaces), 0.5)),
            await anyio.to_thread.run_sync(partial(_size_row, env, "search_tickets", searched, len(tickets), 0.8)),
        ]


def _size_row(env: dict[str, str], tool: str, arguments: dict[str, Any], body: int, budget: float) -> Row:
    with StdioServer(OURS, env) as server:
        result = server.call(tool, **arguments)
    assert len(result["structuredContent"]["items"]) == 100
    sent = {name: result[name] for name in ("content", "structuredContent")}
    wire = len(json.dumps(sent, separators=(",", ":"), ensure_ascii=False).encode())
    return Row(f"100 items of {tool} in brief, bytes on the wire", str(wire), f"API body {body}", wire / body, budget)


async def _paging_row() -> Row:
    emulator = Emulator(rate="20/second,240/minute")
    there = emulator.database.portfolio_spaces(next(iter(emulator.database.portfolio_managers))) or []
    for number in range(5_000 - len(there)):
        emulator.database.add_space(name=f"Project {number}")
    emulator.faults.add(Fault(Delay(0.15), times=None))
    async with _sandbox(emulator) as (_, url):
        sender = Connection(url, RateLimiter("20/second,240/minute"), user_agent="bench")
        client = AssemblaClient(
            Transport(Session(sender, KeyPair(emulator.credentials.api_key, emulator.credentials.api_secret)))
        )
        began = time.perf_counter()
        spaces = await client.spaces.portfolio(emulator.database.portfolio, None)
        took = time.perf_counter() - began
        await sender.aclose()
    assert len(spaces) == 5_000
    refused = sum(request.status == 429 for request in emulator.requests)
    assert refused == 0, f"{refused} requests were refused"
    return Row(
        "5,000 records at 150 ms a request, 20/s, seconds", f"{len(emulator.requests)} requests", "no 429", took, 2.8
    )


@asynccontextmanager
async def _sandbox(emulator: Emulator) -> AsyncIterator[tuple[Emulator, str]]:
    async with serving(emulator) as url:
        yield emulator, url


def _closure(name: str) -> set[str]:
    """Every installed distribution that `name` needs, itself among them, extras left out."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        each = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if each in found:
            continue
        try:
            needs = importlib.metadata.requires(each) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # a requirement for another platform
        found.add(each)
        waiting += [re.split(r"[\s\[<>=!~;(]", need, maxsplit=1)[0] for need in needs if "extra ==" not in need]
    return found


if __name__ == "__main__":
    sys.exit(main())
