"""Comments and histories: newest first, YAML text, in step with the ticket."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx2
import pytest
import yaml

from assembla_emulator.app import Emulator
from assembla_emulator.clock import Clock
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.ticket_comments import changes_text, comments_of
from assembla_emulator.factories.tickets import add_comment, add_ticket, change_ticket, tickets


@pytest.fixture
def ticket(emulator: Emulator) -> Row:
    space = emulator.database.add_space("small", wiki_name="small", tools=["tickets"])
    return add_ticket(emulator.database, space["id"], "Existing one")


async def comments(http: httpx2.AsyncClient, path: str = "/spaces/small/tickets/1") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await http.get(f"{path}/ticket_comments.json")).json()
    return found


def changes(comment: dict[str, Any]) -> list[list[object]]:
    read: list[list[object]] = yaml.safe_load(comment["ticket_changes"])
    return read


async def test_creation_is_a_row_that_says_nothing(http: httpx2.AsyncClient, ticket: Row) -> None:
    (row,) = await comments(http)
    assert (row["comment"], row["ticket_changes"], row["ticket_id"]) == ("", "--- []\n", ticket["id"])


async def test_change_is_told_in_triples_and_newest_first(
    emulator: Emulator, http: httpx2.AsyncClient, ticket: Row
) -> None:
    odalys = emulator.database.user("odalys")["id"]
    before = ticket["updated_at"]
    add_comment(emulator.database, ticket, "Looks easy")
    change_ticket(
        emulator.database, ticket, by=odalys, comment="Done", status="Fixed", priority=3, assigned_to_id=odalys
    )
    newest, said, made = await comments(http)
    assert newest["ticket_changes"] == f"---\n- - status\n  - New\n  - Fixed\n- - assigned_to_id\n  -\n  - {odalys}\n"
    assert (newest["user_id"], newest["comment"]) == (odalys, "Done")
    assert (said["comment"], said["ticket_changes"], made["comment"]) == ("Looks easy", "--- []\n", "")
    assert ticket["state"] == 0
    assert ticket["completed_date"] == ticket["updated_at"] > before


async def test_fields_follow_what_is_changed(emulator: Emulator, ticket: Row) -> None:
    database = emulator.database
    change_ticket(database, ticket, status="Fixed")
    closed = ticket["completed_date"]
    change_ticket(database, ticket, status="Invalid")
    assert ticket["completed_date"] == closed
    change_ticket(database, ticket, status="Accepted", tags=["a", "b"], custom_fields={"Build": "7"}, hierarchy_type=2)
    change_ticket(database, ticket, tags=["b"], custom_fields={"Run": "1"}, hierarchy_type=0, estimate=5.0)
    assert (ticket["state"], ticket["completed_date"], ticket["is_story"]) == (1, None, False)
    assert (ticket["custom_fields"], ticket["total_estimate"]) == ({"Build": "7", "Run": "1"}, 5.0)
    last = changes(comments_of(database, ticket)[0])
    assert last == [["tags", "a, b", "b"], ["Run", None, "1"], ["hierarchy_type", 2, 0], ["estimate", 1.0, 5.0]]


async def test_one_comment_is_found_under_its_ticket_alone(http: httpx2.AsyncClient, ticket: Row) -> None:
    (row,) = await comments(http)
    one = (await http.get(f"/spaces/small/tickets/1/ticket_comments/{row['id']}.json")).json()
    assert one["created_on"].endswith("+03:00")
    assert datetime.fromisoformat(one["created_on"]) == datetime.fromisoformat(row["created_on"])
    assert (await http.get(f"/spaces/harbour-app/tickets/1/ticket_comments/{row['id']}")).status_code == 404


async def test_comments_are_paged(emulator: Emulator, http: httpx2.AsyncClient, ticket: Row) -> None:
    for number in range(29):
        add_comment(emulator.database, ticket, f"number {number}")
    assert len(await comments(http)) == 25
    rest = (await http.get("/spaces/small/tickets/1/ticket_comments?page=2")).json()
    assert [row["comment"] for row in rest] == ["number 3", "number 2", "number 1", "number 0", ""]


def test_changes_are_text_that_yaml_reads_back() -> None:
    triples: list[tuple[str, object, object]] = [("summary", "no: \u200b'\"", "→\n- x"), ("estimate", None, 1.5)]
    assert yaml.safe_load(changes_text(triples)) == [list(triple) for triple in triples]


def test_demo_histories_end_in_the_present_state() -> None:
    database = Emulator(rate=None, tickets=300).database
    rows_at_most = told = reopened = 0
    for ticket in list(tickets(database)):
        rows = comments_of(database, ticket)[::-1]
        rows_at_most = max(rows_at_most, len(rows))
        assert (rows[0]["created_on"], rows[0]["comment"]) == (ticket["created_on"], "")
        assert rows[-1]["created_on"] == ticket["updated_at"]
        assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
        last: dict[object, tuple[object, datetime]] = {}
        for row in rows:
            for field, old, new in changes(row):
                assert field not in last or last[field][0] == old
                last[field] = (new, row["created_on"])
        for field, (new, _) in last.items():
            assert new == ticket["custom_fields"].get(field, ticket.get(str(field)))
        if ticket["state"] == 0:
            assert last["status"] == (ticket["status"], ticket["completed_date"])
        told += len(last) > 0
        reopened += sum("status" in row["ticket_changes"] for row in rows) > 4
    assert rows_at_most <= 20
    assert told > 150
    assert reopened > 2


def test_history_is_the_same_whoever_asks_first() -> None:
    def history(first: Callable[[list[Row]], list[Row]]) -> list[Row]:
        database = Emulator(rate=None, tickets=60, clock=Clock(lambda: 1_700_000_000.0)).database
        every = {row["id"]: comments_of(database, row) for row in first(list(tickets(database)))}
        return [row for ticket_id in sorted(every) for row in every[ticket_id]]

    assert history(list) == history(lambda rows: rows[::-1])


def test_change_of_a_demo_ticket_comes_after_its_history() -> None:
    database = Emulator(rate=None).database
    ticket = tickets(database).get(141_000_300) or {}
    old = ticket["priority"]
    row = change_ticket(database, ticket, priority=6)
    history = comments_of(database, ticket)
    assert history[0] is row
    assert changes(row) == [["priority", old, 6]]
    assert all(row["id"] > older["id"] for older in history[1:])
