"""An event loop whose time passes only while everybody waits, so that a deadline is no race with a busy machine.

Work takes no time here, however long the machine needs for it: `fail_after(5)` gives a test five seconds of waiting.
Where nothing outside the loop could end the wait (no socket is watched, no thread has been started), the wait is
skipped; with a socket or a thread it lasts as long as it does on the wall. Each turn of the loop counts a little,
which ends whoever spins without waiting.
"""

import asyncio
import selectors
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

TURN_S = 1e-5
STUCK_AFTER_S = 2.0
"""How long a loop that waits for nothing is left alone: a signal could still come."""
_FOR_EVER_S = 24 * 3600.0  # asyncio waits no longer in one go, also for what never comes: `sleep_forever`
_OUR_OWN = 1  # the pipe by which a loop wakes itself

T = TypeVar("T")


class EverybodyWaits(Exception):
    """All tasks wait for one another; the test would never end."""


class WaitingTime(selectors.DefaultSelector):
    """Counts the time spent waiting, and skips what nobody can cut short."""

    def __init__(self) -> None:
        super().__init__()
        self.waited = 0.0
        self._threads_before = set(threading.enumerate())

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """The ready files, at once if nothing but the next timer could happen."""
        self.waited += TURN_S
        if timeout is not None and timeout <= 0:
            return super().select(0)
        if self._can_be_woken():
            return self._wait(timeout)
        if timeout is None or timeout >= _FOR_EVER_S:
            return self._wait(STUCK_AFTER_S) or self._stuck()
        ready = super().select(0)
        self.waited += 0.0 if ready else timeout
        return ready

    def _wait(self, timeout: float | None) -> list[tuple[selectors.SelectorKey, int]]:
        began = time.monotonic()
        ready = super().select(timeout)
        self.waited += time.monotonic() - began
        return ready

    def _stuck(self) -> list[tuple[selectors.SelectorKey, int]]:
        raise EverybodyWaits

    def _can_be_woken(self) -> bool:
        return len(self.get_map()) > _OUR_OWN or not self._threads_before.issuperset(threading.enumerate())


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """The loop of every asynchronous test."""

    def __init__(self) -> None:
        self._waiting = WaitingTime()
        super().__init__(self._waiting)

    def time(self) -> float:
        """Seconds of waiting and turns so far."""
        return self._waiting.waited


def run(function: Callable[..., Awaitable[T]], *arguments: object) -> T:
    """`anyio.run` in virtual time, for tests that are no coroutines themselves."""
    return anyio.run(function, *arguments, backend_options={"loop_factory": VirtualTimeLoop})
