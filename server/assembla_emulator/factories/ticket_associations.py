"""Rows of links between tickets."""

from typing import Any

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table

PARENT, CHILD, RELATED, DUPLICATE, SIBLING, STORY, SUBTASK, DEPENDENT, BLOCK = range(9)

TURNED = {CHILD: PARENT, SUBTASK: STORY}
"""What the API makes of a link posted from the other side; the first was not recorded."""


def ticket_associations(database: Database) -> Table:
    """All links of all spaces."""
    return database.table("ticket_associations", "ticket1_id", "ticket2_id")


def link_tickets(database: Database, first: Row, second: Row, relationship: int = RELATED, **fields: Any) -> Row:
    """Link two tickets as the API does: what `second` is to `first`, maybe turned round."""
    if relationship in TURNED:
        first, second, relationship = second, first, TURNED[relationship]
    return keep_link(database, first, second, relationship, **fields)


def keep_link(database: Database, first: Row, second: Row, relationship: int, **fields: Any) -> Row:
    """Link two tickets the way round they are given, as older links are kept."""
    row: Row = {
        "id": ticket_associations(database).next_number(8_830_009),
        "ticket1_id": first["id"],
        "ticket2_id": second["id"],
        "relationship": relationship,
        "created_at": max(first["created_on"], second["created_on"]),
    }
    return ticket_associations(database).add(row | fields)
