"""What the environment and the flags may say, and what is said when they cannot be used."""

import base64
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembla_mcp.config.edit_distance import edit_distance
from assembla_mcp.config.settings import (
    Settings,
    SettingsError,
    defaults,
    load,
    near_misses,
    unknown_variables,
    variables,
)
from program_harness import environ

CANARY = "c4narySecretValue"


def test_nothing_set_means_the_documented_defaults() -> None:
    settings = load()
    assert settings.api_url == "https://api.assembla.com"
    assert settings.redirect_url == "http://127.0.0.1:8723/callback"
    assert (settings.token_store, settings.profile, settings.rate_limit) == (
        "auto",
        "default",
        "20/second,240/minute",
    )
    assert (settings.max_result_chars, settings.timeout_s, settings.read_only) == (25_000, 30.0, False)
    assert settings == defaults()


def test_flags_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, TOOLSETS="spaces", LOG_LEVEL="error")
    settings = load(toolsets="people, tickets", log_level=None)
    assert settings.toolsets == ("people", "tickets")
    assert settings.log_level == "error"


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, API_KEY="", API_SECRET="", TIMEOUT_S="", SPACES="", READ_ONLY="")
    assert load() == defaults()


def test_no_file_in_the_working_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("ASSEMBLA_API_URL=https://evil.example\n")
    monkeypatch.chdir(tmp_path)
    assert load().api_url == "https://api.assembla.com"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIMEOUT_S", "soon"),
        ("TIMEOUT_S", "-7"),
        ("TIMEOUT_S", "nan"),
        ("MAX_RESULT_CHARS", "lots"),
        ("MAX_RESULT_CHARS", "77"),
        ("RATE_LIMIT", "20 a second"),
        ("RATE_LIMIT", "-1/second"),
        ("RATE_LIMIT", "20/fortnight"),
        ("TOKEN_STORE", "cloud"),
        ("LOG_LEVEL", "loud"),
        ("READ_ONLY", "perhaps"),
        ("STATE_KEY", base64.b64encode(b"x" * 31).decode()),
        ("STATE_KEY", "not base64 at all"),
        ("STATE_KEY", "é"),
        ("API_URL", "http://api.assembla.com"),
        ("API_URL", "ftp://api.assembla.com"),
        ("API_URL", "https://user:word@api.assembla.com"),
        ("API_URL", "https://api.assembla.com/?x=1"),
        ("API_URL", "https://api.assembla.com:http"),
        ("API_URL", "api.assembla.com"),
        ("REDIRECT_URL", "https://127.0.0.1:8723/callback"),
        ("REDIRECT_URL", "http://example.com/callback"),
        ("PROFILE", "../other"),
        ("PORTFOLIO", "a/b"),
        ("SPACES", " , "),
        ("TOOLSETS", ","),
        ("ALLOWED_HOSTS", "https://mcp.example.com"),
        ("ALLOWED_HOSTS", "mcp.example.com:8000"),
        ("HTTP_TOKEN", "two words"),
        ("CLIENT_ID", "two words"),
    ],
)
def test_a_wrong_value_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    environ(monkeypatch, **{name: value})
    with pytest.raises(SettingsError) as caught:
        load()
    [problem] = caught.value.problems
    assert problem.startswith(f"ASSEMBLA_{name} must be ")
    assert value not in problem.removeprefix(f"ASSEMBLA_{name}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_URL", "http://127.0.0.1:4000"),
        ("API_URL", "http://localhost:4000/"),
        ("API_URL", "http://[::1]:4000"),
        ("REDIRECT_URL", "http://localhost:9000/back"),
        ("STATE_KEY", base64.b64encode(b"\xff" * 32).decode()),
        ("STATE_KEY", base64.urlsafe_b64encode(b"\xff" * 32).decode().rstrip("=")),
        ("RATE_LIMIT", "5/second"),
        ("LOG_LEVEL", "DEBUG"),
        ("TOKEN_STORE", "Memory"),
        ("ALLOWED_HOSTS", "mcp.example.com, [::1]"),
        ("INDEX", "on"),
        ("POLICY", "strict"),
        ("FILES", "/somewhere"),
        ("HTTP_TOKEN", "short"),
    ],
)
def test_a_right_value_is_taken(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    environ(monkeypatch, **{name: value})
    assert getattr(load(), name.lower()) is not None


def test_the_api_url_has_no_slash_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, API_URL="http://localhost:4000/")
    assert load().api_url == "http://localhost:4000"


