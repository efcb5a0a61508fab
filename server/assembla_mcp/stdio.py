"""MCP over stdin and stdout: one JSON-RPC message a line, and nothing else on stdout.

Besides what the SDK's own transport does, it leaves within two seconds whatever is under way, answers requests that
came just before the end of input, and lets a client try `server/discover` and then `initialize` on one pipe.
"""

import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import anyio
from anyio import to_thread
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.server import Server
from mcp.server.runner import serve_dual_era_loop
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCError, JSONRPCRequest, JSONRPCResponse, jsonrpc_message_adapter

LAST_ANSWERS_S = 1.0
"""How long requests that are under way may still be answered once the input has ended."""
HARD_STOP_S = 1.8
"""When the process leaves, whatever still holds it: hosts kill a server that takes more than two seconds."""

Incoming = SessionMessage | Exception


def serve_stdio(server: Server[Any]) -> None:
    """Serve until stdin closes or a signal comes, then end the process with status 0; does not return."""
    with _claimed() as (stdin, stdout):
        anyio.run(_serve, server, stdin, stdout)
        stdout.flush()
    _leave()


async def _serve(server: Server[Any], stdin: BinaryIO, stdout: BinaryIO) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_stop_on_signal, tasks.cancel_scope)
        async with server.lifespan(server) as state:
            await Conversation(server, state, stdout).run(stdin)
        tasks.cancel_scope.cancel()


async def _stop_on_signal(scope: anyio.CancelScope) -> None:
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async for _ in signals:
            _leave_soon()
            scope.cancel()


@dataclass
class Conversation:
    """Everything said over one pair of pipes: a serving loop at a time, and the requests still unanswered."""

    server: Server[Any]
    state: Any
    stdout: BinaryIO
    opened_by: str | None = None
    unanswered: set[str | int] = field(default_factory=set)
    settled: anyio.Event = field(default_factory=anyio.Event)

    async def run(self, stdin: BinaryIO) -> None:
        """Serve every line of `stdin` until it ends."""
        async with anyio.create_task_group() as tasks:
            loop = self._open(tasks)
            async for message in _messages(stdin):
                if self._starts_over(message):
                    # The SDK fixes the protocol era by the first request, yet clients exist that probe with
                    # `server/discover` and then greet with `initialize`: that greeting gets a fresh loop.
                    await self._close(loop)
                    loop = self._open(tasks)
                self._note_request(message)
                await loop.send(message)
            _leave_soon()
            await self._close(loop)

    def _open(self, tasks: anyio.abc.TaskGroup) -> MemoryObjectSendStream[Incoming]:
        self.opened_by = None
        to_loop, incoming = anyio.create_memory_object_stream[Incoming](0)
        outgoing, from_loop = anyio.create_memory_object_stream[SessionMessage](0)
        tasks.start_soon(self._loop, incoming, outgoing)
        tasks.start_soon(self._write, from_loop)
        return to_loop

    async def _loop(
        self, incoming: MemoryObjectReceiveStream[Incoming], outgoing: MemoryObjectSendStream[SessionMessage]
    ) -> None:
        await serve_dual_era_loop(self.server, incoming, outgoing, lifespan_state=self.state)

    async def _close(self, loop: MemoryObjectSendStream[Incoming]) -> None:
        """End a serving loop. It drops what is under way, so first let that be answered, for a moment."""
        with anyio.move_on_after(LAST_ANSWERS_S):
            while self.unanswered:
                self.settled = anyio.Event()
                await self.settled.wait()
        await loop.aclose()

    async def _write(self, messages: MemoryObjectReceiveStream[SessionMessage]) -> None:
        async for each in messages:
            line = each.message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n"
            await to_thread.run_sync(self._put, line)
            if isinstance(each.message, JSONRPCResponse | JSONRPCError) and each.message.id is not None:
                self.unanswered.discard(each.message.id)
                self.settled.set()

    def _put(self, line: bytes) -> None:
        try:
            self.stdout.write(line)
            self.stdout.flush()
        except BrokenPipeError:
            _leave()  # nobody listens any more, so nothing is left to do

    def _starts_over(self, message: Incoming) -> bool:
        return self.opened_by not in (None, "initialize") and _method(message) == "initialize"

    def _note_request(self, message: Incoming) -> None:
        if isinstance(message, SessionMessage) and isinstance(message.message, JSONRPCRequest):
            self.opened_by = self.opened_by or message.message.method
            self.unanswered.add(message.message.id)


async def _messages(stdin: BinaryIO) -> AsyncIterator[Incoming]:
    # Abandoned, not awaited, on cancellation: nothing wakes a thread that blocks on a pipe somebody keeps open.
    while line := await to_thread.run_sync(stdin.readline, abandon_on_cancel=True):
        if not line.strip():
            continue
        try:
            yield SessionMessage(jsonrpc_message_adapter.validate_json(line, by_name=False))
        except ValueError as error:
            yield error


def _method(message: Incoming) -> str | None:
    inner = message.message if isinstance(message, SessionMessage) else None
    return inner.method if isinstance(inner, JSONRPCRequest) else None


@contextmanager
def _claimed() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """The two pipes for protocol alone: whatever else prints to stdout from now on lands on stderr."""
    stdin, stdout = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    with os.fdopen(stdin, "rb", closefd=False) as lines_in, os.fdopen(stdout, "wb", closefd=False) as lines_out:
        yield lines_in, lines_out


def _leave_soon() -> None:
    timer = threading.Timer(HARD_STOP_S, _leave)
    timer.daemon = True
    timer.start()


def _leave() -> None:
    # Not sys.exit: it would wait for the thread that still reads stdin.
    sys.stderr.flush()
    os._exit(0)
