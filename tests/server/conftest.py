"""A clean environment for every test of the program, and the emulator on a socket."""

import logging
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest
from anyio.from_thread import start_blocking_portal
from click.testing import CliRunner, Result
from keyring.backend import KeyringBackend

from assembla_emulator.app import Emulator
from assembla_emulator.http.server import serving
from assembla_mcp.cli.program import program
from program_harness import Run, Served


@pytest.fixture(autouse=True)
def _clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of ours is set, the home folder is empty, no browser opens, and logging is put back afterwards."""
    for name in [name for name in os.environ if name.upper().startswith("ASSEMBLA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BROWSER", f"{sys.executable} -c pass %s")
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """There is no keyring: neither in this process, where the first one found would stay, nor in those it starts."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]  # keyring's own
    yield
    keyring.set_keyring(before)


@pytest.fixture
def locked_keyring() -> Iterator[None]:
    """A keyring that asks a person to unlock it, and nobody comes."""
    released = threading.Event()

    class Locked(KeyringBackend):
        priority = 5

        def get_password(self, service: str, username: str) -> str | None:
            released.wait(10)
            return None

        def set_password(self, service: str, username: str, password: str) -> None:
            released.wait(10)

    keyring.set_keyring(Locked())  # type: ignore[no-untyped-call]  # keyring's own
    yield
    released.set()


@pytest.fixture
def run() -> Run:
    """The command line, as a user would type it: `run("call", "get_user", "--json")`."""

    def invoke(*arguments: str, stdin: str = "") -> Result:
        return CliRunner().invoke(program, list(arguments), input=stdin, prog_name="assembla-mcp")

    return invoke


@pytest.fixture
def served() -> Served:
    """An emulator on a socket of this machine, for as long as the block lasts: its base URL."""

    @contextmanager
    def serve(emulator: Emulator) -> Iterator[str]:
        with start_blocking_portal() as portal, portal.wrap_async_context_manager(serving(emulator)) as base_url:
            yield base_url

    return serve


@pytest.fixture
def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
