"""What the models of all resources share: frozen, strict about types, deaf to fields nobody knows yet."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_AS_IN_ISO = re.compile(r"(\d{4})/(\d\d)/(\d\d) ([\d:.]+) ?([+-]\d\d:?\d\d)?")

Id = Annotated[str, Field(description="Identifier: 22 characters, case matters")]
NumberId = Annotated[int, Field(strict=False, description="Identifier: a number")]
"""Sent as a number; old documents and clients have it as a numeric string, which is read too."""


T = TypeVar("T")

EXPECTED = "expected"
"""Marks what every object of a kind was seen to have."""

Expected = Annotated[T | None, EXPECTED]
"""Every object of the kind was seen with it. Where one has none all the same it is None, and told."""


class Model(BaseModel):
    """Base of the API's objects. `model_fields_set` tells a key that was not sent from one sent as null.

    `stand_ins` names, for a field that everything goes by, the field that is taken where it has no usable value.
    """

    stand_ins: ClassVar[Mapping[str, str]] = MappingProxyType({})

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, defer_build=True)


def absent() -> Any:
    """Default of a key that may be missing: reads as None, while the schema stays that of the type."""
    return None


def instant(text: str) -> datetime:
    """Read a point in time as an aware UTC datetime.

    The API writes ISO 8601 with `Z` or with an offset, and `2012-07-24 13:43:09 UTC` or
    `2012/07/24 13:43:09 +0000` in places; what names no zone is taken for UTC. Raises ValueError for anything else.
    """
    try:
        read = datetime.fromisoformat(_AS_IN_ISO.sub(r"\1-\2-\3 \4\5", text.strip().removesuffix(" UTC")))
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("not a point in time as the API writes it") from None


def _instant_of(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        return instant(value)
    raise ValueError("a point in time is text")


Instant = Annotated[datetime, BeforeValidator(_instant_of)]


def seconds(at: datetime | None) -> float:
    """A point in time as what it sorts by: seconds since 1970. One that is not known comes before all others."""
    return 0.0 if at is None else at.timestamp()
