from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.tasks import add_task, tasks
from assembla_emulator.factories.tickets import tickets
from harness import ask, assistant, refusal, text_of, walk

SPACE = "harbour-app"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None, tickets=60)


def space_of(emulator: Emulator, name: str = SPACE) -> Row:
    space = emulator.database.find_space(name)
    assert space
    return space


def asked(emulator: Emulator) -> dict[str, str]:
    """The filters of the last request for time entries."""
    query = [seen.query for seen in emulator.requests if seen.path == "/v1/tasks.json"][-1]
    return dict(parse_qsl(query))


@pytest.mark.endpoints(93)
async def test_entries_come_newest_first_with_hours_as_numbers_and_names_for_ids(emulator: Emulator) -> None:
    at = datetime(2030, 1, 2, 9, 30, tzinfo=UTC)
    ticket = tickets(emulator.database).where(space_id=space_of(emulator)["id"])[0]
    row = add_task(emulator.database, space_of(emulator)["id"], "1.25", "Testing", ticket, begin_at=at, end_at=at)
    async with assistant(emulator) as mcp:
        answer = await ask(mcp, "list_time_entries", space=SPACE, limit=1)
        full = await ask(mcp, "list_time_entries", space=SPACE, limit=1, detail="full")
    assert answer["items"] == [
        {
            "id": row["id"],
            "begin_at": "2030-01-02T09:30:00Z",
            "hours": 1.25,
            "user": "wren",
            "space": SPACE,
            "ticket": ticket["number"],
            "description": "Testing",
        }
    ]
    assert full["items"][0]["ticket_id"] == ticket["id"]
    assert full["items"][0]["billed"] is False


async def test_the_sums_are_over_all_that_match_and_not_over_the_page(emulator: Emulator) -> None:
    space = space_of(emulator)["id"]
    rows = tasks(emulator.database).where(space_id=space)
    async with assistant(emulator) as mcp:
        sums = (await ask(mcp, "list_time_entries", space=SPACE, limit=1))["sums"]
        second = await ask(mcp, "list_time_entries", space=SPACE, limit=500)
    assert sums == second["sums"]
    assert sums["entries"] == len(rows)
    assert sums["hours"] == pytest.approx(sum(float(row["hours"]) for row in rows))
    mine = [row for row in rows if row["user_id"] == emulator.database.me]
    [me] = [each for each in sums["by_person"] if each["user"] == "wren"]
    assert me == {"user": "wren", "hours": sum(float(row["hours"]) for row in mine), "entries": len(mine)}
    assert sum(each["entries"] for each in sums["by_ticket"]) <= len(rows)
    hours = [each["hours"] for each in sums["by_ticket"]]
    assert hours == sorted(hours, reverse=True)


async def test_more_sums_than_can_be_shown_are_said_to_be_cut(emulator: Emulator) -> None:
    for ticket in tickets(emulator.database).where(space_id=space_of(emulator)["id"]):
        add_task(emulator.database, space_of(emulator)["id"], "0.5", "All over", ticket)
    async with assistant(emulator, max_result_chars=4_000) as mcp:
        result = await mcp.call_tool("list_time_entries", {"space": SPACE})
    assert len(text_of(result)) <= 4_000
    answer: dict[str, Any] = result.structured_content
    assert len(answer["sums"]["by_ticket"]) == 10
    assert "10 largest" in answer["note"]
    assert answer["items"]


