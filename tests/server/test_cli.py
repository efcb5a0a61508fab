"""The command line: what it takes, what it says, and with which status it leaves."""

import errno
import json
import subprocess
import sys

import click
import pytest

from assembla_mcp import __version__, exit_status
from assembla_mcp.exit_status import CommandError
from guards import STUCK_S
from program_harness import Run, environ

HEAVY = {"mcp", "pydantic", "pydantic_settings", "rich", "httpx2", "uvicorn", "assembla_tools", "assembla_client"}


HELP = "from assembla_mcp.__main__ import main; sys.argv[1:] = {}; main()"
PARSED = "from assembla_mcp.cli.program import program; program.make_context('assembla-mcp', {})"


@pytest.mark.parametrize(
    ("script", "arguments"),
    [
        (HELP, ["--help"]),
        (HELP, ["--version"]),
        (HELP, ["call", "--help"]),
        (PARSED, ["serve", "--transport", "http", "--port", "9000", "--toolsets", "all"]),
        (PARSED, ["--read-only"]),
    ],
)
def test_help_version_and_parsing_import_nothing_heavy(script: str, arguments: list[str]) -> None:
    whole = f"import sys, atexit; atexit.register(lambda: print('LOADED', *sys.modules)); {script.format(arguments)}"
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, timeout=STUCK_S)
    assert done.returncode == 0
    loaded = set(done.stdout.partition("LOADED ")[2].split())
    assert "click" in loaded
    assert not loaded & HEAVY


def test_version_is_told(run: Run) -> None:
    assert run("--version").stdout == f"assembla-mcp {__version__}\n"


@pytest.mark.parametrize("asked", [["--help"], ["-h"]])
def test_help_names_every_command(run: Run, asked: list[str]) -> None:
    told = run(*asked).stdout
    for command in ("serve", "demo", "sandbox", "login", "logout", "status", "tools", "call", "doctor"):
        assert f"\n  {command} " in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "nonsense"),
        (["--nonsense"], "--nonsense"),
        (["serve", "--transport", "pigeon"], "pigeon"),
        (["serve", "--port", "70000"], "70000"),
        (["--toolsets", "spaecs"], "spaces"),
        (["--toolsets", "spaecs"], "ASSEMBLA_TOOLSETS"),
        (["serve", "--tools", "get_spce"], "get_space"),
        (["serve", "--tools", "get_spce"], "--tools "),
        (["tools", "--exclude-tools", "nothing_like_it"], "nothing_like_it"),
        (["tools", "--exclude-tools", "nothing_like_it"], "ASSEMBLA_EXCLUDE_TOOLS"),
        (["login", "--flow", "magic"], "magic"),
        (["call"], "TOOL"),
        (["serve", "--transport", "http", "--host", "0.0.0.0"], "ASSEMBLA_HTTP_TOKEN"),
        (["serve", "--transport", "http", "--host", "::"], "ASSEMBLA_HTTP_TOKEN"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(run: Run, arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("assembla-mcp: ")
    assert said in line


@pytest.mark.parametrize("command", [[], ["serve"], ["tools"], ["status"], ["login"], ["logout"], ["sandbox"]])
def test_wrong_settings_stop_every_command_that_needs_them(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    environ(monkeypatch, API_SECRET="c4nary-secret", TOKEN_STROE="file")
    result = run(*command)
    assert result.exit_code == 2
    [line] = result.stderr.splitlines()
    assert all(
        name in line
        for name in ("ASSEMBLA_API_KEY", "ASSEMBLA_API_SECRET", "ASSEMBLA_TOKEN_STROE", "ASSEMBLA_TOKEN_STORE")
    )
    assert "c4nary" not in result.output


def test_the_real_program_leaves_with_status_2_and_a_clean_stdout() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assembla_mcp"],
        env={"ASSEMBLA_TIMEOUT_S": "never"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=STUCK_S,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("assembla-mcp: ASSEMBLA_TIMEOUT_S must be ")
    assert len(done.stderr.splitlines()) == 1


def test_a_stranger_among_the_variables_is_mentioned_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, WEATHER="fine")
    result = run("tools", "--json")
    assert result.exit_code == 0
    assert result.stderr.count("ASSEMBLA_WEATHER") == 1
    json.loads(result.stdout)


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (KeyboardInterrupt(), 130, ""),
        (click.Abort(), 130, ""),
        (click.exceptions.Exit(3), 3, ""),
        (SystemExit(1), 1, ""),
        (SystemExit(), 0, ""),
        (BaseExceptionGroup("g", [SystemExit(3)]), 3, ""),
        (CommandError("it did\nnot work"), 1, "assembla-mcp: it did not work\n"),
        (ExceptionGroup("g", [CommandError("why")]), 1, "assembla-mcp: why\n"),
        (PermissionError(errno.EACCES, "Denied", "/x"), 1, "assembla-mcp: Denied: /x\n"),
        (OSError("?"), 1, "assembla-mcp: OSError\n"),
        (CommandError("refresh_token=c4nary-value"), 1, "assembla-mcp: refresh_token=[redacted]\n"),
    ],
)
def test_an_error_at_the_edge_is_one_line_and_a_status(
    capsys: pytest.CaptureFixture[str], error: BaseException, status: int, said: str
) -> None:
    assert exit_status.report(error) == status
    assert capsys.readouterr().err == said


def test_a_bug_is_called_one_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status.report(ZeroDivisionError("secret details")) == 1
    told = capsys.readouterr().err
    assert "a bug in assembla-mcp (ZeroDivisionError)" in told
    assert "secret details" not in told


@pytest.mark.parametrize("said", ["tools --json | true", "demo | head -3"])
def test_a_reader_that_leaves_early_is_no_error(said: str) -> None:
    shell = f"{sys.executable} -m assembla_mcp {said}"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=STUCK_S)
    assert done.stderr == ""