@pytest.mark.parametrize(
    ("given_name", "missing"),
    [
        ("API_KEY", "API_SECRET"),
        ("API_SECRET", "API_KEY"),
        ("CLIENT_ID", "CLIENT_SECRET"),
        ("CLIENT_SECRET", "CLIENT_ID"),
    ],
)
def test_half_a_pair_names_the_other_half(monkeypatch: pytest.MonkeyPatch, given_name: str, missing: str) -> None:
    environ(monkeypatch, **{given_name: CANARY})
    with pytest.raises(SettingsError) as caught:
        load()
    assert f"ASSEMBLA_{missing} is not set, but ASSEMBLA_{given_name} is" in str(caught.value)
    assert CANARY not in str(caught.value)


def test_a_refresh_token_needs_its_application(monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, REFRESH_TOKEN=CANARY)
    with pytest.raises(SettingsError, match="ASSEMBLA_CLIENT_ID and ASSEMBLA_CLIENT_SECRET") as caught:
        load()
    assert CANARY not in str(caught.value)


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, TIMEOUT_S="x", API_KYE="y", LOG_LEVEL="z")
    with pytest.raises(SettingsError) as caught:
        load()
    told = str(caught.value)
    assert all(word in told for word in ("ASSEMBLA_API_KYE", "ASSEMBLA_API_KEY", "TIMEOUT_S", "LOG_LEVEL"))


def test_a_slip_of_the_pen_stops_and_a_stranger_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, WEATHER="fine", UNSET="")
    load()
    assert unknown_variables(os.environ) == ["ASSEMBLA_WEATHER"]
    assert near_misses({"ASSEMBLA_TOKEN_STROE": "file", "ASSEMBLA_WEATHER": "fine"}) == [
        "ASSEMBLA_TOKEN_STROE is not a variable of ours: did you mean ASSEMBLA_TOKEN_STORE?"
    ]


def test_secrets_are_stripped_and_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = base64.b64encode(CANARY.encode().ljust(32, b"x")).decode()
    names = ("API_KEY", "API_SECRET", "CLIENT_SECRET", "ACCESS_TOKEN", "REFRESH_TOKEN", "HTTP_TOKEN")
    environ(monkeypatch, CLIENT_ID="app", STATE_KEY=secret, **{name: f" {CANARY}{name}\n" for name in names})
    settings = load()
    assert CANARY not in f"{settings!r} {settings}"
    assert secret not in repr(settings)
    assert sorted(settings.secrets()) == sorted([secret, *(f"{CANARY}{name}" for name in names)])


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().profile = "other"  # type: ignore[misc]  # the refusal is what is tested


def test_the_state_folder_is_the_platform_s_unless_one_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert load().state_folder().name == "assembla-mcp"
    monkeypatch.setenv("HOME", "/home/nobody")
    environ(monkeypatch, STATE_DIR="~/state")
    assert str(load().state_folder()) == "/home/nobody/state"


def test_each_variable_has_a_meaning_and_its_default() -> None:
    table = {name: (default, meaning) for name, default, meaning in variables()}
    assert len(table) == len(Settings.model_fields)
    assert all(meaning.endswith(".") for _, meaning in table.values())
    assert table["ASSEMBLA_TIMEOUT_S"][0] == "30"
    assert table["ASSEMBLA_READ_ONLY"][0] == "false"
    assert table["ASSEMBLA_API_KEY"][0] == ""


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("", "", 0), ("", "abc", 3), ("KEY", "KYE", 1), ("KEY", "KEYS", 1), ("KEY", "KIY", 1), ("AB", "BCA", 3)],
)
def test_edits_are_counted(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other) == edit_distance(other, one) == distance


@given(st.text("ABC", max_size=8), st.integers(0, 8), st.sampled_from(["drop", "add", "swap"]))
def test_one_slip_is_one_edit_at_most(word: str, place: int, slip: str) -> None:
    place = min(place, len(word))
    wrong = {
        "drop": word[:place] + word[place + 1 :],
        "add": word[:place] + "X" + word[place:],
        "swap": word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
    }[slip]
    assert edit_distance(word, wrong) == (0 if word == wrong else 1)
