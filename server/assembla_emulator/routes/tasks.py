"""Time entries: endpoints 93 and 94, and 153 of a portfolio. One sees one's own, and all in spaces one owns."""

from datetime import UTC, datetime

from assembla_emulator.database.tables import Row
from assembla_emulator.factories.tasks import tasks
from assembla_emulator.responses import Paged, Refused, invalid
from assembla_emulator.routes.portfolio import people_wanted, spaces_managed, spaces_wanted
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routes.queries.dates import DAYS
from assembla_emulator.routes.queries.sorting import sorted_by
from assembla_emulator.routing import Call, Routes

PAGE = 25
SORTS = frozenset({"id", "begin_at", "end_at", "billed", "created_at", "updated_at", "description"})

routes = Routes()


@routes.get("/tasks")
def list_tasks(call: Call) -> Paged:
    """93 and 153. The latest first, unless a sort is asked for, which then goes up."""
    rows = [task for task in _within(call, _seen(call)) if _asked_for(call, task)]
    by = call.query.get("sort_by", "")
    if by in SORTS:
        return Paged(sorted_by(rows, by, call.query.get("sort_order") == "desc"), PAGE)
    return Paged(sorted_by(rows, "begin_at", call.query.get("sort_order") != "asc"), PAGE)


@routes.get("/tasks/{task}")
def get_task(call: Call) -> Row:
    """94."""
    return find_by_id(_mine(call), call.args["task"])


def _seen(call: Call) -> list[Row]:
    if "portfolio" not in call.query:
        return _mine(call)
    spaces, people = spaces_wanted(call, spaces_managed(call)), people_wanted(call)
    found = (task for space in spaces for task in tasks(call.database).where(space_id=space["id"]))
    return [task for task in found if task["user_id"] in people]


def _mine(call: Call) -> list[Row]:
    database, me = call.database, call.user["id"]
    table, spaces = tasks(database), database.spaces_of(me)
    owned = [space for space in spaces if database.role_of(me, space) == "owner"]
    others = [task for space in owned for task in table.where(space_id=space["id"]) if task["user_id"] != me]
    ids = {space["id"] for space in spaces}
    return [*(task for task in table.where(user_id=me) if task["space_id"] in ids), *others]


def _asked_for(call: Call, task: Row) -> bool:
    """Whether all lists of ids that are sent have the task's."""
    wanted = {"space_id": "spaces[]", "user_id": "users[]", "ticket_id": "ticket_ids[]"}
    return all(
        parameter not in call.query or str(task[column]) in call.query.getlist(parameter)
        for column, parameter in wanted.items()
    )


def _within(call: Call, rows: list[Row]) -> list[Row]:
    start, end = _moment(call, "from"), _moment(call, "to")
    later = [task for task in rows if start is None or task["begin_at"] >= start]
    return [task for task in later if end is None or task["begin_at"] <= end]


def _moment(call: Call, name: str) -> datetime | None:
    """A day, or a minute of it, in any of the forms that are known; anything else is refused (422)."""
    text = call.query.get(name)
    if text is None:
        return None
    for form in (f"{day}{minute}" for day in DAYS for minute in ("", " %H:%M")):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise Refused(invalid(**{name: ["is not a date"]}))
