"""A ticket by its prefixed number, `PREFIX-4`, without its space: endpoint 171. Its path is inferred, not on record."""

from assembla_emulator.database.tables import Row
from assembla_emulator.factories.tickets import tickets
from assembla_emulator.responses import Refused, in_zone, not_found
from assembla_emulator.routes.spaces import ACCOUNT_ZONE
from assembla_emulator.routing import Call, Routes

routes = Routes()


@routes.get("/tickets/{ticket}")
def get_prefixed_ticket(call: Call) -> Row:
    """171."""
    prefix, _, number = call.args["ticket"].rpartition("-")
    space = call.database.spaces.first(_prefix=prefix)
    if space is None or not call.database.may_see(call.viewer, space) or not (number.isascii() and number.isdecimal()):
        raise Refused(not_found())
    ticket = tickets(call.database).first(space_id=space["id"], number=int(number[:20]))
    if ticket is None:
        raise Refused(not_found())
    return in_zone(ticket, ACCOUNT_ZONE)
