"""Callers over HTTP who go away before their answer, and after it."""

import json
from pathlib import Path

import anyio
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assembla_mcp.transports.disconnect import EndsWithCaller
from http_harness import ERAS, application, request

POST = {"type": "http", "method": "POST", "path": "/mcp", "raw_path": b"/mcp", "query_string": b""}


class Caller:
    """Sends one request and waits for no answer once it has `left`."""

    def __init__(self, headers: dict[str, str], body: object) -> None:
        sent = headers | {"host": "localhost"}
        self.scope = {**POST, "headers": [(name.encode(), value.encode()) for name, value in sent.items()]}
        self.left = anyio.Event()
        self.got: list[Message] = []
        self._coming: list[Message] = [{"type": "http.request", "body": json.dumps(body).encode()}]

    async def receive(self) -> Message:
        if self._coming:
            return self._coming.pop()
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def ask(self, app: ASGIApp) -> None:
        await app(self.scope, self.receive, self.send)

    async def send(self, message: Message) -> None:
        self.got.append(message)


class SilentAssembla:
    """Takes connections and never answers; notes when the other side ends them."""

    def __init__(self) -> None:
        self.asked = 0
        self.ended = 0
        self.changed = anyio.Event()

    async def __call__(self, stream: anyio.abc.SocketStream) -> None:
        async with stream:
            await stream.receive()
            self.asked += 1
            self._tell()
            try:
                await stream.receive()
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                self.ended += 1
                self._tell()

    async def until(self, asked: int, ended: int) -> None:
        while (self.asked, self.ended) != (asked, ended):
            await self.changed.wait()

    def _tell(self) -> None:
        self.changed.set()
        self.changed = anyio.Event()


@pytest.mark.parametrize("era", ERAS)
async def test_callers_who_go_away_end_the_requests_to_assembla(era: str, tmp_path: Path) -> None:
    silent = SilentAssembla()
    calls = [request(era, "tools/call", name="get_user", arguments={"user": f"nobody-{n}"}) for n in range(10)]
    callers = [Caller(headers, body) for headers, body in calls]
    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as upstream,
    ):
        upstream.start_soon(listener.serve, silent)
        url = f"http://127.0.0.1:{listener.extra(anyio.abc.SocketAttribute.local_port)}"
        keys = {"api_url": url, "api_key": "key", "api_secret": "s3cr3t-of-a-test"}
        async with application(demo=False, state_dir=tmp_path, **keys) as app:
            with anyio.fail_after(20):
                async with anyio.create_task_group() as tasks:
                    for caller in callers:
                        tasks.start_soon(caller.ask, app)
                    await silent.until(asked=10, ended=0)
                    for caller in callers:
                        caller.left.set()
                    await silent.until(asked=10, ended=10)
        upstream.cancel_scope.cancel()
    assert [caller.got for caller in callers] == [[]] * 10
    assert silent.asked == 10


async def test_what_is_left_to_do_after_an_answer_is_done_though_its_caller_leaves() -> None:
    done: list[bool] = []
    caller = Caller({}, {})

    async def answers_first(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 202, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        caller.left.set()
        await anyio.wait_all_tasks_blocked()
        done.append(True)

    await caller.ask(EndsWithCaller(answers_first))
    assert done == [True]
    assert len(caller.got) == 2


async def test_a_stream_learns_that_its_caller_has_left() -> None:
    caller = Caller({}, {"method": "x"})
    heard: list[str] = []

    async def streams(scope: Scope, receive: Receive, send: Send) -> None:
        heard.append((await receive())["type"])
        await send({"type": "http.response.body", "body": b"a piece", "more_body": True})
        caller.left.set()
        with anyio.CancelScope(shield=True):
            heard.append((await receive())["type"])

    await caller.ask(EndsWithCaller(streams))
    assert heard == ["http.request", "http.disconnect"]
