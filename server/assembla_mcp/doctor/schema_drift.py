"""How what the API sends, or says that it sends, differs from a model of ours. Pure, and at a loss for nothing.

What is told are names of fields and kinds of values, never a value: that may be somebody's.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from pydantic import AliasChoices, BaseModel, ValidationError

from assembla_client.models import EXPECTED
from assembla_client.transport.error_body import one_line

_MAX_NAME_LENGTH = 60
_MAX_LISTED = 30
_MAX_FIELDS = 500
_MAX_DEPTH = 5
_NAME_KEYS = ("name", "field", "attribute", "column", "key", "id")
_TYPE_KEYS = ("type", "data_type", "datatype", "kind")
_WRAPPERS = frozenset({"fields", "attributes", "properties", "columns"})
# What JSON is read for a type that a description names by one of these words.
_JSON_TYPES = MappingProxyType(
    {
        "integer": {"integer", "number"},
        "int": {"integer", "number"},
        "float": {"number"},
        "decimal": {"number", "string"},
        "number": {"integer", "number"},
        "string": {"string"},
        "text": {"string"},
        "date": {"string"},
        "datetime": {"string"},
        "boolean": {"boolean"},
        "array": {"array"},
        "object": {"object"},
        "hash": {"object"},
    }
)

Described = Mapping[str, str | None]
"""Names of fields from a description, each with the word for its type where there is one."""


@dataclass(frozen=True)
class Drift:
    """What differs: names of fields, those of another type with a few words on it."""

    new: tuple[str, ...] = ()
    only_described: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    retyped: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.only_described or self.missing or self.retyped)

    def __str__(self) -> str:
        told = (
            ("new", self.new),
            ("described but unknown to us", self.only_described),
            ("missing", self.missing),
            ("of another type", self.retyped),
        )
        return "; ".join(f"{what}: {listed(names)}" for what, names in told if names)


def drift(
    model: type[BaseModel],
    sent: Sequence[object],
    described: Described,
    *,
    optional: frozenset[str] = frozenset(),
    write_only: frozenset[str] = frozenset(),
) -> Drift:
    """Compare objects that were sent, and a description, with the model.

    `optional` are fields that the API documents to be left out at times, `write_only` ones that it takes but does not
    send. Fields that nothing was sent of count as missing by the description alone.
    """
    known = _known(model)
    keys = {key for each in sent if isinstance(each, dict) for key in each}
    there = keys or set(described)
    wrong = dict(reversed(list(_mismatches(model, sent))))  # of several words on one field the first
    lacking = [name for name, names in known.items() if there and name not in optional and not there & names]
    lacking += [name for name in known if name in wrong and wrong[name] is None and name not in lacking]
    lacking += [name for name in _expected(model, sent) if name not in lacking]
    everything = frozenset[str]().union(*known.values())
    retyped = [said for said in reversed(wrong.values()) if said is not None] + list(
        _described_mismatches(model, described)
    )
    return Drift(
        tuple(sorted(keys - everything)),
        tuple(sorted(set(described) - everything - keys - write_only)),
        tuple(lacking),
        tuple(retyped),
    )


def described(meta: object, depth: int = 0) -> dict[str, str | None]:
    """The fields in a description of an object, whatever its shape; none where it has none that can be made out.

    Known to be read: a list of names, a list of objects that have one, a map by name; each also within another.
    """
    if depth > _MAX_DEPTH:
        return {}
    found: dict[str, str | None] = {}
    for name, kind in _in_list(meta, depth) if isinstance(meta, list) else _in_map(meta, depth):
        if len(found) < _MAX_FIELDS:
            found[name] = kind
    return found


def shape(plain: object) -> str:
    """Say in a few words how something is built."""
    match plain:
        case list() if plain:
            inner = {shape(each) for each in plain[:_MAX_FIELDS] if not isinstance(each, list)}
            return f"a list of {len(plain)}, each {' or '.join(sorted(inner)[:3]) or 'lists'}"
        case dict() if plain:
            return f"an object with {listed(sorted(plain)[:8], len(plain))}"
        case _:
            return _json_type(plain)


def listed(names: Sequence[str], count: int | None = None) -> str:
    """Names on one line, not all of too many. `count` is how many there are, if more than are given."""
    shown = [one_line(name, _MAX_NAME_LENGTH) or "(no name)" for name in names[:_MAX_LISTED]]
    more = (count or len(names)) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _known(model: type[BaseModel]) -> dict[str, frozenset[str]]:
    """The model's fields, each with the keys that it is read from."""
    return {name: _keys(name, field.validation_alias) for name, field in model.model_fields.items()}


