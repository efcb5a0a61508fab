"""Streamable HTTP: the application in process, and once on a real socket."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from mcp import Client
from pydantic import SecretStr
from starlette.types import Message, Receive, Scope, Send

from assembla_mcp.config.settings import load
from assembla_mcp.mcp_server import build_server
from assembla_mcp.transports.http import BearerRequired, http_app
from assembla_tools import select
from guards import STUCK_S
from harness import text_of

META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
HEADERS = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2026-07-28"}


@asynccontextmanager
async def served(**settings: object) -> AsyncIterator[httpx2.AsyncClient]:
    """An HTTP client on the application of a demo server."""
    loaded = load(**settings)
    server = build_server(loaded, select(), demo=True)
    app = http_app(server, loaded)
    transport = httpx2.ASGITransport(app=app)
    async with (
        server.session_manager.run(),
        httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http,
    ):
        yield http


async def rpc(
    http: httpx2.AsyncClient, method: str, headers: dict[str, str] | None = None, id: int | str = 1, **params: Any
) -> httpx2.Response:
    name = {"mcp-name": params["name"]} if "name" in params else {}
    return await http.post(
        "/mcp",
        json={"jsonrpc": "2.0", "id": id, "method": method, "params": {**params, "_meta": META}},
        headers={**HEADERS, "mcp-method": method, **name, **(headers or {})},
    )


async def test_a_modern_request_stands_alone() -> None:
    async with served() as http:
        listed = (await rpc(http, "tools/list")).json()["result"]
        called = (await rpc(http, "tools/call", name="get_user", arguments={})).json()["result"]
    assert listed["cacheScope"] == "public"
    assert called["structuredContent"]["login"]


async def test_a_legacy_client_gets_no_session_to_lose() -> None:
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
    async with served() as http:
        answer = await http.post("/mcp", json=message, headers={"accept": HEADERS["accept"]})
    assert answer.json()["result"]["protocolVersion"] == "2025-11-25"
    assert "mcp-session-id" not in answer.headers


async def test_a_listing_asked_for_again_is_the_same_but_for_the_id() -> None:
    async with served() as http:
        for method in ("tools/list", "prompts/list", "resources/templates/list"):
            answers = [await rpc(http, method, id=request_id) for request_id in (1, 1, "two", 3)]
            assert answers[0].content == answers[1].content
            assert [answer.json()["id"] for answer in answers] == [1, 1, "two", 3]
            assert len({json.dumps(answer.json()["result"]) for answer in answers}) == 1
            assert {answer.headers["content-type"] for answer in answers} == {"application/json"}


async def test_what_was_remembered_for_one_caller_opens_nothing_for_another() -> None:
    async with served(http_token=SecretStr("s3cret")) as http:
        good = {"authorization": "Bearer s3cret"}
        assert (await rpc(http, "tools/list", good)).status_code == 200
        assert (await rpc(http, "tools/list")).status_code == 401
        assert (await rpc(http, "tools/list", good | {"host": "evil.example"})).status_code == 421
        assert (await rpc(http, "tools/list", good | {"origin": "https://evil.example"})).status_code == 403
        assert (await rpc(http, "tools/list", good | {"mcp-method": "prompts/list"})).status_code == 400
        assert (await rpc(http, "tools/list", good | {"accept": "text/html"})).status_code == 406
        assert (await rpc(http, "tools/list", good, cursor="x")).json()["error"]["code"] == -32602


@pytest.mark.parametrize("body", [b"", b"[]", b"[" * 2000, b'{"method": "tools/list"}', b"x" * 5000, b"\xff"])
async def test_a_body_that_is_no_request_is_the_sdks_to_refuse(body: bytes) -> None:
    async with served() as http:
        headers = {**HEADERS, "mcp-method": "tools/list", "content-type": "application/json"}
        assert (await http.post("/mcp", content=body, headers=headers)).status_code in (202, 400)


async def test_healthz_says_ok_without_a_token() -> None:
    async with served(http_token=SecretStr("s3cret")) as http:
        assert (await http.get("/healthz")).text == "ok"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": "Basic s3cret"}, 401),
        ({"authorization": "Bearer s3cret"}, 200),
        ({"authorization": "bearer s3cret"}, 200),
    ],
)
async def test_the_bearer_token_is_asked_of_every_caller(sent: dict[str, str], status: int) -> None:
    async with served(http_token=SecretStr("s3cret")) as http:
        answer = await rpc(http, "tools/list", sent)
    assert answer.status_code == status
    assert (answer.headers.get("www-authenticate") is not None) == (status == 401)


@pytest.mark.parametrize("path", ["/mcp", "/healthz"])
async def test_a_websocket_does_not_pass_without_the_token(path: str) -> None:
    passed: list[str] = []
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope["type"])

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    guarded = BearerRequired(app, "s3cret")
    await guarded({"type": "websocket", "path": path, "headers": []}, receive, send)
    assert sent[0]["status"] == 401
    await guarded({"type": "websocket", "path": path, "headers": [(b"authorization", b"Bearer s3cret")]}, receive, send)
    await guarded({"type": "lifespan"}, receive, send)
    assert passed == ["websocket", "lifespan"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "localhost:9"}, 200),
        ({"host": "[::1]"}, 200),
        ({"host": "mcp.example.com:8443"}, 200),
        ({"host": "mcp.example.com"}, 200),
        ({"host": "MCP.Example.com"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "https://mcp.example.com"}, 200),
        ({"origin": "http://localhost:5173"}, 200),
    ],
)
async def test_host_and_origin_are_checked(headers: dict[str, str], status: int) -> None:
    async with served(allowed_hosts="MCP.example.com") as http:
        assert (await rpc(http, "tools/list", headers)).status_code == status


async def test_a_tool_that_does_not_exist_is_a_protocol_error_with_the_nearest_name() -> None:
    async with served() as http:
        error = (await rpc(http, "tools/call", name="list_space", arguments={})).json()["error"]
    assert error["code"] == -32602
    assert "list_spaces" in error["message"]


async def test_lists_have_no_cursor() -> None:
    async with served() as http:
        error = (await rpc(http, "tools/list", cursor="x")).json()["error"]
    assert error["code"] == -32602


def test_it_leaves_in_time_on_sigterm_with_a_request_in_flight_and_shows_no_trace() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        process = subprocess.Popen(
            [sys.executable, "-m", "assembla_mcp", "serve", "--transport", "http", "--port", "0"],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "ASSEMBLA_API_URL": url, "ASSEMBLA_API_KEY": "key", "ASSEMBLA_API_SECRET": "secret"},
        )
        assert process.stderr
        port = int(process.stderr.readline().split(":")[-1].split("/")[0])
        params = {"name": "get_user", "arguments": {}, "_meta": META}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        sent = json.dumps(body).encode()
        headers = {**HEADERS, "mcp-method": "tools/call", "mcp-name": "get_user", "content-type": "application/json"}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        with socket.create_connection(("127.0.0.1", port)) as caller:
            request = f"POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\n{head}content-length: {len(sent)}\r\n\r\n"
            caller.sendall(request.encode() + sent)
            stuck, _ = silent.accept()  # our request has reached Assembla, which will never answer it
            process.send_signal(signal.SIGTERM)
            assert process.wait(2) in (0, -signal.SIGTERM)
            stuck.close()
        assert "Traceback" not in process.stderr.read()
        process.stderr.close()


async def test_on_a_real_socket_it_serves_the_sdks_client_and_ends_on_sigterm() -> None:
    process = subprocess.Popen(  # noqa: ASYNC220 # started and ended here; nothing else runs meanwhile
        [sys.executable, "-m", "assembla_mcp", "serve", "--demo", "--transport", "http", "--port", "0"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr
        assert process.stdout
        url = process.stderr.readline().split()[-1]
        async with Client(url) as mcp:
            assert json.loads(text_of(await mcp.call_tool("get_user", {})))["login"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(STUCK_S) in (0, -signal.SIGTERM)
        assert process.stdout.read() == ""
    finally:
        process.kill()
        process.communicate()
