"""From settings to an `AssemblaClient`.

Start-up is measured: nothing is read, opened or built here before the first call.
"""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from anyio import to_thread

from assembla_client.auth.credential import Credential, Send
from assembla_client.client import AssemblaClient
from assembla_client.transport.client import Transport
from assembla_client.transport.connection import Connection
from assembla_client.transport.rate_limit import RateLimiter
from assembla_mcp import __version__, logs
from assembla_mcp.config.settings import Settings

if TYPE_CHECKING:
    import httpx2

    from assembla_emulator.app import Emulator
    from assembla_mcp.sessions.credentials import Choice

USER_AGENT = f"assembla-mcp/{__version__}"
PUBLIC_ONLY = "signed in as the application alone: public data only. `assembla-mcp login` signs you in yourself"
_EMULATOR_URL = "http://127.0.0.1"

logger = logging.getLogger(__name__)


@asynccontextmanager
async def connect(settings: Settings, demo: bool = False) -> AsyncIterator[AssemblaClient]:
    """A client for these settings; with `demo` one that talks to an emulator inside this process."""
    if demo:
        emulated = Emulated()
        sender = connection_of(settings, emulated)
        credential: Credential = emulated
    else:
        sender, credential = connection_of(settings), LazyCredential(settings)
    try:
        yield AssemblaClient(Transport(sender, credential))
    finally:
        await sender.aclose()


def connection_of(settings: Settings, emulated: "Emulated | None" = None) -> Connection:
    """What sends requests, within the rate limit. The caller closes it."""
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

    async def headers(self, send: Send) -> Mapping[str, str]:
        """Headers of the chosen credential. Raises Unauthorized, saying how to sign in, if there is none."""
        headers = await (await self.choice()).credential.headers(send)
        logs.hide(*(value.removeprefix("Bearer ") for value in headers.values()))
        return headers

    async def refused(self, sent: Mapping[str, str], send: Send) -> bool:
        """Passed on to the chosen credential."""
        return await (await self.choice()).credential.refused(sent, send)

    def used(self) -> None:
        """Passed on to the chosen credential."""
        if self._choice is not None:
            self._choice.credential.used()

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

    async def headers(self, send: Send) -> Mapping[str, str]:
        """The emulator's own key pair, whatever the user's credentials are."""
        known = self.emulator.credentials
        return {"X-Api-Key": known.api_key, "X-Api-Secret": known.api_secret}

    async def refused(self, sent: Mapping[str, str], send: Send) -> bool:
        """There is no second pair to try."""
        return False

    def used(self) -> None:
        """Keys do not slide."""
