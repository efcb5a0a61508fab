import math

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import virtual_time
from assembla_client.errors import RateLimited
from assembla_client.transport.rate_limit import RateLimiter, WaitBudget, Window, parse_rate
from faketime import FakeTime


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("20/second,240/minute", [(20, 1), (240, 60)]),
        (" 5/minute ", [(5, 60)]),
        ("1/second, 1000/hour", [(1, 1), (1000, 3600)]),
    ],
)
def test_a_rate_is_read_into_windows(text: str, windows: list[tuple[int, float]]) -> None:
    assert parse_rate(text) == tuple(Window(count, period) for count, period in windows)


@pytest.mark.parametrize("text", ["", "20", "0/second", "-1/second", "20/day", "20/Second", "1.5/second", "1/second,"])
def test_what_is_no_rate_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a rate: expected .* such as 20/second,240/minute"):
        parse_rate(text)


def most_that_could_arrive_within(period: float, flights: list[tuple[float, float]]) -> int:
    """The worst case: a request may arrive at any moment between its sending and its answer."""
    return max(
        sum(1 for sent, answered in flights if sent <= last_sent and answered >= last_sent - period)
        for last_sent, _ in flights
    )


@settings(max_examples=60, deadline=None)
@given(
    arrivals=st.lists(st.tuples(st.floats(0, 3), st.floats(0, 2.5)), min_size=1, max_size=30),
    second=st.integers(1, 6),
    minute=st.integers(6, 25),
)
def test_no_window_at_the_server_ever_holds_more_than_the_rate_and_everyone_is_served_in_turn(
    arrivals: list[tuple[float, float]], second: int, minute: int
) -> None:
    time = FakeTime()
    flights: list[tuple[float, float]] = []
    came: list[int] = []
    began: list[int] = []

    async def request(rate_limiter: RateLimiter, number: int, pause: float, takes: float) -> None:
        await time.sleep(pause)
        came.append(number)
        async with rate_limiter.slot(WaitBudget(time.now, call_s=math.inf, single_s=math.inf)):
            began.append(number)
            sent = time.now()
            await time.sleep(takes)
        flights.append((sent, time.now()))

    async def everyone() -> None:
        rate_limiter = RateLimiter(f"{second}/second,{minute}/minute", time.now, time.sleep)
        with anyio.fail_after(20):
            async with anyio.create_task_group() as tasks:
                for number, (pause, takes) in enumerate(arrivals):
                    tasks.start_soon(request, rate_limiter, number, pause, takes)

    virtual_time.run(everyone)
    assert len(flights) == len(arrivals)
    assert began == came
    assert most_that_could_arrive_within(1, flights) <= second
    assert most_that_could_arrive_within(60, flights) <= minute


async def test_an_hours_rate_spent_is_told_at_once_with_the_seconds_left() -> None:
    time = FakeTime()
    rate_limiter = RateLimiter("1/hour", time.now, time.sleep)
    async with rate_limiter.slot():
        pass
    time.advance(600)
    with pytest.raises(RateLimited, match=r"only in 30\d\d s") as caught:
        async with rate_limiter.slot():
            pytest.fail("there was no slot to take")
    assert 3000 <= caught.value.seconds <= 3010
    assert time.slept == []


async def test_the_queue_ahead_counts_towards_the_wait_of_a_newcomer() -> None:
    time = FakeTime()
    rate_limiter = RateLimiter("10/minute", time.now, time.sleep)
    served: list[str] = []

    async def take(name: str) -> None:
        try:
            async with rate_limiter.slot():
                served.append(name)
        except RateLimited:
            served.append("told")

    for number in range(10):
        await take(f"first {number}")
        time.advance(4)
    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            for number in range(15):
                tasks.start_soon(take, f"second {number}")
    assert served[10:15] == ["told"] * 5
    assert served[15:] == [f"second {number}" for number in range(10)]


async def test_a_cancelled_waiter_and_a_cancelled_request_leave_nothing_behind() -> None:
    time = FakeTime()
    rate_limiter = RateLimiter("2/second", time.now, time.sleep)
    entered: list[str] = []

    async def stay(name: str, *, task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        async with rate_limiter.slot():
            entered.append(name)
            task_status.started()
            await anyio.sleep_forever()

    async def queue_up(name: str) -> None:
        async with rate_limiter.slot():
            entered.append(name)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as flying:
            await flying.start(stay, "a")
            await flying.start(stay, "b")
            async with anyio.create_task_group() as waiting:
                waiting.start_soon(queue_up, "never")
                waiting.start_soon(queue_up, "neither")
                await anyio.wait_all_tasks_blocked()
                waiting.cancel_scope.cancel()
            flying.cancel_scope.cancel()
        for name in ("c", "d", "e"):
            await queue_up(name)
    assert entered == ["a", "b", "c", "d", "e"]
    assert 2 <= time.now() - 1000 < 2.1


async def test_a_request_that_waits_for_those_in_flight_goes_on_when_one_ends() -> None:
    time = FakeTime()
    rate_limiter = RateLimiter("1/second", time.now, time.sleep)
    done = anyio.Event()

    async def slow() -> None:
        async with rate_limiter.slot():
            await done.wait()

    async def next_one() -> None:
        async with rate_limiter.slot():
            pass

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(slow)
            await anyio.wait_all_tasks_blocked()
            tasks.start_soon(next_one)
            await anyio.wait_all_tasks_blocked()
            done.set()
    assert time.now() > 1001


async def test_a_hold_stops_everyone_and_is_told_where_it_is_long() -> None:
    time = FakeTime()
    rate_limiter = RateLimiter("20/second", time.now, time.sleep)
    rate_limiter.hold(10)
    rate_limiter.hold(3)
    async with rate_limiter.slot():
        assert time.now() == 1010
    rate_limiter.hold(1e9)
    with pytest.raises(RateLimited) as caught:
        async with rate_limiter.slot():
            pytest.fail("the hold was overlooked")
    assert caught.value.seconds == 300


async def test_a_hold_that_comes_while_someone_waits_is_told_to_them_too() -> None:
    time = FakeTime()
    rate_limiter = RateLimiter("1/second", time.now, time.sleep)

    async def late() -> None:
        with pytest.raises(RateLimited):
            async with rate_limiter.slot():
                pytest.fail("the hold was overlooked")

    async with rate_limiter.slot():
        pass
    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(late)
            await anyio.lowlevel.checkpoint()
            rate_limiter.hold(200)


async def test_a_budget_counts_waits_side_by_side_once() -> None:
    time = FakeTime()
    budget = WaitBudget(time.now)

    async def wait(seconds: float) -> None:
        with budget.waiting():
            await time.sleep(seconds)

    assert budget.allows() == 60
    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            for _ in range(10):
                tasks.start_soon(wait, 50)
    assert budget.allows() == 40
    with budget.waiting():
        time.advance(15)
        assert budget.allows() == 25
        time.advance(100)
    assert budget.allows() == 0
