"""What holds for every tool that answers in pages: a cursor belongs to the resolved question, and to nothing else."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from mcp import Client

from assembla_emulator.app import Emulator
from assembla_tools import catalogue
from harness import ask, assistant, refusal

SPACE = {"space": "harbour-app"}
SAME_SPACE: tuple[dict[str, Any], ...] = (
    {"space": "GjwEd9twZ0_yPj7ZVz4zSU"},
    {"space": "harbour-app"},
    {"space": "HARBOUR mobile app"},
)
PORTFOLIO = {"portfolio": "lumenfjord"}
OTHER_SPACE = {"space": "lighthouse"}


@dataclass(frozen=True)
class Walk:
    """A question, other ways to ask the same one (changes to its arguments), and changes that make it another."""

    question: dict[str, Any]
    same: tuple[dict[str, Any], ...] = ()
    other: tuple[dict[str, Any], ...] = ()
    presentation: tuple[dict[str, Any], ...] = field(default=({"detail": "full"}, {"limit": 2}))


LIMIT_ALONE = ({"limit": 2},)
WALKS = {
    "list_spaces": Walk({}, ({"query": None},), ({"query": "harbour"},)),
    "search_tickets": Walk(
        SPACE | {"assignee": "noor", "state": "all", "updated_after": "2025-01-01"},
        (
            *SAME_SPACE,
            {"space": None, "spaces": ["harbour-app"]},
            {"assignee": "Noor Quillhaven"},
            {"updated_after": "2025-01-01T02:00:00+02:00"},
            {"order": "desc"},
        ),
        (OTHER_SPACE, {"assignee": "wren"}, {"state": "open"}, {"sort": "number"}, {"order": "asc"}, {"text": "fix"}),
        ({"detail": "full"}, {"limit": 2}, {"fields": ["reporter"]}),
    ),
    "list_milestones": Walk(SPACE | {"state": "all"}, SAME_SPACE, (OTHER_SPACE, {"state": "completed"})),
    "list_members": Walk(SPACE, (*SAME_SPACE, {"role": None}), (OTHER_SPACE, {"include_removed": True})),
    "list_merge_requests": Walk(
        SPACE | {"status": "all", "repository": "git"},
        (*SAME_SPACE, {"repository": "GIT"}),
        ({"status": "merged"}, {"repository": None}, {"source": "main"}),
    ),
    "list_wiki_pages": Walk(SPACE, SAME_SPACE, (OTHER_SPACE, {"parent": "Architecture"}, {"text": "the"})),
    "list_documents": Walk(SPACE, SAME_SPACE, (OTHER_SPACE, {"text": "notes"}, {"ticket": 1})),
    "list_activity": Walk(
        SPACE | {"kinds": ["ticket", "wiki"]},
        (*SAME_SPACE, {"kinds": ["Wiki", "TICKET"]}),
        (OTHER_SPACE, {"kinds": ["ticket"]}, {"author": "noor"}),
    ),
    "list_time_entries": Walk(
        SPACE | {"user": "me", "since": "2025-01-01"},
        (*SAME_SPACE, {"user": "wren"}, {"since": "2025-01-01T00:00:00Z"}),
        (OTHER_SPACE, {"user": "noor"}, {"since": "2025-01-02"}),
    ),
    "list_standups": Walk(SPACE, SAME_SPACE, (OTHER_SPACE, {"date": "2026-01-01"}, {"with_roadblocks": True})),
    "list_mentions": Walk({}, ({"read": None},), ({"read": False},)),
    "list_portfolio_users": Walk(PORTFOLIO, ({"portfolio": "lumenfjord"},), ({"usergroup": "managers"},)),
    "list_invitations": Walk(PORTFOLIO, ({"portfolio": "lumenfjord"},)),
    "list_groups": Walk(PORTFOLIO, ({"portfolio": "lumenfjord"},)),
    "get_user_report": Walk(PORTFOLIO, ({"portfolio": "lumenfjord"},), (), LIMIT_ALONE),
    "list_ssh": Walk(
        SPACE | {"kind": "launches", "action": "Deploy staging"},
        (*SAME_SPACE, {"action": "deploy STAGING"}),
        ({"action": None}, {"kind": "actions", "action": None}),
    ),
    "list_ssh_keys": Walk({}),
}
SAME = [(tool, change) for tool, walk in WALKS.items() for change in (*walk.same, *walk.presentation)]
OTHER = [(tool, change) for tool, walk in WALKS.items() for change in walk.other]


@pytest.fixture
async def mcp() -> AsyncIterator[Client]:
    async with assistant(Emulator(rate=None)) as client:
        yield client


def called(question: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {"limit": 1, **question, **changes}.items() if value is not None}


def shows_the_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one[name] == other[name] for name in one.keys() & other.keys())


def test_every_tool_with_a_cursor_is_in_the_table() -> None:
    assert set(WALKS) == {tool.name for tool in catalogue() if "cursor" in tool.listed.input_schema["properties"]}


@pytest.mark.parametrize(("tool", "change"), SAME, ids=str)
async def test_a_cursor_is_taken_however_its_question_is_said_and_shown(
    mcp: Client, tool: str, change: dict[str, Any]
) -> None:
    question = WALKS[tool].question
    first = await ask(mcp, tool, **called(question))
    second = await ask(mcp, tool, **called(question, cursor=first["next_cursor"]))
    otherwise = await ask(mcp, tool, **called(question, **change, cursor=first["next_cursor"]))
    assert shows_the_same(otherwise["items"][0], second["items"][0])
    assert not shows_the_same(otherwise["items"][0], first["items"][0])


@pytest.mark.parametrize(("tool", "change"), OTHER, ids=str)
async def test_a_cursor_of_another_question_is_refused(mcp: Client, tool: str, change: dict[str, Any]) -> None:
    question = WALKS[tool].question
    first = await ask(mcp, tool, **called(question))
    said = await refusal(mcp, tool, **called(question, **change, cursor=first["next_cursor"]))
    assert said.startswith("INVALID: cursor: it belongs to other arguments")


@pytest.mark.parametrize("tool", WALKS)
async def test_a_cursor_of_another_tool_is_refused(mcp: Client, tool: str) -> None:
    other = "list_spaces" if tool == "list_ssh_keys" else "list_ssh_keys"
    first = await ask(mcp, other, limit=1)
    said = await refusal(mcp, tool, **called(WALKS[tool].question, cursor=first["next_cursor"]))
    assert said == f"INVALID: cursor: this is not a cursor of `{tool}`; leave it out to start again."
