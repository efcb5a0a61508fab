"""Milestones: endpoints 60 to 65. Single reads write times with an offset, lists in UTC."""

from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import MILESTONES
from assembla_emulator.factories.milestones import milestones
from assembla_emulator.responses import Paged, in_zone
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routes.queries.sorting import sorted_by
from assembla_emulator.routes.spaces import ACCOUNT_ZONE
from assembla_emulator.routing import Call, Routes

PAGE = 25

routes = Routes(MILESTONES)


def _of_space(call: Call, **equal: object) -> list[Row]:
    return milestones(call.database).where(space_id=call.space["id"], **equal)


@routes.get("/spaces/{space}/milestones")
def list_milestones(call: Call) -> Paged:
    """60. Completed ones are left out, as one client has it; the sources do not settle it."""
    return Paged(_of_space(call, is_completed=False), PAGE)


@routes.get("/spaces/{space}/milestones/all")
def list_all(call: Call) -> Paged:
    """61."""
    return Paged(_of_space(call), PAGE)


@routes.get("/spaces/{space}/milestones/upcoming")
def list_upcoming(call: Call) -> Paged:
    """62. All open ones: those overdue are among them, those without a day come last."""
    return Paged(sorted_by(_of_space(call, is_completed=False), "due_date", False), PAGE)


@routes.get("/spaces/{space}/milestones/completed")
def list_completed(call: Call) -> Paged:
    """63. The latest first."""
    return Paged(sorted_by(_of_space(call, is_completed=True), "completed_date", True), PAGE)


@routes.get("/spaces/{space}/milestones/release_notes")
def list_released(call: Call) -> Paged:
    """64."""
    return Paged([row for row in _of_space(call) if row["release_notes"]], PAGE)


@routes.get("/spaces/{space}/milestones/{milestone}")
def get_milestone(call: Call) -> Row:
    """65."""
    return in_zone(find_by_id(_of_space(call), call.args["milestone"]), ACCOUNT_ZONE)
