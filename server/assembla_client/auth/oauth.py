"""Tokens at work: sent as Bearer, refreshed when they have been idle too long or were refused, one refresh at a time.

What a refresh asks for is `grants.py`'s; where the result is kept, and which other process may be refreshing, is
`shared_login.py`'s.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import anyio

from assembla_client.auth.credential import Send
from assembla_client.auth.grants import client_credentials_grant, read_tokens, refresh_grant
from assembla_client.auth.shared_login import STORE_WAIT_S, SharedLogin
from assembla_client.auth.token_store import Slot, TokenStore
from assembla_client.auth.tokens import Application, StoredLogin, Tokens, Way, fingerprint
from assembla_client.errors import AssemblaError, ConnectionFailed, RateLimited, TokenRefused
from assembla_client.transport.request import Request

# Room for one attempt and a wait for the rate limit; a caller that gives up may have to wait this long, and for
# the store besides.
REFRESH_WAIT_S = 45.0
# The process is about to end, and its host may not wait for long.
LAST_SAVE_WAIT_S = 5.0
# Refusals that stay true until somebody signs in again, so the same token is not posted once more.
_PERMANENT = {"invalid_grant", "invalid_client"}
_LOGIN_EXPIRED = "Assembla no longer accepts this sign-in: its refresh token expired (31 idle days) or was revoked."
_NO_REFRESH = "Assembla no longer accepts the access token, and there is no refresh token to renew it with."


class Bearer:
    """A person's OAuth login.

    `application` may be None and `tokens` without a refresh token: then a 401 is the end. `origin` is the
    fingerprint of the token in the environment that `tokens` came from (or grew from); None where they came
    from the profile's own login. `stored` says that they are in the store now: should they be gone later,
    somebody logged out, and they are not put back. `advice` ends the message of a refused login: what to run
    or set. `on_secret` is told each secret that becomes known later: tokens, and the secret of another
    application. `clock` tells seconds since the epoch. Without a `store` nothing is kept; without a
    `state_dir` other processes are not locked out.
    """

    way: ClassVar[Way] = "oauth"

    def __init__(
        self,
        application: Application | None,
        tokens: Tokens,
        *,
        slot: Slot | None = None,
        store: TokenStore | None = None,
        state_dir: Path | None = None,
        origin: str | None = None,
        stored: bool = False,
        advice: str | None = None,
        on_secret: Callable[[str], None] = lambda secret: None,
        refresh_wait_s: float = REFRESH_WAIT_S,
        store_wait_s: float = STORE_WAIT_S,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = anyio.sleep,
    ) -> None:
        self._application = application
        self._tokens = tokens
        self._origin = origin
        self._login = origin or _mark_of(tokens)
        self._advice = advice
        self._on_secret = on_secret
        self._refresh_wait_s = refresh_wait_s
        self._clock = clock
        self._shared: SharedLogin | None = None
        if store is not None and slot is not None:
            self._shared = SharedLogin(
                store,
                slot,
                origin=origin,
                stored=stored,
                state_dir=state_dir,
                store_wait_s=store_wait_s,
                sleep=sleep,
            )
        self._last_used = tokens.obtained_at
        self._unsaved = False
        self._adopted = False  # the tokens in use are what a sibling left, not what a refresh here gave
        self._superseded = False  # somebody has signed in another way since: theirs stays in the store
        self._refusal: TokenRefused | None = None
        self._lock = anyio.Lock()
        self._attempts = 0
        self._failure: AssemblaError | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    @property
    def tokens(self) -> Tokens:
        """The tokens in use now."""
        return self._tokens

    @property
    def account(self) -> str:
        """The login's own, through every refresh here.

        A login found in the store is the same one where it has the same refresh token, or grew from the same token of
        the environment; any other may be somebody else's, and counts as that.
        """
        return f"login:{self._login}"

    @property
    def expires_at(self) -> float | None:
        """When the access token dies if it is not used again (epoch seconds), None if unknown."""
        lifetime = self._tokens.expires_in
        return None if lifetime is None else self._last_used + lifetime

    async def headers(self, send: Send) -> Mapping[str, str]:
        """The Bearer header; refreshes ahead where the token has hardly any life left.

        Raises Unauthorized where the login is dead, whatever AssemblaError `send` raises, and
        ConnectionFailed.
        """
        if self._must_refresh(None):
            await self._refresh(None, send)
        elif self._unsaved and self._shared is not None and self._shared.answers:
            await self._save_again()
        return {"Authorization": f"Bearer {self._tokens.access_token}"}

    async def refused(self, sent: Mapping[str, str], send: Send, *, again: bool = False) -> bool:
        """Refresh after a 401, unless that was done since these headers were made. Raises as `headers` does.

        Refused `again`, only a token that a sibling left is worth a refresh; one that was refreshed here is not.
        """
        token = sent.get("Authorization", "").removeprefix("Bearer ")
        if again and not self._adopted:
            return False
        if token == self._tokens.access_token:
            await self._refresh(token, send)
        return True

    def used(self) -> None:
        """Each use gives an access token its whole lifetime again."""
        self._last_used = max(self._last_used, self._clock())

    async def aclose(self) -> None:
        """Store what could not be stored before."""
        if self._unsaved:
            with anyio.move_on_after(LAST_SAVE_WAIT_S, shield=True):
                await self._save_again()

    def _must_refresh(self, refused: str | None) -> bool:
        current = self._tokens.access_token
        return current is None or current == refused or self._refusal is not None or self._idle_too_long()

    def _idle_too_long(self) -> bool:
        lifetime = self._tokens.expires_in
        if lifetime is None:
            return False
        margin = 60.0 if lifetime >= 120 else lifetime / 2
        return self._clock() - self._last_used >= lifetime - margin

    async def _refresh(self, refused: str | None, send: Send) -> None:
        """Refresh once for all who are waiting, and let them share the failure as they share the success.

        Not where one call had no time left to wait for the rate limit: the next one may have.
        """
        attempts = self._attempts
        async with self._lock:
            if not self._must_refresh(refused):
                return
            if self._attempts != attempts and self._failure is not None:
                raise self._failure.with_traceback(None)
            self._failure = None
            try:
                await self._refresh_locked(refused, send)
            except RateLimited:
                raise
            except AssemblaError as error:
                self._failure = error
                raise
            finally:
                self._attempts += 1

    async def _refresh_locked(self, refused: str | None, send: Send) -> None:
        async with AsyncExitStack() as stack:
            if self._shared is not None:
                await stack.enter_async_context(self._shared.locked())
            if await self._adopt() and not self._must_refresh(refused):
                return
            if self._refusal is not None:
                raise self._refusal.with_traceback(None)
            # To the end even if the caller gives up: the answer may hold the only refresh token that still works.
            with anyio.CancelScope(shield=True):
                await self._exchange(refused, send)

    async def _exchange(self, refused: str | None, send: Send) -> None:
        while True:
            try:
                fresh = await self._ask_within_deadline(send)
            except TokenRefused as error:
                # Somebody may have signed in again without the lock, just before.
                if not await self._adopt():
                    raise self._record_refusal(error) from None
                if not self._must_refresh(refused):
                    return
            else:
                await self._save(fresh)
                return

    async def _ask_within_deadline(self, send: Send) -> Tokens:
        try:
            with anyio.fail_after(self._refresh_wait_s):
                fresh = await self._ask(send)
        except TimeoutError:
            raise ConnectionFailed(
                "A new access token did not come in time: Assembla is slow, or its rate limit is used up."
            ) from None
        self._report_secrets(fresh)
        return fresh

    async def _ask(self, send: Send) -> Tokens:
        """Refresh. The answer usually brings no refresh token: then the old one stays."""
        if self._application is None or self._tokens.refresh_token is None:
            raise TokenRefused(_NO_REFRESH, "no_refresh_token")
        kept = self._tokens.refresh_token
        fresh = await self._grant(refresh_grant(self._application, kept), send)
        return replace(fresh, refresh_token=fresh.refresh_token or kept)

    async def _grant(self, request: Request, send: Send) -> Tokens:
        asked_at = self._clock()
        return read_tokens(await send(request), asked_at)

    async def _save(self, fresh: Tokens) -> None:
        """Store, then use: a process that dies in between leaves its siblings with tokens that work."""
        try:
            await self._store(fresh)
        finally:
            self._use(fresh)
            self._adopted = False

    async def _store(self, tokens: Tokens) -> None:
        self._unsaved = False
        if self._shared is not None and self._application is not None and not self._superseded:
            self._unsaved = True
            login = StoredLogin(tokens, self._application, self.way, self._origin)
            self._unsaved = await self._shared.save(login) == "failed"

    async def _save_again(self) -> None:
        """Store the tokens in use where that failed before, unless somebody has stored newer ones since.

        Nothing is waited for: where a sibling holds the lock, the next call is early enough.
        """
        async with self._lock:
            if not self._unsaved or self._shared is None:
                return
            with suppress(ConnectionFailed):
                async with self._shared.locked(wait_s=0):
                    if not await self._adopt() and self._shared.answers:
                        await self._store(self._tokens)

    async def _adopt(self) -> bool:
        """Go on with what the store holds, if somebody else has put it there since."""
        login = None if self._shared is None else await self._shared.load()
        self._superseded = login is not None and login.way != self.way
        if login is None or self._superseded:
            return False
        if login.tokens == self._tokens:
            self._origin = login.origin
            return False
        # What could not be stored here is newer than what is there, unless its date says otherwise.
        if self._unsaved and login.tokens.obtained_at <= self._tokens.obtained_at:
            return False
        self._report_secrets(login.tokens)
        if not self._is_the_same(login):
            self._login = login.origin or _mark_of(login.tokens)
        self._adopt_application(login.application)
        self._origin, self._unsaved, self._adopted = login.origin, False, True
        self._use(login.tokens)
        return True

    def _is_the_same(self, login: StoredLogin) -> bool:
        if login.origin is not None and login.origin == self._origin:
            return True
        return login.tokens.refresh_token is not None and login.tokens.refresh_token == self._tokens.refresh_token

    def _adopt_application(self, theirs: Application) -> None:
        """Refresh tokens belong to an application. Of the same one, the secret given here may be newer."""
        if self._application is None or self._application.client_id != theirs.client_id:
            self._application = theirs
            self._on_secret(theirs.client_secret)

    def _report_secrets(self, tokens: Tokens) -> None:
        for secret in (tokens.access_token, tokens.refresh_token):
            if secret is not None:
                self._on_secret(secret)

    def _use(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._last_used = tokens.obtained_at
        self._refusal = None

    def _record_refusal(self, error: TokenRefused) -> TokenRefused:
        sentence = _LOGIN_EXPIRED if error.reason == "invalid_grant" else error.sentence or ""
        refusal = TokenRefused(sentence, error.reason, advice=self._advice)
        if refusal.reason in _PERMANENT:
            self._refusal = refusal
        return refusal


class ClientCredentials(Bearer):
    """The application's own login: public data only. It may begin without tokens and renews by itself."""

    way: ClassVar[Way] = "client-credentials"

    @property
    def account(self) -> str:
        """The application's own."""
        return f"client:{self._application.client_id}" if self._application is not None else super().account

    async def _ask(self, send: Send) -> Tokens:
        """Refresh where that is possible, which the API does not document for this way, else ask anew."""
        if self._application is None:
            raise TokenRefused(_NO_REFRESH, "no_refresh_token")
        if self._tokens.refresh_token is not None:
            with suppress(TokenRefused):
                return await super()._ask(send)
        return await self._grant(client_credentials_grant(self._application), send)


def _mark_of(tokens: Tokens) -> str:
    return fingerprint(tokens.refresh_token or tokens.access_token or "")
