"""Reads a sorted list of tickets from where an earlier answer ended, a few pages instead of all.

A cursor says which page to begin at. That is a hint: tickets come and go between calls, so the page must begin
before the cursor's sort key, or an earlier one is read. What is answered ends where the order is certain: tickets of
one value are a group, and a group that may go on overleaf is not answered yet.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from assembla_client.errors import UnexpectedResponse
from assembla_client.resources.tickets import Ticket
from assembla_client.transport.pagination import MAX_PAGES, PER_PAGE, ListPage, is_whole
from assembla_tools.catalog.tickets.ordering import Order, SortKey
from assembla_tools.framework.concurrency import gather

FetchPage = Callable[[int], Awaitable[ListPage[Ticket]]]
_MOST_AT_ONCE = 16


class NotSorted(Exception):
    """The pages did not come in the order asked for: the list must be read whole and sorted here."""


@dataclass(frozen=True)
class ScanResult:
    """The tickets of one list that fit, and where on its pages they stood: (page, value that it begins with)."""

    tickets: Sequence[Ticket]
    pages: Sequence[tuple[int, int | float]] = ()

    def page_before(self, value: int | float) -> int:
        """A page that begins before every ticket of this value; 0 where that is the first, or not known."""
        before = [page for page, begins in self.pages if begins < value]
        return max(before, default=min((page for page, _ in self.pages), default=0)) if self.pages else 0


@dataclass(frozen=True)
class SortedList:
    """A list that the API sorts. `end` is a value behind which nothing fits."""

    fetch: FetchPage
    order: Order
    fits: Callable[[Ticket], bool]
    end: int | float | None = None

    async def read(self, after: SortKey | None, hint: int, need: int | None) -> ScanResult:
        """Read until `need` tickets that fit are found behind `after`, or the list ends; all of it for None."""
        pages = await self._begin(after, hint, 1 if after is None or need is None else _fewest(need))
        while True:
            result, ended = self._result(pages, after)
            found = len(result.tickets)
            if ended or (need is not None and found >= need):
                return result
            if len(pages) >= MAX_PAGES:
                raise UnexpectedResponse(f"A list of tickets has not ended after {MAX_PAGES} pages.")
            ahead = len(pages) if need is None else _ahead(found, need - found, len(pages))
            pages |= await self._pages(max(pages) + 1, min(ahead, _MOST_AT_ONCE))

    async def _begin(self, after: SortKey | None, hint: int, number: int) -> dict[int, ListPage[Ticket]]:
        """The first pages to look at: those from the hint on, or from before it where the list has moved up."""
        start, step = max(1, hint if after else 1), 1
        while True:
            pages = await self._pages(start, number)
            first = pages[start].records
            if start == 1 or (after and first and self.order.value(first[0]) < after[0]):
                return pages
            start, step = max(1, start - step), 2 * step

    async def _pages(self, start: int, number: int) -> dict[int, ListPage[Ticket]]:
        numbers = range(start, start + number)
        return dict(zip(numbers, await gather(*(self.fetch(each) for each in numbers)), strict=True))

    def _result(self, pages: dict[int, ListPage[Ticket]], after: SortKey | None) -> tuple[ScanResult, bool]:
        """What is certain of the pages read so far, and whether that is the end."""
        seen: dict[int, Ticket] = {}
        ended, last, before = False, None, None
        for number, page in pages.items():
            tickets = page.records
            if before and [each.id for each in tickets] == [each.id for each in before]:
                tickets, ended = [], _unpaged(pages)
            for ticket in tickets:
                value = self.order.value(ticket)
                if last is not None and value < last:
                    raise NotSorted
                last = value
                seen[ticket.id] = ticket
            before = tickets
            ended = ended or not page.sent or (number == 1 and is_whole(page.sent)) or self._is_beyond(last)
            if ended:
                break
        found = [
            ticket
            for ticket in seen.values()
            if self.fits(ticket)
            and (after is None or self.order.sort_key(ticket) > after)
            and (ended or last is None or self.order.value(ticket) < last)
        ]
        begins = [(number, self.order.value(page.records[0])) for number, page in pages.items() if page.records]
        return ScanResult(sorted(found, key=self.order.sort_key), begins), ended

    def _is_beyond(self, value: int | float | None) -> bool:
        return self.end is not None and value is not None and value > self.end


def _fewest(need: int) -> int:
    """The pages it takes where every ticket fits."""
    return 1 + (need - 1) // PER_PAGE


def _ahead(found: int, missing: int, pages: int) -> int:
    """How many more pages are likely to hold what is missing; as many again as were read, if that is less."""
    likely = -(-missing * pages // max(found, 1))
    return max(_fewest(missing), min(likely, pages))


def _unpaged(pages: dict[int, ListPage[Ticket]]) -> bool:
    """A page came twice: the whole list came at once, or it has no end."""
    if min(pages) == 1 and 2 in pages and pages[1].records == pages[2].records:
        return True
    raise UnexpectedResponse("Assembla sent the same page of a list twice: the list has no end.")
