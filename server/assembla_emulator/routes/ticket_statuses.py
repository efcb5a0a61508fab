"""Statuses of a space's tickets: endpoints 36 and 37."""

from assembla_emulator.factories.ticket_setup import statuses_of
from assembla_emulator.lookup import pick
from assembla_emulator.routing import Call, Routes
from assembla_emulator.tables import Row
from assembla_emulator.tool_kinds import TICKETS

routes = Routes(TICKETS)


@routes.get("/spaces/{space}/tickets/statuses")
def list_statuses(call: Call) -> list[Row]:
    """36. In their order."""
    return statuses_of(call.database, call.space["id"])


@routes.get("/spaces/{space}/tickets/statuses/{status}")
def get_status(call: Call) -> Row:
    """37."""
    return pick(list_statuses(call), call.args["status"])
