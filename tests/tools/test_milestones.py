"""Milestones of a space, by state, in brief and in full."""

import re
from datetime import date
from typing import Any

import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.milestones import CURRENT, add_milestone
from assembla_emulator.faults.kinds import Body, Status
from assembla_emulator.faults.plan import Fault
from harness import ask, assistant, refusal, walk


@pytest.fixture
def emulator() -> Emulator:
    emulator = Emulator(rate=None, tickets=60)
    emulator.database.add_space("Quay", wiki_name="quay", tools=["milestones"])
    return emulator


def add(emulator: Emulator, title: str, due: date | None = None, done: date | None = None, **fields: Any) -> Row:
    if done:
        fields |= {"is_completed": True, "completed_date": done}
    space = (emulator.database.find_space("quay") or {})["id"]
    return add_milestone(emulator.database, space, title, due_date=due, **fields)


def some(emulator: Emulator) -> None:
    add(emulator, "some day")
    add(emulator, "summer", date(2024, 7, 1))
    add(emulator, "spring", date(2024, 4, 1))
    add(emulator, "older", date(2023, 1, 1), date(2023, 1, 2), release_notes="It *floats*")
    add(emulator, "newer", date(2022, 1, 1), date(2024, 1, 2))


@pytest.mark.parametrize(
    ("arguments", "titles"),
    [
        pytest.param({}, ["spring", "summer", "some day"], marks=pytest.mark.endpoints(60)),
        pytest.param({"state": "open"}, ["spring", "summer", "some day"], marks=pytest.mark.endpoints(60)),
        pytest.param({"state": "upcoming"}, ["spring", "summer", "some day"], marks=pytest.mark.endpoints(62)),
        pytest.param({"state": "completed"}, ["newer", "older"], marks=pytest.mark.endpoints(63)),
        pytest.param(
            {"state": "all"}, ["newer", "older", "spring", "summer", "some day"], marks=pytest.mark.endpoints(61)
        ),
    ],
)
async def test_each_state_in_its_order(emulator: Emulator, arguments: dict[str, Any], titles: list[str]) -> None:
    some(emulator)
    async with assistant(emulator) as mcp:
        for limit in (2, 25):
            found = await walk(mcp, "list_milestones", space="quay", limit=limit, **arguments)
            assert [each["title"] for each in found] == titles


@pytest.mark.endpoints(60, 78)
async def test_the_brief_form_has_words_and_a_login(emulator: Emulator) -> None:
    row = add(emulator, "now", date(2024, 4, 1), user_id=emulator.database.me, planner_type=CURRENT)
    async with assistant(emulator) as mcp:
        [found] = (await ask(mcp, "list_milestones", space="quay"))["items"]
    assert found == {
        "id": row["id"],
        "title": "now",
        "state": "open",
        "due_date": "2024-04-01",
        "completed_date": None,
        "responsible": "wren",
        "planner": "current",
    }


@pytest.mark.endpoints(63, 64)
async def test_full_detail_has_everything_and_release_notes_for_certain(emulator: Emulator) -> None:
    some(emulator)
    add(
        emulator,
        "released",
        None,
        date(2024, 2, 2),
        release_level=2,
        release_notes="Sails",
        description="All of it",
        start_date=date(2024, 1, 1),
        budget=2.5,
    )
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_milestones", space="quay", state="completed", detail="full")
    by_title = {each["title"]: each for each in found}
    assert by_title["older"]["release_notes"] == "It *floats*"
    full = by_title["released"]
    assert (
        full.items()
        >= {
            "release_level": "beta",
            "release_notes": "Sails",
            "description": "All of it",
            "start_date": "2024-01-01",
            "budget": 2.5,
            "created_by": "wren",
            "planner": None,
        }.items()
    )


