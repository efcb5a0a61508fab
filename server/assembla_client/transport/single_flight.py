"""Single flight: identical reads at the same instant share one request."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

import anyio

from assembla_client.errors import AssemblaError, RateLimited
from assembla_client.transport.request import Params, Reply

Key = tuple[str, Params]
"""What a read asks for."""


@dataclass(eq=False)
class _SharedRead:
    ended: anyio.Event = field(default_factory=anyio.Event)
    outcome: Reply | AssemblaError | None = None  # None at its end: the leader has no outcome to share


class SingleFlight:
    """Reads under way: the first to ask leads, who asks the same meanwhile follows and gets the leader's outcome.

    Answers and errors are shared, save what befell the leader alone: a cancellation, and a rate limit that its call
    had no time left to wait for.
    """

    def __init__(self) -> None:
        self._under_way: dict[Hashable, _SharedRead] = {}

    async def share(self, key: Hashable, ask: Callable[[], Awaitable[Reply]]) -> Reply:
        """Follow the leader of that key, or lead. Where a leader gives up, one of its followers leads."""
        while (read := self._under_way.get(key)) is not None:
            await read.ended.wait()
            if read.outcome is not None:
                return _result(read.outcome)
        return await self._lead(key, ask)

    def forget(self) -> None:
        """Let nobody follow what is under way: a write has happened, and it may carry what was before."""
        self._under_way.clear()

    async def _lead(self, key: Hashable, ask: Callable[[], Awaitable[Reply]]) -> Reply:
        read = self._under_way[key] = _SharedRead()
        try:
            read.outcome = await ask()
        except RateLimited:
            raise
        except AssemblaError as error:
            read.outcome = error
        finally:
            if self._under_way.get(key) is read:
                del self._under_way[key]
            read.ended.set()
        return _result(read.outcome)


def _result(outcome: Reply | AssemblaError) -> Reply:
    if isinstance(outcome, AssemblaError):
        raise outcome.with_traceback(None)
    return outcome
