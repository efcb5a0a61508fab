"""All that the demo's Tickets, Milestones and Time tools hold, in the order in which one needs the other."""

from assembla_emulator.demo.links import add_links
from assembla_emulator.demo.milestones import add_milestones
from assembla_emulator.demo.tasks import add_tasks
from assembla_emulator.demo.ticket_setup import add_ticket_setup
from assembla_emulator.demo.tickets import add_tickets
from assembla_emulator.world import World


def add_tracker(world: World) -> None:
    """Everything about tickets."""
    add_milestones(world)
    add_ticket_setup(world)
    add_tickets(world)
    add_links(world)
    add_tasks(world)
