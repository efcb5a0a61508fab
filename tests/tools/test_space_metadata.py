"""All that one needs to know about a space, in one call and few requests."""

from collections import Counter
from typing import Any

import anyio
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.database.database import INVITED, REMOVED
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.milestones import BACKLOG, CURRENT, add_milestone
from assembla_emulator.factories.tags import HIDDEN, add_tag
from assembla_emulator.factories.ticket_setup import add_component, add_custom_field, add_custom_report
from assembla_emulator.faults.kinds import Delay, Status
from assembla_emulator.faults.plan import Fault
from harness import ask, asked_first, assistant, text_of

ALL = ["statuses", "members", "milestones", "tags", "custom_fields", "components", "tools", "reports"]


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None, tickets=60)


def add_quay(emulator: Emulator, *tools: str) -> Row:
    return emulator.database.add_space("Quay", wiki_name="quay", tools=tools or ("tickets", "milestones", "git"))


@pytest.mark.endpoints(3, 8, 19, 36, 41, 46, 51, 60, 78, 79)
async def test_one_call_tells_all_of_it_by_name(emulator: Emulator) -> None:
    database, space = emulator.database, add_quay(emulator)
    kit, hana, gone = (database.user(login)["id"] for login in ("kit", "hana", "ragnar"))
    database.add_role(space["id"], kit, "watcher")
    database.add_role(space["id"], hana, status=INVITED)
    database.add_role(space["id"], gone, status=REMOVED)
    later = add_milestone(database, space["id"], "Later", planner_type=BACKLOG)
    now = add_milestone(database, space["id"], "Now", due_date="2024-06-01", planner_type=CURRENT)
    add_milestone(database, space["id"], "Past", is_completed=True)
    add_tag(database, space["id"], "b", None)
    add_tag(database, space["id"], "a")
    add_tag(database, space["id"], "c", HIDDEN)
    add_custom_field(database, space["id"], "Severity", "List", list_options=["Low", "High"], required=True)
    add_component(database, space["id"], "Hull")
    report = add_custom_report(database, space["id"], "Urgent", priority=1)
    async with assistant(emulator) as mcp:
        answer = await ask(mcp, "get_space_metadata", space="quay", include=ALL)
    members = answer.pop("members")
    assert {(each["login"], each["role"], each["status"]) for each in members} == {
        ("hana", "member", "invited"),
        ("kit", "watcher", "accepted"),
        ("wren", "owner", "accepted"),
    }
    assert answer == {
        "space": "quay",
        "id": space["id"],
        "name": "Quay",
        "missing": [],
        "statuses": [
            {"name": "New", "state": "open"},
            {"name": "Accepted", "state": "open"},
            {"name": "Test", "state": "open"},
            {"name": "Fixed", "state": "closed"},
            {"name": "Invalid", "state": "closed"},
        ],
        "milestones": [
            {"id": now["id"], "title": "Now", "due_date": "2024-06-01", "planner": "current"},
            {"id": later["id"], "title": "Later", "due_date": None, "planner": "backlog"},
        ],
        "tags": [{"name": "a", "state": "active"}, {"name": "b", "state": None}],
        "custom_fields": [
            {"name": "Severity", "type": "List", "required": True, "default": None, "options": ["Low", "High"]}
        ],
        "components": ["Hull"],
        "tools": [
            {"name": tool["name"], "type": kind}
            for tool, kind in zip(
                database.space_tools.where(space_id=space["id"]), ("Tickets", "Milestones", "Git"), strict=True
            )
        ],
        "reports": [{"report": f"u{report['id']}", "title": "Urgent", "whose": "team"}],
        "note": None,
    }


