"""What stands beside the thing asked for never loses it: every tool, each request beside the main one, each refusal."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from assembla_emulator.app import Emulator
from assembla_emulator.faults.kinds import Status
from assembla_emulator.faults.plan import Fault
from examples import EXAMPLES
from harness import ask, assistant, text_of

MAIN = {
    "list_spaces": r"/spaces(\.json)?$",
    "get_space": "harbour-app",
    "get_space_metadata": "harbour-app",
    "search_tickets": r"harbour-app|/tickets(\.json|/my_active|/milestone)|/milestones|/users",
    "get_ticket": r"harbour-app|/tickets/12\.json",
    "get_milestone": "harbour-app|/milestones",
    "list_milestones": "harbour-app|/milestones",
    "get_user": "/users/wren",
    "list_members": "harbour-app|/user_roles",
    "list_activity": "harbour-app|/activity",
    "list_time_entries": "harbour-app|/tasks|/user\\.json",
    "list_standups": "harbour-app|/standup",
    "list_mentions": "/mentions",
    "list_portfolio_users": "/v1/users",
    "list_invitations": "/invitations",
    "list_groups": "/groups",
    "get_user_report": "/report",
    "list_ssh": "harbour-app|/actions",
    "get_ssh_launch": "harbour-app|/launches",
    "list_ssh_keys": "/ssh_keys",
    "list_merge_requests": "harbour-app|/merge_requests|/space_tools/repo",
    "get_merge_request": r"harbour-app|/merge_requests/4225\.json|/space_tools/repo",
    "list_wiki_pages": "harbour-app|/wiki_pages",
    "get_wiki_page": "harbour-app|/wiki_pages",
    "get_document": r"harbour-app|/documents(\.json|/[^/]+\.json)",
    "list_documents": "harbour-app|/documents|/attachments",
}
"""By tool, the requests without which there is no answer: the space, what is asked for, what names in the call mean."""

PARTS = ["comments", "history", "tags", "links", "attachments", "time", "merge_requests"]

WHOLE: dict[str, dict[str, Any]] = {
    "get_ticket": {"space": "harbour-app", "number": 12, "include": PARTS},
    "get_merge_request": {"space": "harbour-app", "id": 4225},
    "search_tickets": {"space": "harbour-app", "limit": 5},
}
"""Calls that ask for more than the examples do."""


def arguments_of(tool: str) -> dict[str, Any]:
    return WHOLE.get(tool, EXAMPLES[tool])


async def paths_beside(tool: str) -> list[str]:
    emulator = Emulator(rate=None, tickets=60)
    async with assistant(emulator) as mcp:
        await ask(mcp, tool, **arguments_of(tool))
    paths = dict.fromkeys(seen.path for seen in emulator.requests)
    return [path for path in paths if not re.search(MAIN[tool], path)]


def test_the_table_has_every_tool() -> None:
    assert MAIN.keys() == EXAMPLES.keys()


@pytest.mark.parametrize("status", [403, 404, 500])
@pytest.mark.parametrize("tool", sorted(MAIN))
async def test_a_side_list_that_is_refused_leaves_the_answer(tool: str, status: int) -> None:
    for path in await paths_beside(tool):
        emulator = Emulator(rate=None, tickets=60)
        emulator.faults.add(Fault(Status(status), path=path, times=None))
        async with assistant(emulator) as mcp:
            schemas = {each.name: each.output_schema for each in (await mcp.list_tools()).tools}
            result = await mcp.call_tool(tool, arguments_of(tool))
        assert not result.is_error, (path, text_of(result))
        Draft202012Validator(schemas[tool] or False).validate(result.structured_content)


@pytest.mark.parametrize(
    ("tool", "path", "what"),
    [
        ("search_tickets", "/users.json", "Names of members left out: "),
        ("get_ticket", "/users.json", "Names of members left out: "),
        ("get_ticket", "/ticket_associations", "Links left out: "),
        ("get_ticket", "/attachments", "Attachments left out: "),
        ("get_ticket", "/ticket_comments", "Comments left out: "),
        ("get_merge_request", "/votes", "Votes left out: "),
    ],
)
async def test_what_is_left_out_is_told(tool: str, path: str, what: str) -> None:
    emulator = Emulator(rate=None, tickets=60)
    emulator.faults.add(Fault(Status(403), path=re.compile(path), times=None))
    async with assistant(emulator) as mcp:
        answer = await ask(mcp, tool, **arguments_of(tool))
    assert what in answer["note"]


async def test_one_repository_of_two_that_is_broken_is_named_and_the_other_answers() -> None:
    async with assistant(Emulator(rate=None, tickets=60)) as mcp:
        whole = await ask(mcp, "list_merge_requests", space="harbour-app", status="all", limit=100)
    emulator = Emulator(rate=None, tickets=60)
    async with assistant(emulator) as mcp:
        await ask(mcp, "list_merge_requests", space="harbour-app", repository="git-2", limit=1)
        second = next(seen.path for seen in emulator.requests if "/merge_requests" in seen.path)
        emulator.faults.add(Fault(Status(500), path=second, times=None))
        answer = await ask(mcp, "list_merge_requests", space="harbour-app", status="all", limit=100)
    assert answer["items"] == [each for each in whole["items"] if each["repository"] != "git-2"]
    assert answer["complete"] is False
    assert "`git-2`" in answer["note"]


@pytest.mark.parametrize(
    ("tool", "arguments", "path"),
    [
        ("get_ticket", WHOLE["get_ticket"], "/users.json|/attachments|/ticket_associations"),
        ("get_space_metadata", {"space": "harbour-app"}, "/user_roles|/ticket_components"),
        ("get_document", EXAMPLES["get_document"], "/download"),
        ("search_tickets", {"spaces": ["harbour-app", "lighthouse"]}, "lighthouse|tickets.json"),
    ],
)
@pytest.mark.parametrize("status", [403, 500])
async def test_an_answer_never_quotes_what_assembla_said_of_a_part(
    tool: str, arguments: dict[str, Any], path: str, status: int
) -> None:
    emulator = Emulator(rate=None, tickets=60)
    said = json.dumps({"error": f"key {emulator.credentials.api_secret} may not"})
    trouble = Status(status, body=said, content_type="application/json")
    emulator.faults.add(Fault(trouble, path=re.compile(path), nth=2 if tool == "search_tickets" else 1, times=None))
    async with assistant(emulator) as mcp:
        result = await mcp.call_tool(tool, arguments)
    assert result.is_error or "note" in result.structured_content
    if not result.is_error:
        assert emulator.credentials.api_secret not in str(result)
