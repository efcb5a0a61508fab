"""Who does things in a space."""

from assembla_emulator.database.database import ACCEPTED, Database
from assembla_emulator.database.tables import Row


def team_of(database: Database, space: Row) -> list[Row]:
    """The people who own or work in the space, in the order they joined."""
    roles = database.user_roles.where(space_id=space["id"], status=ACCEPTED)
    return [database.user(role["user_id"]) for role in roles if role["role"] != "watcher"]
