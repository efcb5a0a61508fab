"""Addresses, methods, hosts and web pages: what the HTTP transport answers before any message is read."""

import logging

import pytest
from pydantic import SecretStr

from http_harness import ERAS, calling, request

PAGE = "https://mcp.example.com"
ASKS_BEFOREHAND = {"origin": PAGE, "access-control-request-method": "POST"}


@pytest.mark.parametrize("era", ERAS)
async def test_a_slash_at_the_end_of_the_address_changes_nothing(era: str) -> None:
    headers, body = request(era, "tools/list")
    async with calling() as http:
        answers = [await http.post(path, json=body, headers=headers) for path in ("/mcp", "/mcp/")]
        assert (await http.get("/healthz/")).text == "ok"
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
@pytest.mark.parametrize(
    ("method", "more"), [("GET", {}), ("GET", {"last-event-id": "1"}), ("DELETE", {}), ("PUT", {}), ("HEAD", {})]
)
async def test_other_methods_are_refused_with_the_one_that_is_served(
    era: str, path: str, method: str, more: dict[str, str]
) -> None:
    async with calling() as http:
        answer = await http.request(method, path, headers=ERAS[era] | {"accept": "text/event-stream"} | more)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        ("content-type, mcp-protocol-version, mcp-session-id, last-event-id", 4),
        ("authorization, content-type, mcp-protocol-version, mcp-method, mcp-name", 5),
        ("content-type, Mcp-Param-Space, mcp-param-number", 3),
        ("content-type, x-other", 1),
    ],
)
async def test_a_page_that_asks_beforehand_is_answered_without_the_token(asked: str, taken: int) -> None:
    headers = ASKS_BEFOREHAND | {"access-control-request-headers": asked, "host": "mcp.example.com"}
    async with calling(http_token=SecretStr("s3cret"), allowed_hosts="mcp.example.com") as http:
        answer = await http.options("/mcp", headers=headers)
    allowed = {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["vary"] == "Origin"
    assert len(allowed & {name.strip().lower() for name in asked.split(",")}) == taken
    assert "access-control-allow-private-network" not in answer.headers


async def test_a_page_on_the_open_web_may_ask_a_server_of_this_machine_where_it_is_allowed_to() -> None:
    headers = ASKS_BEFOREHAND | {"access-control-request-private-network": "true"}
    async with calling(allowed_hosts="mcp.example.com") as http:
        answer = await http.options("/mcp/", headers=headers)
    assert answer.headers["access-control-allow-private-network"] == "true"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "ftp://localhost", "https://localhost.evil.example"]
)
async def test_a_strange_page_is_refused_before_and_when_it_asks(origin: str) -> None:
    headers, body = request("modern", "tools/list")
    async with calling(http_token=SecretStr("s3cret")) as http:
        before = await http.options("/mcp", headers=ASKS_BEFOREHAND | {"origin": origin})
        after = await http.post("/mcp", json=body, headers=headers | {"origin": origin})
    for answer in (before, after):
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert "ASSEMBLA_ALLOWED_HOSTS" in answer.text


@pytest.mark.parametrize(("token", "status"), [("s3cret", 200), ("wrong", 401)])
async def test_a_page_may_read_the_answer_whatever_it_is(token: str, status: int) -> None:
    headers, body = request("modern", "tools/list")
    headers |= {"origin": "http://localhost:5173", "authorization": f"Bearer {token}"}
    async with calling(http_token=SecretStr("s3cret")) as http:
        answers = [await http.post("/mcp", json=body, headers=headers) for _ in range(2)]
    for answer in answers:
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == "http://localhost:5173"
        assert "WWW-Authenticate" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost:x", "me@localhost", "localhost/", "[::1", "", "localhost\\"]
)
async def test_an_unknown_host_is_refused_and_told_how_it_would_be_known(
    host: str, caplog: pytest.LogCaptureFixture
) -> None:
    headers, body = request("modern", "tools/list")
    async with calling() as http:
        answer = await http.post("/mcp", json=body, headers=headers | {"host": host})
    assert answer.status_code == 421
    assert "ASSEMBLA_ALLOWED_HOSTS" in answer.text
    assert f"'{host}'" in answer.text
    assert [record.levelno for record in caplog.records if "host" in record.message] == [logging.WARNING]
