"""Who asks decides the client: one session for each principal, and from it an `Api` for each request.

Only this room opens connections and makes clients. Start-up is measured: nothing is read, opened or built here before
the first call.
"""

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from anyio import to_thread

from assembla_client.auth.credential import Credential, Send
from assembla_client.auth.tokens import fingerprint
from assembla_client.client import AssemblaClient
from assembla_client.transport.client import Session, Transport
from assembla_client.transport.connection import Connection
from assembla_client.transport.rate_limit import RateLimiter
from assembla_mcp import __version__, logs
from assembla_mcp.config.settings import Settings
from assembla_tools import Api, SpaceScope

if TYPE_CHECKING:
    import httpx2

    from assembla_emulator.app import Emulator
    from assembla_mcp.sessions.credentials import Choice

USER_AGENT = f"assembla-mcp/{__version__}"
PUBLIC_ONLY = "signed in as the application alone: public data only. `assembla-mcp login` signs you in yourself"
_EMULATOR_URL = "http://127.0.0.1"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Principal:
    """Who a request acts for: an API address, and where the credential comes from (a key, a login, a client).

    Not the credential itself: that may be refreshed, and the principal stays.
    """

    api_url: str
    origin: str


DEMO = Principal(_EMULATOR_URL, "demo")


class Sessions:
    """A session for each principal, opened with its first request; all are closed together."""

    def __init__(self, settings: Settings, open_session: Callable[[Principal], Session]) -> None:
        self._open_session = open_session
        self._sessions: dict[Principal, Session] = {}
        self._scope = SpaceScope.of(settings.spaces or ())
        self._portfolio = settings.portfolio
        self._max_result_chars = settings.max_result_chars

    def for_request(self, principal: Principal) -> Api:
        """What one request of that principal works with: its time to wait begins now, all else is the session's."""
        return Api(
            AssemblaClient(Transport(self._session(principal))),
            scope=self._scope,
            portfolio=self._portfolio,
            max_result_chars=self._max_result_chars,
        )

    async def aclose(self) -> None:
        """Close every session. A request after this opens new ones."""
        while self._sessions:
            _, session = self._sessions.popitem()
            await session.aclose()

    def _session(self, principal: Principal) -> Session:
        if principal not in self._sessions:
            self._sessions[principal] = self._open_session(principal)
        return self._sessions[principal]


@asynccontextmanager
async def open_sessions(settings: Settings, open_session: Callable[[Principal], Session]) -> AsyncIterator[Sessions]:
    """Sessions that are closed in the end."""
    sessions = Sessions(settings, open_session)
    try:
        yield sessions
    finally:
        await sessions.aclose()


@asynccontextmanager
async def local_api(settings: Settings, demo: bool = False) -> AsyncIterator[Callable[[], Api]]:
    """For a server whose requests all act for whoever configured it: what gives each of them its `Api`.

    With `demo` the API is an emulator inside this process.
    """
    principal = DEMO if demo else configured_principal(settings)

    def open_session(_: Principal) -> Session:
        return demo_session(settings) if demo else session_with(settings, LazyCredential(settings))

    async with open_sessions(settings, open_session) as sessions:
        yield lambda: sessions.for_request(principal)


def configured_principal(settings: Settings) -> Principal:
    """Whoever configured this server: by key, by the token handed in, else by the profile, whose login is stored.

    Reads nothing but settings. Should the profile's login become another account's, the session sees to it.
    """
    access, refresh = settings.access_token, settings.refresh_token
    token = refresh or access
    if settings.api_key is not None:
        origin = f"key:{fingerprint(settings.api_key.get_secret_value())}"
    elif token is not None:
        origin = f"login:{fingerprint(token.get_secret_value())}"
    else:
        origin = f"profile:{settings.profile}"
    return Principal(settings.api_url, origin)


def session_with(settings: Settings, credential: Credential) -> Session:
    """A session on the API that these settings name. Nothing is connected before its first request."""
    return Session(_connection(settings), credential)


def demo_session(settings: Settings) -> Session:
    """A session on an emulator inside this process, as somebody whom it knows."""
    emulated = Emulated()
    return Session(_connection(settings, emulated), emulated)


def _connection(settings: Settings, emulated: "Emulated | None" = None) -> Connection:
    return Connection(
        settings.api_url if emulated is None else _EMULATOR_URL,
        RateLimiter(settings.rate_limit),
        timeout_s=settings.timeout_s,
        user_agent=USER_AGENT,
        http=None if emulated is None else emulated.http,
    )


class LazyCredential:
    """The credential that `credentials.choose` picks, picked when it is first needed.

    Where nobody is signed in, or only the application is, it looks again before each request: a login made
    meanwhile counts without a restart.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._choice: Choice | None = None

    @property
    def account(self) -> str:
        """That of the chosen credential; nobody's before there is one."""
        return "nobody" if self._choice is None else self._choice.credential.account

    async def headers(self, send: Send) -> Mapping[str, str]:
        """Headers of the chosen credential. Raises Unauthorized, saying how to sign in, if there is none."""
        headers = await (await self.choice()).credential.headers(send)
        logs.register_secrets(*(value.removeprefix("Bearer ") for value in headers.values()))
        return headers

    async def refused(self, sent: Mapping[str, str], send: Send, *, again: bool = False) -> bool:
        """Passed on to the chosen credential."""
        return await (await self.choice()).credential.refused(sent, send, again=again)

    def used(self) -> None:
        """Passed on to the chosen credential."""
        if self._choice is not None:
            self._choice.credential.used()

    async def aclose(self) -> None:
        """Passed on to the chosen credential."""
        if self._choice is not None:
            await self._choice.credential.aclose()

    async def choice(self) -> "Choice":
        """What was picked, or is now. Raises ConnectionFailed where the token store never answers."""
        if self._choice is None or not self._choice.is_personal:
            found = await self._look()
            # Another look, begun later, may have found somebody meanwhile: that stays.
            if self._choice is None or not (self._choice.is_personal or found.way == self._choice.way):
                self._choice = found
                if found.way == "client-credentials":
                    logger.warning(PUBLIC_ONLY)
        return self._choice

    async def _look(self) -> "Choice":
        from assembla_mcp.sessions.credentials import choose_within

        return await to_thread.run_sync(choose_within, self._settings, abandon_on_cancel=True)


class Emulated:
    """The emulator inside this process, and the credential that it knows. Built when first used."""

    @cached_property
    def emulator(self) -> "Emulator":
        """The one emulator that `http` and `headers` share."""
        from assembla_emulator.app import Emulator

        return Emulator()

    def http(self) -> "httpx2.AsyncClient":
        """An HTTP client whose only host is the emulator."""
        import httpx2

        return httpx2.AsyncClient(transport=httpx2.ASGITransport(self.emulator.app))

    @property
    def account(self) -> str:
        """There is one."""
        return "demo"

    async def headers(self, send: Send) -> Mapping[str, str]:
        """The emulator's own key pair, whatever the user's credentials are."""
        known = self.emulator.credentials
        return {"X-Api-Key": known.api_key, "X-Api-Secret": known.api_secret}

    async def refused(self, sent: Mapping[str, str], send: Send, *, again: bool = False) -> bool:
        """There is no second pair to try."""
        return False

    def used(self) -> None:
        """Keys do not slide."""

    async def aclose(self) -> None:
        """Nothing is left to do."""
