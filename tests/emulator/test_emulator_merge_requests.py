"""Merge requests over HTTP, with their versions, comments, votes and tickets, and what the demo holds of them."""

from typing import Any

import httpx2
import pytest

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
from assembla_emulator.factories.tickets import add_ticket, tickets

GIT = "/spaces/harbour-app/space_tools/git/merge_requests"


@pytest.fixture
def repository(emulator: Emulator) -> Row:
    """The only tool of the space `mine`."""
    space = emulator.database.add_space(wiki_name="mine")
    return emulator.database.add_tool(space["id"], "git")


MINE = "/spaces/mine/space_tools/git/merge_requests"


async def all_of(http: httpx2.AsyncClient, path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await http.get(f"{path}{'&' if '?' in path else '?'}per_page=100")).json()
    return rows


async def test_repository_is_named_by_id_or_by_name(http: httpx2.AsyncClient) -> None:
    rows = await all_of(http, GIT)
    by_id = GIT.replace("/git/", f"/{rows[0]['space_tool_id']}/")
    assert await all_of(http, by_id) == rows
    second = await all_of(http, GIT.replace("/git/", "/git-2/"))
    assert not {row["id"] for row in rows} & {row["id"] for row in second}
    assert (await http.get(f"{GIT}/{second[0]['id']}")).status_code == 404


async def test_newest_come_first_twenty_five_a_page(http: httpx2.AsyncClient) -> None:
    ids = [row["id"] for row in (await http.get(f"{GIT}.json")).json()]
    assert len(ids) == 25
    assert ids == sorted(ids, reverse=True)


async def test_open_is_the_only_word_that_filters(http: httpx2.AsyncClient) -> None:
    every = await all_of(http, GIT)
    assert {row["status"] for row in every} == {0, 1, 2}
    assert await all_of(http, f"{GIT}?status=open") == [row for row in every if row["status"] == 0]
    assert await all_of(http, f"{GIT}?status=closed") == every


