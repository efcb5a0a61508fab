"""Statuses of a space's tickets: endpoints 36 and 37."""

from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import TICKETS
from assembla_emulator.factories.ticket_setup import statuses_of
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routing import Call, Routes

routes = Routes(TICKETS)


@routes.get("/spaces/{space}/tickets/statuses")
def list_statuses(call: Call) -> list[Row]:
    """36. In their order."""
    return statuses_of(call.database, call.space["id"])


@routes.get("/spaces/{space}/tickets/statuses/{status}")
def get_status(call: Call) -> Row:
    """37."""
    return find_by_id(list_statuses(call), call.args["status"])
