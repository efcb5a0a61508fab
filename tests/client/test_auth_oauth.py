"""A person's tokens at work: sliding, renewed once, stored before use, never lost."""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from filelock import FileLock

from assembla_client.auth.credential import Send
from assembla_client.auth.grants import refresh_grant
from assembla_client.auth.oauth import Bearer
from assembla_client.auth.secret_backend import MemorySecretBackend
from assembla_client.auth.token_store import FileStore, MemoryStore, Slot, TokenStore
from assembla_client.auth.tokens import Application, StoredLogin, Tokens, fingerprint
from assembla_client.errors import (
    AssemblaError,
    ConnectionFailed,
    RateLimited,
    ServerError,
    StoreUnavailable,
    TokenRefused,
    Unauthorized,
)
from assembla_client.transport.request import Reply, Request
from assembla_emulator.app import Emulator
from assembla_emulator.faults.kinds import Drop, Status
from assembla_emulator.faults.plan import Fault
from auth_harness import (
    HINT,
    SLOT,
    application_of,
    ask,
    bearer_on,
    issued,
    sender_on,
    signed_in,
    token_requests,
)
from guards import STUCK_S


def emulated(*, rotating: bool = False, access_ttl_s: float = 900.0) -> Emulator:
    return Emulator(tickets=0, rate=None, rotate_refresh_tokens=rotating, access_ttl_s=access_ttl_s)


def stored(state_dir: Path) -> StoredLogin:
    login = FileStore(state_dir).load(SLOT)
    assert login is not None
    return login


async def concurrency(count: int, bearer: Bearer, send: Send) -> list[int]:
    statuses: list[int] = []

    async def one() -> None:
        statuses.append((await ask(bearer, send)).status)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            for _ in range(count):
                tasks.start_soon(one)
    return statuses


async def test_a_good_token_is_sent_as_it_is(tmp_path: Path) -> None:
    emulator = emulated()
    bearer = signed_in(emulator, tmp_path)
    assert (await ask(bearer, sender_on(emulator.app))).status == 200
    assert emulator.requests[0].headers["authorization"] == f"Bearer {bearer.tokens.access_token}"
    assert token_requests(emulator) == []


async def test_steady_use_keeps_a_token_alive_beyond_its_lifetime(tmp_path: Path) -> None:
    emulator = emulated()
    bearer, send = signed_in(emulator, tmp_path), sender_on(emulator.app)
    for _ in range(5):
        emulator.clock.advance(800)
        assert (await ask(bearer, send)).status == 200
    assert token_requests(emulator) == []
    assert bearer.expires_at is not None
    assert bearer.expires_at > emulator.clock.now() + 890


@pytest.mark.parametrize(("lifetime_s", "idle_s", "renewals"), [(900, 835, 0), (900, 841, 1), (60, 31, 1)])
async def test_an_idle_token_is_renewed_before_it_is_refused(
    tmp_path: Path, lifetime_s: int, idle_s: int, renewals: int
) -> None:
    emulator = emulated(access_ttl_s=lifetime_s)
    bearer = signed_in(emulator, tmp_path)
    emulator.clock.advance(idle_s)
    assert (await ask(bearer, sender_on(emulator.app))).status == 200
    assert len(token_requests(emulator)) == renewals
    assert [seen.status for seen in emulator.requests] == [200] * (renewals + 1)


@pytest.mark.parametrize("rotating", [False, True])
async def test_expired_token_is_refreshed_once_for_parallel_calls(tmp_path: Path, rotating: bool) -> None:
    emulator = emulated(rotating=rotating)
    bearer = signed_in(emulator, tmp_path)
    emulator.clock.advance(1000)
    assert await concurrency(20, bearer, sender_on(emulator.app)) == [200] * 20
    assert len(token_requests(emulator)) == 1


