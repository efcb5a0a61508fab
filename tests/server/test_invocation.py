"""How this program tells people and clients to start it again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assembla_mcp.cli import invocation
from assembla_mcp.cli.demo import configuration
from assembla_mcp.cli.invocation import for_clients, for_people, is_of_uvx, origin_in, uvx_command
from program_harness import Run

COMPLETION = {
    "_ASSEMBLA_MCP_COMPLETE": "bash_complete",
    "COMP_WORDS": "assembla-mcp call get_s",
    "COMP_CWORD": "2",
}


@pytest.mark.parametrize(
    ("prefix", "whether"),
    [
        ("/home/ada/.cache/uv/archive-v0/QxTz19", True),
        ("/home/ada/.cache/uv/environments-v2/assembla-mcp-1f3a", True),
        ("/home/ada/.cache/uv/builds-v0/.tmpAb12", True),
        ("/home/ada/.local/share/uv/tools/assembla-mcp", False),
        ("/home/ada/.local/share/pipx/venvs/assembla-mcp", False),
        ("/home/ada/src/assembla-mcp/.venv", False),
    ],
)
def test_what_uvx_made_for_one_run_is_told_from_what_stays(prefix: str, whether: bool) -> None:
    assert is_of_uvx(Path(prefix)) is whether


@pytest.mark.parametrize(
    ("direct_url", "command"),
    [
        (None, ["uvx", "assembla-mcp"]),
        ({"url": "file:///home/ada/my%20src", "dir_info": {}}, ["uvx", "--from", "/home/ada/my src", "assembla-mcp"]),
        ({"url": "https://e.example/a.whl"}, ["uvx", "--from", "https://e.example/a.whl", "assembla-mcp"]),
        (
            {"url": "https://e.example/a.git", "vcs_info": {"vcs": "git", "commit_id": "0a1b"}},
            ["uvx", "--from", "git+https://e.example/a.git@0a1b", "assembla-mcp"],
        ),
    ],
)
def test_uvx_is_told_where_the_package_came_from(direct_url: object, command: list[str]) -> None:
    assert uvx_command(origin_in(None if direct_url is None else json.dumps(direct_url))) == command


def test_under_uvx_the_configuration_is_one_of_uvx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", "/home/ada/.cache/uv/archive-v0/QxTz19")
    server = configuration()["mcpServers"]["assembla"]
    assert server["command"] == "uvx"
    assert server["args"][-3:] == ["assembla-mcp", "serve", "--demo"]
    assert for_people().startswith("uvx ")


def test_what_the_demo_ends_with_can_be_typed_where_it_ran(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.chdir(Path(sys.executable).parents[2])
    program = for_people()
    done = subprocess.run(f"{program} --version", shell=True, capture_output=True, text=True, timeout=30)
    assert done.stdout.startswith("assembla-mcp ")
    told = " ".join(run("demo").stdout.split())
    assert f"`{program} login`" in told
    assert f"`{program} doctor`" in told


def test_on_the_path_the_program_goes_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert for_people() == invocation.NAME
    assert Path(for_clients()[0]).is_absolute()


def test_the_shell_completes_commands_and_tools() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from assembla_mcp.__main__ import main; main()"],
        env={**os.environ, **COMPLETION},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert {"plain,get_space", "plain,get_space_metadata"} <= set(done.stdout.split())
    assert done.stderr == ""
