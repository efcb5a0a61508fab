"""Pages of a list: which part one answer holds, and the cursor that leads to the next, in any process.

A cursor holds the sort key of the last item that was answered, what later pages must not decide anew, and digests of
all that and of the question it belongs to. Nothing is kept in memory. An item that does not change keeps its position,
so it comes exactly once, whatever comes and goes around it.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Self, TypeVar

from assembla_tools.framework.arguments import MAX_CURSOR_CHARS
from assembla_tools.framework.errors import Refused
from assembla_tools.framework.results import Listing

T = TypeVar("T")
Key = Sequence[str | int | float]
"""A sort key: compares as it stands, and survives JSON."""

_DIGEST_BYTES = 6


@dataclass(frozen=True)
class CursorState:
    """What a cursor holds: the question it belongs to, as a digest, where the list goes on, and what it has fixed.

    `hint` only saves requests, and is left out of a cursor that would become too long with it.
    """

    question: bytes
    key: Key
    pinned: Mapping[str, Any] = field(default_factory=dict)
    hint: Sequence[int] = ()


@dataclass(frozen=True)
class PageRequest:
    """The part of a list that one answer holds: at most `limit` items behind the position of a cursor.

    `question` says which things the list is of and in which order, things by id. A tool starts with its arguments as
    they were checked and resolved; what it resolves itself, it says by `about`. A cursor of another question is
    refused when its position is first needed.
    """

    tool: str
    limit: int
    question: Mapping[str, Any] = field(default_factory=dict)
    cursor: CursorState | None = None
    pinned: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, tool: str, limit: int, cursor: str | None) -> Self:
        """Read `cursor`; `INVALID` where it is torn or another tool's."""
        state = None if cursor is None else decode_cursor(cursor, tool)
        return cls(tool, limit, cursor=state, pinned={} if state is None else state.pinned)

    def about(self, **resolved: object) -> Self:
        """The same page of a question that is known better: names of arguments and what they stand for."""
        return replace(self, question={**self.question, **resolved})

    def pinning(self, **values: object) -> Self:
        """The same page, whose cursors hold `values` too: what was relative, as this page understood it."""
        return replace(self, pinned={**self.pinned, **values})

    @property
    def after(self) -> Key | None:
        """The sort key to go on behind; None on the first page. `INVALID` for a cursor of another question."""
        if self.cursor is None:
            return None
        if self.cursor.question != question_digest(self.question):
            raise Refused(
                "INVALID",
                "cursor: it belongs to other arguments; repeat those of its call, or leave it out to start again.",
            )
        return self.cursor.key

    @property
    def hint(self) -> Sequence[int]:
        """What the page before has passed on to save requests."""
        return () if self.cursor is None else self.cursor.hint

    def take(
        self, found: Iterable[T], key: Callable[[T], Key], hint: Callable[[T], Sequence[int]] = lambda _: ()
    ) -> Listing[T]:
        """The first `limit` behind the cursor's position of what was `found`, in the order of `key`.

        Equal keys count as one item. `hint` is what a cursor behind an item passes on to save requests.
        """
        ordered = sorted({tuple(key(item)): item for item in found}.items(), key=lambda pair: pair[0])
        if (after := self.after) is not None:
            ordered = [pair for pair in ordered if _is_behind(pair[0], after)]
        shown = ordered[: self.limit]
        return Listing(
            items=[item for _, item in shown],
            cursors=[partial(self._cursor, sort_key, item, hint) for sort_key, item in shown],
            more=len(ordered) > self.limit,
        )

    def _cursor(self, sort_key: Key, item: T, hint: Callable[[T], Sequence[int]]) -> str:
        state = CursorState(question_digest(self.question), sort_key, self.pinned, hint(item))
        cursor = encode_cursor(state, self.tool)
        return cursor if len(cursor) <= MAX_CURSOR_CHARS else encode_cursor(replace(state, hint=()), self.tool)


def question_digest(question: Mapping[str, Any]) -> bytes:
    """A digest of what is asked. What is None is not asked; a thing with an id goes by that."""
    given = {name: value for name, value in question.items() if value is not None}
    return _digest(json.dumps(given, sort_keys=True, default=_identity))


def encode_cursor(state: CursorState, tool: str) -> str:
    """The cursor of `tool` that holds `state`."""
    text = json.dumps(
        [list(state.key), dict(state.pinned), list(state.hint)], ensure_ascii=False, separators=(",", ":")
    )
    content = state.question + text.encode()
    return base64.urlsafe_b64encode(_digest(tool, content.hex()) + content).decode().rstrip("=")


def decode_cursor(cursor: str, tool: str) -> CursorState:
    """What a cursor holds. `INVALID` where it is torn or of another tool."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        content = raw[_DIGEST_BYTES:]
        if raw[:_DIGEST_BYTES] != _digest(tool, content.hex()):
            raise ValueError("torn")
        key, pinned, hint = json.loads(content[_DIGEST_BYTES:])
        return CursorState(content[:_DIGEST_BYTES], key, pinned, hint)
    except (binascii.Error, ValueError):
        raise Refused("INVALID", f"cursor: this is not a cursor of `{tool}`; leave it out to start again.") from None


def _is_behind(key: Key, after: Key) -> bool:
    try:
        return tuple(key) > tuple(after)
    except TypeError:  # digests are no secret: somebody has made a cursor of their own
        raise Refused("INVALID", "cursor: this was not made here; leave it out to start again.") from None


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()[:_DIGEST_BYTES]


def _identity(thing: object) -> object:
    return getattr(thing, "id", None) or str(thing)
