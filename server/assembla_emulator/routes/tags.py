"""Tags of a space: endpoints 51 to 55 and 59."""

from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import TICKETS
from assembla_emulator.factories.tags import ACTIVE, HIDDEN, PROPOSED, tags
from assembla_emulator.responses import Paged
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routes.queries.ticket_reports import of_space
from assembla_emulator.routing import Call, Routes

PAGE = 25

routes = Routes(TICKETS)


def _of_space(call: Call, **equal: object) -> list[Row]:
    return tags(call.database).where(space_id=call.space["id"], **equal)


@routes.get("/spaces/{space}/tags")
def list_tags(call: Call) -> Paged:
    """51. In every state, and those without one."""
    return Paged(_of_space(call), PAGE)


@routes.get("/spaces/{space}/tags/active")
def list_active(call: Call) -> Paged:
    """52."""
    return Paged(_of_space(call, state=ACTIVE), PAGE)


@routes.get("/spaces/{space}/tags/proposed")
def list_proposed(call: Call) -> Paged:
    """53."""
    return Paged(_of_space(call, state=PROPOSED), PAGE)


@routes.get("/spaces/{space}/tags/hidden")
def list_hidden(call: Call) -> Paged:
    """54."""
    return Paged(_of_space(call, state=HIDDEN), PAGE)


@routes.get("/spaces/{space}/tags/{tag}")
def get_tag(call: Call) -> Row:
    """55."""
    return find_by_id(_of_space(call), call.args["tag"])


@routes.get("/spaces/{space}/tags/{tag}/tickets")
def list_tickets(call: Call) -> Paged:
    """59. In every state."""
    tag_id = get_tag(call)["id"]
    return of_space(call, ("tag", tag_id), lambda ticket: tag_id in ticket["_tag_ids"])
