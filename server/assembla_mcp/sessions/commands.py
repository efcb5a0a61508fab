"""Sessions for commands that bring their credential along: `login`, `status`, `doctor`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from assembla_client.auth.credential import Credential
from assembla_client.client import AssemblaClient
from assembla_client.transport.client import Session, Transport
from assembla_client.transport.request import Reply, Request
from assembla_client.transport.sampling import Sample, SamplingTransport
from assembla_mcp.config.settings import Settings
from assembla_mcp.sessions.sessions import demo_session, session_with


class CommandSession:
    """What such a command may do with its session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def attempt(self, request: Request) -> Reply:
        """Send once and without the credential, so that what is out of reach shows soon; any status is an answer."""
        return await self._session.attempt(request)

    async def send(self, request: Request) -> Reply:
        """Send without the credential, with the retries that it deserves: a 429 must not spend what works once."""
        return await self._session.send(request)

    def client(self) -> AssemblaClient:
        """A client for one call."""
        return AssemblaClient(Transport(self._session))

    def sampling_client(self) -> tuple[AssemblaClient, list[Sample]]:
        """A client that reads of each list one short page, and what it was sent, as it was sent."""
        transport = SamplingTransport(self._session)
        return AssemblaClient(transport), transport.samples


@asynccontextmanager
async def command_session(
    settings: Settings, credential: Credential, *, demo: bool = False
) -> AsyncIterator[CommandSession]:
    """A session for these settings and that credential; with `demo` one on an emulator that brings its own."""
    session = demo_session(settings) if demo else session_with(settings, credential)
    try:
        yield CommandSession(session)
    finally:
        await session.aclose()
