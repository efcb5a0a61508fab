"""The consent page in a real browser: a click on Approve or Deny ends at the application's address."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import anyio
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.http.server import serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe"),
)
AS_3_AND_4 = """
import fcntl, os, sys
reads, writes = (fcntl.fcntl(int(fd), fcntl.F_DUPFD, 10) for fd in sys.argv[1:3])
os.dup2(reads, 3), os.dup2(writes, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Puts the pipe where a browser looks for it, and becomes the browser."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


class Tab:
    """One tab, driven over the browser's debugging pipe: JSON messages that end in NUL."""

    def __init__(self, reads: int, writes: int) -> None:
        self._reads, self._writes = reads, writes
        self._buffer, self._number = b"", 0
        self._session: str | None = None

    async def open(self, url: str) -> None:
        target = await self.ask("Target.createTarget", url="about:blank")
        attached = await self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        await self.ask("Page.enable")
        await self.ask("Page.navigate", url=url)
        await self.until("Page.loadEventFired")

    async def click(self, text: str) -> None:
        """Click the button of that text and wait for the page that comes of it."""
        button = f"[...document.querySelectorAll('button')].find(b => b.textContent === {json.dumps(text)})"
        await self.ask("Runtime.evaluate", expression=f"{button}.click()")
        await self.until("Page.loadEventFired")

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._writes, json.dumps(message).encode() + b"\0")
        while (answer := await self._next()).get("id") != self._number:
            pass
        result: dict[str, Any] = answer["result"]
        return result

    async def until(self, event: str) -> None:
        while (await self._next()).get("method") != event:
            pass

    async def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            await anyio.wait_readable(self._reads)
            read = os.read(self._reads, 65536)
            assert read, "the browser has ended"
            self._buffer += read
        line, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        return message


@asynccontextmanager
async def browser(profile: Path) -> AsyncIterator[Tab]:
    """A browser for the length of the block: it ends by itself when its pipe does."""
    (child_reads, we_write), (we_read, child_writes) = os.pipe(), os.pipe()
    own = (str(child_reads), str(child_writes))
    command = [sys.executable, "-c", AS_3_AND_4, *own, str(CHROMIUM), *FLAGS, f"--user-data-dir={profile}"]
    async with await anyio.open_process(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(child_reads, child_writes),
    ):
        os.close(child_reads)
        os.close(child_writes)
        try:
            yield Tab(we_read, we_write)
        finally:
            os.close(we_write)
            os.close(we_read)


@pytest.mark.parametrize(("button", "answer"), [("Approve", "code"), ("Deny", "error")])
async def test_click_sends_the_browser_back_with_the_answer_and_the_state(
    emulator: Emulator, tmp_path: Path, button: str, answer: str
) -> None:
    with anyio.fail_after(30):
        async with serving(emulator) as base_url, browser(tmp_path) as tab:
            application = emulator.register("Harbour Bot", f"{base_url}/callback")
            asked = f"client_id={application.client_id}&response_type=code&state=s"
            await tab.open(f"{base_url}/authorization?{asked}")
            await tab.click(button)
    (back,) = [seen for seen in emulator.requests if seen.path == "/callback"]
    assert set(parse_qs(back.query)) == {answer, "state"}
