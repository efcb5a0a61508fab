"""Lists so long that they are read a slice at a time: the same rows, the same errors, and others have their turn."""

import json
from typing import Any

import anyio
import pytest

from assembla_client.auth.api_key import KeyPair
from assembla_client.client import AssemblaClient
from assembla_client.errors import UnexpectedResponse
from assembla_client.resources.spaces import Space
from assembla_client.transport.client import Session, Transport
from assembla_client.transport.decoding import decode_list, is_long
from assembla_client.transport.request import Reply, Request
from plain_api import Upstream

ROWS = [{"id": f"s{number}", "name": "x" * 200, "wiki_name": f"w{number}", "status": 1} for number in range(6_000)]


def reply(rows: Any) -> Reply:
    return Reply(200, {}, json.dumps(rows).encode())


def test_every_row_is_read_in_its_order() -> None:
    assert is_long(reply(ROWS))
    assert [space.id for space in decode_list(Space, reply(ROWS)).records] == [row["id"] for row in ROWS]


def test_a_wrong_type_costs_its_own_value_alone() -> None:
    rows = [*ROWS[:4321], {**ROWS[4321], "status": "odd"}, *ROWS[4322:]]
    read = decode_list(Space, reply(rows))
    assert [space.status for space in read.records] == [1] * 4321 + [None] + [1] * 1678
    assert dict(read.oddities.fields) == {"spaces.status": 1}


@pytest.mark.parametrize("body", [b'{"a": "' + b"x" * 2**21 + b'"}', b"[" + b" " * 2**21, b"<html>" + b"x" * 2**21])
def test_what_is_no_list_is_told_as_for_a_short_one(body: bytes) -> None:
    with pytest.raises(UnexpectedResponse):
        decode_list(Space, Reply(200, {}, body))


async def test_others_have_their_turn_while_a_long_list_is_read() -> None:
    turns = 0
    long = reply(ROWS * 3)

    async def send(_: Request) -> Reply:
        return long

    client = AssemblaClient(Transport(Session(Upstream(send), KeyPair("key", "secret"))))

    async def others() -> None:
        nonlocal turns
        while True:
            await anyio.lowlevel.checkpoint()
            turns += 1

    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(others)
            before = turns
            spaces = await client.spaces.mine()
            tasks.cancel_scope.cancel()
    assert len(spaces) == 3 * len(ROWS)
    assert turns - before > 50
