"""Who a request to `/v1` comes from: a key pair or a Bearer token. Basic is for `/token` alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assembla_emulator.oauth.grants import OAuth
from assembla_emulator.responses import Refused, unauthorized


@dataclass(frozen=True)
class Credentials:
    """All that one person can sign in with. Invented, good for nothing but this emulator."""

    user: str
    api_key: str
    api_secret: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)

    def as_env(self, base_url: str) -> dict[str, str]:
        """The same as environment variables of the server; use the pair or the tokens, not both."""
        return {
            "ASSEMBLA_API_URL": base_url,
            "ASSEMBLA_API_KEY": self.api_key,
            "ASSEMBLA_API_SECRET": self.api_secret,
            "ASSEMBLA_CLIENT_ID": self.client_id,
            "ASSEMBLA_CLIENT_SECRET": self.client_secret,
            "ASSEMBLA_REFRESH_TOKEN": self.refresh_token,
        }


class Authenticator:
    """Finds out which user a request belongs to."""

    def __init__(self, oauth: OAuth) -> None:
        self._oauth = oauth
        self._pairs: dict[str, tuple[str, str]] = {}

    def add_key_pair(self, api_key: str, api_secret: str, user_id: str) -> None:
        """Make this key pair that user's."""
        self._pairs[api_key] = (api_secret, user_id)

    def authenticate(self, headers: Mapping[str, str]) -> str | None:
        """The user's id, or None for a token of an application alone; anything else is Refused (401)."""
        if "x-api-key" in headers or "x-api-secret" in headers:
            return self._by_key(headers.get("x-api-key", ""), headers.get("x-api-secret", ""))
        scheme, _, token = headers.get("authorization", "").partition(" ")
        owner = self._oauth.use(token) if scheme.lower() == "bearer" else None
        if owner is None:
            raise Refused(unauthorized("The access token is missing, unknown or has expired."))
        return owner[0]

    def _by_key(self, key: str, secret: str) -> str:
        known, user_id = self._pairs.get(key, ("", ""))
        if not known or known != secret:
            raise Refused(unauthorized("The API key or secret is wrong."))
        return user_id
