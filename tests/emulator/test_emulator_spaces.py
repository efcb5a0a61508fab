"""Spaces over HTTP: who sees which, the portfolio's list, one, and the writes."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.demo.spaces import DOCUMENTED_SPACE


async def names(http: httpx2.AsyncClient, path: str) -> list[str]:
    answer = await http.get(path)
    return [] if answer.status_code == 204 else [space["wiki_name"] for space in answer.json()]


async def test_own_list_holds_spaces_of_every_status(http: httpx2.AsyncClient) -> None:
    spaces = (await http.get("/spaces.json")).json()
    assert len(spaces) >= 7
    assert set(Counter(space["status"] for space in spaces)) == {0, 1, 2, 3, 4}


async def test_documented_space_is_there_field_for_field(http: httpx2.AsyncClient) -> None:
    listed = {space["id"]: space for space in (await http.get("/spaces.json")).json()}
    one = (await http.get("/spaces/space_name.json")).json()
    assert listed["d6_muWDNyr4PMj5bfBjDYC"] == one == DOCUMENTED_SPACE
    assert list(one) == list(DOCUMENTED_SPACE)


async def test_space_is_found_by_id_and_by_wiki_name(http: httpx2.AsyncClient) -> None:
    by_name = (await http.get("/spaces/harbour-app.json")).json()
    by_id = (await http.get(f"/spaces/{by_name['id']}.json")).json()
    assert by_id == by_name


async def test_single_read_and_list_tell_the_same_instant_in_other_zones(http: httpx2.AsyncClient) -> None:
    listed = next(s for s in (await http.get("/spaces")).json() if s["wiki_name"] == "harbour-app")
    one = (await http.get("/spaces/harbour-app")).json()
    assert listed["created_at"].endswith("Z")
    assert one["created_at"].endswith("+03:00")
    assert datetime.fromisoformat(listed["created_at"]) == datetime.fromisoformat(one["created_at"])


@pytest.mark.parametrize("name", ["blackpine-instruments", "no-such-space", "%2E%2E", "%2E%2E%2Fuser", ""])
async def test_hidden_and_unknown_spaces_are_not_found_alike(http: httpx2.AsyncClient, name: str) -> None:
    answer = await http.get(f"http://api.example/v1/spaces/{name}/users")
    assert (answer.status_code, answer.content) == (404, b" ")


async def test_own_list_is_whole_whatever_paging_is_asked_for(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    for number in range(299):
        emulator.database.add_space(f"space {number}")
    spaces = (await http.get("/spaces", params={"per_page": 10, "page": 2})).json()
    assert len({space["id"] for space in spaces}) == len(spaces) > 299


async def test_portfolio_list_is_paged_and_shows_what_a_manager_takes_no_part_in(
    http: httpx2.AsyncClient,
) -> None:
    pages = [await names(http, f"/spaces?portfolio=lumenfjord&per_page=4&page={page}") for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [4, 4, 2, 0]
    every = {name for page in pages for name in page}
    mine = set(await names(http, "/spaces"))
    assert every - mine == {"payroll-migration"}
    assert mine - every == {"weekend-robots"}
    assert (await http.get("/spaces/payroll-migration")).status_code == 200


@pytest.mark.parametrize(
    ("group", "status"), [("rule-10", 1), ("rule-11", 2), ("rule-12", 0), ("rule-13", 3), ("rule-14", 4)]
)
async def test_group_keeps_spaces_of_one_status(http: httpx2.AsyncClient, group: str, status: int) -> None:
    answer = await http.get("/spaces", params={"portfolio": "lumenfjord", "filter[spacegroup]": group})
    assert {space["status"] for space in answer.json()} == {status}


@pytest.mark.parametrize("query", ["portfolio=nobody", "portfolio=lumenfjord&filter[spacegroup]=rule-99"])
async def test_unknown_portfolio_or_group_is_not_found(http: httpx2.AsyncClient, query: str) -> None:
    assert (await http.get(f"/spaces?{query}")).status_code == 404


async def test_portfolio_is_closed_to_those_who_do_not_manage_it(
    asking_as: Callable[[str], httpx2.AsyncClient],
) -> None:
    async with asking_as("tobin") as tobin:
        assert (await tobin.get("/spaces?portfolio=lumenfjord")).status_code == 404
        assert await names(tobin, "/spaces") == ["harbour-app"]
        assert (await tobin.get("/spaces/payroll-migration")).status_code == 404


async def test_with_tools_keeps_spaces_that_have_them_all(http: httpx2.AsyncClient) -> None:
    assert await names(http, "/spaces?with_tools=tickets,p4") == ["lighthouse"]
    assert "brand-handbook" not in await names(http, "/spaces?with_tools=tickets")
    assert await names(http, "/spaces?with_tools=teleporter") == []


async def test_somebody_in_no_space_gets_204(
    emulator: Emulator, asking_as: Callable[[str], httpx2.AsyncClient]
) -> None:
    emulator.database.add_user("newcomer", "Nova Blankslate")
    async with asking_as("newcomer") as newcomer:
        answer = await newcomer.get("/spaces")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["content-type"] == "text/plain"


async def test_created_space_belongs_to_its_maker_and_drops_unknown_keys(http: httpx2.AsyncClient) -> None:
    body = {"space": {"name": "Ferry Planner", "tabs_order": ["wiki", "team"], "colour": "red", "id": "mine"}}
    made = await http.post("/spaces.json", json=body)
    space = made.json()
    assert made.status_code == 201
    assert made.headers["location"].endswith(f"/v1/spaces.{space['id']}")
    assert space["tabs_order"] == "--- \n- wiki\n- team\n"
    assert space["wiki_name"] == space["id"] != "mine"
    assert "colour" not in space
    assert space["id"] in {one["id"] for one in (await http.get("/spaces")).json()}


async def test_update_answers_nothing_and_drops_unknown_keys(http: httpx2.AsyncClient) -> None:
    answer = await http.put("/spaces/weekend-robots", json={"space": {"descripton": "typo"}})
    assert (answer.status_code, answer.content) == (204, b"")
    await http.put("/spaces/weekend-robots", json={"description": "flat works too"})
    assert (await http.get("/spaces/weekend-robots")).json()["description"] == "flat works too"


async def test_form_pairs_are_read_as_json_is(http: httpx2.AsyncClient) -> None:
    await http.put("/spaces/weekend-robots", data={"space[description]": "by form", "other[name]": "x"})
    await http.put("/spaces/weekend-robots?space[banner_text]=by+query")
    space = (await http.get("/spaces/weekend-robots")).json()
    assert (space["description"], space["banner_text"]) == ("by form", "by query")


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/spaces", {"space": {"description": "no name"}}, "name"),
        ("POST", "/spaces", {"space": {"name": "Twin", "wiki_name": "harbour-app"}}, "wiki_name"),
        ("PUT", "/spaces/harbour-app", {"space": {"wiki_name": "other"}}, "wiki_name"),
        ("PUT", "/spaces/weekend-robots", {"space": {"wiki_name": "lighthouse"}}, "wiki_name"),
        ("POST", "/spaces", [1, 2], "base"),
        ("POST", "/spaces", {"space": 5}, "base"),
    ],
)
async def test_refused_values_come_with_their_fields(
    http: httpx2.AsyncClient, method: str, path: str, body: object, field: str
) -> None:
    answer = await http.request(method, path, json=body)
    assert answer.status_code == 422
    assert list(answer.json()) == [field]


async def test_space_can_be_renamed_while_it_has_no_repository(http: httpx2.AsyncClient) -> None:
    await http.put("/spaces/harbour-website-next", json={"space": {"wiki_name": "harbour-site"}})
    assert (await http.get("/spaces/harbour-site")).status_code == 200
    assert (await http.get("/spaces/harbour-website-next")).status_code == 404


async def test_unreadable_json_is_refused(http: httpx2.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await http.post("/spaces", content=b'{"space":', headers=headers)
    assert answer.status_code == 422


async def test_only_owners_change_or_delete_a_space(http: httpx2.AsyncClient) -> None:
    assert (await http.put("/spaces/tidewater-billing", json={"space": {"name": "x"}})).status_code == 403
    assert (await http.delete("/spaces/open-tide-tables")).status_code == 403


async def test_deleted_space_is_gone_with_its_roles_and_tools(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    space_id = (await http.get("/spaces/weekend-robots")).json()["id"]
    assert (await http.delete(f"/spaces/{space_id}")).status_code == 204
    assert (await http.get(f"/spaces/{space_id}")).status_code == 404
    assert not emulator.database.space_tools.where(space_id=space_id)
    assert space_id not in {space["id"] for space in (await http.get("/spaces")).json()}
