"""The demo data and ways to add to them: the same for the same seed, and enough of everything."""

import re

import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.clock import Clock
from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table
from assembla_emulator.responses import json_bytes
from assembla_emulator.routes import every_kind

ID = re.compile(r"[A-Za-z0-9_-]{22}")


def everything(seed: int, clock: Clock | None = None) -> list[bytes]:
    database = Emulator(seed=seed, clock=clock or Clock(lambda: 1_700_000_000.0)).database
    tables = (database.users, database.spaces, database.user_roles, database.space_tools)
    return [json_bytes(list(table)) for table in tables]


def test_same_seed_and_day_give_the_same_world() -> None:
    assert everything(1) == everything(1)
    assert everything(1) != everything(2)
    assert everything(1) == everything(1, Clock(lambda: 1_700_000_000.0 + 3600))


def test_ids_do_not_depend_on_the_day() -> None:
    today, later = Database(1), Emulator(clock=Clock(lambda: 2_000_000_000.0)).database
    assert today.new_id("user", "wren") == later.me
    assert all(ID.fullmatch(row["id"]) for table in (later.users, later.spaces) for row in table)


def test_ids_of_added_rows_do_not_move_older_ones() -> None:
    database = Emulator().database
    before = [space["id"] for space in database.spaces]
    added = [database.add_space("twin") for _ in range(5000)]
    assert [space["id"] for space in database.spaces][: len(before)] == before
    assert len({space["id"] for space in added}) == 5000
    assert len(database.spaces) == len(before) + 5000


def test_space_can_be_added_with_tools_and_without_the_user() -> None:
    database = Emulator().database
    space = database.add_space("Elsewhere", role=None, tools=["tickets", "git", "git", "git"], status=2)
    assert space["status"] == 2
    assert database.role_of(database.me, space) is None
    names = [tool["name"] for tool in database.space_tools.where(space_id=space["id"])]
    assert names[1:] == ["git", "git-2", "git-3"]


def test_unknown_names_are_errors() -> None:
    database = Emulator().database
    with pytest.raises(KeyError):
        database.user("nobody")
    with pytest.raises(KeyError):
        database.add_tool("nowhere", "git")
    with pytest.raises(ValueError, match="taken"):
        database.add_user("wren", "Another Wren")


def test_table_follows_changes_and_removals() -> None:
    table = Table(["colour"])
    red = table.add({"id": 1, "colour": "red", "size": 1})
    table.add({"id": 2, "colour": "red", "size": 2})
    assert table.where(colour="red", size=2) == [{"id": 2, "colour": "red", "size": 2}]
    table.update(red, colour="blue")
    assert table.where(colour="blue") == [red]
    assert table.first(colour="green") is None
    assert [row["id"] for row in table.where(size=1)] == [1]
    table.remove(red)
    assert table.get(1) is None
    assert not table.where(colour="blue")
    assert [row["id"] for row in table] == [2]


def test_pages_of_a_list_cost_one_sort_until_a_row_changes() -> None:
    table = Table()
    rows = [table.add({"id": number, "size": -number}) for number in range(20_000)]
    worked_out: list[int] = []

    def page(number: int) -> list[Row]:
        def work_out() -> list[Row]:
            worked_out.append(number)
            return sorted(table, key=lambda row: row["size"])

        return table.cached("by size", work_out)[number * 100 : (number + 1) * 100]

    assert [row for number in range(200) for row in page(number)] == rows[::-1]
    assert worked_out == [0]
    table.update(rows[0], size=-20_000)
    assert page(3)[0]["id"] == 19_700
    assert page(0)[0] is rows[0]
    assert worked_out == [0, 3]


def test_a_copy_goes_its_own_way() -> None:
    table = Table(["colour"])
    red = table.add({"id": table.next_number(7), "colour": "red"})
    copy = table.copy()
    copy.update(copy.where(colour="red")[0], colour="blue")
    assert [row["id"] for row in (*table.where(colour="red"), *copy.where(colour="blue"))] == [7, 7]
    table.remove(red)
    assert (len(table), len(copy)) == (0, 1)
    assert (table.next_number(7), copy.next_number(7)) == (8, 8)


def test_what_has_no_json_form_is_an_error() -> None:
    with pytest.raises(TypeError, match="object has no JSON form"):
        json_bytes([object()])


def test_every_module_of_routes_is_served() -> None:
    declared = [endpoint for kind in every_kind() for endpoint in kind.endpoints]
    assert len(declared) >= 14


def test_wall_clock_runs_and_can_be_moved() -> None:
    clock = Clock()
    before = clock.now()
    clock.advance(100)
    assert 100 <= clock.now() - before < 110
