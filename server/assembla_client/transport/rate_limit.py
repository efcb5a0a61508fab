"""When a request may leave: the rate limit as the server counts it, and how long one call may wait.

The server counts arrivals, somewhere between our sending and its answer. So a slot is taken from sending
until `period` after the answer's headers came: no window of the server's can ever hold more than the rate.
"""

import re
import time
from bisect import bisect_right
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import anyio

from assembla_client.errors import RateLimited

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]

MAX_WAIT_S = 60.0
CALL_WAIT_S = 90.0
MAX_HOLD_S = 300.0  # however long the API asks for, one request looks again after five minutes

_PERIODS_S = {"second": 1, "minute": 60, "hour": 3600}
_RATE = re.compile(r"([1-9][0-9]{0,8})/(second|minute|hour)")
_CLOCK_DRIFT = 1.002  # two clocks measure the same period slightly apart; ours must be the longer one


@dataclass(frozen=True)
class Window:
    """At most `count` requests in any `period_s` seconds."""

    count: int
    period_s: float


def parse_rate(text: str) -> tuple[Window, ...]:
    """Read a rate such as "20/second,240/minute". Raises ValueError that says what is expected."""
    windows = []
    for part in text.split(","):
        match = _RATE.fullmatch(part.strip())
        if match is None:
            raise ValueError(
                f"{part.strip()[:40]!r} is not a rate: expected COUNT/second, COUNT/minute or COUNT/hour, "
                "several with commas between, such as 20/second,240/minute"
            )
        windows.append(Window(int(match[1]), _PERIODS_S[match[2]]))
    return tuple(windows)


class WaitBudget:
    """What one call may still wait, in seconds: requests that wait side by side are counted once."""

    def __init__(
        self, clock: Clock = time.monotonic, *, call_s: float = CALL_WAIT_S, single_s: float = MAX_WAIT_S
    ) -> None:
        self._clock = clock
        self._left_s = call_s
        self._single_s = single_s
        self._waiters = 0
        self._since = 0.0

    def allows(self) -> float:
        """Return the longest wait that may begin now."""
        waited = self._clock() - self._since if self._waiters else 0.0
        return max(0.0, min(self._single_s, self._left_s - waited))

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Charge the time spent inside."""
        if self._waiters == 0:
            self._since = self._clock()
        self._waiters += 1
        try:
            yield
        finally:
            self._waiters -= 1
            if self._waiters == 0:
                self._left_s -= self._clock() - self._since


class RateLimiter:
    """Lets requests through in the order they came, never more than the rate. One for each principal."""

    def __init__(self, rate: str, clock: Clock = time.monotonic, sleep: Sleep = anyio.sleep) -> None:
        self._windows = parse_rate(rate)
        self._clock = clock
        self._sleep = sleep
        self._in_flight = 0
        self._answered: deque[float] = deque(maxlen=max(window.count for window in self._windows))
        self._queue = anyio.Lock()
        self._queued = 0
        self._hold_until = float("-inf")
        self._change = anyio.Event()

    def hold(self, seconds: float) -> None:
        """Let nothing through for that long: the API has asked for quiet."""
        self._hold_until = max(self._hold_until, self._clock() + min(seconds, MAX_HOLD_S))

    @asynccontextmanager
    async def slot(self, budget: WaitBudget | None = None) -> AsyncIterator[None]:
        """Hold one slot: enter before sending, leave when the headers have come or the attempt has failed.

        Raises RateLimited at once where the wait, with the queue ahead, is longer than `budget` allows.
        """
        budget = budget or WaitBudget(self._clock)
        allows = budget.allows()
        self._refuse_if_over(self._wait_behind(self._queued), allows)
        with budget.waiting():
            await self._pass(allows)
        try:
            yield
        finally:
            self._in_flight -= 1
            self._answered.append(self._clock())
            self._change.set()

    async def _pass(self, allows: float) -> None:
        arrived = self._clock()
        self._queued += 1
        try:
            async with self._queue:
                while (wait := self._wait_behind(0)) > 0:
                    self._refuse_if_over(wait, allows - (self._clock() - arrived))
                    await self._pause(wait)
                self._in_flight += 1
        finally:
            self._queued -= 1

    async def _pause(self, wait: float) -> None:
        if any(self._in_flight >= window.count for window in self._windows):
            self._change = anyio.Event()
            await self._change.wait()
        else:
            await self._sleep(wait)

    def _wait_behind(self, queued: int) -> float:
        """Estimate the wait with `queued` requests ahead: exact for none, else the least it can be."""
        now = self._clock()
        held = self._hold_until - now
        return max(held, *(self._window_wait(window, queued, now) for window in self._windows))

    def _window_wait(self, window: Window, queued: int, now: float) -> float:
        # Slots in the order they come free: idle ones, answered ones, those in flight. Each later round of
        # the queue takes the same slots again, at best one period later.
        period = window.period_s * _CLOCK_DRIFT
        oldest = bisect_right(self._answered, now, key=lambda answered: answered + period)
        recent = len(self._answered) - oldest
        idle = max(0, window.count - self._in_flight - recent)
        rounds, position = divmod(queued, window.count)
        if position < idle:
            wait = 0.0
        elif position - idle < recent:
            wait = self._answered[oldest + position - idle] + period - now
        else:
            wait = period
        return wait + rounds * period

    @staticmethod
    def _refuse_if_over(wait: float, allows: float) -> None:
        if wait > allows:
            raise RateLimited(
                f"The rate limit leaves room for this only in {wait:.0f} s, longer than one call waits. "
                "Try again then, or ask for less.",
                wait,
            )
