"""The demo's tickets with what changes them: links sum up estimates, time entries sum up hours."""

from assembla_emulator.database.database import Database
from assembla_emulator.demo.tasks import add_tasks
from assembla_emulator.demo.ticket_associations import add_links
from assembla_emulator.demo.tickets import add_tickets


def add_tracker(database: Database) -> None:
    """All three, in the order in which one needs the other."""
    add_tickets(database)
    add_links(database)
    add_tasks(database)