@pytest.mark.parametrize("rotating", [False, True])
async def test_revoked_token_is_refreshed_once_for_parallel_calls(tmp_path: Path, rotating: bool) -> None:
    emulator = emulated(rotating=rotating)
    bearer = signed_in(emulator, tmp_path)
    before = bearer.tokens
    emulator.oauth.revoke_access_tokens()
    assert await concurrency(20, bearer, sender_on(emulator.app)) == [200] * 20
    assert len(token_requests(emulator)) == 1
    assert stored(tmp_path).tokens == bearer.tokens
    assert (bearer.tokens.refresh_token == before.refresh_token) is not rotating


async def test_a_token_of_unknown_lifetime_is_renewed_by_its_401_only(tmp_path: Path) -> None:
    emulator = emulated()
    bearer = signed_in(emulator, tmp_path, lambda tokens: replace(tokens, expires_in=None))
    assert bearer.expires_at is None
    emulator.clock.advance(5000)
    assert (await ask(bearer, sender_on(emulator.app))).status == 200
    assert [seen.status for seen in emulator.requests] == [401, 200, 200]


async def test_new_tokens_are_in_the_store_before_they_are_used(tmp_path: Path) -> None:
    emulator = emulated(rotating=True)
    bearer, send = signed_in(emulator, tmp_path), sender_on(emulator.app)
    emulator.oauth.revoke_access_tokens()
    kept: list[bool] = []

    async def looking(request: Request) -> Reply:
        token = dict(request.headers)["Authorization"].removeprefix("Bearer ")
        kept.append(stored(tmp_path).tokens.access_token == token)
        return await send(request)

    assert (await ask(bearer, looking)).status == 200
    assert kept == [True, False, True]  # the old token, Basic at /token, the new token


async def test_what_a_sibling_renewed_is_taken_over(tmp_path: Path) -> None:
    emulator = emulated(rotating=True)
    one = signed_in(emulator, tmp_path)
    two = bearer_on(emulator, tmp_path, one.tokens)
    send = sender_on(emulator.app)
    emulator.oauth.revoke_access_tokens()
    assert (await ask(one, send)).status == 200
    assert (await ask(two, send)).status == 200
    assert len(token_requests(emulator)) == 1
    emulator.oauth.revoke_access_tokens()  # and the next refresh token, too
    assert (await ask(two, send)).status == 200
    assert (await ask(one, send)).status == 200
    assert [seen.status for seen in token_requests(emulator)] == [200, 200]


async def test_what_a_sibling_renewed_long_ago_is_renewed_from_there(tmp_path: Path) -> None:
    emulator = emulated(rotating=True)
    one = signed_in(emulator, tmp_path)
    two = bearer_on(emulator, tmp_path, one.tokens)
    send = sender_on(emulator.app)
    emulator.clock.advance(1000)
    await ask(one, send)
    emulator.clock.advance(1000)
    assert (await ask(two, send)).status == 200
    assert [seen.status for seen in token_requests(emulator)] == [200, 200]


@pytest.mark.parametrize("rotating", [False, True])
async def test_a_token_that_a_sibling_left_and_that_is_dead_too_is_refreshed_once(
    tmp_path: Path, rotating: bool
) -> None:
    emulator = emulated(rotating=rotating)
    one = signed_in(emulator, tmp_path)
    two = bearer_on(emulator, tmp_path, one.tokens)
    send = sender_on(emulator.app)
    emulator.oauth.revoke_access_tokens()
    assert (await ask(two, send)).status == 200
    emulator.oauth.revoke_access_tokens()
    assert await concurrency(5, one, send) == [200] * 5
    assert len(token_requests(emulator)) == 2
    assert stored(tmp_path).tokens == one.tokens


async def test_a_token_that_was_refreshed_here_and_is_refused_again_is_not_refreshed_twice(tmp_path: Path) -> None:
    emulator = emulated()
    bearer = signed_in(emulator, tmp_path)
    emulator.faults.add(Fault(Status(401), path="/v1/user", times=None))
    assert (await ask(bearer, sender_on(emulator.app))).status == 401
    assert len(token_requests(emulator)) == 1


