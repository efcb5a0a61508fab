"""Whatever an answer is made of, what comes out of the client is a value or an AssemblaError."""

import json
from collections.abc import Awaitable, Callable

import anyio
import anyio.abc
import httpx2
from hypothesis import given, settings
from hypothesis import strategies as st

import virtual_time
from assembla_client.auth.api_key import KeyPair
from assembla_client.client import AssemblaClient
from assembla_client.errors import AssemblaError
from assembla_client.resources.spaces import Space
from assembla_client.resources.tickets import TICKETS
from assembla_client.transport.client import Session, Transport
from assembla_client.transport.connection import Connection
from assembla_client.transport.rate_limit import RateLimiter
from faketime import FakeTime
from plain_api import Answer, PlainAPI, client_of

CALLS: list[Callable[[AssemblaClient], Awaitable[object]]] = [
    lambda client: client.spaces.mine(),
    lambda client: client.spaces.get("demo"),
    lambda client: client.users.me(),
    lambda client: client.users.in_space("demo"),
    lambda client: client.space_tools.list("demo"),
    lambda client: client._transport.pages(Space, TICKETS(space="demo")),
]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "name", "wiki_name", "status", "login", "error", "errors", "base"])
            | st.text(max_size=8),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)
bodies = st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode())
header_names = st.sampled_from(
    [
        b"content-type",
        b"content-length",
        b"content-encoding",
        b"location",
        b"retry-after",
        b"date",
        b"set-cookie",
        b"transfer-encoding",
        b"x-\xff",
    ]
)
header_values = st.binary(max_size=30) | st.sampled_from(
    [
        b"gzip",
        b"deflate",
        b"br",
        b"zstd",
        b"text/html; charset=\xff",
        b"http://[",
        b"//evil.example",
        b"99999999999999999999",
        b"Thu, 01 Jan 1970 00:00:00 GMT",
        b"-1",
        b"a=b; Expires=nonsense; Domain=\xe9",
    ]
)
answers = st.builds(
    Answer,
    status=st.integers(100, 999) | st.sampled_from([200, 204, 302, 401, 404, 422, 429, 503]),
    body=bodies,
    headers=st.lists(st.tuples(header_names, header_values), max_size=4).map(tuple),
)


async def only_assembla_errors(call: Callable[[], Awaitable[object]]) -> None:
    message = "a value"
    with anyio.fail_after(5):
        try:
            await call()
        except AssemblaError as error:
            message = error.message
    assert message
    assert message.isprintable()
    assert len(message) < 40_000


@settings(max_examples=150, deadline=None)
@given(replies=st.lists(answers, min_size=1, max_size=4), call=st.sampled_from(CALLS))
def test_any_status_header_and_body_end_in_a_value_or_an_error_of_ours(
    replies: list[Answer], call: Callable[[AssemblaClient], Awaitable[object]]
) -> None:
    client = client_of(PlainAPI(replies), time=FakeTime())
    virtual_time.run(only_assembla_errors, lambda: call(client))


@settings(max_examples=60, deadline=None)
@given(
    head=st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\nLocation: ", b"HTTP/1.0 429 \r\n"]),
    rest=st.binary(max_size=300),
)
def test_any_bytes_on_the_wire_end_in_a_value_or_an_error_of_ours(head: bytes, rest: bytes) -> None:
    async def serve(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            await stream.receive(100_000)
            await stream.send(head + rest)

    async def call() -> None:
        time = FakeTime()
        async with (
            await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(listener.serve, serve)
            port = listener.extra(anyio.abc.SocketAttribute.local_port)
            sender = Connection(
                f"http://127.0.0.1:{port}",
                RateLimiter("9999/second", time.now, time.sleep),
                user_agent="t",
                timeout_s=2,
                http=lambda: httpx2.AsyncClient(verify=False),  # loading certificates takes 45 ms each time
            )
            client = AssemblaClient(Transport(Session(sender, KeyPair("k", "s"), sleep=time.sleep, clock=time.now)))
            try:
                await only_assembla_errors(client.users.me)
            finally:
                await sender.aclose()
                tasks.cancel_scope.cancel()

    virtual_time.run(call)
