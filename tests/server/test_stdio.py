"""The program on real pipes, spoken to line by line as clients do."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters

from assembla_mcp.transports.stdio import HARD_STOP_S, LAST_ANSWERS_S, _stop_on_signal
from guards import STUCK_S
from harness import text_of

PROGRAM = [sys.executable, "-m", "assembla_mcp"]
LEAVES_WITHIN_S = 2.0
BROKEN = """
from contextlib import asynccontextmanager
import anyio
from mcp.server import Server
from assembla_mcp.transports.stdio import serve_stdio

@asynccontextmanager
async def breaks(server):
    async def soon():
        await anyio.lowlevel.checkpoint()
        raise ZeroDivisionError
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(soon)
        yield {}

serve_stdio(Server("broken", lifespan=breaks))
"""
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


class Pipe:
    """A server process and what goes through its pipes."""

    def __init__(self, *arguments: str, **env: str) -> None:
        self.process = subprocess.Popen(
            [*PROGRAM, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **env},
        )
        self._last_id = 0

    def send(self, method: str, **params: Any) -> int:
        self._last_id += 1
        self._write({"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params})
        return self._last_id

    def notify(self, method: str, **params: Any) -> None:
        self._write({"jsonrpc": "2.0", "method": method, "params": params})

    def read(self) -> dict[str, Any]:
        assert self.process.stdout
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        asked = self.send(method, **params)
        answer = self.read()
        assert answer["id"] == asked
        return answer

    def greet(self) -> None:
        assert "result" in self.ask("initialize", **HELLO)
        self.notify("notifications/initialized")

    def leave(self) -> tuple[int, float]:
        """Wait for the end; answers the status and how long it took."""
        began = time.monotonic()
        return self.process.wait(STUCK_S), time.monotonic() - began

    def close(self) -> None:
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream
            stream.close()
        self.process.wait(STUCK_S)

    def _write(self, message: dict[str, Any]) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()


@pytest.fixture
def demo() -> Iterator[Pipe]:
    pipe = Pipe("serve", "--demo")
    yield pipe
    pipe.close()


@pytest.fixture
def silent() -> Iterator[Pipe]:
    """A server whose Assembla takes connections and never answers."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        pipe = Pipe("serve", ASSEMBLA_API_URL=url, ASSEMBLA_API_KEY="key", ASSEMBLA_API_SECRET="secret")
        yield pipe
        pipe.close()


def test_a_client_may_probe_with_discover_and_then_greet_on_the_same_pipe(demo: Pipe) -> None:
    demo.ask("server/discover", _meta=MODERN)
    demo.ask("server/discover", _meta=MODERN)
    demo.greet()
    called = demo.ask("tools/call", name="get_user", arguments={})
    assert called["result"]["structuredContent"]["login"]
    assert demo.ask("tools/list")["result"]["tools"][0]["name"] == "list_spaces"


def test_a_modern_client_is_served_by_the_same_command_and_stays_modern_after_discover(demo: Pipe) -> None:
    discovered = demo.ask("server/discover", _meta=MODERN)["result"]
    assert discovered["supportedVersions"] == ["2026-07-28"]
    assert demo.ask("tools/list", _meta=MODERN)["result"]["ttlMs"] > 0
    called = demo.ask("tools/call", name="get_user", arguments={}, _meta=MODERN)
    assert called["result"]["resultType"] == "complete"


def test_when_its_input_closes_it_answers_what_was_asked_and_leaves_with_status_0(demo: Pipe) -> None:
    demo.greet()
    asked = demo.send("tools/call", name="get_user", arguments={})
    assert demo.process.stdin
    demo.process.stdin.close()
    assert demo.read()["id"] == asked
    status, took = demo.leave()
    assert (status, took < LEAVES_WITHIN_S) == (0, True)


def test_it_leaves_in_time_with_a_request_in_flight_when_its_input_closes(silent: Pipe) -> None:
    silent.greet()
    silent.send("tools/call", name="get_user", arguments={})
    assert silent.process.stdin
    silent.process.stdin.close()
    status, took = silent.leave()
    assert (status, took < LEAVES_WITHIN_S) == (0, True)


