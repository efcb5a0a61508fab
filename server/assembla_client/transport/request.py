"""What goes over the wire: a request, its parameters, a reply."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assembla_client.transport.endpoint import Target
from assembla_client.transport.rate_limit import WaitBudget

Params = tuple[tuple[str, str], ...]

SUCCESS = frozenset({200, 201, 204})


@dataclass(frozen=True)
class Request:
    """One HTTP request. `path` is encoded, relative to the API's URL; only method and path show in repr."""

    method: str
    path: str
    params: Params = field(default=(), repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    json: object | None = field(default=None, repr=False)
    budget: WaitBudget | None = field(default=None, repr=False, compare=False)
    """What the call that this request belongs to may still wait. None: as much as a call of one request."""
    max_bytes: int | None = field(default=None, repr=False)
    """The longest body of a success that is wanted. None: as long as any answer may be."""
    target: Target | None = field(default=None, repr=False, compare=False)
    """What it is about, for errors to say; the sign-in service has none."""

    @classmethod
    def to(cls, target: Target, params: Params = (), *, max_bytes: int | None = None) -> "Request":
        """Make the request that an endpoint is asked by, with `params` beside those that belong to it."""
        params = (*target.params, *params)
        return cls(target.method, target.path, params, max_bytes=max_bytes, target=target)

    @property
    def is_read(self) -> bool:
        """Say whether repeating the request is harmless."""
        return self.method == "GET"

    @property
    def is_cacheable(self) -> bool:
        """Say whether its endpoint's answers change slowly enough to be cached."""
        return self.target is not None and self.target.endpoint.cacheable


@dataclass(frozen=True)
class Reply:
    """One HTTP answer. Header names are in lower case. Tokens travel in headers and body: not in repr.

    Header `received` is ours: when the answer came, by this machine's clock.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_trouble(self) -> bool:
        """Say whether it is the server's state that it tells of, which may pass."""
        return self.status == 429 or self.status >= 500
