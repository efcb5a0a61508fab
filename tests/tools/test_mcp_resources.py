"""Reading by URI: the same answers as the tools', and the single objects that no tool shows by themselves."""

import base64
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import quote

import pytest
from mcp import Client, MCPError
from mcp.shared.uri_template import UriTemplate
from mcp.types import INTERNAL_ERROR, INVALID_PARAMS, BlobResourceContents, ResourceLink, TextResourceContents

from assembla_emulator.app import Emulator
from assembla_emulator.database.tables import Row, Table
from assembla_emulator.factories.documents import add_document, documents
from assembla_emulator.factories.merge_requests import merge_requests
from assembla_emulator.factories.milestones import milestones
from assembla_emulator.factories.ssh import ssh_runs
from assembla_emulator.factories.tasks import add_task
from assembla_emulator.factories.ticket_associations import ticket_associations
from assembla_emulator.factories.ticket_comments import comments_of
from assembla_emulator.factories.tickets import tickets
from assembla_emulator.factories.wiki_pages import wiki_page_versions, wiki_pages
from assembla_emulator.faults.kinds import Status
from assembla_emulator.faults.plan import Fault
from assembla_tools import catalogue
from harness import ask, assistant, client_on, text_of

SPACE = "harbour-app"
PORTFOLIO = "lumenfjord"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None, tickets=200)


def space_of(emulator: Emulator, name: str = SPACE) -> Row:
    space = emulator.database.find_space(name)
    assert space
    return space


def first(emulator: Emulator, table: Callable[[Any], Table], column: str = "space_id") -> Row:
    """The first row of a kind in the space."""
    space = space_of(emulator)
    tools = {tool["id"] for tool in emulator.database.space_tools.where(space_id=space["id"])}
    return next(row for row in table(emulator.database) if row[column] in {space["id"], *tools})


async def read(mcp: Client, uri: str) -> dict[str, Any]:
    """What a resource of JSON alone holds."""
    [content] = (await mcp.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    assert (content.uri, content.mime_type) == (uri, "application/json")
    told: dict[str, Any] = json.loads(content.text)
    return told


async def refused(mcp: Client, uri: str, code: int = INVALID_PARAMS) -> str:
    """The message of the protocol error that reading must end with."""
    with pytest.raises(MCPError) as caught:
        await mcp.read_resource(uri)
    assert caught.value.error.code == code
    assert caught.value.error.data == {"uri": uri}
    return caught.value.error.message


async def pick(emulator: Emulator, kind: str) -> tuple[str, Any]:
    """A space with something of that kind, and the first of it."""
    client = client_on(emulator)
    ask_for: dict[str, Callable[[str], Awaitable[Sequence[Any]]]] = {
        "statuses": client.ticket_statuses.list,
        "custom_fields": client.custom_fields.list,
        "components": client.ticket_components.list,
        "tags": client.tags.list,
    }
    for space in (SPACE, "harbour-website"):
        if things := await ask_for[kind](space):
            return space, things[0]
    raise AssertionError(f"the demo data have no {kind}")


def things_of_tools(emulator: Emulator) -> dict[str, tuple[str, dict[str, Any]]]:
    """For URIs of the demo's things the tool that shows the same, and its arguments."""
    request, milestone = first(emulator, merge_requests, "space_tool_id"), first(emulator, milestones)
    page, document = first(emulator, wiki_pages), first(emulator, documents)
    at = f"assembla://spaces/{SPACE}"
    return {
        at: ("get_space", {"space": SPACE}),
        f"{at}/tickets/2": ("get_ticket", {"space": SPACE, "number": 2}),
        f"{at}/milestones/{quote(milestone['title'], safe='')}": (
            "get_milestone",
            {"space": SPACE, "milestone": milestone["title"]},
        ),
        f"{at}/wiki/{quote(page['page_name'], safe='')}": (
            "get_wiki_page",
            {"space": SPACE, "page": page["page_name"]},
        ),
        f"{at}/documents/{document['id']}": ("get_document", {"space": SPACE, "id": document["id"]}),
        f"{at}/merge_requests/git/{request['id']}": (
            "get_merge_request",
            {"space": SPACE, "repository": "git", "id": request["id"]},
        ),
    }


async def test_what_a_tool_shows_is_read_with_the_same_text(emulator: Emulator) -> None:
    served = {tool.name for tool in catalogue()}
    async with assistant(emulator) as mcp:
        for uri, (tool, arguments) in things_of_tools(emulator).items():
            if tool in served:
                result = await mcp.call_tool(tool, arguments)
                content = (await mcp.read_resource(uri)).contents[0]
                assert isinstance(content, TextResourceContents)
                assert content.text == text_of(result)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param("statuses", {"state": "open"}, marks=pytest.mark.endpoints(37)),
        pytest.param("custom_fields", {}, marks=pytest.mark.endpoints(42)),
        pytest.param("components", {}, marks=pytest.mark.endpoints(47)),
        pytest.param("tags", {"state": "active"}, marks=pytest.mark.endpoints(55)),
    ],
)
async def test_what_tickets_are_made_of_is_read_one_by_one_with_words_for_numbers(
    emulator: Emulator, kind: str, expected: dict[str, str]
) -> None:
    space, thing = await pick(emulator, kind)
    async with assistant(emulator) as mcp:
        told = await read(mcp, f"assembla://spaces/{space}/{kind}/{thing.id}")
    assert told["id"] == thing.id
    assert told["title" if kind == "custom_fields" else "name"]
    assert expected.items() <= told.items()