@pytest.mark.parametrize("named", [int, str], ids=["by its id", "by its id as text"])
def test_a_request_that_its_client_cancelled_is_not_waited_for(silent: Pipe, named: type[int | str]) -> None:
    silent.greet()
    asked = silent.send("tools/call", name="get_user", arguments={})
    silent.notify("notifications/cancelled", requestId=named(asked))
    assert silent.process.stdin
    silent.process.stdin.close()
    status, took = silent.leave()
    assert (status, took < LAST_ANSWERS_S) == (0, True)


def test_an_error_while_serving_is_reported_and_ends_the_process_though_its_input_stays_open() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", BROKEN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr
        told = process.stderr.readline()
        assert "a bug in assembla-mcp (ZeroDivisionError)" in told
        assert process.wait(LEAVES_WITHIN_S) == 1
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that is always full")
def test_an_output_that_takes_nothing_ends_the_server() -> None:
    with open("/dev/full", "wb") as full:
        process = subprocess.Popen([*PROGRAM, "serve", "--demo"], stdin=subprocess.PIPE, stdout=full)
    assert process.stdin
    try:
        process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode() + b"\n")
        process.stdin.flush()
        assert process.wait(STUCK_S) == 0
    finally:
        process.kill()
        process.stdin.close()
        process.wait(STUCK_S)


async def test_where_there_are_no_signal_handlers_none_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    with anyio.CancelScope() as scope, anyio.fail_after(5), monkeypatch.context() as windows:
        windows.setattr("sys.platform", "win32")
        await _stop_on_signal(scope)
    assert not scope.cancel_called


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "with a request in flight"])
def test_it_leaves_in_time_on_sigterm_though_its_input_stays_open(silent: Pipe, busy: bool) -> None:
    silent.greet()
    if busy:
        silent.send("tools/call", name="get_user", arguments={})
    silent.process.send_signal(signal.SIGTERM)
    status, took = silent.leave()
    assert status in (0, -signal.SIGTERM)
    assert took < HARD_STOP_S  # by itself, not by the timer that comes last


def test_rubbish_on_the_pipe_is_answered_and_the_conversation_goes_on(demo: Pipe) -> None:
    assert demo.process.stdin
    demo.process.stdin.write(b'not json\n\n\xff\xfe{}\n{"jsonrpc": "2.0", "id": 7, "method": 5}\n')
    demo.process.stdin.write(b'{"jsonrpc": "2.0", "id": "half", "method": "x", "params": {"a": "\\ud83d"}}\n')
    demo.process.stdin.flush()
    refused = [demo.read() for _ in range(4)]
    assert [(each["id"], each["error"]["code"]) for each in refused] == [
        (None, -32700),
        (None, -32700),
        (7, -32600),
        ("half", -32600),
    ]
    demo.greet()
    assert demo.ask("ping")["result"] == {}


def test_a_request_whose_id_is_no_id_is_refused_and_not_taken_for_a_notification(demo: Pipe) -> None:
    demo.greet()
    assert demo.process.stdin
    bad = ["null", "1.5", "[]", "{}", "true"]
    for written in bad:
        demo.process.stdin.write(b'{"jsonrpc": "2.0", "id": %s, "method": "tools/list"}\n' % written.encode())
    demo.process.stdin.flush()
    refused = [demo.read() for _ in bad]
    assert [(each["id"], each["error"]["code"]) for each in refused] == [(None, -32600)] * len(bad)
    assert demo.ask("ping")["result"] == {}


def test_a_reader_that_went_away_ends_the_server(demo: Pipe) -> None:
    demo.greet()
    assert demo.process.stdout
    demo.process.stdout.close()
    demo.send("tools/list")
    status, took = demo.leave()
    assert (status, took < LEAVES_WITHIN_S) == (0, True)
    demo.process.stdout = open(os.devnull, "rb")  # noqa: SIM115 # closed by the fixture


async def test_the_sdks_own_client_is_served() -> None:
    command = StdioServerParameters(command=PROGRAM[0], args=[*PROGRAM[1:], "serve", "--demo"])
    async with Client(command) as mcp:
        assert '"login":' in text_of(await mcp.call_tool("get_user", {}))
