"""What an error answer says, in words that may be shown: one bounded line, no HTML, nothing invisible."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

MAX_TEXT = 300
MAX_FIELDS = 20
MAX_MESSAGES = 5
_MAX_PARSED_BYTES = 2**20  # an error body beyond a mebibyte is no message

_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_URL = re.compile(r"\b([a-zA-Z][a-zA-Z0-9+.-]*://)(?:[^\s/@]+@)?([^\s?#]*)[?#]?\S*")
_TRACE = re.compile(
    r"Traceback \(most recent call last\)|\bat [\w.$<>]+\([^)]*:\d+\)|\S+\.(?:rb|py|java|js):\d+|, line \d+"
)
_VARIATION_SUPPLEMENT = range(0xE0100, 0xE01F0)  # combining marks that can carry hidden text
_MESSAGE_KEYS = ("error", "errors", "message", "error_description")


def one_line(text: str, limit: int = MAX_TEXT) -> str:
    """Cut tags, stack traces, queries and passwords of URLs, what is invisible; fold white space; bound the length."""
    plain = _URL.sub(r"\1\2", _TAG.sub(" ", text[: 20 * limit]))
    visible = "".join(" " if _hidden(char) else char for char in _TRACE.split(plain, maxsplit=1)[0])
    folded = " ".join(visible.split())
    return folded if len(folded) <= limit else folded[: limit - 1] + "…"


def _hidden(char: str) -> bool:
    return (
        unicodedata.category(char) in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"} or ord(char) in _VARIATION_SUPPLEMENT
    )


def error_text(body: bytes) -> str:
    """Return what an error body says in words, or "" where it says nothing, as HTML and one blank do."""
    if body.lstrip()[:1] == b"<":
        return ""
    return "; ".join(
        message if field == "base" else f"{field}: {message}"
        for field, messages in field_errors(body).items()
        for message in messages
    )


def field_errors(body: bytes) -> dict[str, list[str]]:
    """Read a 422 body: field name, or `base` for the whole, to its messages. Nonsense is left out."""
    found: dict[str, list[str]] = {}
    for field, message in _pairs(_parsed(body), "base"):
        text = one_line(message)
        messages = found.get(field, [])
        if text and text not in messages and len(messages) < MAX_MESSAGES:
            if field not in found and len(found) == MAX_FIELDS:
                break
            found[field] = [*messages, text]
    return found


def _parsed(body: bytes) -> object:
    if len(body) > _MAX_PARSED_BYTES or body.lstrip()[:1] == b"<":
        return None
    text = body.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _pairs(value: object, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _pairs_below(inner, "base" if key in _MESSAGE_KEYS else one_line(str(key), 60))
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _pairs_below(inner, field)


def _pairs_below(value: object, field: str) -> Iterator[tuple[str, str]]:
    # One level of nesting is what the API was seen to use; deeper structures are not messages.
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from ((one_line(str(key), 60), text) for text in _texts(inner))
    else:
        yield from ((field, text) for text in _texts(value))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (item for item in value if isinstance(item, str))
