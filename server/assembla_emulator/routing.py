"""Routes as declarations: `@routes.get("/spaces/{space}/tickets")` over a function from a `Call` to a value.

Decided here, once for all kinds: how paths are read, that a named space must be visible and have the tool,
paging, statuses. The contents are the handlers' part.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote

from starlette.datastructures import QueryParams
from starlette.responses import Response

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row
from assembla_emulator.newer_keys import with_newer_keys
from assembla_emulator.responses import (
    Created,
    Paged,
    Refused,
    as_json,
    empty,
    forbidden,
    invalid,
    not_acceptable,
    not_found,
    tool_not_found,
)


@dataclass(frozen=True)
class Call:
    """One request as handlers see it. `viewer` is the user's id, None for client credentials."""

    database: Database
    viewer: str | None
    args: Mapping[str, str]
    query: QueryParams
    content_type: str
    body: bytes
    now: datetime
    newer_keys: bool = False

    @property
    def user(self) -> Row:
        """The signed-in user; an application alone is refused."""
        if self.viewer is None:
            raise Refused(forbidden())
        return self.database.user(self.viewer)

    def require_role(self, space: Row, *roles: str) -> None:
        """Refuse (403) whoever has none of these roles in the space."""
        if self.database.role_of(self.viewer, space) not in roles:
            raise Refused(forbidden())

    @property
    def space(self) -> Row:
        """The space that the path names by id or wiki_name, if the viewer may see it."""
        space = self.database.find_space(self.args["space"])
        if space is None or not self.database.may_see(self.viewer, space):
            raise Refused(not_found())
        return space

    def sent(self, root: str, known: Iterable[str]) -> dict[str, Any]:
        """The fields under `root` (or flat), or of `root[field]` pairs; unknown ones are dropped."""
        values = self._json(root) if "json" in self.content_type else self._pairs(root)
        return {name: values[name] for name in known if name in values}

    def _json(self, root: str) -> dict[str, Any]:
        try:
            body = json.loads(self.body or b"{}")
            values = body.get(root, body)
            return dict(values)
        except (ValueError, AttributeError, TypeError):
            raise Refused(invalid(base=["The body cannot be read."])) from None

    def _pairs(self, root: str) -> dict[str, Any]:
        pairs = [*self.query.multi_items(), *parse_qsl(self.body.decode("utf-8", "replace"))]
        return {key[len(root) + 1 : -1]: value for key, value in pairs if key.startswith(f"{root}[")}


Handler = Callable[[Call], object]
"""Returns a list (204 when empty), `Paged`, a row, `Created`, None (204) or a whole Response."""

H = TypeVar("H", bound=Handler)


@dataclass(frozen=True)
class Endpoint:
    """A declared route. `{name}` segments are arguments; the space needs one of `tools` (type numbers)."""

    method: str
    segments: tuple[str, ...]
    tools: frozenset[int]
    handler: Handler

    def arguments(self, segments: tuple[str, ...]) -> dict[str, str]:
        """The values of the `{name}` segments."""
        return {own[1:-1]: given for own, given in zip(self.segments, segments, strict=True) if own[0] == "{"}

    def fits(self, segments: tuple[str, ...]) -> bool:
        """Whether a path of the same length is this one's."""
        return all(own[0] == "{" or own == given for own, given in zip(self.segments, segments, strict=True))


class Routes:
    """The endpoints of one kind. `tool` holds for all of them, unless one is declared with its own."""

    def __init__(self, *tool: int) -> None:
        self.endpoints: list[Endpoint] = []
        self._tools = frozenset(tool)

    def get(self, path: str, *tool: int) -> Callable[[H], H]:
        """Declare a read."""
        return self._declare("GET", path, tool)

    def post(self, path: str, *tool: int) -> Callable[[H], H]:
        """Declare a creation."""
        return self._declare("POST", path, tool)

    def put(self, path: str, *tool: int) -> Callable[[H], H]:
        """Declare a change."""
        return self._declare("PUT", path, tool)

    def delete(self, path: str, *tool: int) -> Callable[[H], H]:
        """Declare a removal."""
        return self._declare("DELETE", path, tool)

    def _declare(self, method: str, path: str, tool: tuple[int, ...]) -> Callable[[H], H]:
        def declare(handler: H) -> H:
            tools = frozenset(tool) or self._tools
            self.endpoints.append(Endpoint(method, tuple(path.strip("/").split("/")), tools, handler))
            return handler

        return declare


class Router:
    """Finds the endpoint of a path; where several fit, the one with a word where others have an argument."""

    def __init__(self, routes: Iterable[Routes] = ()) -> None:
        self._endpoints: dict[tuple[str, int], list[Endpoint]] = {}
        self.include(*routes)

    def include(self, *routes: Routes) -> None:
        """Serve these too."""
        for endpoint in (endpoint for group in routes for endpoint in group.endpoints):
            self._endpoints.setdefault((endpoint.method, len(endpoint.segments)), []).append(endpoint)
        for same in self._endpoints.values():
            same.sort(key=lambda one: [segment[0] == "{" for segment in one.segments])

    def find(self, method: str, segments: tuple[str, ...]) -> Endpoint:
        """The endpoint; a wrong verb is as unknown as a wrong path."""
        for endpoint in self._endpoints.get((method, len(segments)), ()):
            if endpoint.fits(segments):
                return endpoint
        raise Refused(not_found())


def segments_of(raw_path: str, accept: str) -> tuple[str, ...]:
    """The decoded segments after `/v1`, without the format suffix; an encoded slash stays in its segment."""
    _, _, *segments = raw_path.split("/")
    stem, dot, suffix = segments[-1].rpartition(".") if segments else ("", "", "")
    formats = suffix if dot and suffix in ("json", "xml") else ""
    if formats == "xml" or (not formats and "xml" in accept and "json" not in accept and "*/*" not in accept):
        raise Refused(not_acceptable())
    if formats:
        segments[-1] = stem
    return tuple(unquote(segment) for segment in segments)


def respond(endpoint: Endpoint, call: Call) -> Response:
    """Check what the path names, call the handler, and turn what it returns into a response."""
    if endpoint.tools:
        _require_tool(call.database, call.space, endpoint.tools)
    value = endpoint.handler(call)
    if isinstance(value, Response):
        return value
    if isinstance(value, Created):
        return as_json(_written(call, value.body), 201, {"Location": f"https://api.assembla.com/v1{value.location}"})
    if isinstance(value, Paged):
        value = page_of(value, call.query)
    return as_json(_written(call, value)) if value else empty()


def _written(call: Call, value: object) -> object:
    """A row or a list of rows, with the newer keys where they are asked for."""
    if not call.newer_keys:
        return value
    if isinstance(value, list):
        return [with_newer_keys(call.database, row, alone=False) for row in value]
    return with_newer_keys(call.database, value, alone=True)


def _require_tool(database: Database, space: Row, tools: frozenset[int]) -> None:
    if not any(row["tool_id"] in tools for row in database.space_tools.where(space_id=space["id"], active=True)):
        raise Refused(tool_not_found())


def page_of(listing: Paged, query: QueryParams) -> list[object]:
    """One page. More than 100 a page is not clamped: it counts as 10."""
    size = _positive(query.get("per_page"), listing.per_page)
    size = 10 if size > 100 else size
    start = (_positive(query.get("page"), 1) - 1) * size
    return list(listing.rows[start : start + size])


def _positive(text: str | None, default: int) -> int:
    readable = text is not None and len(text) < 10 and text.isascii() and text.isdecimal()
    return (int(text) or default) if text is not None and readable else default
