"""Links between tickets: endpoints 31 and 32. Which ticket is the first does not depend on the one asked about."""

from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import TICKETS
from assembla_emulator.factories.ticket_associations import ticket_associations
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routes.tickets import ticket_of
from assembla_emulator.routing import Call, Routes

routes = Routes(TICKETS)


@routes.get("/spaces/{space}/tickets/{number}/ticket_associations")
def list_associations(call: Call) -> list[Row]:
    """31. Those that begin at the ticket, then those that end there."""
    ticket_id = ticket_of(call)["id"]
    table = ticket_associations(call.database)
    return [*table.where(ticket1_id=ticket_id), *table.where(ticket2_id=ticket_id)]


@routes.get("/spaces/{space}/tickets/{number}/ticket_associations/{association}")
def get_association(call: Call) -> Row:
    """32."""
    return find_by_id(list_associations(call), call.args["association"])