async def test_a_dead_login_says_what_to_do_and_is_posted_once(tmp_path: Path) -> None:
    emulator = emulated()
    bearer, send = signed_in(emulator, tmp_path), sender_on(emulator.app)
    before = stored(tmp_path)
    emulator.clock.advance(32 * 86_400)
    for _ in range(3):
        with pytest.raises(TokenRefused, match="no longer accepts this sign-in") as refused:
            await ask(bearer, send)
        assert refused.value.message.endswith(HINT)
        assert refused.value.reason == "invalid_grant"
    assert len(token_requests(emulator)) == 1
    assert stored(tmp_path) == before


async def test_a_login_made_elsewhere_revives_a_dead_one(tmp_path: Path) -> None:
    emulator = emulated()
    bearer, send = signed_in(emulator, tmp_path), sender_on(emulator.app)
    emulator.clock.advance(32 * 86_400)
    with pytest.raises(Unauthorized):
        await ask(bearer, send)
    signed_in(emulator, tmp_path)
    assert (await ask(bearer, send)).status == 200
    assert len(token_requests(emulator)) == 1
    emulator.oauth.revoke_access_tokens()
    assert (await ask(bearer, send)).status == 200


@pytest.mark.parametrize("theirs_is_good", [True, False])
async def test_a_login_written_during_a_refused_refresh_is_not_lost(tmp_path: Path, theirs_is_good: bool) -> None:
    emulator = emulated()
    bearer, send = signed_in(emulator, tmp_path), sender_on(emulator.app)
    emulator.clock.advance(32 * 86_400)
    theirs: list[Tokens] = []

    async def overtaken(request: Request) -> Reply:
        if request.path == "/token" and not theirs:
            theirs.append(issued(emulator))
            if not theirs_is_good:  # its access token has died, its refresh token has not
                theirs[0] = replace(theirs[0], obtained_at=emulator.clock.now() - 900)
            FileStore(tmp_path).save(SLOT, StoredLogin(theirs[0], application_of(emulator)))
        return await send(request)

    assert (await ask(bearer, overtaken)).status == 200
    assert (bearer.tokens == theirs[0]) is theirs_is_good
    assert stored(tmp_path).tokens == bearer.tokens
    assert [seen.status for seen in token_requests(emulator)] == [400] if theirs_is_good else [400, 200]


async def test_a_wrong_secret_is_told_as_such(tmp_path: Path) -> None:
    emulator = emulated()
    tokens = issued(emulator)
    emulator.oauth.revoke_access_tokens()
    bearer = Bearer(Application(emulator.credentials.client_id, "wrong"), tokens, advice=HINT)
    for _ in range(2):
        with pytest.raises(TokenRefused, match="client secret") as refused:
            await ask(bearer, sender_on(emulator.app))
        assert refused.value.reason == "invalid_client"
    assert len(token_requests(emulator)) == 1


async def test_a_newer_secret_given_here_outlives_a_look_into_the_store(tmp_path: Path) -> None:
    emulator = emulated()
    tokens = issued(emulator)
    theirs = replace(issued(emulator), obtained_at=0)
    FileStore(tmp_path).save(SLOT, StoredLogin(theirs, replace(application_of(emulator), client_secret="old")))
    emulator.oauth.revoke_access_tokens()
    bearer = bearer_on(emulator, tmp_path, tokens)
    assert (await ask(bearer, sender_on(emulator.app))).status == 200
    assert stored(tmp_path).application == application_of(emulator)


async def test_a_login_of_another_application_brings_its_application_along(tmp_path: Path) -> None:
    emulator = emulated()
    bearer = signed_in(emulator, tmp_path)
    other = emulator.register("Other", "http://127.0.0.1:8723/callback")
    answer = emulator.oauth.issue(other.client_id, str(emulator.database.me))
    theirs = Application(other.client_id, other.client_secret)
    tokens = Tokens(str(answer["access_token"]), str(answer["refresh_token"]), 900)
    FileStore(tmp_path).save(SLOT, StoredLogin(tokens, theirs))
    emulator.oauth.revoke_access_tokens()
    assert (await ask(bearer, sender_on(emulator.app))).status == 200
    assert stored(tmp_path).application == theirs


