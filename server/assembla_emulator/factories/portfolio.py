"""Rows of what belongs to the portfolio as a whole: groups, and invitations into it."""

from collections.abc import Iterable
from typing import Any

from assembla_emulator.database.database import INVITED, PORTFOLIO_ID, Database
from assembla_emulator.database.tables import Row, Table


def groups(database: Database) -> Table:
    """The portfolio's own groups of spaces and of users."""
    return database.table("groups", "type")


def invitations(database: Database) -> Table:
    """Those asked into the portfolio, answered or not."""
    return database.table("invitations", "status")


def add_group(database: Database, name: str, kind: str, items: Iterable[str]) -> Row:
    """Add a group; `kind` is `space` or `user`, `items` their ids."""
    row: Row = {
        "id": groups(database).next_number(910),
        "name": name,
        "portfolio_id": PORTFOLIO_ID,
        "type": kind,
        "items": list(items),
    }
    return groups(database).add(row)


def add_invitation(database: Database, user_id: str, role: str = "member", **fields: Any) -> Row:
    """Ask a person into the portfolio; not answered yet."""
    row: Row = {
        "id": invitations(database).next_number(77_120),
        "user_id": user_id,
        "space_id": PORTFOLIO_ID,
        "role": role,
        "status": INVITED,
        "invited_time": database.days_ago(4),
        "agreed_time": None,
        "title": None,
        "invited_by_id": database.me,
    }
    return invitations(database).add(row | fields)
