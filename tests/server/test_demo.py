"""The demo: true, readable anywhere, and ending with a configuration that works."""

import json
import subprocess
import sys
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters, stdio_client

from assembla_emulator.app import Emulator
from assembla_mcp.cli.demo import configuration
from guards import STUCK_S
from program_harness import Run, environ


def pasted(told: str) -> dict[str, Any]:
    config: dict[str, Any] = json.loads(told[told.index("\n{\n") : told.rindex("\n}\n") + 2])
    return config


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_the_demo_tells_the_truth_at_any_width(run: Run, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    result = run("demo")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "\x1b" not in result.stdout
    told = " ".join(result.stdout.split())
    emulator = Emulator()
    me = emulator.database.user(emulator.credentials.user)
    assert me["name"] in told
    for tool in ("get_user", "list_spaces", "get_milestone", "search_tickets", "get_space", "NOT_FOUND"):
        assert tool in told
    assert pasted(result.stdout) == configuration()


def test_settings_of_the_user_are_not_in_the_way(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, TOOLSETS="people", API_KEY="half a pair", SPACES="nothing")
    assert run("demo").exit_code == 0


async def test_the_configuration_to_paste_starts_a_server_that_answers() -> None:
    server = configuration()["mcpServers"]["assembla"]
    with anyio.fail_after(30):
        parameters = StdioServerParameters(command=server["command"], args=server["args"])
        async with Client(stdio_client(parameters)) as client:
            result = await client.call_tool("get_user", {})
    assert not result.is_error
    assert result.structured_content is not None
    assert result.structured_content["login"] == Emulator().credentials.user


def test_colour_is_for_terminals_that_want_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    done = run("demo")
    assert done.exit_code == 0
    assert "\x1b[" in done.stdout
    assert pasted(done.stdout)["mcpServers"]


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_it_is_shown_on_a_terminal_that_lacks_some_of_its_marks(encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assembla_mcp", "demo"],
        env={"PYTHONIOENCODING": encoding},
        capture_output=True,
        text=True,
        encoding=encoding,
        timeout=STUCK_S,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert pasted(done.stdout)["mcpServers"]
