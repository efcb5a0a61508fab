"""What changes slowly is kept for a while: seen through the client, by the requests that the emulator counts."""

from collections.abc import Mapping

import pytest

from assembla_client.auth.api_key import KeyPair
from assembla_client.auth.credential import Send
from assembla_client.client import AssemblaClient
from assembla_client.errors import NotFound
from assembla_client.transport.cache import FRESH_S, MAX_KEPT, MAX_KEPT_BYTES, ResponseCache
from assembla_client.transport.client import Transport
from assembla_client.transport.request import Reply, Request
from assembla_emulator.app import Emulator
from faketime import FakeTime
from plain_api import sender_to

SPACE = "space_name"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None, tickets=0)


def transport_on(emulator: Emulator, time: FakeTime) -> Transport:
    known = emulator.credentials
    keys = KeyPair(known.api_key, known.api_secret)
    return Transport(sender_to(emulator.app, time=time), keys, clock=time.now, sleep=time.sleep)


async def test_for_a_while_the_same_answer_is_given_again(emulator: Emulator) -> None:
    time = FakeTime()
    client = AssemblaClient(transport_on(emulator, time))
    first = await client.users.in_space(SPACE)
    time.advance(FRESH_S - 1)
    assert await client.users.in_space(SPACE) == first
    assert len(emulator.requests) == 1


async def test_later_it_is_asked_whether_it_changed_and_a_304_is_enough(emulator: Emulator) -> None:
    time = FakeTime()
    client = AssemblaClient(transport_on(emulator, time))
    first = await client.users.in_space(SPACE)
    time.advance(FRESH_S + 1)
    assert await client.users.in_space(SPACE) == first
    assert [seen.status for seen in emulator.requests] == [200, 304]
    time.advance(FRESH_S - 1)
    await client.users.in_space(SPACE)
    assert len(emulator.requests) == 2


async def test_what_others_changed_is_seen_by_a_revalidating_client_at_once(emulator: Emulator) -> None:
    client = AssemblaClient(transport_on(emulator, FakeTime()))
    before = await client.users.in_space(SPACE)
    space = emulator.database.find_space(SPACE)
    assert space
    emulator.database.add_role(space["id"], emulator.database.add_user("newcomer", "New Comer")["id"])
    assert len(await client.users.in_space(SPACE)) == len(before)
    assert len(await client.revalidating().users.in_space(SPACE)) == len(before) + 1
    assert len(await client.users.in_space(SPACE)) == len(before) + 1


async def test_a_write_of_ours_drops_everything(emulator: Emulator) -> None:
    transport = transport_on(emulator, FakeTime())
    client = AssemblaClient(transport)
    mine = emulator.database.add_space("My own")["id"]
    await client.users.in_space(mine)
    await transport.reply(Request("PUT", f"/v1/spaces/{mine}.json", json={"space": {"banner_text": "Hello"}}))
    await client.users.in_space(mine)
    assert [seen.method for seen in emulator.requests] == ["GET", "PUT", "GET"]
    assert emulator.requests[-1].status == 200


async def test_what_one_credential_saw_is_never_shown_to_another(emulator: Emulator) -> None:
    time = FakeTime()
    mine = emulator.database.add_space("My own")["id"]
    stranger = emulator.credentials_for(emulator.database.add_user("passer.by", "Passer By")["login"])
    signed_in = [emulator.credentials, stranger]

    class Changing:
        """A credential under which somebody else signs in meanwhile, as `login` in another terminal does."""

        async def headers(self, send: Send) -> Mapping[str, str]:
            return {"X-Api-Key": signed_in[0].api_key, "X-Api-Secret": signed_in[0].api_secret}

        async def refused(self, sent: Mapping[str, str], send: Send) -> bool:
            return False

        def used(self) -> None: ...

    sender = sender_to(emulator.app, time=time)
    client = AssemblaClient(Transport(sender, Changing(), clock=time.now, sleep=time.sleep))
    await client.users.in_space(mine)
    signed_in.pop(0)
    with pytest.raises(NotFound):
        await client.users.in_space(mine)


def test_an_answer_asked_for_before_a_write_is_not_kept_after_it() -> None:
    shelf = ResponseCache(FakeTime().now)
    before = shelf.writes
    shelf.clear()
    shelf.keep((1, ("/v1/x.json", ())), Reply(200, {}, b"[]"), before)
    assert shelf.find((1, ("/v1/x.json", ()))) is None


def test_the_shelf_is_bounded_in_number_and_size_and_drops_what_was_longest_unused() -> None:
    shelf = ResponseCache(FakeTime().now)
    places = [(1, (f"/v1/{number}.json", ())) for number in range(MAX_KEPT + 1)]
    for place in places[:-1]:
        shelf.keep(place, Reply(200, {}, b"[]"), 0)
    shelf.find(places[0])
    shelf.keep(places[-1], Reply(200, {}, b"[]"), 0)
    assert shelf.find(places[1]) is None
    assert shelf.find(places[0]) is not None
    shelf.keep((2, ("/v1/big.json", ())), Reply(200, {}, b" " * MAX_KEPT_BYTES), 0)
    assert shelf.find(places[0]) is None
