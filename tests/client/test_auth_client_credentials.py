"""The application's own login: tokens by the grant, again and again, for public data only."""

import json
from pathlib import Path

import pytest

from assembla_client.auth.oauth import ClientCredentials
from assembla_client.auth.token_store import FileStore
from assembla_client.auth.tokens import Application, StoredLogin, Tokens
from assembla_client.errors import TokenRefused
from assembla_client.transport.request import Reply, Request
from assembla_emulator.app import Emulator
from auth_harness import SLOT, application_of, issued, sender_on, token_requests

SPACES = "/v1/spaces.json"


async def status_of(credential: ClientCredentials, emulator: Emulator) -> int:
    """A request of the application; what it may see is not the question here."""
    send = sender_on(emulator.app)
    sent = await credential.headers(send)
    reply = await send(Request("GET", SPACES, headers=tuple(sent.items())))
    if reply.status == 401 and await credential.refused(sent, send):
        again = await credential.headers(send)
        reply = await send(Request("GET", SPACES, headers=tuple(again.items())))
    credential.used()
    return reply.status


async def test_the_first_use_asks_for_a_token_and_the_next_ones_do_not() -> None:
    emulator = Emulator(tickets=0)
    application = ClientCredentials(application_of(emulator), Tokens(), clock=emulator.clock.now)
    for _ in range(3):
        assert await status_of(application, emulator) != 401
    assert [seen.query for seen in token_requests(emulator)] == ["grant_type=client_credentials"]


@pytest.mark.parametrize("revoked", [True, False])
async def test_a_refused_or_idle_token_is_replaced_by_the_grant(revoked: bool) -> None:
    emulator = Emulator(tickets=0)
    application = ClientCredentials(application_of(emulator), Tokens(), clock=emulator.clock.now)
    await status_of(application, emulator)
    if revoked:
        emulator.oauth.revoke_access_tokens()
    else:
        emulator.clock.advance(1000)
    assert await status_of(application, emulator) != 401
    assert len(token_requests(emulator)) == 2


async def test_a_refresh_token_is_used_if_one_came_and_given_up_if_it_is_refused() -> None:
    asked: list[str] = []
    refresh_works = True

    async def generous(request: Request) -> Reply:
        grant = dict(request.params)["grant_type"]
        asked.append(grant)
        if grant == "refresh_token" and not refresh_works:
            return Reply(400, {}, b'{"error":"invalid_grant"}')
        body = {"access_token": f"acc{len(asked)}", "refresh_token": "ref"}
        return Reply(200, {}, json.dumps(body).encode())

    application = ClientCredentials(Application("id", "secret"), Tokens())
    first = await application.headers(generous)
    assert await application.refused(first, generous)
    refresh_works = False
    assert await application.refused(await application.headers(generous), generous)
    assert asked == ["client_credentials", "refresh_token", "refresh_token", "client_credentials"]


async def test_a_wrong_secret_is_told_and_not_posted_again() -> None:
    emulator = Emulator(tickets=0)
    wrong = Application(emulator.credentials.client_id, "wrong")
    application = ClientCredentials(wrong, Tokens(), advice="Check ASSEMBLA_CLIENT_SECRET.")
    for _ in range(2):
        with pytest.raises(TokenRefused, match=r"wrong\. Check ASSEMBLA_CLIENT_SECRET\.$") as refused:
            await status_of(application, emulator)
        assert refused.value.reason == "invalid_client"
    assert len(token_requests(emulator)) == 1


async def test_a_stored_one_is_renewed_in_its_place(tmp_path: Path) -> None:
    emulator = Emulator(tickets=0)
    store, tokens = FileStore(tmp_path), issued(emulator, user=False)
    store.save(SLOT, StoredLogin(tokens, application_of(emulator), "client-credentials"))
    application = ClientCredentials(
        application_of(emulator),
        tokens,
        slot=SLOT,
        store=store,
        state_dir=tmp_path,
        clock=emulator.clock.now,
    )
    emulator.clock.advance(1000)
    assert await status_of(application, emulator) != 401
    kept = store.load(SLOT)
    assert kept == StoredLogin(application.tokens, application_of(emulator), "client-credentials")


async def test_without_an_application_there_is_nothing_to_ask_with() -> None:
    emulator = Emulator(tickets=0)
    with pytest.raises(TokenRefused):
        await status_of(ClientCredentials(None, Tokens()), emulator)
    assert emulator.requests == []
