"""Single values of an answer's JSON put in place of others: any field of any row null, of another type, or absent."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send

from assembla_emulator import responses
from assembla_emulator.faults.kinds import collected

EACH = "*"


class Absent:
    """What a patched key becomes where it is to be left out."""


ABSENT: Final = Absent()


@dataclass(frozen=True)
class Patched:
    """The real answer with `value` at `path`, a JSON pointer (RFC 6901) in which `*` stands for each row or key.

    `/3/filename` is that field of the fourth row, `/*/estimate` of every row, `/custom_fields/Severity` one within
    an object, and the empty path the whole body. `value` may be a function of the value that is there, such as
    `str`, or `ABSENT`. A key that is not there is added; a row that is not there is not. Errors stay as they are.
    """

    path: str
    value: object | Callable[[object], object]

    def __post_init__(self) -> None:
        _keys(self.path)

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        real = await collected(app, scope, receive)
        if real.status not in (200, 201, 204):
            await real.send(send, real.body)
            return
        real.remove_header(b"etag")  # it is that of other values
        await real.send(send, responses.json_bytes(patch(real.json(), self.path, self.value)))


def patch(body: object, path: str, value: object) -> object:
    """The body with `value` at each place that the path leads to. Lists and objects are changed in place."""
    root = {"": body}
    _put(root, ("", *_keys(path)), value)
    return root[""]


def _keys(path: str) -> list[str]:
    if path and not path.startswith("/"):
        raise ValueError(f"{path!r} is no JSON pointer: one begins with a slash or is empty")
    return [key.replace("~1", "/").replace("~0", "~") for key in path.split("/")[1:]]


def _put(whole: object, keys: Sequence[str], value: object) -> None:
    for parent, place in _places(whole, keys[0], add=len(keys) == 1):
        if len(keys) > 1:
            _put(parent[place], keys[1:], value)
        elif value is ABSENT:
            _remove(parent, place)
        else:
            parent[place] = value(_value_at(parent, place)) if callable(value) else value


def _places(parent: object, key: str, *, add: bool) -> Iterator[tuple[Any, Any]]:
    """Where a key leads, the last place first; with `add` also to a key that an object does not have."""
    if isinstance(parent, list):
        places = reversed(range(len(parent))) if key == EACH else [int(key)] if key.isdecimal() else []
        yield from ((parent, place) for place in places if place < len(parent))
    elif isinstance(parent, dict):
        yield from ((parent, place) for place in ([*parent] if key == EACH else [key]) if add or place in parent)


def _remove(parent: Any, place: Any) -> None:
    if isinstance(parent, list) or place in parent:
        del parent[place]


def _value_at(parent: Any, place: Any) -> object:
    return parent.get(place) if isinstance(parent, dict) else parent[place]
