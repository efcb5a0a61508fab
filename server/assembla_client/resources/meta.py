"""What the API says about its own objects. The shape was never recorded, so nothing is expected of it."""

from assembla_client.transport.client import Transport
from assembla_client.transport.decoding import decode_plain
from assembla_client.transport.endpoint import Endpoint
from assembla_client.transport.request import Request

DESCRIPTION = Endpoint(165, "GET", "/meta/{name}", "the description of {name}")


class MetaAPI:
    """What the API says about its own objects."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, name: str) -> object:
        """Fetch the description of a kind of object, such as `tickets`, as plain JSON; None where it is empty.

        GET /v1/meta/{name}. Raises UnexpectedResponse where it is not JSON.
        """
        return decode_plain(await self._transport.reply(Request.to(DESCRIPTION(name=name))))
