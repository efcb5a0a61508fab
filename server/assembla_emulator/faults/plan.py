"""Fault injection: a `Fault` says on which requests and how likely; `kinds.py` has what happens then.

Faults come after a request was recorded and counted. Of several that fire together the first added is outermost.
"""

import re
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from assembla_emulator import deterministic


class FaultKind(Protocol):
    """What goes wrong: called in place of `app`, which it may still call itself."""

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None: ...


@dataclass(frozen=True)
class Fault:
    """Which requests, and what happens to them. `path` begins the undecoded path, or is a pattern to find in it.

    Fires from the `nth` matching request on (1 is the first), `times` times (None: for ever), each time with
    `probability`, drawn from `seed`.
    """

    kind: FaultKind
    path: str | re.Pattern[str] = ""
    method: str | None = None
    nth: int = 1
    times: int | None = 1
    probability: float = 1.0
    seed: int = 0

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is one of those meant."""
        if self.method not in (None, method):
            return False
        return path.startswith(self.path) if isinstance(self.path, str) else bool(self.path.search(path))


@dataclass
class _Armed:
    fault: Fault
    matched: int = 0
    fired: int = 0

    def fires(self, method: str, path: str) -> bool:
        fault = self.fault
        if not fault.matches(method, path):
            return False
        self.matched += 1
        if self.matched < fault.nth or (fault.times is not None and self.fired >= fault.times):
            return False
        if deterministic.fraction(fault.seed, "fault", self.matched) >= fault.probability:
            return False
        self.fired += 1
        return True


class Faults:
    """The faults of one emulator."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def add(self, fault: Fault) -> Fault:
        """Inject a fault."""
        self._armed.append(_Armed(fault))
        return fault

    def clear(self) -> None:
        """Remove all faults."""
        self._armed.clear()

    def fired(self, fault: Fault) -> int:
        """How often it fired."""
        return sum(armed.fired for armed in self._armed if armed.fault is fault)

    def around(self, app: ASGIApp, method: str, path: str) -> ASGIApp:
        """The application as this request meets it."""
        for armed in reversed([armed for armed in self._armed if armed.fires(method, path)]):
            app = partial(armed.fault.kind, app)
        return app
