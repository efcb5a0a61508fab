"""Milestones over HTTP."""

from datetime import date, datetime
from typing import Any

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.factories.milestones import add_milestone

APP = "/spaces/harbour-app/milestones"


async def titles(http: httpx2.AsyncClient, path: str) -> list[str]:
    answer = await http.get(path)
    return [] if answer.status_code == 204 else [row["title"] for row in answer.json()]


async def every(http: httpx2.AsyncClient) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await http.get(f"{APP}/all.json")).json()
    return rows


async def test_lists_hold_their_states(http: httpx2.AsyncClient) -> None:
    rows = await every(http)
    done = {row["title"] for row in rows if row["is_completed"]}
    open_ones = {row["title"] for row in rows} - done
    assert set(await titles(http, APP)) == set(await titles(http, f"{APP}/upcoming")) == open_ones
    assert set(await titles(http, f"{APP}/completed")) == done
    assert len(done) >= 5
    noted = {row["title"] for row in rows if row["release_notes"]}
    assert set(await titles(http, f"{APP}/release_notes")) == noted
    assert 3 < len(noted) < len(done)


async def test_upcoming_go_by_day_and_completed_backwards(http: httpx2.AsyncClient) -> None:
    upcoming = [row["due_date"] for row in (await http.get(f"{APP}/upcoming")).json()]
    days = [day for day in upcoming if day]
    assert upcoming == [*sorted(days), None, None]
    completed = [row["completed_date"] for row in (await http.get(f"{APP}/completed")).json()]
    assert completed == sorted(completed, reverse=True)


async def test_dates_are_days_and_newer_fields_are_on_some(http: httpx2.AsyncClient) -> None:
    rows = await every(http)
    assert all(len(row["due_date"]) == 10 for row in rows if row["due_date"])
    assert {"start_date" in row for row in rows} == {"budget" in row for row in rows} == {True, False}
    assert {row["pretty_release_level"] for row in rows} == {"None", "Alpha", "Beta", "Stable"}
    assert {row["planner_type"] for row in rows} == {0, 1, 2}


async def test_one_is_found_by_id_in_its_space(http: httpx2.AsyncClient) -> None:
    listed = (await every(http))[1]
    one = (await http.get(f"{APP}/{listed['id']}.json")).json()
    assert datetime.fromisoformat(one["created_at"]) == datetime.fromisoformat(listed["created_at"])
    assert one["created_at"] != listed["created_at"]
    assert (await http.get(f"/spaces/lighthouse/milestones/{listed['id']}")).status_code == 404


async def test_space_without_milestones_and_without_the_tool(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    space = emulator.database.add_space("small", wiki_name="small", tools=["milestones"])
    assert (await http.get("/spaces/small/milestones/all")).status_code == 204
    for number in range(27):
        add_milestone(emulator.database, space["id"], f"M{number}", due_date=date(2030, 1, 1 + number))
    done = add_milestone(emulator.database, space["id"], "Done", is_completed=True)
    assert done["completed_date"] is not None
    assert len(await titles(http, "/spaces/small/milestones")) == 25
    assert await titles(http, "/spaces/small/milestones/all?page=2") == ["M25", "M26", "Done"]
    assert (await http.get("/spaces/weekend-robots/milestones")).text == "Tool not found"


@pytest.mark.parametrize("path", ["1", "overdue", "..%2Ftickets"])
async def test_unknown_milestone_is_not_found(http: httpx2.AsyncClient, path: str) -> None:
    answer = await http.get(f"{APP}/{path}")
    assert (answer.status_code, answer.content) == (404, b" ")
