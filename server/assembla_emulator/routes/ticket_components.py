"""Components, which custom fields have replaced: endpoints 46 and 47."""

from assembla_emulator.factories.ticket_setup import ticket_components
from assembla_emulator.lookup import pick
from assembla_emulator.routing import Call, Routes
from assembla_emulator.tables import Row
from assembla_emulator.tool_kinds import TICKETS

routes = Routes(TICKETS)


@routes.get("/spaces/{space}/ticket_components")
def list_components(call: Call) -> list[Row]:
    """46."""
    return ticket_components(call.database).where(_space_id=call.space["id"])


@routes.get("/spaces/{space}/ticket_components/{component}")
def get_component(call: Call) -> Row:
    """47."""
    return pick(list_components(call), call.args["component"])
