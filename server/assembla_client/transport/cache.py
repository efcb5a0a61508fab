"""Answers that change slowly, kept for a short while: young ones are given again, older ones asked about by ETag.

Which reads are worth keeping is said by the resources; that a write of ours makes all of them old, by the transport.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from assembla_client.transport.rate_limit import Clock
from assembla_client.transport.request import Reply
from assembla_client.transport.single_flight import Key

FRESH_S = 30.0
MAX_KEPT = 400
MAX_KEPT_BYTES = 16 * 2**20

Place = tuple[int, Key]
"""Whose answer, and to which request: what one credential may see says nothing about another's."""


@dataclass(frozen=True)
class Kept:
    """An answer and when it was last known to be true."""

    reply: Reply = field(repr=False)
    since: float

    @property
    def tag(self) -> str | None:
        return self.reply.headers.get("etag")


class ResponseCache:
    """What is kept, bounded in number and size; the longest unused goes first."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[Place, Kept] = OrderedDict()
        self._bytes = 0
        self._writes = 0

    @property
    def writes(self) -> int:
        """How often everything was dropped. An answer that was asked for before that may not be kept after it."""
        return self._writes

    def find(self, place: Place) -> Kept | None:
        """What is kept there, however old."""
        if place in self._kept:
            self._kept.move_to_end(place)
        return self._kept.get(place)

    def is_fresh(self, kept: Kept) -> bool:
        """Whether it may be given again without asking."""
        return self._clock() - kept.since < FRESH_S

    def keep(self, place: Place, reply: Reply, writes: int) -> None:
        """Keep an answer that was asked for when `self.writes` was `writes`."""
        if writes != self._writes:
            return
        self._drop(place)
        self._kept[place] = Kept(reply, self._clock())
        self._bytes += len(reply.body)
        while len(self._kept) > MAX_KEPT or self._bytes > MAX_KEPT_BYTES:
            self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Drop everything: something was written."""
        self._kept.clear()
        self._bytes = 0
        self._writes += 1

    def _drop(self, place: Place) -> None:
        if (old := self._kept.pop(place, None)) is not None:
            self._bytes -= len(old.reply.body)


def owner_of(headers: Mapping[str, str]) -> int:
    """A number that stands for the credential in these headers, within this process."""
    return hash(frozenset(headers.items()))
