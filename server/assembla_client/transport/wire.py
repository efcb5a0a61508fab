"""What goes over the wire and what it means: requests, replies, paths, bodies, statuses. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from assembla_client.errors import (
    AssemblaError,
    Forbidden,
    NotFound,
    RateLimited,
    ServerError,
    Unauthorized,
    UnexpectedResponse,
    ValidationFailed,
)
from assembla_client.transport.error_body import complaint, field_errors, one_line
from assembla_client.transport.rate_limit import WaitBudget
from assembla_client.transport.subjects import missing, missing_tool, subject

M = TypeVar("M", bound=BaseModel)
Params = tuple[tuple[str, str], ...]

SUCCESS = frozenset({200, 201, 204})
_MAX_SEGMENT = 1000
_LONG_BODY_BYTES = 2**20
_ROWS_AT_ONCE = 500
_RATE_LIMIT_PERIOD_S = 60.0  # the longer of the API's two windows: by then a 429 without Retry-After is over
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


@dataclass(frozen=True)
class Request:
    """One HTTP request. `path` is encoded, relative to the API's URL; only method and path show in repr."""

    method: str
    path: str
    params: Params = field(default=(), repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    json: object | None = field(default=None, repr=False)
    budget: WaitBudget | None = field(default=None, repr=False, compare=False)
    """What the call that this request belongs to may still wait. None: as much as a call of one request."""
    max_bytes: int | None = field(default=None, repr=False)
    """The longest body of a success that is wanted. None: as long as any answer may be."""
    keep: bool = field(default=False, repr=False)
    """Whether the answer changes slowly enough to be kept for a while."""

    @property
    def is_read(self) -> bool:
        """Say whether repeating the request is harmless."""
        return self.method == "GET"


@dataclass(frozen=True)
class Reply:
    """One HTTP answer. Header names are in lower case. Tokens travel in headers and body: not in repr.

    Header `received` is ours: when the answer came, by this machine's clock.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def path(*segments: str | int) -> str:
    """Build "/v1/….json" with each segment percent-encoded, so that a name never leaves its place.

    Raises NotFound for a segment that no object can be called: empty, a dot, two dots, endless, or not text.
    """
    return f"/v1/{'/'.join(_encoded(str(segment)) for segment in segments)}.json"


def _encoded(segment: str) -> str:
    if segment.strip() in {"", ".", ".."} or len(segment) > _MAX_SEGMENT:
        raise NotFound("An empty name, dots alone or a name without end: nothing in Assembla is called that.")
    try:
        return quote(segment, safe="")
    except UnicodeEncodeError:
        raise NotFound("The name holds half a character: nothing in Assembla is called that.") from None


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


def error_for(request: Request, reply: Reply, *, attempts: int = 1) -> AssemblaError:
    """Turn an answer that is no success into the error to raise, in a sentence for people and models."""
    what = subject(request.path)
    portfolio = dict(request.params).get("portfolio")
    tried = f" (after {attempts} attempts)" if attempts > 1 else ""
    match reply.status:
        case 401:
            return Unauthorized("Assembla refused the credential: it is wrong, expired or revoked (401).")
        case 403 if portfolio is not None:
            return Forbidden(_not_managed(portfolio, 403), kind="portfolio")
        case 403:
            return Forbidden(_sentence(f"This user may not do that with {what} (403)", reply))
        case 404:
            return _not_found(request, reply, portfolio)
        case 422:
            return _refused(reply, what)
        case 429:
            seconds = retry_after(reply)
            seconds = _RATE_LIMIT_PERIOD_S if seconds is None else seconds
            return RateLimited(f"Assembla's rate limit is reached{tried}. Try again in {seconds:.0f} s.", seconds)
        case status if 500 <= status <= 599:
            return ServerError(_sentence(f"Assembla failed with status {status} on {what}{tried}", reply), status)
        case status:
            text = f"Assembla answered {what} with status {status}, which nothing here expects"
            return UnexpectedResponse(_sentence(text, reply), status=status)


def _not_found(request: Request, reply: Reply, portfolio: str | None) -> NotFound:
    if b"tool not found" in reply.body[:10_000].lower():
        return NotFound(missing_tool(request.path), tool_missing=True)
    what, kind = missing(request.path)
    if portfolio is None:
        return NotFound(f"{what[0].upper()}{what[1:]} does not exist, or this user may not see it (404).", kind=kind)
    part = what if kind else "such group" if any("group]" in name for name, _ in request.params) else None
    return NotFound(_not_managed(portfolio, 404, part), kind="portfolio")


def _not_managed(portfolio: str, status: int, part: str | None = None) -> str:
    less = f", or it has no {part}" if part else ""
    return f"`{one_line(portfolio, 80)}` is not a portfolio you manage{less} ({status}): this is for its managers."


def _refused(reply: Reply, what: str) -> ValidationFailed:
    fields = field_errors(reply.body) or {"base": ["no reason was given"]}
    listed = "; ".join(f"{name}: {message}" for name, messages in fields.items() for message in messages)
    return ValidationFailed(f"Assembla refused the values for {what}: {listed}", fields)


def _sentence(text: str, reply: Reply) -> str:
    said = complaint(reply.body)
    return f"{text}: {said}" if said else f"{text}."
