"""Who does things in a space."""

from assembla_emulator.tables import Row
from assembla_emulator.world import ACCEPTED, World


def team_of(world: World, space: Row) -> list[Row]:
    """The people who own or work in the space, in the order they joined."""
    roles = world.user_roles.where(space_id=space["id"], status=ACCEPTED)
    return [world.user(role["user_id"]) for role in roles if role["role"] != "watcher"]
