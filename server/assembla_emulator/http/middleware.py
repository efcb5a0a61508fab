"""What every request passes before a route answers it: recorded by arrival, rate limited, met by faults."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assembla_emulator.clock import Clock
from assembla_emulator.faults.plan import Faults
from assembla_emulator.http.rate_limit import RateLimit, whole_seconds
from assembla_emulator.responses import too_many, with_cache_headers


@dataclass
class RequestRecord:
    """A request that came, `at` in epoch seconds. `status` is None while, or if, it was not answered."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    at: float
    status: int | None = None


class RequestMiddleware:
    """The outermost ASGI application."""

    def __init__(self, app: ASGIApp, *, clock: Clock, rate: str | None, retry_after: bool, faults: Faults) -> None:
        self.requests: list[RequestRecord] = []
        self._app = app
        self._clock = clock
        self._limit = None if rate is None else RateLimit(rate)
        self._retry_after = retry_after
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        record = self._record(scope)

        async def send_and_record(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
            await send(message)

        await self._app_for(record)(scope, receive, send_and_record)

    def _record(self, scope: Scope) -> RequestRecord:
        record = recorded(scope, self._clock.now())
        self.requests.append(record)
        return record

    def _app_for(self, record: RequestRecord) -> ASGIApp:
        """What answers the request: the limit, or the application behind the faults that fire."""
        wait_s = 0.0 if self._limit is None or is_consent_page(record) else self._limit.wait_s(record.at)
        if wait_s > 0:
            return with_cache_headers(too_many(whole_seconds(wait_s) if self._retry_after else None))
        return self._faults.around(self._app, record.method, record.path)


def recorded(scope: Scope, at: float) -> RequestRecord:
    """The record of a request that came just now."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    path = scope.get("raw_path", scope["path"].encode()).decode("ascii", "replace")
    return RequestRecord(scope["method"], path, scope["query_string"].decode("latin-1"), headers, at)


def is_consent_page(record: RequestRecord) -> bool:
    """Whether it is a person's browser that asks, which the rate limit does not count."""
    return record.path == "/authorization"
