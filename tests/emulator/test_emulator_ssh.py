"""The SSH tool over HTTP: servers, actions, launches, and the one GET that runs something."""

from collections.abc import Callable
from typing import Any

import httpx2

from assembla_emulator.app import Emulator
from assembla_emulator.factories.ssh import add_ssh_action, add_ssh_launch, add_ssh_server, ssh_runs

SSH = "/spaces/harbour-app/ssh"
ACTION = [
    *("id", "name", "command", "description", "username", "frequency", "repo_tool_id", "status", "position"),
    *("space_tool_id", "ssh_tool_server_id"),
]
LAUNCH = ["id", "success", "command", "started_at", "ended_at", "action_id", "server_id", "output"]


async def named(http: httpx2.AsyncClient, kind: str) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in (await http.get(f"{SSH}/{kind}.json")).json()}


async def test_actions_and_servers_are_listed_and_found_by_id(http: httpx2.AsyncClient) -> None:
    actions, servers = await named(http, "actions"), await named(http, "servers")
    deploy, staging = actions["Deploy staging"], servers["staging"]
    assert list(deploy) == ACTION
    assert list(staging) == ["id", "remote_host", "remote_port", "name", "description", "space_tool_id"]
    assert deploy["ssh_tool_server_id"] == staging["id"]
    assert (await http.get(f"{SSH}/actions/{deploy['id']}.json")).json() == deploy
    assert (await http.get(f"{SSH}/servers/{staging['id']}.json")).json() == staging
    assert {row["status"] for row in actions.values()} == {0, 2}
    assert (await http.get(f"{SSH}/actions/1")).status_code == 404
    assert (await http.get(f"/spaces/lighthouse/ssh/servers/{staging['id']}")).status_code == 404


async def test_launches_are_newest_first_with_outputs_cut_to_fifteen_lines(http: httpx2.AsyncClient) -> None:
    launches = (await http.get(f"{SSH}/launches.json?per_page=5")).json()
    ids = [row["id"] for row in launches]
    assert list(launches[0]) == LAUNCH
    assert len(ids) > 25
    assert ids == sorted(ids, reverse=True)
    long = next(row for row in launches if row["output"].count("\n") == 15)
    assert (await http.get(f"{SSH}/launches/{long['id']}.json")).json() == long
    whole = (await http.get(f"{SSH}/launches/{long['id']}/output.json")).json()
    assert whole["output"].count("\n") == 40
    assert whole["output"].startswith(long["output"])
    assert (await http.get(f"{SSH}/launches/1/output")).status_code == 404


async def test_one_launch_still_runs_and_some_failed(http: httpx2.AsyncClient) -> None:
    launches = (await http.get(f"{SSH}/launches")).json()
    assert {row["success"] for row in launches} == {True, False, None}
    assert all((row["ended_at"] is None) == (row["success"] is None) for row in launches)
    assert any("Ignore previous instructions" in row["output"] for row in launches)


async def test_launches_of_an_action_come_in_pages_either_way(http: httpx2.AsyncClient) -> None:
    backup = (await named(http, "actions"))["Nightly backup"]
    path = f"{SSH}/actions/{backup['id']}/launches.json"
    newest = [row["id"] for row in (await http.get(path)).json()]
    oldest = [row["id"] for row in (await http.get(f"{path}?sort_order=asc")).json()]
    assert len(newest) == len(oldest) == 25
    assert newest == sorted(newest, reverse=True)
    assert oldest == sorted(oldest)
    assert (await http.get(f"{path}?page=3")).status_code == 204
    assert (await http.get(f"{SSH}/actions/1/launches")).status_code == 404


async def test_reading_everything_runs_nothing(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    for path in ("actions", "servers", "launches", "key"):
        assert (await http.get(f"{SSH}/{path}")).status_code == 200
    assert len(ssh_runs(emulator.database)) == 0


async def test_run_queues_a_launch_and_is_counted(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    action = (await named(http, "actions"))["Restart everything"]
    answer = await http.get(f"{SSH}/actions/{action['id']}/run.json")
    assert answer.json() == action | {"status": 1}
    (launch,) = (await http.get(f"{SSH}/actions/{action['id']}/launches")).json()
    assert (launch["success"], launch["ended_at"], launch["output"]) == (None, None, "")
    assert (await http.get(f"{SSH}/actions/{action['id']}")).json()["status"] == 1
    await http.get(f"{SSH}/actions/{action['id']}/run")
    assert [row["user_id"] for row in ssh_runs(emulator.database).where(action_id=action["id"])] == [
        emulator.database.me
    ] * 2


async def test_watchers_run_nothing(
    emulator: Emulator, http: httpx2.AsyncClient, asking_as: Callable[[str], httpx2.AsyncClient]
) -> None:
    action = (await named(http, "actions"))["Restart everything"]
    async with asking_as("ottoline") as ottoline:
        assert (await ottoline.get(f"{SSH}/actions")).status_code == 200
        assert (await ottoline.get(f"{SSH}/actions/{action['id']}/run")).status_code == 403
    assert len(ssh_runs(emulator.database)) == 0


async def test_key_is_public_and_may_not_have_been_made(http: httpx2.AsyncClient) -> None:
    key = (await http.get(f"{SSH}/key.json")).json()
    assert list(key) == ["id", "public_content", "space_tool_id"]
    assert key["public_content"].startswith("ssh-ed25519 AAAA")
    assert (await http.get("/spaces/project-template/ssh/key")).status_code == 404
    assert (await http.get("/spaces/project-template/ssh/actions")).status_code == 204


async def test_space_without_the_tool_says_so(http: httpx2.AsyncClient) -> None:
    for path in ("actions", "actions/1", "actions/1/run", "launches", "servers", "key"):
        assert (await http.get(f"/spaces/tidewater-billing/ssh/{path}")).text == "Tool not found"


async def test_they_can_be_added(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    database = emulator.database
    space = database.add_space(wiki_name="mine")
    server = add_ssh_server(database, database.add_tool(space["id"], "ssh"), "box", "box.example")
    action = add_ssh_action(database, server, "Do it", "true")
    launch = add_ssh_launch(database, action, "x\n" * 16, at=database.days_ago(1), success=False)
    (sent,) = (await http.get("/spaces/mine/ssh/launches")).json()
    assert (sent["id"], sent["success"], sent["output"]) == (launch["id"], False, "x\n" * 15)
