import gzip
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

import anyio
import anyio.abc
import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from assembla_client.errors import ConnectionFailed, TimedOut, Unauthorized, UnexpectedResponse
from assembla_client.resources import users
from assembla_client.resources.documents import DOCUMENT_BYTES
from assembla_client.transport.connection import Connection
from assembla_client.transport.rate_limit import RateLimiter
from assembla_client.transport.request import Request
from assembla_client.transport.retry import read_date
from faketime import FakeTime
from plain_api import Answer, Asked, PlainAPI, http_to, sender_to

ME = replace(Request.to(users.ME()), headers=(("Authorization", "Bearer canary"),))
SOMEBODY = replace(Request.to(users.USER(user="a")), headers=ME.headers)
BYTES = replace(Request.to(DOCUMENT_BYTES(space="x", id="d")), headers=ME.headers)
PLENTY = "100000/second"


def redirect(to: str, status: int = 302) -> Answer:
    return Answer(status, b"", ((b"location", to.encode("latin-1")),))


async def test_a_request_carries_its_own_headers_and_ours_and_an_encoded_query() -> None:
    api = PlainAPI()
    request = Request("GET", "/v1/a%2Fb.json", (("filter[spacegroup]", "rule-2"), ("q", "a b&c")), ME.headers)
    reply = await sender_to(api)(request)
    assert reply.status == 200
    assert reply.body == b"[]"
    assert "date" not in reply.headers
    assert read_date(reply.headers["received"])
    [asked] = api.asked
    assert asked.path == "/v1/a%2Fb.json"
    assert asked.params == {"filter[spacegroup]": "rule-2", "q": "a b&c"}
    assert asked.headers["accept"] == "application/json"
    assert asked.headers["user-agent"] == "assembla-mcp/test"
    assert asked.headers["authorization"] == "Bearer canary"
    assert "cookie" not in asked.headers


async def test_a_body_goes_as_json_and_an_empty_post_tells_its_length() -> None:
    api = PlainAPI()
    sender = sender_to(api)
    await sender(Request("POST", "/v1/x.json", json={"ticket": {"summary": "é\ud800"}}))
    await sender(Request("POST", "/token", (("grant_type", "pin_code"),)))
    assert api.asked[0].headers["content-type"] == "application/json"
    assert api.asked[0].body == b'{"ticket": {"summary": "\\u00e9\\ud800"}}'
    assert api.asked[1].headers["content-length"] == "0"


async def test_cookies_are_not_kept() -> None:
    api = PlainAPI([Answer(headers=((b"set-cookie", b"session=canary; Path=/"),))])
    sender = sender_to(api)
    await sender(ME)
    await sender(ME)
    assert "cookie" not in api.asked[1].headers


async def test_one_http_client_is_made_late_and_a_new_one_after_closing() -> None:
    made: list[httpx2.AsyncClient] = []

    def make() -> httpx2.AsyncClient:
        made.append(http_to(PlainAPI())())
        return made[-1]

    sender = Connection("http://localhost", RateLimiter(PLENTY), user_agent="t", http=make)
    await sender.aclose()
    assert made == []
    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(sender, ME)
    assert len(made) == 1
    await sender.aclose()
    assert made[0].is_closed
    await sender(ME)
    assert len(made) == 2


# Where requests may go


@pytest.mark.parametrize(
    "url", ["", "api.example", "ftp://api.example", "https://", "https://u:p@api.example", "https://api.example?x=1"]
)
def test_what_is_no_url_of_an_api_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https://HOST"):
        Connection(url, RateLimiter(PLENTY), user_agent="t")


