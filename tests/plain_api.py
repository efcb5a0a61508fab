"""An API of a few canned answers, as an ASGI application, and a client that talks to any ASGI application."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import httpx2
from starlette.types import ASGIApp, Receive, Scope, Send

from assembla_client.auth.api_key import KeyPair
from assembla_client.auth.credential import Credential
from assembla_client.auth.credential import Send as SendRequest
from assembla_client.client import AssemblaClient
from assembla_client.resources.portfolio import PORTFOLIO_USERS
from assembla_client.transport.client import Session, Transport
from assembla_client.transport.connection import Connection
from assembla_client.transport.rate_limit import RateLimiter
from assembla_client.transport.request import Reply, Request
from faketime import FakeTime

URL = "http://127.0.0.1:9"
USERS = PORTFOLIO_USERS(portfolio=None)
"""A paged list to ask for."""


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b"[]"
    headers: tuple[tuple[bytes, bytes], ...] = ((b"content-type", b"application/json"),)


@dataclass
class Asked:
    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class PlainAPI:
    """Gives `answers` in turn, the last one for ever; `answer` decides by request instead. Notes who asked what."""

    answers: list[Answer] = field(default_factory=lambda: [Answer()])
    answer: Callable[[Asked], Answer] | None = None
    time: FakeTime | None = None
    takes_s: float = 0.0
    asked: list[Asked] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive()).get("body", b"")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path = scope["raw_path"].decode()
        asked = Asked(scope["method"], path, dict(parse_qsl(scope["query_string"].decode())), headers, body)
        self.asked.append(asked)
        answer = self.answer(asked) if self.answer else self._next()
        if self.time is not None:
            await self.time.sleep(self.takes_s)
        await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.headers)})
        await send({"type": "http.response.body", "body": answer.body})

    def _next(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def http_to(app: ASGIApp) -> Callable[[], httpx2.AsyncClient]:
    return lambda: httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app))


def sender_to(
    app: ASGIApp,
    *,
    time: FakeTime | None = None,
    rate: str = "100000/second",
    timeout_s: float = 30.0,
    max_body_bytes: int = 2**20,
    url: str = URL,
) -> Connection:
    time = time or FakeTime()
    return Connection(
        url,
        RateLimiter(rate, time.now, time.sleep),
        timeout_s=timeout_s,
        user_agent="assembla-mcp/test",
        max_body_bytes=max_body_bytes,
        http=http_to(app),
    )


def session_to(
    app: ASGIApp,
    *,
    time: FakeTime | None = None,
    rate: str = "100000/second",
    credential: Credential | None = None,
    timeout_s: float = 30.0,
) -> Session:
    """What several calls share."""
    time = time or FakeTime()
    return Session(
        sender_to(app, time=time, rate=rate, timeout_s=timeout_s),
        credential or KeyPair("a-key", "a-secret"),
        sleep=time.sleep,
        clock=time.now,
        random=lambda: 0.0,
    )


def transport_to(
    app: ASGIApp,
    *,
    time: FakeTime | None = None,
    rate: str = "100000/second",
    credential: Credential | None = None,
    timeout_s: float = 30.0,
) -> Transport:
    """What one call asks through."""
    return Transport(session_to(app, time=time, rate=rate, credential=credential, timeout_s=timeout_s))


class Upstream:
    """A plain `send` for a session to send over; it notes for how long it was to be quiet."""

    def __init__(self, send: SendRequest) -> None:
        self._send = send
        self.holds: list[float] = []

    async def __call__(self, request: Request) -> Reply:
        return await self._send(request)

    def hold(self, seconds: float) -> None:
        self.holds.append(seconds)

    async def aclose(self) -> None: ...


def client_of(app: ASGIApp, *, time: FakeTime | None = None) -> AssemblaClient:
    return AssemblaClient(transport_to(app, time=time))


def numbered(numbers: Iterable[int]) -> bytes:
    """A JSON array of users, called after numbers."""
    users = (f'{{"id":"u{n}","login":"l{n}","name":"N {n}"}}' for n in numbers)
    return f"[{','.join(users)}]".encode()