@pytest.mark.parametrize(
    "state",
    [
        pytest.param("active", marks=pytest.mark.endpoints(52)),
        pytest.param("proposed", marks=pytest.mark.endpoints(53)),
        pytest.param("hidden", marks=pytest.mark.endpoints(54)),
    ],
)
async def test_the_tags_of_one_state(emulator: Emulator, state: str) -> None:
    async with assistant(emulator) as mcp:
        everything = await read(mcp, f"assembla://spaces/{SPACE}/tags")
        told = await read(mcp, f"assembla://spaces/{SPACE}/tags?state={state}")
        assert "state" in await refused(mcp, f"assembla://spaces/{SPACE}/tags?state=new")
    assert told["complete"]
    assert told["items"] == [tag for tag in everything["items"] if tag.get("state") == state] != []


@pytest.mark.endpoints(10, 80)
async def test_tools_go_by_name_and_memberships_by_id(emulator: Emulator) -> None:
    role = emulator.database.user_roles.where(space_id=space_of(emulator)["id"], user_id=emulator.database.me)[0]
    async with assistant(emulator) as mcp:
        tool = await read(mcp, f"assembla://spaces/{SPACE}/tools/git")
        member = await read(mcp, f"assembla://spaces/{SPACE}/members/{role['id']}")
    assert tool["type"] == "GitTool"
    assert (member["user_id"], member["role"], member["status"]) == (emulator.database.me, "owner", "accepted")


@pytest.mark.endpoints(28, 32)
async def test_a_comment_has_its_changes_read_and_a_link_its_relation_in_words(emulator: Emulator) -> None:
    ids = {row["id"]: row["number"] for row in tickets(emulator.database).where(space_id=space_of(emulator)["id"])}
    told_of = [row for row in tickets(emulator.database) if row["id"] in ids]
    comment = next(
        row for ticket in told_of for row in comments_of(emulator.database, ticket) if "status" in row["ticket_changes"]
    )
    link = next(row for row in ticket_associations(emulator.database) if row["ticket1_id"] in ids)
    async with assistant(emulator) as mcp:
        at = f"assembla://spaces/{SPACE}/tickets"
        told = await read(mcp, f"{at}/{ids[comment['ticket_id']]}/comments/{comment['id']}")
        tied = await read(mcp, f"{at}/{ids[link['ticket1_id']]}/links/{link['id']}")
    assert told["ticket_id"] == comment["ticket_id"]
    assert "status" in {change["field"] for change in told["changes"]}
    assert "ticket_changes" not in told
    assert tied["relationship"].isalpha()


@pytest.mark.endpoints(111)
async def test_a_version_of_a_wiki_page(emulator: Emulator) -> None:
    page = first(emulator, wiki_pages)
    version = wiki_page_versions(emulator.database).where(wiki_page_id=page["id"])[0]
    async with assistant(emulator) as mcp:
        told = await read(mcp, f"assembla://spaces/{SPACE}/wiki/{page['id']}/versions/{version['id']}")
    assert (told["version"], told["wiki_page_id"]) == (version["version"], page["id"])


