"""`doctor` finds what is wrong and says what to do about it."""

import json
import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from assembla_client.auth.token_store import FileStore, Slot
from assembla_client.auth.tokens import Application, StoredLogin, Tokens
from assembla_emulator.app import Emulator
from assembla_emulator.faults.kinds import Status
from assembla_emulator.faults.plan import Fault
from assembla_mcp.doctor.doctor import doctor
from program_harness import Run, Served, environ

ALL = ["settings", "token store", "reachability", "credential", "clock", "rate limit"]


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, STATE_DIR=str(tmp_path / "state"), TOKEN_STORE="file")


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(tickets=20)


@pytest.fixture
def base_url(emulator: Emulator, served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the emulator answers, with its key pair set."""
    with served(emulator) as base_url:
        known = emulator.credentials
        environ(monkeypatch, API_URL=base_url, API_KEY=known.api_key, API_SECRET=known.api_secret)
        yield base_url


def found(run: Run, *, status: int) -> dict[str, dict[str, Any]]:
    """What the doctor found, by the name of the check."""
    result = run("doctor", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == status, told
    assert result.stderr == ""
    assert told["ok"] == (status == 0) == all(check["ok"] for check in told["checks"])
    assert all(set(check) == {"name", "ok", "detail", "remedy"} for check in told["checks"])
    assert all(check["ok"] or check["remedy"] for check in told["checks"])
    return {check["name"]: check for check in told["checks"]}


def wrong(run: Run) -> dict[str, dict[str, Any]]:
    return {name: check for name, check in found(run, status=1).items() if not check["ok"]}


def told_with(**arguments: Any) -> dict[str, dict[str, Any]]:
    """What the doctor finds when it is called with these arguments."""

    @click.command()
    def command() -> None:
        click.get_current_context().exit(doctor(True, **arguments))

    return {check["name"]: check for check in json.loads(CliRunner().invoke(command).stdout)["checks"]}


def only_wrong(run: Run, name: str) -> dict[str, Any]:
    """The one check that failed."""
    failed = wrong(run)
    assert list(failed) == [name]
    return failed[name]


def test_all_is_well(run: Run, emulator: Emulator, base_url: str, tmp_path: Path) -> None:
    checks = found(run, status=0)
    assert list(checks) == ALL
    assert emulator.credentials.user in checks["credential"]["detail"]
    assert str(tmp_path / "state") in checks["token store"]["detail"]
    assert list((tmp_path / "state" / "logins").glob("*.json")) == []


def test_people_read_a_list(run: Run, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = run("doctor").stdout
    assert all(f"✓ {name}" in told for name in ALL)
    environ(monkeypatch, API_SECRET="wrong-secret")
    result = run("doctor")
    assert result.exit_code == 1
    assert "✗ credential" in result.stdout
    assert "→ Compare ASSEMBLA_API_KEY" in " ".join(result.stdout.split())


def test_no_credentials(run: Run, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, API_KEY="", API_SECRET="")
    check = only_wrong(run, "credential")
    assert "nobody is signed in" in check["detail"]
    assert "assembla-mcp login" in check["remedy"]


def test_a_wrong_key_pair(run: Run, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, API_SECRET="c4nary-wrong")
    check = only_wrong(run, "credential")
    assert "ASSEMBLA_API_SECRET" in check["remedy"]
    assert "c4nary" not in json.dumps(check)


def with_refresh_token(monkeypatch: pytest.MonkeyPatch, emulator: Emulator, **others: str) -> None:
    known = emulator.credentials
    environ(monkeypatch, API_KEY="", API_SECRET="", REFRESH_TOKEN=known.refresh_token)
    environ(monkeypatch, CLIENT_ID=known.client_id, CLIENT_SECRET=known.client_secret)
    environ(monkeypatch, **others)


def test_a_wrong_client_secret(run: Run, emulator: Emulator, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_refresh_token(monkeypatch, emulator, CLIENT_SECRET="c4nary-wrong")
    check = only_wrong(run, "credential")
    assert "client secret is wrong" in check["detail"]
    assert "ASSEMBLA_CLIENT_SECRET" in check["remedy"]


def test_an_expired_refresh_token_from_the_environment(
    run: Run, emulator: Emulator, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_refresh_token(monkeypatch, emulator)
    emulator.clock.advance(32 * 86_400)
    failed = wrong(run)
    assert "refresh token" in failed["credential"]["detail"]
    assert "ASSEMBLA_REFRESH_TOKEN" in failed["credential"]["remedy"]


def test_an_expired_refresh_token_from_the_store(
    run: Run, emulator: Emulator, base_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = emulator.credentials
    environ(monkeypatch, API_KEY="", API_SECRET="")
    login = StoredLogin(
        Tokens("long-gone", known.refresh_token, 900.0, time.time() - 1000.0),
        Application(known.client_id, known.client_secret),
    )
    FileStore(tmp_path / "state").save(Slot("default", base_url), login)
    emulator.clock.advance(32 * 86_400)
    check = wrong(run)["credential"]
    assert "refresh token" in check["detail"]
    assert check["remedy"] == "Run `assembla-mcp login` to sign in again."
    assert FileStore(tmp_path / "state").load(Slot("default", base_url)) == login


def test_an_application_alone_sees_public_data(
    run: Run, emulator: Emulator, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_refresh_token(monkeypatch, emulator, REFRESH_TOKEN="")
    assert "public data only" in found(run, status=0)["credential"]["detail"]


def test_trouble_at_assembla_is_not_blamed_on_the_credential(run: Run, emulator: Emulator, base_url: str) -> None:
    emulator.faults.add(Fault(Status(500), path="/v1/user", times=None))
    failed = wrong(run)
    assert "status 500" in failed["reachability"]["detail"]
    assert "other checks" in failed["credential"]["remedy"]


def test_an_address_that_is_not_assembla(run: Run, emulator: Emulator, base_url: str) -> None:
    emulator.faults.add(Fault(Status(404), path="/v1/user", times=None))
    assert "ASSEMBLA_API_URL" in wrong(run)["reachability"]["remedy"]


@pytest.mark.parametrize(("minutes", "way"), [(5, "ahead of"), (-5, "behind")])
def test_a_clock_that_is_off(base_url: str, minutes: int, way: str) -> None:
    found = told_with(clock=lambda: time.time() + minutes * 60)
    [failed] = [check for check in found.values() if not check["ok"]]
    assert failed["name"] == "clock"
    assert way in failed["detail"]
    assert "NTP" in failed["remedy"]


@pytest.mark.parametrize("date", [None, "yesterday", "Mon, 99 Nov 2026 99:99:99 GMT"])
def test_an_answer_that_does_not_say_what_time_it_is(monkeypatch: pytest.MonkeyPatch, date: str | None) -> None:
    class Timeless(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # what http.server calls
            self.send_response_only(401)
            if date is not None:
                self.send_header("Date", date)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Timeless) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        environ(monkeypatch, API_URL=f"http://127.0.0.1:{server.server_port}")
        try:
            clock = told_with()["clock"]
        finally:
            server.shutdown()
            serving.join(5)
    assert clock["ok"]
    assert "did not say" in clock["detail"]


def test_a_keyring_that_waits_to_be_unlocked(monkeypatch: pytest.MonkeyPatch, locked_keyring: None) -> None:
    environ(monkeypatch, TOKEN_STORE="keyring", API_URL="http://127.0.0.1:9")
    found = told_with(store_wait_s=0.05)
    for name in ("token store", "credential"):
        assert not found[name]["ok"]
        assert "unlocked" in found[name]["detail"]
        assert "ASSEMBLA_TOKEN_STORE=file" in found[name]["remedy"]


def test_a_host_that_cannot_be_reached(run: Run, monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    environ(monkeypatch, API_URL=f"http://127.0.0.1:{free_port}", API_KEY="a-key-a", API_SECRET="a-secret")
    check = only_wrong(run, "reachability")
    assert f"http://127.0.0.1:{free_port}" in check["detail"]
    assert "ASSEMBLA_API_URL" in check["remedy"]
    environ(monkeypatch, API_KEY="", API_SECRET="")
    assert set(wrong(run)) == {"reachability", "credential"}


def test_a_folder_that_cannot_be_written(
    run: Run, base_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in the way").write_text("a file")
    environ(monkeypatch, STATE_DIR=str(tmp_path / "in the way"))
    check = only_wrong(run, "token store")
    assert "in the way" in check["detail"]
    assert "ASSEMBLA_STATE_DIR" in check["remedy"]


def test_a_keyring_without_a_backend(run: Run, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, TOKEN_STORE="keyring")
    check = only_wrong(run, "token store")
    assert "no backend" in check["detail"]
    assert "ASSEMBLA_TOKEN_STORE=file" in check["remedy"]


def test_a_store_in_memory_is_fine_and_said_so(run: Run, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, TOKEN_STORE="memory")
    assert "forgotten" in found(run, status=0)["token store"]["detail"]


def test_wrong_settings_are_a_failed_check(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, TIMEOUT_S="c4nary", API_KYE="c4nary")
    check = only_wrong(run, "settings")
    assert all(name in check["detail"] for name in ("ASSEMBLA_TIMEOUT_S", "ASSEMBLA_API_KYE", "ASSEMBLA_API_KEY"))
    assert "c4nary" not in json.dumps(check)


def test_a_tool_that_does_not_exist(run: Run, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, EXCLUDE_TOOLS="get_spce")
    detail = only_wrong(run, "settings")["detail"]
    assert "ASSEMBLA_EXCLUDE_TOOLS" in detail
    assert "get_space" in detail


def test_a_stranger_among_the_variables_is_mentioned(run: Run, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, WEATHER="fine")
    assert "ASSEMBLA_WEATHER" in found(run, status=0)["settings"]["detail"]
    assert "ASSEMBLA_WEATHER" in os.environ


@pytest.mark.parametrize("rate", ["100/second", "20/second", "20/second,500/minute"])
def test_a_rate_above_assembla_s(run: Run, base_url: str, monkeypatch: pytest.MonkeyPatch, rate: str) -> None:
    environ(monkeypatch, RATE_LIMIT=rate)
    check = only_wrong(run, "rate limit")
    assert rate in check["detail"]
    assert "20/second,240/minute" in check["remedy"]


def test_being_over_the_rate_just_now(run: Run, emulator: Emulator, base_url: str) -> None:
    emulator.faults.add(Fault(Status(429, headers={"Retry-After": "7"}), path="/v1/user"))
    check = only_wrong(run, "rate limit")
    assert "7 seconds" in check["detail"]


def test_being_over_the_rate_for_decades_is_not_told_in_seconds(run: Run, emulator: Emulator, base_url: str) -> None:
    emulator.faults.add(Fault(Status(429, headers={"Retry-After": "999999999"}), path="/v1/user"))
    assert "for a long time" in only_wrong(run, "rate limit")["detail"]


def test_a_proxy_that_cannot_be_used_is_a_failed_check_and_nothing_is_sent(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ(monkeypatch, API_URL="https://api.example", API_KEY="a-key-a", API_SECRET="a-secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:abc")
    check = only_wrong(run, "proxy and certificates")
    assert "HTTPS_PROXY" in check["detail"]
    assert "unset it" in check["remedy"]


def test_what_the_environment_says_about_the_network_is_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, API_URL="https://api.example")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert "HTTPS_PROXY" in found(run, status=1)["proxy and certificates"]["detail"]
