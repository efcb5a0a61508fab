"""MCP over stdin and stdout: one JSON-RPC message a line, and nothing else on stdout.

Besides what the SDK's own transport does, it leaves within two seconds whatever is under way, answers requests that
came just before the end of input, and lets a client try `server/discover` and then `initialize` on one pipe.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NoReturn

import anyio
from anyio import to_thread
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.server import Server
from mcp.server.runner import serve_dual_era_loop
from mcp.shared.dispatcher import as_request_id
from mcp.shared.message import SessionMessage
from mcp.types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
    jsonrpc_message_adapter,
)
from pydantic_core import from_json

from assembla_mcp import exit_status
from assembla_mcp.transports.request_ids import refused_id, same_id

LAST_ANSWERS_S = 1.0
"""How long requests that are under way may still be answered once the input has ended."""
HARD_STOP_S = 1.8
"""When the process leaves, whatever still holds it: hosts kill a server that takes more than two seconds."""

Incoming = SessionMessage | Exception  # what the SDK's loop takes


def serve_stdio(server: Server[Any]) -> None:
    """Serve until stdin closes or a signal comes, then end the process; does not return.

    The status is 0, or that of the error that stopped the serving.
    """
    with _claimed() as (stdin, stdout):
        try:
            anyio.run(_serve, server, stdin, stdout)
            stdout.flush()
        except BaseException as error:  # noqa: BLE001 # the process edge: beyond it, a thread on stdin would hold us
            _leave(exit_status.report(error))
    _leave()


async def _serve(server: Server[Any], stdin: BinaryIO, stdout: BinaryIO) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_stop_on_signal, tasks.cancel_scope)
        async with server.lifespan(server) as state:
            await StdioConnection(server, state, stdout).run(stdin)
        tasks.cancel_scope.cancel()
    _leave()  # from within, as the event loop would wait for the thread that still reads stdin


async def _stop_on_signal(scope: anyio.CancelScope) -> None:
    if sys.platform == "win32":
        return  # there are no signal handlers on its event loops; hosts close the pipe or end the process
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        for each in (signal.SIGTERM, signal.SIGINT):
            # The receiver hears of it when the event loop gets to it. One that a long answer keeps busy must not
            # keep the process, so the time to leave begins at once.
            signal.signal(each, lambda *_: leave_soon())
            signal.siginterrupt(each, False)
        async for _ in signals:
            scope.cancel()


@dataclass
class StdioConnection:
    """Everything that goes over one pair of pipes: a serving loop at a time, and the requests still unanswered."""

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
                if isinstance(message, JSONRPCError):
                    await to_thread.run_sync(self._put, _line(message))
                    continue
                if self._starts_over(message):
                    # The SDK fixes the protocol era by the first request, yet clients exist that probe with
                    # `server/discover` and then greet with `initialize`: that greeting gets a fresh loop.
                    await self._close(loop)
                    loop = self._open(tasks)
                self._note(message)
                await loop.send(message)
            await self._close(loop)

    def _open(self, tasks: anyio.abc.TaskGroup) -> MemoryObjectSendStream[Incoming]:
        self.opened_by = None
        self.unanswered.clear()
        to_loop, incoming = anyio.create_memory_object_stream[Incoming](0)
        outgoing, from_loop = anyio.create_memory_object_stream[SessionMessage](0)
        tasks.start_soon(self._loop, incoming, outgoing)
        tasks.start_soon(self._write, from_loop)
        return to_loop

    async def _loop(
        self, incoming: MemoryObjectReceiveStream[Incoming], outgoing: MemoryObjectSendStream[SessionMessage]
    ) -> None:
        with _fatal():
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
            await to_thread.run_sync(self._put, _line(each.message))
            if isinstance(each.message, JSONRPCResponse | JSONRPCError) and each.message.id is not None:
                self._settle(each.message.id)

    def _settle(self, request_id: str | int) -> None:
        self.unanswered.discard(request_id)
        self.settled.set()

    def _put(self, line: bytes) -> None:
        try:
            self.stdout.write(line)
            self.stdout.flush()
        except OSError:  # a pipe that was closed is EPIPE, and EINVAL on Windows
            _leave()  # nobody listens any more, so nothing is left to do

    def _starts_over(self, message: SessionMessage) -> bool:
        return self.opened_by not in (None, "initialize") and _method(message) == "initialize"

    def _note(self, message: SessionMessage) -> None:
        inner = message.message
        if isinstance(inner, JSONRPCRequest):
            self.opened_by = self.opened_by or inner.method
            self.unanswered.add(inner.id)
        elif isinstance(inner, JSONRPCNotification) and inner.method == "notifications/cancelled":
            # The SDK answers no request that its client has cancelled.
            cancelled = (inner.params or {}).get("requestId")
            for request_id in [each for each in self.unanswered if same_id(each, cancelled)]:
                self._settle(request_id)


def _line(message: JSONRPCMessage) -> bytes:
    return message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n"


async def _messages(stdin: BinaryIO) -> AsyncIterator[SessionMessage | JSONRPCError]:
    """What comes in; for a line that is no message, the answer to it."""
    # Abandoned, not awaited, on cancellation: nothing wakes a thread that blocks on a pipe somebody keeps open.
    while line := await to_thread.run_sync(_read, stdin, abandon_on_cancel=True):
        if not line.strip():
            continue
        yield _read_as_message(line)


def _read_as_message(line: bytes) -> SessionMessage | JSONRPCError:
    """The message, or the answer to what is none: the SDK would drop it, and whoever asked would wait for ever."""
    try:
        message = jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValueError:
        return _refusal(line)
    # With an id that is none, a request passes for a notification.
    refused = refused_id(from_json(line)) if isinstance(message, JSONRPCNotification) else None
    return refused or SessionMessage(message)


def _read(stdin: BinaryIO) -> bytes:
    line = stdin.readline()
    if not line:
        leave_soon()  # from here, as the event loop may be busy
    return line


def _refusal(line: bytes) -> JSONRPCError:
    """The answer to what cannot be read, to its id where that can: half an emoji stops the SDK, not this."""
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return JSONRPCError(jsonrpc="2.0", id=None, error=ErrorData(code=PARSE_ERROR, message="This is not JSON."))
    request_id = asked.get("id") if isinstance(asked, dict) else None
    readable = as_request_id(request_id)
    said = "This is no JSON-RPC message, or holds half a character."
    return JSONRPCError(jsonrpc="2.0", id=readable, error=ErrorData(code=INVALID_REQUEST, message=said))


def _method(message: SessionMessage) -> str | None:
    return message.message.method if isinstance(message.message, JSONRPCRequest) else None


@contextmanager
def _claimed() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """The two pipes for protocol alone: whatever else prints to stdout from now on lands on stderr."""
    stdin, stdout = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    with os.fdopen(stdin, "rb", closefd=False) as lines_in, os.fdopen(stdout, "wb", closefd=False) as lines_out:
        yield lines_in, lines_out


@contextmanager
def _fatal() -> Iterator[None]:
    """An error inside ends the process in time, even where a write that nobody reads holds up its report."""
    try:
        yield
    except Exception:
        leave_soon(exit_status.FAILED)
        raise


def leave_soon(status: int = exit_status.DONE) -> None:
    """End the process within the time that hosts allow, whatever still holds it then."""
    timer = threading.Timer(HARD_STOP_S, _leave, (status,))
    timer.daemon = True
    timer.start()


def _leave(status: int = exit_status.DONE) -> NoReturn:
    # Not sys.exit: it would wait for the thread that still reads stdin.
    sys.stderr.flush()
    os._exit(status)
