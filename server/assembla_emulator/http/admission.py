"""What every request passes first: noted and counted by arrival, limited, troubled by faults."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assembla_emulator.clock import Clock
from assembla_emulator.faults.plan import Faults
from assembla_emulator.http.rate_limit import RateLimit, whole_seconds
from assembla_emulator.responses import tagged, too_many


@dataclass
class Seen:
    """A request that came, `at` in epoch seconds. `status` is None while, or if, it was not answered."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    at: float
    status: int | None = None


class Gate:
    """The outermost ASGI application."""

    def __init__(self, app: ASGIApp, *, clock: Clock, rate: str | None, retry_after: bool, faults: Faults) -> None:
        self.requests: list[Seen] = []
        self._app = app
        self._clock = clock
        self._limit = None if rate is None else RateLimit(rate)
        self._retry_after = retry_after
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        seen = self._note(scope)

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
            await send(message)

        await self._through(seen)(scope, receive, watch)

    def _note(self, scope: Scope) -> Seen:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        path = scope.get("raw_path", scope["path"].encode()).decode("ascii", "replace")
        seen = Seen(scope["method"], path, scope["query_string"].decode("latin-1"), headers, self._clock.now())
        self.requests.append(seen)
        return seen

    def _through(self, seen: Seen) -> ASGIApp:
        wait_s = 0.0 if self._limit is None or is_page(seen) else self._limit.wait_s(seen.at)
        if wait_s > 0:
            return tagged(too_many(whole_seconds(wait_s) if self._retry_after else None))
        return self._faults.around(self._app, seen.method, seen.path)


def is_page(seen: Seen) -> bool:
    """Whether it is a person's browser that asks, which the rate limit does not count."""
    return seen.path == "/authorization"
