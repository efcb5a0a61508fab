"""A login that is there but cannot be read: told, and never passed over for the application's own."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from assembla_client.auth.token_store import FileStore, Slot
from assembla_client.auth.tokens import Application, StoredLogin, Tokens
from assembla_emulator.app import Emulator
from program_harness import Run, Served, environ


def junk(file: Path) -> None:
    file.write_bytes(b"\x00 junk")


def link(file: Path) -> None:
    file.rename(file.with_name("target"))
    file.symlink_to(file.with_name("target"))


def fifo(file: Path) -> None:
    file.unlink()
    os.mkfifo(file, 0o600)


def folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def somebody_else_s(file: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    os.chown(file, 12345, -1)


WAYS: dict[Callable[[Path], None], str] = {
    junk: "damaged",
    link: "a symbolic link",
    fifo: "not a regular file",
    folder: "Is a directory",
    somebody_else_s: "another user",
}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="such files are of this kind of system")


def set_application(monkeypatch: pytest.MonkeyPatch, emulator: Emulator, base_url: str, folder: Path) -> Application:
    """The emulator's application in the environment, with logins in files."""
    known = emulator.credentials
    environ(monkeypatch, API_URL=base_url, STATE_DIR=str(folder), TOKEN_STORE="file")
    environ(monkeypatch, CLIENT_ID=known.client_id, CLIENT_SECRET=known.client_secret)
    return Application(known.client_id, known.client_secret)


def stored_login(folder: Path, base_url: str, application: Application) -> Path:
    """The file of a login that is in the store."""
    FileStore(folder).save(Slot("default", base_url), StoredLogin(Tokens("access", "refresh"), application))
    [file] = (folder / "logins").glob("*.json")
    return file


@pytest.mark.parametrize("spoil", WAYS)
def test_an_unreadable_login_is_told_though_an_application_is_set(
    run: Run, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None]
) -> None:
    emulator = Emulator(tickets=0)
    with served(emulator) as base_url:
        application = set_application(monkeypatch, emulator, base_url, tmp_path)
        spoil(stored_login(tmp_path, base_url, application))
        status = run("status")
        call = run("call", "list_spaces")
        doctor = run("doctor")
    assert (status.exit_code, call.exit_code, doctor.exit_code) == (1, 1, 1)
    for told in (status.stderr, call.stderr, " ".join(doctor.stdout.split())):
        assert WAYS[spoil] in told
        assert "assembla-mcp login" in told
    assert "none" in status.stdout
    assert call.stderr.startswith("assembla-mcp: UNAUTHENTICATED: ")
    assert [seen.path for seen in emulator.requests if "user" not in seen.path] == []


def test_an_application_without_a_login_is_told_that_nobody_ran_it(
    run: Run, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = Emulator(tickets=0)
    with served(emulator) as base_url:
        set_application(monkeypatch, emulator, base_url, tmp_path)
        status, doctor = run("status"), run("doctor")
        run("login", "--flow", "client-credentials")
        after = run("status")
    assert (status.exit_code, doctor.exit_code, after.exit_code) == (0, 0, 0)
    for told in (status.stderr, " ".join(doctor.stdout.split())):
        assert "you never ran `login`" in told
        assert "public data only" in told
    assert "never ran" not in after.stderr


@pytest.mark.parametrize("spoil", [link, fifo, folder, somebody_else_s])
def test_a_slot_that_cannot_be_written_is_found_before_a_pin_is_asked_for(
    run: Run, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None]
) -> None:
    emulator = Emulator(tickets=0)
    with served(emulator) as base_url:
        application = set_application(monkeypatch, emulator, base_url, tmp_path)
        spoil(stored_login(tmp_path, base_url, application))
        result = run("login", "--flow", "pin", stdin="1234\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert WAYS[spoil] in result.stderr
    assert emulator.requests == []


def test_trying_a_slot_leaves_what_was_there_and_nothing_where_nothing_was(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ(monkeypatch, API_URL="http://127.0.0.1:9", STATE_DIR=str(tmp_path), TOKEN_STORE="file")
    environ(monkeypatch, CLIENT_ID="app", CLIENT_SECRET="s3cret")
    assert run("login", "--flow", "pin", stdin="").exit_code == 1
    assert list((tmp_path / "logins").glob("*.json*")) == []
    slot, login = Slot("default", "http://127.0.0.1:9"), StoredLogin(Tokens("a", "r"), Application("app", "s3cret"))
    FileStore(tmp_path).save(slot, login)
    assert run("login", "--flow", "pin", stdin="").exit_code == 1
    assert FileStore(tmp_path).load(slot) == login
