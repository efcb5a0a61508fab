"""Reading a row that is not quite what its model says: one odd value never costs the rest.

A value of another type is read where it means the same; else it is null, or left out where null is not allowed. Only a
row that lacks what identifies it cannot be read.
"""

import json
import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from assembla_client.models import Model, instant

M = TypeVar("M", bound=Model)
Steps = tuple[int | str, ...]
_NOTHING = object()
_INTEGER = re.compile(r"([+-]?[0-9]{1,18})(\.0*)?")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{0,18})?")
_FLAGS = MappingProxyType({"true": True, "false": False, "1": True, "0": False})


class Unreadable(Exception):
    """A row that nothing identifies, or that is no object. `where` leads to what it lacks, `what` says how."""

    def __init__(self, where: Sequence[str], what: str) -> None:
        super().__init__()
        self.where = where
        self.what = what


def read_row(model: type[M], row: object, note: Callable[[str], None]) -> M:
    """Read a row as a model. `note` is told each field whose value was lost. Raises Unreadable."""
    if not isinstance(row, dict):
        raise Unreadable([], "has an unexpected type")
    row = dict(row)
    lost: set[str] = set()
    for remedy in (_same_meaning, partial(_stand_in, model.stand_ins), _null, _without):
        errors = _errors(model, row)
        if isinstance(errors, Model):
            break
        for steps, kind in errors:
            if remedy(row, steps, kind):
                lost.add(str(steps[0]))
    found = _errors(model, row)
    if not isinstance(found, Model):
        steps, kind = found[0]
        raise Unreadable([str(step) for step in steps], "is missing" if kind == "missing" else "has an unexpected type")
    for name in sorted(lost):
        note(name)
    return found


def _errors(model: type[M], row: object) -> M | list[tuple[Steps, str]]:
    try:
        return model.model_validate_json(json.dumps(row))
    except ValidationError as error:
        return [(each["loc"], each["type"]) for each in error.errors(include_url=False, include_input=False)]


def _same_meaning(row: Any, steps: Steps, kind: str) -> bool:
    """Read the value as the type that is wanted, if it means the same. Nothing is lost by that."""
    holder, key = _place(row, steps)
    if holder is not None and (read := _converted(holder[key], kind)) is not _NOTHING:
        holder[key] = read
    return False


def _stand_in(stand_ins: Mapping[str, str], row: Any, steps: Steps, kind: str) -> bool:
    """Take the value of the field that may stand in."""
    name = str(steps[0])
    if name not in stand_ins:
        return False
    row[name] = row.get(stand_ins[name])
    return True


def _null(row: Any, steps: Steps, kind: str) -> bool:
    holder, key = _place(row, steps)
    if holder is None:
        return False
    had_a_value = holder[key] is not None
    holder[key] = None
    return had_a_value


def _without(row: Any, steps: Steps, kind: str) -> bool:
    if isinstance(row, MutableMapping):
        return row.pop(steps[0], _NOTHING) is not _NOTHING
    return False


def _place(row: object, steps: Steps) -> tuple[Any, Any]:
    """What holds the value that an error is about, and its key there; None for what is not in the row."""
    holder: object = None
    key: object = None
    inner = row
    for step in steps:
        if not _has(inner, step):
            break  # a step that names no key: part of a type
        holder, key = inner, step
        inner = inner[step]  # type: ignore[index] # it has that key
    return holder, key


def _has(holder: object, step: int | str) -> bool:
    if isinstance(holder, list):
        return isinstance(step, int) and step < len(holder)
    return isinstance(holder, dict) and step in holder


def _converted(value: object, kind: str) -> object:
    if value == "" and not kind.startswith("string"):
        return {} if kind.startswith("dict") else [] if kind.startswith("list") else None
    family = kind.partition("_")[0]
    return _READERS[family](value) if family in _READERS else _NOTHING


def _as_integer(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    whole = _INTEGER.fullmatch(value.strip()) if isinstance(value, str) else None
    return _NOTHING if whole is None else int(whole[1])  # by no float: an id of 17 digits is not one of 16


def _as_number(value: object) -> object:
    return float(value) if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()) else _NOTHING


def _as_flag(value: object) -> object:
    return _FLAGS.get(str(value).strip().lower(), _NOTHING) if isinstance(value, str | int) else _NOTHING


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _NOTHING


def _as_date(value: object) -> object:
    """The day that a point in time is written with, in whatever zone it is."""
    if not isinstance(value, str):
        return _NOTHING
    try:
        instant(value)
        return date.fromisoformat(value.strip()[:10].replace("/", "-")).isoformat()
    except ValueError:
        return _NOTHING


def _as_map(value: object) -> object:
    return {} if value == [] else _NOTHING


def _as_list(value: object) -> object:
    return [] if value == {} else _NOTHING


_READERS: Mapping[str, Callable[[object], object]] = MappingProxyType(
    {
        "int": _as_integer,
        "float": _as_number,
        "bool": _as_flag,
        "string": _as_text,
        "date": _as_date,
        "dict": _as_map,
        "list": _as_list,
    }
)
"""By the first word of the validator's error: how a value of another type is read."""