async def test_credentials_do_not_travel_over_plain_http_but_to_this_machine() -> None:
    api = PlainAPI()
    with pytest.raises(Unauthorized, match=r"plain http to api\.example"):
        await sender_to(api, url="http://api.example")(ME)
    assert api.asked == []
    for url in ("http://127.0.0.1:80", "http://localhost", "http://[::1]:1", "https://api.example"):
        assert (await sender_to(api, url=url)(ME)).status == 200


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/v1/user.json",
        "http://127.0.0.1:9@evil.example/",
        "//evil.example/v1/user.json",
        "https://127.0.0.1:9/v1/user.json",
        "http://127.0.0.1:10/v1/user.json",
        "http://user:pass@127.0.0.1:9/v1/user.json",
        "http://[broken",
        "http://127.0.0.1:9:9/",
        "mailto:x@y",
        "\xff\xfe",
    ],
)
async def test_a_redirect_elsewhere_is_not_followed_and_no_credential_leaves(to: str) -> None:
    at_home = PlainAPI([redirect(to), Answer(404)])
    hosts: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        hosts.append(f"{scope['scheme']}://{scope['server'][0]}:{scope['server'][1]}")
        await at_home(scope, receive, send)

    with suppress(UnexpectedResponse):
        await sender_to(app)(ME)
    assert set(hosts) == {"http://127.0.0.1:9"}
    assert {asked.headers["host"] for asked in at_home.asked} == {"127.0.0.1:9"}


async def test_a_redirect_elsewhere_is_told_without_naming_where() -> None:
    with pytest.raises(UnexpectedResponse, match="redirects to another address") as caught:
        await sender_to(PlainAPI([redirect("https://evil.example/?canary")]))(ME)
    assert caught.value.status == 302
    assert "evil" not in caught.value.message
    assert "canary" not in caught.value.message


async def test_a_get_follows_redirects_within_the_host_and_no_further_than_three() -> None:
    api = PlainAPI([redirect("/v1/users/b.json?a=1"), redirect("c.json", 307), Answer(body=b"arrived")])
    reply = await sender_to(api)(SOMEBODY)
    assert reply.body == b"arrived"
    assert [asked.path for asked in api.asked] == ["/v1/users/a.json", "/v1/users/b.json", "/v1/users/c.json"]
    assert api.asked[1].params == {"a": "1"}
    assert api.asked[2].headers["authorization"] == "Bearer canary"
    circle = PlainAPI([redirect("/v1/user.json")])
    with pytest.raises(UnexpectedResponse, match="circle"):
        await sender_to(circle)(ME)
    assert len(circle.asked) == 4


@pytest.mark.parametrize(
    "to",
    ["/v1/user/ssh_keys.json", "/v1/users/a/picture.json", "/v1/users/", "/token", "/v1/users/..", "/v1/users/%2e%2e"],
)
async def test_a_redirect_to_another_kind_of_thing_is_not_followed(to: str) -> None:
    api = PlainAPI([redirect(to), Answer(body=b"secrets")])
    with pytest.raises(UnexpectedResponse, match="redirects to another kind of thing"):
        await sender_to(api)(SOMEBODY)
    assert len(api.asked) == 1


@dataclass
class Storage:
    """What a storage host beside the API is asked, and how it answers."""

    api: PlainAPI
    answer: Answer
    headers: list[dict[str, str]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["server"] == ("127.0.0.1", 9):
            await self.api(scope, receive, send)
            return
        self.headers.append({name.decode(): value.decode() for name, value in scope["headers"]})
        await PlainAPI([self.answer])(scope, receive, send)


async def test_a_files_bytes_come_from_the_storage_which_is_sent_no_header_of_ours() -> None:
    storage = Storage(PlainAPI([redirect("http://127.0.0.1:10/b/d?X-Amz-Signature=canary")]), Answer(body=b"bytes"))
    assert (await sender_to(storage)(BYTES)).body == b"bytes"
    assert storage.headers == [{"host": "127.0.0.1:10"}]


async def test_what_the_storage_refuses_is_no_refusal_of_the_apis_and_shows_no_address() -> None:
    storage = Storage(PlainAPI([redirect("http://127.0.0.1:10/b/d?X-Amz-Signature=canary")]), Answer(403, b"<Error>"))
    with pytest.raises(UnexpectedResponse, match="storage that Assembla names for this file refused it") as caught:
        await sender_to(storage)(BYTES)
    assert "canary" not in caught.value.message
    assert "127" not in caught.value.message


@pytest.mark.parametrize(
    "to",
    [
        "https://10.0.0.7/b/d",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00::1]/b/d",
        "https://127.0.0.1/b/d",
        "http://93.184.216.34/b/d",
        "https://user:word@93.184.216.34/b/d",
        "https://no-such-host.invalid/b/d",
        "ftp://93.184.216.34/b/d",
        f"https://{'x' * 70}.invalid/b/d",
        "https://..a/b/d",
    ],
)
async def test_bytes_are_not_fetched_from_private_addresses_nor_over_plain_http(to: str) -> None:
    hosts: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        hosts.append(scope["server"][0])
        await PlainAPI([redirect(to)])(scope, receive, send)

    with pytest.raises(UnexpectedResponse, match="redirects to another address"):
        await sender_to(app, url="https://api.example")(BYTES)
    assert hosts == ["api.example"]