@pytest.mark.endpoints(133, 140, 143)
async def test_what_the_ssh_tool_has_is_read_and_nothing_runs(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        at = f"assembla://spaces/{SPACE}/ssh"
        action = await read(mcp, f"{at}/actions/1210")
        server = await read(mcp, f"{at}/servers/640")
        launch = await read(mcp, f"{at}/launches/20428")
        for trick in ("/actions/1210/run", "/actions/1210%2Frun", "/actions/../actions/1210/run"):
            await refused(mcp, at + trick)
    assert (action["frequency"], action["status"]) == ("on commit", "idle")
    assert server["remote_host"] == "live.harbour-app.example"
    assert launch["output"].count("\n") == 15
    assert list(ssh_runs(emulator.database)) == []


@pytest.mark.endpoints(85, 88, 94)
async def test_ones_own_mention_key_and_time_entry(emulator: Emulator) -> None:
    entry = add_task(emulator.database, space_of(emulator)["id"], "1.25")
    async with assistant(emulator) as mcp:
        mention = await read(mcp, "assembla://mentions/52700")
        key = await read(mcp, "assembla://ssh_keys/3050")
        hours = await read(mcp, f"assembla://time_entries/{entry['id']}")
    assert mention["message"].startswith("@wren ")
    assert key["title"] == "Laptop"
    assert hours["hours"] == 1.25


@pytest.mark.endpoints(152, 158, 162)
async def test_things_of_a_portfolio_take_the_configured_one_or_the_one_in_the_uri(emulator: Emulator) -> None:
    uris = ("assembla://invitations/77120", "assembla://groups/912", "assembla://ticket_reports")
    async with assistant(emulator) as mcp:
        given = [await read(mcp, f"{uri}?portfolio={PORTFOLIO}") for uri in uris]
        for uri in uris:
            assert "ASSEMBLA_PORTFOLIO" in await refused(mcp, uri)
    async with assistant(emulator, portfolio=PORTFOLIO) as mcp:
        assert [await read(mcp, uri) for uri in uris] == given
    assert (given[0]["status"], given[0]["role"]) == ("invited", "watcher")
    assert given[1]["name"] == "Mobile developers"
    assert given[2]["items"][0]["title"] == "Active by Space"


async def test_the_link_to_a_document_leads_to_its_bytes_and_a_picture_is_one(emulator: Emulator) -> None:
    space = space_of(emulator)
    archive = add_document(
        emulator.database, space, "a.zip", b"PK\x03\x04 not text \xff\x00", content_type="application/zip"
    )
    async with assistant(emulator) as mcp:
        result = await mcp.call_tool("get_document", {"space": SPACE, "id": archive["id"]})
        link = result.content[1]
        assert isinstance(link, ResourceLink)
        told = (await mcp.read_resource(link.uri)).contents
    assert isinstance(told[0], TextResourceContents)
    assert isinstance(told[1], BlobResourceContents)
    assert base64.b64decode(told[1].blob) == b"PK\x03\x04 not text \xff\x00"
    assert told[1].mime_type == "application/zip"


async def test_names_are_percent_encoded_and_stay_in_their_place(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        assert (await read(mcp, "assembla://spaces/Harbour%20Mobile%20App"))["wiki_name"] == SPACE
        for uri in (
            "assembla://spaces/..%2Fuser",
            "assembla://spaces/%2e%2e",
            "assembla://spaces/..",
            f"assembla://spaces/{SPACE}/tools/..%2F..%2F..%2Fuser",
            f"assembla://spaces/{SPACE}/tools/..",
            f"assembla://spaces/{SPACE}/wiki/../../x",
            f"assembla://spaces/{SPACE}/statuses/1%2F..",
            f"assembla://spaces/{SPACE}/statuses/{'9' * 40}",
            f"assembla://spaces/{SPACE}/statuses/",
            "assembla://spaces/%FF%00",
            "assembla://spaces/" + "x" * 70_000,
        ):
            await refused(mcp, uri)
    assert not [seen.path for seen in emulator.requests if ".." in seen.path.split("/") or seen.path == "/v1/user.json"]


@pytest.mark.parametrize(
    "uri",
    ["assembla://nothing", "file:///etc/passwd", "", "assembla://spaces/x/y/z", "https://api.assembla.com/v1/user"],
)
async def test_an_unknown_uri_is_a_protocol_error(emulator: Emulator, uri: str) -> None:
    async with assistant(emulator) as mcp:
        assert "no such resource" in await refused(mcp, uri)
    assert emulator.requests == []


async def test_assemblas_errors_are_protocol_errors_with_the_text_of_the_tool(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        result = await mcp.call_tool("get_space", {"space": "harbour-ap"})
        assert await refused(mcp, "assembla://spaces/harbour-ap") == text_of(result)
        assert (await refused(mcp, f"assembla://spaces/{SPACE}/tags/1")).startswith("NOT_FOUND: ")
        emulator.faults.add(Fault(Status(500), path="/v1/", times=None))
        assert (await refused(mcp, "assembla://mentions/1", INTERNAL_ERROR)).startswith("UPSTREAM: ")


async def test_outside_of_the_allowed_spaces_nothing_is_read(emulator: Emulator) -> None:
    entry = add_task(emulator.database, space_of(emulator)["id"])
    async with assistant(emulator, spaces=["lighthouse"], portfolio=PORTFOLIO) as mcp:
        for uri in (
            f"assembla://spaces/{SPACE}",
            f"assembla://spaces/{SPACE}/tags",
            f"assembla://spaces/{space_of(emulator)['id']}/tickets/1",
            "assembla://mentions/52700",
            f"assembla://time_entries/{entry['id']}",
        ):
            assert (await refused(mcp, uri)).startswith("NOT_ALLOWED: ")
        assert (await read(mcp, "assembla://groups/910"))["items"] == []
        assert (await read(mcp, "assembla://spaces/lighthouse"))["wiki_name"] == "lighthouse"


async def test_what_goes_with_a_tool_that_is_not_served_is_neither_listed_nor_read(emulator: Emulator) -> None:
    async with assistant(emulator, toolsets=["default"], exclude=["get_wiki_page"]) as mcp:
        listed = [each.uri_template for each in (await mcp.list_resource_templates()).resource_templates]
        for uri in (
            f"assembla://spaces/{SPACE}/wiki/x",
            f"assembla://spaces/{SPACE}/ssh/actions/1210",
            "assembla://groups/1",
        ):
            assert (await refused(mcp, uri)).startswith("NOT_ALLOWED: ")
    assert emulator.requests == []
    assert "assembla://spaces/{space}" in listed
    assert not [template for template in listed if "wiki" in template or "ssh" in template]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(
    "text", ["x", "..", "a/b", "", "0", "-1", "1e3", "\u0663", "😀", "\x00", "9" * 400, "%2e%2e", "?#&,"]
)
async def test_whatever_stands_in_a_uri_is_answered_or_refused_in_words(
    emulator: Emulator, mode: str, text: str
) -> None:
    errors: list[MCPError] = []
    async with assistant(emulator, mode=mode, portfolio=PORTFOLIO) as mcp:
        for template in (await mcp.list_resource_templates()).resource_templates:
            parsed = UriTemplate.parse(template.uri_template)
            given = {name: SPACE if name == "space" else text for name in parsed.variable_names}
            try:
                await mcp.read_resource(parsed.expand(given))
            except MCPError as error:
                errors.append(error)
    assert {error.error.code for error in errors} <= {INVALID_PARAMS}
    assert not [error for error in errors if "inside this server" in error.error.message]
    assert not [
        seen.path for seen in emulator.requests if ".." in seen.path.split("/") or seen.path.endswith("/run.json")
    ]


async def test_every_template_is_listed_with_a_name_of_its_own_and_a_type(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        listed = (await mcp.list_resource_templates()).resource_templates
        assert (await mcp.list_resources()).resources == []
    assert len({each.name for each in listed}) == len({each.uri_template for each in listed}) == len(listed) > 20
    assert {each.mime_type for each in listed} == {"application/json"}
    assert all(each.title and each.description for each in listed)


async def test_a_tools_answer_of_the_same_thing_is_what_its_own_resource_holds(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        assert await read(mcp, "assembla://spaces/lighthouse") == {
            name: value
            for name, value in (await ask(mcp, "get_space", space="lighthouse")).items()
            if value is not None
        }
