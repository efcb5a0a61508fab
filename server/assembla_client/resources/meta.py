"""What the API says about its own objects. The shape was never recorded, so nothing is expected of it."""

import json

from assembla_client.errors import UnexpectedResponse
from assembla_client.transport import Transport
from assembla_client.wire import Request, path


class MetaAPI:
    """Endpoint 165."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, name: str) -> object:
        """Fetch the description of a kind of object, such as `tickets`, as plain JSON; None where it is empty.

        GET /v1/meta/{name} (165). Raises UnexpectedResponse where it is not JSON.
        """
        reply = await self._transport.reply(Request("GET", path("meta", name)))
        try:
            described: object = json.loads(reply.body) if reply.body.strip() else None
        except (ValueError, RecursionError):
            raise UnexpectedResponse("Assembla's answer is not JSON.", status=reply.status) from None
        return described
