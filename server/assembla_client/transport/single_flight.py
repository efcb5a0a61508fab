"""Single flight: identical reads at the same instant share one request."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import anyio

from assembla_client.errors import AssemblaError, RateLimited
from assembla_client.transport.request import Params, Reply

Key = tuple[str, Params]
FlightKey = tuple[Key, bool]
"""What is asked, and whether by somebody to whom nothing kept is fresh."""


@dataclass(eq=False)
class _Flight:
    landed: anyio.Event = field(default_factory=anyio.Event)
    outcome: Reply | AssemblaError | None = None  # None after landing: somebody else has to lead


class SingleFlight:
    """Requests on their way. Answers and errors are shared, save what befell the leader alone.

    That is a cancellation, and a rate limit that its call had no time left to wait for.
    """

    def __init__(self) -> None:
        self._in_air: dict[FlightKey, _Flight] = {}

    async def share(self, course: FlightKey, fly: Callable[[], Awaitable[Reply]]) -> Reply:
        """Join the flight on that course, or lead one. Where a leader gives up, one of its followers leads."""
        while (flight := self._in_air.get(course)) is not None:
            await flight.landed.wait()
            if flight.outcome is not None:
                return _result(flight.outcome)
        return await self._lead(course, fly)

    def forget(self) -> None:
        """Let nobody join what is in the air now: a write has happened, and it may carry what was before."""
        self._in_air.clear()

    async def _lead(self, course: FlightKey, fly: Callable[[], Awaitable[Reply]]) -> Reply:
        flight = self._in_air[course] = _Flight()
        try:
            flight.outcome = await fly()
        except RateLimited:
            raise
        except AssemblaError as error:
            flight.outcome = error
        finally:
            if self._in_air.get(course) is flight:
                del self._in_air[course]
            flight.landed.set()
        return _result(flight.outcome)


def _result(outcome: Reply | AssemblaError) -> Reply:
    if isinstance(outcome, AssemblaError):
        raise outcome.with_traceback(None)
    return outcome
