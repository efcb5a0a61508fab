"""The listener that the browser comes back to, over real sockets of this machine."""

import base64
import hashlib
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
import httpx2
import pytest

from assembla_client.auth.callback_server import wait_for_code
from assembla_client.auth.grants import authorization_url, code_grant, read_tokens
from assembla_client.errors import AssemblaError, TokenRefused, Unauthorized
from assembla_emulator.app import Emulator
from auth_harness import BASE_URL, application_of, sender_on

STATE = "state-of-this-sign-in"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class CallbackWait:
    """One wait under way: where it listens, what it was handed, and how it ended."""

    url: str
    codes: list[str] = field(default_factory=list)
    who: str = "Ada Example (ada)"
    failure: AssemblaError | None = None
    result: str | None = None
    error: AssemblaError | None = None
    ended: anyio.Event = field(default_factory=anyio.Event)
    pause: Callable[[], Awaitable[object]] = anyio.lowlevel.checkpoint

    async def exchange(self, code: str) -> str:
        self.codes.append(code)
        await self.pause()
        if self.failure is not None:
            raise self.failure
        return self.who

    async def wait(self, listening: anyio.Event) -> None:
        try:
            self.result = await wait_for_code(self.url, STATE, self.exchange, listening=listening.set)
        except AssemblaError as error:
            self.error = error
        self.ended.set()


@asynccontextmanager
async def waiting(host: str = "127.0.0.1", path: str = "/callback") -> AsyncIterator[CallbackWait]:
    one = CallbackWait(f"http://{host}:{free_port()}{path}")
    listening = anyio.Event()
    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(one.wait, listening)
            await listening.wait()
            yield one
            tasks.cancel_scope.cancel()


async def get(url: str, **params: str) -> httpx2.Response:
    async with httpx2.AsyncClient(trust_env=False) as browser:
        return await browser.get(url, params=params or None)


async def test_the_code_is_traded_before_the_browser_hears_that_it_worked() -> None:
    async with waiting() as one:
        page = await get(one.url, code="c0de", state=STATE)
        assert one.codes == ["c0de"]
        assert page.status_code == 200
        assert "You are signed in" in page.text
        assert "Ada Example (ada)" in page.text
        await one.ended.wait()
        assert one.result == "Ada Example (ada)"


async def test_names_from_upstream_stay_text() -> None:
    async with waiting() as one:
        one.who = "<script>alert(1)</script>"
        page = await get(one.url, code="c", state=STATE)
        assert "<script" not in page.text
        assert "&lt;script&gt;" in page.text


async def test_the_page_is_whole_by_itself_and_locked_down() -> None:
    async with waiting() as one:
        page = await get(one.url, code="c", state=STATE)
        policy = page.headers["content-security-policy"]
        style = re.search(r"<style>(.*?)</style>", page.text, re.DOTALL)
        assert style is not None
        digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}'" in policy
        assert policy.startswith("default-src 'none'")
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert not re.search(r"(src|href)=|http", page.text)
        assert "c0de" not in page.text
        assert STATE not in page.text


@pytest.mark.parametrize("params", [{"code": "evil"}, {"code": "evil", "state": "wrong"}, {"state": STATE}])
async def test_what_does_not_belong_to_this_sign_in_is_ignored(params: dict[str, str]) -> None:
    async with waiting() as one:
        page = await get(one.url, **params)
        assert page.status_code == 400
        assert "Not the page we wait for" in page.text
        assert (await get(one.url, state="é", error="access_denied")).status_code == 400
        assert one.codes == []
        assert not one.ended.is_set()
        assert (await get(one.url, code="good", state=STATE)).status_code == 200
        await one.ended.wait()
        assert one.codes == ["good"]


async def test_only_get_of_the_one_path_counts() -> None:
    async with waiting() as one:
        base = one.url.removesuffix("/callback")
        assert (await get(f"{base}/favicon.ico")).status_code == 204
        assert (await get(f"{base}/", code="c", state=STATE)).status_code == 404
        assert (await get(f"{base}/callback/x", code="c", state=STATE)).status_code == 404
        async with httpx2.AsyncClient(trust_env=False) as browser:
            for method in ("HEAD", "POST"):
                refused = await browser.request(method, one.url, params={"code": "c", "state": STATE})
                assert (refused.status_code, refused.headers["allow"]) == (405, "GET")
        assert one.codes == []
        assert not one.ended.is_set()


