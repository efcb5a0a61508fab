from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import virtual_time
from assembla_client.errors import AssemblaError, ServerError, UnexpectedResponse
from assembla_client.resources.users import User
from assembla_client.transport.client import Transport
from assembla_client.transport.pagination import ListPage, Paginated, is_whole, pages_for, paginate
from faketime import FakeTime
from plain_api import USERS, Answer, Asked, PlainAPI, numbered, session_to, transport_to

T = TypeVar("T")


@dataclass(frozen=True)
class Record:
    id: int
    seen_in: str = "UTC"


Fetch = Callable[[int], Awaitable[list[Record]]]


def pages_of(fetch: Callable[[int], Awaitable[list[T]]]) -> Callable[[int], Awaitable[ListPage[T]]]:
    """Pages of which every row could be read."""

    async def page(number: int) -> ListPage[T]:
        records = await fetch(number)
        return ListPage(records, len(records))

    return page


class PagedList:
    """A list of `size` records that notes which pages were asked for."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.asked: list[int] = []

    async def __call__(self, page: int) -> list[Record]:
        self.asked.append(page)
        await anyio.lowlevel.checkpoint()
        return [Record(n) for n in range((page - 1) * 100, min(page * 100, self.size))]


async def walked(fetch: Fetch, known_pages: int | None = None) -> Paginated[Record]:
    with anyio.fail_after(5):
        return await paginate(pages_of(fetch), known_pages=known_pages)


@settings(max_examples=80, deadline=None)
@given(size=st.integers(0, 6000), known=st.none() | st.integers(1, 70))
def test_every_record_comes_once_and_in_order_whatever_was_expected(size: int, known: int | None) -> None:
    async def run() -> None:
        records = PagedList(size)
        found = await walked(records, known)
        assert [record.id for record in found.records] == list(range(size))
        assert found.pages == pages_for(size)
        assert len(records.asked) == len(set(records.asked)) >= found.pages

    virtual_time.run(run)


@pytest.mark.parametrize(("size", "pages"), [(9, 1), (43, 1), (99, 2), (250, 4), (300, 4), (5000, 51)])
async def test_a_list_of_known_length_is_asked_for_exactly_its_pages(size: int, pages: int) -> None:
    records = PagedList(size)
    await walked(records, pages_for(size))
    assert sorted(records.asked) == list(range(1, pages + 1))


async def test_a_first_page_longer_than_asked_that_comes_again_is_all() -> None:
    async def fetch(page: int) -> list[Record]:
        assert page <= 2
        return [Record(n) for n in range(299)]

    assert len((await walked(fetch)).records) == 299


@settings(max_examples=200, deadline=None)
@given(
    size=st.integers(0, 700), page_size=st.sampled_from([10, 20, 25, 50, 100, 200]), known=st.none() | st.integers(1, 9)
)
def test_a_server_that_has_a_page_size_of_its_own_gives_all_all_the_same(
    size: int, page_size: int, known: int | None
) -> None:
    async def fetch(page: int) -> list[Record]:
        return [Record(n) for n in range((page - 1) * page_size, min(page * page_size, size))]

    assert len(virtual_time.run(walked, fetch, known).records) == size


@settings(max_examples=200, deadline=None)
@given(sizes=st.lists(st.integers(1, 100), max_size=9), first=st.integers(50, 100), known=st.none() | st.integers(1, 9))
def test_pages_that_lost_records_after_paging_are_no_end(first: int, sizes: list[int], known: int | None) -> None:
    async def fetch(page: int) -> list[Record]:
        size = [first, *sizes, 0, *[0] * 200][page - 1]
        return [Record(page * 100 + n) for n in range(size)]

    assert len(virtual_time.run(walked, fetch, known).records) == first + sum(sizes)


@pytest.mark.parametrize(
    ("size", "page_size", "sizes"),
    [(35, 10, None), (120, 50, None), (450, 200, None), (337, None, [100, 97, 100, 40])],
)
async def test_a_list_is_whole_however_its_pages_are_cut(
    size: int, page_size: int | None, sizes: list[int] | None
) -> None:
    async def fetch(page: int) -> list[Record]:
        if sizes:
            return [Record(page * 100 + n) for n in range([*sizes, *[0] * 30][page - 1])]
        assert page_size
        return [Record(n) for n in range((page - 1) * page_size, min(page * page_size, size))]

    assert len((await walked(fetch)).records) == size


async def test_a_page_of_rows_that_nobody_can_read_is_no_end() -> None:
    async def fetch(page: int) -> ListPage[Record]:
        records = [] if page == 2 else [Record(page * 100 + n) for n in range(100 if page < 4 else 0)]
        return ListPage(records, 100 if page < 4 else 0)

    assert len((await paginate(fetch)).records) == 200


def test_only_so_few_that_no_server_would_make_pages_of_them_are_all_for_certain() -> None:
    assert [size for size in range(60) if is_whole(size)] == [*range(10), *(n for n in range(10, 50) if n % 5)]


async def test_a_second_page_equal_to_the_first_means_that_the_first_is_all() -> None:
    async def fetch(page: int) -> list[Record]:
        return [Record(n, "UTC" if page == 1 else "+03:00") for n in range(100)]

    found = await walked(fetch)
    assert [record.seen_in for record in found.records] == ["UTC"] * 100
    assert found.pages == 1


async def test_records_without_an_id_are_compared_whole() -> None:
    async def fetch(page: int) -> list[str]:
        return [f"{page if page < 3 else 9} {n}" for n in range(100)]

    with pytest.raises(UnexpectedResponse, match="twice"):
        await paginate(pages_of(fetch))


async def test_a_later_page_that_repeats_its_forerunner_is_an_error() -> None:
    async def fetch(page: int) -> list[Record]:
        return [Record(min(page, 15) * 100 + n) for n in range(100)]

    with pytest.raises(UnexpectedResponse, match="no end"):
        await walked(fetch)


async def test_a_list_without_end_is_given_up() -> None:
    async def fetch(page: int) -> list[Record]:
        return [Record(page * 100 + n) for n in range(100)]

    with anyio.fail_after(5), pytest.raises(UnexpectedResponse, match="after 35 pages"):
        await paginate(pages_of(fetch), max_pages=35)


async def test_a_record_that_slid_to_the_next_page_meanwhile_comes_once() -> None:
    async def fetch(page: int) -> list[Record]:
        return [Record(n) for n in (range(100), range(99, 150), range(0))[min(page, 3) - 1]]

    assert [record.id for record in (await walked(fetch)).records] == list(range(150))


async def test_an_error_in_one_page_comes_out_as_itself_and_ends_the_pages_after_it() -> None:
    cancelled: list[int] = []

    async def fetch(page: int) -> list[Record]:
        if page == 4:
            raise ServerError("no", status=500)
        if page > 4:
            try:
                await anyio.sleep_forever()
            finally:
                cancelled.append(page)
        return [Record(page * 100 + n) for n in range(100)]

    with pytest.raises(ServerError, match="no"):
        await walked(fetch)
    assert sorted(cancelled) == [5, 6, 7, 8, 9, 10, 11]


async def test_an_error_beyond_the_end_of_the_list_does_no_harm() -> None:
    time = FakeTime()

    async def fetch(page: int) -> list[Record]:
        if page > 3:
            raise ServerError("beyond the end", status=500)
        await time.sleep(0.01)
        return [Record(page * 100 + n) for n in range(100 if page < 3 else 0)]

    assert len((await walked(fetch)).records) == 200


async def test_a_cancelled_walk_cancels_its_pages() -> None:
    left: list[int] = []

    async def fetch(page: int) -> list[Record]:
        if page > 1:
            try:
                await anyio.sleep_forever()
            finally:
                left.append(page)
        return [Record(n) for n in range(100)]

    with anyio.move_on_after(0.05):
        await paginate(pages_of(fetch))
    assert len(left) == 10


def listing(size: int) -> Callable[[Asked], Answer]:
    def answer(asked: Asked) -> Answer:
        assert asked.params["per_page"] == "100"
        start = (int(asked.params["page"]) - 1) * 100
        if start >= size:
            return Answer(204, b"", ((b"content-type", b"text/plain"),))
        return Answer(body=numbered(range(start, min(start + 100, size))))

    return answer


async def test_five_thousand_records_come_in_time_and_the_next_walk_knows_how_many_pages_to_ask_for() -> None:
    time = FakeTime()
    api = PlainAPI(answer=listing(5000), time=time, takes_s=0.15)
    session = session_to(api, time=time, rate="20/second,240/minute")
    with anyio.fail_after(20):
        users = await Transport(session).pages(User, USERS, (("filter", "x"),))
        assert [user.id for user in users] == [f"u{n}" for n in range(5000)]
        assert time.now() - 1000 <= 2.8
        api.asked.clear()
        assert len(await Transport(session).pages(User, USERS, (("filter", "x"),))) == 5000
        assert sorted(int(asked.params["page"]) for asked in api.asked) == list(range(1, 52))


async def test_an_expected_length_saves_asking_too_far() -> None:
    api = PlainAPI(answer=listing(250))
    with anyio.fail_after(5):
        assert len(await transport_to(api).pages(User, USERS, expect=250)) == 250
    assert [asked.params["page"] for asked in api.asked] == ["1", "2", "3", "4"]


async def test_what_is_remembered_of_lists_is_bounded() -> None:
    session = session_to(PlainAPI())
    with anyio.fail_after(10):
        for number in range(510):
            await Transport(session).pages(User, USERS, (("n", str(number)),))
    assert len(session._page_counts) == 500


async def test_an_error_of_the_api_within_a_walk_is_no_group() -> None:
    def answer(asked: Asked) -> Answer:
        return Answer(500, b"<html>") if asked.params["page"] == "5" else listing(5000)(asked)

    with anyio.fail_after(5), pytest.raises(AssemblaError, match="status 500 on the list of users"):
        await transport_to(PlainAPI(answer=answer)).pages(User, USERS)