@pytest.mark.parametrize(
    ("trouble", "error"),
    [(Drop(), ConnectionFailed), (Status(503), ServerError), (Status(429), AssemblaError)],
)
async def test_trouble_during_a_refresh_loses_nothing(
    tmp_path: Path, trouble: Drop | Status, error: type[AssemblaError]
) -> None:
    emulator = emulated()
    bearer, send = signed_in(emulator, tmp_path), sender_on(emulator.app)
    before = stored(tmp_path)
    emulator.clock.advance(1000)
    emulator.faults.add(Fault(trouble, path="/token"))
    with pytest.raises(error):
        await ask(bearer, send)
    assert stored(tmp_path) == before
    assert (await ask(bearer, send)).status == 200


async def test_parallel_calls_share_one_failed_refresh(tmp_path: Path) -> None:
    emulator = emulated()
    bearer, send = signed_in(emulator, tmp_path), sender_on(emulator.app)
    emulator.clock.advance(1000)
    emulator.faults.add(Fault(Status(503), path="/token"))
    failures: list[str] = []

    async def one() -> None:
        try:
            await ask(bearer, send)
        except ServerError as error:
            failures.append(error.message)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(one)
    assert len(failures) == 20
    assert len(token_requests(emulator)) == 1


async def test_a_renewal_that_one_call_had_no_time_to_wait_for_is_tried_by_the_next(tmp_path: Path) -> None:
    emulator = emulated()
    bearer, send = signed_in(emulator, tmp_path), sender_on(emulator.app)
    emulator.clock.advance(1000)
    refused, go_on = anyio.Event(), anyio.Event()
    outcomes: list[str] = []

    async def out_of_time(request: Request) -> Reply:
        refused.set()
        await go_on.wait()
        raise RateLimited("Try again later.", 30)

    async def one(send: Send) -> None:
        try:
            outcomes.append(str((await ask(bearer, send)).status))
        except RateLimited:
            outcomes.append("limited")

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(one, out_of_time)
            await refused.wait()
            tasks.start_soon(one, send)
            tasks.start_soon(one, send)
            await anyio.wait_all_tasks_blocked()
            go_on.set()
    assert outcomes == ["limited", "200", "200"]
    assert len(token_requests(emulator)) == 1


async def test_a_cancelled_call_does_not_lose_a_one_use_refresh_token(tmp_path: Path) -> None:
    emulator = emulated(rotating=True)
    bearer, send = signed_in(emulator, tmp_path), sender_on(emulator.app)
    emulator.clock.advance(1000)
    asked, go_on = anyio.Event(), anyio.Event()

    async def slowly(request: Request) -> Reply:
        reply = await send(request)
        asked.set()
        await go_on.wait()
        return reply

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, bearer, slowly)
            await asked.wait()
            tasks.cancel_scope.cancel()
            go_on.set()
    assert stored(tmp_path).tokens == bearer.tokens
    assert (await ask(bearer, send)).status == 200
    assert len(token_requests(emulator)) == 1


async def test_a_caller_cancelled_while_waiting_leaves_the_refresh_to_the_others(tmp_path: Path) -> None:
    emulator = emulated()
    bearer, send = signed_in(emulator, tmp_path), sender_on(emulator.app)
    emulator.clock.advance(1000)
    lock = FileLock(tmp_path / "logins" / f"{SLOT.name}.lock")
    statuses: list[int] = []

    async def other() -> None:
        statuses.append((await ask(bearer, send)).status)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as outer:
            with lock:
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(ask, bearer, send)
                    await anyio.wait_all_tasks_blocked()
                    outer.start_soon(other)
                    await anyio.wait_all_tasks_blocked()
                    tasks.cancel_scope.cancel()
    assert statuses == [200]


