"""Single flight: identical reads at the same instant share one request."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import anyio

from assembla_client.errors import AssemblaError
from assembla_client.wire import Params, Reply

Key = tuple[str, Params]


@dataclass(eq=False)
class _Flight:
    landed: anyio.Event = field(default_factory=anyio.Event)
    outcome: Reply | AssemblaError | None = None  # None after landing: the leader was cancelled


class Flights:
    """Requests on their way, by path and parameters. Answers and errors are shared; a cancellation is not."""

    def __init__(self) -> None:
        self._in_air: dict[Key, _Flight] = {}

    async def share(self, key: Key, fly: Callable[[], Awaitable[Reply]]) -> Reply:
        """Join the flight for `key`, or lead one. When a leader is cancelled, one of its followers leads."""
        while (flight := self._in_air.get(key)) is not None:
            await flight.landed.wait()
            if flight.outcome is not None:
                return _result(flight.outcome)
        return await self._lead(key, fly)

    def forget(self) -> None:
        """Let nobody join what is in the air now: a write has happened, and it may carry what was before."""
        self._in_air.clear()

    async def _lead(self, key: Key, fly: Callable[[], Awaitable[Reply]]) -> Reply:
        flight = self._in_air[key] = _Flight()
        try:
            flight.outcome = await fly()
        except AssemblaError as error:
            flight.outcome = error
        finally:
            if self._in_air.get(key) is flight:
                del self._in_air[key]
            flight.landed.set()
        return _result(flight.outcome)


def _result(outcome: Reply | AssemblaError) -> Reply:
    if isinstance(outcome, AssemblaError):
        raise outcome.with_traceback(None)
    return outcome
