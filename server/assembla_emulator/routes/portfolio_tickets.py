"""Tickets of a portfolio: endpoints 151 and 152. For its managers."""

from assembla_emulator.database.tables import Row
from assembla_emulator.factories.tickets import tickets
from assembla_emulator.responses import Paged, Refused, not_found
from assembla_emulator.routes.portfolio import spaces_managed
from assembla_emulator.routes.queries.ticket_reports import ACTIVE, ANY, DONE, PAGE
from assembla_emulator.routing import Call, Routes

REPORTS = ((1, "Active by Space", ACTIVE), (2, "Closed by Space", DONE), (3, "All by Space", ANY))

routes = Routes()


@routes.get("/tickets")
def list_tickets(call: Call) -> Paged:
    """151. Space by space; those of the report "Active by Space" where no other is named."""
    ids = [space["id"] for space in spaces_managed(call)]
    wanted = call.query.get("filter[ticket_report]", "1")
    states = {str(report_id): states for report_id, _, states in REPORTS}.get(wanted)
    if states is None:
        raise Refused(not_found())
    table = tickets(call.database)

    def compute() -> list[Row]:
        return [ticket for each in ids for ticket in table.where(space_id=each) if ticket["state"] in states]

    return Paged(table.cached(("portfolio", *ids, states), compute), PAGE)


@routes.get("/ticket_reports")
def list_reports(call: Call) -> list[Row]:
    """152. Which fields they have is not known; they are given those of custom reports."""
    spaces_managed(call)
    return [{"id": report_id, "title": title} for report_id, title, _ in REPORTS]
