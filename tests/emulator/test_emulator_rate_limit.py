"""The rate limit and the count of arrivals, on a clock that stands still unless moved."""

from bisect import bisect_left
from fractions import Fraction
from itertools import accumulate

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembla_emulator.app import Emulator
from assembla_emulator.clock import Clock
from assembla_emulator.http.rate_limit import RateLimit, most_in

EPOCH = 1_700_000_000.0


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(clock=Clock(lambda: EPOCH), retry_after=True)


async def burst(http: httpx2.AsyncClient, count: int) -> list[int]:
    return [(await http.get("/user.json")).status_code for _ in range(count)]


async def test_twenty_pass_in_a_second_and_the_next_is_refused(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    assert await burst(http, 21) == [200] * 20 + [429]
    emulator.clock.advance(0.999)
    assert await burst(http, 1) == [429]
    emulator.clock.advance(0.001)
    assert await burst(http, 21) == [200] * 20 + [429]
    assert [emulator.most_in(seconds) for seconds in (0.5, 1, 60)] == [22, 22, 43]


async def test_two_hundred_and_forty_pass_in_a_minute(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    for _ in range(12):
        assert await burst(http, 20) == [200] * 20
        emulator.clock.advance(1)
    refused = await http.get("/user.json")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "48"
    assert isinstance(refused.json()["error"], str)
    emulator.clock.advance(48)
    assert await burst(http, 21) == [200] * 20 + [429]


async def test_tokens_count_and_consent_pages_do_not(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    for _ in range(30):
        assert (await http.get("http://api.example/authorization")).status_code == 400
    assert emulator.most_in(60) == 0
    statuses = [(await http.post("http://api.example/token")).status_code for _ in range(21)]
    assert statuses == [401] * 20 + [429]
    assert emulator.most_in(60) == 21
    assert len(emulator.requests) == 51


async def test_how_long_to_wait_is_not_told_unless_switched_on() -> None:
    emulator = Emulator(rate="1/minute")
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=emulator.app)) as http:
        await http.get("http://api.example/v1/user")
        refused = await http.get("http://api.example/v1/user")
    assert refused.status_code == 429
    assert "retry-after" not in refused.headers


gaps = st.lists(st.floats(min_value=0, max_value=0.4) | st.sampled_from([0.0, 0.1, 0.25, 0.5]), max_size=120)
windows = st.floats(min_value=0.01, max_value=3) | st.sampled_from([0.1, 0.25, 0.5, 1.0])


@given(gaps)
def test_what_is_admitted_never_exceeds_any_window(gaps: list[float]) -> None:
    limit, now, admitted = RateLimit("5/second,12/minute"), EPOCH, []
    for gap in gaps:
        now += gap
        if limit.wait_s(now) == 0:
            admitted.append(now)
    assert most_in(admitted, 1) <= 5
    assert most_in(admitted, 60) <= 12


@given(gaps, windows)
def test_most_in_agrees_with_counting_every_window(gaps: list[float], seconds: float) -> None:
    """Counted in fractions, which do not round."""
    arrivals = list(accumulate(gaps, initial=EPOCH))
    exact, window = [Fraction(arrival) for arrival in arrivals], Fraction(seconds)
    every = [bisect_left(exact, start + window) - index for index, start in enumerate(exact)]
    assert most_in(arrivals, seconds) == max(every)
    assert most_in([], seconds) == 0
