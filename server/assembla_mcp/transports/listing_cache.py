"""Listings over HTTP, kept in their wire form: every stateless client asks for them, and they never change.

The SDK validates, dumps and encodes each answer anew, which for the listing of some fifty tools costs more than all
else in a request. A request that is the same as one already answered, header for header and but for its id, gets the
same bytes; whatever the SDK checks was checked for that one.
"""

import json
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assembla_mcp.transports.request_body import preceded_by
from assembla_mcp.transports.request_ids import is_id

LISTINGS = frozenset({"tools/list", "prompts/list", "resources/templates/list"})
_MOST_KEPT = 64
_MOST_ASKED_BYTES = 4096


class ListingCache:
    """ASGI middleware. Must stand behind what checks a caller's token, for the token is part of what is compared."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: OrderedDict[Hashable, tuple[Message, bytes]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not _is_short(scope):
            await self._app(scope, receive, send)
            return
        first = await receive()
        asked = _listing_asked_for(first)
        if asked is None:
            await self._app(scope, preceded_by(first, receive), send)
            return
        request_id = asked.pop("id")
        opening = f'{{"jsonrpc":"2.0","id":{json.dumps(request_id)},'.encode()
        place = (scope["path"], tuple(sorted(scope["headers"])), json.dumps(asked, sort_keys=True))
        if (kept := self._kept.get(place)) is not None:
            await _give(kept, opening, send)
            return
        answer = _Overheard(send)
        await self._app(scope, preceded_by(first, receive), answer)
        self._keep(place, answer, opening)

    def _keep(self, place: Hashable, answer: "_Overheard", opening: bytes) -> None:
        start, body = answer.start, answer.body
        if start is None or start["status"] != 200 or not body.startswith(opening + b'"result":'):
            return
        self._kept[place] = start, body.removeprefix(opening)
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)


class _Overheard:
    """Passes an answer on as it comes, and has it in the end."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")
        await self._send(message)


def _is_short(scope: Scope) -> bool:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return len(lengths) == 1 and lengths[0].isdigit() and int(lengths[0]) <= _MOST_ASKED_BYTES


def _listing_asked_for(first: Message) -> dict[str, Any] | None:
    """The request in a body that came whole, if it is one for a listing; a cursor is for the server to refuse."""
    if first["type"] != "http.request" or first.get("more_body", False):
        return None
    try:
        asked = json.loads(first["body"])
    except (ValueError, RecursionError):
        return None
    if not isinstance(asked, dict) or asked.get("method") not in LISTINGS or not is_id(asked.get("id")):
        return None
    params = asked.get("params", {})
    return asked if isinstance(params, dict) and "cursor" not in params else None


async def _give(kept: tuple[Message, bytes], opening: bytes, send: Send) -> None:
    start, rest = kept
    body = opening + rest
    headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
    await send({**start, "headers": [*headers, (b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})
