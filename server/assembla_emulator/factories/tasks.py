"""Rows of time entries, which the API calls tasks. Their hours are text."""

from typing import Any

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table
from assembla_emulator.factories.tickets import tickets


def tasks(database: Database) -> Table:
    """All time entries of all spaces."""
    return database.table("tasks", "space_id", "user_id", "ticket_id")


def add_task(
    database: Database,
    space_id: str,
    hours: str = "1.0",
    description: str = "Work",
    ticket: Row | None = None,
    **fields: Any,
) -> Row:
    """Add hours (a decimal such as `"1.5"`), maybe on a ticket, whose invested hours grow by them."""
    number = tasks(database).next_number(4_410_005)
    began = fields.get("begin_at") or database.days_ago(1 + number % 7)
    row: Row = {
        "id": number,
        "description": description,
        "url": None,
        "hours": hours,
        "begin_at": began,
        "end_at": began,
        "billed": False,
        "space_id": space_id,
        "ticket_number": None if ticket is None else ticket["number"],
        "ticket_id": None if ticket is None else ticket["id"],
        "user_id": database.me,
        "job_agreement_id": None,
        "created_at": fields.get("end_at") or began,
        "updated_at": fields.get("end_at") or began,
    }
    if ticket is not None:
        invested = round(ticket["total_invested_hours"] + float(hours), 2)
        tickets(database).update(ticket, total_invested_hours=invested)
    return tasks(database).add(row | fields)
