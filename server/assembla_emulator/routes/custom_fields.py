"""Custom fields of a space's tickets: endpoints 41 and 42. `list_options` is sent for lists alone."""

from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import TICKETS
from assembla_emulator.factories.ticket_setup import custom_fields, tickets_tool
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routing import Call, Routes

routes = Routes(TICKETS)


@routes.get("/spaces/{space}/tickets/custom_fields")
def list_fields(call: Call) -> list[Row]:
    """41. Hidden ones too."""
    return custom_fields(call.database).where(space_tool_id=tickets_tool(call.database, call.space["id"])["id"])


@routes.get("/spaces/{space}/tickets/custom_fields/{field}")
def get_field(call: Call) -> Row:
    """42."""
    return find_by_id(list_fields(call), call.args["field"])
