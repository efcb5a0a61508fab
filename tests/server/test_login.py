"""Signing in, out, and being told about it, against the emulator on a socket."""

import json
import os
import queue
import signal
import subprocess
import sys
import webbrowser
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import urlopen

import pytest

from assembla_client.auth.token_store import FileStore, Slot
from assembla_client.auth.tokens import StoredLogin
from assembla_client.errors import ConnectionFailed
from assembla_emulator.app import Emulator
from assembla_emulator.faults.kinds import Status
from assembla_emulator.faults.plan import Fault
from assembla_mcp.cli.login import login, status
from assembla_mcp.exit_status import CommandError
from guards import STUCK_S
from program_harness import Run, Served, environ


def application_of(emulator: Emulator, base_url: str) -> dict[str, str]:
    """The environment of somebody who has registered an application and nothing else."""
    known = emulator.credentials
    return {"API_URL": base_url, "CLIENT_ID": known.client_id, "CLIENT_SECRET": known.client_secret}


def stored(tmp_path: Path, base_url: str, profile: str = "default") -> StoredLogin | None:
    return FileStore(tmp_path / "state").load(Slot(profile, base_url))


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, STATE_DIR=str(tmp_path / "state"), TOKEN_STORE="file")
    Person()


class Person(webbrowser.BaseBrowser):
    """Somebody whose browser opens the address, and who then says `decision` on Assembla's page."""

    def __init__(self, decision: str | None = None) -> None:
        super().__init__()
        self._decision = decision
        self._pages: queue.Queue[str] = queue.Queue()
        webbrowser.register("person", None, self, preferred=True)

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        if self._decision is not None:
            form = dict(parse_qsl(urlsplit(url).query)) | {"decision": self._decision}
            try:
                answer = urlopen(url.partition("?")[0], urlencode(form).encode(), timeout=STUCK_S)
            except HTTPError as refusal:
                answer = refusal
            with answer:
                self._pages.put(answer.read().decode())
        return True

    @property
    def page(self) -> str:
        """The page the browser ends on."""
        return self._pages.get(timeout=STUCK_S)


