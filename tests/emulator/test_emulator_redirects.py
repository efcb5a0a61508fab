"""Redirects, and downloads from a storage host that tells what it was sent."""

import re
from collections.abc import AsyncIterator

import anyio
import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.faults.plan import Fault
from assembla_emulator.faults.redirects import MovedToStorage, Redirect
from assembla_emulator.http.server import serving
from assembla_emulator.http.storage_host import StorageHost

DOWNLOADS = re.compile(r"/download(\.json)?$")


@pytest.fixture
def storage(emulator: Emulator) -> StorageHost:
    storage = StorageHost("https://storage.example/bucket")
    emulator.faults.add(Fault(MovedToStorage(storage), path=DOWNLOADS, times=None))
    return storage


@pytest.fixture
async def stored(storage: StorageHost) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=storage.app)) as client:
        yield client


async def svg(http: httpx2.AsyncClient) -> httpx2.Response:
    (document,) = [
        row for row in (await http.get("/spaces/brand-handbook/documents")).json() if row["filename"] == "logo.svg"
    ]
    return await http.get(f"/spaces/brand-handbook/documents/{document['id']}/download")


async def test_download_is_sent_to_the_storage_host_which_has_the_files_own_type(
    emulator: Emulator, http: httpx2.AsyncClient, storage: StorageHost, stored: httpx2.AsyncClient
) -> None:
    moved = await svg(http)
    assert (moved.status_code, moved.content) == (302, b"")
    assert moved.headers["location"].startswith("https://storage.example/bucket/")
    file = await stored.get(moved.headers["location"])
    assert (file.status_code, file.headers["content-type"]) == (200, "image/svg+xml")
    emulator.faults.clear()
    assert file.content == (await svg(http)).content


async def test_storage_host_notes_what_it_is_sent(
    http: httpx2.AsyncClient, storage: StorageHost, stored: httpx2.AsyncClient
) -> None:
    await stored.get((await svg(http)).headers["location"], headers={"X-Api-Key": "k"})
    (request,) = storage.requests
    assert (request.headers["x-api-key"], request.status) == ("k", 200)


async def test_second_authorization_is_refused(
    http: httpx2.AsyncClient, storage: StorageHost, stored: httpx2.AsyncClient
) -> None:
    answer = await stored.get((await svg(http)).headers["location"], headers={"Authorization": "Bearer t"})
    assert (answer.status_code, "InvalidArgument" in answer.text) == (400, True)


async def test_address_without_its_signature_or_of_nothing_is_refused(
    http: httpx2.AsyncClient, storage: StorageHost, stored: httpx2.AsyncClient
) -> None:
    address = (await svg(http)).headers["location"]
    for wrong in (address.partition("?")[0], f"{address}0", "https://storage.example/bucket/x"):
        assert (await stored.get(wrong)).status_code == 403


async def test_document_of_a_wrong_region_is_refused_for_ever(
    http: httpx2.AsyncClient, storage: StorageHost, stored: httpx2.AsyncClient
) -> None:
    storage.wrong_region = True
    answer = await stored.get((await svg(http)).headers["location"])
    assert answer.status_code == 400
    assert "AuthorizationQueryParametersError" in answer.text


async def test_missing_document_is_sent_nowhere(http: httpx2.AsyncClient, storage: StorageHost) -> None:
    assert (await http.get("/spaces/brand-handbook/documents/none/download")).status_code == 404


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_within_the_host_is_a_path(emulator: Emulator, http: httpx2.AsyncClient, status: int) -> None:
    emulator.faults.add(Fault(Redirect("/v1/user/ssh_keys.json", status)))
    answer = await http.get("/user")
    assert (answer.status_code, answer.headers["location"]) == (status, "/v1/user/ssh_keys.json")


async def test_both_hosts_are_served_on_sockets(
    emulator: Emulator, http: httpx2.AsyncClient, storage: StorageHost
) -> None:
    with anyio.fail_after(15):
        async with serving(emulator) as base_url, serving(storage) as storage_url:
            storage.url = storage_url
            headers = {name: http.headers[name] for name in ("x-api-key", "x-api-secret")}
            async with httpx2.AsyncClient(base_url=f"{base_url}/v1", headers=headers) as wire:
                address = (await svg(wire)).headers["location"]
            assert address.startswith(storage_url)
            async with httpx2.AsyncClient() as plain:
                assert (await plain.get(address)).status_code == 200
