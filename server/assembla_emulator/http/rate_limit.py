"""How many requests a sliding window may hold, as the API counts them: "20/second,240/minute"."""

import math
from collections import deque
from collections.abc import Sequence

UNITS_S = {"second": 1.0, "minute": 60.0, "hour": 3600.0}


class RateLimit:
    """Admits requests by arrival. Refused ones take up no room, so a client that waits gets in again."""

    def __init__(self, rate: str) -> None:
        self._limits = [(int(most), UNITS_S[unit]) for most, unit in (part.split("/") for part in rate.split(","))]
        self._admitted: deque[float] = deque(maxlen=max(most for most, _ in self._limits))

    def wait_s(self, now: float) -> float:
        """Seconds until a request would be admitted; 0 means that this one is, and counts."""
        wait = max(self._wait_for(most, window, now) for most, window in self._limits)
        if wait <= 0:
            self._admitted.append(now)
        return max(wait, 0.0)

    def _wait_for(self, most: int, window: float, now: float) -> float:
        if len(self._admitted) < most:
            return 0.0
        return window - (now - self._admitted[-most])


def whole_seconds(wait_s: float) -> int:
    """A wait as `Retry-After` writes it."""
    return max(1, math.ceil(wait_s))


def most_in(arrivals: Sequence[float], seconds: float) -> int:
    """The most arrivals that any sliding window of that length held, its far end not included.

    Times between two arrivals are compared, as `RateLimit` does: of epoch seconds their difference has no error.
    """
    most = first = 0
    for last, arrival in enumerate(arrivals):
        while arrival - arrivals[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
