"""Walks through long lists of tickets: each ticket once, whatever happens between the calls, and at what cost."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import anyio
import pytest
from mcp import Client

from assembla_client.transport.pagination import PER_PAGE
from assembla_emulator.app import Emulator
from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.tickets import add_ticket, change_ticket, tickets
from assembla_emulator.faults.kinds import Body
from assembla_emulator.faults.plan import Fault
from harness import ask, assistant, refusal, walk

BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
SORTS = ["updated", "created", "number", "importance", "priority", "estimate"]


def space_with(number: int, *, name: str = "long", seed: int = 0, emulator: Emulator | None = None) -> Emulator:
    """A space `long` of so many tickets, some of them touched in the same second; Team of one, no tags."""
    emulator = emulator or Emulator(rate=None, tickets=60)
    database, draws = emulator.database, Random(seed)
    space = database.add_space(name, wiki_name=name, tools=["tickets", "milestones"])
    for n in range(number):
        made = BEGAN + timedelta(minutes=n)
        touched = made + timedelta(hours=draws.choice((0, 0, 5, draws.randrange(1000))))
        row = add_ticket(database, space["id"], f"t{n}", created_on=made, updated_at=touched.replace(minute=0))
        importance = -float(row["number"]) if draws.random() < 0.9 else draws.randrange(number) + 0.5
        tickets(database).update(row, priority=draws.randint(1, 5), estimate=draws.choice((0.5, 1.0, 3.0)))
        tickets(database).update(row, importance=importance)
    emulator.requests.clear()
    return emulator


@cache
def long_space() -> Emulator:
    """A space `long` of 1200 tickets, made once for the tests that only read it."""
    return space_with(1200)


@pytest.fixture
def long() -> Emulator:
    """`long_space`, of which nothing was asked yet."""
    long_space().requests.clear()
    return long_space()


def rows_of(database: Database, name: str = "long") -> list[Row]:
    return tickets(database).where(space_id=(database.find_space(name) or {})["id"])


async def numbers(mcp: Client, **arguments: Any) -> list[int]:
    fields = arguments.setdefault("fields", ["number"])
    assert fields
    return [item["number"] for item in await walk(mcp, "search_tickets", space="long", **arguments)]


def in_order(rows: list[Row], sort: str, order: str) -> list[int]:
    column = {"updated": "updated_at", "created": "created_on"}.get(sort, sort)
    by_number = sorted(rows, key=lambda row: row["number"])
    return [row["number"] for row in sorted(by_number, key=lambda row: row[column], reverse=order == "desc")]


@pytest.mark.parametrize(
    ("sort", "order"), [*((sort, "desc") for sort in SORTS), ("updated", "asc"), ("number", "asc"), ("priority", "asc")]
)
async def test_1200_tickets_come_once_each_in_order(long: Emulator, sort: str, order: str) -> None:
    async with assistant(long) as mcp:
        with anyio.fail_after(30):
            walked = await numbers(mcp, sort=sort, order=order, limit=160)
    assert Counter(walked) == Counter(range(1, 1201))
    if order == "asc" or sort in ("number", "created"):
        assert walked == in_order(rows_of(long.database), sort, order)


@pytest.mark.parametrize(
    ("sort", "limit", "most"),
    [("updated", 25, 130), ("updated", 100, 45), ("updated", 500, 25), ("number", 100, 45), ("importance", 100, 45)],
)
async def test_a_walk_goes_on_near_its_place_and_does_not_read_all_again(
    long: Emulator, sort: str, limit: int, most: int
) -> None:
    async with assistant(long) as mcp:
        assert len(await numbers(mcp, sort=sort, limit=limit)) == 1200
    pages = [seen for seen in long.requests if seen.path.endswith("/tickets.json")]
    assert len(pages) <= most, len(pages)


async def test_the_first_answer_costs_two_pages_at_most_and_a_recent_bound_stops_early(long: Emulator) -> None:
    newest = max(row["updated_at"] for row in rows_of(long.database))
    async with assistant(long) as mcp:
        await ask(mcp, "search_tickets", space="long", fields=["number"])
        first = [seen for seen in long.requests if seen.path.endswith("/tickets.json")]
        bound = (newest - timedelta(hours=12)).isoformat()
        recent = await numbers(mcp, updated_after=bound, sort="priority", state="all")
    rest = [seen for seen in long.requests if seen.path.endswith("/tickets.json")][len(first) :]
    assert len(first) <= 2
    assert len(rest) == 1
    assert 0 < len(recent) < PER_PAGE


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("seed", range(2))
async def test_each_ticket_that_nobody_changes_comes_once_while_others_change(sort: str, order: str, seed: int) -> None:
    emulator = space_with(330, seed=seed)
    database, draws = emulator.database, Random(seed)
    still = {row["number"] for row in draws.sample(rows_of(database), 230)}
    walked: list[int] = []
    cursor: str | None = None
    async with assistant(emulator) as mcp:
        with anyio.fail_after(30):
            while True:
                page = await ask(
                    mcp,
                    "search_tickets",
                    space="long",
                    sort=sort,
                    order=order,
                    limit=draws.randint(10, 90),
                    fields=["number"],
                    state="all",
                    **({"cursor": cursor} if cursor else {}),
                )
                walked += [item["number"] for item in page["items"]]
                cursor = page["next_cursor"]
                if cursor is None:
                    break
                _meddle(database, still, draws)
    counted = Counter(walked)
    assert {number: counted[number] for number in still} == dict.fromkeys(still, 1)


def _meddle(database: Database, still: set[int], draws: Random) -> None:
    """Others change, add and delete tickets, sometimes many at once."""
    others = [row for row in rows_of(database) if row["number"] not in still]
    for row in draws.sample(others, min(len(others), draws.choice((0, 1, 5, 60)))):
        match draws.randrange(4):
            case 0:
                tickets(database).remove(row)
            case 1:
                change_ticket(database, row, importance=draws.uniform(-500, 500))
            case 2:
                change_ticket(database, row, priority=draws.randint(1, 5), estimate=draws.choice((0.5, 1.0, 3.0)))
            case _:
                change_ticket(database, row, status=draws.choice(("Fixed", "New")))
    for _ in range(draws.choice((0, 2, 40))):
        space = (database.find_space("long") or {})["id"]
        row = add_ticket(database, space, "new", created_on=BEGAN + timedelta(minutes=draws.randrange(500)))
        assert row["number"] not in still


async def test_a_rare_kind_is_found_wherever_it_stands() -> None:
    emulator = space_with(700)
    rare = [row["number"] for row in rows_of(emulator.database) if row["number"] % 97 == 0]
    for row in rows_of(emulator.database):
        if row["number"] in rare:
            tickets(emulator.database).update(row, summary="needle")
    async with assistant(emulator) as mcp:
        assert await numbers(mcp, text="needle", sort="number", order="asc", limit=3) == rare


async def test_a_list_that_came_unsorted_is_sorted_here_all_the_same() -> None:
    emulator = space_with(130)
    rows = rows_of(emulator.database)
    for row in rows:
        tickets(emulator.database).update(row, importance=None if row["number"] % 3 else float(row["number"]))
    async with assistant(emulator) as mcp:
        for order in ("asc", "desc"):
            walked = await numbers(mcp, sort="importance", order=order, limit=40)
            assert Counter(walked) == Counter(range(1, 131))
            ranked = [number for number in walked if number % 3 == 0]
            assert walked[: len(ranked)] == sorted(ranked, reverse=order == "desc")


async def test_a_list_that_is_not_paged_is_read_once() -> None:
    emulator = space_with(3)
    template = json.loads(await _body(emulator))[0]
    whole = [template | {"id": n, "number": n} for n in range(1, 131)]
    emulator.faults.add(
        Fault(
            Body(json.dumps(whole).encode(), content_type="application/json"),
            path=f"/v1/spaces/{template['space_id']}/tickets.json",
            times=None,
        )
    )
    async with assistant(emulator) as mcp:
        assert sorted(await numbers(mcp, sort="number", limit=50)) == list(range(1, 131))


async def test_a_first_page_that_comes_twice_is_the_whole_list() -> None:
    emulator = space_with(3)
    template = json.loads(await _body(emulator))[0]
    page = [template | {"id": n, "number": n} for n in range(1, 101)]
    emulator.faults.add(
        Fault(
            Body(json.dumps(page).encode(), content_type="application/json"),
            path=f"/v1/spaces/{template['space_id']}/tickets.json",
            times=None,
        )
    )
    async with assistant(emulator) as mcp:
        with anyio.fail_after(5):
            assert len(await numbers(mcp, sort="number", limit=50)) == 100


async def test_one_call_finds_its_place_again_after_the_list_has_shrunk() -> None:
    emulator = space_with(500)
    async with assistant(emulator) as mcp:
        page = await ask(mcp, "search_tickets", space="long", sort="number", order="asc", limit=450, fields=["number"])
        for row in rows_of(emulator.database):
            if row["number"] <= 420:
                tickets(emulator.database).remove(row)
        rest = await numbers(mcp, sort="number", order="asc", limit=450, cursor=page["next_cursor"])
    assert rest == list(range(451, 501))


async def test_a_cursor_belongs_to_its_arguments() -> None:
    emulator = space_with(30, emulator=space_with(5, name="quay"))
    async with assistant(emulator) as mcp:
        page = await ask(mcp, "search_tickets", space="long", limit=5)
        for other in (
            {"sort": "number"},
            {"state": "all"},
            {"spaces": ["long", "quay"]},
            {"updated_after": "2024-01-01"},
        ):
            arguments = {"space": "long", "limit": 5} | other
            arguments = {key: value for key, value in arguments.items() if key != "space" or "spaces" not in other}
            said = await refusal(mcp, "search_tickets", **arguments, cursor=page["next_cursor"])
            assert said.startswith("INVALID: cursor: ")
        assert (await ask(mcp, "search_tickets", space="long", limit=9, cursor=page["next_cursor"]))["items"]


async def test_two_long_spaces_are_walked_side_by_side_once_each() -> None:
    emulator = space_with(330, emulator=space_with(250, name="other"))
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "search_tickets", spaces=["long", "other"], limit=60, fields=["number"])
    counted = Counter((each["space"], each["number"]) for each in found)
    assert set(counted.values()) == {1}
    assert len(counted) == 580
    pages = [seen for seen in emulator.requests if seen.path.endswith("/tickets.json")]
    assert len(pages) <= 60


async def _body(emulator: Emulator) -> str:
    async with assistant(emulator):
        pass
    row = rows_of(emulator.database)[0]
    return json.dumps([{key: value for key, value in row.items() if not key.startswith("_")}], default=_iso)


def _iso(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()