async def test_a_lock_held_too_long_is_given_up_with_a_clear_word(tmp_path: Path) -> None:
    emulator = emulated()
    tokens = issued(emulator)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await anyio.lowlevel.checkpoint()

    bearer = Bearer(
        application_of(emulator),
        tokens,
        slot=SLOT,
        store=FileStore(tmp_path),
        state_dir=tmp_path,
        clock=emulator.clock.now,
        sleep=sleep,
    )
    emulator.clock.advance(1000)
    (tmp_path / "logins").mkdir()
    with (
        FileLock(tmp_path / "logins" / f"{SLOT.name}.lock"),
        pytest.raises(ConnectionFailed, match="Another process") as stuck,
    ):
        await ask(bearer, sender_on(emulator.app))
    assert stuck.value.sent is False
    assert 30 <= sum(slept) <= 90
    assert emulator.requests == []


async def test_an_unwritable_store_is_said_once_and_the_token_is_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    emulator = emulated(rotating=True)
    bearer = bearer_on(emulator, tmp_path / "state", issued(emulator))
    send = sender_on(emulator.app)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            emulator.oauth.revoke_access_tokens()
            assert (await ask(bearer, send)).status == 200
    said = [record.getMessage() for record in caplog.records if record.name.startswith("assembla_client.auth")]
    assert len(said) == len(set(said)) == 3  # lock, read, write
    assert all(str(tmp_path) in line for line in said)
    assert not any(secret in caplog.text for secret in secrets_of(bearer, emulator))


@pytest.mark.skipif(os.name != "posix", reason="links need a privilege there")
async def test_a_lock_file_that_cannot_be_opened_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    emulator = emulated()
    bearer = signed_in(emulator, tmp_path)
    (tmp_path / "logins" / f"{SLOT.name}.lock").symlink_to(tmp_path / "elsewhere")
    emulator.clock.advance(1000)
    assert (await ask(bearer, sender_on(emulator.app))).status == 200
    assert "without a lock" in caplog.text
    assert not (tmp_path / "elsewhere").exists()


class FullBackend(MemorySecretBackend):
    """Keeps nothing new while `full`."""

    full = False

    def write(self, key: str, content: bytes) -> None:
        if self.full:
            raise StoreUnavailable("The disk is full.")
        super().write(key, content)


async def test_tokens_that_could_not_be_stored_are_not_traded_for_older_ones() -> None:
    emulator = emulated(rotating=True)
    backend, tokens = FullBackend(), issued(emulator)
    store = TokenStore("test", backend)
    store.save(SLOT, StoredLogin(tokens, application_of(emulator)))
    bearer = Bearer(application_of(emulator), tokens, slot=SLOT, store=store, clock=emulator.clock.now)
    send = sender_on(emulator.app)
    backend.full = True
    for _ in range(3):
        emulator.clock.advance(1000)
        assert (await ask(bearer, send)).status == 200
    backend.full = False
    emulator.clock.advance(1)
    newer = issued(emulator)
    store.save(SLOT, StoredLogin(newer, application_of(emulator)))
    emulator.oauth.revoke(str(bearer.tokens.access_token))
    assert (await ask(bearer, send)).status == 200
    assert bearer.tokens == newer


def with_a_full_store(emulator: Emulator, state_dir: Path | None = None) -> tuple[Bearer, FullBackend, TokenStore]:
    """A stored login whose next tokens find no room."""
    backend, tokens = FullBackend(), issued(emulator)
    store = TokenStore("test", backend)
    store.save(SLOT, StoredLogin(tokens, application_of(emulator)))
    bearer = Bearer(
        application_of(emulator),
        tokens,
        slot=SLOT,
        store=store,
        state_dir=state_dir,
        stored=True,
        clock=emulator.clock.now,
    )
    emulator.clock.advance(1000)
    backend.full = True
    return bearer, backend, store


async def test_tokens_that_found_no_room_are_stored_at_the_next_call(tmp_path: Path) -> None:
    emulator = emulated(rotating=True)
    bearer, backend, store = with_a_full_store(emulator, tmp_path)
    send = sender_on(emulator.app)
    assert (await ask(bearer, send)).status == 200
    assert store.load(SLOT) != StoredLogin(bearer.tokens, application_of(emulator))
    backend.full = False
    assert (await ask(bearer, send)).status == 200
    assert store.load(SLOT) == StoredLogin(bearer.tokens, application_of(emulator))
    assert len(token_requests(emulator)) == 1


