"""Rows of tags. Which tickets have a tag is kept on the tickets, in `_tag_ids`."""

from collections.abc import Iterable
from typing import Any

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table

PROPOSED, ACTIVE, HIDDEN = 1, 2, 4


def tags(database: Database) -> Table:
    """All tags of all spaces."""
    return database.table("tags", "space_id")


def add_tag(database: Database, space_id: str, name: str, state: int | None = ACTIVE, **fields: Any) -> Row:
    """Add a tag; without a `state` it is null, as in tags that were created without one."""
    number = tags(database).next_number(1_040_017)
    made = database.days_ago(300 - number % 200)
    row: Row = {
        "id": number,
        "name": name,
        "space_id": space_id,
        "state": state,
        "created_at": made,
        "updated_at": made,
    }
    return tags(database).add(row | fields)


def tag_ids(database: Database, space_id: str, names: Iterable[str]) -> list[int]:
    """The ids of the tags of these names; names not known yet are made, active."""
    known = {row["name"]: row for row in tags(database).where(space_id=space_id)}
    return [(known.get(name) or add_tag(database, space_id, name))["id"] for name in dict.fromkeys(names)]


def tag_names(database: Database, ids: Iterable[int]) -> list[str]:
    """The names of the tags of these ids."""
    return [row["name"] for row in map(tags(database).get, ids) if row is not None]
