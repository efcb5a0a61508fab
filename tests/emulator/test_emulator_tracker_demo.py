"""The demo's tickets: enough of everything, plainly invented, and the same for the same seed."""

import unicodedata
from collections import Counter
from itertools import pairwise

import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.clock import Clock
from assembla_emulator.database.database import Database
from assembla_emulator.demo.tickets import SHARES, counts
from assembla_emulator.deterministic import Draws
from assembla_emulator.factories.milestones import milestones
from assembla_emulator.factories.tags import tags
from assembla_emulator.factories.tasks import tasks
from assembla_emulator.factories.ticket_associations import ticket_associations
from assembla_emulator.factories.ticket_setup import statuses_of
from assembla_emulator.factories.tickets import tickets
from assembla_emulator.responses import json_bytes


@pytest.fixture(scope="module")
def database() -> Database:
    return Emulator(rate=None).database


def everything(seed: int, number: int = 300) -> list[bytes]:
    database = Emulator(seed=seed, tickets=number, clock=Clock(lambda: 1_700_000_000.0)).database
    names = ("tickets", "milestones", "tags", "ticket_associations", "tasks", "custom_fields")
    return [json_bytes(list(database.table(name))) for name in names]


def test_same_seed_and_day_give_the_same_tickets() -> None:
    assert everything(1) == everything(1)
    assert everything(1) != everything(2)


@pytest.mark.parametrize("number", [0, 1, 20, 1199, 1200, 1201, 20_000])
def test_as_many_tickets_as_asked_for(number: int) -> None:
    shared = counts(number)
    assert sum(shared.values()) == number
    assert min(shared.values()) >= 0


def test_world_is_filled_with_as_many() -> None:
    assert [len(tickets(Emulator(tickets=number).database)) for number in (0, 3, 1200)] == [0, 3, 1200]


def test_each_space_has_numbers_from_one_on_in_order_of_creation(database: Database) -> None:
    assert len(SHARES) >= 6
    for name in SHARES:
        space = database.find_space(name) or {}
        of_space = tickets(database).where(space_id=space["id"])
        assert [ticket["number"] for ticket in of_space] == list(range(1, len(of_space) + 1))
        assert all(one["created_on"] < other["created_on"] for one, other in pairwise(of_space))
        assert len(of_space) >= 6


def test_tickets_agree_with_themselves_and_their_space(database: Database) -> None:
    for space in (database.find_space(name) or {} for name in SHARES):
        states = {row["name"]: row["state"] for row in statuses_of(database, space["id"])}
        of_milestones = {row["id"] for row in milestones(database).where(space_id=space["id"])} | {None}
        people = {role["user_id"] for role in database.user_roles.where(space_id=space["id"])}
        for ticket in tickets(database).where(space_id=space["id"]):
            assert states[ticket["status"]] == ticket["state"]
            assert (ticket["completed_date"] is None) == (ticket["state"] == 1)
            assert ticket["milestone_id"] in of_milestones
            assert {ticket["reporter_id"], ticket["assigned_to_id"] or ticket["reporter_id"]} <= people
            assert ticket["is_story"] == (ticket["hierarchy_type"] == 2)
            ended = ticket["completed_date"] or ticket["updated_at"]
            assert ticket["created_on"] <= ended <= ticket["updated_at"] <= database.today


def test_there_is_something_of_everything(database: Database) -> None:
    every = list(tickets(database))
    assert {ticket["hierarchy_type"] for ticket in every} == {0, 1, 2, 3}
    assert {ticket["permission_type"] for ticket in every} == {0, 1, 2}
    assert {ticket["priority"] for ticket in every} == {1, 2, 3, 4, 5}
    assert {ticket["story_importance"] for ticket in every} == {0, 1, 4, 7}
    assert {row["relationship"] for row in ticket_associations(database)} == set(range(9))
    assert {"due_date" in ticket for ticket in every} == {True, False}
    for field in ("assigned_to_id", "milestone_id", "component_id", "description", "due_date"):
        assert {ticket.get(field) is None for ticket in every} == {True, False}, field
    assert sum(ticket["assigned_to_id"] == database.me for ticket in every) > 50
    assert any(ticket["notification_list"] == "" for ticket in every)
    assert len({title for ticket in every for title in ticket["custom_fields"]}) == 10


def test_milestones_tags_and_hours_are_of_every_kind(database: Database) -> None:
    plans = list(milestones(database))
    today = database.today.date()
    assert len(plans) >= 40
    open_ones = [row for row in plans if not row["is_completed"]]
    days = [row["due_date"] for row in open_ones]
    assert None in days
    assert any(day < today for day in days if day)
    assert any(day > today for day in days if day)
    assert {row["planner_type"] for row in open_ones} == {0, 1, 2}
    assert all((row["completed_date"] is not None) == row["is_completed"] for row in plans)
    assert all(row["created_at"] < row["updated_at"] for row in plans)
    assert Counter(tag["state"] for tag in tags(database)).keys() == {1, 2, 4, None}
    entries = list(tasks(database))
    assert len(entries) >= 200
    assert {entry["billed"] for entry in entries} == {entry["ticket_id"] is None for entry in entries} == {True, False}
    assert all(isinstance(entry["hours"], str) for entry in entries)


def test_every_space_has_texts_that_readers_must_bear(database: Database) -> None:
    for name in SHARES:
        space = database.find_space(name) or {}
        of_space = tickets(database).where(space_id=space["id"])
        texts = [f"{ticket['summary']} {ticket['description']}" for ticket in of_space]
        assert sum("IGNORE ALL PREVIOUS INSTRUCTIONS" in text for text in texts) == 1
        unseen = [text for text in texts if any(unicodedata.category(letter) == "Cf" for letter in text)]
        assert len(unseen) >= 1
        assert any(ord(letter) >= 0xE0000 for text in unseen for letter in text)
        assert any("潮汐表" in text for text in texts)


def test_epics_stories_and_subtasks_add_up(database: Database) -> None:
    table = tickets(database)
    parts = [row for row in ticket_associations(database) if row["relationship"] in (5, 6)]
    assert {row["relationship"] for row in parts} == {5, 6}
    for row in parts:
        subtask, story = (
            table.get(row[key]) or {} for key in ("ticket1_id", "ticket2_id")[:: 11 - 2 * row["relationship"]]
        )
        assert (subtask["hierarchy_type"], story["hierarchy_type"]) == (1, 2)
        assert story["total_estimate"] >= story["estimate"] + subtask["estimate"]


def test_draws_are_even_and_never_end() -> None:
    draws = Draws(1, "dice")
    rolls = Counter(draws.below(6) for _ in range(6000))
    assert set(rolls) == set(range(6))
    assert min(rolls.values()) > 800
    assert [Draws(1, "dice").fraction(), Draws(1, "dice").choice("abc")] == [
        Draws(1, "dice").fraction(),
        Draws(1, "dice").choice("abc"),
    ]
    assert 0 <= Draws(2, "x").fraction() < 1
