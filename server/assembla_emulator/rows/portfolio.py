"""Rows of what belongs to the portfolio as a whole: groups, and invitations into it."""

from collections.abc import Iterable
from typing import Any

from assembla_emulator.tables import Row, Table
from assembla_emulator.world import INVITED, PORTFOLIO_ID, World


def groups(world: World) -> Table:
    """The portfolio's own groups of spaces and of users."""
    return world.table("groups", "type")


def invitations(world: World) -> Table:
    """Those asked into the portfolio, answered or not."""
    return world.table("invitations", "status")


def add_group(world: World, name: str, kind: str, items: Iterable[str]) -> Row:
    """Add a group; `kind` is `space` or `user`, `items` their ids."""
    row: Row = {
        "id": groups(world).next_number(910),
        "name": name,
        "portfolio_id": PORTFOLIO_ID,
        "type": kind,
        "items": list(items),
    }
    return groups(world).add(row)


def add_invitation(world: World, user_id: str, role: str = "member", **fields: Any) -> Row:
    """Ask a person into the portfolio; not answered yet."""
    row: Row = {
        "id": invitations(world).next_number(77_120),
        "user_id": user_id,
        "space_id": PORTFOLIO_ID,
        "role": role,
        "status": INVITED,
        "invited_time": world.days_ago(4),
        "agreed_time": None,
        "title": None,
        "invited_by_id": world.me,
    }
    return invitations(world).add(row | fields)
