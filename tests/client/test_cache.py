"""What changes slowly is cached for a while: seen through the client, by the requests that the emulator counts."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from assembla_client.auth.api_key import KeyPair
from assembla_client.auth.credential import Credential, Send
from assembla_client.auth.oauth import Bearer
from assembla_client.auth.token_store import FileStore
from assembla_client.auth.tokens import StoredLogin, Tokens
from assembla_client.client import AssemblaClient
from assembla_client.errors import NotFound
from assembla_client.transport.cache import FRESH_S, MAX_BYTES, MAX_ENTRIES, ResponseCache
from assembla_client.transport.client import Session, Transport
from assembla_client.transport.request import Reply, Request
from assembla_client.transport.single_flight import Key
from assembla_emulator.app import Emulator
from assembla_emulator.http.authentication import Credentials
from auth_harness import SLOT, application_of, ask, bearer_on, issued, sender_on, signed_in
from faketime import FakeTime
from plain_api import Answer, Asked, PlainAPI, numbered, session_to

SPACE = "space_name"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None, tickets=0)


def session_on(emulator: Emulator, time: FakeTime, credential: Credential | None = None) -> Session:
    return session_to(emulator.app, time=time, credential=credential or keys_of(emulator.credentials))


def transport_on(emulator: Emulator, time: FakeTime) -> Transport:
    return Transport(session_on(emulator, time))


def keys_of(known: Credentials) -> KeyPair:
    return KeyPair(known.api_key, known.api_secret)


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


async def test_what_others_changed_is_seen_at_once_by_who_asks_afresh(emulator: Emulator) -> None:
    client = AssemblaClient(transport_on(emulator, FakeTime()))
    before = await client.users.in_space(SPACE)
    space = emulator.database.find_space(SPACE)
    assert space
    emulator.database.add_role(space["id"], emulator.database.add_user("newcomer", "New Comer")["id"])
    assert len(await client.users.in_space(SPACE)) == len(before)
    assert len(await client.users.in_space(SPACE, fresh=True)) == len(before) + 1
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


async def test_a_refreshed_login_finds_the_cache_as_warm_as_it_was(emulator: Emulator) -> None:
    time = FakeTime()
    session = session_on(emulator, time, bearer_of(emulator))
    members = await AssemblaClient(Transport(session)).users.in_space(SPACE)
    emulator.clock.advance(3600)
    assert await AssemblaClient(Transport(session)).users.in_space(SPACE) == members
    assert [seen.path for seen in emulator.requests] == [f"/v1/spaces/{SPACE}/users.json", "/token"]


async def test_a_login_whose_refresh_token_changes_with_each_refresh_stays_the_same_account() -> None:
    emulator = Emulator(rate=None, tickets=0, rotate_refresh_tokens=True)
    session = session_on(emulator, FakeTime(), bearer_of(emulator))
    for _ in range(3):
        await AssemblaClient(Transport(session)).users.in_space(SPACE)
        emulator.clock.advance(3600)
    assert [seen.path for seen in emulator.requests] == [f"/v1/spaces/{SPACE}/users.json", "/token", "/token"]


async def test_a_login_that_another_process_has_refreshed_stays_the_same_account(
    emulator: Emulator, tmp_path: Path
) -> None:
    bearer = signed_in(emulator, tmp_path)
    session = session_on(emulator, FakeTime(), bearer)
    await AssemblaClient(Transport(session)).users.in_space(SPACE)
    tokens = bearer.tokens
    emulator.clock.advance(3600)
    sibling = bearer_on(emulator, tmp_path, tokens)
    await ask(sibling, sender_on(emulator.app))
    emulator.requests.clear()
    await AssemblaClient(Transport(session)).users.in_space(SPACE)
    assert bearer.tokens == sibling.tokens != tokens
    assert emulator.requests == []


async def test_after_a_refresh_a_304_is_still_enough(emulator: Emulator) -> None:
    time = FakeTime()
    session = session_on(emulator, time, bearer_of(emulator))
    members = await AssemblaClient(Transport(session)).users.in_space(SPACE)
    emulator.clock.advance(3600)
    time.advance(FRESH_S + 1)
    assert await AssemblaClient(Transport(session)).users.in_space(SPACE) == members
    assert [seen.status for seen in emulator.requests] == [200, 200, 304]


def bearer_of(emulator: Emulator) -> Bearer:
    return Bearer(application_of(emulator), issued(emulator), clock=emulator.clock.now)


class Changing:
    """A credential under which somebody else signs in meanwhile, as `login` in another terminal does."""

    def __init__(self, *signed_in: KeyPair) -> None:
        self.signed_in = list(signed_in)

    @property
    def account(self) -> str:
        return self.signed_in[0].account

    async def headers(self, send: Send) -> Mapping[str, str]:
        return await self.signed_in[0].headers(send)

    async def refused(self, sent: Mapping[str, str], send: Send, *, again: bool = False) -> bool:
        return False

    def used(self) -> None: ...

    async def aclose(self) -> None: ...


async def test_what_one_account_saw_is_never_shown_to_another(emulator: Emulator) -> None:
    mine = emulator.database.add_space("My own")["id"]
    stranger = emulator.credentials_for(emulator.database.add_user("passer.by", "Passer By")["login"])
    changing = Changing(keys_of(emulator.credentials), keys_of(stranger))
    session = session_on(emulator, FakeTime(), changing)
    await AssemblaClient(Transport(session)).users.in_space(mine)
    changing.signed_in.pop(0)
    with pytest.raises(NotFound):
        await AssemblaClient(Transport(session)).users.in_space(mine)


async def test_who_signs_in_as_somebody_else_never_sees_the_former_s_cache(emulator: Emulator, tmp_path: Path) -> None:
    mine = emulator.database.add_space("My own")["id"]
    bearer = signed_in(emulator, tmp_path)
    session = session_on(emulator, FakeTime(), bearer)
    await AssemblaClient(Transport(session)).users.in_space(mine)
    stranger = emulator.database.add_user("passer.by", "Passer By")["id"]
    sign_in(emulator, tmp_path, stranger)
    emulator.clock.advance(1000)
    with pytest.raises(NotFound):
        await AssemblaClient(Transport(session)).users.in_space(mine)
    assert (await AssemblaClient(Transport(session)).users.me()).id == stranger


def sign_in(emulator: Emulator, state_dir: Path, user: str) -> None:
    """What `login` in another terminal leaves in the store."""
    emulator.clock.advance(1)
    answer = emulator.oauth.issue(emulator.credentials.client_id, user)
    tokens = Tokens(str(answer["access_token"]), str(answer["refresh_token"]), 900.0, emulator.clock.now())
    FileStore(state_dir).save(SLOT, StoredLogin(tokens, application_of(emulator)))


async def test_an_answer_that_only_another_account_has_is_not_given_for_a_304() -> None:
    """The tag that one account was given is sent for another, who signed in between the look and the request."""
    former, latter = KeyPair("a-former-key", "s"), KeyPair("a-later-key", "s")

    class ChangingOnceRefused(Changing):
        async def refused(self, sent: Mapping[str, str], send: Send, *, again: bool = False) -> bool:
            self.signed_in.pop(0)
            return True

    def answer(asked: Asked) -> Answer:
        if asked.headers["x-api-key"] == former.key:
            return Answer(401 if time.now() > 1000 else 200, numbered([1]), ((b"etag", b'"x"'),))
        return Answer(304, b"") if "if-none-match" in asked.headers else Answer(200, numbered([2]))

    time = FakeTime()
    session = session_to(PlainAPI(answer=answer), time=time, credential=ChangingOnceRefused(former, latter))
    assert [user.id for user in await AssemblaClient(Transport(session)).users.in_space(SPACE)] == ["u1"]
    time.advance(FRESH_S + 1)
    for _ in range(2):
        assert [user.id for user in await AssemblaClient(Transport(session)).users.in_space(SPACE)] == ["u2"]


def test_an_answer_asked_for_before_a_write_is_not_stored_after_it() -> None:
    cache = ResponseCache(FakeTime().now)
    before = cache.generation
    cache.clear()
    cache.store(("/v1/x.json", ()), Reply(200, {}, b"[]"), before)
    assert cache.find(("/v1/x.json", ())) is None


def test_the_cache_is_bounded_in_number_and_size_and_drops_what_was_longest_unused() -> None:
    cache = ResponseCache(FakeTime().now)
    keys: list[Key] = [(f"/v1/{number}.json", ()) for number in range(MAX_ENTRIES + 1)]
    for key in keys[:-1]:
        cache.store(key, Reply(200, {}, b"[]"), 0)
    cache.find(keys[0])
    cache.store(keys[-1], Reply(200, {}, b"[]"), 0)
    assert cache.find(keys[1]) is None
    assert cache.find(keys[0]) is not None
    cache.store(("/v1/big.json", ()), Reply(200, {}, b" " * MAX_BYTES), 0)
    assert cache.find(keys[0]) is None
