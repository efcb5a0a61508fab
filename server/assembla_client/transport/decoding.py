"""Bodies of answers to models: the only place where JSON of no known type is met.

An answer is read at one go where it is what the models say. Where it is not, its rows are read one by one, and what is
odd about them is noted beside what could be read: see `row_repair`.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from assembla_client.errors import UnexpectedResponse
from assembla_client.models import EXPECTED, Model
from assembla_client.transport.request import Reply
from assembla_client.transport.row_repair import Unreadable, read_row

M = TypeVar("M", bound=Model)

_LONG_BODY_BYTES = 2**20
_ROWS_AT_ONCE = 500
_MOST_DIGITS = 1_000


@dataclass
class Oddities:
    """What was odd about answers: how often which field had no usable value, and rows that could not be kept."""

    fields: Counter[str] = field(default_factory=Counter)
    """By names such as `documents.filename`: the value is null now."""
    rows: Counter[str] = field(default_factory=Counter)
    """By names such as `documents`: without what identifies them, so left out."""
    bytes_replaced: bool = False
    """Whether bytes that are no UTF-8 were replaced."""

    def __bool__(self) -> bool:
        return bool(self.fields or self.rows or self.bytes_replaced)

    def add(self, other: "Oddities") -> None:
        """Count these too."""
        self.fields.update(other.fields)
        self.rows.update(other.rows)
        self.bytes_replaced = self.bytes_replaced or other.bytes_replaced


@dataclass(frozen=True)
class Decoded(Generic[M]):
    """The records of a list that could be read, how many rows were sent, and what was odd about them."""

    records: list[M]
    sent: int
    oddities: Oddities = field(default_factory=Oddities)


def decode_one(model: type[M], reply: Reply) -> tuple[M, Oddities]:
    """Read one object from a JSON body. Raises UnexpectedResponse where it is none, or nothing identifies it."""
    name, body, oddities = _snake(model.__name__), *_text(reply.body)
    try:
        record: M = _adapter(model).validate_json(body)
    except ValidationError:
        try:
            record = read_row(model, _parsed(body, reply.status), partial(_note, model, oddities, name))
        except Unreadable as error:
            where = ".".join([name, *error.where])
            raise _unreadable(where, error.what, reply) from None
    oddities.fields.update(f"{name}.{lacking}" for lacking in _lacking(record))
    return record, oddities


def decode_list(model: type[M], reply: Reply) -> Decoded[M]:
    """Read a JSON array of objects. An empty list also comes as a 204 or an empty body.

    Raises UnexpectedResponse where the body is no such array.
    """
    if reply.status == 204 or not reply.body.strip():
        return Decoded([], 0)
    name, body, oddities = _plural(_snake(model.__name__)), *_text(reply.body)
    records: list[M] | None = None if is_long(reply) else _at_once(model, body)
    sent = len(records) if records is not None else 0
    if records is None:
        rows = _parsed(body, reply.status)
        if not isinstance(rows, list) or (rows and not any(isinstance(row, dict) for row in rows)):
            where = f"{name}[0]" if isinstance(rows, list) else name
            raise _unreadable(where, "has an unexpected type", reply)
        records, sent = list(_row_by_row(model, rows, name, oddities)), len(rows)
    oddities.fields.update(f"{name}.{lacking}" for record in records for lacking in _lacking(record))
    return Decoded(records, sent, oddities)


def is_long(reply: Reply) -> bool:
    """Whether a list in this body takes so long to read that others should have their turn meanwhile."""
    return len(reply.body) > _LONG_BODY_BYTES


def decode_plain(reply: Reply) -> object:
    """Read a body of any shape as plain JSON; None where there is none. Raises UnexpectedResponse."""
    plain: object = _parsed(_text(reply.body)[0], reply.status) if reply.body.strip() else None
    return plain


def _unreadable(where: str, what: str, reply: Reply) -> UnexpectedResponse:
    sentence = f"Assembla's answer cannot be read: `{where}` {what}."
    return UnexpectedResponse(sentence, status=reply.status, field=where)


def _text(body: bytes) -> tuple[bytes, Oddities]:
    """The body as UTF-8: a byte order mark is passed over, what is no UTF-8 is replaced."""
    body = body.removeprefix(b"\xef\xbb\xbf")
    try:
        body.decode()
    except UnicodeDecodeError:
        return body.decode(errors="replace").encode(), Oddities(bytes_replaced=True)
    return body, Oddities()


def _parsed(body: bytes, status: int) -> Any:
    try:
        return json.loads(body, parse_int=_integer)
    except (ValueError, RecursionError):
        raise UnexpectedResponse(
            f"Assembla's answer (status {status}) is not JSON, or is cut off.", status=status
        ) from None


def _integer(text: str) -> int | str:
    """A number of any length: one with more digits than anything counts stays text, so that it costs only itself."""
    return int(text) if len(text) <= _MOST_DIGITS else text


def _at_once(model: type[M], body: bytes) -> list[M] | None:
    try:
        records: list[M] = _list_adapter(model).validate_json(body)
    except ValidationError:
        return None
    return records


def _row_by_row(model: type[M], rows: Sequence[object], name: str, oddities: Oddities) -> Iterator[M]:
    """The same, some rows at a time: within one call of pydantic's no other thread runs, not even one to end us."""
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        at_once = _at_once(model, json.dumps(some).encode())
        yield from at_once if at_once is not None else _mended(model, some, name, oddities)


def _mended(model: type[M], rows: Sequence[object], name: str, oddities: Oddities) -> Iterator[M]:
    for row in rows:
        try:
            yield read_row(model, row, partial(_note, model, oddities, name))
        except Unreadable:
            oddities.rows[name] += 1


def _note(model: type[Model], oddities: Oddities, name: str, field: str) -> None:
    if field not in _expected(model):  # those are counted once, with the ones that were not sent
        oddities.fields[f"{name}.{field}"] += 1


def _lacking(record: Model) -> list[str]:
    return [name for name in _expected(type(record)) if getattr(record, name) is None]


@cache
def _expected(model: type[Model]) -> tuple[str, ...]:
    """The fields that every object of this kind has, as far as is known."""
    return tuple(name for name, info in model.model_fields.items() if EXPECTED in info.metadata)


@cache
def _adapter(model: type) -> TypeAdapter[Any]:
    return TypeAdapter(model)


@cache
def _list_adapter(model: type) -> TypeAdapter[Any]:
    return TypeAdapter(list[model])  # type: ignore[valid-type] # a type made at run time


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _plural(name: str) -> str:
    return f"{name}es" if name.endswith("s") else f"{name}s"
