"""What a sign-in consists of, as values: application, tokens, stored login. Writes and reads them as JSON.

Decides what is a well-formed login; where it is kept is for `token_store.py`, when it is renewed for `oauth.py`.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

Way = Literal["oauth", "client-credentials"]

# RFC 6749, appendix A: a token is visible ASCII. Anything else could not stand in a header anyway.
TokenText = Annotated[str, Field(pattern=r"^[\x20-\x7e]+$")]
Seconds = Annotated[float, Field(allow_inf_nan=False)]


@dataclass(frozen=True)
class Application:
    """The application registered with Assembla on whose behalf tokens are asked for."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class Tokens:
    """One answer of `/token`.

    `access_token` is None where only a refresh token was handed in. `expires_in` is in seconds, None if
    unknown: then only a 401 tells that the token is dead. `obtained_at` is in seconds since the epoch.
    """

    access_token: TokenText | None = field(default=None, repr=False)
    refresh_token: TokenText | None = field(default=None, repr=False)
    expires_in: Seconds | None = None
    obtained_at: Seconds = 0.0


@dataclass(frozen=True)
class StoredLogin:
    """What a store keeps. `origin` is the fingerprint of the environment token it grew from, if any."""

    tokens: Tokens
    application: Application
    way: Way = "oauth"
    origin: str | None = None


@cache
def _adapter() -> TypeAdapter[StoredLogin]:
    return TypeAdapter(StoredLogin)


def login_to_json(login: StoredLogin) -> bytes:
    """Write a login as JSON, secrets included: for stores only."""
    return _adapter().dump_json(login)


def login_from_json(raw: bytes) -> StoredLogin:
    """Read what `login_to_json` wrote; keys it does not know are left out.

    Raises ValueError with a sentence that names the field and quotes nothing of the content.
    """
    try:
        return _adapter().validate_json(raw, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
    raise ValueError(f"not a stored login: {where} is missing or malformed")


def fingerprint(token: str) -> str:
    """Name a token without telling it: 16 hex digits of a salted SHA-256."""
    return hashlib.sha256(b"assembla-mcp origin\0" + token.encode("utf-8", "surrogatepass")).hexdigest()[:16]
