"""Components of tickets. The API calls them deprecated: custom fields replace them."""

from assembla_client.models import Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.wire import path


class Component(Model):
    """A component: a name that tickets refer to by id."""

    id: NumberId
    name: str


class TicketComponentsAPI:
    """Endpoints 46 and 47."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, id: int) -> Component:
        """Fetch one component.

        GET /v1/spaces/{space}/ticket_components/{id} (47). Raises NotFound.
        """
        return await self._transport.one(Component, path("spaces", space, "ticket_components", id))

    async def list(self, space: str) -> list[Component]:
        """Fetch the components of a space.

        GET /v1/spaces/{space}/ticket_components (46). No source says whether it is paged. Empty: 204.
        """
        return await self._transport.pages(Component, path("spaces", space, "ticket_components"), keep=True)