def test_the_browser_flow_ends_on_a_page_with_the_user_s_name(
    run: Run, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    redirect = f"http://127.0.0.1:{free_port}/callback"
    emulator = Emulator(tickets=20, redirect_url=redirect)
    name = emulator.database.user(emulator.credentials.user)["name"]
    person = Person("approve")
    with served(emulator) as base_url:
        environ(monkeypatch, REDIRECT_URL=redirect, **application_of(emulator, base_url))
        result = run("login")
    assert result.exit_code == 0, result.stderr
    [address] = result.stdout.splitlines()
    assert address.startswith(f"{base_url}/authorization?")
    assert dict(parse_qsl(urlsplit(address).query))["state"]
    assert f"Signed in as {name}" in result.stderr
    page = person.page
    assert "You are signed in" in page
    assert str(name) in page
    login = stored(tmp_path, base_url)
    assert login is not None
    assert login.way == "oauth"
    assert login.tokens.refresh_token


def test_a_denial_in_the_browser_is_told_and_stores_nothing(
    run: Run, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    redirect = f"http://127.0.0.1:{free_port}/callback"
    emulator = Emulator(tickets=20, redirect_url=redirect)
    person = Person("deny")
    with served(emulator) as base_url:
        environ(monkeypatch, REDIRECT_URL=redirect, **application_of(emulator, base_url))
        result = run("login", "--flow", "browser")
        assert stored(tmp_path, base_url) is None
    assert result.exit_code == 1
    assert "denied" in result.stderr.splitlines()[-1]
    assert "Access was denied" in person.page


def test_a_wrong_secret_is_told_in_the_browser_too(
    run: Run, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    redirect = f"http://127.0.0.1:{free_port}/callback"
    emulator = Emulator(tickets=20, redirect_url=redirect)
    person = Person("approve")
    with served(emulator) as base_url:
        environ(monkeypatch, REDIRECT_URL=redirect, **application_of(emulator, base_url))
        environ(monkeypatch, CLIENT_SECRET="c4nary-wrong")
        result = run("login")
    assert result.exit_code == 1
    assert "client secret is wrong" in result.stderr
    page = person.page
    assert "Signing in did not work" in page
    assert "c4nary" not in result.output + page


def test_nobody_coming_back_from_the_browser_ends_in_advice(
    served: Served, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    with served(Emulator(tickets=20)) as base_url:
        environ(monkeypatch, API_URL=base_url, CLIENT_ID="app", CLIENT_SECRET="s3cret")
        environ(monkeypatch, REDIRECT_URL=f"http://127.0.0.1:{free_port}/callback")
        with pytest.raises(CommandError, match="--flow pin"):
            login("browser", browser_wait_s=0.01)


def pin_of(emulator: Emulator) -> str:
    """The PIN that Assembla's page shows once the person has approved."""
    user = emulator.database.user(emulator.credentials.user)
    return emulator.oauth.approve(emulator.credentials.client_id, "pin_code", str(user["id"]))


@pytest.mark.parametrize("columns", ["20", "200"])
def test_the_pin_flow_reads_the_pin_from_stdin(
    run: Run, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    emulator = Emulator(tickets=20)
    pin = pin_of(emulator)
    with served(emulator) as base_url:
        environ(monkeypatch, **application_of(emulator, base_url))
        result = run("login", "--flow", "pin", stdin=f" {pin} \n")
        assert result.exit_code == 0, result.stderr
        query = urlencode({"client_id": emulator.credentials.client_id, "response_type": "pin_code"})
        assert result.stdout == f"{base_url}/authorization?{query}\n"
        with urlopen(result.stdout.strip(), timeout=STUCK_S) as page:
            assert page.status == 200
        assert stored(tmp_path, base_url) is not None
        again = run("login", "--flow", "pin", stdin=f"{pin}\n")
    assert again.exit_code == 1
    assert "PIN" in again.stderr
    assert pin not in result.output + again.output


def test_a_grant_is_not_spent_on_a_busy_moment(run: Run, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = Emulator(tickets=0)
    busy = Status(429, headers={"Retry-After": "0"})
    emulator.faults.add(Fault(busy, path="/token", times=1))
    with served(emulator) as url:
        environ(monkeypatch, **application_of(emulator, url))
        result = run("login", "--flow", "client-credentials")
    assert result.exit_code == 0, result.stderr
    assert [seen.status for seen in emulator.requests if seen.path == "/token"] == [429, 200]


def test_no_pin_is_no_login(run: Run, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = Emulator(tickets=20)
    with served(emulator) as base_url:
        environ(monkeypatch, **application_of(emulator, base_url))
        result = run("login", "--flow", "pin", stdin="")
    assert (result.exit_code, len(emulator.requests)) == (1, 0)
    assert "no PIN" in result.stderr


def test_client_credentials_are_stored_too(
    run: Run, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = Emulator(tickets=20)
    with served(emulator) as base_url:
        environ(monkeypatch, **application_of(emulator, base_url))
        result = run("login", "--flow", "client-credentials")
        login = stored(tmp_path, base_url)
        told = json.loads(run("status", "--json").stdout)
    assert result.exit_code == 0
    assert "public data only" in result.stderr
    assert login is not None
    assert login.way == "client-credentials"
    assert (told["way"], told["source"], told["user"]) == ("client-credentials", "store", None)
    assert told["expires_at"].endswith("Z")


def test_a_second_login_needs_no_application_in_the_environment(
    run: Run, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = Emulator(tickets=20)
    with served(emulator) as base_url:
        environ(monkeypatch, **application_of(emulator, base_url))
        run("login", "--flow", "pin", stdin=pin_of(emulator))
        first = stored(tmp_path, base_url)
        environ(monkeypatch, CLIENT_ID="", CLIENT_SECRET="")
        result = run("login", "--flow", "pin", stdin=pin_of(emulator))
        second = stored(tmp_path, base_url)
    assert result.exit_code == 0
    assert first is not None
    assert second is not None
    assert first.application == second.application
    assert first.tokens != second.tokens


def test_without_an_application_login_says_where_to_register_one(run: Run) -> None:
    result = run("login")
    assert result.exit_code == 1
    for part in (
        "ASSEMBLA_CLIENT_ID",
        "ASSEMBLA_CLIENT_SECRET",
        "https://app.assembla.com/user/edit/manage_clients",
        "http://127.0.0.1:8723/callback",
    ):
        assert part in result.stderr


def test_a_store_that_forgets_is_refused_for_a_login(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, TOKEN_STORE="memory", CLIENT_ID="a", CLIENT_SECRET="b")
    result = run("login", "--flow", "client-credentials")
    assert result.exit_code == 1
    assert "ASSEMBLA_TOKEN_STORE=memory" in result.stderr


def test_a_login_that_cannot_be_kept_is_a_failure(
    run: Run, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    emulator = Emulator(tickets=20)
    with served(emulator) as base_url:
        environ(monkeypatch, STATE_DIR=str(tmp_path / "file"), **application_of(emulator, base_url))
        result = run("login", "--flow", "client-credentials")
    assert result.exit_code == 1
    assert "cannot be" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_login_that_works_is_kept_though_the_name_is_not_told(
    run: Run, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = Emulator(tickets=20)
    emulator.faults.add(Fault(Status(403), path="/v1/user", times=None))
    with served(emulator) as base_url:
        environ(monkeypatch, **application_of(emulator, base_url))
        result = run("login", "--flow", "pin", stdin=pin_of(emulator))
        assert stored(tmp_path, base_url) is not None
    assert result.exit_code == 0
    assert "Signed in as yourself" in result.stderr


def test_signing_in_again_mends_a_damaged_login(
    run: Run, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = Emulator(tickets=20)
    with served(emulator) as base_url:
        environ(monkeypatch, **application_of(emulator, base_url))
        run("login", "--flow", "client-credentials")
        [file] = (tmp_path / "state" / "logins").glob("*.json")
        file.write_text("{}")
        environ(monkeypatch, CLIENT_ID="", CLIENT_SECRET="")
        assert "not set" in run("login", "--flow", "client-credentials").stderr
        assert run("status", "--json").exit_code == 1
        environ(monkeypatch, **application_of(emulator, base_url))
        assert run("login", "--flow", "client-credentials").exit_code == 0
        assert stored(tmp_path, base_url) is not None


def test_status_tells_who_and_how_and_no_secret(run: Run, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = Emulator(tickets=20)
    known = emulator.credentials
    with served(emulator) as base_url:
        environ(monkeypatch, API_URL=base_url, API_KEY=known.api_key, API_SECRET=known.api_secret)
        by_key = run("status", "--json")
        for_people = run("status")
        environ(monkeypatch, API_KEY="", API_SECRET="", REFRESH_TOKEN=known.refresh_token)
        environ(monkeypatch, PROFILE="work", **application_of(emulator, base_url))
        from_environment = run("status", "--json")
        from_store = run("status", "--json")
    assert json.loads(by_key.stdout) == {
        "profile": "default",
        "way": "key",
        "source": "environment",
        "store": "file",
        "expires_at": None,
        "user": known.user,
    }
    assert known.user in for_people.stdout
    first, second = json.loads(from_environment.stdout), json.loads(from_store.stdout)
    assert (first["profile"], first["way"], first["source"]) == ("work", "oauth", "environment")
    assert (second["way"], second["source"], second["user"]) == ("oauth", "store", known.user)
    assert second["expires_at"].endswith("Z")
    told = by_key.output + for_people.output + from_environment.output + from_store.output
    for secret in (known.api_key, known.api_secret, known.client_secret, known.refresh_token):
        assert secret not in told


def test_status_works_offline(run: Run, monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    environ(monkeypatch, API_URL=f"http://127.0.0.1:{free_port}", API_KEY="c4nary-key", API_SECRET="c4nary-secret")
    result = run("status", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["user"] is None
    assert "c4nary" not in result.output


def test_status_of_nobody_names_login(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run("status")
    assert result.exit_code == 1
    assert "assembla-mcp login" in result.stderr
    environ(monkeypatch, TOKEN_STORE="keyring")
    assert json.loads(run("status", "--json").stdout)["store"] is None


def test_status_says_so_where_the_keyring_waits_to_be_unlocked(
    monkeypatch: pytest.MonkeyPatch, locked_keyring: None
) -> None:
    environ(monkeypatch, TOKEN_STORE="keyring")
    with pytest.raises(ConnectionFailed, match="unlocked"):
        status(True, store_wait_s=0.05)


def test_logout_forgets_the_login_and_names_what_remains(
    run: Run, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = Emulator(tickets=20)
    with served(emulator) as base_url:
        environ(monkeypatch, **application_of(emulator, base_url))
        run("login", "--flow", "pin", stdin=pin_of(emulator))
        environ(monkeypatch, PROFILE="other")
        run("login", "--flow", "pin", stdin=pin_of(emulator))
        environ(monkeypatch, API_KEY="key-key", API_SECRET="secret-secret")
        result = run("logout")
        assert stored(tmp_path, base_url, "other") is None
        assert stored(tmp_path, base_url, "default") is not None
        again = run("logout")
    assert result.exit_code == again.exit_code == 0
    assert "Signed out" in result.stderr
    assert "ASSEMBLA_API_KEY is still set" in result.stderr
    assert "Nobody was signed in" in again.stderr


def test_logout_removes_a_damaged_login_too(
    run: Run, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = Emulator(tickets=20)
    with served(emulator) as base_url:
        environ(monkeypatch, **application_of(emulator, base_url))
        run("login", "--flow", "client-credentials")
        [file] = (tmp_path / "state" / "logins").glob("*.json")
        file.write_text("rubbish")
        result = run("logout")
    assert "Signed out" in result.stderr
    assert not file.exists()


def test_a_stronger_credential_in_the_environment_is_mentioned_at_login(
    run: Run, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = Emulator(tickets=20)
    with served(emulator) as base_url:
        environ(monkeypatch, API_KEY="key-key", API_SECRET="secret-secret", **application_of(emulator, base_url))
        result = run("login", "--flow", "client-credentials")
    assert "ASSEMBLA_API_KEY is set too" in result.stderr


def test_a_store_that_keeps_nothing_is_found_before_a_grant_is_spent(
    run: Run, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = Emulator(tickets=0)
    with served(emulator) as base_url:
        environ(monkeypatch, STATE_DIR="/proc/nowhere", **application_of(emulator, base_url))
        result = run("login", "--flow", "client-credentials")
    assert result.exit_code == 1
    assert "/proc/nowhere" in result.stderr
    assert emulator.requests == []


def test_ctrl_c_ends_the_wait_for_a_pin(tmp_path: Path) -> None:
    environment = {"ASSEMBLA_CLIENT_ID": "app", "ASSEMBLA_CLIENT_SECRET": "s3cret", "ASSEMBLA_STATE_DIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "assembla_mcp", "login", "--flow", "pin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment},
        text=True,
    )
    try:
        assert process.stdout
        assert "response_type=pin_code" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(STUCK_S) == 130
    finally:
        process.kill()
        process.communicate()
