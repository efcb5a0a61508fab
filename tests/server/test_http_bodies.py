"""Bodies of HTTP requests: odd ids, media types in any case, and bodies that do not come."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assembla_mcp.transports.request_body import BODY_WITHIN_S, BodyRequired
from http_harness import ERAS, application, calling, request


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("method", ["tools/list", "tools/call", "initialize"])
@pytest.mark.parametrize("bad", [None, 1.5, [], ["1"], {}, True], ids=repr)
async def test_a_request_whose_id_is_no_id_is_refused_with_none(era: str, method: str, bad: object) -> None:
    headers, body = request(era, method, id=bad)
    async with calling() as http:
        answer = await http.post("/mcp", json=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == -32600
    assert answer.json()["id"] is None


@pytest.mark.parametrize("era", ERAS)
async def test_a_kept_listing_is_not_given_for_an_id_that_is_none(era: str) -> None:
    async with calling() as http:
        for id, status in ((1, 200), ([], 400), (None, 400), (1.0, 400), ("two", 200)):
            headers, body = request(era, "tools/list", id=id)
            answer = await http.post("/mcp", json=body, headers=headers)
            assert answer.status_code == status, id
            assert answer.json()["id"] == (id if status == 200 else None)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("name", ["content-type", "accept"])
@pytest.mark.parametrize("written", ["Application/JSON", "APPLICATION/JSON; Charset=UTF-8"])
async def test_media_types_have_no_case(era: str, name: str, written: str) -> None:
    headers, body = request(era, "tools/list")
    async with calling() as http:
        answer = await http.post("/mcp", content=json.dumps(body), headers={**headers, name: written})
    assert answer.status_code == 200
    assert answer.json()["result"]["tools"]


@pytest.mark.parametrize("era", ERAS)
async def test_a_body_that_trickles_is_ended_after_a_while(era: str) -> None:
    async def letters() -> AsyncIterator[Message]:
        while True:
            await anyio.sleep(1)
            yield {"type": "http.request", "body": b" ", "more_body": True}

    async with application() as app:
        began = anyio.current_time()
        sent = await answered(app, era, letters())
        assert anyio.current_time() - began == pytest.approx(BODY_WITHIN_S, abs=1)
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]


async def test_the_time_for_a_body_goes_by_the_clock_that_was_passed_in() -> None:
    now = 100.0

    async def pieces() -> AsyncIterator[Message]:
        nonlocal now
        while True:
            now += BODY_WITHIN_S / 3
            yield {"type": "http.request", "body": b" ", "more_body": True}

    sent = await answered(BodyRequired(never, lambda: now), "legacy", pieces())
    assert sent[0]["status"] == 408
    assert now == 100 + BODY_WITHIN_S


async def test_silence_in_the_middle_of_a_body_is_ended_too() -> None:
    async def half() -> AsyncIterator[Message]:
        yield {"type": "http.request", "body": b"{", "more_body": True}
        await anyio.sleep_forever()

    assert (await answered(BodyRequired(never), "legacy", half()))[0]["status"] == 408


@pytest.mark.parametrize("era", ERAS)
async def test_a_client_that_leaves_in_mid_body_is_no_error(era: str, caplog: pytest.LogCaptureFixture) -> None:
    async def half() -> AsyncIterator[Message]:
        yield {"type": "http.request", "body": b'{"jsonrpc": "2.0", "id"', "more_body": True}
        while True:
            yield {"type": "http.disconnect"}

    async with application() as app:
        assert await answered(app, era, half()) == []
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_body_that_grows_too_long_is_refused_at_its_limit() -> None:
    taken = 0

    async def megabytes() -> AsyncIterator[Message]:
        nonlocal taken
        while True:
            taken += 1
            yield {"type": "http.request", "body": b" " * 2**20, "more_body": True}

    sent = await answered(BodyRequired(never), "legacy", megabytes())
    assert (sent[0]["status"], taken) == (413, 5)


async def never(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("what has no body was served")


async def answered(app: ASGIApp, era: str, coming: AsyncIterator[Message]) -> list[Any]:
    """What `app` sends to a POST whose body comes as it may."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(name.encode(), value.encode()) for name, value in (ERAS[era] | {"host": "localhost"}).items()]
    scope = {"type": "http", "method": "POST", "path": "/mcp", "raw_path": b"/mcp", "query_string": b""}
    await app({**scope, "headers": headers}, coming.__anext__, send)
    return sent
