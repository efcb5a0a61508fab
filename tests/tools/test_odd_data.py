"""Today's Assembla is known by halves: one odd value costs neither the rest of an answer nor its truth."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from assembla_emulator.app import Emulator
from assembla_emulator.faults.paging import FixedPageSize, LargestPageSize, ShortPages, Unpaged
from assembla_emulator.faults.patching import ABSENT, Patched
from assembla_emulator.faults.plan import Fault
from assembla_tools import catalogue
from examples import EXAMPLES
from harness import ask, assistant

PAGED = {tool.name: tool for tool in catalogue()}


def with_fault(*faults: Fault) -> Emulator:
    emulator = Emulator(rate=None, tickets=60)
    for fault in faults:
        emulator.faults.add(fault)
    return emulator


def patched(path: str, where: str, value: object) -> Fault:
    return Fault(Patched(where, value), path=re.compile(path), times=None)


NO_TITLE = patched("/merge_requests.json", "/0/title", ABSENT)


@pytest.mark.parametrize(
    ("tool", "arguments", "fault", "named"),
    [
        ("list_documents", {}, patched("/documents.json", "/0/filename", None), "documents.filename"),
        ("search_tickets", {}, patched("/tickets.json", "/0/story_importance", 4.5), "tickets.story_importance"),
        ("search_tickets", {}, patched("/tickets.json", "/0/summary", None), "tickets.summary"),
        ("list_milestones", {"state": "all"}, patched("/milestones", "/0/due_date", "soon"), "milestones.due_date"),
        ("list_members", {}, patched("/users.json", "/0/login", ABSENT), "users.login"),
        ("get_space_metadata", {}, patched("/space_tools.json", "/0/name", None), "space_tools.name"),
        ("list_wiki_pages", {}, patched("/wiki_pages.json", "/0/contents", None), "wiki_pages.contents"),
        ("list_merge_requests", {"status": "all", "repository": "git"}, NO_TITLE, "merge_requests.title"),
        ("get_space", {}, patched("/harbour-app.json", "/restricted", None), "space.restricted"),
    ],
)
async def test_an_odd_value_is_null_or_left_out_and_named_while_the_rest_stays(
    tool: str, arguments: dict[str, Any], fault: Fault, named: str
) -> None:
    async with assistant(with_fault()) as mcp:
        before = await ask(mcp, tool, space="harbour-app", **arguments)
    async with assistant(with_fault(fault)) as mcp:
        after = await ask(mcp, tool, space="harbour-app", **arguments)
    assert f"`{named}`" in after["note"]
    if "items" in before:
        assert len(after["items"]) == len(before["items"])
        changed = [row for row in after["items"] if row not in before["items"]]
        assert len(changed) <= 1
        assert after["complete"] == before["complete"]


@pytest.mark.parametrize(
    ("path", "where", "value"),
    [
        ("/tickets.json", "/*/estimate", str),
        ("/tickets.json", "/*/priority", str),
        ("/tickets.json", "/*/custom_fields", lambda there: there or []),
        ("/milestones", "/*/due_date", lambda there: there and f"{there}T00:00:00.000Z"),
    ],
)
async def test_what_means_the_same_in_another_type_changes_nothing(path: str, where: str, value: object) -> None:
    question = {"space": "harbour-app", "detail": "full", "limit": 60, "state": "all"}
    tool = "search_tickets" if "tickets" in path else "list_milestones"
    answers = []
    for emulator in (with_fault(), with_fault(patched(path, where, value))):
        async with assistant(emulator) as mcp:
            answers.append(await ask(mcp, tool, **question))
    assert answers[0] == answers[1]


async def test_a_row_that_nothing_identifies_is_left_out_and_the_list_is_not_called_complete() -> None:
    async with assistant(with_fault(patched("/documents.json", "/1/id", None))) as mcp:
        answer = await ask(mcp, "list_documents", space="harbour-app", limit=500)
    assert answer["complete"] is False
    assert answer["next_cursor"] is None
    assert "`documents` (1)" in answer["note"]


@pytest.mark.parametrize(
    "manner",
    [FixedPageSize(10), FixedPageSize(200), LargestPageSize(50), ShortPages({1: 3, 2: 60}), Unpaged()],
    ids=lambda manner: repr(manner),
)
@pytest.mark.parametrize("tool", ["search_tickets", "list_milestones", "list_wiki_pages", "list_documents"])
async def test_a_list_is_whole_however_its_server_makes_pages(tool: str, manner: Any) -> None:
    question: dict[str, Any] = {"space": "harbour-app", "limit": 500}
    question |= {"state": "all"} if tool in ("search_tickets", "list_milestones") else {}
    question |= {"fields": ["number"]} if tool == "search_tickets" else {}
    seen = []
    for faults in ((), (Fault(manner, times=None),)):
        emulator = Emulator(rate=None, tickets=230)
        for fault in faults:
            emulator.faults.add(fault)
        async with assistant(emulator) as mcp:
            answer = await ask(mcp, tool, **question)
        seen.append([next(iter(row.values())) for row in answer["items"]])
        assert answer["complete"] or answer["next_cursor"]
    if isinstance(manner, ShortPages):  # the rows that it leaves out are on no page
        assert 0 <= len(seen[0]) - len(seen[1]) <= 63
    else:
        assert seen[1] == seen[0]


@pytest.mark.parametrize("odd", [None, {"a": [1]}, [[1]], True, "7", 4.5, "", [], "canary"], ids=repr)
async def test_no_tool_fails_over_an_odd_value_in_every_row(odd: object) -> None:
    """Each field but what identifies a thing, one value for all of them at once: the worst day of all."""
    emulator = with_fault()
    keep = {"id", "number", "ticket_id", "tool_id", "active", "version", "space_id", "wiki_name"}

    def spoil(row: object) -> object:
        return {key: there if key in keep else odd for key, there in row.items()} if isinstance(row, dict) else row

    def spoil_all(body: object) -> object:
        return [spoil(row) for row in body] if isinstance(body, list) else spoil(body)

    async with assistant(emulator) as mcp:
        schemas = {tool.name: tool.output_schema for tool in (await mcp.list_tools()).tools}
        for tool, arguments in EXAMPLES.items():
            emulator.faults.clear()
            emulator.faults.add(Fault(Patched("", spoil_all), path="/v1/", times=None))
            result = await mcp.call_tool(tool, arguments)
            text = result.content[0].text  # type: ignore[union-attr] # the first block is text
            assert "inside this server" not in text, (tool, text)
            if not result.is_error:
                Draft202012Validator(schemas[tool] or False).validate(result.structured_content)
