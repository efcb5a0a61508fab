"""Ticket comments: endpoints 27 and 28."""

from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import TICKETS
from assembla_emulator.factories.ticket_comments import comments_of
from assembla_emulator.responses import Paged, in_zone
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routes.spaces import ACCOUNT_ZONE
from assembla_emulator.routes.tickets import ticket_of
from assembla_emulator.routing import Call, Routes

routes = Routes(TICKETS)


@routes.get("/spaces/{space}/tickets/{number}/ticket_comments")
def list_comments(call: Call) -> Paged:
    """27. Newest first, with the rows that only tell of changes. The size of a page is not known."""
    return Paged(comments_of(call.database, ticket_of(call)), per_page=25)


@routes.get("/spaces/{space}/tickets/{number}/ticket_comments/{comment}")
def get_comment(call: Call) -> Row:
    """28."""
    comment = find_by_id(comments_of(call.database, ticket_of(call)), call.args["comment"])
    return in_zone(comment, ACCOUNT_ZONE)
