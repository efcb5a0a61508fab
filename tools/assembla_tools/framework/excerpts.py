"""Looking for words in long texts, and showing where they stand."""

import re

from assembla_tools.framework.text import clean

_AROUND_CHARS = 100


def words_of(text: str | None) -> tuple[str, ...]:
    """The words that are looked for, case aside."""
    return tuple(dict.fromkeys((text or "").casefold().split()))


def holds(text: str, words: tuple[str, ...]) -> bool:
    """Whether `text` holds every one of `words`, each alone or as the beginning of a longer one."""
    folded = text.casefold()
    return all(_position(folded, word) is not None for word in words)


def excerpt(text: str, words: tuple[str, ...]) -> str:
    """The neighbourhood of the first of `words` that stands in `text`, on one line; without any, the beginning."""
    folded = text.casefold()
    positions = [position for word in words if (position := _position(folded, word)) is not None]
    middle = min(positions, default=0)
    start, end = max(0, middle - _AROUND_CHARS), middle + 2 * _AROUND_CHARS
    shown = " ".join(clean(text[start:end]).split())
    return f"{'…' if start else ''}{shown}{'…' if end < len(text) else ''}"


def _position(folded: str, word: str) -> int | None:
    # An underscore parts words too: it stands for a space in the names of pages. From Thai on, scripts run on.
    begins = r"(?<![^\W_])" if word[:1].isalnum() and word[0] < "\u0e00" else ""
    found = re.search(begins + re.escape(word), folded)
    return None if found is None else found.start()
