"""Days and minutes as callers write them in queries. All are read in UTC."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from assembla_emulator.responses import Refused, invalid

DAYS = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%d")
MINUTE = "%Y-%m-%d %H:%M"


def day_of(text: str) -> date:
    """A day in any of the six forms that stand-ups take; anything else is refused (422)."""
    return _read(text, DAYS, "Date can't be read").date()


def minute_of(text: str) -> datetime:
    """`yyyy-mm-dd hh:mm` and nothing else; anything else is refused (422)."""
    return _read(text, (MINUTE,), "Dates are written yyyy-mm-dd hh:mm")


def checked_range(start: date, end: date) -> tuple[date, date]:
    """Both days, unless the first is the later one (422, in the recorded words)."""
    if start > end:
        raise Refused(invalid(base=["Start date can't be greater than end date"]))
    return start, end


def _read(text: str, forms: Iterable[str], message: str) -> datetime:
    for form in forms:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise Refused(invalid(base=[message]))
