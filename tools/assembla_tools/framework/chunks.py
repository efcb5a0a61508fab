"""Long texts in chunks: where a chunk ends, and where to go on. Offsets count characters of the text as it is."""

from dataclasses import dataclass

from assembla_tools.framework.errors import Refused
from assembla_tools.framework.text import Chunk

_LAST_PART = 4


@dataclass(frozen=True)
class Span:
    """The part of a text that is wanted: from `start` on, before `end`."""

    start: int
    end: int

    @classmethod
    def of(cls, text: str, offset: int | None, start: int = 0, end: int | None = None) -> "Span":
        """What lies behind `offset` in `text`, or in its part from `start` to `end`. `INVALID` for one outside."""
        end = len(text) if end is None else end
        if offset and not start <= offset <= end:
            raise Refused("INVALID", f"offset: {offset} lies outside of what there is, characters {start} to {end}.")
        return cls(max(offset or 0, start), end)

    def first(self, text: str, chars: int) -> tuple[Chunk, int | None]:
        """At most `chars` characters, ending behind a line where one ends near, and where the next chunk begins."""
        limit = min(self.end, self.start + chars)
        if limit < self.end:
            line_end = text.rfind("\n", limit - (limit - self.start) // _LAST_PART, limit) + 1
            limit = line_end or limit
        return Chunk(text[self.start : limit]), limit if limit < self.end else None
