"""Tickets of a space: endpoints 14 to 21, 25 and 26. Single reads write times with an offset, lists in UTC."""

from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import TICKETS
from assembla_emulator.factories.documents import documents
from assembla_emulator.factories.milestones import milestones
from assembla_emulator.factories.tags import tags
from assembla_emulator.factories.ticket_setup import custom_reports
from assembla_emulator.factories.tickets import tickets
from assembla_emulator.responses import Paged, Refused, in_zone, not_found
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routes.queries.ticket_reports import (
    ACTIVE,
    ANY,
    DEFAULT_REPORT,
    DONE,
    FOLLOWED,
    REPORTS,
    of_report,
    of_space,
)
from assembla_emulator.routes.spaces import ACCOUNT_ZONE
from assembla_emulator.routing import Call, Routes

STATES = {"active": ACTIVE, "closed": DONE, "all": ANY}

routes = Routes(TICKETS)


@routes.get("/spaces/{space}/tickets")
def list_tickets(call: Call) -> list[Row] | Paged:
    """14. Numbers rule all other parameters out, paging too; without a report the space's own rules."""
    numbers = [*call.query.getlist("number"), *call.query.getlist("number[]")]
    if numbers:
        return _numbered(call, numbers)
    wanted = call.query.get("report")
    if wanted is not None and wanted.startswith("u"):
        return _of_custom_report(call, wanted[1:])
    report = DEFAULT_REPORT if wanted is None else REPORTS.get(wanted)
    if report is None:
        raise Refused(not_found())
    return of_report(call, report)


def _numbered(call: Call, numbers: list[str]) -> list[Row]:
    """In the order of their numbers; those that do not exist are left out."""
    space_id, table = call.space["id"], tickets(call.database)
    readable = sorted({int(number) for number in numbers if _is_whole(number)})
    found = (table.first(space_id=space_id, number=number) for number in readable)
    return [ticket for ticket in found if ticket is not None]


def _of_custom_report(call: Call, report_id: str) -> Paged:
    report = find_by_id(_reports_seen(call), report_id)
    wanted: Row = report["_wanted"]
    return of_space(call, ("u", report_id), lambda ticket: all(ticket[name] == wanted[name] for name in wanted))


@routes.get("/spaces/{space}/tickets/my_active")
def list_mine(call: Call) -> Paged:
    """15."""
    return of_report(call, REPORTS["7"])


@routes.get("/spaces/{space}/tickets/my_followed")
def list_followed(call: Call) -> Paged:
    """16. Closed ones too."""
    return of_report(call, FOLLOWED)


@routes.get("/spaces/{space}/tickets/milestone/{milestone}")
def list_of_milestone(call: Call) -> Paged:
    """17. The active ones where no `ticket_status` is said, or none that is known."""
    of_them = milestones(call.database).where(space_id=call.space["id"])
    milestone_id = find_by_id(of_them, call.args["milestone"])["id"]
    states = STATES.get(call.query.get("ticket_status", "active"), ACTIVE)

    def keep(ticket: Row) -> bool:
        return ticket["milestone_id"] == milestone_id and ticket["state"] in states

    return of_space(call, ("milestone", milestone_id, states), keep)


@routes.get("/spaces/{space}/tickets/no_milestone")
def list_without_milestone(call: Call) -> Paged:
    """18. In every state."""
    return of_space(call, "no milestone", lambda ticket: ticket["milestone_id"] is None)


@routes.get("/spaces/{space}/tickets/custom_reports")
def list_custom_reports(call: Call) -> Row | None:
    """19. An object of two lists, the team's and one's own; 204 where both are empty."""
    reports = _reports_seen(call)
    lists: Row = {"team_reports": [], "user_reports": []}
    for report in reports:
        whose = "team_reports" if report["_owner"] is None else "user_reports"
        lists[whose].append({"id": report["id"], "title": report["title"]})
    return lists if reports else None


def _reports_seen(call: Call) -> list[Row]:
    reports = custom_reports(call.database).where(_space_id=call.space["id"])
    return [report for report in reports if report["_owner"] in (None, call.viewer)]


@routes.get("/spaces/{space}/tickets/{number}")
def get_ticket(call: Call) -> Row:
    """20."""
    return in_zone(ticket_of(call), ACCOUNT_ZONE)


@routes.get("/spaces/{space}/tickets/id/{ticket}")
def get_ticket_by_id(call: Call) -> Row:
    """21. A ticket of another space is not found."""
    ticket = tickets(call.database).get(_whole(call.args["ticket"]))
    if ticket is None or ticket["space_id"] != call.space["id"]:
        raise Refused(not_found())
    return in_zone(ticket, ACCOUNT_ZONE)


def ticket_of(call: Call) -> Row:
    """The ticket whose number the path gives, never its id."""
    ticket = tickets(call.database).first(space_id=call.space["id"], number=_whole(call.args["number"]))
    if ticket is None:
        raise Refused(not_found())
    return ticket


def _whole(text: str) -> int:
    if not _is_whole(text):
        raise Refused(not_found())
    return int(text)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20


@routes.get("/spaces/{space}/tickets/{number}/attachments")
def list_attachments(call: Call) -> list[Row]:
    """25. The documents that hang on the ticket, by its id."""
    ticket_id = ticket_of(call)["id"]
    return documents(call.database).where(ticket_id=ticket_id, attachable_type="Ticket", attachable_id=ticket_id)


@routes.get("/spaces/{space}/tickets/{number}/tags")
def list_tags(call: Call) -> list[Row]:
    """26."""
    return [tag for tag in map(tags(call.database).get, ticket_of(call)["_tag_ids"]) if tag is not None]
