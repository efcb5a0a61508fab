"""Whether a failed attempt is worth another, and after how long. Pure: the session sleeps and repeats."""

import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from assembla_client.errors import ConnectionFailed, Misconfigured, TimedOut
from assembla_client.transport.request import Reply

MAX_RETRIES = 3
FIRST_BACKOFF_S = 1.0

_TROUBLED = frozenset({502, 503, 504})
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


def is_worth_another(is_read: bool, outcome: Reply | ConnectionFailed, attempt: int) -> bool:
    """Whether to try again after this attempt; `attempt` counts from 1.

    A write is repeated only where it was certainly not carried out: after a 429, or when the connection was refused.
    """
    return attempt <= MAX_RETRIES and _is_hopeful(is_read, outcome)


def pause_after(outcome: Reply | ConnectionFailed, attempt: int, random: Callable[[], float]) -> float:
    """Return the seconds that the next attempt has to wait: as long as the API asks for, else doubling from 1 s.

    `random` gives numbers from 0 up to 1.
    """
    asked = retry_after(outcome) if isinstance(outcome, Reply) else None
    return _backoff(attempt, random) if asked is None else asked


def _is_hopeful(is_read: bool, outcome: Reply | ConnectionFailed) -> bool:
    match outcome:
        case Reply(status=429):
            return True
        case Reply(status=status):
            return is_read and status in _TROUBLED
        case TimedOut() | Misconfigured():
            return False
        case _:
            return is_read or not outcome.sent


def _backoff(attempt: int, random: Callable[[], float]) -> float:
    return FIRST_BACKOFF_S * 2.0 ** (attempt - 1) * (1 - random() / 2)


def retry_after(reply: Reply) -> float | None:
    """Return the seconds that a Retry-After header asks for.

    A date is measured against the answer's Date, or against when it came where there is none.
    """
    value = reply.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    wanted = read_date(value)
    now = read_date(reply.headers.get("date") or reply.headers.get("received", ""))
    return None if wanted is None or now is None else max(0.0, wanted - now)


def read_date(value: str) -> float | None:
    """Read the date of a header: epoch seconds, None if it cannot be read."""
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
