"""Merge requests through a real MCP client: lists over repositories, and one with all that hangs on it."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from assembla_emulator.app import Emulator
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.merge_requests import (
    DOWN,
    UP,
    add_merge_request,
    add_merge_request_comment,
    add_merge_request_version,
    link_merge_request,
    merge_request_versions,
    merge_requests,
    vote_on_merge_request,
)
from assembla_emulator.faults.kinds import Status
from assembla_emulator.faults.plan import Fault
from assembla_tools import catalogue
from harness import ask, assistant, refusal, text_of, walk

SPACE = "harbour-app"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None, tickets=60)


def repository_of(emulator: Emulator, name: str, space: str = SPACE) -> Row:
    found = emulator.database.find_space(space) or {}
    return emulator.database.space_tools.first(space_id=found["id"], name=name) or {}


def rows(emulator: Emulator, *repositories: str) -> list[Row]:
    tools = [repository_of(emulator, name)["id"] for name in repositories]
    return [row for tool in tools for row in merge_requests(emulator.database).where(space_tool_id=tool)]


@pytest.fixture
def reviewed(emulator: Emulator) -> Row:
    """A merge request with two versions, a comment on each, votes on both, and two tickets."""
    database = emulator.database
    request = add_merge_request(
        database, repository_of(emulator, "git-2"), "Lock berths", "juno/berths", description="Why", source_cleanup=1
    )
    add_merge_request_version(database, request, at=database.days_ago(10))
    first, second = merge_request_versions(database).where(merge_request_id=request["id"])
    juno, odalys = (str(database.user(login)["id"]) for login in ("juno.s", "odalys"))
    add_merge_request_comment(database, first, "Please test it.", by=odalys, at=database.days_ago(15))
    add_merge_request_comment(database, second, "Tested.", by=juno, at=database.days_ago(9))
    vote_on_merge_request(database, first, DOWN, by=odalys, at=database.days_ago(15))
    vote_on_merge_request(database, second, UP, by=odalys, at=database.days_ago(8))
    vote_on_merge_request(database, second, UP, by=juno, at=database.days_ago(8))
    for number in (3, 7):
        link_merge_request(database, request, number)
    return request


@pytest.mark.endpoints(9, 112)
async def test_the_open_ones_of_all_repositories_come_latest_changed_first(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_merge_requests", space=SPACE, limit=4)
    expected = [row for row in rows(emulator, "git", "git-2") if row["status"] == 0]
    assert {each["id"] for each in found} == {row["id"] for row in expected}
    assert len(found) == len(expected)
    assert {each["repository"] for each in found} == {"git", "git-2"}
    assert [each["updated_at"] for each in found] == sorted((each["updated_at"] for each in found), reverse=True)
    row = next(row for row in expected if row["id"] == found[0]["id"])
    assert found[0] == {
        "id": row["id"],
        "repository": found[0]["repository"],
        "title": row["title"],
        "status": "open",
        "source": row["source_symbol"],
        "target": "master",
        "author": (emulator.database.users.get(row["user_id"]) or {})["login"],
        "updated_at": found[0]["updated_at"],
    }


@pytest.mark.parametrize(("status", "number"), [("open", 0), ("merged", 1), ("ignored", 2), ("all", None)])
async def test_a_status_is_a_word_and_the_api_hears_only_the_one_it_knows(
    emulator: Emulator, status: str, number: int | None
) -> None:
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_merge_requests", space=SPACE, status=status, limit=500)
    expected = [row["id"] for row in rows(emulator, "git", "git-2") if number in (None, row["status"])]
    assert {each["id"] for each in found} == set(expected)
    assert {each["status"] for each in found} == ({"open", "merged", "ignored"} if status == "all" else {status})
    queries = [seen.query for seen in emulator.requests if seen.path.endswith("/merge_requests.json")]
    assert {"status=open" in query for query in queries} == {status == "open"}


@pytest.mark.parametrize("repository", ["git-2", "GIT-2", "id"])
async def test_one_repository_by_name_or_id(emulator: Emulator, repository: str) -> None:
    name = repository_of(emulator, "git-2")["id"] if repository == "id" else repository
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_merge_requests", space=SPACE, repository=name, status="all")
    assert {each["id"] for each in found} == {row["id"] for row in rows(emulator, "git-2")}
    assert len({seen.path for seen in emulator.requests if "merge_requests" in seen.path}) == 1


async def test_author_source_and_target_narrow_it_down_together(emulator: Emulator) -> None:
    [row, *_] = [row for row in rows(emulator, "git") if row["user_id"] == emulator.database.user("juno.s")["id"]]
    async with assistant(emulator) as mcp:
        by_login = await walk(mcp, "list_merge_requests", space=SPACE, status="all", author="Juno.S", limit=500)
        by_branch = await walk(
            mcp, "list_merge_requests", space=SPACE, status="all", source=row["source_symbol"].upper(), target="master"
        )
        nowhere = await walk(mcp, "list_merge_requests", space=SPACE, status="all", target="develop")
        mine = await walk(mcp, "list_merge_requests", space=SPACE, status="all", author="me")
    assert {each["author"] for each in by_login} == {"juno.s"}
    assert [each["id"] for each in by_branch] == [row["id"]]
    assert nowhere == []
    assert {each["author"] for each in mine} <= {emulator.credentials.user}


async def test_full_detail_adds_description_and_the_rest(emulator: Emulator, reviewed: Row) -> None:
    async with assistant(emulator) as mcp:
        [found] = await walk(mcp, "list_merge_requests", space=SPACE, source="juno/berths", detail="full")
    assert (found["description"], found["source_type"], found["delete_source"]) == ("Why", "branch", True)
    assert found["created_at"] is not None


async def test_a_space_without_a_repository_is_told_what_it_lacks(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        for tool, more in (("list_merge_requests", {}), ("get_merge_request", {"id": 1})):
            said = await refusal(mcp, tool, space="brand-handbook", **more)
            assert said.startswith("NOT_FOUND: `brand-handbook` has no repository tool")


async def test_an_unknown_repository_gets_the_names_there_are(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        said = await refusal(mcp, "list_merge_requests", space=SPACE, repository="subversion")
    assert said.startswith("NOT_FOUND: ")
    assert "`git`, `git-2`" in said


async def test_a_repository_that_does_not_answer_is_named_and_the_list_is_not_called_whole(emulator: Emulator) -> None:
    silent = repository_of(emulator, "git-2")["id"]
    emulator.faults.add(
        Fault(Status(404, body=b"Tool not found", content_type="text/plain"), path=re.compile(silent), times=None)
    )
    async with assistant(emulator) as mcp:
        answer = await ask(mcp, "list_merge_requests", space=SPACE, limit=500)
        said = await refusal(mcp, "list_merge_requests", space=SPACE, repository="git-2")
    assert answer["complete"] is False
    assert "`git-2`" in answer["note"]
    assert {each["repository"] for each in answer["items"]} == {"git"}
    assert said.startswith("NOT_FOUND: ")


@pytest.mark.endpoints(113, 118, 119, 120, 125)
async def test_one_comes_with_versions_comments_the_newest_versions_votes_and_tickets(
    emulator: Emulator, reviewed: Row
) -> None:
    async with assistant(emulator) as mcp:
        found = await ask(mcp, "get_merge_request", space=SPACE, id=reviewed["id"])
    juno, odalys, me = (person(emulator, login) for login in ("juno.s", "odalys", emulator.credentials.user))
    assert found == {
        "id": reviewed["id"],
        "repository": "git-2",
        "title": "Lock berths",
        "description": "Why",
        "status": "open",
        "source": "juno/berths",
        "source_type": "branch",
        "target": "master",
        "target_repository": None,
        "author": me,
        "processed_by": None,
        "commit": None,
        "delete_source": True,
        "created_at": found["created_at"],
        "updated_at": found["updated_at"],
        "versions": found["versions"],
        "votes": {
            "version": 2,
            "up": 2,
            "down": 0,
            "by": [{"person": odalys, "vote": "up"}, {"person": juno, "vote": "up"}],
        },
        "tickets": found["tickets"],
        "comments": found["comments"],
        "note": None,
    }
    assert [version["version"] for version in found["versions"]] == [2, 1]
    assert set(found["versions"][0]) == {"version", "author", "source_revision", "target_revision", "created_at"}
    assert [(each["author"], each["text"]) for each in found["comments"]] == [
        ("odalys", "Please test it."),
        ("juno.s", "Tested."),
    ]
    assert [ticket["number"] for ticket in found["tickets"]] == [3, 7]
    assert set(found["tickets"][0]) == {"number", "summary", "state", "status", "priority", "assignee"}


@pytest.mark.endpoints(121, 123, 125)
async def test_a_version_by_number_shows_what_was_said_and_voted_on_it(emulator: Emulator, reviewed: Row) -> None:
    async with assistant(emulator) as mcp:
        found = await ask(mcp, "get_merge_request", space=SPACE, id=reviewed["id"], version=1)
        said = await refusal(mcp, "get_merge_request", space=SPACE, id=reviewed["id"], version=3)
    assert [version["version"] for version in found["versions"]] == [1]
    assert [each["text"] for each in found["comments"]] == ["Please test it."]
    assert (found["votes"]["version"], found["votes"]["up"], found["votes"]["down"]) == (1, 0, 1)
    assert said.startswith("NOT_FOUND: ")


@pytest.mark.parametrize(
    ("include", "paths"),
    [
        ([], []),
        (["versions"], ["versions"]),
        (["comments"], ["comments"]),
        (["tickets"], ["tickets"]),
        (["votes"], ["versions", "votes"]),
    ],
)
async def test_only_the_parts_asked_for_are_fetched(
    emulator: Emulator, reviewed: Row, include: list[str], paths: list[str]
) -> None:
    async with assistant(emulator) as mcp:
        found = await ask(mcp, "get_merge_request", space=SPACE, repository="git-2", id=reviewed["id"], include=include)
    assert {part for part in ("versions", "comments", "votes", "tickets") if found[part] is not None} == set(include)
    under = [seen.path for seen in emulator.requests if f"/{reviewed['id']}/" in seen.path]
    assert sorted(path.rsplit("/", 1)[1].removesuffix(".json") for path in under) == paths


async def test_an_id_that_no_repository_has_is_told_with_those_looked_at(emulator: Emulator, reviewed: Row) -> None:
    async with assistant(emulator) as mcp:
        everywhere = await refusal(mcp, "get_merge_request", space=SPACE, id=999_999)
        elsewhere = await refusal(mcp, "get_merge_request", space=SPACE, id=reviewed["id"], repository="git")
    assert everywhere.startswith("NOT_FOUND: There is no merge request 999999 in `git`, `git-2` of `harbour-app`.")
    assert elsewhere.startswith(f"NOT_FOUND: There is no merge request {reviewed['id']} in `git` of `harbour-app`.")


async def test_tickets_of_a_space_without_the_tickets_tool_are_left_out_and_said(
    emulator: Emulator, reviewed: Row
) -> None:
    missing = Status(404, body=b"Tool not found", content_type="text/plain")
    emulator.faults.add(Fault(missing, path=re.compile("/tickets.json$"), times=None))
    async with assistant(emulator) as mcp:
        found = await ask(mcp, "get_merge_request", space=SPACE, id=reviewed["id"])
    assert found["tickets"] is None
    assert "Tickets" in found["note"]
    assert found["comments"]


async def test_more_comments_than_an_answer_holds_leave_the_newest_and_say_so(
    emulator: Emulator, reviewed: Row
) -> None:
    newest = merge_request_versions(emulator.database).where(merge_request_id=reviewed["id"])[-1]
    me = emulator.database.me
    for number in range(150):
        at = emulator.database.days_ago(7 - number / 100)
        add_merge_request_comment(emulator.database, newest, f"{number} " + '"words" ' * 40, by=me, at=at)
    async with assistant(emulator) as mcp:
        result = await mcp.call_tool("get_merge_request", {"space": SPACE, "id": reviewed["id"]})
    found = result.structured_content
    assert len(text_of(result)) <= 25_000
    assert found["comments"][-1]["text"].startswith("149 ")
    assert found["note"].startswith(f"{152 - len(found['comments'])} older comments are left out")
    assert all("cut" not in comment["text"] for comment in found["comments"])
    assert len(found["comments"]) > 40


async def test_results_fit_their_schemas(emulator: Emulator, reviewed: Row) -> None:
    schemas = {tool.name: tool.output_schema for tool in catalogue()}
    reviewed.update(user_id="gone-gone-gone-gone-22", status=9, source_symbol_type=7, target_space_tool_id=None)
    async with assistant(emulator) as mcp:
        for arguments in ({}, {"detail": "full"}, {"status": "all"}):
            answer = await ask(mcp, "list_merge_requests", space=SPACE, **arguments)
            Draft202012Validator(schemas["list_merge_requests"]).validate(answer)
        answer = await ask(mcp, "get_merge_request", space=SPACE, id=reviewed["id"])
    Draft202012Validator(schemas["get_merge_request"]).validate(answer)
    assert (answer["status"], answer["source_type"]) == ("9", "7")
    assert answer["author"] == {"id": "gone-gone-gone-gone-22", "login": None, "name": None}


def person(emulator: Emulator, login: str) -> dict[str, Any]:
    row = emulator.database.user(login)
    return {"id": row["id"], "login": row["login"], "name": row["name"]}