async def test_tokens_that_found_no_room_are_stored_at_the_end_even_if_that_is_cancelled() -> None:
    emulator = emulated(rotating=True)
    bearer, backend, store = with_a_full_store(emulator)
    assert (await ask(bearer, sender_on(emulator.app))).status == 200
    backend.full = False
    with anyio.CancelScope() as scope:
        scope.cancel()
        await bearer.aclose()
    assert store.load(SLOT) == StoredLogin(bearer.tokens, application_of(emulator))


async def test_tokens_that_found_no_room_are_not_stored_over_newer_ones_or_after_a_logout() -> None:
    for theirs in (True, False):
        emulator = emulated(rotating=True)
        bearer, backend, store = with_a_full_store(emulator)
        await ask(bearer, sender_on(emulator.app))
        backend.full = False
        emulator.clock.advance(1)
        newer = StoredLogin(issued(emulator), application_of(emulator)) if theirs else None
        store.drop(SLOT)
        if newer is not None:
            store.save(SLOT, newer)
        await bearer.aclose()
        assert store.load(SLOT) == newer


async def test_tokens_that_found_no_room_wait_for_no_lock(tmp_path: Path) -> None:
    emulator = emulated(rotating=True)
    bearer, backend, store = with_a_full_store(emulator, tmp_path)
    send = sender_on(emulator.app)
    await ask(bearer, send)
    backend.full = False
    with FileLock(tmp_path / "logins" / f"{SLOT.name}.lock"), anyio.fail_after(5):
        assert (await ask(bearer, send)).status == 200
    assert store.load(SLOT) != StoredLogin(bearer.tokens, application_of(emulator))
    await bearer.aclose()
    assert store.load(SLOT) == StoredLogin(bearer.tokens, application_of(emulator))


@pytest.mark.parametrize("blocked", ["read", "write"])
async def test_a_store_that_never_answers_is_given_up(blocked: str, caplog: pytest.LogCaptureFixture) -> None:
    emulator = emulated()
    release = threading.Event()

    class Asking(MemorySecretBackend):
        def read(self, key: str) -> bytes | None:
            if blocked == "read":
                release.wait(STUCK_S)
            return None

        def write(self, key: str, content: bytes) -> None:
            release.wait(STUCK_S)

    bearer = Bearer(
        application_of(emulator),
        issued(emulator),
        slot=SLOT,
        store=TokenStore("test", Asking()),
        store_wait_s=0.05,
        clock=emulator.clock.now,
    )
    emulator.clock.advance(1000)
    try:
        with anyio.fail_after(5):
            assert (await ask(bearer, sender_on(emulator.app))).status == 200
    finally:
        release.set()
    assert "does not answer" in caplog.text


async def test_a_store_that_wakes_up_after_it_was_given_up_writes_nothing_over_what_a_sibling_wrote() -> None:
    emulator = emulated(rotating=True)
    release = threading.Event()

    class Waking(MemorySecretBackend):
        def read(self, key: str) -> bytes | None:
            if threading.current_thread() is not threading.main_thread():
                release.wait(STUCK_S)
            return super().read(key)

    backend, tokens = Waking(), issued(emulator)
    store = TokenStore("test", backend)
    store.save(SLOT, StoredLogin(tokens, application_of(emulator)))
    bearer = Bearer(
        application_of(emulator), tokens, slot=SLOT, store=store, store_wait_s=0.05, clock=emulator.clock.now
    )
    emulator.clock.advance(1000)
    with anyio.fail_after(5):
        assert (await ask(bearer, sender_on(emulator.app))).status == 200
    siblings = StoredLogin(issued(emulator), application_of(emulator))
    store.save(SLOT, siblings)
    late = [thread for thread in threading.enumerate() if thread.name == "deadline"]
    release.set()
    for thread in late:
        thread.join(5)
    assert len(late) == 2  # one that was to read, one that was to write
    assert store.load(SLOT) == siblings


