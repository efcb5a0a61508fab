"""Which hosts the HTTP transport answers to and which origins may ask, so that no web page reaches a local server.

Browsers ask beforehand, without the token (CORS), and need to be told again with each answer.
"""

import logging
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assembla_client.transport.error_body import one_line

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_LONGEST_SHOWN = 100
_SENT = ("Accept", "Authorization", "Content-Type", "Last-Event-ID", "MCP-Protocol-Version", "Mcp-Session-Id")
_SENT_MODERN = ("Mcp-Method", "Mcp-Name")
_PARAMETERS = "mcp-param-"  # followed by the name of a parameter that its tool wants repeated in a header
_SHOWN = "MCP-Protocol-Version, Mcp-Session-Id, WWW-Authenticate"
_PREFLIGHT_KEPT_S = 7200  # no browser keeps it longer

logger = logging.getLogger(__name__)


class HostsChecked:
    """ASGI middleware for all of `/mcp`: 421 for a strange host, 403 for a strange origin, preflights answered."""

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        self._app = app
        self._names = frozenset((*LOOPBACK_HOSTS, *(name.lower() for name in names)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/mcp":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if (refusal := self._refusal(headers.get("host", ""), origin)) is not None:
            await refusal(scope, receive, send)
        elif origin is None:
            await self._app(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=_allowed(origin) | _preflight(headers))(scope, receive, send)
        else:
            await self._app(scope, receive, _shown_to(origin, send))

    def _refusal(self, host: str, origin: str | None) -> Response | None:
        if _name_of(f"//{host}") not in self._names:
            return _refused(421, "host", host)
        if origin is not None and not (_is_web(origin) and _name_of(origin) in self._names):
            return _refused(403, "origin", origin)
        return None


def _refused(status: int, what: str, sent: str) -> Response:
    shown = one_line(sent, _LONGEST_SHOWN)
    logger.warning("refused a request for its %s %s", what, shown)
    return PlainTextResponse(
        f"This server does not know the {what} '{shown}'. ASSEMBLA_ALLOWED_HOSTS names the hosts that it answers to, "
        "and that pages may ask from, besides this machine.",
        status,
    )


def _name_of(address: str) -> str | None:
    """The host in an address, as it is written there but for its case; None where it is no host and port."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.path or parts.query or parts.fragment:
        return None
    written = parts.netloc.lower()
    return written if port is None else written.rpartition(":")[0]


def _is_web(origin: str) -> bool:
    return urlsplit(origin).scheme in ("http", "https")


def _allowed(origin: str) -> dict[str, str]:
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


def _preflight(headers: Headers) -> dict[str, str]:
    """What a page may send: the headers of both protocol eras, and those of parameters that it asks for."""
    asked = [name.strip() for name in headers.get("access-control-request-headers", "").split(",")]
    parameters = [name for name in asked if name.lower().startswith(_PARAMETERS)]
    answer = {
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": ", ".join((*_SENT, *_SENT_MODERN, *parameters)),
        "Access-Control-Max-Age": str(_PREFLIGHT_KEPT_S),
    }
    if headers.get("access-control-request-private-network") == "true":
        answer["Access-Control-Allow-Private-Network"] = "true"
    return answer


def _shown_to(origin: str, send: Send) -> Send:
    """A `send` that lets the page read the answer."""

    async def with_leave(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(_allowed(origin) | {"Access-Control-Expose-Headers": _SHOWN})
        await send(message)

    return with_leave
