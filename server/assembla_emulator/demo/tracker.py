"""The demo's tickets with what leaves traces on them: plans sum up estimates, time entries sum up hours."""

from assembla_emulator.demo.links import add_links
from assembla_emulator.demo.tasks import add_tasks
from assembla_emulator.demo.tickets import add_tickets
from assembla_emulator.world import World


def add_tracker(world: World) -> None:
    """All three, in the order in which one needs the other."""
    add_tickets(world)
    add_links(world)
    add_tasks(world)