async def test_a_denial_is_shown_and_raised() -> None:
    async with waiting() as one:
        page = await get(one.url, error="access_denied", state=STATE)
        assert "Access was denied" in page.text
        await one.ended.wait()
        assert isinstance(one.error, TokenRefused)
        assert one.error.reason == "access_denied"


async def test_another_error_is_shown_without_its_own_words() -> None:
    async with waiting() as one:
        page = await get(one.url, error="canary_error", error_description="canary", state=STATE)
        assert "Signing in did not work" in page.text
        assert "canary" not in page.text
        await one.ended.wait()
        assert isinstance(one.error, Unauthorized)


async def test_a_failed_exchange_is_shown_and_raised() -> None:
    async with waiting() as one:
        one.failure = TokenRefused("The code was used up.", "invalid_grant")
        page = await get(one.url, code="c", state=STATE)
        assert page.status_code == 400
        assert "The code was used up." in page.text
        await one.ended.wait()
        assert one.error is one.failure


async def test_a_second_request_with_the_same_code_sees_the_same_page() -> None:
    async with waiting() as one:
        both_are_here = anyio.Event()
        one.pause = both_are_here.wait
        pages: list[str] = []

        async def come() -> None:
            pages.append((await get(one.url, code="c", state=STATE)).text)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(come)
            tasks.start_soon(come)
            await anyio.wait_all_tasks_blocked()
            both_are_here.set()
        await one.ended.wait()
        assert one.codes == ["c"]
        assert [("You are signed in" in page) for page in pages] == [True, True]


async def test_silent_and_garbled_connections_harm_nothing() -> None:
    async with waiting() as one:
        port = int(one.url.split(":")[2].split("/")[0])
        async with await anyio.connect_tcp("127.0.0.1", port):  # opened ahead, as browsers do
            async with await anyio.connect_tcp("127.0.0.1", port) as garbled:
                await garbled.send(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
                with pytest.raises(anyio.EndOfStream):
                    await garbled.receive()
            async with await anyio.connect_tcp("127.0.0.1", port) as half:
                await half.send(b"GET /callback?code=c")
            assert (await get(one.url, code="c", state=STATE)).status_code == 200
            await one.ended.wait()
        assert one.result is not None


async def test_a_browser_that_leaves_before_its_page_still_ends_the_wait() -> None:
    async with waiting() as one:
        port = int(one.url.split(":")[2].split("/")[0])
        gone = anyio.Event()
        one.pause = gone.wait
        async with await anyio.connect_tcp("127.0.0.1", port) as browser:
            await browser.send(f"GET /callback?code=c&state={STATE} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            await anyio.wait_all_tasks_blocked()
        gone.set()
        await one.ended.wait()
        assert one.result == "Ada Example (ada)"


async def test_localhost_by_name_and_a_bare_path_work_too() -> None:
    async with waiting(host="localhost", path="") as one:
        assert (await get(f"{one.url}/", code="c", state=STATE)).status_code == 200


async def test_a_port_in_use_is_named_with_the_variable_to_change() -> None:
    async with waiting() as one:
        with pytest.raises(AssemblaError, match=r"Port \d+ on 127.0.0.1 .*in use.*ASSEMBLA_REDIRECT_URL"):
            await wait_for_code(one.url, STATE, one.exchange, listening=lambda: None)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com:8723/callback",
        "http://0.0.0.0:8723/callback",
        "https://127.0.0.1:8723/callback",
        "http://127.0.0.1:99999/callback",
        "http://[::1",
        "callback",
    ],
)
async def test_only_plain_loopback_addresses_are_listened_on(url: str) -> None:
    with pytest.raises(AssemblaError, match="ASSEMBLA_REDIRECT_URL must be"):
        await wait_for_code(url, STATE, CallbackWait(url).exchange, listening=lambda: None)


async def test_the_whole_way_through_the_browser_signs_in() -> None:
    async with waiting() as one:
        emulator = Emulator(tickets=0, redirect_url=one.url)
        application, send = application_of(emulator), sender_on(emulator.app)

        async def exchange() -> None:
            tokens = read_tokens(await send(code_grant(application, one.codes[-1])), emulator.clock.now())
            assert tokens.refresh_token is not None

        one.pause = exchange
        address = authorization_url(BASE_URL, application.client_id, "code", STATE)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=emulator.app)) as browser:
            assert (await browser.get(address)).status_code == 200
            form = {"client_id": application.client_id, "response_type": "code", "state": STATE}
            sent_back = await browser.post(f"{BASE_URL}/authorization", data={**form, "decision": "approve"})
        assert "You are signed in" in (await get(sent_back.headers["location"])).text
        await one.ended.wait()
        assert one.error is None
