"""The emulator on a socket of the loopback interface, for tests and for the `sandbox` command.

uvicorn serves. What is added: a wait until it listens, an end that is waited for, no hold on the
process's signals, and a way for faults to close a connection.
"""

import os
import socket
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Protocol

import anyio
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from assembla_emulator.faults.kinds import CLOSE

HOST = "127.0.0.1"


class Served(Protocol):
    """What can be served: the emulator, or a host beside it."""

    @property
    def app(self) -> ASGIApp: ...


class _ClosingProtocol(H11Protocol):
    """Puts a way to close the connection into each request's scope: no ASGI message says `hang up`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wrapped = self.app
        self.app = self._with_close

    async def _with_close(self, scope: Any, receive: Any, send: Any) -> None:
        extensions = {**(scope.get("extensions") or {}), CLOSE: self.transport.close}
        await self._wrapped({**scope, "extensions": extensions}, receive, send)


class _Server(uvicorn.Server):
    """A server that says when it listens and when it has ended, and leaves signals to its program."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = anyio.Event()
        self.ended = anyio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def run_on(self, listener: socket.socket) -> None:
        """Serve until `should_exit`, also when cancelled: an end in between would leave the port open."""
        with anyio.CancelScope(shield=True):
            try:
                await self.serve([listener])
            finally:
                self.ended.set()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


@asynccontextmanager
async def serving(served: Served, port: int = 0) -> AsyncIterator[str]:
    """Serve on that port (0: a free one) for the length of the block, which is given the base URL."""
    listener = _listen(port)
    config = uvicorn.Config(
        served.app,
        http=_ClosingProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(server.run_on, listener)
            try:
                await server.listening.wait()
                yield f"http://{HOST}:{listener.getsockname()[1]}"
            finally:
                server.should_exit = True
                with anyio.CancelScope(shield=True):
                    await server.ended.wait()
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None  # what the block raised, as it raised it


async def serve(served: Served, port: int, started: Callable[[str], None]) -> None:
    """Serve until cancelled; `started` is told the base URL once connections are taken."""
    async with serving(served, port) as base_url:
        started(base_url)
        await anyio.sleep_forever()


def _listen(port: int) -> socket.socket:
    """A bound socket: a port in use is an OSError here, and naming the protocol gets us TCP_NODELAY."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere the option would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener
