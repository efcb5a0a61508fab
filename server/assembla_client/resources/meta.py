"""What the API says about its own objects. The shape was never recorded, so nothing is expected of it."""

from assembla_client.transport.client import Transport
from assembla_client.transport.wire import Request, decode_plain, path


class MetaAPI:
    """Endpoint 165."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, name: str) -> object:
        """Fetch the description of a kind of object, such as `tickets`, as plain JSON; None where it is empty.

        GET /v1/meta/{name} (165). Raises UnexpectedResponse where it is not JSON.
        """
        return decode_plain(await self._transport.reply(Request("GET", path("meta", name))))