async def test_only_a_files_bytes_are_fetched_elsewhere() -> None:
    api = PlainAPI([redirect("http://127.0.0.1:10/v1/users/a.json")])
    with pytest.raises(UnexpectedResponse, match="redirects to another address"):
        await sender_to(api)(SOMEBODY)


async def test_a_write_is_never_redirected() -> None:
    api = PlainAPI([redirect("/v1/other.json", 308)])
    with pytest.raises(UnexpectedResponse, match="redirects elsewhere"):
        await sender_to(api)(Request("POST", "/token", (("refresh_token", "canary"),)))
    assert len(api.asked) == 1


@pytest.mark.parametrize("value", ["canary\r\nX-Evil: 1", "canär", "canary\x00", "canary\n"])
async def test_a_credential_that_no_header_can_carry_is_told_without_showing_it(value: str) -> None:
    api = PlainAPI()
    with pytest.raises(Unauthorized, match="no header carries") as caught:
        await sender_to(api)(Request("GET", "/v1/user.json", headers=(("X-Api-Key", value),)))
    assert value not in str(caught.value)
    assert api.asked == []


@pytest.mark.parametrize("value", ["x" * 70_000, "\ud800"])
async def test_what_no_url_can_hold_is_told(value: str) -> None:
    with pytest.raises(UnexpectedResponse, match="fit into a URL"):
        await sender_to(PlainAPI())(Request("GET", "/v1/a.json", (("q", value),)))


# Bodies


async def test_a_body_over_the_ceiling_is_refused_compressed_or_not() -> None:
    over = b"x" * (2**20 + 1)
    zipped = Answer(body=gzip.compress(over), headers=((b"content-encoding", b"gzip"),))
    for answer in (Answer(body=over), zipped):
        with pytest.raises(UnexpectedResponse, match="over 1048576 bytes long") as caught:
            await sender_to(PlainAPI([answer]))(ME)
        assert caught.value.status == 200
    fits = gzip.compress(b"x" * 2**20)
    reply = await sender_to(PlainAPI([Answer(body=fits, headers=((b"content-encoding", b"gzip"),))]))(ME)
    assert len(reply.body) == 2**20


@pytest.mark.parametrize("encoding", [b"gzip", b"deflate", b"gzip, gzip", b"gzip," * 40])
async def test_a_body_that_cannot_be_unpacked_is_unexpected(encoding: bytes) -> None:
    api = PlainAPI([Answer(body=b"not packed at all", headers=((b"content-encoding", encoding),))])
    with pytest.raises(UnexpectedResponse):
        await sender_to(api)(ME)


async def test_headers_that_the_http_library_stumbles_over_are_unexpected() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("canary")

    with pytest.raises(UnexpectedResponse, match="headers that nobody can read") as caught:
        await sender_to(app)(ME)
    assert "canary" not in str(caught.value)


async def test_a_body_shorter_than_announced_is_a_lost_connection() -> None:
    api = PlainAPI([Answer(body=b"[{", headers=((b"content-length", b"3000"),))])
    with pytest.raises(ConnectionFailed, match="middle of an answer"):
        await sender_to(api)(ME)
    none = PlainAPI([Answer(204, b"", ((b"content-length", b"3000"),))])
    assert (await sender_to(none)(ME)).status == 204


# Connections: real sockets


@asynccontextmanager
async def listening(answer: bytes | None) -> AsyncIterator[str]:
    """A server that reads a little, writes `answer` and hangs up; None: it keeps silent."""

    async def serve(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            await stream.receive(100_000)
            if answer is None:
                await anyio.sleep_forever()
            else:
                await stream.send(answer)

    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, serve)
        yield f"http://127.0.0.1:{listener.extra(anyio.abc.SocketAttribute.local_port)}"
        tasks.cancel_scope.cancel()


def plain_sender(url: str, timeout_s: float = 5.0) -> Connection:
    return Connection(url, RateLimiter(PLENTY), user_agent="assembla-mcp/test", timeout_s=timeout_s)


