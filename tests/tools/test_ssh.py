from typing import Any

import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.ssh import add_ssh_launch, ssh_actions, ssh_launches, ssh_runs
from assembla_emulator.faults.kinds import Status
from assembla_emulator.faults.plan import Fault
from assembla_tools import catalogue
from examples import EXAMPLES
from harness import ask, assistant, refusal, walk

SPACE = "harbour-app"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None, tickets=60)


def action_of(emulator: Emulator, name: str) -> Row:
    found = ssh_actions(emulator.database).first(name=name)
    assert found
    return found


@pytest.mark.endpoints(132, 142)
async def test_actions_say_what_runs_where_and_when(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        brief = await walk(mcp, "list_ssh", space=SPACE, kind="actions", limit=2)
        full = await walk(mcp, "list_ssh", space=SPACE, kind="actions", detail="full")
    assert {
        "id": 1210,
        "name": "Deploy staging",
        "command": "cd /srv/app && ./deploy.sh --env staging",
        "frequency": "on commit",
        "status": "idle",
        "server": "staging",
    } in brief
    assert [action["id"] for action in brief] == [action["id"] for action in full]
    assert {action["username"] for action in full} == {"deploy", "watch", "root"}


@pytest.mark.endpoints(142)
async def test_servers_say_where_they_are(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        servers = await walk(mcp, "list_ssh", space=SPACE, kind="servers")
    assert [(each["name"], each["remote_host"], each["remote_port"]) for each in servers] == [
        ("live", "live.harbour-app.example", 22),
        ("old box", "192.0.2.17", 22),
        ("staging", "staging.harbour-app.example", 2222),
    ]


@pytest.mark.endpoints(139)
async def test_launches_come_newest_first_with_how_they_ended(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        launches = await walk(mcp, "list_ssh", space=SPACE, kind="launches", limit=9)
    times = [launch["started_at"] for launch in launches]
    assert times == sorted(times, reverse=True)
    assert {launch["status"] for launch in launches} == {"running", "succeeded", "failed"}
    assert {launch["action"] for launch in launches} == {"Deploy staging", "Nightly backup", "Show log"}
    assert {launch["server"] for launch in launches} == {"staging", "live"}
    assert not [launch for launch in launches if "output" in launch]


@pytest.mark.endpoints(138)
@pytest.mark.parametrize("action", ["nightly backup", "1211"])
async def test_launches_of_one_action(emulator: Emulator, action: str) -> None:
    async with assistant(emulator) as mcp:
        launches = await walk(mcp, "list_ssh", space=SPACE, kind="launches", action=action)
        said = await refusal(mcp, "list_ssh", space=SPACE, kind="launches", action="nightly backups")
        wrong = await refusal(mcp, "list_ssh", space=SPACE, kind="servers", action=action)
    assert len(launches) == 28
    assert {launch["action"] for launch in launches} == {"Nightly backup"}
    assert said.startswith("NOT_FOUND: ")
    assert "`Nightly backup`" in said
    assert wrong.startswith("INVALID: action: ")


@pytest.mark.endpoints(147)
async def test_the_spaces_key_or_that_it_has_none(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        [key] = await walk(mcp, "list_ssh", space=SPACE, kind="key")
        none = await ask(mcp, "list_ssh", space="project-template", kind="key")
        said = await refusal(mcp, "list_ssh", space="weekend-robots", kind="key")
    assert key["public_content"].startswith("ssh-ed25519 ")
    assert (none["items"], none["complete"]) == ([], True)
    assert said.startswith("NOT_FOUND: ")
    assert "SSH tool" in said


@pytest.mark.endpoints(141)
async def test_a_launch_comes_with_its_whole_output(emulator: Emulator) -> None:
    row = add_ssh_launch(
        emulator.database,
        action_of(emulator, "Deploy staging"),
        "".join(f"line {number}\n" for number in range(40)),
        at=emulator.clock.instant(),
        success=False,
    )
    async with assistant(emulator) as mcp:
        launch = await ask(mcp, "get_ssh_launch", space=SPACE, id=row["id"])
    assert launch["output"] == row["output"]
    assert launch["output_chars"] == len(row["output"])
    assert (launch["action"], launch["server"], launch["status"]) == ("Deploy staging", "staging", "failed")
    assert (launch["next_offset"], launch["note"]) == (None, None)


async def test_a_long_output_comes_in_pieces_that_make_up_the_whole(emulator: Emulator) -> None:
    output = "".join(f"{number}: \u00e4 long line of output\n" for number in range(3_000))
    row = add_ssh_launch(emulator.database, action_of(emulator, "Show log"), output, at=emulator.clock.instant())
    read, arguments = "", {"space": SPACE, "id": row["id"]}
    async with assistant(emulator, max_result_chars=8_000) as mcp:
        while True:
            piece = await ask(mcp, "get_ssh_launch", **arguments)
            read += piece["output"]
            if piece["next_offset"] is None:
                break
            arguments["offset"] = piece["next_offset"]
    assert read == output


@pytest.mark.endpoints(140, 141)
async def test_where_the_whole_output_cannot_be_had_its_beginning_is_given_and_said_to_be_cut(
    emulator: Emulator,
) -> None:
    row = add_ssh_launch(
        emulator.database, action_of(emulator, "Show log"), "line\n" * 40, at=emulator.clock.instant(), success=None
    )
    space = emulator.database.find_space(SPACE) or {}
    emulator.faults.add(
        Fault(Status(500), path=f"/v1/spaces/{space['id']}/ssh/launches/{row['id']}/output", times=None)
    )
    async with assistant(emulator) as mcp:
        launch = await ask(mcp, "get_ssh_launch", space=SPACE, id=row["id"])
    assert launch["output"] == "line\n" * 15
    assert launch["status"] == "running"
    assert "first 15 lines" in launch["note"]


async def test_an_unknown_launch_is_not_found(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        assert (await refusal(mcp, "get_ssh_launch", space=SPACE, id=1)).startswith("NOT_FOUND: ")


@pytest.mark.endpoints(87)
async def test_ones_own_keys_by_title_and_in_full_with_the_key(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        brief = await walk(mcp, "list_ssh_keys", limit=1)
        full = await walk(mcp, "list_ssh_keys", detail="full")
    assert [(key["title"], key["read_only"]) for key in brief] == [("Build server", True), ("Laptop", False)]
    assert not [key for key in brief if "key" in key]
    assert all(key["key"].startswith("ssh-ed25519 ") for key in full)


async def test_nothing_that_can_be_read_runs_a_command(emulator: Emulator) -> None:
    space = emulator.database.find_space(SPACE)
    assert space
    commands = [str(row["id"]) for row in ssh_actions(emulator.database)]
    launches = len(ssh_launches(emulator.database))
    tricks = [*commands, *(f"{id}/run" for id in commands), f"{commands[0]}%2Frun", f"../actions/{commands[0]}/run"]
    async with assistant(emulator) as mcp:
        for tool in [each for each in catalogue() if each.effect == "read"]:
            await mcp.call_tool(tool.name, EXAMPLES.get(tool.name, {}))
            for given in _each_text_replaced(tool.listed.input_schema, EXAMPLES.get(tool.name, {}), tricks):
                await mcp.call_tool(tool.name, given)
        for kind in ("actions", "servers", "launches", "key"):
            for action in (None, *tricks):
                await mcp.call_tool("list_ssh", {"space": SPACE, "kind": kind, "action": action})
    assert [seen for seen in emulator.requests if "/ssh/" in seen.path]
    assert not [seen.path for seen in emulator.requests if seen.path.endswith(("/run", "/run.json"))]
    assert {seen.method for seen in emulator.requests} == {"GET"}
    assert list(ssh_runs(emulator.database)) == []
    assert len(ssh_launches(emulator.database)) == launches


def _each_text_replaced(schema: dict[str, Any], example: dict[str, Any], tricks: list[str]) -> list[dict[str, Any]]:
    """The example with each parameter that takes text, but for the space, replaced by each trick."""
    names = [name for name, kind in schema["properties"].items() if kind["type"] == "string" and name != "space"]
    return [{**example, name: trick} for name in names for trick in tricks[-3:]]
