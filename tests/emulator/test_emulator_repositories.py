"""Repositories, their branches, tags and commits, and tickets by prefixed number: endpoints 166 to 171."""

from collections.abc import Callable

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.factories.repositories import add_branch, add_commit, add_repository_tag

REPO_KEYS = (
    *("id", "slug", "name", "full_name", "space_id", "is_private", "html_url", "url", "branches_url", "tags_url"),
    *("commits_url", "merge_requests_url", "description", "last_commit_at", "https_clone_url", "ssh_clone_url"),
    *("size", "default_branch", "user_permission", "parent_url"),
)


async def test_repositories_have_the_keys_and_the_ids_of_their_tools(http: httpx2.AsyncClient) -> None:
    repos = (await http.get("/spaces/tidewater-billing/repos.json")).json()
    tools = (await http.get("/spaces/tidewater-billing/space_tools/repo")).json()
    assert [tuple(repo) for repo in repos] == [REPO_KEYS, REPO_KEYS]
    assert [repo["id"] for repo in repos] == [tool["id"] for tool in tools]
    assert [repo["default_branch"] for repo in repos] == ["master", "trunk"]
    assert [repo["https_clone_url"] for repo in repos] == [
        "https://git.assembla.com/lumenfjord/tidewater-billing.git",
        "https://subversion.assembla.com/svn/tidewater-billing/",
    ]


async def test_second_repository_has_a_suffix_and_no_portfolio_no_prefix(http: httpx2.AsyncClient) -> None:
    repos = (await http.get("/spaces/harbour-app/repos")).json()
    assert [repo["slug"] for repo in repos] == ["lumenfjord/harbour-app", "lumenfjord/harbour-app.2"]
    (alone,) = (await http.get("/spaces/weekend-robots/repos")).json()
    assert alone["ssh_clone_url"] == "git@git.assembla.com:weekend-robots.git"


async def test_perforce_is_no_repository_here_and_its_commits_cannot_be_read(http: httpx2.AsyncClient) -> None:
    assert [repo["name"] for repo in (await http.get("/spaces/lighthouse/repos")).json()] == ["Git"]
    assert (await http.get("/spaces/lighthouse/repos/p4")).status_code == 404
    assert (await http.get("/spaces/lighthouse/repos/p4/commits")).status_code == 422


async def test_space_without_repositories_answers_with_nothing(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/spaces/brand-handbook/repos")).status_code == 204


async def test_repository_is_found_by_name_and_by_id(http: httpx2.AsyncClient) -> None:
    (repo,) = (await http.get("/spaces/weekend-robots/repos")).json()
    for name in ("git", repo["id"]):
        assert (await http.get(f"/spaces/weekend-robots/repos/{name}")).json() == repo
    assert (await http.get("/spaces/weekend-robots/repos/git-2")).status_code == 404


async def test_branches_are_the_default_one_and_those_of_open_merge_requests(http: httpx2.AsyncClient) -> None:
    branches = [row["name"] for row in (await http.get("/spaces/harbour-app/repos/git/branches")).json()]
    requests = (await http.get("/spaces/harbour-app/space_tools/git/merge_requests?status=open&per_page=100")).json()
    assert branches[0] == "master"
    assert set(branches[1:]) == {request["source_symbol"] for request in requests if request["status"] == 0}


async def test_archived_repository_is_empty_in_each_part(http: httpx2.AsyncClient) -> None:
    parts = [(await http.get(f"/spaces/harbour-website/repos/git/{part}")) for part in ("branches", "tags", "commits")]
    assert [part.status_code for part in parts] == [204] * 3
    assert (await http.get("/spaces/harbour-website/repos/git")).json()["last_commit_at"] == ""


async def test_commits_come_newest_first_in_pages_of_ten(http: httpx2.AsyncClient) -> None:
    first = (await http.get("/spaces/harbour-app/repos/git/commits")).json()
    second = (await http.get("/spaces/harbour-app/repos/git/commits?page=2")).json()
    times = [commit["authored_at"] for commit in first + second]
    assert len(first) == 10
    assert times == sorted(times, reverse=True)
    (repo, _) = (await http.get("/spaces/harbour-app/repos")).json()
    assert repo["last_commit_at"] == times[0].replace("T", " ").removesuffix("Z")


async def test_commits_of_git_and_of_subversion_have_other_keys(http: httpx2.AsyncClient) -> None:
    git = (await http.get("/spaces/tidewater-billing/repos/git/commits")).json()[0]
    subversion = (await http.get("/spaces/tidewater-billing/repos/subversion/commits")).json()[0]
    assert list(git) == ["id", "message", "author", "authored_at"]
    assert list(subversion) == ["revision", "message", "author", "committed_at"]
    assert isinstance(git["author"], dict)
    assert isinstance(subversion["author"], str)


async def test_commits_are_those_that_the_activity_tells_of(http: httpx2.AsyncClient) -> None:
    space = (await http.get("/spaces/weekend-robots")).json()["id"]
    params = {"space_id": space, "per_page": "100", "from": "2000-01-01 00:00"}
    events = (await http.get("/activity", params=params)).json()
    told = {event["title"].rpartition("[")[2][:-1] for event in events if event["object"] == "Changeset"}
    commits = (await http.get("/spaces/weekend-robots/repos/git/commits?per_page=100")).json()
    assert told
    assert told <= {commit["id"][:12] for commit in commits}


async def test_branches_tags_and_commits_can_be_put_in(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    space = emulator.database.add_space("Fresh", tools=["git"])
    (tool,) = emulator.database.space_tools.where(space_id=space["id"])
    add_branch(emulator.database, tool, "feature/ä b")
    add_repository_tag(emulator.database, tool, "v1")
    add_commit(emulator.database, tool, "First", at=emulator.database.days_ago(1))
    repo = f"/spaces/{space['id']}/repos/git"
    assert (await http.get(f"{repo}/branches")).json() == [{"name": "feature/ä b"}]
    assert (await http.get(f"{repo}/tags")).json() == [{"name": "v1"}]
    (commit,) = (await http.get(f"{repo}/commits")).json()
    assert (commit["message"], commit["author"]) == ("First", {"name": "somebody@elsewhere.example"})


async def test_ticket_is_found_by_its_prefixed_number(http: httpx2.AsyncClient) -> None:
    ticket = await http.get("/spaces/harbour-app/tickets/4")
    assert (await http.get("/tickets/HMA-4.json")).json() == ticket.json()


@pytest.mark.parametrize("reference", ["HMA-999999", "HMA-", "HMA", "-4", "4", "NOPE-4", "PM-1", "HMA-²"])
async def test_prefixed_number_of_nothing_or_of_a_hidden_space_is_not_found(
    asking_as: Callable[[str], httpx2.AsyncClient], reference: str
) -> None:
    async with asking_as("kit") as http:
        assert (await http.get(f"/tickets/{reference}")).status_code == 404


async def test_prefixes_of_spaces_of_one_name_are_told_apart_by_a_digit(emulator: Emulator) -> None:
    names = ["Data Lake", "Data Lake", "Data Lake", "x", "", "日本", "Ünder-score d'or"]
    prefixes = [emulator.database.add_space(name)["_prefix"] for name in names]
    assert prefixes == ["DL", "DL1", "DL2", "XS", "SP", "SP1", "ND"]
