"""Sign-in as the API does it: codes, PINs and tokens, how long they live, and what `/token` answers.

Codes and PINs work once. Access and refresh tokens slide: each use starts their time anew. The page on which
a person approves is in `endpoints.py`.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assembla_emulator.clock import Clock

ResponseType = Literal["code", "pin_code", "token"]
CODE_TTL_S = 600.0


@dataclass(frozen=True)
class Application:
    """A registered application. People are sent back to `redirect_url`, whatever the request asks for."""

    client_id: str
    client_secret: str = field(repr=False)
    name: str
    redirect_url: str


@dataclass(frozen=True)
class OAuthBehavior:
    """What the real service is not known to do one way or the other, and how long tokens live, in seconds."""

    rotate_refresh_tokens: bool = False
    invalid_grant_status: int = 400
    access_ttl_s: float = 900.0
    refresh_ttl_s: float = 31 * 86_400.0


@dataclass
class _IssuedSecret:
    """A code or token that is out: whose it is, for which application, and until when."""

    client_id: str
    user_id: str | None
    expires_at: float


class GrantRefused(Exception):
    """An error of `/token`: an OAuth2 error code, a sentence, and the status."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


class OAuth:
    """Applications, and every code, PIN and token that is out."""

    def __init__(self, clock: Clock, behavior: OAuthBehavior) -> None:
        self.behavior = behavior
        self.applications: dict[str, Application] = {}
        self._clock = clock
        self._codes: dict[tuple[str, str], _IssuedSecret] = {}
        self._access: dict[str, _IssuedSecret] = {}
        self._refresh: dict[str, _IssuedSecret] = {}

    def approve(self, client_id: str, response_type: ResponseType, user_id: str) -> str:
        """Issue what an approval gives: a code, a PIN of 7 digits, or with `token` an access token."""
        if response_type == "token":
            return self._new_access(client_id, user_id)
        secret = secrets.token_hex(10) if response_type == "code" else f"{1_000_000 + secrets.randbelow(9_000_000)}"
        self._codes[response_type, secret] = _IssuedSecret(client_id, user_id, self._clock.now() + CODE_TTL_S)
        return secret

    def grant(self, client_id: str, client_secret: str, params: Mapping[str, str]) -> dict[str, str | int]:
        """Answer a token request, or raise GrantRefused."""
        application = self.applications.get(client_id)
        if application is None or application.client_secret != client_secret:
            raise GrantRefused("invalid_client", "The client id or secret is wrong.", 401)
        match params.get("grant_type"):
            case None:
                raise GrantRefused("invalid_request", "grant_type is missing.")
            case "authorization_code":
                return self._redeem(client_id, "code", params.get("code", ""))
            case "pin_code":
                return self._redeem(client_id, "pin_code", params.get("pin_code", ""))
            case "client_credentials":
                return self._answer(client_id, None)
            case "refresh_token":
                return self._renew(client_id, params.get("refresh_token", ""))
            case _:
                raise GrantRefused("unsupported_grant_type", "There is no such grant.")

    def use(self, access_token: str) -> tuple[str | None] | None:
        """Start the token's time anew and return whose it is; None if it is not valid.

        In a tuple: the user's id, or None for an application alone.
        """
        held = self._valid(self._access, access_token)
        if held is None:
            return None
        held.expires_at = self._clock.now() + self.behavior.access_ttl_s
        return (held.user_id,)

    def issue_refresh_token(self, client_id: str, user_id: str | None, token: str | None = None) -> str:
        """Issue a refresh token, of this value or of a new one."""
        token = token or secrets.token_hex(16)
        self._refresh[token] = _IssuedSecret(client_id, user_id, self._clock.now() + self.behavior.refresh_ttl_s)
        return token

    def issue(self, client_id: str, user_id: str | None) -> dict[str, str | int]:
        """A whole answer of `/token` without a grant: for tests that begin signed in."""
        return self._answer(client_id, user_id)

    def revoke(self, token: str) -> None:
        """Make this access or refresh token invalid."""
        self._access.pop(token, None)
        self._refresh.pop(token, None)

    def revoke_access_tokens(self) -> None:
        """Make all access tokens invalid; refresh tokens stay valid."""
        self._access.clear()

    def _redeem(self, client_id: str, response_type: str, secret: str) -> dict[str, str | int]:
        held = self._codes.pop((response_type, secret), None)
        if held is None or held.client_id != client_id or held.expires_at <= self._clock.now():
            raise self._invalid_grant("The code is wrong, was used already, or has expired.")
        return self._answer(client_id, held.user_id)

    def _renew(self, client_id: str, token: str) -> dict[str, str | int]:
        held = self._valid(self._refresh, token)
        if held is None or held.client_id != client_id:
            raise self._invalid_grant("The refresh token is wrong, was revoked, or has expired.")
        held.expires_at = self._clock.now() + self.behavior.refresh_ttl_s
        answer = self._access_answer(client_id, held.user_id)
        if self.behavior.rotate_refresh_tokens:
            del self._refresh[token]
            answer["refresh_token"] = self.issue_refresh_token(client_id, held.user_id)
        return answer

    def _answer(self, client_id: str, user_id: str | None) -> dict[str, str | int]:
        answer = self._access_answer(client_id, user_id)
        if user_id is not None:
            answer["refresh_token"] = self.issue_refresh_token(client_id, user_id)
        return answer

    def _access_answer(self, client_id: str, user_id: str | None) -> dict[str, str | int]:
        token = self._new_access(client_id, user_id)
        return {"token_type": "bearer", "access_token": token, "expires_in": int(self.behavior.access_ttl_s)}

    def _new_access(self, client_id: str, user_id: str | None) -> str:
        token = secrets.token_hex(16)
        self._access[token] = _IssuedSecret(client_id, user_id, self._clock.now() + self.behavior.access_ttl_s)
        return token

    def _valid(self, issued: Mapping[str, _IssuedSecret], token: str) -> _IssuedSecret | None:
        held = issued.get(token)
        return held if held is not None and held.expires_at > self._clock.now() else None

    def _invalid_grant(self, description: str) -> GrantRefused:
        return GrantRefused("invalid_grant", description, self.behavior.invalid_grant_status)
