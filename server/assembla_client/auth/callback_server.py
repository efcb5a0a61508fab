"""Waits on this machine for the browser to bring back the code, and answers it with a page.

Decides which request is the redirect; what the code is exchanged for is the caller's `exchange`. Imported by
the login command only. h11 and not uvicorn: that closes connections which it accepted but has not yet read, and a
browser that asks twice would be left without its page.
"""

import errno
import hmac
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import anyio
import h11
from anyio.abc import SocketStream

from assembla_client.auth.callback_page import (
    SECURITY_HEADERS,
    Page,
    denied,
    not_expected,
    not_signed_in,
    signed_in,
)
from assembla_client.auth.grants import refusal
from assembla_client.errors import AssemblaError
from assembla_client.loopback import is_loopback

Exchange = Callable[[str], Awaitable[str]]

# Browsers open connections ahead and leave them silent; the page itself is a few kilobytes to this same
# machine.
_REQUEST_WAIT_S = 30.0
_SEND_WAIT_S = 5.0
_CLOSE_WAIT_S = 1.0
_HTML = ("Content-Type", "text/html; charset=utf-8")


@dataclass(frozen=True)
class Redirect:
    """Where the browser comes back to."""

    host: str
    port: int
    path: str


def read_redirect(url: str) -> Redirect:
    """Take a redirect URL apart. Raises AssemblaError unless it is plain http on a loopback host."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
        parts, port = urlsplit(""), None
    if parts.scheme != "http" or host is None or not is_loopback(host):
        raise AssemblaError(
            "ASSEMBLA_REDIRECT_URL must be an http address on this machine, such as http://127.0.0.1:8723/callback."
        )
    return Redirect(host, 80 if port is None else port, parts.path or "/")


async def wait_for_code(redirect_url: str, state: str, exchange: Exchange, *, listening: Callable[[], None]) -> str:
    """Wait for the redirect that carries `state`, exchange its code, tell the browser how it went.

    `listening` is called once the port is open: then the browser may be sent off. `exchange` takes the code
    and returns who is signed in, as a sentence without its full stop; that is returned here too, after the
    page has been sent. Raises Unauthorized if access was denied, what `exchange` raises, and AssemblaError if
    the port cannot be used.
    """
    callback = _Callback(read_redirect(redirect_url), state, exchange)
    async with await _listen(callback.redirect) as listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, callback.serve)
        listening()
        await callback.finished.wait()
        tasks.cancel_scope.cancel()
    return callback.outcome()


async def _listen(redirect: Redirect) -> "anyio.abc.Listener[SocketStream]":
    try:
        return await anyio.create_tcp_listener(local_host=redirect.host, local_port=redirect.port)
    except OSError as error:
        why = "it is in use" if error.errno == errno.EADDRINUSE else error.strerror or "no reason given"
        raise AssemblaError(
            f"Port {redirect.port} on {redirect.host} cannot be used for the login: {why}. "
            "Close what uses it, or register another redirect address with Assembla "
            "and set ASSEMBLA_REDIRECT_URL to it."
        ) from None


class _Callback:
    """One sign-in under way: the first request with the state decides, later ones see the same page."""

    def __init__(self, redirect: Redirect, state: str, exchange: Exchange) -> None:
        self.redirect = redirect
        self.finished = anyio.Event()
        self._state = state.encode()
        self._exchange = exchange
        self._deciding = anyio.Lock()
        self._page: Page | None = None
        self._who = ""
        self._error: AssemblaError | None = None
        self._answering = 0

    def outcome(self) -> str:
        if self._error is not None:
            raise self._error
        return self._who

    async def serve(self, stream: SocketStream) -> None:
        """Answer one connection, with one request."""
        async with stream:
            with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError, h11.RemoteProtocolError, TimeoutError):
                http = h11.Connection(h11.SERVER)
                request = await _read_request(http, stream)
                if request is not None:
                    await self._answer(http, stream, request)

    async def _answer(self, http: h11.Connection, stream: SocketStream, request: h11.Request) -> None:
        target = urlsplit(request.target.decode("ascii", "replace"))
        if target.path == "/favicon.ico":
            await _send(http, stream, 204)
        elif target.path != self.redirect.path:
            await _send(http, stream, 404, b"Not found\n", ("Content-Type", "text/plain"))
        elif request.method != b"GET":  # a HEAD must not use up the code
            await _send(http, stream, 405, b"", ("Allow", "GET"))
        else:
            await self._answer_redirect(http, stream, parse_qs(target.query))

    async def _answer_redirect(self, http: h11.Connection, stream: SocketStream, query: dict[str, list[str]]) -> None:
        if not self._is_redirect(query):
            await _send_page(http, stream, not_expected())
            return
        self._answering += 1
        try:
            await _send_page(http, stream, await self._decide(query))
        finally:
            self._answering -= 1
            # The person must have seen the page before the program goes on and perhaps ends.
            if self._page is not None and self._answering == 0:
                self.finished.set()

    def _is_redirect(self, query: dict[str, list[str]]) -> bool:
        state = query.get("state", [""])[0].encode("utf-8", "replace")
        return hmac.compare_digest(state, self._state) and ("code" in query or "error" in query)

    async def _decide(self, query: dict[str, list[str]]) -> Page:
        async with self._deciding:
            if self._page is None:
                self._page = await self._exchange_code(query)
            return self._page

    async def _exchange_code(self, query: dict[str, list[str]]) -> Page:
        if "error" in query:
            self._error = refusal(query["error"][0])
            return denied() if query["error"][0] == "access_denied" else not_signed_in(self._error.message)
        try:
            self._who = await self._exchange(query["code"][0])
        except AssemblaError as error:
            self._error = error
            return not_signed_in(error.message)
        return signed_in(self._who)


async def _read_request(http: h11.Connection, stream: SocketStream) -> h11.Request | None:
    with anyio.fail_after(_REQUEST_WAIT_S):
        while True:
            event = http.next_event()
            if isinstance(event, h11.Request):
                return event
            if event is not h11.NEED_DATA:
                return None
            try:
                http.receive_data(await stream.receive())
            except anyio.EndOfStream:
                http.receive_data(b"")


async def _send_page(http: h11.Connection, stream: SocketStream, page: Page) -> None:
    await _send(http, stream, page.status, page.html(), _HTML)


async def _send(
    http: h11.Connection, stream: SocketStream, status: int, body: bytes = b"", *extra: tuple[str, str]
) -> None:
    headers: list[tuple[str, str]] = [
        *extra,
        *SECURITY_HEADERS,
        *([] if status == 204 else [("Content-Length", str(len(body)))]),
        ("Connection", "close"),
    ]
    with anyio.fail_after(_SEND_WAIT_S):
        for event in (
            h11.Response(status_code=status, headers=headers),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            await stream.send(http.send(event) or b"")
        await stream.send_eof()
    # Wait until the browser has taken it all: closing on unread bytes would throw the page away.
    with anyio.move_on_after(_CLOSE_WAIT_S), suppress(anyio.EndOfStream, anyio.BrokenResourceError):
        while True:
            await stream.receive()
