"""The boundary that text written by people passes on its way out: what is invisible goes, what is endless is cut.

Tickets and pages can hold characters that a person never sees and a model obeys. They are taken out here, in one
place, for every string of every answer; the words themselves are left alone.
"""

import re

MAX_STRING_CHARS = 8_000
"""Ceiling of one string in an answer. Long texts that are the point of a tool (wiki pages) come in chunks instead."""

# Control characters but for tab, line feed and carriage return; format characters that are invisible: soft hyphen,
# fillers, zero-width, bidirectional marks, embeddings and isolates, invisible operators, the byte order mark,
# annotation anchors, shorthand and musical controls; the tag and variation planes; surrogates that no UTF-8 can carry.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\ud800-\udfff]"
)


class Chunk(str):
    """A part of a long text that a tool has cut to size, and says where it goes on: cleaned, but never cut again."""

    __slots__ = ()


def visible(text: str) -> str:
    """`text` without what nobody sees."""
    return _INVISIBLE.sub("", text)


def same(text: str | None) -> str:
    """`text` as names are compared: what is shown of it, whatever the case and the blanks around it."""
    return visible(text or "").strip().casefold()


def clean(text: str, limit: int = MAX_STRING_CHARS) -> str:
    """`text` without invisible characters and at most about `limit` characters long, with a mark where it was cut."""
    head = visible(text[: limit * 4])  # what lies far beyond the limit need not be looked at
    if len(head) <= limit and len(text) <= limit * 4:
        return head
    return f"{head[:limit]}… [cut: {min(limit, len(head))} of {len(text)} characters]"
