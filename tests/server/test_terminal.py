"""What reaches a terminal: words, whole, and nothing that steers it."""

import json
import logging
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from assembla_emulator.app import Emulator
from assembla_mcp import logs
from assembla_mcp.cli.rendering import answer_view
from program_harness import Run, Served, environ

STEERING = "Wren\x1b[2J\x1b]0;owned\x07\u202e\x9b31m\r\nTallowmere"


@pytest.fixture
def emulator() -> Emulator:
    """One whose signed-in user has a name that clears a screen."""
    emulator = Emulator(tickets=0)
    emulator.database.user(emulator.credentials.user)["name"] = STEERING
    return emulator


def in_environment(monkeypatch: pytest.MonkeyPatch, emulator: Emulator, base_url: str, state: Path) -> None:
    known = emulator.credentials
    environ(monkeypatch, API_URL=base_url, STATE_DIR=str(state), TOKEN_STORE="file")
    environ(monkeypatch, CLIENT_ID=known.client_id, CLIENT_SECRET=known.client_secret)


def pin_of(emulator: Emulator) -> str:
    user = emulator.database.user(emulator.credentials.user)
    return emulator.oauth.approve(emulator.credentials.client_id, "pin_code", str(user["id"]))


def test_a_name_that_steers_terminals_reaches_none(
    run: Run, served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, emulator: Emulator
) -> None:
    with served(emulator) as base_url:
        in_environment(monkeypatch, emulator, base_url, tmp_path)
        told = [run("login", "--flow", "pin", stdin=pin_of(emulator))]
        emulator.database.user(emulator.credentials.user)["login"] = STEERING
        told += [run("status"), run("doctor"), run("call", "get_user"), run("call", "get_user", "--json")]
    for result in told:
        assert result.exit_code == 0, result.stderr
        assert not set("\x1b\x07\x9b\u202e\r") & set(result.output)
    for result in told[:3]:
        assert "Tallowmere" in result.output


def test_an_error_and_a_log_line_that_steer_terminals_reach_none(
    run: Run, served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "\x1b" not in run("call", "get_space", f"space={STEERING}", "--demo").output
    assert "\x1b" not in run("call", STEERING, "--demo").output
    logs.configure("warning")
    logging.getLogger("x").warning("named %s", STEERING)
    told = capsys.readouterr().err
    assert "\x1b" not in told
    assert "Tallowmere" in told


def test_a_secret_is_redacted_whatever_its_case() -> None:
    logs.register_secrets("Canary+Secret.Value", "canary+secret")
    for echoed in ("canary+secret.value", "CANARY+SECRET.VALUE", "Canary+Secret.Value", "CaNaRy+SeCrEt"):
        assert logs.redact_values(f"<{echoed}>") == f"<{logs.REDACTED}>"
        assert logs.redact(f"<{echoed}>") == f"<{logs.REDACTED}>"
    assert logs.redact_values("canary+secret+value") == f"{logs.REDACTED}+value"
    logs.register_secrets("harbour")
    assert logs.redact_values("harbour, HARBOUR") == f"{logs.REDACTED}, HARBOUR"


def drawn(answer: dict[str, Any], width: int) -> str:
    out = StringIO()
    Console(file=out, width=width).print(answer_view(answer), crop=False)
    return out.getvalue()


def test_a_list_is_a_table_where_it_fits_and_a_sheet_for_each_thing_where_it_does_not() -> None:
    ids = ["OT0O_XZlkj3Oi-tyjE8mLh", "GjwEd9twZ0_yPj7ZVz4zSU"]
    items = [{"id": each, "name": "A name of several words", "at": "2026-11-01T11:48:51Z"} for each in ids]
    answer = {"items": items, "complete": True}
    assert "┃" in drawn(answer, 80)
    assert "A name of several words" in drawn(answer, 80)
    assert "A name of several words" not in drawn(answer, 65)
    assert "┃" in drawn(answer, 65)
    assert "┃" not in drawn(answer, 50)
    for width in (80, 65, 50, 40):
        assert all(each in drawn(answer, width) for each in ids)
        assert drawn(answer, width).count("2026-11-01T11:48:51Z") == 2
        assert max(map(len, drawn(answer, width).splitlines())) <= width


WORDS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=24)


@given(
    st.lists(st.fixed_dictionaries({"id": WORDS, "name": st.lists(WORDS, max_size=6).map(" ".join)}), max_size=5),
    st.integers(40, 120),
)
def test_no_word_of_a_list_is_cut_at_any_width(items: list[dict[str, str]], width: int) -> None:
    shown = drawn({"items": items, "complete": True}, width)
    words = set(shown.replace("│", " ").replace("┃", " ").split())
    assert {word for item in items for value in item.values() for word in value.split()} <= words


def test_a_cursor_stays_in_one_piece() -> None:
    answer = {"items": [{"id": 1}], "complete": False, "next_cursor": "c" * 200}
    assert f"cursor={'c' * 200}" in drawn(answer, 60)


@pytest.mark.parametrize("asked", ["--help", "-h"])
def test_the_help_of_a_call_shows_what_the_tool_takes(run: Run, asked: str) -> None:
    for arguments in (["search_tickets", asked], [asked, "search_tickets"], ["search_tickets", "--json", asked]):
        result = run("call", *arguments)
        assert (result.exit_code, result.stderr) == (0, "")
        assert "assembla-mcp call search_tickets" in result.stdout
        assert "newest change first" in result.stdout
        for parameter in ("state (open|closed|all)", "spaces (list of string)", "milestone (string)"):
            assert parameter in result.stdout
    assert "TOOL [KEY=VALUE]" in run("call", asked).stdout
    assert "Required." in run("call", "get_space", asked).stdout
    unknown = run("call", "serch_tickets", asked)
    assert unknown.exit_code == 2
    assert "search_tickets" in unknown.stderr


@pytest.mark.parametrize(
    "command",
    [("call", "get_user"), ("tools",), ("status",), ("doctor",), ("doctor", "--schema"), ("demo",)],
    ids=" ".join,
)
def test_every_command_that_asks_takes_demo(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], free_port: int
) -> None:
    environ(monkeypatch, API_URL=f"http://127.0.0.1:{free_port}", API_KEY="nobody-knows", API_SECRET="this-pair")
    result = run(*command, "--demo")
    assert result.exit_code == 0, result.output
    assert "✗" not in result.stdout


def test_the_status_of_the_demo_has_the_shape_of_every_status(run: Run) -> None:
    told = json.loads(run("status", "--demo", "--json").stdout)
    user = Emulator().credentials.user
    assert told == {
        "profile": "default",
        "way": "key",
        "source": "none",
        "store": None,
        "expires_at": None,
        "user": user,
    }