def _keys(name: str, alias: object) -> frozenset[str]:
    if isinstance(alias, AliasChoices):
        return frozenset({name, *(each for each in alias.choices if isinstance(each, str))})
    return frozenset({name, alias} if isinstance(alias, str) else {name})


def _expected(model: type[BaseModel], sent: Iterable[object]) -> Iterator[str]:
    """Fields that every object has, as far as was known, and that one of these was sent without."""
    known = _known(model)
    for name, info in model.model_fields.items():
        if EXPECTED in info.metadata and any(isinstance(each, dict) and not known[name] & each.keys() for each in sent):
            yield name


def _mismatches(model: type[BaseModel], sent: Iterable[object]) -> Iterator[tuple[str, str | None]]:
    """What the model stumbles over, by field: in words, or None for a field that it cannot do without."""
    for each in sent:
        try:
            model.model_validate_json(json.dumps(each))
        except ValidationError as error:
            yield from (_mismatch(each, one) for one in error.errors(include_url=False, include_input=False))
        except (ValueError, RecursionError):
            yield "", "an object that cannot be taken apart"


def _mismatch(sent: object, error: Any) -> tuple[str, str | None]:
    where = error["loc"]
    if error["type"] == "missing" and len(where) == 1:
        return str(where[0]), None
    for step in where[:1]:
        sent = sent.get(step) if isinstance(sent, dict) else sent
    name = ".".join(one_line(str(step), _MAX_NAME_LENGTH) for step in where[:3])
    wanted = f"{error['msg'][:1].lower()}{error['msg'][1:]}"
    return name, f"{name or 'the whole'} ({_json_type(sent)} sent: {one_line(wanted, 120)})"


def _described_mismatches(model: type[BaseModel], described: Described) -> Iterator[str]:
    """Fields that the description gives another type than the model reads."""
    schema = _schema_of(model)
    for name, word in described.items():
        told = _JSON_TYPES.get((word or "").lower())
        read = set(_types(schema["properties"].get(name, {}), schema.get("$defs", {})))
        if told and read and not told & read:
            yield f"{name} (described as {word}, read as {' or '.join(sorted(read))})"


@cache
def _schema_of(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _types(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        yield from _types(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    for branch in schema.get("anyOf", ()):
        yield from _types(branch, definitions)
    if schema.get("type", "null") != "null":
        yield schema["type"]


def _in_list(entries: Sequence[object], depth: int) -> Iterator[tuple[str, str | None]]:
    for entry in entries:
        if isinstance(entry, str):
            yield entry, None
        elif isinstance(entry, dict) and (name := _text_under(entry, _NAME_KEYS)) is not None:
            yield name, _text_under(entry, _TYPE_KEYS)
        else:
            yield from described(entry, depth + 1).items()


def _in_map(meta: object, depth: int) -> Iterator[tuple[str, str | None]]:
    if not isinstance(meta, dict):
        return
    inner = [value for key, value in meta.items() if key.lower() in _WRAPPERS and _is_nest(value)]
    if len(meta) == 1:
        inner = [value for value in meta.values() if _is_nest(value)]
    if inner:
        for value in inner:
            yield from described(value, depth + 1).items()
        return
    for name, value in meta.items():
        yield name, _text_under(value, _TYPE_KEYS) if isinstance(value, dict) else _word(value)


def _is_nest(value: object) -> bool:
    """Whether it holds descriptions, where it might be one."""
    if isinstance(value, dict):
        return any(isinstance(each, dict) for each in value.values()) or not any(key in value for key in _TYPE_KEYS)
    return isinstance(value, list)


def _text_under(entry: Mapping[str, object], keys: Iterable[str]) -> str | None:
    return next((value for key in keys if isinstance(value := entry.get(key), str)), None)


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _json_type(plain: object) -> str:
    match plain:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int():
            return "an integer"
        case float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "an object"
