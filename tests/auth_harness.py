"""Signing in against the emulator: a sender without sockets, and the little of a transport that credentials need."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx2
from starlette.types import ASGIApp

from assembla_client.auth.credential import Credential, Send
from assembla_client.auth.oauth import Bearer
from assembla_client.auth.token_store import FileStore, Slot
from assembla_client.auth.tokens import Application, StoredLogin, Tokens
from assembla_client.transport.connection import Connection
from assembla_client.transport.rate_limit import RateLimiter
from assembla_client.transport.request import Reply, Request
from assembla_emulator.app import Emulator
from assembla_emulator.http.middleware import RequestRecord

BASE_URL = "http://127.0.0.1"
SLOT = Slot("default", BASE_URL)
HINT = "Run `assembla-mcp login`."


def sender_on(app: ASGIApp | None, base_url: str = BASE_URL) -> Connection:
    """A real sender: onto `app` in process, or over sockets where that is None."""
    return Connection(
        base_url,
        RateLimiter("100000/second"),
        timeout_s=5.0,
        user_agent="assembla-mcp/test",
        http=None if app is None else lambda: httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app)),
    )


async def ask(credential: Credential, send: Send) -> Reply:
    """One request for the signed-in user, repeated after a 401, as the transport does it."""
    sent = await credential.headers(send)
    reply = await _user(sent, send)
    for again in (False, True):
        if reply.status != 401 or not await credential.refused(sent, send, again=again):
            break
        sent = await credential.headers(send)
        reply = await _user(sent, send)
    if reply.status != 401:
        credential.used()
    return reply


async def _user(headers: object, send: Send) -> Reply:
    assert isinstance(headers, dict)
    return await send(Request("GET", "/v1/user.json", headers=tuple(headers.items())))


def application_of(emulator: Emulator) -> Application:
    return Application(emulator.credentials.client_id, emulator.credentials.client_secret)


def issued(emulator: Emulator, *, user: bool = True) -> Tokens:
    """Tokens that the emulator has just given out."""
    me = emulator.database.me if user else None
    answer = emulator.oauth.issue(emulator.credentials.client_id, str(me) if user else None)
    refresh = answer.get("refresh_token")
    return Tokens(
        str(answer["access_token"]),
        None if refresh is None else str(refresh),
        float(answer["expires_in"]),
        emulator.clock.now(),
    )


def signed_in(emulator: Emulator, state_dir: Path, change: Callable[[Tokens], Tokens] = replace) -> Bearer:
    """A person's login, in the file store and at work."""
    tokens = change(issued(emulator))
    store = FileStore(state_dir)
    store.save(SLOT, StoredLogin(tokens, application_of(emulator)))
    return bearer_on(emulator, state_dir, tokens)


def bearer_on(emulator: Emulator, state_dir: Path, tokens: Tokens, *, origin: str | None = None) -> Bearer:
    """The same login in another process, as far as one process can tell."""
    return Bearer(
        application_of(emulator),
        tokens,
        slot=SLOT,
        store=FileStore(state_dir),
        state_dir=state_dir,
        origin=origin,
        stored=origin is None,
        advice=HINT,
        clock=emulator.clock.now,
    )


def token_requests(emulator: Emulator) -> list[RequestRecord]:
    return [seen for seen in emulator.requests if seen.path == "/token"]
