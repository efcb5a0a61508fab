"""Token requests and what their answers mean. Pure: sends nothing, keeps nothing.

Parameters travel in the query with an empty body, as the API's reference shows for every grant and most of
its public clients do; a form body is known to work from one client's refresh only. So a `/token` URL must
never be shown whole.
"""

import math
from base64 import b64encode
from collections.abc import Mapping
from typing import Literal, NoReturn, get_args
from urllib.parse import urlencode

from pydantic_core import from_json

from assembla_client.auth.tokens import Application, Tokens
from assembla_client.errors import RateLimited, Reason, ServerError, TokenRefused, UnexpectedResponse
from assembla_client.transport.request import Reply, Request
from assembla_client.transport.retry import retry_after

ResponseType = Literal["code", "pin_code"]

_SENTENCES: dict[Reason, str] = {
    "invalid_grant": "Assembla refused the code, PIN or refresh token: wrong, used up, expired or revoked.",
    "invalid_client": "Assembla refused the application: the client id or the client secret is wrong.",
    "access_denied": "Access was denied on Assembla's page.",
    "unauthorized_client": "Assembla does not let this application sign in this way.",
    "unsupported_grant_type": "Assembla does not offer this way to sign in.",
    "invalid_request": "Assembla could not make sense of the token request.",
}


def refusal(code: str) -> TokenRefused:
    """Turn an OAuth error code into an error. Codes that OAuth does not know are not repeated to anyone."""
    reason: Reason = next((known for known in get_args(Reason) if known == code), "other")
    return TokenRefused(_SENTENCES.get(reason, "Assembla refused to sign in this application."), reason)


def authorization_url(api_url: str, client_id: str, response_type: ResponseType, state: str | None = None) -> str:
    """Build the address at which a person approves the application in a browser."""
    query = {"client_id": client_id, "response_type": response_type}
    if state is not None:
        query["state"] = state
    return f"{api_url.rstrip('/')}/authorization?{urlencode(query)}"


def code_grant(application: Application, code: str) -> Request:
    """Exchange the code that the browser brought back."""
    return _token_request(application, ("grant_type", "authorization_code"), ("code", code))


def pin_grant(application: Application, pin: str) -> Request:
    """Exchange the PIN that the person read on Assembla's page."""
    return _token_request(application, ("grant_type", "pin_code"), ("pin_code", pin.strip()))


def client_credentials_grant(application: Application) -> Request:
    """Ask for a token of the application itself: public data only."""
    return _token_request(application, ("grant_type", "client_credentials"))


def refresh_grant(application: Application, refresh_token: str) -> Request:
    """Ask for a new access token. The answer usually has no new refresh token: the old one stays good."""
    return _token_request(application, ("grant_type", "refresh_token"), ("refresh_token", refresh_token))


def _token_request(application: Application, *params: tuple[str, str]) -> Request:
    pair = f"{application.client_id}:{application.client_secret}".encode()
    headers = (
        ("Authorization", f"Basic {b64encode(pair).decode()}"),
        ("Accept", "application/json"),
        ("Content-Length", "0"),
    )
    return Request("POST", "/token", params=params, headers=headers)


def read_tokens(reply: Reply, now: float) -> Tokens:
    """Read an answer of `/token` that was asked for at `now` (epoch seconds).

    Raises TokenRefused, RateLimited, ServerError or UnexpectedResponse; none of them quotes the answer.
    """
    answer = _json_object(reply.body)
    if reply.status == 429:
        raise RateLimited("Assembla's rate limit held up the sign-in.", retry_after(reply) or 1.0)
    if reply.status >= 500:
        raise ServerError(f"Assembla failed while signing in (status {reply.status}).", status=reply.status)
    error = answer.get("error")
    if error in ("server_error", "temporarily_unavailable"):
        raise ServerError("Assembla cannot sign anybody in at the moment.", status=reply.status)
    if isinstance(error, str):
        raise refusal(error)
    if reply.status == 401:
        # Basic was refused before OAuth had its say; the body of such an answer is not documented.
        raise refusal("invalid_client")
    if reply.status not in (200, 201):
        _unreadable(reply)
    return _tokens(answer, reply, now)


def _tokens(answer: Mapping[str, object], reply: Reply, now: float) -> Tokens:
    access = _token_text(answer.get("access_token"))
    kind = answer.get("token_type")
    if access is None or (isinstance(kind, str) and kind.lower() != "bearer"):
        _unreadable(reply)
    return Tokens(access, _token_text(answer.get("refresh_token")), _lifetime(answer.get("expires_in")), now)


def _unreadable(reply: Reply) -> NoReturn:
    raise UnexpectedResponse(
        f"Assembla answered the token request with something that is not a token (status {reply.status}).",
        status=reply.status,
    )


def _json_object(body: bytes) -> Mapping[str, object]:
    try:
        answer = from_json(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _token_text(value: object) -> str | None:
    """Accept visible ASCII only (RFC 6749, appendix A): anything else could not be sent in a header."""
    return value if isinstance(value, str) and value and value.isascii() and value.isprintable() else None


def _lifetime(value: object) -> float | None:
    """Read `expires_in`, a number or its digits; None where it is absent or says nothing usable."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    return _positive(value)


def _positive(value: float | str) -> float | None:
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number > 0 else None
