"""Answers that change slowly, cached for a short while: young ones are given again, older ones asked about by ETag.

Which reads may be cached is said by their endpoints; that a write of ours makes all entries old, by the session.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, field

from assembla_client.transport.rate_limit import Clock
from assembla_client.transport.request import Reply
from assembla_client.transport.single_flight import Key

FRESH_S = 30.0
MAX_ENTRIES = 400
MAX_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Entry:
    """An answer and when it was last known to be true."""

    reply: Reply = field(repr=False)
    since: float

    @property
    def etag(self) -> str | None:
        return self.reply.headers.get("etag")


class ResponseCache:
    """Answers to one account, by what was asked; bounded in number and size, the longest unused goes first."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._bytes = 0
        self._generation = 0

    @property
    def generation(self) -> int:
        """How often the cache was cleared. An answer that was asked for before that is not stored after it."""
        return self._generation

    def find(self, key: Key) -> Entry | None:
        """The entry, however old."""
        if key in self._entries:
            self._entries.move_to_end(key)
        return self._entries.get(key)

    def is_young(self, entry: Entry) -> bool:
        """Whether it may be given again without asking."""
        return self._clock() - entry.since < FRESH_S

    def store(self, key: Key, reply: Reply, generation: int) -> None:
        """Store an answer that was asked for in that generation."""
        if generation != self._generation:
            return
        self._drop(key)
        self._entries[key] = Entry(reply, self._clock())
        self._bytes += len(reply.body)
        while len(self._entries) > MAX_ENTRIES or self._bytes > MAX_BYTES:
            self._drop(next(iter(self._entries)))

    def clear(self) -> None:
        """Drop every entry, and what is being asked for."""
        self._entries.clear()
        self._bytes = 0
        self._generation += 1

    def _drop(self, key: Key) -> None:
        if (old := self._entries.pop(key, None)) is not None:
            self._bytes -= len(old.reply.body)
