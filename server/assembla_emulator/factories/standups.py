"""Rows of stand-up reports, the usual ones and those of people who are away."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table


def standup_reports(database: Database) -> Table:
    """All reports of all spaces."""
    return database.table("standup_reports", "space_id", "filled_for")


def add_standup_report(database: Database, space: Row, person_id: str, day: date, **fields: Any) -> Row:
    """Add a person's report for a day, filled in the evening before; `away_flag=True` makes it one of absence."""
    minutes = len(standup_reports(database)) % 90
    filled = datetime.combine(day, time(), UTC) - timedelta(hours=8) + timedelta(minutes=minutes)
    row: Row = {
        "id": standup_reports(database).next_number(88_410),
        "what_i_did": None,
        "what_i_will_do": None,
        "user_id": person_id,
        "space_id": space["id"],
        "roadblocks": None,
        "created_at": filled,
        "updated_at": filled,
        "filled_for": day,
        "away_flag": False,
    }
    return standup_reports(database).add(row | fields)
