"""The demo data beside tickets: the same for the same seed and day, whatever the weekday and however many tickets."""

from datetime import UTC, datetime

import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.clock import Clock
from assembla_emulator.demo.database import FILLED_BY, PARTS, DemoDatabase
from assembla_emulator.factories.documents import content_of, documents
from assembla_emulator.factories.merge_requests import link_merge_request
from assembla_emulator.factories.standups import standup_reports
from assembla_emulator.factories.tickets import add_ticket
from assembla_emulator.factories.wiki_pages import add_wiki_page
from assembla_emulator.responses import json_bytes

TABLES = [
    *("wiki_pages", "wiki_page_versions", "documents", "merge_requests", "merge_request_versions"),
    *("merge_request_comments", "merge_request_votes", "merge_request_tickets", "standup_reports", "mentions"),
    *("ssh_keys", "ssh_servers", "ssh_actions", "ssh_launches", "ssh_space_keys", "groups", "invitations", "events"),
]
DAY = 86_400.0
NOON = datetime(2023, 11, 14, 12, tzinfo=UTC)


def emulator_at(seconds: float, seed: int = 1, tickets: int = 40) -> Emulator:
    return Emulator(seed, tickets, clock=Clock(lambda: seconds))


def everything(seed: int, at: float = 1_700_000_000.0) -> list[bytes]:
    database = emulator_at(at, seed).database
    return [json_bytes(list(database.table(name))) for name in TABLES]


def test_same_seed_and_day_give_the_same_rows() -> None:
    assert everything(1) == everything(1, at=1_700_000_000.0 + 3600)
    other_seed = zip(TABLES, everything(1), everything(2), strict=True)
    assert [name for name, one, other in other_seed if one == other] == ["ssh_launches"]  # no ids of ours in them


def test_order_in_which_tables_are_looked_at_changes_nothing() -> None:
    one, other = DemoDatabase(1, NOON, 40), DemoDatabase(1, NOON, 40)
    found = {name: json_bytes(list(one.table(name))) for name in FILLED_BY}
    assert {name: json_bytes(list(other.table(name))) for name in reversed(FILLED_BY)} == found
    for tables in PARTS.values():
        *_, name = tables.split()
        assert json_bytes(list(DemoDatabase(1, NOON, 40).table(name))) == found[name], name


def test_demo_data_are_there_beside_rows_that_came_before_anybody_looked() -> None:
    untouched, database = emulator_at(1_700_000_000.0).database, emulator_at(1_700_000_000.0).database
    space = database.find_space("harbour-app") or {}
    ticket = add_ticket(database, space["id"], tags=["brand new"])
    page = add_wiki_page(database, space, "Brand new", "text")
    link_merge_request(database, {"id": -1}, 1)
    for name in FILLED_BY:
        before = list(untouched.table(name))
        assert list(database.table(name))[: len(before)] == before, name
    assert database.table("tickets").get(ticket["id"]) is ticket
    assert database.table("wiki_pages").get(page["id"]) is page
    assert [row["name"] for row in database.table("tags")][-1] == "brand new"


def test_worlds_of_one_process_do_not_see_each_other() -> None:
    before = everything(1)
    database = emulator_at(1_700_000_000.0).database
    for name in TABLES:
        for row in list(database.table(name)):
            database.table(name).remove(row)
    database.users.update(database.user("wren"), name="Another")
    database.portfolio_managers.clear()
    assert everything(1) == before
    other = emulator_at(1_700_000_000.0).database
    assert (other.user("wren")["name"], len(other.portfolio_managers)) == ("Wren Tallowmere", 1)


def test_every_table_has_something() -> None:
    database = emulator_at(1_700_000_000.0).database
    assert not [name for name in TABLES if len(database.table(name)) < 3 and name != "ssh_space_keys"]


def test_bytes_of_documents_are_the_same_too() -> None:
    one, other = emulator_at(1_700_000_000.0).database, emulator_at(1_700_000_000.0).database
    assert list(map(content_of, documents(one))) == list(map(content_of, documents(other)))


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("seed", [1, 2])
def test_today_has_reports_roadblocks_and_somebody_away_whatever_the_day(weekday: int, seed: int) -> None:
    emulator = emulator_at(1_700_000_000.0 + weekday * DAY, seed)
    database = emulator.database
    today = standup_reports(database).where(filled_for=emulator.clock.instant().date())
    assert any(row["away_flag"] for row in today)
    assert any(row["roadblocks"] for row in today)
    assert any(row["user_id"] == database.me and not row["away_flag"] for row in today)


def test_nothing_is_dated_later_than_the_day_begins() -> None:
    database = emulator_at(1_700_000_000.0 - 1_700_000_000.0 % DAY).database
    named = {
        *("created_at", "updated_at", "invited_time", "agreed_time"),
        *("date", "started_at"),
    }
    times = [row[name] for table in TABLES for row in database.table(table) for name in named & row.keys()]
    assert max(time for time in times if time is not None) <= database.today


def test_without_tickets_there_is_all_the_rest() -> None:
    database = emulator_at(1_700_000_000.0, tickets=0).database
    assert not documents(database).where(attachable_type="Ticket") or len(database.table("tickets")) > 0
    assert len(database.table("events")) > 300
