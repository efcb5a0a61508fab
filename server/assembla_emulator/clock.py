"""The emulator's time: token expiry, rate limit and arrivals ask this one clock, and a test may move it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


def _monotonic_wall_clock() -> Callable[[], float]:
    """Epoch seconds that never run backwards, so that sliding windows stay true."""
    offset = time.time() - time.monotonic()
    return lambda: offset + time.monotonic()


class Clock:
    """Epoch seconds from `source` (the wall clock when left out), plus all that `advance` has added."""

    def __init__(self, source: Callable[[], float] | None = None) -> None:
        self._source = source or _monotonic_wall_clock()
        self._moved = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._source() + self._moved

    def instant(self) -> datetime:
        """The same as an aware UTC time, to the second, as the API writes it."""
        return datetime.fromtimestamp(self.now(), UTC).replace(microsecond=0)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._moved += seconds