async def test_it_takes_at_most_ten_requests_and_only_what_is_asked_for(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        for arguments, most in (({"include": ALL}, 10), ({}, 9), ({"include": ["tags"]}, 2)):
            emulator.requests.clear()
            answer = await ask(mcp, "get_space_metadata", space="harbour-app", **arguments)
            assert len(asked_first(emulator)) <= most
            assert (answer["reports"] is None) == ("reports" not in arguments.get("include", []))


async def test_the_requests_are_side_by_side(emulator: Emulator) -> None:
    emulator.faults.add(Fault(Delay(0.5), path="/v1/", times=None))
    async with assistant(emulator) as mcp:
        before = anyio.current_time()
        await ask(mcp, "get_space_metadata", space="harbour-app")
        one_after_the_other = 0.5 * len(emulator.requests)
        assert anyio.current_time() - before < 0.7 * one_after_the_other


async def test_50_at_the_same_instant_make_one_request_for_each_resource(emulator: Emulator) -> None:
    answers: list[dict[str, Any]] = []
    async with assistant(emulator) as mcp:

        async def one() -> None:
            answers.append(await ask(mcp, "get_space_metadata", space="harbour-app"))

        with anyio.fail_after(10):
            async with anyio.create_task_group() as group:
                for _ in range(50):
                    group.start_soon(one)
    assert len(answers) == 50
    assert all(answer == answers[0] for answer in answers)
    counted = Counter((seen.path, seen.query) for seen in emulator.requests)
    assert set(counted.values()) == {1}, counted


async def test_what_somebody_else_added_shows_at_the_next_call(emulator: Emulator) -> None:
    space = add_quay(emulator)
    async with assistant(emulator) as mcp:
        assert (await ask(mcp, "get_space_metadata", space="quay"))["tags"] == []
        add_tag(emulator.database, space["id"], "fresh")
        assert (await ask(mcp, "get_space_metadata", space="quay"))["tags"] == [{"name": "fresh", "state": "active"}]


async def test_a_part_whose_tool_is_not_installed_is_named(emulator: Emulator) -> None:
    add_quay(emulator, "wiki")
    async with assistant(emulator) as mcp:
        answer = await ask(mcp, "get_space_metadata", space="quay")
    assert answer["missing"] == [
        "statuses: the Tickets tool is not installed",
        "milestones: the Milestones tool is not installed",
        "tags: the Tickets tool is not installed",
        "custom_fields: the Tickets tool is not installed",
        "components: the Tickets tool is not installed",
    ]
    assert answer["statuses"] is None
    assert [tool["type"] for tool in answer["tools"]] == ["Wiki"]


async def test_a_part_that_is_refused_is_null_and_told(emulator: Emulator) -> None:
    space = add_quay(emulator)
    emulator.faults.add(Fault(Status(403), path=f"/v1/spaces/{space['id']}/user_roles", times=None))
    async with assistant(emulator) as mcp:
        answer = await ask(mcp, "get_space_metadata", space="quay")
    assert answer["members"] is None
    assert answer["statuses"]
    assert "members: This user may not do that" in " ".join(answer["missing"])


async def test_a_big_space_stays_within_the_ceiling_and_says_what_is_left_out(emulator: Emulator) -> None:
    space = add_quay(emulator)
    for number in range(600):
        add_milestone(emulator.database, space["id"], f"Milestone {number}")
        add_tag(emulator.database, space["id"], f"tag {number}")
    choices = [f"a choice that takes some room {number}" for number in range(1_500)]
    add_custom_field(emulator.database, space["id"], "Port of call", "List", list_options=choices)
    async with assistant(emulator) as mcp:
        result = await mcp.call_tool("get_space_metadata", {"space": "quay"})
    assert 10_000 < len(text_of(result)) <= 25_000
    answer = result.structured_content
    shown = len(answer["milestones"])
    assert shown == len(answer["tags"]) > 20
    assert f"milestones: {shown} of 600 are shown. `list_milestones` has them all." in answer["note"]
    assert f"tags: {shown} of 600 are shown." in answer["note"]
    assert f"Port of call: {shown} of 1500 choices are shown." in answer["note"]
    field = next(each for each in answer["custom_fields"] if each["name"] == "Port of call")
    assert field["options"] == choices[:shown]


async def test_a_part_of_a_few_hundred_is_shown_whole(emulator: Emulator) -> None:
    space = add_quay(emulator)
    for number in range(300):
        add_tag(emulator.database, space["id"], f"tag {number}")
    async with assistant(emulator) as mcp:
        answer = await ask(mcp, "get_space_metadata", space="quay", include=["tags"])
    assert len(answer["tags"]) == 300
    assert answer["note"] is None