@pytest.mark.parametrize("path", ["/spaces/harbour-app/merge_requests", "/spaces/harbour-app/merge_requests/1"])
async def test_path_without_a_tool_is_not_found(http: httpx2.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert (answer.status_code, answer.text) == (404, " ")


async def test_tool_that_is_missing_or_no_repository_is_not_found_in_words(
    emulator: Emulator, http: httpx2.AsyncClient
) -> None:
    assert (await http.get(GIT.replace("/git/", "/mercurial/"))).text == "Tool not found"
    space = emulator.database.find_space("harbour-app") or {}
    tool = emulator.database.space_tools.first(space_id=space["id"], tool_id=13) or {}
    assert (await http.get(GIT.replace("/git/", f"/{tool['id']}/"))).text == "Tool not found"
    assert (await http.get(GIT.replace("harbour-app", "brand-handbook"))).text == "Tool not found"


async def test_request_is_found_by_its_id(http: httpx2.AsyncClient) -> None:
    first = (await all_of(http, GIT))[0]
    assert (await http.get(f"{GIT}/{first['id']}.json")).json() == first
    assert (await http.get(f"{GIT}/1")).status_code == 404


async def test_url_is_the_recorded_oddity(http: httpx2.AsyncClient) -> None:
    first = (await all_of(http, GIT))[0]
    tail = f"/space_tools/git/merge_requests/{first['id']}"
    assert first["url"] == f"http://www.assembla.com/v1/spaces/{first['target_space_id']}{tail}"
    version = (await all_of(http, f"{GIT}/{first['id']}/versions"))[0]
    assert version["url"] == f"{first['url']}/versions/{version['id']}"


async def test_versions_are_counted_from_one_and_the_last_is_the_latest(http: httpx2.AsyncClient) -> None:
    counts = set()
    for request in (await all_of(http, GIT))[:20]:
        versions = await all_of(http, f"{GIT}/{request['id']}/versions.json")
        assert [row["version"] for row in versions] == list(range(1, len(versions) + 1))
        assert [row["latest"] for row in versions] == [False] * (len(versions) - 1) + [True]
        assert all(len(row["source_revision"]) == 40 for row in versions)
        assert (await http.get(f"{GIT}/{request['id']}/versions/1")).json() == versions[0]
        counts.add(len(versions))
    assert max(counts) >= 3


async def test_unknown_version_is_not_found(http: httpx2.AsyncClient) -> None:
    request = (await all_of(http, GIT))[0]
    version = (await all_of(http, f"{GIT}/{request['id']}/versions"))[0]
    for part in ("", "/comments", "/votes"):
        assert (await http.get(f"{GIT}/{request['id']}/versions/{version['id']}{part}")).status_code == 404


async def test_comments_of_the_versions_together_are_those_of_the_request(http: httpx2.AsyncClient) -> None:
    seen = 0
    for request in (await all_of(http, GIT))[:12]:
        versions = await all_of(http, f"{GIT}/{request['id']}/versions")
        paths = [f"{GIT}/{request['id']}/versions/{row['version']}/comments" for row in versions]
        answers = [await http.get(path) for path in paths]
        apart = [row for answer in answers if answer.status_code == 200 for row in answer.json()]
        whole = await http.get(f"{GIT}/{request['id']}/comments.json?per_page=100")
        together = whole.json() if whole.status_code == 200 else []
        assert sorted(row["id"] for row in apart) == sorted(row["id"] for row in together)
        seen += len(together)
    assert seen > 10


async def test_comments_come_in_pages_and_votes_whole(
    emulator: Emulator, http: httpx2.AsyncClient, repository: Row
) -> None:
    database = emulator.database
    request = add_merge_request(database, repository, "Busy", "busy")
    first = merge_request_versions(database).first(merge_request_id=request["id"]) or {}
    latest = add_merge_request_version(database, request, at=database.days_ago(1))
    for person in database.users:
        add_merge_request_comment(database, latest, "Yes", by=person["id"], at=database.days_ago(1))
        vote_on_merge_request(database, latest, UP, by=person["id"], at=database.days_ago(1))
    vote_on_merge_request(database, latest, DOWN, by=database.me, at=database.days_ago(0.5))
    path = f"{MINE}/{request['id']}"
    assert len((await http.get(f"{path}/comments?per_page=9")).json()) == 9
    assert len((await http.get(f"{path}/versions/2/comments")).json()) == 25
    assert (await http.get(f"{path}/versions/1/comments")).status_code == 204
    votes = (await http.get(f"{path}/versions/2/votes.json?per_page=9")).json()
    assert len(votes) == len(database.users)
    assert [row["vote"] for row in votes].count(-1) == 1
    assert (await http.get(f"{path}/versions/1/votes")).status_code == 204
    assert not first["latest"]


async def test_tickets_are_those_of_the_named_numbers_that_exist(
    emulator: Emulator, http: httpx2.AsyncClient, repository: Row
) -> None:
    database = emulator.database
    database.add_tool(repository["space_id"], "tickets")
    request = add_merge_request(database, repository, "Linked", "linked")
    path = f"{MINE}/{request['id']}/tickets.json"
    link_merge_request(database, request, 7_000)
    assert (await http.get(path)).status_code == 204
    ticket = add_ticket(database, repository["space_id"], "Wanted")
    link_merge_request(database, request, ticket["number"])
    assert [row["id"] for row in (await http.get(path)).json()] == [ticket["id"]]


async def test_demo_requests_name_tickets_of_their_space(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    assert len(tickets(emulator.database)) > 0
    space = emulator.database.find_space("harbour-app") or {}
    found = 0
    for request in await all_of(http, GIT):
        answer = await http.get(f"{GIT}/{request['id']}/tickets")
        rows = answer.json() if answer.status_code == 200 else []
        assert {row["space_id"] for row in rows} <= {space["id"]}
        found += len(rows)
    assert found > 10


async def test_demo_has_all_statuses_votes_both_ways_and_one_hostile_comment(
    emulator: Emulator, http: httpx2.AsyncClient
) -> None:
    requests = merge_requests(emulator.database)
    spaces = {row["target_space_id"] for row in requests}
    assert len(spaces) >= 2
    assert all((row["processed_by_user_id"] is None) == (row["status"] == 0) for row in requests)
    assert {row["vote"] for row in emulator.database.table("merge_request_votes")} == {1, -1}
    said = [row["content"] for row in emulator.database.table("merge_request_comments")]
    assert sum("Ignore previous instructions" in text for text in said) == 1