async def test_the_time_that_the_store_takes_is_no_part_of_what_a_renewal_may_take(tmp_path: Path) -> None:
    emulator = emulated(rotating=True)
    fresh = await sender_on(emulator.app)(refresh_grant(application_of(emulator), emulator.credentials.refresh_token))

    async def already_there(request: Request) -> Reply:
        return fresh

    store = FileStore(tmp_path)
    bearer = Bearer(
        application_of(emulator),
        Tokens(None, "ref"),
        slot=SLOT,
        store=store,
        refresh_wait_s=0,
        clock=emulator.clock.now,
    )
    with anyio.fail_after(5):
        await bearer.headers(already_there)
    assert stored(tmp_path).tokens == bearer.tokens


async def test_every_secret_that_comes_to_be_known_is_told(tmp_path: Path) -> None:
    emulator = emulated(rotating=True)
    told: list[str] = []
    bearer = Bearer(
        application_of(emulator),
        issued(emulator),
        slot=SLOT,
        store=FileStore(tmp_path),
        on_secret=told.append,
        clock=emulator.clock.now,
    )
    emulator.clock.advance(1000)
    assert (await ask(bearer, sender_on(emulator.app))).status == 200
    assert told == [bearer.tokens.access_token, bearer.tokens.refresh_token]
    theirs = StoredLogin(issued(emulator), Application("another", "another's secret"))
    FileStore(tmp_path).save(SLOT, theirs)
    emulator.oauth.revoke(str(bearer.tokens.access_token))
    assert (await ask(bearer, sender_on(emulator.app))).status == 200
    assert told[2:] == [theirs.tokens.access_token, theirs.tokens.refresh_token, "another's secret"]


async def test_a_damaged_login_is_set_aside_and_the_one_at_work_goes_on(tmp_path: Path) -> None:
    emulator = emulated()
    bearer = signed_in(emulator, tmp_path)
    file = tmp_path / "logins" / f"{SLOT.name}.json"
    file.write_text("half")
    emulator.clock.advance(1000)
    assert (await ask(bearer, sender_on(emulator.app))).status == 200
    assert stored(tmp_path).tokens == bearer.tokens
    assert file.with_name(f"{file.name}.corrupt").read_text() == "half"


async def test_a_login_dropped_elsewhere_is_not_put_back(tmp_path: Path) -> None:
    emulator = emulated()
    bearer, send = signed_in(emulator, tmp_path), sender_on(emulator.app)
    FileStore(tmp_path).drop(SLOT)
    for _ in range(2):
        emulator.clock.advance(1000)
        assert (await ask(bearer, send)).status == 200
    assert FileStore(tmp_path).load(SLOT) is None
    emulator.clock.advance(1)
    again = signed_in(emulator, tmp_path)
    emulator.clock.advance(1000)
    assert (await ask(bearer, send)).status == 200
    assert stored(tmp_path).tokens.refresh_token == again.tokens.refresh_token


async def test_a_refresh_token_from_the_environment_begins_without_an_access_token(tmp_path: Path) -> None:
    emulator = emulated(rotating=True)
    handed_in = Tokens(None, emulator.credentials.refresh_token)
    origin = fingerprint(emulator.credentials.refresh_token)
    send = sender_on(emulator.app)
    own = StoredLogin(issued(emulator), application_of(emulator))
    FileStore(tmp_path).save(SLOT, own)
    bearer = bearer_on(emulator, tmp_path, handed_in, origin=origin)
    assert (await ask(bearer, send)).status == 200
    grown = FileStore(tmp_path).load_derived(SLOT, origin)
    assert grown is not None
    assert (grown.tokens, grown.origin) == (bearer.tokens, origin)
    assert stored(tmp_path) == own
    # A second process with the same environment goes on from there: the token handed in is used up.
    assert (await ask(bearer_on(emulator, tmp_path, handed_in, origin=origin), send)).status == 200
    assert len(token_requests(emulator)) == 1


