"""Faults: on which requests they strike, and what each does in process and on a socket."""

import json
import re
from collections.abc import AsyncIterator, Callable

import anyio
import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.faults.kinds import (
    Body,
    Delay,
    Drop,
    EndlessBody,
    EndlessPages,
    Mistyped,
    Silent,
    Status,
    Truncated,
)
from assembla_emulator.faults.plan import Fault
from assembla_emulator.http.server import serving

ONE_HUNDRED = 100


async def statuses(http: httpx2.AsyncClient, count: int, path: str = "/user.json") -> list[int]:
    return [(await http.get(path)).status_code for _ in range(count)]


# when


async def test_fault_strikes_from_the_nth_request_on_so_often(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    fault = emulator.faults.add(Fault(Status(503), nth=2, times=2))
    assert await statuses(http, 5) == [200, 503, 503, 200, 200]
    assert emulator.faults.fired(fault) == 2
    assert [seen.status for seen in emulator.requests] == [200, 503, 503, 200, 200]


async def test_fault_strikes_always_until_cleared(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    emulator.faults.add(Fault(Status(500), times=None))
    assert await statuses(http, 3) == [500] * 3
    emulator.faults.clear()
    assert await statuses(http, 1) == [200]


@pytest.mark.parametrize(
    ("path", "method", "hit"),
    [
        ("/v1/user", None, True),
        ("/v1/user.json", "GET", True),
        ("/v1/user", "POST", False),
        ("/v1/spaces", None, False),
        (re.compile(r"/user\.json$"), None, True),
        (re.compile(r"/users"), None, False),
    ],
)
async def test_fault_strikes_where_path_and_method_match(
    emulator: Emulator, http: httpx2.AsyncClient, path: str | re.Pattern[str], method: str | None, hit: bool
) -> None:
    emulator.faults.add(Fault(Status(503), path=path, method=method))
    assert await statuses(http, 1) == [503 if hit else 200]


async def test_chance_is_drawn_from_the_seed(http: httpx2.AsyncClient, emulator: Emulator) -> None:
    async def drawn(seed: int) -> list[int]:
        emulator.faults.clear()
        emulator.faults.add(Fault(Status(503), times=None, probability=0.3, seed=seed))
        return await statuses(http, ONE_HUNDRED)

    first = await drawn(1)
    assert first == await drawn(1) != await drawn(2)
    assert 15 < first.count(503) < 45


async def test_faults_that_strike_together_are_nested(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    emulator.faults.add(Fault(Delay(0)))
    emulator.faults.add(Fault(Truncated(keep=0)))
    emulator.faults.add(Fault(Status(502, body="gateway")))
    answer = await http.get("/user")
    assert (answer.status_code, answer.text) == (502, "")


async def test_refused_for_its_rate_a_request_meets_no_fault() -> None:
    emulator = Emulator(rate="1/minute")
    emulator.faults.add(Fault(Status(503), times=None))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=emulator.app)) as http:
        answers = [(await http.get("http://api.example/v1/user")).status_code for _ in range(2)]
    assert answers == [503, 429]


# what


@pytest.mark.parametrize(
    ("status", "kind", "inside"),
    [
        (401, "application/json", "error"),
        (403, "application/json", "error"),
        (404, "text/html", " "),
        (422, "application/json", "base"),
        (429, "application/json", "error"),
        (500, "text/html", "Error 500: Internal Server Error"),
        (502, "text/html", "<h1>502</h1>"),
        (204, "text/plain", ""),
    ],
)
async def test_status_comes_with_the_body_that_the_api_has_for_it(
    emulator: Emulator, http: httpx2.AsyncClient, status: int, kind: str, inside: str
) -> None:
    emulator.faults.add(Fault(Status(status)))
    answer = await http.get("/user")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(kind)
    assert inside in answer.text


async def test_status_takes_body_type_and_headers_of_ones_own(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    trouble = Status(429, body='{"a":1}', headers={"Retry-After": "7"}, content_type="application/json")
    emulator.faults.add(Fault(trouble))
    answer = await http.get("/user")
    assert (answer.json(), answer.headers["retry-after"]) == ({"a": 1}, "7")


async def test_truncated_body_is_whole_http_and_half_json(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    emulator.faults.add(Fault(Truncated(), path="/v1/user"))
    answer = await http.get("/user")
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


async def test_body_can_be_any_bytes_of_any_type(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    emulator.faults.add(Fault(Body(b"\xff\x00")))
    emulator.faults.add(Fault(Body(b"<p>hi", "text/html"), nth=2))
    first, second = await http.get("/user"), await http.get("/spaces/brand-handbook/space_tools/repo")
    assert first.content == b"\xff\x00"
    assert first.headers["content-type"].startswith("application/json")
    assert (second.status_code, second.headers["content-type"]) == (200, "text/html")


async def test_field_can_be_of_a_wrong_type_in_objects_and_in_rows(
    emulator: Emulator, http: httpx2.AsyncClient
) -> None:
    emulator.faults.add(Fault(Mistyped("name", {"no": "name"}), times=None))
    assert (await http.get("/user")).json()["name"] == {"no": "name"}
    spaces = (await http.get("/spaces")).json()
    assert all(space["name"] == {"no": "name"} for space in spaces)
    assert (await http.get("/spaces/brand-handbook/space_tools/repo")).json() == []


async def test_endless_pages_repeat_the_first_or_are_fresh(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    async def ids(page: int) -> list[str]:
        listing = await http.get("/spaces", params={"portfolio": "lumenfjord", "per_page": 4, "page": page})
        return [space["id"] for space in listing.json()]

    emulator.faults.add(Fault(EndlessPages(), times=2))
    assert await ids(1) == await ids(900)
    emulator.faults.add(Fault(EndlessPages(fresh=True), times=None))
    assert not set(await ids(1)) & set(await ids(900))
    roles = (await http.get("/spaces/harbour-app/user_roles?page=2")).json()
    assert roles[0]["id"] > 2_000_000


async def test_delay_brings_the_real_answer_late(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    emulator.faults.add(Fault(Delay(60)))
    with anyio.move_on_after(0.05) as impatient:
        await http.get("/user")
    assert impatient.cancelled_caught
    emulator.faults.add(Fault(Delay(0.001)))
    assert await statuses(http, 1) == [200]


async def test_silence_lasts_until_the_client_gives_up(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    emulator.faults.add(Fault(Silent()))
    with anyio.move_on_after(0.05) as impatient:
        await http.get("/user")
    assert impatient.cancelled_caught
    assert emulator.requests[0].status is None


async def test_drop_in_process_raises_or_ends_short_of_its_length(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    emulator.faults.add(Fault(Drop()))
    with pytest.raises(ConnectionResetError):
        await http.get("/user")
    emulator.faults.add(Fault(Drop(after=10)))
    answer = await http.get("/user")
    assert len(answer.content) == 10 < int(answer.headers["content-length"])


async def test_dropped_request_takes_effect_only_where_asked(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    change = {"space": {"name": "Changed"}}
    emulator.faults.add(Fault(Drop(), method="PUT"))
    with pytest.raises(ConnectionResetError):
        await http.put("/spaces/weekend-robots", json=change)
    assert (await http.get("/spaces/weekend-robots")).json()["name"] == "Weekend Robots"
    emulator.faults.add(Fault(Drop(processed=True), method="PUT"))
    with pytest.raises(ConnectionResetError):
        await http.put("/spaces/weekend-robots", json=change)
    assert (await http.get("/spaces/weekend-robots")).json()["name"] == "Changed"


async def test_endless_body_ends_at_some_time_in_process(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    emulator.faults.add(Fault(EndlessBody(chunk=b"x" * 1000, in_process_bytes=5000)))
    answer = await http.get("/user")
    assert len(answer.content) == 5000
    assert "content-length" not in answer.headers


class TestOnASocket:
    """The same, where a connection is one."""

    @pytest.fixture
    async def wire(
        self, emulator: Emulator, http: httpx2.AsyncClient
    ) -> AsyncIterator[Callable[[], httpx2.AsyncClient]]:
        with anyio.fail_after(15):
            async with serving(emulator) as base_url:
                yield lambda: httpx2.AsyncClient(base_url=f"{base_url}/v1", headers=http.headers, timeout=2)

    async def test_drop_before_the_answer_is_a_lost_connection(
        self, emulator: Emulator, wire: Callable[[], httpx2.AsyncClient]
    ) -> None:
        emulator.faults.add(Fault(Drop()))
        async with wire() as http:
            with pytest.raises(httpx2.TransportError):
                await http.get("/user")
            assert await statuses(http, 1) == [200]

    @pytest.mark.parametrize("path", ["/user", "/spaces/brand-handbook/space_tools/repo"])
    async def test_drop_within_the_body_is_a_lost_connection(
        self, emulator: Emulator, wire: Callable[[], httpx2.AsyncClient], path: str
    ) -> None:
        emulator.faults.add(Fault(Drop(after=10)))
        async with wire() as http:
            with pytest.raises(httpx2.TransportError):
                await http.get(path)
            assert emulator.requests[0].status is not None

    async def test_silence_lasts_until_the_client_gives_up(
        self, emulator: Emulator, wire: Callable[[], httpx2.AsyncClient]
    ) -> None:
        emulator.faults.add(Fault(Silent()))
        async with wire() as http:
            with pytest.raises(httpx2.ReadTimeout):
                await http.get("/user", timeout=0.1)
            assert await statuses(http, 1) == [200]

    async def test_endless_body_goes_on_until_the_client_leaves(
        self, emulator: Emulator, wire: Callable[[], httpx2.AsyncClient]
    ) -> None:
        emulator.faults.add(Fault(EndlessBody(in_process_bytes=1)))
        async with wire() as http:
            read = 0
            async with http.stream("GET", "/user") as answer:
                async for piece in answer.aiter_bytes():
                    read += len(piece)
                    if read > 2**20:
                        break
            assert read > 2**20
