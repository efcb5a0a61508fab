"""Rows of mentions. Whom a mention is for is not among the fields that are sent."""

from typing import Any

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table


def mentions(database: Database) -> Table:
    """All mentions of everybody; `_user_id` is who was mentioned."""
    return database.table("mentions", "_user_id")


def add_mention(database: Database, of: str, by: str, message: str, link: str, **fields: Any) -> Row:
    """Mention the person of id `of` in something that the person of id `by` wrote, unread."""
    row: Row = {
        "id": mentions(database).next_number(52_700),
        "author_id": by,
        "link": link,
        "message": message,
        "read": False,
        "created_at": database.days_ago(3),
        "_user_id": of,
    }
    return mentions(database).add(row | fields)
