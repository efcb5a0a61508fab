"""Walks the whole of a paged list: the only loop over pages. As no totals are told, the end has to be met.

A page shorter than asked for is the last; pages after it that were fetched ahead count for nothing, their
errors included. A list that ignores paging shows by a first page that is too long, or that comes twice. Who
needs only the beginning says when it is enough.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import anyio

from assembla_client.errors import AssemblaError, UnexpectedResponse

T = TypeVar("T")
Fetch = Callable[[int], Awaitable[list[T]]]
Enough = Callable[[list[T]], bool]
"""Whether the records so far, in the order of the list, are all that is needed."""

PER_PAGE = 100
MAX_PAGES = 2000
_FIRST_BATCH = 10
_LATER_BATCH = 20
_MAX_BATCH = 100


@dataclass(frozen=True)
class Paginated(Generic[T]):
    """Every record of a list, and how many pages had to be asked for to see its end."""

    records: list[T]
    pages: int


def pages_for(records: int) -> int:
    """Return the pages that must be seen to know that a list has `records` records and no more."""
    return records // PER_PAGE + 1


async def paginate(
    fetch: Fetch[T], *, known_pages: int | None = None, enough: Enough[T] | None = None, max_pages: int = MAX_PAGES
) -> Paginated[T]:
    """Fetch every page of a list, later ones side by side; `known_pages` is how many it is believed to take.

    With `enough` the walk ends early, and asks ahead for no more pages than it has seen. Raises UnexpectedResponse
    where a later page repeats the one before it, or after `max_pages`.
    """
    pages = [await fetch(1)]
    if len(pages[0]) != PER_PAGE:
        return Paginated(pages[0], 1)
    for size in _batches(known_pages) if enough is None else _doubling():  # pragma: no branch: batches have no end
        if enough is not None and enough(_each_once(pages)):
            return Paginated(_each_once(pages), len(pages))
        start = len(pages) + 1
        for page in await _concurrently(fetch, range(start, min(start + size, max_pages + 1))):
            if _same(page, pages[-1]):
                if len(pages) == 1:
                    return Paginated(pages[0], 1)
                raise UnexpectedResponse("Assembla sent the same page of a list twice: the list has no end.")
            pages.append(page)
            if len(page) < PER_PAGE:
                return Paginated(_each_once(pages), len(pages))
        if len(pages) >= max_pages:
            break
    raise UnexpectedResponse(f"A list of Assembla's has not ended after {max_pages} pages.")


def _doubling() -> Iterator[int]:
    size = 1
    while True:
        yield size
        size = min(2 * size, _LATER_BATCH)


def _batches(known_pages: int | None) -> Iterator[int]:
    yield min(max(known_pages - 1, 1), _MAX_BATCH) if known_pages else _FIRST_BATCH
    yield _FIRST_BATCH if known_pages else _LATER_BATCH
    while True:
        yield _LATER_BATCH


async def _concurrently(fetch: Fetch[T], numbers: Sequence[int]) -> list[list[T]]:
    """Fetch pages at once; return them in order up to the first short one. Raises an error met before it."""
    outcomes: dict[int, list[T] | AssemblaError] = {}
    scopes = {number: anyio.CancelScope() for number in numbers}

    async def one(number: int) -> None:
        with scopes[number]:
            try:
                outcomes[number] = page = await fetch(number)
            except AssemblaError as error:
                outcomes[number] = error
            else:
                if len(page) >= PER_PAGE:
                    return
            for later in numbers[numbers.index(number) + 1 :]:
                scopes[later].cancel()

    async with anyio.create_task_group() as tasks:
        for number in numbers:
            tasks.start_soon(one, number)
    return list(_up_to_the_end(outcomes[number] for number in numbers if number in outcomes))


def _up_to_the_end(outcomes: Iterator[list[T] | AssemblaError]) -> Iterator[list[T]]:
    for outcome in outcomes:
        if isinstance(outcome, AssemblaError):
            raise outcome
        yield outcome
        if len(outcome) < PER_PAGE:
            return


def _identity(record: object) -> object:
    return getattr(record, "id", None)


def _same(page: list[T], other: list[T]) -> bool:
    # By id where records have one: the same record was seen with its times told in another zone.
    return len(page) == len(other) and all(
        one == two if (key := _identity(one)) is None else key == _identity(two)
        for one, two in zip(page, other, strict=True)
    )


def _each_once(pages: list[list[T]]) -> list[T]:
    # A record that slid to the next page while we read comes twice.
    seen: set[object] = set()
    records = []
    for page in pages:
        for record in page:
            key = _identity(record)
            if key is None or key not in seen:
                seen.add(key)
                records.append(record)
    return records
