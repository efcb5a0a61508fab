"""Time under tests: work is free, waits are counted, and what comes from outside the loop is still waited for."""

import asyncio
import subprocess
import sys
import time

import anyio
import pytest
from anyio import to_thread

import virtual_time
from virtual_time import EverybodyWaits

SLOW_S = 0.2


def busy() -> None:
    """Work that takes a while."""
    until = time.monotonic() + SLOW_S
    while time.monotonic() < until:
        pass


async def test_work_does_not_use_up_a_deadline() -> None:
    with anyio.fail_after(SLOW_S / 2):
        busy()
        await anyio.lowlevel.checkpoint()


async def test_a_wait_that_nobody_can_cut_short_is_skipped_but_counted() -> None:
    began, real = anyio.current_time(), time.monotonic()
    await anyio.sleep(3600)
    assert anyio.current_time() - began >= 3600
    assert time.monotonic() - real < 60


async def test_who_spins_without_waiting_is_ended() -> None:
    with anyio.move_on_after(0.1) as limit:
        while True:
            await anyio.lowlevel.checkpoint()
    assert limit.cancelled_caught


async def test_a_thread_is_waited_for() -> None:
    with anyio.fail_after(60):
        await to_thread.run_sync(busy)
        assert await to_thread.run_sync(lambda: "done") == "done"


async def test_a_process_and_a_socket_are_waited_for() -> None:
    said = f"import time; time.sleep({SLOW_S}); print('late')"
    with anyio.fail_after(60):
        done = await anyio.run_process([sys.executable, "-c", said], stderr=subprocess.DEVNULL)
        async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:

            async def answer(stream: anyio.abc.SocketStream) -> None:
                async with stream:
                    await to_thread.run_sync(busy)
                    await stream.send(b"late")

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(listener.serve, answer)
                port = listener.extra(anyio.abc.SocketAttribute.local_port)
                async with await anyio.connect_tcp("127.0.0.1", port) as stream:
                    assert await stream.receive() == b"late"
                tasks.cancel_scope.cancel()
    assert done.stdout.strip() == b"late"


def test_tasks_that_wait_for_one_another_are_told() -> None:
    with pytest.raises(EverybodyWaits):
        virtual_time.run(anyio.sleep_forever)


async def test_every_asynchronous_test_runs_on_it() -> None:
    assert isinstance(asyncio.get_running_loop(), virtual_time.VirtualTimeLoop)