async def test_entries_are_walked_each_once(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        found = [entry["id"] for entry in await walk(mcp, "list_time_entries", space=SPACE, limit=40)]
    assert sorted(found) == sorted(
        row["id"] for row in tasks(emulator.database).where(space_id=space_of(emulator)["id"])
    )


@pytest.mark.endpoints(20, 93)
async def test_a_ticket_goes_by_its_number_in_the_space(emulator: Emulator) -> None:
    ticket = tickets(emulator.database).where(space_id=space_of(emulator)["id"])[5]
    rows = [add_task(emulator.database, space_of(emulator)["id"], "2.0", "On it", ticket) for _ in range(2)]
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_time_entries", space=SPACE, ticket=ticket["number"])
        assert (await refusal(mcp, "list_time_entries", ticket=5)).startswith("INVALID: ticket: ")
        assert (await refusal(mcp, "list_time_entries", space=SPACE, ticket=99_999)).startswith("NOT_FOUND: ")
    assert asked(emulator)["ticket_ids[]"] == str(ticket["id"])
    assert {row["id"] for row in rows} <= {entry["id"] for entry in found}
    assert {entry["ticket"] for entry in found} == {ticket["number"]}


@pytest.mark.parametrize("user", ["odalys", "Odalys Fernwhistle", "ODALYS@lumenfjord.example"])
async def test_a_person_is_named_as_people_do(emulator: Emulator, user: str) -> None:
    person = emulator.database.user("odalys")
    add_task(emulator.database, space_of(emulator)["id"], "1.0", "Hers", user_id=person["id"])
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_time_entries", space=SPACE, user=user)
    assert found
    assert {entry["user"] for entry in found} == {"odalys"}
    assert asked(emulator)["users[]"] == person["id"]


async def test_my_own_are_found_also_where_i_own_nothing_and_no_filter_by_person_is_sent(emulator: Emulator) -> None:
    async with assistant(emulator, portfolio=emulator.database.portfolio) as mcp:
        found = await walk(mcp, "list_time_entries", user="me", limit=500)
    assert not {"users[]", "portfolio"} & set(asked(emulator))
    assert {entry["user"] for entry in found} == {"wren"}
    assert "tidewater-billing" in {entry["space"] for entry in found}


async def test_since_and_until_hold_whole_days(emulator: Emulator) -> None:
    day = datetime(2031, 5, 6, tzinfo=UTC)
    for seconds in (-1, 0, 86_399, 86_400):
        at = day + timedelta(seconds=seconds)
        add_task(emulator.database, space_of(emulator)["id"], "1.0", f"at {seconds}", begin_at=at, end_at=at)
    async with assistant(emulator) as mcp:
        answer = await ask(mcp, "list_time_entries", space=SPACE, since="2031-05-06", until="2031-05-06")
    assert [entry["description"] for entry in answer["items"]] == ["at 86399", "at 0"]
    assert answer["sums"]["hours"] == 2.0


@pytest.mark.endpoints(149, 153)
@pytest.mark.parametrize("user", [None, "odalys", "Odalys Fernwhistle"])
async def test_a_portfolio_shows_everybodys(emulator: Emulator, user: str | None) -> None:
    other = emulator.database.find_space("payroll-migration")
    assert other
    add_task(emulator.database, other["id"], "3.0", "Elsewhere", user_id=emulator.database.user("odalys")["id"])
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_time_entries", portfolio=emulator.database.portfolio, user=user, limit=500)
    assert asked(emulator)["portfolio"] == emulator.database.portfolio
    assert "payroll-migration" in {entry["space"] for entry in found}
    assert "odalys" in {entry["user"] for entry in found}
    assert user is None or {entry["user"] for entry in found} == {"odalys"}


async def test_the_configured_portfolio_is_used_unless_a_space_or_oneself_is_asked_for(emulator: Emulator) -> None:
    async with assistant(emulator, portfolio=emulator.database.portfolio) as mcp:
        await ask(mcp, "list_time_entries")
        assert "portfolio" in asked(emulator)
        await ask(mcp, "list_time_entries", space=SPACE)
        assert "portfolio" not in asked(emulator)


async def test_outside_of_the_allowed_spaces_nothing_is_asked_for_or_shown(emulator: Emulator) -> None:
    allowed = space_of(emulator, "lighthouse")["id"]
    async with assistant(emulator, spaces=["lighthouse"]) as mcp:
        found = await walk(mcp, "list_time_entries", limit=500)
    assert asked(emulator)["spaces[]"] == allowed
    assert {entry["space"] for entry in found} == {"lighthouse"}


async def test_somebody_who_manages_no_portfolio_is_told_so(emulator: Emulator) -> None:
    emulator.database.portfolio_managers.clear()
    async with assistant(emulator) as mcp:
        said = await refusal(mcp, "list_time_entries", portfolio=emulator.database.portfolio)
    assert said.startswith(("FORBIDDEN: ", "NOT_FOUND: "))
