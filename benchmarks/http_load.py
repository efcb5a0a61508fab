"""Requests a second over stateless HTTP, 32 in flight, ours beside MIN; and what a thousand callers leave behind."""

import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2
from stdio import MINIMAL, OURS

IN_FLIGHT = 32
REQUESTS = 1_500
ROUNDS = 3
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
BODY = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": META}}
HEADERS = {
    "accept": "application/json, text/event-stream",
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "tools/list",
}


async def http_rows(row: Callable[..., Any]) -> list[Any]:
    """The rows for HTTP; both servers run at once and are asked in turn."""
    async with (
        _server(MINIMAL, 8731),
        _server([*OURS, "serve", "--demo", "--transport", "http", "--port", "8732"], 8732) as ours,
    ):
        rates: dict[str, list[float]] = {"min": [], "ours": []}
        await _rate(8731)
        await _rate(8732)
        before = _resident_mb(ours)
        for _ in range(ROUNDS):
            rates["min"].append(await _rate(8731))
            rates["ours"].append(await _rate(8732))
        grown = _resident_mb(ours) - before
    least, us = statistics.median(rates["min"]), statistics.median(rates["ours"])
    return [
        row("stateless HTTP, 32 in flight, requests a second", f"{us:.0f}", f"MIN {least:.0f}", us / least, 0.80, True),
        row(f"memory grown after {ROUNDS * REQUESTS} requests of as many callers, MiB", f"{grown:.1f}", "", grown, 5.0),
    ]


async def _rate(port: int) -> float:
    """`tools/list` a second: the one request that every stateless client makes of every server."""
    left = iter(range(REQUESTS))

    async def caller(http: httpx2.AsyncClient) -> None:
        for _ in left:
            answer = await http.post(f"http://127.0.0.1:{port}/mcp", json=BODY, headers=HEADERS)
            answer.raise_for_status()

    limits = httpx2.Limits(max_connections=IN_FLIGHT)
    async with httpx2.AsyncClient(limits=limits, timeout=30) as http:
        began = time.perf_counter()
        async with anyio.create_task_group() as tasks:
            for _ in range(IN_FLIGHT):
                tasks.start_soon(caller, http)
        return REQUESTS / (time.perf_counter() - began)


@asynccontextmanager
async def _server(command: Sequence[str], port: int) -> AsyncIterator[int]:
    arguments = [*command, str(port)] if command == MINIMAL else list(command)
    quiet = subprocess.DEVNULL
    async with await anyio.open_process(arguments, stdin=quiet, stdout=quiet, stderr=quiet) as process:
        try:
            with anyio.fail_after(30):
                while not await _answers(port):  # noqa: ASYNC110 # another process: nothing could set an event
                    await anyio.sleep(0.1)
            yield process.pid
        finally:
            process.terminate()


async def _answers(port: int) -> bool:
    try:
        stream = await anyio.connect_tcp("127.0.0.1", port)
    except OSError:
        return False
    await stream.aclose()
    return True


def _resident_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1].split()[0]) / 1024


assert sys.platform == "linux", "memory is read from /proc"