async def test_a_grown_login_used_without_its_environment_stays_beside(tmp_path: Path) -> None:
    emulator = emulated()
    tokens, origin = issued(emulator), fingerprint("gone")
    store = FileStore(tmp_path)
    store.save(SLOT, StoredLogin(tokens, application_of(emulator), origin=origin))
    bearer = bearer_on(emulator, tmp_path, tokens)
    emulator.clock.advance(1000)
    assert (await ask(bearer, sender_on(emulator.app))).status == 200
    assert stored(tmp_path).origin == origin
    own = StoredLogin(issued(emulator), application_of(emulator))
    store.save(SLOT, own)
    assert store.load(SLOT) == own


async def test_an_access_token_alone_ends_with_its_401() -> None:
    emulator = emulated()
    lone = Bearer(None, Tokens(issued(emulator).access_token), advice=HINT)
    send = sender_on(emulator.app)
    assert (await ask(lone, send)).status == 200
    emulator.oauth.revoke_access_tokens()
    with pytest.raises(TokenRefused, match="no refresh token") as refused:
        await ask(lone, send)
    assert refused.value.reason == "no_refresh_token"
    assert refused.value.message.endswith(HINT)
    assert token_requests(emulator) == []


async def test_a_login_of_another_way_is_neither_used_nor_overwritten(tmp_path: Path) -> None:
    emulator = emulated()
    bearer = signed_in(emulator, tmp_path)
    theirs = StoredLogin(issued(emulator, user=False), application_of(emulator), "client-credentials")
    FileStore(tmp_path).save(SLOT, theirs)
    emulator.clock.advance(1000)
    assert (await ask(bearer, sender_on(emulator.app))).status == 200
    assert len(token_requests(emulator)) == 1
    assert stored(tmp_path) == theirs


async def test_a_silent_token_endpoint_is_waited_for_a_bounded_time() -> None:
    emulator = emulated()

    async def silent(request: Request) -> Reply:
        await anyio.sleep_forever()
        raise AssertionError

    with anyio.fail_after(5), pytest.raises(ConnectionFailed, match="in time"):
        await ask(Bearer(application_of(emulator), Tokens(None, "ref"), refresh_wait_s=0.05), silent)


async def test_slots_of_two_profiles_do_not_wait_for_each_other(tmp_path: Path) -> None:
    emulator = emulated()
    emulator.oauth.issue(emulator.credentials.client_id, None)
    bearer = Bearer(
        application_of(emulator),
        replace(issued(emulator), access_token=None),
        slot=Slot("other", SLOT.api_url),
        store=MemoryStore(),
        state_dir=tmp_path,
    )
    (tmp_path / "logins").mkdir()
    with FileLock(tmp_path / "logins" / f"{SLOT.name}.lock"), anyio.fail_after(5):
        assert (await ask(bearer, sender_on(emulator.app))).status == 200


def secrets_of(bearer: Bearer, emulator: Emulator) -> list[str]:
    held = [bearer.tokens.access_token, bearer.tokens.refresh_token, emulator.credentials.client_secret]
    return [secret for secret in held if secret]


async def test_no_secret_is_in_any_text_that_signing_in_leaves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    emulator = emulated(rotating=True)
    bearer, send = signed_in(emulator, tmp_path), sender_on(emulator.app)
    said: list[str] = []
    secrets = secrets_of(bearer, emulator)
    troubles: list[Callable[[], object]] = [
        lambda: None,
        lambda: emulator.faults.add(Fault(Status(503), path="/token")),
        lambda: emulator.faults.add(Fault(Status(200, "<html></html>"), path="/token")),
        lambda: emulator.faults.add(Fault(Drop(), path="/token")),
        lambda: emulator.oauth.revoke(str(bearer.tokens.refresh_token)),
    ]
    for trouble in troubles:
        trouble()
        emulator.clock.advance(1000)
        try:
            await ask(bearer, send)
        except AssemblaError as error:
            said.append(f"{error} {error!r} {error.__cause__!r}")
        secrets += secrets_of(bearer, emulator)
        said.append(f"{bearer!r} {bearer.tokens!r} {stored(tmp_path)!r}")
    assert len(said) == 9
    for secret in secrets:
        assert secret not in " ".join(said)
        assert secret not in caplog.text
