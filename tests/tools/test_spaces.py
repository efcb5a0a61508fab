"""Through a real MCP client, the real server and the real client of the API, to the emulator."""

from urllib.parse import parse_qsl

import pytest

from assembla_emulator.app import Emulator
from harness import ask, assistant, refusal, text_of, walk

SEED = "d6_muWDNyr4PMj5bfBjDYC"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None)


@pytest.mark.endpoints(1)
async def test_spaces_are_listed_in_brief_by_name(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        answer = await ask(mcp, "list_spaces")
    assert answer["complete"] is True
    names = [space["name"] for space in answer["items"]]
    assert names == sorted(names, key=str.casefold)
    assert {tuple(space) for space in answer["items"]} == {("id", "name", "wiki_name", "updated_at", "status")}


async def test_full_detail_shows_the_seed_space_field_for_field_as_the_api_sent_it(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        spaces = await walk(mcp, "list_spaces", detail="full", limit=3)
        alone = await ask(mcp, "get_space", space=SEED)
    [seed] = [space for space in spaces if space["id"] == SEED]
    assert seed == alone
    assert alone | {"tabs_order": None, "style": None} == {
        "id": SEED,
        "name": "Space Name",
        "description": "",
        "wiki_name": "space_name",
        "public_permissions": 0,
        "team_permissions": 2,
        "watcher_permissions": 1,
        "share_permissions": True,
        "team_tab_role": 0,
        "created_at": "2013-02-14T02:20:16-05:00",
        "updated_at": "2013-03-03T23:27:07-05:00",
        "default_showpage": "0",
        "tabs_order": None,
        "parent_id": "cJiq3KDNyr4PMj5bfBjDYC",
        "restricted": False,
        "restricted_date": None,
        "commercial_from": "2013-02-14T02:20:16-05:00",
        "banner": None,
        "banner_height": None,
        "banner_text": None,
        "banner_link": None,
        "style": None,
        "status": 4,
        "approved": False,
        "is_manager": True,
        "is_volunteer": False,
        "is_commercial": True,
        "can_join": False,
        "can_apply": True,
        "last_payer_changed_at": None,
    }


async def test_299_spaces_come_through_cursors_once_each_and_a_filter_sees_all_of_them(emulator: Emulator) -> None:
    before = len(await _all_ids(emulator))
    for number in range(299 - before):
        emulator.database.add_space(name=f"Docs API {number % 7}", description="needle" if number % 50 == 3 else None)
    async with assistant(emulator) as mcp:
        ids = [space["id"] for space in await walk(mcp, "list_spaces", limit=40)]
        needles = await walk(mcp, "list_spaces", query="NEEDLE", limit=2)
    assert len(ids) == len(set(ids)) == 299
    assert len(needles) == len(range(3, 299 - before, 50))


async def test_a_cursor_works_in_another_process_and_skips_what_came_and_went_meanwhile(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        first = await ask(mcp, "list_spaces", limit=2)
    last_seen = first["items"][-1]
    emulator.database.add_space(name="AAA came later")
    async with assistant(emulator, spaces=[]) as mcp:
        rest = await walk(mcp, "list_spaces", limit=2, cursor=first["next_cursor"])
    assert last_seen not in rest
    assert len(first["items"] + rest) + 1 == len(await _all_ids(emulator))


async def test_a_cursor_with_other_arguments_is_refused(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        first = await ask(mcp, "list_spaces", limit=1)
        said = await refusal(mcp, "list_spaces", query="x", cursor=first["next_cursor"])
    assert said.startswith("INVALID: cursor: ")


@pytest.mark.parametrize(
    ("status", "number"), [("proposed", 0), ("active", 1), ("archived", 2), ("template", 3), ("shared", 4)]
)
async def test_a_status_is_asked_for_by_its_word(emulator: Emulator, status: str, number: int) -> None:
    async with assistant(emulator) as mcp:
        spaces = await walk(mcp, "list_spaces", status=status)
    assert spaces
    assert {space["status"] for space in spaces} == {number}


@pytest.mark.endpoints(2)
async def test_a_portfolio_and_its_groups_go_to_the_portfolios_list(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        archived = await walk(mcp, "list_spaces", portfolio=emulator.database.portfolio, group="archived")
    [seen] = [request for request in emulator.requests if request.path.startswith("/v1/spaces")]
    assert dict(parse_qsl(seen.query))["portfolio"] == emulator.database.portfolio
    assert dict(parse_qsl(seen.query))["filter[spacegroup]"] == "rule-11"
    assert {space["status"] for space in archived} == {2}


async def test_the_configured_portfolio_is_used_when_none_is_named(emulator: Emulator) -> None:
    async with assistant(emulator, portfolio=emulator.database.portfolio) as mcp:
        await ask(mcp, "list_spaces")
    assert "portfolio" in dict(parse_qsl(emulator.requests[-1].query))


async def test_a_space_is_found_by_id_wiki_name_and_display_name_whatever_the_case(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        found = [
            (await ask(mcp, "get_space", space=name))["id"]
            for name in (SEED, "space_name", "SPACE_NAME", "Space Name", " space name ")
        ]
    assert found == [SEED] * 5


@pytest.mark.endpoints(3)
async def test_an_id_or_wiki_name_costs_one_request(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        await ask(mcp, "get_space", space="space_name")
    assert [request.path for request in emulator.requests] == ["/v1/spaces/space_name.json"]


async def test_several_spaces_of_one_name_are_told_by_what_can_be_passed_back(emulator: Emulator) -> None:
    twins = [emulator.database.add_space(name="Twin Peaks") for _ in range(2)]
    async with assistant(emulator) as mcp:
        said = await refusal(mcp, "get_space", space="twin peaks")
        assert said.startswith("AMBIGUOUS: ")
        for twin in twins:
            wiki_name = twin["wiki_name"]
            assert f"`{wiki_name}`" in said
            assert (await ask(mcp, "get_space", space=wiki_name))["id"] == twin["id"]


async def test_an_unknown_space_gets_the_nearest_names(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        said = await refusal(mcp, "get_space", space="spcae_name")
    assert said.startswith("NOT_FOUND: ")
    assert "`space_name`" in said


@pytest.mark.parametrize("name", ["../user", "..", "a/b", "?x=1", "%2e%2e", "x" * 200, "\u202e"])
async def test_a_name_that_would_climb_out_of_its_segment_is_just_an_unknown_space(
    emulator: Emulator, name: str
) -> None:
    async with assistant(emulator) as mcp:
        said = await refusal(mcp, "get_space", space=name)
    assert said.startswith("NOT_FOUND: ")
    assert {request.path.count("/") for request in emulator.requests} <= {2, 3}


async def test_a_slip_in_the_allowed_spaces_is_told_and_does_not_look_like_an_empty_account(emulator: Emulator) -> None:
    async with assistant(emulator, spaces=["Space Name", "space_name"]) as mcp:
        answer = await ask(mcp, "list_spaces")
    assert [space["id"] for space in answer["items"]] == [SEED]
    assert answer["complete"] is True
    assert answer["note"] == "ASSEMBLA_SPACES also names `space name`: no id or wiki_name of a space in this list."


@pytest.mark.parametrize("ceiling", [100, 300, 1_000])
async def test_ids_stay_whole_under_the_smallest_of_ceilings(emulator: Emulator, ceiling: int) -> None:
    async with assistant(emulator, max_result_chars=ceiling) as mcp:
        spaces = await walk(mcp, "list_spaces")
    assert {len(space["id"]) for space in spaces} == {22}
    assert not [space for space in spaces if "cut:" in str(space)]


async def test_outside_of_the_allowed_spaces_nothing_is_asked_listed_or_named(emulator: Emulator) -> None:
    hidden = emulator.database.add_space(name="Space Nama")
    async with assistant(emulator, spaces=["space_name"]) as mcp:
        assert [space["id"] for space in await walk(mcp, "list_spaces")] == [SEED]
        assert (await ask(mcp, "get_space", space="Space Name"))["id"] == SEED
        for name in (hidden["id"], hidden["wiki_name"], "Space Nama", "no such space"):
            said = await refusal(mcp, "get_space", space=name)
            assert said.startswith("NOT_ALLOWED: ")
            assert said.count(hidden["wiki_name"]) <= (name == hidden["wiki_name"])
    assert not [request for request in emulator.requests if hidden["id"] in request.path]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"limit": 0}, "INVALID: limit: "),
        ({"limit": 501}, "INVALID: limit: "),
        ({"limit": "many"}, "INVALID: limit: "),
        ({"status": "closed"}, "INVALID: status: "),
        ({"quary": "x"}, "INVALID: quary: there is no such argument; did you mean `query`?"),
        ({"zzz": "x"}, "INVALID: zzz: there is no such argument; `list_spaces` takes `query`"),
        ({"cursor": "rubbish"}, "INVALID: cursor: "),
    ],
)
async def test_wrong_arguments_are_named(emulator: Emulator, arguments: dict[str, object], words: str) -> None:
    async with assistant(emulator) as mcp:
        assert (await refusal(mcp, "list_spaces", **arguments)).startswith(words)
    assert emulator.requests == []


async def test_a_missing_argument_is_named(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        assert await refusal(mcp, "get_space") == "INVALID: space: this argument is required"


async def test_null_for_an_optional_argument_means_absent(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        assert await ask(mcp, "list_spaces", query=None, limit=None) == await ask(mcp, "list_spaces")


async def test_a_long_list_is_cut_at_an_items_border_and_goes_on(emulator: Emulator) -> None:
    for number in range(30):
        emulator.database.add_space(name=f"Long {number}", description="words " * 100)
    async with assistant(emulator, max_result_chars=5_000) as mcp:
        page = await mcp.call_tool("list_spaces", {"detail": "full", "limit": 500})
        everything = await walk(mcp, "list_spaces", detail="full", limit=500)
    assert len(text_of(page)) <= 5_000
    assert page.structured_content["complete"] is False
    assert len(everything) == len(await _all_ids(emulator))


async def test_one_endless_description_is_shortened_so_that_the_answer_fits(emulator: Emulator) -> None:
    space = emulator.database.add_space(name="Endless", description="\u202ehidden " + "x" * 1_000_000)
    async with assistant(emulator, max_result_chars=2_000) as mcp:
        answer = await mcp.call_tool("get_space", {"space": space["wiki_name"]})
        listed = await walk(mcp, "list_spaces", query="endless", detail="full")
    assert len(text_of(answer)) <= 2_000
    assert "characters]" in listed[0]["description"]
    assert listed[0]["description"].startswith("hidden x")


async def _all_ids(emulator: Emulator) -> list[str]:
    async with assistant(emulator) as mcp:
        return [space["id"] for space in await walk(mcp, "list_spaces", limit=500)]
