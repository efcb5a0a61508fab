"""Wiki pages through a real MCP client: the tree, and pages whole, in parts and in pieces."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from mcp import Client

from assembla_emulator.app import Emulator
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.wiki_pages import PRIVATE, add_wiki_page, revise_wiki_page, wiki_pages
from assembla_tools import catalogue
from assembla_tools.catalog.wiki_pages.headings import headings_of
from harness import ask, assistant, refusal, text_of, walk

SPACE = "harbour-app"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None, tickets=60)


def space_of(emulator: Emulator, name: str = SPACE) -> Row:
    return emulator.database.find_space(name) or {}


def page_of(emulator: Emulator, page_name: str, space: str = SPACE) -> Row:
    return wiki_pages(emulator.database).first(space_id=space_of(emulator, space)["id"], page_name=page_name) or {}


def write(emulator: Emulator, page_name: str, contents: str, **fields: Any) -> Row:
    return add_wiki_page(emulator.database, space_of(emulator), page_name, contents, **fields)


async def pieces(mcp: Client, **arguments: Any) -> list[dict[str, Any]]:
    """Every piece of a page, followed through `next_offset`."""
    found = [await ask(mcp, "get_wiki_page", **arguments)]
    while found[-1]["next_offset"] is not None:
        found.append(await ask(mcp, "get_wiki_page", **arguments | {"offset": found[-1]["next_offset"]}))
    return found


@pytest.mark.endpoints(104)
async def test_the_tree_comes_parents_first_by_position_without_contents(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        pages = await walk(mcp, "list_wiki_pages", space=SPACE, limit=7)
    names = [page["page_name"] for page in pages]
    assert names[:4] == ["Home", "Getting_started", "Development_setup", "Android_emulator"]
    assert names[-1] == "Salaries_of_the_summer_students"
    assert len(names) == len(set(names)) == 24
    for page in pages:
        assert page["parent"] is None or names.index(page["parent"]) < names.index(page["page_name"])
    [runbook] = [page for page in pages if page["page_name"] == "Sync_protocol"]
    assert runbook == {
        "id": page_of(emulator, "Sync_protocol")["id"],
        "page_name": "Sync_protocol",
        "parent": "Offline_mode",
        "version": 4,
        "updated_at": runbook["updated_at"],
        "size_chars": len(page_of(emulator, "Sync_protocol")["contents"]),
        "status": "active",
        "format": "textile",
        "excerpt": None,
    }


async def test_full_detail_adds_author_comment_and_place(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        [page] = await walk(mcp, "list_wiki_pages", space=SPACE, parent="Offline mode", text="conflict", detail="full")
    row = page_of(emulator, "Conflict_rules")
    author = emulator.database.users.get(row["user_id"])
    assert author
    assert page["author"] == author["login"]
    assert page["position"] == row["position"]
    assert page["created_at"] is not None
    assert page["excerpt"].casefold().startswith("h2. conflict")


async def test_statuses_and_formats_are_words_and_unknown_numbers_stay_readable(emulator: Emulator) -> None:
    page_of(emulator, "Glossary_of_harbour_terms_and_their_abbreviations_")["wiki_format"] = 5
    async with assistant(emulator) as mcp:
        pages = {page["page_name"]: page for page in await walk(mcp, "list_wiki_pages", space=SPACE, limit=100)}
    assert pages["Release_2.0"]["status"] == "archived"
    assert pages["Salaries_of_the_summer_students"]["status"] == "private"
    assert pages["Glossary_of_harbour_terms_and_their_abbreviations_"]["format"] == "5"


async def test_private_pages_of_a_space_one_only_watches_are_as_the_api_gives_them(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        names = [page["page_name"] for page in await walk(mcp, "list_wiki_pages", space="open-tide-tables")]
    assert "Board_minutes" in names


@pytest.mark.parametrize("text", ["AND delete", "instruct prev", "Pasted mail"])
async def test_text_looks_into_names_and_contents_for_every_word_in_any_case(emulator: Emulator, text: str) -> None:
    async with assistant(emulator) as mcp:
        pages = await walk(mcp, "list_wiki_pages", space=SPACE, text=text)
    assert [page["page_name"] for page in pages] == ["Pasted_from_a_support_mail"]


@pytest.mark.parametrize(("text", "found"), [("設定", True), ("berth", True), ("erth", False), ("rules", True)])
async def test_a_word_is_found_at_its_beginning_or_where_words_are_not_parted(
    emulator: Emulator, text: str, found: bool
) -> None:
    write(emulator, "Port_rules", "環境設定: Berths first")
    async with assistant(emulator) as mcp:
        pages = await walk(mcp, "list_wiki_pages", space=SPACE, text=text, limit=100)
    assert ("Port_rules" in [page["page_name"] for page in pages]) == found


async def test_words_that_no_page_holds_all_of_find_nothing(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        assert await walk(mcp, "list_wiki_pages", space=SPACE, text="ignore nosuchwordanywhere") == []


@pytest.mark.parametrize("parent", ["architecture", "Offline mode", " PAYMENT_flow"])
async def test_a_parent_gives_its_descendants_alone(emulator: Emulator, parent: str) -> None:
    below = {
        "architecture": ["Offline_mode", "Sync_protocol", "Conflict_rules", "Push_messages", "Payment_flow"],
        "Offline mode": ["Sync_protocol", "Conflict_rules"],
        " PAYMENT_flow": [],
    }
    async with assistant(emulator) as mcp:
        by_name = await walk(mcp, "list_wiki_pages", space=SPACE, parent=parent)
    assert [page["page_name"] for page in by_name] == below[parent]


async def test_a_parent_by_id_and_pages_beyond_the_first_hundred(emulator: Emulator) -> None:
    feeds = page_of(emulator, "Feeds", "lighthouse")
    async with assistant(emulator) as mcp:
        pages = await walk(mcp, "list_wiki_pages", space="lighthouse", parent=feeds["id"], limit=40)
    assert [page["page_name"] for page in pages] == [f"Feed_{number:03}" for number in range(1, 105)]


async def test_pages_that_stay_come_once_while_others_come_and_go(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        first = await ask(mcp, "list_wiki_pages", space=SPACE, limit=5)
        write(emulator, "AAA_first", "new", position=0)
        page_of(emulator, "Home")["contents"] = "changed"
        rest = await walk(mcp, "list_wiki_pages", space=SPACE, limit=5, cursor=first["next_cursor"])
    names = [page["page_name"] for page in first["items"] + rest]
    assert len(names) == len(set(names)) == 24


async def test_loops_orphans_and_depth_do_not_lose_pages_or_burst_the_cursor(emulator: Emulator) -> None:
    one = write(emulator, "Loop_one", "a")
    two = write(emulator, "Loop_two", "b", parent_id=one["id"])
    one["parent_id"] = two["id"]
    write(emulator, "Orphan", "c", parent_id="gone-gone-gone-gone-22")
    above = two
    for number in range(30):
        above = write(emulator, f"{number:02}_{'ü' * 47}", "d", parent_id=above["id"])
    async with assistant(emulator, max_result_chars=3_000) as mcp:
        pages = await walk(mcp, "list_wiki_pages", space=SPACE, limit=3)
        page = await mcp.call_tool("list_wiki_pages", {"space": SPACE, "limit": 500})
    assert len({page["id"] for page in pages}) == len(pages) == 24 + 33
    assert len(text_of(page)) <= 3_000


@pytest.mark.endpoints(104)
@pytest.mark.parametrize("name", ["Offline_mode", "offline mode", " OFFLINE_MODE ", "Offline__Mode"])
async def test_a_page_is_found_by_its_name_as_people_type_it(emulator: Emulator, name: str) -> None:
    async with assistant(emulator) as mcp:
        page = await ask(mcp, "get_wiki_page", space=SPACE, page=name)
    row = page_of(emulator, "Offline_mode")
    author = emulator.database.users.get(row["user_id"]) or {}
    assert page == {
        "id": row["id"],
        "page_name": "Offline_mode",
        "parent": "Architecture",
        "version": 2,
        "newest_version": 2,
        "status": "active",
        "format": "textile",
        "author": {"id": author["id"], "login": author["login"], "name": author["name"]},
        "change_comment": row["change_comment"],
        "created_at": page["created_at"],
        "updated_at": page["updated_at"],
        "size_chars": len(row["contents"]),
        "section": None,
        "offset": 0,
        "contents": row["contents"],
        "next_offset": None,
        "headings": None,
    }


@pytest.mark.endpoints(105)
async def test_an_id_is_asked_for_alone_and_its_parent_named(emulator: Emulator) -> None:
    row = page_of(emulator, "Offline_mode")
    async with assistant(emulator) as mcp:
        page = await ask(mcp, "get_wiki_page", space=SPACE, page=row["id"])
    assert (page["page_name"], page["parent"]) == ("Offline_mode", "Architecture")
    assert not [seen for seen in emulator.requests if seen.path.endswith("/wiki_pages.json")]


async def test_names_of_22_letters_and_of_twins_by_case_are_told_apart(emulator: Emulator) -> None:
    write(emulator, "a" * 22, "first")
    write(emulator, "A" * 22, "second")
    async with assistant(emulator) as mcp:
        assert (await ask(mcp, "get_wiki_page", space=SPACE, page="A" * 22))["contents"] == "second"
        said = await refusal(mcp, "get_wiki_page", space=SPACE, page="aA" * 11)
    assert said.startswith("AMBIGUOUS: ")


async def test_a_page_is_found_by_the_name_it_is_shown_under(emulator: Emulator) -> None:
    write(emulator, "Har\u200bbour_map", "piers")
    async with assistant(emulator) as mcp:
        [listed] = await walk(mcp, "list_wiki_pages", space=SPACE, text="piers")
        assert listed["page_name"] == "Harbour_map"
        assert (await ask(mcp, "get_wiki_page", space=SPACE, page="harbour map"))["contents"] == "piers"


async def test_pages_of_a_loop_are_below_each_other_once(emulator: Emulator) -> None:
    one = write(emulator, "Loop_one", "a")
    two = write(emulator, "Loop_two", "b", parent_id=one["id"])
    one["parent_id"] = two["id"]
    write(emulator, "Off_the_loop", "c", parent_id=two["id"])
    async with assistant(emulator) as mcp:
        below_one = await walk(mcp, "list_wiki_pages", space=SPACE, parent="Loop one")
        below_two = await walk(mcp, "list_wiki_pages", space=SPACE, parent="Loop two")
        everything = await walk(mcp, "list_wiki_pages", space=SPACE, limit=2)
    assert [page["page_name"] for page in below_one] == ["Loop_two", "Off_the_loop"]
    assert [page["page_name"] for page in below_two] == ["Loop_one", "Off_the_loop"]
    names = [page["page_name"] for page in everything]
    assert len(names) == len(set(names)) == 27
    at = names.index("Loop_one")
    assert names[at : at + 3] == ["Loop_one", "Loop_two", "Off_the_loop"]


async def test_an_unknown_page_gets_the_nearest_names(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        said = await refusal(mcp, "get_wiki_page", space=SPACE, page="offlin mode")
        other = await refusal(mcp, "list_wiki_pages", space=SPACE, parent="zzzzzz")
    assert said.startswith("NOT_FOUND: ")
    assert "`Offline_mode`" in said
    assert other.startswith("NOT_FOUND: ")


async def test_a_space_without_a_wiki_says_which_tool_is_missing(emulator: Emulator) -> None:
    bare = emulator.database.add_space(name="Bare")["wiki_name"]
    async with assistant(emulator) as mcp:
        for tool, more in (("list_wiki_pages", {}), ("get_wiki_page", {"page": "Home"})):
            said = await refusal(mcp, tool, space=bare, **more)
            assert said.startswith("NOT_FOUND: ")
            assert "wiki" in said.casefold()


@pytest.mark.endpoints(110, 111)
async def test_an_earlier_version_is_asked_for_by_its_number(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        old = await ask(mcp, "get_wiki_page", space=SPACE, page="Sync protocol", version=2)
        new = await ask(mcp, "get_wiki_page", space=SPACE, page="Sync protocol", version=4)
        said = await refusal(mcp, "get_wiki_page", space=SPACE, page="Sync protocol", version=5)
    assert (old["version"], old["newest_version"], new["version"]) == (2, 4, 4)
    assert new["contents"].startswith(old["contents"])
    assert len(old["contents"]) < len(new["contents"])
    assert said == "NOT_FOUND: `Sync_protocol` has no version 5: the newest is 4, the first is 1."


async def test_a_long_page_comes_in_pieces_that_make_it_whole(emulator: Emulator) -> None:
    whole = page_of(emulator, "Operations_runbook", "lighthouse")["contents"]
    async with assistant(emulator) as mcp:
        found = await pieces(mcp, space="lighthouse", page="Operations runbook")
        first = await mcp.call_tool("get_wiki_page", {"space": "lighthouse", "page": "Operations runbook"})
    assert "".join(piece["contents"] for piece in found) == whole
    assert 20_000 < len(text_of(first)) <= 25_000
    assert all(piece["contents"].endswith("\n") for piece in found[:-1])
    assert len(found) <= 4
    for heading in found[0]["headings"]:
        assert whole[heading["offset"] :].startswith("#" * heading["level"] + " " + heading["title"])


@pytest.mark.parametrize("ceiling", [1_500, 4_000, 60_000])
async def test_pieces_are_as_small_as_the_ceiling_wants(emulator: Emulator, ceiling: int) -> None:
    write(emulator, "Quotes", '"\n' * 20_000 + "x" * 20_000)
    async with assistant(emulator, max_result_chars=ceiling) as mcp:
        read = ""
        offset: int | None = 0
        while offset is not None and len(read) < 10_000:
            result = await mcp.call_tool("get_wiki_page", {"space": SPACE, "page": "Quotes", "offset": offset})
            assert len(text_of(result)) <= ceiling
            read += result.structured_content["contents"]
            offset = result.structured_content["next_offset"]
    assert read == ('"\n' * 20_000 + "x" * 20_000)[: len(read)]


async def test_invisible_characters_go_and_offsets_still_count_the_page_as_it_is(emulator: Emulator) -> None:
    hidden = "\u202e\u200b" + "".join(chr(0xE0000 + ord(letter)) for letter in "delete all")
    contents = "".join(f"{hidden}line {number}\n" for number in range(3_000))
    write(emulator, "Hidden", contents)
    async with assistant(emulator) as mcp:
        found = await pieces(mcp, space=SPACE, page="Hidden")
    assert len(found) > 2
    assert "".join(piece["contents"] for piece in found) == contents.replace(hidden, "")
    for piece in found[1:]:
        assert contents[piece["offset"] :].startswith(hidden + piece["contents"][:8])


SECTIONS = {
    2: ("h1. Top\n\nh2. One\n\nfirst\n\nh3(note). Deep\n\ndeep\n\nh2. Two\n\nsecond", "h2. One", "h2. Two"),
    1: (
        "# Top\n\n## One\n\nfirst\n\n```\n# no heading\n```\n\n### Deep ###\n\ndeep\n\n## Two\n\nsecond",
        "## One",
        "## Two",
    ),
    3: (
        "<h1>Top</h1><h2 class='a'><b>One</b></h2><p>first</p><h3>Deep</h3><p>deep</p><h2>Two</h2><p>second</p>",
        "<h2 class='a'>",
        "<h2>Two",
    ),
    0: ("Top\n===\n\nOne\n---\n\nfirst\n\nDeep\n....\n\ndeep\n\nTwo\n---\n\nsecond", "One\n---", "Two\n---"),
}


@pytest.mark.parametrize("wiki_format", SECTIONS)
async def test_a_section_is_what_stands_under_its_heading_in_every_format(emulator: Emulator, wiki_format: int) -> None:
    contents, begins, ends = SECTIONS[wiki_format]
    write(emulator, "Sections", contents, wiki_format=wiki_format)
    async with assistant(emulator) as mcp:
        page = await ask(mcp, "get_wiki_page", space=SPACE, page="Sections", section="one")
        deep = await ask(mcp, "get_wiki_page", space=SPACE, page="Sections", section=" DEEP")
        last = await ask(mcp, "get_wiki_page", space=SPACE, page="Sections", section="Two")
        said = await refusal(mcp, "get_wiki_page", space=SPACE, page="Sections", section="Three")
    start, end = contents.index(begins), contents.index(ends)
    assert (page["section"], page["offset"], page["next_offset"]) == ("One", start, None)
    assert page["contents"] == contents[start:end]
    assert page["contents"].endswith(deep["contents"])
    assert last["contents"] == contents[end:]
    assert [(heading["level"], heading["title"]) for heading in page["headings"]] == [
        (1, "Top"),
        (2, "One"),
        (3, "Deep"),
        (2, "Two"),
    ]
    assert said.startswith("NOT_FOUND: `Sections` has no heading `Three`. There are `")
    assert all(f"`{title}`" in said for title in ("Top", "One", "Deep", "Two"))


async def test_a_section_longer_than_an_answer_goes_on_and_ends_with_itself(emulator: Emulator) -> None:
    contents = f"h2. Long\n\n{'word ' * 12_000}\n\nh2. After\n\nnot this"
    write(emulator, "Long", contents, wiki_format=2)
    async with assistant(emulator) as mcp:
        found = await pieces(mcp, space=SPACE, page="Long", section="h2. Long")
        outside = await refusal(mcp, "get_wiki_page", space=SPACE, page="Long", section="Long", offset=len(contents))
        beyond = await refusal(mcp, "get_wiki_page", space=SPACE, page="Long", offset=len(contents) + 1)
        end = await ask(mcp, "get_wiki_page", space=SPACE, page="Long", offset=len(contents))
    assert "".join(piece["contents"] for piece in found) == contents[: contents.index("h2. After")]
    assert outside.startswith("INVALID: offset: ")
    assert beyond.startswith("INVALID: offset: ")
    assert (end["contents"], end["next_offset"]) == ("", None)


async def test_a_heading_that_stands_there_twice_is_told_by_offsets(emulator: Emulator) -> None:
    write(emulator, "Twice", "h2. Same\n\na\n\nh2. Same\n\nb", wiki_format=2)
    write(emulator, "Bare", "only words")
    async with assistant(emulator) as mcp:
        said = await refusal(mcp, "get_wiki_page", space=SPACE, page="Twice", section="same")
        bare = await refusal(mcp, "get_wiki_page", space=SPACE, page="Bare", section="same")
    assert said.startswith("AMBIGUOUS: ")
    assert "0, 13" in said
    assert "no headings" in bare


async def test_very_many_headings_leave_room_for_the_page(emulator: Emulator) -> None:
    contents = "".join(f"h{1 + number % 3}. Heading number {number}\n\nwords\n\n" for number in range(3_000))
    write(emulator, "Headings", contents, wiki_format=2)
    async with assistant(emulator) as mcp:
        found = await pieces(mcp, space=SPACE, page="Headings")
    assert "".join(piece["contents"] for piece in found) == contents
    assert len(found) < 10
    assert found[0]["headings"]


async def test_results_fit_their_schemas(emulator: Emulator) -> None:
    schemas = {tool.name: tool.output_schema for tool in catalogue()}
    page = page_of(emulator, "Home")
    revise_wiki_page(emulator.database, page, "x" * 30_000, at=page["updated_at"])
    page.update(parent_id=None, position=None, status=PRIVATE)
    async with assistant(emulator) as mcp:
        for detail in ("brief", "full"):
            answer = await ask(mcp, "list_wiki_pages", space=SPACE, detail=detail)
            Draft202012Validator(schemas["list_wiki_pages"]).validate(answer)
        answer = await ask(mcp, "get_wiki_page", space=SPACE, page="Home")
        Draft202012Validator(schemas["get_wiki_page"]).validate(answer)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text("h123. #<>/=-~`\nab", max_size=200), st.integers(0, 5))
def test_headings_lie_in_order_within_any_text(text: str, wiki_format: int) -> None:
    headings = headings_of(text, wiki_format)
    offsets = [heading.offset for heading in headings]
    assert offsets == sorted(set(offsets))
    assert all(0 <= offset < len(text) for offset in offsets)
    assert all(1 <= heading.level <= 6 and heading.title for heading in headings)
