"""Walks the whole of a paged list: the only loop over pages. As no totals are told, the end has to be met.

Only a page without a record, or a first page too short to be anything else, is the end: servers ignore `per_page`,
cut it down, or leave records out of a page that is counted as full. Pages after the end that were fetched ahead count
for nothing, their errors included. A list that ignores paging shows by its first page coming twice. Who needs only
the beginning says when it is enough.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import anyio

from assembla_client.errors import AssemblaError, UnexpectedResponse

T = TypeVar("T")
Enough = Callable[[list[T]], bool]
"""Whether the records so far, in the order of the list, are all that is needed."""

PER_PAGE = 100
MAX_PAGES = 2000
_SMALLEST_PAGE = 10
_USUAL_PAGE = 50
_STEP_OF_PAGES = 5
_FIRST_BATCH = 10
_LATER_BATCH = 20
_MAX_BATCH = 100


@dataclass(frozen=True)
class ListPage(Generic[T]):
    """The records of one page that could be read, and how many rows were sent."""

    records: list[T]
    sent: int


Fetch = Callable[[int], Awaitable[ListPage[T]]]


@dataclass(frozen=True)
class Paginated(Generic[T]):
    """Every record of a list, and how many pages had to be asked for to see its end."""

    records: list[T]
    pages: int


def pages_for(records: int) -> int:
    """Return the pages that must be seen to know that a list has `records` records and no more."""
    return 1 if is_whole(records) else -(-records // PER_PAGE) + 1


def is_whole(records: int) -> bool:
    """Say whether a first page of so many records is the whole list for certain.

    Sizes that a server may cut pages down to are round numbers: 10, 20, 25, 50. So few that no server would make
    pages of them, or a number below 50 that is not round, is all there is.
    """
    return records < _SMALLEST_PAGE or (records < _USUAL_PAGE and records % _STEP_OF_PAGES != 0)


async def paginate(
    fetch: Fetch[T], *, known_pages: int | None = None, enough: Enough[T] | None = None, max_pages: int = MAX_PAGES
) -> Paginated[T]:
    """Fetch every page of a list, later ones side by side; `known_pages` is how many it is believed to take.

    With `enough` the walk ends early, and asks ahead for no more pages than it has seen. Raises UnexpectedResponse
    where a later page repeats the one before it, or after `max_pages`.
    """
    pages = [await fetch(1)]
    if is_whole(pages[0].sent):
        return Paginated(pages[0].records, 1)
    batches = _batches(known_pages, pages[0].sent) if enough is None else _doubling()
    for size in batches:  # pragma: no branch: batches have no end
        if enough is not None and enough(_each_once(pages)):
            return Paginated(_each_once(pages), len(pages))
        start = len(pages) + 1
        if pages[-1].sent < pages[0].sent:
            size = 1  # most likely that was the last: one look is enough to know
        for page in await _concurrently(fetch, range(start, min(start + size, max_pages + 1))):
            if _same(page, pages[-1]):
                if len(pages) == 1:
                    return Paginated(pages[0].records, 1)
                raise UnexpectedResponse("Assembla sent the same page of a list twice: the list has no end.")
            pages.append(page)
            if not page.sent:
                return Paginated(_each_once(pages), len(pages))
        if len(pages) >= max_pages:
            break
    raise UnexpectedResponse(f"A list of Assembla's has not ended after {max_pages} pages.")


def _doubling() -> Iterator[int]:
    size = 1
    while True:
        yield size
        size = min(2 * size, _LATER_BATCH)


def _batches(known_pages: int | None, first_page: int) -> Iterator[int]:
    if known_pages:
        yield min(max(known_pages - 1, 1), _MAX_BATCH)
    elif first_page == PER_PAGE:
        yield _FIRST_BATCH
    else:
        yield 1  # most likely the end: one look is enough to know
    yield _FIRST_BATCH if known_pages else _LATER_BATCH
    while True:
        yield _LATER_BATCH


async def _concurrently(fetch: Fetch[T], numbers: Sequence[int]) -> list[ListPage[T]]:
    """Fetch pages at once; return them in order up to the first empty one. Raises an error met before it."""
    outcomes: dict[int, ListPage[T] | AssemblaError] = {}
    scopes = {number: anyio.CancelScope() for number in numbers}

    async def one(number: int) -> None:
        with scopes[number]:
            try:
                outcomes[number] = page = await fetch(number)
            except AssemblaError as error:
                outcomes[number] = error
            else:
                if page.sent:
                    return
            for later in numbers[numbers.index(number) + 1 :]:
                scopes[later].cancel()

    async with anyio.create_task_group() as tasks:
        for number in numbers:
            tasks.start_soon(one, number)
    return list(_up_to_the_end(outcomes[number] for number in numbers if number in outcomes))


def _up_to_the_end(outcomes: Iterator[ListPage[T] | AssemblaError]) -> Iterator[ListPage[T]]:
    for outcome in outcomes:
        if isinstance(outcome, AssemblaError):
            raise outcome
        yield outcome
        if not outcome.sent:
            return


def _identity(record: object) -> object:
    return getattr(record, "id", None)


def _same(page: ListPage[T], other: ListPage[T]) -> bool:
    # By id where records have one: the same record was seen with its times told in another zone.
    return (page.sent, len(page.records)) == (other.sent, len(other.records)) and all(
        one == two if (key := _identity(one)) is None else key == _identity(two)
        for one, two in zip(page.records, other.records, strict=True)
    )


def _each_once(pages: list[ListPage[T]]) -> list[T]:
    # A record that slid to the next page while we read comes twice.
    seen: set[object] = set()
    records = []
    for page in pages:
        for record in page.records:
            key = _identity(record)
            if key is None or key not in seen:
                seen.add(key)
                records.append(record)
    return records
