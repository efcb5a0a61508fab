"""Requests side by side: answers in order, and one error as it is."""

import anyio
import pytest

from assembla_client.errors import NotFound
from assembla_tools.framework.concurrency import gather, skipped


async def test_answers_come_in_order_however_they_arrive() -> None:
    asked = anyio.Event()

    async def first() -> int:
        await asked.wait()
        return 1

    async def second() -> str:
        asked.set()
        return "two"

    with anyio.fail_after(5):
        assert await gather(first(), second(), skipped()) == (1, "two", None)


async def test_the_first_error_ends_the_others_and_is_no_group() -> None:
    ended = []

    async def waits() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("waits")

    async def fails() -> None:
        await anyio.lowlevel.checkpoint()
        raise NotFound("gone")

    with anyio.fail_after(5), pytest.raises(NotFound, match="gone"):
        await gather(waits(), fails())
    assert ended == ["waits"]
