"""Which credential acts, when it is looked up, and what happens where there is none."""

import logging
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import keyring
import pytest
from anyio import to_thread
from keyring.backend import KeyringBackend

from assembla_client.auth.api_key import KeyPair
from assembla_client.auth.token_store import FileStore, KeyringStore, Slot
from assembla_client.auth.tokens import Application, StoredLogin, Tokens, fingerprint
from assembla_client.errors import NotFound, Unauthorized
from assembla_emulator.app import Emulator
from assembla_emulator.http.server import serving
from assembla_mcp import logs
from assembla_mcp.config.settings import Settings, load
from assembla_mcp.sessions.credentials import Choice, choose
from assembla_mcp.sessions.sessions import (
    USER_AGENT,
    LazyCredential,
    Principal,
    configured_principal,
    local_api,
    open_sessions,
    session_with,
)
from guards import STUCK_S
from program_harness import environ


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, STATE_DIR=str(tmp_path / "state"), TOKEN_STORE="file")


@asynccontextmanager
async def assembla(monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> AsyncIterator[str]:
    """The emulator on a socket, its address set."""
    async with serving(emulator) as base_url:
        environ(monkeypatch, API_URL=base_url)
        with anyio.fail_after(10):
            yield base_url


def application(monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    known = emulator.credentials
    environ(monkeypatch, CLIENT_ID=known.client_id, CLIENT_SECRET=known.client_secret)


def login_of(emulator: Emulator, secret: str | None = None) -> StoredLogin:
    known = emulator.credentials
    return StoredLogin(
        Tokens("stale-token", known.refresh_token, 900.0, time.time() - 5000),
        Application(known.client_id, secret or known.client_secret),
    )


async def who(settings: Settings) -> str:
    async with local_api(settings) as api:
        return (await api().client.users.me()).known_as


async def test_the_key_pair_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    emulator = Emulator(tickets=20)
    known = emulator.credentials
    async with assembla(monkeypatch, emulator) as base_url:
        FileStore(tmp_path / "state").save(Slot("default", base_url), login_of(emulator))
        application(monkeypatch, emulator)
        environ(monkeypatch, API_KEY=known.api_key, API_SECRET=known.api_secret, REFRESH_TOKEN=known.refresh_token)
        choice = choose(load())
        assert (choice.way, choice.source, choice.expires_at) == ("key", "environment", None)
        assert await who(load()) == known.user
    [seen] = emulator.requests
    assert dict(seen.headers)["user-agent"] == USER_AGENT
    assert "authorization" not in dict(seen.headers)


async def test_a_token_from_the_environment_is_used_until_one_grew_from_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    emulator = Emulator(tickets=20)
    known = emulator.credentials
    async with assembla(monkeypatch, emulator) as base_url:
        store, slot = FileStore(tmp_path / "state"), Slot("default", base_url)
        own = login_of(emulator)
        store.save(slot, own)
        application(monkeypatch, emulator)
        environ(monkeypatch, REFRESH_TOKEN=known.refresh_token)
        assert choose(load()).source == "environment"
        assert await who(load()) == known.user
        grown = store.load_derived(slot, fingerprint(known.refresh_token))
        assert grown is not None
        assert choose(load()).source == "store"
        assert await who(load()) == known.user
        assert store.load(slot) == own
    assert [seen.path for seen in emulator.requests].count("/token") == 1


async def test_an_access_token_alone_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = Emulator(tickets=20)
    me = str(emulator.database.user(emulator.credentials.user)["id"])
    token = emulator.oauth.issue(emulator.credentials.client_id, me)["access_token"]
    async with assembla(monkeypatch, emulator):
        environ(monkeypatch, ACCESS_TOKEN=str(token))
        assert await who(load()) == emulator.credentials.user
        emulator.clock.advance(3600)
        with pytest.raises(Unauthorized, match="ASSEMBLA_ACCESS_TOKEN"):
            await who(load())


async def test_a_stored_login_needs_no_secrets_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    emulator = Emulator(tickets=20)
    async with assembla(monkeypatch, emulator) as base_url:
        FileStore(tmp_path / "state").save(Slot("default", base_url), login_of(emulator))
        assert (choose(load()).way, choose(load()).source) == ("oauth", "store")
        assert await who(load()) == emulator.credentials.user


async def test_a_newer_secret_in_the_environment_wins_for_the_same_application(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    emulator = Emulator(tickets=20)
    async with assembla(monkeypatch, emulator) as base_url:
        FileStore(tmp_path / "state").save(Slot("default", base_url), login_of(emulator, "an-old-secret"))
        with pytest.raises(Unauthorized):
            await who(load())
        application(monkeypatch, emulator)
        assert await who(load()) == emulator.credentials.user


async def test_profiles_are_kept_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    emulator = Emulator(tickets=20)
    async with assembla(monkeypatch, emulator) as base_url:
        FileStore(tmp_path / "state").save(Slot("work", base_url), login_of(emulator))
        assert choose(load()).way == "none"
        environ(monkeypatch, PROFILE="work")
        assert choose(load()).way == "oauth"


async def test_the_application_alone_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    emulator = Emulator(tickets=20)
    async with assembla(monkeypatch, emulator):
        application(monkeypatch, emulator)
        async with local_api(load()) as api:
            for _ in range(3):
                with pytest.raises(Exception, match=r"."):
                    await api().client.users.me()
    said = [record for record in caplog.records if "public data only" in record.getMessage()]
    assert len(said) == 1
    assert said[0].levelno == logging.WARNING


async def test_without_a_credential_each_call_says_what_to_do_and_sends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    emulator = Emulator(tickets=20)
    async with assembla(monkeypatch, emulator), local_api(load()) as api:
        for _ in range(2):
            with pytest.raises(Unauthorized, match=r"`assembla-mcp login`.*ASSEMBLA_API_KEY"):
                await api().client.users.me()
    assert emulator.requests == []


async def test_a_login_made_meanwhile_counts_without_a_restart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    emulator = Emulator(tickets=20)
    async with assembla(monkeypatch, emulator) as base_url, local_api(load()) as api:
        with pytest.raises(Unauthorized):
            await api().client.users.me()
        FileStore(tmp_path / "state").save(Slot("default", base_url), login_of(emulator))
        assert (await api().client.users.me()).login == emulator.credentials.user


class SlowOnce(KeyringBackend):
    """A keyring whose first answer, given before there was a login, takes until `release`."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring's own
        self.kept: dict[str, str] = {}
        self.asked = threading.Event()
        self.release = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        found = self.kept.get(username)
        if not self.asked.is_set():
            self.asked.set()
            self.release.wait(STUCK_S)
        return found

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[username] = password


async def test_a_slow_look_from_before_a_login_does_not_sign_out(monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = Emulator(tickets=20)
    environ(monkeypatch, TOKEN_STORE="keyring")
    backend = SlowOnce()
    keyring.set_keyring(backend)
    settings = load()
    chosen = LazyCredential(settings)
    slow: list[Choice] = []

    async def look() -> None:
        slow.append(await chosen.choice())

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(look)
            await to_thread.run_sync(backend.asked.wait, STUCK_S)
            KeyringStore().save(Slot("default", settings.api_url), login_of(emulator))
            found = await chosen.choice()
            backend.release.set()
        assert found.way == "oauth"
        assert slow == [found]
        assert await chosen.choice() is found


async def test_a_store_that_cannot_be_read_is_part_of_the_answer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environ(monkeypatch, TOKEN_STORE="keyring")
    async with local_api(load()) as api:
        with pytest.raises(Unauthorized, match="no backend"):
            await api().client.users.me()
    environ(monkeypatch, TOKEN_STORE="file", STATE_DIR=str(tmp_path))
    (tmp_path / "logins").write_text("not a folder")
    async with local_api(load()) as api:
        with pytest.raises(Unauthorized, match="cannot be read"):
            await api().client.users.me()


async def test_a_token_works_though_the_store_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    emulator = Emulator(tickets=20)
    async with assembla(monkeypatch, emulator):
        application(monkeypatch, emulator)
        environ(monkeypatch, REFRESH_TOKEN=emulator.credentials.refresh_token, STATE_DIR=str(tmp_path / "file"))
        assert await who(load()) == emulator.credentials.user
    assert any("cannot be" in record.getMessage() for record in caplog.records)


async def test_tokens_that_come_later_are_redacted_in_what_is_logged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    emulator = Emulator(tickets=20, rotate_refresh_tokens=True)
    async with assembla(monkeypatch, emulator) as base_url:
        store, slot = FileStore(tmp_path / "state"), Slot("default", base_url)
        store.save(slot, login_of(emulator))
        assert await who(load()) == emulator.credentials.user
        renewed = store.load(slot)
    assert renewed is not None
    assert renewed.tokens.refresh_token is not None
    assert renewed.tokens.refresh_token != emulator.credentials.refresh_token
    assert logs.redact_values(renewed.tokens.refresh_token) == logs.REDACTED


async def test_the_demo_ignores_the_user_s_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, API_URL="https://assembla.invalid", API_KEY="mine-mine", API_SECRET="mine-mine")
    async with local_api(load(), demo=True) as api:
        assert (await api().client.users.me()).login == Emulator().credentials.user


async def test_opening_and_closing_reads_nothing(tmp_path: Path) -> None:
    async with local_api(load()):
        pass
    assert not (tmp_path / "state").exists()


async def test_each_principal_has_a_session_of_its_own_that_its_requests_share(monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = Emulator(tickets=0)
    mine = emulator.database.add_space("My own")["id"]
    passer = emulator.credentials_for(emulator.database.add_user("passer.by", "Passer By")["login"])
    async with assembla(monkeypatch, emulator) as base_url:
        settings = load()
        pairs = {
            Principal(base_url, "key:mine"): KeyPair(emulator.credentials.api_key, emulator.credentials.api_secret),
            Principal(base_url, "key:passer"): KeyPair(passer.api_key, passer.api_secret),
        }
        me, other = pairs
        async with open_sessions(settings, lambda principal: session_with(settings, pairs[principal])) as sessions:
            first = await sessions.for_request(me).client.users.in_space(mine)
            assert await sessions.for_request(me).client.users.in_space(mine) == first
            with pytest.raises(NotFound):
                await sessions.for_request(other).client.users.in_space(mine)
            assert await sessions.for_request(me).client.users.in_space(mine) == first
    assert [seen.status for seen in emulator.requests] == [200, 404]


async def test_every_request_has_a_time_of_its_own_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    async with local_api(load()) as api:
        one, other = api(), api()
    assert one.client is not other.client
    one.met("a1", "demo")
    assert (dict(one.space_names), dict(other.space_names)) == ({"a1": "demo"}, {})


def test_who_configured_a_server_is_told_by_key_token_or_profile_and_by_the_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [configured_principal(load())]
    environ(monkeypatch, PROFILE="work")
    found.append(configured_principal(load()))
    environ(monkeypatch, REFRESH_TOKEN="canary-refresh", CLIENT_ID="an-id", CLIENT_SECRET="canary-secret")
    found.append(configured_principal(load()))
    environ(monkeypatch, ACCESS_TOKEN="canary-access")
    assert configured_principal(load()) == found[-1]
    environ(monkeypatch, API_KEY="canary-key", API_SECRET="canary-key-secret")
    found.append(configured_principal(load()))
    environ(monkeypatch, API_URL="https://assembla.example")
    found.append(configured_principal(load()))
    assert len(set(found)) == 5
    assert configured_principal(load()) == found[-1]
    assert "canary" not in repr(found)
