"""What tests of the HTTP transport share: the application of a server, and how callers of both eras write."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from starlette.types import ASGIApp

from assembla_mcp.config.settings import load
from assembla_mcp.mcp_server import build_server
from assembla_mcp.transports.http import http_app
from assembla_tools import select

META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
LEGACY = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
MODERN = LEGACY | {"mcp-protocol-version": "2026-07-28"}
ERAS = {"legacy": LEGACY, "modern": MODERN}


@asynccontextmanager
async def application(*, demo: bool = True, **settings: Any) -> AsyncIterator[ASGIApp]:
    """The HTTP application of a server that runs."""
    loaded = load(**settings)
    server = build_server(loaded, select(), demo=demo)
    app = http_app(server, loaded)
    async with server.session_manager.run():
        yield app


@asynccontextmanager
async def calling(**settings: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """An HTTP client on the application of a demo server."""
    async with application(**settings) as app:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http:
            yield http


def request(era: str, method: str, id: object = 1, **params: Any) -> tuple[dict[str, str], dict[str, Any]]:
    """Headers and body as a client of that era sends them."""
    headers = dict(ERAS[era])
    if era == "modern":
        headers |= {"mcp-method": method} | ({"mcp-name": params["name"]} if "name" in params else {})
        params["_meta"] = META
    return headers, {"jsonrpc": "2.0", "id": id, "method": method, "params": params}
