"""Rows of mentions. Whom a mention is for is not among the fields that are sent."""

from typing import Any

from assembla_emulator.tables import Row, Table
from assembla_emulator.world import World


def mentions(world: World) -> Table:
    """All mentions of everybody; `_user_id` is who was mentioned."""
    return world.table("mentions", "_user_id")


def add_mention(world: World, of: str, by: str, message: str, link: str, **fields: Any) -> Row:
    """Mention the person of id `of` in something that the person of id `by` wrote, unread."""
    row: Row = {
        "id": mentions(world).next_number(52_700),
        "author_id": by,
        "link": link,
        "message": message,
        "read": False,
        "created_at": world.days_ago(3),
        "_user_id": of,
    }
    return mentions(world).add(row | fields)
