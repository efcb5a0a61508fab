"""Cursors: where a walk through a list stands, written so that any process can go on with it.

A cursor holds the sort key of the last item that was answered, and a fingerprint of the tool, its filters and that
key. Nothing is kept in memory. An item that does not change keeps its place, so it comes exactly once, whatever
comes and goes around it.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from assembla_tools.framework.errors import Refused

Key = Sequence[str | int | float]
_FINGERPRINT_BYTES = 9


def encode_cursor(tool: str, filters: dict[str, Any], key: Key) -> str:
    """The cursor that continues `tool` with these `filters` behind the item whose sort key is `key`."""
    text = json.dumps(list(key), ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(_fingerprint(tool, filters, text) + text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, tool: str, filters: dict[str, Any]) -> Key:
    """The sort key in `cursor`. Refused with `INVALID` where it is torn, of another tool or of other arguments."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        text = raw[_FINGERPRINT_BYTES:].decode()
        key: Key = json.loads(text)
    except (binascii.Error, ValueError):
        raise Refused("INVALID", f"cursor: this is not a cursor of `{tool}`; leave it out to start again.") from None
    if raw[:_FINGERPRINT_BYTES] != _fingerprint(tool, filters, text):
        raise Refused(
            "INVALID",
            "cursor: it belongs to other arguments; repeat those of its call, or leave it out to start again.",
        )
    return key


def _fingerprint(tool: str, filters: dict[str, Any], key: str) -> bytes:
    said = {name: value for name, value in filters.items() if value is not None}
    text = json.dumps([tool, said, key], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).digest()[:_FINGERPRINT_BYTES]
