"""Components of tickets. The API calls them deprecated: custom fields replace them."""

from assembla_client.models import Expected, Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint


class Component(Model):
    """A component: a name that tickets refer to by id."""

    id: NumberId
    name: Expected[str] = None


COMPONENTS = Endpoint(
    46,
    "GET",
    "/spaces/{space}/ticket_components",
    "the list of ticket components of space {space}",
    "list",
    tool="Tickets",
    cacheable=True,
)
COMPONENT = Endpoint(
    47, "GET", "/spaces/{space}/ticket_components/{id}", "component {id} of space {space}", "component", tool="Tickets"
)


class TicketComponentsAPI:
    """The components of a space."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, id: int) -> Component:
        """Fetch one component.

        GET /v1/spaces/{space}/ticket_components/{id}. Raises NotFound.
        """
        return await self._transport.one(Component, COMPONENT(space=space, id=id))

    async def list(self, space: str, *, fresh: bool = False) -> list[Component]:
        """Fetch the components of a space.

        GET /v1/spaces/{space}/ticket_components. No source says whether it is paged. Empty: 204.
        """
        return await self._transport.pages(Component, COMPONENTS(space=space), fresh=fresh)
