"""People who are in no space of the answer any more are still called by login: they are asked for one by one."""

from datetime import timedelta
from typing import Any

import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.documents import add_document
from assembla_emulator.factories.events import add_event
from assembla_emulator.factories.merge_requests import (
    UP,
    add_merge_request,
    add_merge_request_comment,
    merge_request_versions,
    vote_on_merge_request,
)
from assembla_emulator.factories.milestones import add_milestone
from assembla_emulator.factories.standups import add_standup_report
from assembla_emulator.factories.tasks import add_task
from assembla_emulator.factories.wiki_pages import add_wiki_page
from harness import ask, assistant

SPACE = "quay"
LOGIN, NAME = "left.long.ago", "Left Long-Ago"
MOST = 25

LISTS = [
    ("list_standups", "user", {"since": "2020-01-01"}),
    ("list_activity", "author", {}),
    ("list_documents", "uploader", {}),
    ("list_time_entries", "user", {}),
    ("list_milestones", "responsible", {}),
    ("list_milestones", "created_by", {"detail": "full"}),
    ("list_milestones", "updated_by", {"detail": "full"}),
    ("list_wiki_pages", "author", {"detail": "full"}),
    ("list_merge_requests", "author", {}),
    ("list_merge_requests", "processed_by", {"detail": "full"}),
]


@pytest.fixture
def emulator() -> Emulator:
    emulator = Emulator(rate=None, tickets=60)
    tools = ["tickets", "milestones", "wiki", "files", "standup", "time", "git"]
    emulator.database.add_space("Quay", wiki_name=SPACE, tools=tools)
    return emulator


def left(emulator: Emulator, login: str = LOGIN) -> Row:
    return emulator.database.add_user(login, NAME)


def space_of(emulator: Emulator) -> Row:
    return emulator.database.find_space(SPACE) or {}


def work_of(emulator: Emulator, person: Row) -> dict[str, Row]:
    """One thing of each kind that this person has made."""
    database, space, who = emulator.database, space_of(emulator), str(person["id"])
    at, day = database.days_ago(3), database.days_ago(3).date()
    git = next(each for each in database.space_tools.where(space_id=space["id"]) if each["tool_id"] in (12, 128))
    by = {"user_id": who, "processed_by_user_id": who}
    request = add_merge_request(database, git, "Lock berths", "juno/berths", **by)
    [version] = merge_request_versions(database).where(merge_request_id=request["id"])
    add_merge_request_comment(database, version, "Tested.", by=who, at=at)
    vote_on_merge_request(database, version, UP, by=who, at=at)
    add_event(database, space, "Ticket", "updated", f"#1: {who}", at=at, by=person)
    add_standup_report(database, space, who, day, what_i_did="Packed")
    add_task(database, space["id"], "1.5", user_id=who)
    made = {"user_id": who, "created_by": who, "updated_by": who}
    return {
        "request": request,
        "document": add_document(database, space, f"{who}.txt", b"Farewell", "text/plain", created_by=who),
        "milestone": add_milestone(database, space["id"], f"Until {who}", **made),
        "page": add_wiki_page(database, space, f"By {who[:20]}", "Farewell", user_id=who),
    }


def looked_up(emulator: Emulator) -> int:
    return len([seen for seen in emulator.requests if seen.path.startswith("/v1/users/")])


@pytest.mark.parametrize(("tool", "field", "arguments"), LISTS)
async def test_lists_call_them_by_login(emulator: Emulator, tool: str, field: str, arguments: dict[str, Any]) -> None:
    work_of(emulator, left(emulator))
    async with assistant(emulator) as mcp:
        answer = await ask(mcp, tool, space=SPACE, **arguments)
    assert [each[field] for each in answer["items"] if each[field] != "wren"] == [LOGIN]
    assert looked_up(emulator) == 1
    assert "shown by id" not in (answer["note"] or "")


async def test_one_thing_shows_them_with_login_and_name(emulator: Emulator) -> None:
    person = left(emulator)
    work = work_of(emulator, person)
    shown = {"id": person["id"], "login": LOGIN, "name": NAME}
    async with assistant(emulator) as mcp:
        milestone = await ask(mcp, "get_milestone", space=SPACE, milestone=str(work["milestone"]["id"]))
        page = await ask(mcp, "get_wiki_page", space=SPACE, page=work["page"]["page_name"])
        request = await ask(mcp, "get_merge_request", space=SPACE, id=work["request"]["id"])
        document = await ask(mcp, "get_document", space=SPACE, id=work["document"]["id"])
    assert [milestone[field] for field in ("responsible", "created_by", "updated_by")] == [shown] * 3
    assert (page["author"], document["uploader"]) == (shown, shown)
    assert (request["author"], request["processed_by"]) == (shown, shown)
    assert request["votes"]["by"] == [{"person": shown, "vote": "up"}]
    assert request["comments"][0]["author"] == request["versions"][0]["author"] == LOGIN


@pytest.mark.parametrize(("tool", "field", "arguments"), LISTS)
async def test_a_crowd_of_them_costs_few_requests_and_the_note_counts_the_rest(
    emulator: Emulator, tool: str, field: str, arguments: dict[str, Any]
) -> None:
    for number in range(MOST + 3):
        work_of(emulator, left(emulator, f"{LOGIN}.{number}"))
    async with assistant(emulator, max_result_chars=100_000) as mcp:
        answer = await ask(mcp, tool, space=SPACE, limit=500, **arguments)
    assert looked_up(emulator) == MOST
    assert "3 more people are shown by id" in answer["note"]
    assert len([each for each in answer["items"] if (each[field] or "").startswith(LOGIN)]) == MOST
    assert answer["complete"]


async def test_a_comment_crowd_on_one_merge_request_is_bounded_too(emulator: Emulator) -> None:
    request = work_of(emulator, left(emulator))["request"]
    [version] = merge_request_versions(emulator.database).where(merge_request_id=request["id"])
    at = emulator.database.days_ago(2)
    for number in range(MOST + 3):
        by = str(left(emulator, f"{LOGIN}.{number}")["id"])
        add_merge_request_comment(emulator.database, version, "Yes.", by=by, at=at + timedelta(minutes=number))
    async with assistant(emulator) as mcp:
        answer = await ask(mcp, "get_merge_request", space=SPACE, id=request["id"])
    assert looked_up(emulator) == MOST
    assert "4 more people are shown by id" in answer["note"]
    assert answer["comments"][-1]["author"] == f"{LOGIN}.{MOST + 2}"


async def test_the_sums_of_hours_call_them_as_the_entries_do(emulator: Emulator) -> None:
    work_of(emulator, left(emulator))
    async with assistant(emulator) as mcp:
        sums = (await ask(mcp, "list_time_entries", space=SPACE))["sums"]
    assert sums["by_person"] == [{"user": LOGIN, "hours": 1.5, "entries": 1}]
