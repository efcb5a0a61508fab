"""Bodies of answers to models: the only place where JSON of no known type is met."""

import json
import re
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from assembla_client.errors import UnexpectedResponse
from assembla_client.transport.request import Reply

M = TypeVar("M", bound=BaseModel)

_LONG_BODY_BYTES = 2**20
_ROWS_AT_ONCE = 500


def decode_one(model: type[M], reply: Reply) -> M:
    """Read one object from a JSON body. Raises UnexpectedResponse with the first wrong field's name."""
    decoded: M = _decode(_adapter(model), reply, _snake(model.__name__))
    return decoded


def decode_list(model: type[M], reply: Reply) -> list[M]:
    """Read a JSON array of objects. An empty list also comes as a 204 or an empty body."""
    if reply.status == 204 or not reply.body.strip():
        return []
    adapter, name = _list_adapter(model), _plural(_snake(model.__name__))
    decoded: list[M] = _in_slices(adapter, reply, name) if is_long(reply) else _decode(adapter, reply, name)
    return decoded


def is_long(reply: Reply) -> bool:
    """Whether a list in this body takes so long to read that others should have their turn meanwhile."""
    return len(reply.body) > _LONG_BODY_BYTES


def decode_plain(reply: Reply) -> object:
    """Read a body of any shape as plain JSON; None where there is none. Raises UnexpectedResponse."""
    try:
        plain: object = json.loads(reply.body) if reply.body.strip() else None
    except (ValueError, RecursionError):
        raise UnexpectedResponse("Assembla's answer is not JSON, or is cut off.", status=reply.status) from None
    return plain


@cache
def _adapter(model: type) -> TypeAdapter[Any]:
    return TypeAdapter(model)


@cache
def _list_adapter(model: type) -> TypeAdapter[Any]:
    return TypeAdapter(list[model])  # type: ignore[valid-type] # a type made at run time


def _decode(adapter: TypeAdapter[Any], reply: Reply, name: str) -> Any:
    try:
        return adapter.validate_json(reply.body)
    except ValidationError as error:
        raise _unreadable(error, name, reply.status) from None  # the cause would show the body


def _in_slices(adapter: TypeAdapter[Any], reply: Reply, name: str) -> list[Any]:
    """The same, some rows at a time: within one call of pydantic's no other thread runs, not even one to end us."""
    try:
        rows = from_json(reply.body)
    except ValueError:
        rows = None
    if not isinstance(rows, list):
        return _decode(adapter, reply, name)  # type: ignore[no-any-return] # raises: it is no list
    decoded: list[Any] = []
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        try:
            decoded += adapter.validate_json(to_json(rows[start : start + _ROWS_AT_ONCE]))
        except ValidationError as error:
            raise _unreadable(error, name, reply.status, start) from None  # the cause would show the body
    return decoded


def _unreadable(error: ValidationError, name: str, status: int, start: int = 0) -> UnexpectedResponse:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return UnexpectedResponse(f"Assembla's answer (status {status}) is not JSON, or is cut off.", status=status)
    row, *inner = first["loc"] or ("",)
    steps = [row + start if isinstance(row, int) else row, *inner] if first["loc"] else []
    where = name + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    kind = "is missing" if first["type"] == "missing" else "has an unexpected type"
    return UnexpectedResponse(f"Assembla's answer cannot be read: `{where}` {kind}.", status=status, field=where)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _plural(name: str) -> str:
    return f"{name}es" if name.endswith("s") else f"{name}s"
