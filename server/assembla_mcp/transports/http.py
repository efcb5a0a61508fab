"""MCP over Streamable HTTP at `/mcp`, stateless, with `GET /healthz`; Host, Origin and the bearer token checked."""

import hmac
import logging
import socket
import sys
from types import FrameType
from typing import Any

import anyio
import uvicorn
from mcp.server import Server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from assembla_mcp import __version__
from assembla_mcp.config.settings import Settings
from assembla_mcp.exit_status import CommandError
from assembla_mcp.transports.disconnect import EndsWithCaller
from assembla_mcp.transports.hosts import HostsChecked
from assembla_mcp.transports.listing_cache import ListingCache
from assembla_mcp.transports.request_body import BodyRequired, Clock
from assembla_mcp.transports.stdio import leave_soon

PATH = "/mcp"
_PATHS = frozenset({PATH, "/healthz"})
_CASELESS = frozenset({b"host", b"origin", b"content-type"})
_LAST_ANSWERS_S = 1

logger = logging.getLogger(__name__)


def http_app(server: Server[Any], settings: Settings, clock: Clock = anyio.current_time) -> ASGIApp:
    """The application that serves `server`; every request to `/mcp` must carry `settings.http_token` if that is set."""
    app: ASGIApp = server.streamable_http_app(
        streamable_http_path=PATH,
        # Plain JSON answers: every call here is short, and a stream costs half as much again for each.
        json_response=True,
        stateless_http=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),  # HostsChecked does it
        custom_starlette_routes=[Route("/healthz", _healthz)],
    )
    # From the inside out; what was kept is given to callers without starting to watch them.
    app = BodyRequired(ListingCache(EndsWithCaller(app)), clock)
    app = _posts_only(app)
    if settings.http_token is not None:
        app = BearerRequired(app, settings.http_token.get_secret_value())
    return _normalised(HostsChecked(app, settings.allowed_hosts or ()))


def serve_http(server: Server[Any], settings: Settings, host: str, port: int) -> None:
    """Serve on `host` and `port` (0: a free one) until SIGINT or SIGTERM; says on stderr where it listens."""
    config = uvicorn.Config(
        http_app(server, settings),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_LAST_ANSWERS_S,
    )
    listening = _listen(host.strip("[]"), port)
    bound_host, bound_port = listening.getsockname()[:2]
    shown = f"[{bound_host}]" if ":" in bound_host else bound_host
    print(f"assembla-mcp {__version__} listens on http://{shown}:{bound_port}/mcp", file=sys.stderr, flush=True)  # noqa: T201 # what people wait for
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    _Server(config).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Leaves in time also where the event loop is too busy to hear that it should."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        leave_soon()
        super().handle_exit(sig, frame)


def _listen(host: str, port: int) -> socket.socket:
    """A socket that lets callers in. Raises CommandError where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Told to be for TCP, as asyncio turns Nagle's delay off for such sockets only: answers would wait 40 ms for the
    # client's acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # there it would let two servers share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except (OSError, OverflowError) as error:
        listening.close()
        raise CommandError(
            f"cannot listen on {host}, port {port}: {error}. Try another --port; 0 is any free one."
        ) from None
    return listening


def _is_news(record: logging.LogRecord) -> bool:
    """Not news: that a request was cut off because we were told to end, which uvicorn reports with a traceback."""
    return not (record.exc_info and record.exc_info[0] and record.exc_info[0].__name__ == "CancelledError")


class BearerRequired:
    """ASGI middleware: 401 for everything but `/healthz` over http that does not carry the token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._is_for_all(scope) or self._carries_token(scope):
            await self._app(scope, receive, send)
            return
        refusal = JSONResponse(
            {"error": "invalid_token", "error_description": "Send the bearer token this server was started with."},
            status_code=401,
            headers={"WWW-Authenticate": 'Bearer realm="assembla-mcp"'},
        )
        await refusal(scope, receive, send)

    def _is_for_all(self, scope: Scope) -> bool:
        kind: str = scope["type"]
        return kind == "lifespan" or (kind == "http" and scope["path"] == "/healthz")

    def _carries_token(self, scope: Scope) -> bool:
        sent = Headers(scope=scope).get("authorization", "")
        scheme, _, token = sent.partition(" ")
        return hmac.compare_digest(f"{scheme.capitalize()} {token.strip()}".encode(), self._expected)


def _posts_only(app: ASGIApp) -> ASGIApp:
    """405 for other methods: the SDK opens a stream for GET that nothing would ever be sent on."""

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] != "POST":
            await Response(status_code=405, headers={"Allow": "POST"})(scope, receive, send)
        else:
            await app(scope, receive, send)

    return checked


def _normalised(app: ASGIApp) -> ASGIApp:
    """One spelling for what means the same: `/mcp/` is `/mcp`; hosts, origins and media types have no case.

    The router would send `/mcp/` elsewhere by an address that is wrong behind a proxy, and the SDK compares letters.
    """

    async def spelt(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = [(name, value.lower() if name in _CASELESS else value) for name, value in scope["headers"]]
            scope = {**scope, "headers": headers}
            if (path := scope["path"].rstrip("/")) in _PATHS:
                scope |= {"path": path, "raw_path": path.encode()}
        await app(scope, receive, send)

    return spelt


async def _healthz(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")
