"""Components, which custom fields have replaced: endpoints 46 and 47."""

from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import TICKETS
from assembla_emulator.factories.ticket_setup import ticket_components
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routing import Call, Routes

routes = Routes(TICKETS)


@routes.get("/spaces/{space}/ticket_components")
def list_components(call: Call) -> list[Row]:
    """46."""
    return ticket_components(call.database).where(_space_id=call.space["id"])


@routes.get("/spaces/{space}/ticket_components/{component}")
def get_component(call: Call) -> Row:
    """47."""
    return find_by_id(list_components(call), call.args["component"])