async def test_a_refused_connection_was_never_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        sender = plain_sender(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with anyio.fail_after(5), pytest.raises(ConnectionFailed, match="cannot be reached") as caught:
            await sender(ME)
        assert not caught.value.sent
        await sender.aclose()


@pytest.mark.parametrize("timeout_s", [0.05, 0.2])
async def test_silence_is_a_failed_connection_within_the_timeout(timeout_s: float) -> None:
    with anyio.fail_after(5):
        async with listening(None) as url:
            sender = plain_sender(url, timeout_s)
            with pytest.raises(TimedOut, match=f"within {timeout_s} s") as caught:
                await sender(ME)
            assert caught.value.sent
            await sender.aclose()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"SSH-2.0-OpenSSH_9.0\r\n",
        b"\x00\xff" * 100,
    ],
)
async def test_an_answer_that_is_cut_off_or_no_http_is_a_lost_connection(answer: bytes) -> None:
    with anyio.fail_after(5):
        async with listening(answer) as url:
            sender = plain_sender(url)
            with pytest.raises(ConnectionFailed, match="lost") as caught:
                await sender(ME)
            assert caught.value.sent
            await sender.aclose()


async def test_a_body_that_never_ends_stays_within_the_timeout() -> None:
    with anyio.fail_after(5):
        async with listening(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n") as url:
            sender = plain_sender(url, 0.1)
            with pytest.raises(ConnectionFailed):
                await sender(ME)
            await sender.aclose()


class NeverCloses(httpx2.MockTransport):
    async def aclose(self) -> None:
        await anyio.sleep_forever()


async def test_connections_that_hang_when_they_are_closed_are_left_after_a_bounded_time() -> None:
    def stuck() -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=NeverCloses(lambda request: httpx2.Response(200)))

    sender = Connection("http://127.0.0.1", RateLimiter(PLENTY), user_agent="t", http=stuck, close_wait_s=0.01)
    with anyio.fail_after(5):
        await sender(ME)
        await sender.aclose()


async def test_waiting_for_the_rate_limit_is_no_part_of_the_timeout() -> None:
    time = FakeTime()
    sender = sender_to(PlainAPI(time=time), time=time, rate="1/second", timeout_s=0.5)
    with anyio.fail_after(5):
        for _ in range(5):
            await sender(ME)
    assert time.now() > 1004


async def test_a_slot_is_free_again_once_the_headers_have_come_or_the_attempt_is_cancelled() -> None:
    time = FakeTime()
    hanging = anyio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        hanging.set()
        await anyio.sleep_forever()

    sender = sender_to(app, time=time, rate="1/second")
    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(sender, ME)
            await hanging.wait()
            tasks.cancel_scope.cancel()
        async with sender._rate_limiter.slot():
            assert 1001 < time.now() < 1001.1


async def test_whoever_is_told_to_hold_lets_nothing_leave_for_so_long() -> None:
    time = FakeTime()
    sender = sender_to(PlainAPI(), time=time)
    sender.hold(20)
    with anyio.fail_after(5):
        assert (await sender(ME)).status == 200
    assert time.now() == 1020


# Secrets


async def test_no_log_shows_a_query_a_header_or_a_body(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    api = PlainAPI([Answer(body=b'{"access_token":"canary"}')])
    sender = sender_to(api)
    await sender(Request("GET", "/token", (("refresh_token", "canary"),), ME.headers))
    await sender(Request("POST", "/token", (("refresh_token", "canary"),), json={"x": "canary"}))
    assert api.asked[0].params == {"refresh_token": "canary"}
    assert "GET http://127.0.0.1:9/token" in caplog.text
    assert "canary" not in caplog.text
    assert "canary" not in repr(sender) + repr(vars(sender))


def answer_by_path(asked: Asked) -> Answer:
    return Answer(body=asked.path.encode())


async def test_requests_side_by_side_do_not_mix() -> None:
    sender = sender_to(PlainAPI(answer=answer_by_path))
    found: dict[str, bytes] = {}

    async def ask(path: str) -> None:
        found[path] = (await sender(Request("GET", path))).body

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            for number in range(40):
                tasks.start_soon(ask, f"/v1/{number}.json")
    assert found == {f"/v1/{number}.json": f"/v1/{number}.json".encode() for number in range(40)}
