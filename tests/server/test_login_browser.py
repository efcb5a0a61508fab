"""The login in a real browser: Assembla's page, a click on Approve or Deny, and our page at the end.

Chromium is driven over its debugging pipe, which needs nothing but two file descriptors.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from assembla_emulator.app import Emulator
from guards import STUCK_S
from program_harness import Served

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


class Page:
    """One page of a running browser: sends commands, waits for what they bring."""

    def __init__(self, commands: IO[bytes], answers: IO[bytes]) -> None:
        self._commands = commands
        self._answers = answers
        self._sent = 0
        self._session: dict[str, str] = {}
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        self.ask("Page.enable")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command, return its result; events on the way are passed over."""
        self._sent += 1
        command = {"id": self._sent, "method": method, "params": params, **self._session}
        self._commands.write(json.dumps(command).encode() + b"\0")
        while True:
            message = self._read()
            if message.get("id") == self._sent:
                assert "error" not in message, message
                result: dict[str, Any] = message["result"]
                return result

    def go(self, url: str) -> None:
        """Open an address and wait until the page is loaded."""
        self.ask("Page.navigate", url=url)
        self._loaded()

    def click(self, selector: str) -> None:
        """Click, and wait for the page that this leads to."""
        self.value(f"document.querySelector({selector!r}).click()")
        self._loaded()

    def value(self, expression: str) -> Any:
        """What a piece of JavaScript gives in the page."""
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def _loaded(self) -> None:
        while self._read().get("method") != "Page.loadEventFired":
            pass

    def _read(self) -> dict[str, Any]:
        read = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            assert byte, "the browser has ended"
            read += byte
        message: dict[str, Any] = json.loads(read)
        return message


@contextmanager
def browser(profile: Path) -> Iterator[Page]:
    """A fresh headless Chromium; killed if it takes too long."""
    theirs_in, commands = os.pipe()
    answers, theirs_out = os.pipe()
    # Chromium reads commands from descriptor 3 and answers on 4.
    rewire = f"import os, sys; os.dup2({theirs_in}, 3); os.dup2({theirs_out}, 4); os.execv(sys.argv[1], sys.argv[1:])"
    assert CHROMIUM is not None
    process = subprocess.Popen(
        [sys.executable, "-c", rewire, CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        pass_fds=[theirs_in, theirs_out],
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    too_long = threading.Timer(45, process.kill)
    too_long.start()
    try:
        with open(commands, "wb", buffering=0) as asking, open(answers, "rb") as answering:
            yield Page(asking, answering)
    finally:
        process.terminate()
        process.wait(timeout=STUCK_S)
        too_long.cancel()


@contextmanager
def logging_in(emulator: Emulator, base_url: str, redirect: str, state: Path) -> Iterator[subprocess.Popen[str]]:
    """The real program, waiting for a browser to come back."""
    known = emulator.credentials
    environment = {
        "ASSEMBLA_API_URL": base_url,
        "ASSEMBLA_CLIENT_ID": known.client_id,
        "ASSEMBLA_CLIENT_SECRET": known.client_secret,
        "ASSEMBLA_REDIRECT_URL": redirect,
        "ASSEMBLA_TOKEN_STORE": "file",
        "ASSEMBLA_STATE_DIR": str(state),
    }
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-m", "assembla_mcp", "login"],
        env={**os.environ, **environment},
        stdout=pipe,
        stderr=pipe,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("button", "title", "status"),
    [("button[value=approve]", "You are signed in", 0), ("button[value=deny]", "Access was denied", 1)],
)
def test_the_login_ends_on_our_page_in_a_real_browser(
    served: Served, tmp_path: Path, free_port: int, button: str, title: str, status: int
) -> None:
    redirect = f"http://127.0.0.1:{free_port}/callback"
    emulator = Emulator(tickets=20, redirect_url=redirect)
    name = str(emulator.database.user(emulator.credentials.user)["name"])
    with (
        served(emulator) as base_url,
        logging_in(emulator, base_url, redirect, tmp_path / "state") as login,
        browser(tmp_path / "profile") as page,
    ):
        assert login.stdout is not None
        page.go(login.stdout.readline().strip())
        assert "Allow" in page.value("document.querySelector('h1').innerText")
        page.click(button)
        assert page.value("location.href").startswith(redirect)
        assert page.value("document.querySelector('h1').innerText") == title
        # Our style applies under the page's own security policy, and nothing overflows.
        assert page.value("getComputedStyle(document.querySelector('main')).borderRadius") == "16px"
        assert page.value("document.documentElement.scrollWidth <= innerWidth")
        text = page.value("document.body.innerText")
        assert (name in text) == (status == 0)
        _, told = login.communicate(timeout=STUCK_S)
    assert login.returncode == status
    assert ("Signed in as" in told) == (status == 0)
