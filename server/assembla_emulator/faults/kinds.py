"""The kinds of fault that can be injected. More: lists in `paging.py`, single values in `patching.py`, `redirects.py`.

Over a socket (`http/server.py`) all of it is real. In process a transport collects whole answers and knows of no
connection: there a `Drop` before the answer raises ConnectionResetError out of the application, one within
the body ends it short of its Content-Length (which a client must check), and `EndlessBody` ends at some time.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

import anyio
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assembla_emulator import deterministic, responses

CLOSE = "assembla_emulator.close"
"""ASGI extension under which `http/server.py` offers a way to close the connection."""


@dataclass(frozen=True)
class Status:
    """An answer of that status in place of the real one, with the API's usual body unless one is given."""

    status: int
    body: bytes | str | None = None
    headers: Mapping[str, str] | None = None
    content_type: str = responses.HTML

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        response = (
            self._default() if self.body is None else Response(self.body, self.status, media_type=self.content_type)
        )
        response.headers.update(self.headers or {})
        await response(scope, receive, send)

    def _default(self) -> Response:
        defaults: dict[int, Callable[[], Response]] = {
            204: responses.empty,
            401: lambda: responses.unauthorized("The access token is missing, unknown or has expired."),
            403: responses.forbidden,
            404: responses.not_found,
            422: lambda: responses.invalid(base=["The request cannot be processed."]),
            429: lambda: responses.too_many(None),
            500: responses.internal_error,
        }
        page = f"<html><head><title>{self.status}</title></head><body><h1>{self.status}</h1></body></html>"
        return defaults.get(self.status, lambda: Response(page, self.status, media_type=responses.HTML))()


@dataclass(frozen=True)
class Delay:
    """The real answer, `seconds` later."""

    seconds: float

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        await anyio.sleep(self.seconds)
        await app(scope, receive, send)


@dataclass(frozen=True)
class Silent:
    """No answer at all, until the client gives up."""

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        await disconnected(receive)


@dataclass(frozen=True)
class Drop:
    """The connection is lost: before any answer, or with `after` once so many bytes of the body were sent.

    Before an answer the request takes no effect, unless `processed`.
    """

    after: int | None = None
    processed: bool = False

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        if self.processed or self.after is not None:
            real = await collected(app, scope, receive)
            if self.after is not None:
                await real.start(send, length=max(len(real.body), self.after + 1))
                await send({"type": "http.response.body", "body": real.body[: self.after], "more_body": True})
        close = (scope.get("extensions") or {}).get(CLOSE)
        if close is not None:
            close()
            await disconnected(receive)
        elif self.after is None:
            raise ConnectionResetError("the connection was dropped by a fault")
        else:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


@dataclass(frozen=True)
class Truncated:
    """A whole HTTP answer with half a body: its Content-Length is right, its JSON is not."""

    keep: float = 0.5

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        real = await collected(app, scope, receive)
        await real.send(send, real.body[: int(len(real.body) * self.keep)])


@dataclass(frozen=True)
class Body:
    """The real answer's status and headers over any bytes."""

    body: bytes
    content_type: str | None = None

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        real = await collected(app, scope, receive)
        if self.content_type is not None:
            real.replace_header(b"content-type", self.content_type.encode())
        await real.send(send, self.body)


@dataclass(frozen=True)
class Mistyped:
    """The real answer with one field, of the object or of each row, set to `value`."""

    field: str
    value: object = None

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        real = await collected(app, scope, receive)
        body = json.loads(real.body or b"[]")
        for row in body if isinstance(body, list) else [body]:
            row[self.field] = self.value
        await real.send(send, responses.json_bytes(body))


@dataclass(frozen=True)
class EndlessBody:
    """200 and a body that never ends: `chunk` over and over, in process `in_process_bytes` of it."""

    chunk: bytes = b" " * 65536
    in_process_bytes: int = 80 * 2**20

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", responses.JSON.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async with anyio.create_task_group() as group:
            group.start_soon(self._send_chunks, send, CLOSE in (scope.get("extensions") or {}), group.cancel_scope)
            await disconnected(receive)
            group.cancel_scope.cancel()

    async def _send_chunks(self, send: Send, endless: bool, until: anyio.CancelScope) -> None:
        sent_bytes = 0
        while endless or sent_bytes < self.in_process_bytes:
            await send({"type": "http.response.body", "body": self.chunk, "more_body": True})
            await anyio.lowlevel.checkpoint()
            sent_bytes += len(self.chunk)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        until.cancel()


@dataclass(frozen=True)
class EndlessPages:
    """Every page of a list is its first page; with `fresh` the rows have other ids on each."""

    fresh: bool = False

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        query = dict(parse_qsl(scope["query_string"].decode()))
        page = query.pop("page", "1")
        real = await collected(app, {**scope, "query_string": urlencode(query).encode()}, receive)
        body = json.loads(real.body or b"[]")
        if self.fresh:
            body = [row | {"id": _other_id(row["id"], int(page))} for row in body]
        await real.send(send, responses.json_bytes(body))


def _other_id(row_id: str | int, page: int) -> str | int:
    return row_id + page * 1_000_000 if isinstance(row_id, int) else deterministic.identifier(page, row_id)


async def disconnected(receive: Receive) -> None:
    """Return once the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Collected:
    """An application's whole answer, held back to be changed."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""

    async def take(self, message: Message) -> None:
        """The `send` that the application is given."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message["headers"])
        else:
            self.body += message.get("body", b"")

    def json(self) -> object:
        """The body's JSON; an empty body is an empty list, as the API means it."""
        return json.loads(self.body or b"[]")

    def remove_header(self, name: bytes) -> None:
        """Leave one header out."""
        self.headers = [pair for pair in self.headers if pair[0].lower() != name]

    def replace_header(self, name: bytes, value: bytes) -> None:
        """Set one header."""
        self.remove_header(name)
        self.headers.append((name, value))

    async def start(self, send: Send, *, length: int) -> None:
        """Send status and headers, promising a body of `length` bytes."""
        self.replace_header(b"content-length", b"%d" % length)
        status = 200 if length and self.status in (204, 304) else self.status  # those two have no body
        await send({"type": "http.response.start", "status": status, "headers": self.headers})

    async def send(self, send: Send, body: bytes) -> None:
        """Send it with this body."""
        await self.start(send, length=len(body))
        await send({"type": "http.response.body", "body": body, "more_body": False})


async def no_body() -> Message:
    """The `receive` of a further request that a fault makes of its own: the client's was read by the first."""
    return {"type": "http.request", "body": b"", "more_body": False}


async def collected(app: ASGIApp, scope: Scope, receive: Receive) -> Collected:
    """Ask the application and hold its answer back."""
    real = Collected()
    await app(scope, receive, real.take)
    return real
