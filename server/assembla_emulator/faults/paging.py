"""Lists that are paged in other ways than the API documents: sizes ignored or cut, short pages, no pages.

Each fault reads the whole list behind the request and cuts its own page from it, so any size can be given, also
for a list that the emulator itself does not page. What is no list is answered as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

from assembla_emulator import responses
from assembla_emulator.faults.kinds import Collected, collected, no_body

LARGEST = 100  # of the pages that the emulator gives


@dataclass(frozen=True)
class FixedPageSize:
    """Pages of `size` rows, whatever `per_page` asks for."""

    size: int

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        listing = await _listing(app, scope, receive)
        await listing.send(send, listing.page(self.size))


@dataclass(frozen=True)
class LargestPageSize:
    """`per_page` is obeyed up to `size` rows and cut to it beyond; `default` rows where none is asked for."""

    size: int
    default: int = 10

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        listing = await _listing(app, scope, receive)
        await listing.send(send, listing.page(min(listing.per_page or self.default, self.size)))


@dataclass(frozen=True)
class ShortPages:
    """The last rows of some pages are left out after paging, so many of each: `{2: 3}` shortens the second by three.

    They are on no other page. A page that loses all its rows is empty in the middle of the list.
    """

    left_out: Mapping[int, int] = field(default_factory=dict)
    default: int = 10

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        listing = await _listing(app, scope, receive)
        rows = listing.page(listing.per_page or self.default)
        await listing.send(send, rows[: max(0, len(rows) - self.left_out.get(listing.number, 0))])


@dataclass(frozen=True)
class Unpaged:
    """The whole list on every page, however often it is asked for."""

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        listing = await _listing(app, scope, receive)
        await listing.send(send, listing.rows)


@dataclass
class _Listing:
    """A whole list, and the page of it that is asked for. `rows` is None where the answer is no list."""

    first: Collected
    whole: list[object] | None
    number: int
    per_page: int

    @property
    def rows(self) -> list[object]:
        return self.whole or []

    def page(self, size: int) -> list[object]:
        return self.rows[(self.number - 1) * size : self.number * size]

    async def send(self, send: Send, rows: list[object]) -> None:
        """Send these rows, an empty list as the API sends it; or the real answer where it is no list."""
        if self.whole is None:
            await self.first.send(send, self.first.body)
            return
        self.first.remove_header(b"etag")  # it is that of other rows
        self.first.status = 200 if rows else 204
        await self.first.send(send, responses.json_bytes(rows) if rows else b"")


async def _listing(app: ASGIApp, scope: Scope, receive: Receive) -> _Listing:
    query = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
    asked = {name: int(text) for name, text in query if name in ("page", "per_page") and text.isdecimal()}
    first, whole = await _whole(app, scope, receive, [pair for pair in query if pair[0] not in ("page", "per_page")])
    return _Listing(first, whole, asked.get("page") or 1, asked.get("per_page", 0))


async def _whole(
    app: ASGIApp, scope: Scope, receive: Receive, query: list[tuple[str, str]]
) -> tuple[Collected, list[object] | None]:
    """The first page's answer, and all rows of all pages; a page without new rows ends the list."""
    if scope["method"] != "GET":
        return await collected(app, scope, receive), None
    headers = [pair for pair in scope["headers"] if pair[0].lower() != b"if-none-match"]
    rows: list[object] = []
    first, number = None, 0
    while True:
        number += 1
        paged = urlencode([*query, ("page", str(number)), ("per_page", str(LARGEST))]).encode()
        real = await collected(app, {**scope, "query_string": paged, "headers": headers}, no_body if first else receive)
        first = first or real
        body = real.json() if real.status in (200, 204) else None
        if not isinstance(body, list):
            return real, None
        if body == rows[-len(body) :] or not body:  # an unpaged list says the same to each page
            return first, rows
        rows += body
        if len(body) < LARGEST:
            return first, rows
