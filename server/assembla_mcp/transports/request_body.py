"""Bodies of HTTP requests: whole, not too long, in time, and with an id that can be answered, or not served at all."""

from collections.abc import Callable

import anyio
from mcp.server.transport_security import DEFAULT_MAX_REQUEST_BODY_SIZE
from pydantic_core import from_json
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assembla_mcp.transports.request_ids import refused_id

BODY_WITHIN_S = 30.0
"""How long a body may take to come, from the first look for it to its end."""

Clock = Callable[[], float]


class BodyRequired:
    """ASGI middleware: what stands behind it gets the body of a POST in one piece.

    A caller who leaves before its end is gone without a word: there is nobody to answer, and nothing went wrong here.
    """

    def __init__(self, app: ASGIApp, clock: Clock = anyio.current_time) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body = await _read(receive, self._clock)
        if body is None:
            return
        refusal = body if isinstance(body, Response) else _refusal(body)
        if refusal is not None:
            await refusal(scope, receive, send)
        elif isinstance(body, bytes):
            await self._app(scope, preceded_by({"type": "http.request", "body": body}, receive), send)


async def _read(receive: Receive, clock: Clock) -> bytes | Response | None:
    """The body; the answer to one that is too long or too slow; None where the caller left."""
    until = clock() + BODY_WITHIN_S
    body = bytearray()
    while (left_s := until - clock()) > 0:
        with anyio.move_on_after(left_s):
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > DEFAULT_MAX_REQUEST_BODY_SIZE:
                return _closing("Request body too large", 413)
            if not message.get("more_body", False):
                return bytes(body)
    return _closing(f"The body did not come within {BODY_WITHIN_S:.0f} s.", 408)


def _closing(said: str, status: int) -> Response:
    # The rest of the body is still to come on this connection, so no other request can.
    return PlainTextResponse(said, status, headers={"connection": "close"})


def _refusal(body: bytes) -> Response | None:
    try:
        refused = refused_id(from_json(body))
    except ValueError:
        return None  # the SDK says what is wrong with it
    if refused is None:
        return None
    return Response(refused.model_dump_json(by_alias=True, exclude_unset=True), 400, media_type="application/json")


def preceded_by(first: Message, receive: Receive) -> Receive:
    """A `receive` that gives what was read already, then goes on."""
    waiting = [first]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message
