"""Time that passes only when everybody sleeps: pass `now` as clock and `sleep` as sleep."""

import heapq
from itertools import count

import anyio.lowlevel

_STEPS_TO_SETTLE = 25


class FakeTime:
    """A clock that jumps to the earliest sleeper's end once the other tasks have had their turns."""

    def __init__(self, start: float = 1000.0) -> None:
        self._now = start
        self._sleepers: list[tuple[float, int]] = []
        self._order = count()
        self.slept: list[float] = []

    def now(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        me = (self._now + max(seconds, 0.0), next(self._order))
        heapq.heappush(self._sleepers, me)
        try:
            while True:
                for _ in range(_STEPS_TO_SETTLE):
                    await anyio.lowlevel.checkpoint()
                if self._sleepers[0] == me:
                    self._now = max(self._now, me[0])
                    return
        finally:
            self._sleepers.remove(me)
            heapq.heapify(self._sleepers)
