"""Dates and times as arguments: a day stands for all of it, a time without a zone is UTC."""

from datetime import UTC, date, datetime, time
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from assembla_tools.framework.errors import Refused


def _moment(value: object) -> date | datetime:
    if isinstance(value, datetime | date):
        return value
    try:
        text = str(value).strip()
        if len(text) == len("2024-05-31"):
            return date.fromisoformat(text)
        read = datetime.fromisoformat(text)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("moment", "write 2024-05-31 or 2024-05-31T14:00:00Z") from None


def _day(value: object) -> date:
    try:
        read = _moment(value)
    except PydanticCustomError:
        raise PydanticCustomError("day", "write 2024-05-31") from None
    return read.date() if isinstance(read, datetime) else read


_AS_TEXT = WithJsonSchema({"type": "string"})  # `format` is beyond what some providers take

Moment = Annotated[date | datetime, BeforeValidator(_moment), _AS_TEXT]
"""A day, or an instant in UTC."""

Day = Annotated[date, BeforeValidator(_day), _AS_TEXT]

Since = Annotated[Moment | None, Field(description="From this day, or time with zone, on.")]
Until = Annotated[Moment | None, Field(description="Up to this day and its end, or time with zone.")]


def first_instant(moment: date | datetime | None) -> datetime | None:
    """When `moment` begins."""
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time.min, UTC)


def last_instant(moment: date | datetime | None) -> datetime | None:
    """When `moment` ends: a day with its last microsecond."""
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time.max, UTC)


def in_order(since: date | datetime | None, until: date | datetime | None) -> None:
    """`INVALID` where the span ends before it begins."""
    begin, end = first_instant(since), last_instant(until)
    if begin is not None and end is not None and begin > end:
        raise Refused("INVALID", "since: it lies after `until`.")
