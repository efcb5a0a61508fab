"""The API's ways of answering: compact JSON, 204 for nothing, and error bodies that are seldom JSON.

Handlers return plain values; `routing.py` turns them into these. An error is raised as `Refused`.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

from starlette.responses import Response

from assembla_emulator.database.tables import Row

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
CACHE_CONTROL = "max-age=0, private, must-revalidate"

ERROR_500 = """<!DOCTYPE html>
<html>
  <head>
    <meta http-equiv="Content-Type" content="text/html; charset=UTF-8"/>
    <title>Error 500: Internal Server Error | Assembla</title>
    <style type="text/css">.error-pages { text-align: center; font: normal 13px sans-serif; }</style>
  </head>
  <body class="error-pages">
    <h1>Internal Server Error</h1>
    <h2>Error 500: <span>something broke on our side</span></h2>
    <p>We have been told of it. If reloading does not help, <a href="/support">write to us</a>.</p>
  </body>
</html>
"""


@dataclass(frozen=True)
class Paged:
    """A list that takes `page` and `per_page`; `per_page` here is the size when none is asked for."""

    rows: Sequence[object]
    per_page: int


@dataclass(frozen=True)
class Created:
    """What a POST made (201), and the path its `Location` names."""

    body: object
    location: str


class Refused(Exception):
    """The request ends with this response, an error."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


def iso_time(instant: datetime, zone: tzinfo = UTC) -> str:
    """ISO 8601 to the second, `Z` for UTC, else with the zone's offset."""
    return instant.astimezone(zone).isoformat(timespec="seconds").replace("+00:00", "Z")


def in_zone(row: Row, zone: tzinfo) -> Row:
    """The row with its instants written in a zone: single reads and lists do not agree about it."""
    return {key: iso_time(value, zone) if isinstance(value, datetime) else value for key, value in row.items()}


def json_bytes(body: object) -> bytes:
    """Compact JSON, keys that begin with `_` left out of rows."""
    rows = [_without_private(row) for row in body] if isinstance(body, list) else _without_private(body)
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=False, default=_json_default).encode()


def _without_private(row: object) -> object:
    if not isinstance(row, dict):
        return row
    return {key: value for key, value in row.items() if not key.startswith("_")}


@lru_cache(maxsize=16_384)  # the same instants are sent over and over
def _json_default(value: object) -> str:
    if isinstance(value, datetime):
        return iso_time(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def as_json(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(json_bytes(body), status, headers, media_type=JSON)


def empty() -> Response:
    """204 with no body: an empty list, a PUT, a DELETE. It says text/plain, as the real one does."""
    return Response(status_code=204, headers={"Content-Type": "text/plain"})


def with_cache_headers(response: Response) -> Response:
    """Add `Cache-Control`, and an `ETag` where there is a good body."""
    response.headers.setdefault("Cache-Control", CACHE_CONTROL)
    if response.status_code in (200, 201):
        response.headers["ETag"] = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
    return response


def unauthorized(message: str) -> Response:
    """401. Its real body is not known; clients look for a top-level `error`."""
    return as_json({"error": message}, 401)


def forbidden() -> Response:
    """403: signed in, but not allowed."""
    return as_json({"error": "You are not allowed to do this."}, 403)


def not_found() -> Response:
    """404 of an object or a route: HTML that is one space."""
    return Response(" ", 404, media_type=HTML)


def tool_not_found() -> Response:
    """404 of a space that lacks the tool asked about."""
    return Response("Tool not found", 404, media_type=HTML)


def not_acceptable() -> Response:
    """406: XML, which the real one speaks and this one does not."""
    return Response("Only JSON is spoken here. Ask for .json", 406, media_type="text/plain; charset=utf-8")


def invalid(**fields: Sequence[str]) -> Response:
    """422: each field's messages; `base` for the whole."""
    return as_json(fields, 422)


def too_many(retry_after_s: int | None) -> Response:
    """429, with `Retry-After` only where asked for: the real one is not known to send it."""
    headers = None if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return as_json({"error": "Rate limit exceeded"}, 429, headers)


def internal_error() -> Response:
    """500: an HTML page."""
    return Response(ERROR_500, 500, media_type=HTML)
