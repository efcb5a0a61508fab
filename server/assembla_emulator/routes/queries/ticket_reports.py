"""Which tickets a list of the API holds, and in what order: reports, states, `sort_by`. Paging is not here."""

from collections.abc import Callable
from dataclasses import dataclass

from assembla_emulator.database.tables import Row
from assembla_emulator.factories.ticket_setup import CLOSED, OPEN
from assembla_emulator.factories.tickets import tickets
from assembla_emulator.responses import Paged
from assembla_emulator.routes.queries.sorting import sorted_by
from assembla_emulator.routing import Call

PAGE = 10

SORTS = frozenset(
    {
        *("id", "number", "summary", "priority", "completed_date", "created_on", "importance", "is_story"),
        *("milestone_id", "updated_at", "working_hours", "estimate", "total_estimate", "total_invested_hours"),
        "total_working_hours",
    }
)

ACTIVE, DONE, ANY = frozenset({OPEN}), frozenset({CLOSED}), frozenset({OPEN, CLOSED})


@dataclass(frozen=True)
class Report:
    """A predefined report: the states it keeps, the order it has where none is asked for, and by which field
    its tickets are the viewer's, if it is about those."""

    states: frozenset[int]
    order: str = "number"
    mine: str | None = None

    def keeps(self, ticket: Row, viewer: str | None) -> bool:
        """Whether the ticket is in it, for this viewer."""
        return ticket["state"] in self.states and (self.mine is None or viewer in (ticket[self.mine] or "").split(","))


REPORTS = {
    "0": Report(ANY, "priority"),
    "1": Report(ACTIVE, "milestone_id"),
    "2": Report(ANY),
    "3": Report(ACTIVE, "assigned_to_id"),
    "4": Report(DONE, "milestone_id"),
    "5": Report(DONE, "completed_date"),
    "6": Report(ANY, mine="assigned_to_id"),
    "7": Report(ACTIVE, mine="assigned_to_id"),
    "8": Report(DONE, mine="assigned_to_id"),
    "9": Report(ACTIVE, mine="notification_list"),
}
"""As the newest page has them; older sources agree on 0, 1, 3 and 4 alone."""

DEFAULT_REPORT = REPORTS["1"]
FOLLOWED = Report(ANY, mine="notification_list")


def of_report(call: Call, report: Report) -> Paged:
    """The space's tickets that are in a predefined report."""
    viewer = None if report.mine is None else call.user["id"]
    return of_space(call, (report, viewer), lambda ticket: report.keeps(ticket, viewer), report.order)


def of_space(call: Call, key: object, keep: Callable[[Row], bool], order: str = "number") -> Paged:
    """The space's tickets that `keep` keeps, sorted as is asked for, else by `order`.

    The list is cached until a ticket changes, under a `key` that must tell all that `keep` goes by.
    """
    space_id, table = call.space["id"], tickets(call.database)
    sort_by = call.query.get("sort_by", "")
    column, descending = sort_by if sort_by in SORTS else order, call.query.get("sort_order") == "desc"

    def compute() -> list[Row]:
        return sorted_by(filter(keep, table.where(space_id=space_id)), column, descending)

    return Paged(table.cached((space_id, key, column, descending), compute), PAGE)
