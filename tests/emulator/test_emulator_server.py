"""The emulator on a socket: it listens when it says so, and has ended when the block has."""

import socket
from urllib.parse import urlsplit

import anyio
import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.http.server import serve, serving


def is_taken(base_url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(base_url).port or 0)) == 0


async def test_it_listens_within_the_block_and_not_after(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    with anyio.fail_after(5):
        async with serving(emulator) as base_url:
            async with httpx2.AsyncClient(headers=http.headers) as client:
                answer = await client.get(f"{base_url}/v1/spaces/harbour-app.json")
            assert answer.json()["wiki_name"] == "harbour-app"
            assert emulator.requests[0].path == "/v1/spaces/harbour-app.json"
        assert not is_taken(base_url)


async def test_encoded_paths_arrive_undecoded(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    with anyio.fail_after(5):
        async with serving(emulator) as base_url, httpx2.AsyncClient(headers=http.headers) as client:
            answer = await client.get(f"{base_url}/v1/spaces/harbour-app%2Fusers")
    assert answer.status_code == 404
    assert emulator.requests[0].path == "/v1/spaces/harbour-app%2Fusers"


async def test_what_the_block_raises_comes_out_as_it_is(emulator: Emulator) -> None:
    with anyio.fail_after(5):
        with pytest.raises(ZeroDivisionError):
            async with serving(emulator):
                raise ZeroDivisionError


async def test_port_in_use_is_an_oserror(emulator: Emulator) -> None:
    with anyio.fail_after(5):
        async with serving(emulator) as base_url:
            with pytest.raises(OSError, match="in use"):
                async with serving(emulator, urlsplit(base_url).port or 0):
                    pass  # pragma: no cover


async def test_serve_tells_its_address_and_stops_when_cancelled(emulator: Emulator) -> None:
    told: list[str] = []
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:

            def started(base_url: str) -> None:
                told.append(base_url)
                assert is_taken(base_url)
                group.cancel_scope.cancel()

            group.start_soon(serve, emulator, 0, started)
    (base_url,) = told
    assert not is_taken(base_url)
