"""Two real processes, one file store, refresh tokens that work once."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from assembla_client.auth.token_store import FileStore, Slot
from assembla_client.auth.tokens import StoredLogin
from assembla_emulator.app import Emulator
from assembla_emulator.faults.kinds import Delay
from assembla_emulator.faults.plan import Fault
from assembla_emulator.http.server import serving
from auth_harness import application_of, issued, token_requests

PROGRAM = Path(__file__).with_name("auth_process.py")


class Sibling:
    """One of the processes, told to call and heard answering, line by line."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin = process.stdin
        self._lines = BufferedByteReceiveStream(process.stdout)

    async def call(self, name: str) -> None:
        await self._stdin.send(f"{name}\n".encode())

    async def line(self) -> str:
        return (await self._lines.receive_until(b"\n", 200)).decode().strip()

    async def finish(self) -> None:
        await self._stdin.aclose()


@asynccontextmanager
async def sibling(base_url: str, state_dir: Path) -> AsyncIterator[Sibling]:
    environment = {**os.environ, "PYTHONPATH": str(PROGRAM.parents[1])}
    command = [sys.executable, str(PROGRAM), base_url, str(state_dir)]
    async with await anyio.open_process(command, stderr=None, env=environment) as process:
        one = Sibling(process)
        try:
            yield one
        finally:
            await one.finish()


async def test_two_processes_with_one_use_refresh_tokens_refresh_once_and_both_work(tmp_path: Path) -> None:
    emulator = Emulator(tickets=0, rate=None, rotate_refresh_tokens=True)
    # Long enough that the second process asks for the lock while the first one holds it.
    emulator.faults.add(Fault(Delay(0.3), path="/token", times=None))
    with anyio.fail_after(30):
        async with serving(emulator) as base_url:
            login = StoredLogin(issued(emulator), application_of(emulator))
            FileStore(tmp_path).save(Slot("default", base_url), login)
            async with sibling(base_url, tmp_path) as one, sibling(base_url, tmp_path) as two:
                assert [await one.line(), await two.line()] == ["ready", "ready"]
                for round_number, name in enumerate(["first", "second"], start=1):
                    emulator.oauth.revoke_access_tokens()
                    await one.call(name)
                    await two.call(name)
                    assert [await one.line(), await two.line()] == [f"200 {name}"] * 2
                    assert [seen.status for seen in token_requests(emulator)] == [200] * round_number
