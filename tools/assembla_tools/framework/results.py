"""From what a tool returns to what travels: cleaned, bounded, once as structure and once as compact text."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar, cast

from mcp.types import CallToolResult, ContentBlock, TextContent
from pydantic import BaseModel

from assembla_client.models import Model
from assembla_tools.framework.text import MAX_STRING_CHARS, Chunk, clean, visible

T = TypeVar("T")
S = TypeVar("S")
M = TypeVar("M", bound=Model)
_SMALLEST_STRING_CHARS = 40
_ROUNDS = 12


@dataclass(frozen=True)
class Listing(Generic[T]):
    """One answer's worth of a list.

    `cursors[n]` continues behind `items[n]`; `more` says whether anything follows. `whole` is false where something
    that matches is missing and no cursor brings it: `note` then says what and why. A subclass may add fields: they
    stand beside the envelope in every answer, whatever items it holds.
    """

    items: Sequence[T]
    cursors: Sequence[Callable[[], str]]
    more: bool
    whole: bool = True
    note: str | None = None

    def showing(self, items: Sequence[S], note: str | None = None, *, whole: bool = True) -> "Listing[S]":
        """The same places with `items` at them: for what can only be asked for once it is known who is shown."""
        return Listing(items, self.cursors, self.more, whole, note)

    @classmethod
    def extra_fields(cls) -> tuple[str, ...]:
        """The names of the fields that a subclass has added."""
        return tuple(field.name for field in fields(cls) if field.name not in Listing.__dataclass_fields__)


@dataclass(frozen=True)
class Answer(Generic[T]):
    """One thing that is more than its value.

    `blocks` travel behind the text: a picture, a link. `shorter(n)` is the same thing with at most `n` characters
    of its long part (a `Chunk` of a page, the newest comments), asked for until the answer is within the ceiling.
    """

    value: T
    blocks: Sequence[ContentBlock] = ()
    shorter: Callable[[int], T] | None = None


def in_brief(item: M, form: type[Model]) -> M:
    """`item` with the fields alone that `form` has, as far as the API sent them."""
    kept = {name: getattr(item, name) for name in form.model_fields if name in item.model_fields_set}
    return cast(M, form.model_construct(_fields_set=set(kept), **kept))


def must_be_brief_form(form: type[Model], whole: type[Model]) -> None:
    """TypeError where `form` has a field that `whole` does not have, or has of another type."""
    for name, field in form.model_fields.items():
        if name not in whole.model_fields or whole.model_fields[name].annotation != field.annotation:
            raise TypeError(f"{form.__name__}.{name}: {whole.__name__} has no such field")


@dataclass(frozen=True)
class Noted:
    """A value that has no place for a note of its own, and the note."""

    value: object
    note: str


def noted(result: Any, note: str, *, whole: bool) -> Any:
    """The same result with a note more; a list that lacks something is not whole."""
    if isinstance(result, Listing):
        return replace(result, note=_both(result.note, note), whole=result.whole and whole)
    if isinstance(result, Answer):
        shorter = result.shorter
        less = None if shorter is None else lambda chars: noted(shorter(chars), note, whole=whole)
        return replace(result, value=noted(result.value, note, whole=whole), shorter=less)
    if is_dataclass(result) and not isinstance(result, type) and hasattr(result, "note"):
        return replace(result, note=_both(result.note, note))
    return Noted(result, note)


def _both(note: str | None, other: str) -> str:
    return f"{note} {other}" if note else other


def success(result: object, ceiling: int) -> CallToolResult:
    """`result` as structure and text, the text at most `ceiling` characters where that is possible at all."""
    if isinstance(result, Listing):
        structured, text = _fit_listing(result, ceiling)
    else:
        structured, text = _fit_answer(result, ceiling) if isinstance(result, Answer) else _fit(result, ceiling)
    blocks = result.blocks if isinstance(result, Answer) else ()
    return CallToolResult(content=[TextContent(type="text", text=text), *blocks], structured_content=structured)


def plain(value: Any, limit: int = MAX_STRING_CHARS) -> Any:
    """`value` as JSON data, every string (and key) cleaned. API objects show the fields that the API sent."""
    if isinstance(value, Noted):
        return {**plain(value.value, limit), "note": plain(value.note, limit)}
    if isinstance(value, Chunk):
        return visible(value)
    if isinstance(value, str):
        return clean(value, limit)
    if isinstance(value, Model):
        return {
            name: plain(getattr(value, name), limit)
            for name in type(value).model_fields
            if name in value.model_fields_set
        }
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name), limit) for name in type(value).model_fields}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name), limit) for field in fields(value)}
    if isinstance(value, dict):
        return {clean(str(key), 200): plain(part, limit) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part, limit) for part in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return value


def compact(data: Any) -> str:
    """JSON without spaces and nulls: what a model reads."""
    return json.dumps(_without_nulls(data), ensure_ascii=False, separators=(",", ":"))


def _without_nulls(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without_nulls(value) for key, value in data.items() if value is not None}
    if isinstance(data, list):
        return [_without_nulls(value) for value in data]
    return data


def _fit(result: object, ceiling: int) -> tuple[Any, str]:
    """Shorten the strings of `result` until its text is within the ceiling, or they can get no shorter."""
    limit = max(min(MAX_STRING_CHARS, ceiling), _SMALLEST_STRING_CHARS)  # whatever the ceiling, ids stay whole
    while True:
        structured = plain(result, limit)
        text = compact(structured)
        if len(text) <= ceiling or limit <= _SMALLEST_STRING_CHARS:
            return structured, text
        limit = max(limit // 2, _SMALLEST_STRING_CHARS)


def _fit_answer(answer: Answer[Any], ceiling: int) -> tuple[Any, str]:
    """Ask for less of the long part until the rest has room beside it."""
    value, room = answer.value, ceiling
    for _ in range(_ROUNDS):
        structured, text = _whole(value)
        if len(text) <= ceiling:
            return structured, text
        if answer.shorter is None:
            break
        # Escapes make some characters count twice; what stands beside the long part does not shrink with it.
        room = max(room - (len(text) - ceiling), room * ceiling // len(text), 1)
        value = answer.shorter(room)
    return _fit(value, ceiling)


def _fit_listing(listing: Listing[Any], ceiling: int) -> tuple[dict[str, Any], str]:
    """Cut the list at an item's border, so that it stays within the ceiling and the cursor continues behind the cut."""
    extra = {name: plain(getattr(listing, name)) for name in listing.extra_fields()}
    room = ceiling - len(compact(_envelope([], False, "x" * 200, listing.note) | extra))
    first = room - 200
    items: list[Any] = []
    for item in listing.items:
        structured, text = _fit(item, first) if not items else _whole(item)
        room -= len(text) + 1
        if items and room < 0:
            break
        items.append(structured)
    while True:
        cut = len(items) < len(listing.items)
        cursor = listing.cursors[len(items) - 1]() if items and (cut or listing.more) else None
        envelope = _envelope(items, cursor is None and listing.whole, cursor, listing.note) | extra
        text = compact(envelope)
        if len(text) <= ceiling or len(items) < 2:
            return envelope, text
        items.pop()  # a cursor longer than was reckoned with


def _whole(item: object) -> tuple[Any, str]:
    structured = plain(item)
    return structured, compact(structured)


def _envelope(items: list[Any], complete: bool, cursor: str | None, note: str | None) -> dict[str, Any]:
    # A note may name things by the names that people gave them.
    return {"items": items, "complete": complete, "next_cursor": cursor, "note": plain(note)}
