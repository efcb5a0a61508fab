"""One emulator for each test, asked in process, as the demo user or somebody else."""

from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from assembla_emulator.app import Emulator

Asking = Callable[..., httpx2.AsyncClient]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None)


@pytest.fixture
def asking(emulator: Emulator) -> Asking:
    """Makes a client that sends these headers and nothing else of its own."""

    def ask(**headers: str) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=emulator.app),
            base_url="http://api.example/v1",
            headers=headers,
        )

    return ask


@pytest.fixture
def asking_as(emulator: Emulator, asking: Asking) -> Callable[[str], httpx2.AsyncClient]:
    """Makes a client signed in with the key pair of the person of that login."""

    def ask(login: str) -> httpx2.AsyncClient:
        mine = emulator.credentials_for(login)
        return asking(**{"X-Api-Key": mine.api_key, "X-Api-Secret": mine.api_secret})

    return ask


@pytest.fixture
async def http(emulator: Emulator, asking_as: Callable[[str], httpx2.AsyncClient]) -> AsyncIterator[httpx2.AsyncClient]:
    """Asks as the demo user."""
    async with asking_as(emulator.credentials.user) as client:
        yield client
