"""The two credentials that never change: a key pair, and none at all."""

import pytest

from assembla_client.auth.api_key import KeyPair
from assembla_client.auth.no_credential import NoCredential
from assembla_client.errors import Unauthorized
from assembla_emulator.app import Emulator
from auth_harness import ask, sender_on


async def test_a_key_pair_signs_in_without_any_token() -> None:
    emulator = Emulator(tickets=0)
    pair = KeyPair(emulator.credentials.api_key, emulator.credentials.api_secret)
    assert (await ask(pair, sender_on(emulator.app))).status == 200
    assert [seen.path for seen in emulator.requests] == ["/v1/user.json"]
    assert "authorization" not in emulator.requests[0].headers


async def test_a_wrong_key_pair_is_tried_once() -> None:
    emulator = Emulator(tickets=0)
    pair = KeyPair(emulator.credentials.api_key, "wrong", advice="Make a new one.")
    with pytest.raises(Unauthorized, match=r"refused the key pair.* Make a new one\.$"):
        await ask(pair, sender_on(emulator.app))
    assert len(emulator.requests) == 1


async def test_without_a_credential_nothing_is_sent() -> None:
    emulator = Emulator(tickets=0)
    nobody = NoCredential("Run `assembla-mcp login`.")
    with pytest.raises(Unauthorized, match="assembla-mcp login"):
        await ask(nobody, sender_on(emulator.app))
    assert emulator.requests == []
    assert await nobody.refused({}, sender_on(emulator.app)) is False
    nobody.used()


def test_a_key_pair_hides_itself() -> None:
    assert "canary" not in repr(KeyPair("key-canary", "secret-canary"))
