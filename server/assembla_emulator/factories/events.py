"""Rows of the activity stream. Ids are ours: events are sent without one, and some fields only where they are known."""

from datetime import datetime
from typing import Any

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table
from assembla_emulator.factories.documents import SITE


def events(database: Database) -> Table:
    """All events of all spaces, in the order they were added, which need not be that of their dates."""
    return database.table("events", "space_id")


def add_event(
    database: Database,
    space: Row,
    kind: str,
    operation: str,
    title: str,
    *,
    at: datetime,
    by: Row | None = None,
    **fields: Any,
) -> Row:
    """Add an event by a person, or by nobody known. `fields` are the ones that not every event has."""
    number = events(database).next_number()
    row: Row = {
        "id": number,
        "object": kind,
        "operation": operation,
        "title": title,
        "url": f"{SITE}/spaces/{space['wiki_name']}/stream/{number}",
        "date": at,
        "space_id": space["id"],
        "space_name": space["name"],
    }
    author = {} if by is None else {"author_id": by["id"], "author_name": by["name"]}
    return events(database).add(row | author | fields)
