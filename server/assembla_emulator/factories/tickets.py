"""Rows of tickets, and changes that are recorded in their history."""

from datetime import datetime, timedelta
from typing import Any

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table
from assembla_emulator.factories.tags import tag_ids, tag_names
from assembla_emulator.factories.ticket_comments import Change, comments_of, write_comment
from assembla_emulator.factories.ticket_setup import CLOSED, OPEN, state_of, statuses_of

NO_LEVEL, SUBTASK, STORY, EPIC = range(4)
FIRST_ID = 141_000_208


def tickets(database: Database) -> Table:
    """All tickets of all spaces."""
    return database.table("tickets", "space_id", "number")


def next_moment(database: Database) -> datetime:
    """An instant later than all demo data and than all that were given before; whole seconds."""
    return database.today + timedelta(seconds=database.next_count("moment"))


def ticket_row(database: Database, space_id: str, number: int, made: datetime, reporter: str) -> Row:
    """A ticket as the API makes it when only a summary is sent, status aside."""
    return {
        "id": tickets(database).next_number(FIRST_ID),
        "number": number,
        "summary": "",
        "description": None,
        "priority": 3,
        "completed_date": None,
        "component_id": None,
        "created_on": made,
        "permission_type": 0,
        "importance": -float(number),
        "is_story": False,
        "milestone_id": None,
        "notification_list": reporter,
        "space_id": space_id,
        "state": OPEN,
        "status": "New",
        "story_importance": 0,
        "updated_at": made,
        "working_hours": 0.0,
        "estimate": 1.0,
        "total_estimate": 1.0,
        "total_invested_hours": 0.0,
        "total_working_hours": 0.0,
        "assigned_to_id": None,
        "reporter_id": reporter,
        "custom_fields": {},
        "hierarchy_type": NO_LEVEL,
        "_tag_ids": [],
    }


def add_ticket(database: Database, space_id: str, summary: str = "Plain", **fields: Any) -> Row:
    """Add a ticket. `fields` are API fields; `tags` are names, `state` follows `status`.

    `due_date` is sent only where it is given, as on tickets made since the API has it.
    """
    number = fields.get("number") or _free_number(database, space_id)
    made = fields.get("created_on") or next_moment(database)
    row = ticket_row(database, space_id, number, made, fields.get("reporter_id") or database.me)
    fields.setdefault("status", statuses_of(database, space_id)[0]["name"])
    row["_tag_ids"] = tag_ids(database, space_id, fields.pop("tags", []))
    row["state"] = state_of(database, space_id, fields["status"])
    row["is_story"] = fields.get("hierarchy_type") == STORY
    if row["state"] == CLOSED:
        row["completed_date"] = fields.get("updated_at", made)
    for part in ("estimate", "working_hours"):
        row[f"total_{part}"] = fields.get(part, row[part])
    ticket = tickets(database).add(row | {"summary": summary} | fields)
    write_comment(database, ticket, "", [], by=ticket["reporter_id"], at=made)
    return ticket


def change_ticket(
    database: Database,
    ticket: Row,
    *,
    by: str | None = None,
    at: datetime | None = None,
    comment: str = "",
    **fields: Any,
) -> Row:
    """Change API fields of a ticket, `tags` by name; returns the comment row that records it."""
    comments_of(database, ticket)  # a history not made yet is that of the ticket as it was
    at = at or next_moment(database)
    changes = _changes(database, ticket, fields)
    tickets(database).update(ticket, **_written(database, ticket, fields, at), updated_at=at)
    return write_comment(database, ticket, comment, changes, by=by or database.me, at=at)


def add_comment(
    database: Database, ticket: Row, text: str, *, by: str | None = None, at: datetime | None = None, **fields: Any
) -> Row:
    """Say something about a ticket."""
    at = at or next_moment(database)
    tickets(database).update(ticket, updated_at=max(at, ticket["updated_at"]))
    return write_comment(database, ticket, text, [], by=by or database.me, at=at, **fields)


def _free_number(database: Database, space_id: str) -> int:
    taken = tickets(database)
    while taken.first(space_id=space_id, number=(number := database.next_count(f"ticket of {space_id}"))):
        pass
    return number


def _changes(database: Database, ticket: Row, fields: dict[str, Any]) -> list[Change]:
    changes: list[Change] = []
    for name, value in fields.items():
        if name == "tags":
            changes.append(("tags", ", ".join(tag_names(database, ticket["_tag_ids"])), ", ".join(value)))
        elif name == "custom_fields":
            changes.extend((title, ticket[name].get(title), new) for title, new in value.items())
        else:
            changes.append((name, ticket.get(name), value))
    return [(name, old, new) for name, old, new in changes if old != new]


def _written(database: Database, ticket: Row, fields: dict[str, Any], at: datetime) -> Row:
    """The fields as they are kept, and those that follow from them."""
    written = dict(fields)
    if "tags" in written:
        written["_tag_ids"] = tag_ids(database, ticket["space_id"], written.pop("tags"))
    if "custom_fields" in written:
        written["custom_fields"] = ticket["custom_fields"] | written["custom_fields"]
    if "status" in written:
        written["state"] = state_of(database, ticket["space_id"], written["status"])
        written["completed_date"] = None if written["state"] == OPEN else ticket["completed_date"] or at
    if "hierarchy_type" in written:
        written["is_story"] = written["hierarchy_type"] == STORY
    for part in {"estimate", "working_hours"} & written.keys():
        written[f"total_{part}"] = ticket[f"total_{part}"] + written[part] - ticket[part]
    return written
