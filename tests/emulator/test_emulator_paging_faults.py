"""Manners of paging that a test can choose: sizes ignored or cut, short pages, no pages."""

from collections.abc import Mapping

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.factories.tickets import add_ticket
from assembla_emulator.faults.kinds import Status
from assembla_emulator.faults.paging import FixedPageSize, LargestPageSize, ShortPages, Unpaged
from assembla_emulator.faults.plan import Fault, FaultKind

TICKETS = 337


@pytest.fixture
def emulator() -> Emulator:
    """One whose space `listed` has 337 tickets."""
    emulator = Emulator(rate=None, tickets=0)
    space = emulator.database.add_space("Listed", wiki_name="listed", tools=["tickets"])
    for _ in range(TICKETS):
        add_ticket(emulator.database, space["id"])
    return emulator


async def page(http: httpx2.AsyncClient, number: int, **query: int) -> list[int]:
    params: Mapping[str, int] = {"report": 0, "page": number, **query}
    answer = await http.get("/spaces/listed/tickets", params=params)
    assert answer.status_code == (200 if answer.content else 204)
    return [ticket["number"] for ticket in answer.json()] if answer.content else []


async def pages(http: httpx2.AsyncClient, count: int, **query: int) -> list[int]:
    return [len(await page(http, number, **query)) for number in range(1, count + 1)]


def inject(emulator: Emulator, kind: FaultKind) -> None:
    emulator.faults.add(Fault(kind, path="/v1/spaces/listed/tickets", times=None))


@pytest.mark.parametrize(
    ("kind", "per_page", "sizes"),
    [
        (FixedPageSize(10), 100, [10, 10, 10, 10]),
        (FixedPageSize(200), 100, [200, 137, 0, 0]),
        (FixedPageSize(337), 100, [337, 0, 0, 0]),
        (LargestPageSize(50), 100, [50, 50, 50, 50]),
        (LargestPageSize(50), 30, [30, 30, 30, 30]),
        (LargestPageSize(500), 200, [200, 137, 0, 0]),
        (ShortPages({2: 3, 4: 100}), 100, [100, 97, 100, 0]),
        (ShortPages({2: 100}), 100, [100, 0, 100, 37]),
        (ShortPages(), 100, [100, 100, 100, 37]),
        (Unpaged(), 100, [TICKETS] * 4),
    ],
)
async def test_pages_have_the_sizes_of_the_manner(
    emulator: Emulator, http: httpx2.AsyncClient, kind: FaultKind, per_page: int, sizes: list[int]
) -> None:
    inject(emulator, kind)
    assert await pages(http, 4, per_page=per_page) == sizes


@pytest.mark.parametrize("kind", [LargestPageSize(50), ShortPages()])
async def test_ten_rows_come_where_no_size_is_asked_for(
    emulator: Emulator, http: httpx2.AsyncClient, kind: FaultKind
) -> None:
    inject(emulator, kind)
    assert await pages(http, 2) == [10, 10]


async def test_walk_in_fixed_pages_meets_each_row_once_in_order(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    inject(emulator, FixedPageSize(60))
    walked = [number for each in range(1, 8) for number in await page(http, each, per_page=100)]
    assert walked == list(range(1, TICKETS + 1))


async def test_rows_left_out_of_a_short_page_are_on_no_other(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    inject(emulator, ShortPages({2: 3}))
    walked = [number for each in range(1, 5) for number in await page(http, each, per_page=100)]
    assert sorted(set(range(1, TICKETS + 1)) - set(walked)) == [198, 199, 200]
    assert len(walked) == TICKETS - 3


async def test_list_that_is_unpaged_anyway_can_be_paged(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    whole = (await http.get("/spaces")).json()
    emulator.faults.add(Fault(FixedPageSize(4), path="/v1/spaces", times=None))
    cut = [(await http.get(f"/spaces?page={number}")).json() for number in (1, 2, 3)]
    assert [len(each) for each in cut] == [4, 4, len(whole) - 8]
    assert [row for each in cut for row in each] == whole


async def test_query_of_the_request_still_filters(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    inject(emulator, Unpaged())
    rows = (await http.get("/spaces/listed/tickets?number[]=7&number[]=9&page=3")).json()
    assert [row["number"] for row in rows] == [7, 9]


async def test_cached_page_of_another_manner_is_not_taken_for_this_one(
    emulator: Emulator, http: httpx2.AsyncClient
) -> None:
    first = await http.get("/spaces/listed/tickets?per_page=100&report=0")
    inject(emulator, FixedPageSize(10))
    again = await http.get(
        "/spaces/listed/tickets?per_page=100&report=0", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, len(again.json())) == (200, 10)
    assert "etag" not in again.headers


@pytest.mark.parametrize("kind", [FixedPageSize(2), LargestPageSize(2), ShortPages({1: 9}), Unpaged()])
async def test_objects_and_errors_are_answered_as_they_are(
    emulator: Emulator, http: httpx2.AsyncClient, kind: FaultKind
) -> None:
    user = (await http.get("/user")).json()
    emulator.faults.add(Fault(kind, times=None))
    assert (await http.get("/user")).json() == user
    assert (await http.get("/spaces/nowhere/tickets")).status_code == 404
    emulator.faults.add(Fault(Status(500), times=None))
    assert (await http.get("/spaces")).status_code == 500


async def test_write_goes_through_once_with_its_body(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    emulator.faults.add(Fault(Unpaged(), times=None))
    made = await http.post("/spaces", json={"space": {"name": "Made once"}})
    assert (made.status_code, made.json()["name"]) == (201, "Made once")
    assert len(emulator.database.spaces.where(name="Made once")) == 1
