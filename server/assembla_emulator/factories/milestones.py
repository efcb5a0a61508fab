"""Rows of milestones."""

from typing import Any

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table

NO_PLANNER, BACKLOG, CURRENT = 0, 1, 2
LEVELS = {None: "None", 1: "Alpha", 2: "Beta", 3: "Stable"}


def milestones(database: Database) -> Table:
    """All milestones of all spaces."""
    return database.table("milestones", "space_id")


def add_milestone(database: Database, space_id: str, title: str, **fields: Any) -> Row:
    """Add an open milestone. Dates are dates; `start_date` and `budget` are sent only where they are given."""
    number = milestones(database).next_number(13_120_027)
    made = database.days_ago(200 - number % 150)
    row: Row = {
        "id": number,
        "due_date": None,
        "title": title,
        "user_id": None,
        "created_at": made,
        "created_by": database.me,
        "space_id": space_id,
        "description": None,
        "is_completed": False,
        "completed_date": None,
        "updated_at": made,
        "updated_by": database.me,
        "release_level": None,
        "release_notes": None,
        "planner_type": NO_PLANNER,
        "pretty_release_level": LEVELS[fields.get("release_level")],
    }
    if fields.get("is_completed"):
        row["completed_date"] = made.date()
    return milestones(database).add(row | fields)
