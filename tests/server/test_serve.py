"""`sandbox`, and what `serve` says before it serves."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

import pytest

from assembla_emulator.app import Emulator
from guards import STUCK_S
from program_harness import Run, Served, environ

PROGRAM = [sys.executable, "-m", "assembla_mcp"]
NAMES = ["API_URL", "API_KEY", "API_SECRET", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"]


@contextmanager
def running(*arguments: str, stdin: int = subprocess.DEVNULL, **env: str) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*PROGRAM, *arguments], stdin=stdin, stdout=pipe, stderr=pipe, text=True, env={**os.environ, **env}
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=STUCK_S)


def test_the_sandbox_prints_what_is_needed_and_answers() -> None:
    with running("sandbox", "--port", "0", "--tickets", "20", "--seed", "7") as sandbox:
        assert sandbox.stdout is not None
        printed = dict(sandbox.stdout.readline().rstrip("\n").split("=", 1) for _ in NAMES)
        assert list(printed) == [f"ASSEMBLA_{name}" for name in NAMES]
        asked = Request(
            f"{printed['ASSEMBLA_API_URL']}/v1/user.json",
            headers={"X-Api-Key": printed["ASSEMBLA_API_KEY"], "X-Api-Secret": printed["ASSEMBLA_API_SECRET"]},
        )
        with urlopen(asked, timeout=STUCK_S) as answer:
            assert json.load(answer)["login"]
    assert sandbox.returncode in (0, -signal.SIGTERM)


def test_the_sandbox_prints_what_a_shell_can_read() -> None:
    with running("sandbox", "--port", "0", "--tickets", "20", "--export") as sandbox:
        assert sandbox.stdout is not None
        lines = "".join(sandbox.stdout.readline() for _ in NAMES)
    assert all(line.startswith("export ASSEMBLA_") for line in lines.splitlines())
    shown = subprocess.run(["sh", "-c", f"{lines}env"], capture_output=True, text=True, timeout=10).stdout
    assert all(f"ASSEMBLA_{name}=" in shown for name in NAMES)


def test_a_port_in_use_is_said_in_one_line(run: Run, served: Served) -> None:
    with served(Emulator(tickets=20)) as base_url:
        port = base_url.rpartition(":")[2]
        result = run("sandbox", "--port", port, "--tickets", "20")
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"port {port} " in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_port_in_use_is_said_by_serve_too(run: Run, served: Served) -> None:
    with served(Emulator(tickets=0)) as base_url:
        port = base_url.rpartition(":")[2]
        result = run("serve", "--demo", "--transport", "http", "--port", port)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"cannot listen on 127.0.0.1, port {port}" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_from_a_terminal_serve_says_what_it_waits_for() -> None:
    ours, theirs = pty.openpty()
    try:
        with running(stdin=theirs) as server:
            assert server.stderr is not None
            told = "".join(server.stderr.readline() for _ in range(3))
            assert "waiting for an MCP client" in told
            assert all(f"assembla-mcp {name}" in told for name in ("demo", "login", "doctor"))
    finally:
        os.close(ours)
        os.close(theirs)


def test_http_beyond_this_machine_is_served_where_a_token_is_set() -> None:
    with running(
        "serve", "--transport", "http", "--host", "0.0.0.0", "--port", "0", ASSEMBLA_HTTP_TOKEN="a-token-of-sixteen"
    ) as server:
        assert server.stderr is not None
        assert " listens on http://0.0.0.0:" in server.stderr.readline()


@pytest.mark.parametrize("closed", [(0,), (1,), (0, 1, 2)])
def test_a_closed_stdin_or_stdout_is_said_in_one_line_and_is_no_bug(closed: tuple[int, ...]) -> None:
    def close() -> None:
        for number in closed:
            os.close(number)

    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*PROGRAM, "serve", "--demo"], stdin=pipe, stdout=pipe, stderr=pipe, text=True, preexec_fn=close
    ) as server:
        _, told = server.communicate(timeout=STUCK_S)
    assert server.returncode == 1
    if 2 not in closed:
        assert told.splitlines() == [
            "assembla-mcp: stdin or stdout is closed, so no MCP client can speak to this server over stdio."
        ]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_a_short_token_is_refused_beyond_this_machine(run: Run, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    environ(monkeypatch, HTTP_TOKEN="fifteen-letters")
    result = run("serve", "--transport", "http", "--host", host)
    assert (result.exit_code, result.stdout) == (2, "")
    [line] = result.stderr.splitlines()
    assert "make ASSEMBLA_HTTP_TOKEN at least 16 characters" in line
    assert "fifteen-letters" not in line


def test_on_this_machine_a_short_token_is_enough(run: Run, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, HTTP_TOKEN="short")
    with served(Emulator(tickets=0)) as base_url:
        port = base_url.rpartition(":")[2]
        result = run("serve", "--demo", "--transport", "http", "--port", port)
    assert (result.exit_code, "cannot listen" in result.stderr) == (1, True)  # past the check, to a port in use
