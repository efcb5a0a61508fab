"""Proxies and certificates of the environment: used, and named where they cannot be."""

import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import anyio.abc
import pytest

from assembla_client.auth.api_key import KeyPair
from assembla_client.errors import ConnectionFailed, Misconfigured
from assembla_client.transport.client import Session, Transport
from assembla_client.transport.connection import Connection
from assembla_client.transport.http_client import network_settings, new_http_client
from assembla_client.transport.rate_limit import RateLimiter
from assembla_client.transport.request import Request
from assembla_emulator.app import Emulator
from assembla_emulator.http.server import serving

ELSEWHERE = "https://api.example"
ME = Request("GET", "/v1/user.json", headers=(("X-Api-Key", "canary"),))


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"):
            monkeypatch.delenv(name)


def session_on(api_url: str, slept: list[float] | None = None) -> Session:
    async def sleep(seconds: float) -> None:
        (slept if slept is not None else []).append(seconds)

    connection = Connection(api_url, RateLimiter("1000/second"), timeout_s=5, user_agent="t")
    return Session(connection, KeyPair("a-key", "canary"), sleep=sleep)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("HTTPS_PROXY", "http://127.0.0.1:abc", "no address of a proxy"),
        ("https_proxy", "http://127.0.0.1:99999", "no address of a proxy"),
        ("HTTPS_PROXY", "http://", "no address of a proxy"),
        ("HTTP_PROXY", "http://[::1", "no address of a proxy"),
        ("ALL_PROXY", "socks://127.0.0.1:1080", "of a kind that is not known"),
        ("all_proxy", "ftp://canary:canary@127.0.0.1", "of a kind that is not known"),
        ("ALL_PROXY", "socks4://127.0.0.1:1080", "of a kind that is not known"),
        ("SSL_CERT_FILE", "/missing.pem", "cannot be read"),
        ("SSL_CERT_FILE", "/", "cannot be read"),
        ("SSL_CERT_FILE", __file__, "without certificates"),
        ("SSL_CERT_DIR", "/missing", "names no folder"),
    ],
)
async def test_what_is_wrong_with_the_environment_is_named_once_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    slept: list[float] = []
    session = session_on(ELSEWHERE, slept)
    with pytest.raises(Misconfigured, match=words) as told:
        await Transport(session).reply(ME)
    await session.aclose()
    assert f"variable {name} " in told.value.message
    assert "unset it" in told.value.message
    assert "canary" not in told.value.message
    assert slept == []
    with pytest.raises(Misconfigured, match=name):
        network_settings(ELSEWHERE)


def test_a_key_log_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = ssl.get_default_verify_paths().openssl_cafile
    if not Path(file).is_file():
        pytest.skip("this system has no file of certificates")
    monkeypatch.setenv("SSL_CERT_FILE", file)
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "missing" / "keys"))
    with pytest.raises(Misconfigured, match="SSLKEYLOGFILE"):
        new_http_client(ELSEWHERE)


def test_what_is_set_well_is_told_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert network_settings(ELSEWHERE) == []
    monkeypatch.setenv("https_proxy", "proxy.example:3128")
    monkeypatch.setenv("ALL_PROXY", "socks5h://proxy.example:1080")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert network_settings(ELSEWHERE) == ["https_proxy", "ALL_PROXY", "SSL_CERT_DIR"]
    monkeypatch.setenv("NO_PROXY", "*")
    assert network_settings(ELSEWHERE) == ["SSL_CERT_DIR"]


@contextmanager
def trap(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A port that every proxy variable names, and where nobody may call."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{listener.getsockname()[1]}")
        yield listener


async def test_this_machine_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(Emulator(tickets=0)) as base_url:
        with trap(monkeypatch) as proxy, anyio.fail_after(10):
            session = session_on(base_url)
            reply = await session.attempt(ME)
            await session.aclose()
            assert reply.status == 401
            with pytest.raises(BlockingIOError):
                proxy.accept()


async def test_this_machine_is_asked_whatever_the_proxies_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "ftp://nonsense:abc")
    monkeypatch.setenv("SSL_CERT_FILE", "/missing.pem")
    assert network_settings("http://localhost:1") == []
    async with serving(Emulator(tickets=0)) as base_url:
        session = session_on(base_url)
        assert (await session.attempt(ME)).status == 401
        await session.aclose()


class Socks:
    """A SOCKS5 proxy that lets everybody through to one port of this machine. It knows just enough for that."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.hosts: list[str] = []

    async def serve(self, client: anyio.abc.ByteStream) -> None:
        async with client:
            await client.receive()
            await client.send(b"\x05\x00")
            asked = await client.receive()
            self.hosts.append(asked[5 : 5 + asked[4]].decode())
            await client.send(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
            async with await anyio.connect_tcp("127.0.0.1", self.port) as api, anyio.create_task_group() as tasks:
                tasks.start_soon(self._copy, client, api)
                await self._copy(api, client)
                tasks.cancel_scope.cancel()

    async def _copy(self, one: anyio.abc.ByteStream, other: anyio.abc.ByteStream) -> None:
        async for chunk in one:
            await other.send(chunk)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
async def test_a_socks_proxy_is_used(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    async with serving(Emulator(tickets=0)) as base_url:
        socks = Socks(int(base_url.rpartition(":")[2]))
        listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://127.0.0.1:{port}")
        with anyio.fail_after(10):
            async with listener, anyio.create_task_group() as tasks:
                tasks.start_soon(listener.serve, socks.serve)
                async with new_http_client("http://assembla.example") as http:
                    answer = await http.get("http://assembla.example/v1/user.json")
                tasks.cancel_scope.cancel()
    assert answer.status_code == 401
    assert socks.hosts == ["assembla.example"]


async def test_a_proxy_that_refuses_is_said_to_be_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(client: anyio.abc.ByteStream) -> None:
        async with client:
            await client.receive()
            await client.send(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{listener.extra(anyio.abc.SocketAttribute.local_port)}")
    with anyio.fail_after(10):
        async with listener, anyio.create_task_group() as tasks:
            tasks.start_soon(listener.serve, refuse)
            session = session_on(ELSEWHERE)
            with pytest.raises(ConnectionFailed, match=r"proxy that HTTPS_PROXY .* 407"):
                await session.attempt(ME)
            await session.aclose()
            tasks.cancel_scope.cancel()
