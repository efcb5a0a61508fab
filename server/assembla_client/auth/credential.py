"""What the transport asks of any way to sign in."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from assembla_client.transport.request import Reply, Request

Send = Callable[[Request], Awaitable[Reply]]


class Credential(Protocol):
    """One way to sign in. Token requests go through the `send` given: they keep to the rate limit like any other."""

    @property
    def account(self) -> str:
        """Whose it is, as a mark that tells no secret: a refresh keeps it, another login or key has another."""
        ...

    async def headers(self, send: Send) -> Mapping[str, str]:
        """Headers that authorise one request. May refresh ahead of time; raises Unauthorized."""
        ...

    async def refused(self, sent: Mapping[str, str], send: Send, *, again: bool = False) -> bool:
        """Say whether other headers are ready, now that the API answered 401 to `sent`: then repeat once.

        With `again` what was ready after an earlier 401 of the same request was refused too.
        """
        ...

    def used(self) -> None:
        """Note that a request was answered, so a sliding token lives on from now."""
        ...

    async def aclose(self) -> None:
        """Do what is left to do before the process ends, in bounded time."""
        ...
