"""Rows that a Tickets tool is set up with: statuses, custom fields, components and reports. Tags are with `tags`."""

from typing import Any

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table
from assembla_emulator.database.tool_kinds import TICKETS

OPEN, CLOSED = 1, 0

FIRST_STATUSES = (("New", OPEN), ("Accepted", OPEN), ("Test", OPEN), ("Fixed", CLOSED), ("Invalid", CLOSED))
"""What a new Tickets tool comes with, in order."""


def ticket_statuses(database: Database) -> Table:
    """All statuses of all spaces; `statuses_of` gives those of one."""
    return database.table("ticket_statuses", "space_tool_id")


def custom_fields(database: Database) -> Table:
    """All custom fields of all spaces."""
    return database.table("custom_fields", "space_tool_id")


def ticket_components(database: Database) -> Table:
    """All components of all spaces."""
    return database.table("ticket_components", "_space_id")


def custom_reports(database: Database) -> Table:
    """All custom ticket reports: `_owner` is a user's id, None for the team's; `_wanted` the fields it keeps."""
    return database.table("custom_reports", "_space_id")


def tickets_tool(database: Database, space_id: str) -> Row:
    """The Tickets tool of a space that has one."""
    tool = database.space_tools.first(space_id=space_id, tool_id=TICKETS)
    if tool is None:
        raise KeyError(space_id)
    return tool


def statuses_of(database: Database, space_id: str) -> list[Row]:
    """The statuses of a space in their order; a tool that was not set up has those of a new one."""
    tool = tickets_tool(database, space_id)
    table = ticket_statuses(database)
    if not table.where(space_tool_id=tool["id"]):
        for name, state in FIRST_STATUSES:
            add_status(database, space_id, name, state)
    return sorted(table.where(space_tool_id=tool["id"]), key=lambda row: row["list_order"])


def state_of(database: Database, space_id: str, status: str) -> int:
    """Whether a status of the space is `OPEN` or `CLOSED`; it must be one."""
    for row in statuses_of(database, space_id):
        if row["name"] == status:
            return int(row["state"])
    raise ValueError(f"{status!r} is no status of this space")


def add_status(database: Database, space_id: str, name: str, state: int = OPEN, **fields: Any) -> Row:
    """Add a status, last in the list."""
    tool = tickets_tool(database, space_id)
    row: Row = {
        "id": ticket_statuses(database).next_number(13_840_242),
        "space_tool_id": tool["id"],
        "name": name,
        "state": state,
        "list_order": 1 + len(ticket_statuses(database).where(space_tool_id=tool["id"])),
        "created_at": tool["created_at"],
        "updated_at": tool["created_at"],
    }
    return ticket_statuses(database).add(row | fields)


def add_custom_field(database: Database, space_id: str, title: str, kind: str = "Text", **fields: Any) -> Row:
    """Add a custom field of type `Text`, `Numeric`, `Team List`, `List` (with `list_options`) or `Date`."""
    tool = tickets_tool(database, space_id)
    row: Row = {
        "id": custom_fields(database).next_number(758_843),
        "space_tool_id": tool["id"],
        "type": kind,
        "title": title,
        "order": None,
        "required": False,
        "hide": False,
        "default_value": None,
        "created_at": tool["created_at"],
        "updated_at": tool["created_at"],
    }
    return custom_fields(database).add(row | fields)


def add_component(database: Database, space_id: str, name: str) -> Row:
    """Add a component, the deprecated forerunner of custom fields."""
    row: Row = {"id": ticket_components(database).next_number(2_207), "name": name, "_space_id": space_id}
    return ticket_components(database).add(row)


def add_custom_report(
    database: Database, space_id: str, title: str, *, owner: str | None = None, **wanted: object
) -> Row:
    """Add a report that keeps the tickets whose fields equal `wanted`; the team's, or the `owner`'s alone."""
    row: Row = {
        "id": custom_reports(database).next_number(12),
        "title": title,
        "_space_id": space_id,
        "_owner": owner,
        "_wanted": wanted,
    }
    return custom_reports(database).add(row)
