"""Completions through a real MCP client: what may follow on what was typed, and silence where nothing may."""

import json
import re

import pytest
from mcp import Client
from mcp.types import Completion, PromptReference, ResourceTemplateReference

from assembla_emulator.app import Emulator
from assembla_emulator.factories.wiki_pages import add_wiki_page
from assembla_emulator.faults.kinds import Body, Drop, Status
from assembla_emulator.faults.plan import Fault
from harness import assistant

PROMPT = PromptReference(type="ref/prompt", name="triage")
TEMPLATE = ResourceTemplateReference(type="ref/resource", uri="assembla://spaces/{space}/wiki/{page}")
Reference = PromptReference | ResourceTemplateReference


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None, tickets=60)


async def completed(mcp: Client, name: str, typed: str, ref: Reference = PROMPT, **given: str) -> Completion:
    result = await mcp.complete(ref=ref, argument={"name": name, "value": typed}, context_arguments=given or None)
    return result.completion


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_server_says_that_it_completes(emulator: Emulator, mode: str) -> None:
    async with assistant(emulator, mode=mode) as mcp:
        assert mcp.server_capabilities.completions is not None
        assert (await completed(mcp, "space", "light")).values == ["lighthouse"]


@pytest.mark.parametrize("ref", [PROMPT, TEMPLATE])
async def test_spaces_are_completed_by_wiki_name_or_by_the_name_that_was_begun(
    emulator: Emulator, ref: Reference
) -> None:
    async with assistant(emulator) as mcp:
        assert (await completed(mcp, "space", "HARBOUR-", ref)).values == [
            "harbour-app",
            "harbour-website",
            "harbour-website-next",
        ]
        assert (await completed(mcp, "space", "harbour m", ref)).values == ["Harbour Mobile App"]
        assert (await completed(mcp, "space", "no such", ref)).values == []


@pytest.mark.parametrize(
    ("name", "typed", "first"),
    [
        ("milestone", "release 2", "Release 2.1"),
        ("status", "n", "New"),
        ("assignee", "odal", "odalys"),
        ("assignee", "m", "me"),
        ("page", "offline", "Offline_mode"),
    ],
)
async def test_names_in_the_space_that_was_given_are_completed(
    emulator: Emulator, name: str, typed: str, first: str
) -> None:
    async with assistant(emulator) as mcp:
        for space in ("harbour-app", "Harbour Mobile App"):
            found = await completed(mcp, name, typed, space=space)
            assert found.values[0] == first
            assert all(value.casefold().startswith(typed) for value in found.values)
            assert (found.total, found.has_more) == (len(found.values), False)


async def test_nobody_who_was_removed_is_offered_though_the_api_still_lists_them(emulator: Emulator) -> None:
    space = emulator.database.find_space("harbour-app") or {}
    people = [
        {key: emulator.database.user(login)[key] for key in ("id", "login", "name")} for login in ("ragnar", "wren")
    ]
    sent = Body(json.dumps(people).encode(), content_type="application/json")
    emulator.faults.add(Fault(sent, path=f"/v1/spaces/{space['id']}/users", times=None))
    async with assistant(emulator) as mcp:
        assert (await completed(mcp, "assignee", "", space="harbour-app")).values == ["me", "wren"]


@pytest.mark.parametrize("status", [403, 404])
async def test_where_roles_may_not_be_seen_the_members_are_offered(emulator: Emulator, status: int) -> None:
    emulator.faults.add(Fault(Status(status), path=re.compile("user_roles"), times=None))
    async with assistant(emulator) as mcp:
        assert (await completed(mcp, "assignee", "odal", space="harbour-app")).values == ["odalys"]


@pytest.mark.parametrize("name", ["milestone", "status", "assignee", "page"])
async def test_without_a_space_nothing_is_asked_or_offered(emulator: Emulator, name: str) -> None:
    async with assistant(emulator) as mcp:
        assert (await completed(mcp, name, "")).values == []
        assert (await completed(mcp, name, "", space=" ")).values == []
    assert emulator.requests == []


async def test_at_most_a_hundred_values_come_and_the_rest_is_counted(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        found = await completed(mcp, "page", "", TEMPLATE, space="lighthouse")
    assert len(found.values) == 100
    assert found.total is not None
    assert found.total > 104
    assert found.has_more is True


async def test_nothing_of_a_space_outside_the_allowed_ones_is_offered_or_asked_for(emulator: Emulator) -> None:
    hidden = emulator.database.find_space("lighthouse") or {}
    async with assistant(emulator, spaces=["harbour-app"]) as mcp:
        assert (await completed(mcp, "space", "")).values == ["harbour-app"]
        for name in ("milestone", "status", "assignee", "page"):
            for space in ("lighthouse", "Lighthouse Data Platform", hidden["id"]):
                assert (await completed(mcp, name, "", space=space)).values == []
    assert not [seen.path for seen in emulator.requests if hidden["id"] in seen.path or "lighthouse" in seen.path]


@pytest.mark.parametrize("trouble", [Status(401), Status(403), Status(404), Status(500), Drop(after=3)])
async def test_trouble_is_an_empty_completion(emulator: Emulator, trouble: Status | Drop) -> None:
    emulator.faults.add(Fault(trouble, path="/v1/", times=None))
    async with assistant(emulator, timeout_s=0.2) as mcp:
        for name in ("space", "milestone", "page"):
            assert (await completed(mcp, name, "", space="harbour-app")).values == []


@pytest.mark.parametrize("space", ["no-such-space", "Harbour Website", "../user", "\u202e"])
async def test_a_space_that_is_unknown_ambiguous_or_strange_is_an_empty_completion(
    emulator: Emulator, space: str
) -> None:
    async with assistant(emulator) as mcp:
        assert (await completed(mcp, "milestone", "", space=space)).values == []


async def test_arguments_that_nobody_can_guess_are_left_alone(emulator: Emulator) -> None:
    unknown = PromptReference(type="ref/prompt", name="no_such_prompt")
    async with assistant(emulator) as mcp:
        assert (await completed(mcp, "number", "1", space="harbour-app")).values == []
        assert (await completed(mcp, "colour", "", unknown, space="harbour-app")).values == []


async def test_what_nobody_sees_is_not_offered(emulator: Emulator) -> None:
    space = emulator.database.find_space("harbour-app") or {}
    add_wiki_page(emulator.database, space, "zz\u202e\u200bend", "x")
    async with assistant(emulator) as mcp:
        assert (await completed(mcp, "page", "zz", space="harbour-app")).values == ["zzend"]
