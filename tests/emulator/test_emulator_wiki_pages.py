"""Wiki pages and their versions over HTTP, and what the demo's wikis hold."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.demo.wiki_pages import LONG_PAGE, UNTRUSTED_PAGE
from assembla_emulator.factories.wiki_pages import add_wiki_page, revise_wiki_page, wiki_pages

PAGES = "/spaces/harbour-app/wiki_pages"


async def pages_of(http: httpx2.AsyncClient, space: str) -> dict[str, dict[str, Any]]:
    pages = (await http.get(f"/spaces/{space}/wiki_pages.json?per_page=100")).json()
    rest = await http.get(f"/spaces/{space}/wiki_pages.json?per_page=100&page=2")
    return {page["page_name"]: page for page in [*pages, *(rest.json() if rest.content else [])]}


async def test_list_holds_whole_contents_in_the_order_of_names(http: httpx2.AsyncClient) -> None:
    pages = (await http.get(f"{PAGES}?per_page=100")).json()
    names = [page["page_name"] for page in pages]
    assert names == sorted(names, key=str.casefold)
    assert all(page["contents"] for page in pages)
    assert len((await http.get(PAGES)).json()) == min(25, len(pages))


async def test_page_is_found_by_id_and_not_by_name(http: httpx2.AsyncClient) -> None:
    page = (await pages_of(http, "harbour-app"))["Home"]
    assert (await http.get(f"{PAGES}/{page['id']}.json")).json() == page
    assert (await http.get(f"{PAGES}/Home")).status_code == 404


async def test_page_of_another_space_is_not_found(http: httpx2.AsyncClient) -> None:
    page = (await pages_of(http, "lighthouse"))["Home"]
    assert (await http.get(f"{PAGES}/{page['id']}")).status_code == 404
    assert (await http.get(f"{PAGES}/{page['id']}/versions")).status_code == 404


async def test_versions_come_newest_first_and_the_newest_is_the_page(http: httpx2.AsyncClient) -> None:
    page = (await pages_of(http, "harbour-app"))["Release_checklist"]
    versions = (await http.get(f"{PAGES}/{page['id']}/versions.json")).json()
    assert [version["version"] for version in versions] == list(range(7, 0, -1))
    assert versions[0]["contents"] == page["contents"]
    assert len({version["contents"] for version in versions}) == 7
    assert versions[0]["created_at"] == page["updated_at"] > page["created_at"]


async def test_version_is_found_by_id_and_not_by_number(http: httpx2.AsyncClient) -> None:
    page = (await pages_of(http, "harbour-app"))["Release_checklist"]
    versions = (await http.get(f"{PAGES}/{page['id']}/versions")).json()
    assert (await http.get(f"{PAGES}/{page['id']}/versions/{versions[2]['id']}")).json() == versions[2]
    assert (await http.get(f"{PAGES}/{page['id']}/versions/3")).status_code == 404


async def test_space_without_a_wiki_says_so(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    emulator.database.add_space(wiki_name="bare")
    assert (await http.get("/spaces/bare/wiki_pages")).text == "Tool not found"


async def test_outsiders_of_a_public_space_see_no_private_pages(
    http: httpx2.AsyncClient, asking_as: Callable[[str], httpx2.AsyncClient]
) -> None:
    mine = await pages_of(http, "open-tide-tables")
    assert mine["Board_minutes"]["status"] == 0
    async with asking_as("stranger") as stranger:
        theirs = await pages_of(stranger, "open-tide-tables")
        assert set(mine) - set(theirs) == {"Board_minutes"}
        path = f"/spaces/open-tide-tables/wiki_pages/{mine['Board_minutes']['id']}"
        assert (await stranger.get(path)).status_code == 404


@pytest.mark.parametrize("space", ["harbour-app", "brand-handbook", "tidewater-billing"])
async def test_trees_are_at_least_three_levels_deep(http: httpx2.AsyncClient, space: str) -> None:
    by_id = {page["id"]: page for page in (await pages_of(http, space)).values()}

    def depth(page: dict[str, Any]) -> int:
        return 1 if page["parent_id"] is None else 1 + depth(by_id[page["parent_id"]])

    assert max(map(depth, by_id.values())) >= 3


async def test_demo_has_every_format_and_status_and_a_list_of_two_full_pages(emulator: Emulator) -> None:
    pages = list(wiki_pages(emulator.database))
    assert {page["wiki_format"] for page in pages} == {0, 1, 2, 3}
    assert {page["status"] for page in pages} == {0, 1, 2}
    assert all(len(page["page_name"]) <= 50 for page in pages)
    assert max(len(page["page_name"]) for page in pages) == 50
    lighthouse = emulator.database.find_space("lighthouse") or {}
    assert len(wiki_pages(emulator.database).where(space_id=lighthouse["id"])) > 100
    assert sum(page["version"] >= 4 for page in pages) >= 5


async def test_one_page_is_very_long_and_has_headings(http: httpx2.AsyncClient) -> None:
    contents: str = (await pages_of(http, "lighthouse"))[LONG_PAGE]["contents"]
    headings = [line for line in contents.splitlines() if line.startswith("## ")]
    assert len(contents) > 60_000
    assert len(headings) == len(set(headings)) > 15


async def test_one_page_holds_what_nobody_should_obey_or_run(http: httpx2.AsyncClient) -> None:
    contents = (await pages_of(http, "harbour-app"))[UNTRUSTED_PAGE]["contents"]
    assert "Ignore previous instructions" in contents
    assert "<script>" in contents
    assert {"\u200b", "\u202e", "\x1b", "\U000e0049"} <= set(contents)


async def test_pages_can_be_added_and_revised(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    database = emulator.database
    space = database.add_space(wiki_name="mine", tools=["wiki"])
    page = add_wiki_page(database, space, "Two words", "first", wiki_format=2)
    at = database.days_ago(1)
    revise_wiki_page(database, page, "second", "because", by=str(database.user("odalys")["id"]), at=at)
    (sent,) = (await http.get("/spaces/mine/wiki_pages")).json()
    assert (sent["page_name"], sent["contents"], sent["version"]) == ("Two_words", "second", 2)
    newest, oldest = (await http.get(f"/spaces/mine/wiki_pages/{page['id']}/versions")).json()
    assert (newest["change_comment"], oldest["change_comment"], oldest["contents"]) == ("because", None, "first")
    assert newest["user_id"] != oldest["user_id"] == database.me
