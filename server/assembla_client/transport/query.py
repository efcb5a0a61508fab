"""Query parameters as the API reads them: what is not given left out, lists repeated, times as UTC minutes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from assembla_client.transport.request import Params

Value = str | int | date | datetime | Sequence[str | int] | None

_LAST_OF_A_MINUTE = timedelta(minutes=1, microseconds=-1)


def query(*pairs: tuple[str, Value]) -> Params:
    """Build parameters from names and values; several values repeat the name, None leaves it out.

    A datetime becomes the UTC minute that it lies in, `yyyy-mm-dd hh:mm`: the one form that activity takes.
    """
    return tuple((name, text) for name, value in pairs for text in _texts(value))


def minute_after(until: datetime | None) -> datetime | None:
    """Round up to a whole minute, so that an upper bound loses nothing when its seconds are cut off."""
    try:
        return None if until is None else until + _LAST_OF_A_MINUTE
    except OverflowError:
        return until


def _texts(value: Value) -> list[str]:
    match value:
        case None:
            return []
        case str() | int():
            return [str(value)]
        case datetime():
            return [_in_utc(value).replace(tzinfo=None).isoformat(" ", "minutes")]
        case date():
            return [value.isoformat()]
        case _:
            return [str(each) for each in value]


def _in_utc(value: datetime) -> datetime:
    try:
        return value if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:  # within a day of the calendar's ends, where no zone matters
        return value
