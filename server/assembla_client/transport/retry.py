"""Whether a failed attempt is worth another, and after how long. Pure: the transport sleeps and repeats."""

from collections.abc import Callable

from assembla_client.errors import ConnectionFailed
from assembla_client.transport.wire import Reply, retry_after

MAX_RETRIES = 3
FIRST_BACKOFF_S = 1.0

_TROUBLED = frozenset({502, 503, 504})


class TimedOut(ConnectionFailed):
    """No answer within the time of one attempt. Not repeated: the next silence would cost as much again."""


def wait_before_retry(
    is_read: bool, outcome: Reply | ConnectionFailed, attempt: int, random: Callable[[], float]
) -> float | None:
    """Return the seconds to wait before the next attempt, or None where there should be none.

    `attempt` counts from 1; `random` gives numbers from 0 up to 1. A write is repeated only where it was
    certainly not carried out: after a 429, or when the connection was refused.
    """
    if attempt > MAX_RETRIES or not _is_worth_it(is_read, outcome):
        return None
    asked = retry_after(outcome) if isinstance(outcome, Reply) else None
    return _backoff(attempt, random) if asked is None else asked


def _is_worth_it(is_read: bool, outcome: Reply | ConnectionFailed) -> bool:
    match outcome:
        case Reply(status=429):
            return True
        case Reply(status=status):
            return is_read and status in _TROUBLED
        case TimedOut():
            return False
        case _:
            return is_read or not outcome.sent


def _backoff(attempt: int, random: Callable[[], float]) -> float:
    return FIRST_BACKOFF_S * 2.0 ** (attempt - 1) * (1 - random() / 2)