async def test_release_notes_that_a_list_lacks_come_from_the_list_that_has_them(emulator: Emulator) -> None:
    some(emulator)
    space = (emulator.database.find_space("quay") or {})["id"]
    body = b'[{"id": 1, "title": "bare", "is_completed": true}]'
    noted = b'[{"id": 1, "title": "bare", "is_completed": true, "release_notes": "Here"}]'
    for name, sent in (("completed", body), ("release_notes", noted)):
        emulator.faults.add(
            Fault(Body(sent, content_type="application/json"), path=f"/v1/spaces/{space}/milestones/{name}")
        )
    async with assistant(emulator) as mcp:
        [found] = await walk(mcp, "list_milestones", space="quay", state="completed", detail="full")
    assert found["release_notes"] == "Here"


async def test_without_the_list_of_release_notes_the_lists_own_are_shown(emulator: Emulator) -> None:
    some(emulator)
    emulator.faults.add(Fault(Status(404), path=re.compile("milestones/release_notes"), times=None))
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_milestones", space="quay", state="completed", detail="full")
    assert [each["release_notes"] for each in found] == [None, "It *floats*"]


async def test_a_milestone_that_the_planner_does_not_know_has_no_word_for_it_anywhere(emulator: Emulator) -> None:
    row = add(emulator, "plain")
    async with assistant(emulator) as mcp:
        [listed] = (await ask(mcp, "list_milestones", space="quay"))["items"]
        shown = await ask(mcp, "get_milestone", space="quay", milestone=str(row["id"]))
        [planned] = (await ask(mcp, "get_space_metadata", space="quay", include=["milestones"]))["milestones"]
    assert (listed["planner"], shown["planner"], planned["planner"]) == (None, None, None)


async def test_what_somebody_else_added_shows_at_the_next_call(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        assert await walk(mcp, "list_milestones", space="quay") == []
        add(emulator, "fresh")
        assert len(await walk(mcp, "list_milestones", space="quay")) == 1


async def test_a_space_without_the_tool_and_other_arguments_are_named(emulator: Emulator) -> None:
    emulator.database.add_space("Papers", wiki_name="papers", tools=["wiki"])
    some(emulator)
    async with assistant(emulator) as mcp:
        assert "does not have the Milestones tool" in await refusal(mcp, "list_milestones", space="papers")
        assert (await refusal(mcp, "list_milestones", space="quay", state="late")).startswith("INVALID: state: ")
        page = await ask(mcp, "list_milestones", space="quay", limit=1)
        said = await refusal(mcp, "list_milestones", space="quay", state="all", cursor=page["next_cursor"])
    assert said.startswith("INVALID: cursor: ")


@pytest.mark.endpoints(65)
async def test_a_milestone_is_got_by_id_title_and_as_the_current_one(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        listed = await walk(mcp, "list_milestones", space="harbour-app", state="all", detail="full", limit=100)
        current = next(each for each in listed if each["planner"] == "current" and each["state"] == "open")
        by_name = await ask(mcp, "get_milestone", space="harbour-app", milestone=current["title"].upper())
        by_id = await ask(mcp, "get_milestone", space="harbour-app", milestone=str(current["id"]))
        by_word = await ask(mcp, "get_milestone", space="harbour-app", milestone="current")
    assert by_name == by_id == by_word
    assert by_id["responsible"] is None or by_id["responsible"]["login"] == current["responsible"]
    same = ("id", "title", "state", "due_date", "planner", "description", "release_level", "updated_at")
    assert {name: by_id[name] for name in same} == {name: current[name] for name in same}


async def test_an_unknown_milestone_gets_the_nearest_titles(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        [first, *_] = await walk(mcp, "list_milestones", space="harbour-app")
        said = await refusal(mcp, "get_milestone", space="harbour-app", milestone=first["title"] + "x")
        number = await refusal(mcp, "get_milestone", space="harbour-app", milestone="123456789012")
        without = await refusal(mcp, "get_milestone", space="weekend-robots", milestone="1")
    assert said.startswith("NOT_FOUND: There is no milestone")
    assert f"`{first['title']}`" in said
    assert f"`{first['title']}`" in number
    assert f"`{first['id']}`" not in said + number
    assert number.startswith("NOT_FOUND: There is no milestone `123456789012`")
    assert without.startswith("NOT_FOUND: ")
    assert "Milestones tool" in without
