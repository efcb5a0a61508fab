from collections.abc import Mapping
from contextlib import suppress

import anyio
import pytest
from starlette.types import Receive, Scope, Send

from assembla_client.auth.api_key import KeyPair
from assembla_client.auth.credential import Send as SendRequest
from assembla_client.client import AssemblaClient
from assembla_client.errors import (
    AssemblaError,
    ConnectionFailed,
    Forbidden,
    NotFound,
    RateLimited,
    ServerError,
    Unauthorized,
    UnexpectedResponse,
)
from assembla_client.resources.users import ME, MEMBERS, USER, User
from assembla_client.transport.client import Session, Transport
from assembla_client.transport.connection import Connection
from assembla_client.transport.rate_limit import RateLimiter
from assembla_client.transport.request import Reply, Request
from assembla_emulator.app import Emulator
from assembla_emulator.clock import Clock
from assembla_emulator.faults.kinds import Drop
from assembla_emulator.faults.plan import Fault
from faketime import FakeTime
from plain_api import USERS, Answer, Asked, PlainAPI, Upstream, numbered, session_to, transport_to

A_USER = Answer(body=b'{"id":"u","login":"l","name":"N"}')
A_WRITE = Request("POST", "/v1/spaces.json", json={"space": {"name": "x"}})


class Scripted:
    """A credential that has another pair of headers ready when the first is refused, and says what it saw."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.uses: list[str] = []

    @property
    def account(self) -> str:
        return "somebody"

    async def headers(self, send: SendRequest) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.tokens[0]}"}

    async def refused(self, sent: Mapping[str, str], send: SendRequest, *, again: bool = False) -> bool:
        if again:
            return False
        await send(Request("POST", "/token"))
        self.tokens.pop(0)
        return bool(self.tokens)

    def used(self) -> None:
        self.uses.append(self.tokens[0])

    async def aclose(self) -> None: ...


async def me(transport: Transport) -> User:
    with anyio.fail_after(5):
        return await transport.one(User, ME())


# Credentials


async def test_a_401_is_answered_by_new_headers_once_and_the_answer_counts_as_use() -> None:
    def answer(asked: Asked) -> Answer:
        return A_USER if asked.headers.get("authorization") != "Bearer old" else Answer(401)

    api, credential = PlainAPI(answer=answer), Scripted("old", "new")
    assert (await me(transport_to(api, credential=credential))).login == "l"
    assert [asked.path for asked in api.asked] == ["/v1/user.json", "/token", "/v1/user.json"]
    assert credential.uses == ["new"]


@pytest.mark.parametrize(("tokens", "requests"), [(("old",), 2), (("old", "new", "newer"), 3)])
async def test_a_401_that_stays_is_told_after_one_repetition(tokens: tuple[str, ...], requests: int) -> None:
    api, credential = PlainAPI([Answer(401)]), Scripted(*tokens)
    with pytest.raises(Unauthorized):
        await me(transport_to(api, credential=credential))
    assert len(api.asked) == requests
    assert credential.uses == []


async def test_any_other_answer_counts_as_use_of_the_token() -> None:
    credential = Scripted("good")
    with pytest.raises(NotFound):
        await me(transport_to(PlainAPI([Answer(404)]), credential=credential))
    assert credential.uses == ["good"]


async def test_the_credential_is_asked_once_more_where_what_it_had_ready_is_refused_too() -> None:
    class Patient(Scripted):
        async def refused(self, sent: Mapping[str, str], send: SendRequest, *, again: bool = False) -> bool:
            self.tokens.pop(0)
            return True

    api, credential = PlainAPI([Answer(401)]), Patient("old", "newer", "newest", "never sent")
    with pytest.raises(Unauthorized):
        await me(transport_to(api, credential=credential))
    assert [asked.headers["authorization"] for asked in api.asked] == ["Bearer old", "Bearer newer", "Bearer newest"]


# Retries


@pytest.mark.parametrize(
    ("retry_after", "words"),
    [("3600", "in 3600 s"), ("999999999", "later"), ("Fri, 31 Dec 2100 23:59:59 GMT", "later")],
)
async def test_a_wait_that_nobody_waits_is_told_without_its_seconds(retry_after: str, words: str) -> None:
    api = PlainAPI([Answer(429, b"", ((b"retry-after", retry_after.encode()),))])
    with pytest.raises(RateLimited) as limited:
        await me(transport_to(api))
    assert limited.value.message.endswith(f"Try again {words}.")


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_trouble_that_passes_is_not_noticed(status: int) -> None:
    time = FakeTime()
    trouble = Answer(status, b"<html>")
    api = PlainAPI([trouble, trouble, trouble, A_USER])
    assert (await me(transport_to(api, time=time))).id == "u"
    assert time.now() == 1000 + 1 + 2 + 4


async def test_trouble_that_stays_is_told_after_four_attempts() -> None:
    for status, kind in ((503, ServerError), (429, RateLimited)):
        api = PlainAPI([Answer(status, b"")])
        with pytest.raises(kind, match="after 4 attempts"):
            await me(transport_to(api))
        assert len(api.asked) == 4


async def test_a_failure_that_will_not_pass_is_told_at_once() -> None:
    for answer, kind in ((Answer(500), ServerError), (Answer(403), Forbidden), (Answer(302), UnexpectedResponse)):
        api = PlainAPI([answer])
        with pytest.raises(kind):
            await me(transport_to(api))
        assert len(api.asked) == 1


async def test_retry_after_is_slept_up_to_a_minute_and_told_beyond() -> None:
    time = FakeTime()
    limited = Answer(429, b"", ((b"retry-after", b"60"),))
    assert (await me(transport_to(PlainAPI([limited, A_USER]), time=time))).id == "u"
    assert time.now() == 1060
    long = PlainAPI([Answer(429, b"", ((b"retry-after", b"61"),))])
    with pytest.raises(RateLimited, match="in 61 s") as caught:
        await me(transport_to(long, time=time))
    assert caught.value.seconds == 61
    assert time.now() == 1060
    assert len(long.asked) == 1


async def test_a_call_waits_ninety_seconds_in_all_over_all_of_its_requests() -> None:
    time = FakeTime()
    limited = Answer(429, b"", ((b"retry-after", b"40"),))
    api = PlainAPI([limited, A_USER, limited, A_USER, limited, A_USER])
    session = session_to(api, time=time)
    call = Transport(session)
    await me(call)
    await me(call)
    with pytest.raises(RateLimited, match="in 40 s"):
        await me(call)
    assert time.now() == 1080
    time.advance(40)
    assert (await me(Transport(session))).id == "u"


async def test_after_a_429_every_request_of_the_session_waits_as_long_as_the_one_refused() -> None:
    time = FakeTime()
    limited = Answer(429, b"", ((b"retry-after", b"20"),))
    session = session_to(PlainAPI([limited, Answer(429, b""), Answer()]), time=time)
    assert (await session.attempt(Request.to(ME()))).status == 429
    with anyio.fail_after(5):
        assert (await session.attempt(Request.to(ME()))).status == 429
        assert time.now() == 1020
        assert (await session.attempt(Request.to(ME()))).status == 200
        assert time.now() == 1021


async def test_after_a_429_with_a_long_wait_others_are_told_without_asking() -> None:
    api = PlainAPI([Answer(429, b"", ((b"retry-after", b"61"),))])
    session = session_to(api)
    await session.attempt(Request.to(ME()))
    with pytest.raises(RateLimited) as caught:
        await me(Transport(session))
    assert caught.value.seconds == 61
    assert len(api.asked) == 1


async def test_what_a_429_makes_its_own_request_wait_and_all_others_is_one_pause() -> None:
    time = FakeTime()
    pauses: list[float] = []
    replies = [Reply(429, {}, b""), Reply(429, {"retry-after": "7"}, b""), Reply(503, {}, b"")]

    async def send(request: Request) -> Reply:
        return replies.pop(0) if replies else Reply(200, {}, b'{"id":"u","login":"l","name":"N"}')

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await time.sleep(seconds)

    upstream = Upstream(send)
    await me(Transport(Session(upstream, KeyPair("k", "s"), sleep=sleep, clock=time.now, random=lambda: 0.5)))
    assert upstream.holds == pauses[:2] == [0.75, 7]
    assert len(pauses) == 3


@pytest.mark.parametrize(("status", "requests"), [(429, 2), (503, 1), (500, 1)])
async def test_a_write_is_repeated_only_after_a_429(status: int, requests: int) -> None:
    api = PlainAPI([Answer(status, b""), Answer(201, b"{}")])
    with anyio.fail_after(5), suppress(ServerError):
        await transport_to(api).reply(A_WRITE)
    assert len(api.asked) == requests


class Failing:
    """A `Send` that fails in the given ways, then answers."""

    def __init__(self, *failures: ConnectionFailed) -> None:
        self.failures = list(failures)
        self.sent = 0

    async def __call__(self, request: Request) -> Reply:
        self.sent += 1
        if self.failures:
            raise self.failures.pop(0)
        return Reply(200, {}, b'{"id":"u","login":"l","name":"N"}')


def refused() -> ConnectionFailed:
    return ConnectionFailed("Assembla cannot be reached.", sent=False)


def lost() -> ConnectionFailed:
    return ConnectionFailed("The connection was lost.")


def over(send: SendRequest) -> Transport:
    time = FakeTime()
    return Transport(Session(Upstream(send), KeyPair("k", "s"), sleep=time.sleep, clock=time.now))


async def test_a_write_is_repeated_after_a_refused_connection_and_never_after_a_lost_one() -> None:
    send = Failing(refused(), refused())
    await over(send).reply(A_WRITE)
    assert send.sent == 3
    send = Failing(refused(), lost())
    with pytest.raises(ConnectionFailed, match=r"lost\. Given up after 2 attempts\."):
        await over(send).reply(A_WRITE)


async def test_a_write_on_a_lost_connection_is_told_after_its_one_attempt() -> None:
    send = Failing(lost())
    with pytest.raises(ConnectionFailed, match=r"^The connection was lost\.$") as caught:
        await over(send).reply(A_WRITE)
    assert caught.value.sent
    assert send.sent == 1


async def test_a_read_survives_lost_connections_and_says_when_it_gives_up() -> None:
    assert (await me(over(Failing(lost(), refused(), lost())))).id == "u"
    with pytest.raises(ConnectionFailed, match=r"reached\. Given up after 4 attempts\.") as caught:
        await me(over(Failing(*(refused() for _ in range(9)))))
    assert not caught.value.sent


# Single flight


class Gated(PlainAPI):
    """A PlainAPI that holds its answers back until the gate opens."""

    gate: anyio.Event

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        waiting = self.gate
        self.arrived += 1
        await waiting.wait()
        await super().__call__(scope, receive, send)

    arrived = 0


def gated(*answers: Answer) -> Gated:
    api = Gated(list(answers))
    api.gate = anyio.Event()
    return api


async def test_identical_reads_at_the_same_instant_are_one_request() -> None:
    api = gated(A_USER)
    session = session_to(api)
    transport = Transport(session)
    found: list[User] = []

    async def ask() -> None:
        found.append(await Transport(session).one(User, ME()))

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(ask)
            tasks.start_soon(transport.one, User, USER(user="other"))
            await anyio.wait_all_tasks_blocked()
            api.gate.set()
        assert len(found) == 20
        assert sorted(asked.path for asked in api.asked) == ["/v1/user.json", "/v1/users/other.json"]
        await transport.one(User, ME())
    assert len(api.asked) == 3


async def test_an_error_is_shared_by_all_who_asked() -> None:
    api = gated(Answer(403))
    transport = transport_to(api)
    caught: list[AssemblaError] = []

    async def ask() -> None:
        try:
            await transport.one(User, ME())
        except AssemblaError as error:
            caught.append(error)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            for _ in range(5):
                tasks.start_soon(ask)
            await anyio.wait_all_tasks_blocked()
            api.gate.set()
    assert [type(error) for error in caught] == [Forbidden] * 5
    assert len(api.asked) == 1


async def test_when_the_leader_is_cancelled_one_follower_takes_over() -> None:
    api = gated(A_USER)
    transport = transport_to(api)
    found: list[User] = []
    leader = anyio.CancelScope()

    async def lead() -> None:
        with leader:
            await transport.one(User, ME())

    async def follow() -> None:
        found.append(await transport.one(User, ME()))

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lead)
            await anyio.wait_all_tasks_blocked()
            for _ in range(5):
                tasks.start_soon(follow)
            await anyio.wait_all_tasks_blocked()
            assert api.arrived == 1
            leader.cancel()
            await anyio.wait_all_tasks_blocked()
            assert api.arrived == 2
            api.gate.set()
    assert len(found) == 5
    assert len(api.asked) == 1


async def test_a_rate_limit_that_the_leader_has_no_time_left_for_is_not_the_followers() -> None:
    time = FakeTime()
    limited = Answer(429, b"", ((b"retry-after", b"50"),))
    api = gated(limited, A_USER, limited, A_USER)
    session = session_to(api, time=time)
    spent, found = Transport(session), []
    api.gate.set()

    async def lead() -> None:
        with pytest.raises(RateLimited):
            await spent.one(User, ME())

    async def follow() -> None:
        found.append(await Transport(session).one(User, ME()))

    with anyio.fail_after(5):
        await spent.one(User, USER(user="first"))
        api.gate = anyio.Event()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lead)
            await anyio.wait_all_tasks_blocked()
            for _ in range(3):
                tasks.start_soon(follow)
            await anyio.wait_all_tasks_blocked()
            assert api.arrived == 3
            api.gate.set()
    assert [user.id for user in found] == ["u"] * 3
    assert len(api.asked) == 4


async def test_who_asks_afresh_does_not_join_a_read_that_may_come_from_the_cache() -> None:
    api = gated(Answer())
    transport = transport_to(api)

    async def ask(fresh: bool) -> None:
        assert await transport.many(User, MEMBERS(space="demo"), fresh=fresh) == []

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            for fresh in (False, True, True, False):
                tasks.start_soon(ask, fresh)
                await anyio.wait_all_tasks_blocked()
            assert api.arrived == 2
            api.gate.set()


async def test_a_read_after_a_write_does_not_join_a_read_from_before_it() -> None:
    api = gated(A_USER)
    transport = transport_to(api)
    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(transport.one, User, ME())
            await anyio.wait_all_tasks_blocked()
            stale, api.gate = api.gate, anyio.Event()
            api.gate.set()
            await transport.reply(Request("PUT", ME().path, json={}))
            await transport.one(User, ME())
            assert [asked.method for asked in api.asked] == ["PUT", "GET"]
            stale.set()
    assert len(api.asked) == 3


async def test_a_read_with_headers_of_its_own_is_not_shared() -> None:
    api = PlainAPI()
    request = Request("GET", ME().path, headers=(("if-none-match", '"x"'),))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(transport_to(api).reply, request)
        tasks.start_soon(transport_to(api).reply, request)
    assert [asked.headers["if-none-match"] for asked in api.asked] == ['"x"', '"x"']


# With the emulator


def emulator_at(time: FakeTime, rate: str | None = "20/second,240/minute") -> Emulator:
    return Emulator(rate=rate, tickets=0, clock=Clock(lambda: 1_700_000_000 + time.now()))


async def test_a_burst_never_puts_more_on_the_wire_than_the_rate_however_slowly_connections_open() -> None:
    time = FakeTime()
    emulator = emulator_at(time)
    delays = [(number * 7 % 10) / 8 for number in range(60)]

    async def slow_to_open(scope: Scope, receive: Receive, send: Send) -> None:
        await time.sleep(delays.pop())
        await emulator.app(scope, receive, send)

    keys = KeyPair(emulator.credentials.api_key, emulator.credentials.api_secret)
    session = session_to(slow_to_open, time=time, rate="20/second,240/minute", credential=keys)
    answered: list[Reply] = []

    async def ask(number: int) -> None:
        answered.append(await Transport(session).reply(Request("GET", ME().path, (("n", str(number)),))))

    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            for number in range(60):
                tasks.start_soon(ask, number)
    assert [reply.status for reply in answered] == [200] * 60
    assert {seen.status for seen in emulator.requests} == {200}
    assert emulator.most_in(1) <= 20


async def test_three_hundred_requests_keep_to_the_minute_as_well() -> None:
    time = FakeTime()
    emulator = emulator_at(time)
    keys = KeyPair(emulator.credentials.api_key, emulator.credentials.api_secret)
    session = session_to(emulator.app, time=time, rate="20/second,240/minute", credential=keys)

    async def ask(number: int) -> None:
        await Transport(session).reply(Request("GET", ME().path, (("n", str(number)),)))

    with anyio.fail_after(30):
        for burst in (range(150), range(150, 300)):
            async with anyio.create_task_group() as tasks:
                for number in burst:
                    tasks.start_soon(ask, number)
    assert len(emulator.requests) == 300
    assert {seen.status for seen in emulator.requests} == {200}
    assert emulator.most_in(1) <= 20
    assert emulator.most_in(60) <= 240


async def test_a_dropped_connection_to_the_emulator_is_repeated_for_a_read() -> None:
    time = FakeTime()
    emulator = emulator_at(time)
    emulator.faults.add(Fault(Drop(), times=2))
    keys = KeyPair(emulator.credentials.api_key, emulator.credentials.api_secret)
    assert (await me(transport_to(emulator.app, time=time, credential=keys))).login == emulator.credentials.user
    assert len(emulator.requests) == 3


async def test_nothing_shows_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    time = FakeTime()
    sender = Connection("http://localhost", RateLimiter("9/second", time.now), user_agent="t", http=None)
    session = Session(sender, KeyPair("canary-key", "canary-secret"))
    transport = Transport(session)
    shown = [repr(session), str(vars(session)), repr(transport), str(vars(transport)), repr(AssemblaClient(transport))]
    for answer in (Answer(401, b"canary-key"), Answer(429), Answer(200, b'{"id":"canary-key"'), Answer(301)):
        api = PlainAPI([answer])
        with pytest.raises(AssemblaError) as caught:
            await me(transport_to(api, credential=KeyPair("canary-key", "canary-secret")))
        shown += [repr(caught.value), caught.value.message]
        assert api.asked[0].headers["x-api-key"] == "canary-key"
    assert "canary" not in " ".join(shown) + caplog.text


async def test_numbered_users_are_read() -> None:
    with anyio.fail_after(5):
        users = await transport_to(PlainAPI([Answer(body=numbered(range(3)))])).many(User, USERS)
    assert [user.login for user in users] == ["l0", "l1", "l2"]
