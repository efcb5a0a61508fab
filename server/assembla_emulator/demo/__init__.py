"""What the demo's Assembla holds: a made-up company's people and projects. One module per kind of data.

People and their projects are there from the start; all else is made when somebody first looks at a table of it.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from threading import RLock

from assembla_emulator.database import Database
from assembla_emulator.demo.activity import add_activity
from assembla_emulator.demo.documents import add_documents
from assembla_emulator.demo.merge_requests import add_merge_requests
from assembla_emulator.demo.milestones import add_milestones
from assembla_emulator.demo.people import add_people
from assembla_emulator.demo.personal import add_personal
from assembla_emulator.demo.portfolio import add_portfolio
from assembla_emulator.demo.projects import add_projects
from assembla_emulator.demo.ssh import add_ssh
from assembla_emulator.demo.standups import add_standups
from assembla_emulator.demo.ticket_setup import add_ticket_setup
from assembla_emulator.demo.tracker import add_tracker
from assembla_emulator.demo.wiki_pages import add_wiki_pages
from assembla_emulator.tables import Table

PARTS: dict[Callable[[Database], None], str] = {
    add_milestones: "milestones",
    add_ticket_setup: "ticket_statuses custom_fields ticket_components custom_reports tags",
    add_tracker: "tickets ticket_associations tasks",
    add_wiki_pages: "wiki_pages wiki_page_versions",
    add_documents: "documents",
    add_merge_requests: "merge_requests merge_request_versions merge_request_comments merge_request_votes"
    " merge_request_tickets",
    add_standups: "standup_reports",
    add_ssh: "ssh_servers ssh_actions ssh_launches ssh_space_keys",
    add_personal: "mentions ssh_keys",
    add_portfolio: "groups invitations",
    add_activity: "events",
}
"""What fills which tables. A part adds to no others, and changes rows of no others."""

FILLED_BY = {table: part for part, tables in PARTS.items() for table in tables.split()}


def demo_world(seed: int, now: datetime, tickets: int) -> Database:
    """A world of its own that begins as the demo's."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Database(seed, now=now, tickets=tickets, origin=_demo(seed, day, tickets))


class Demo(Database):
    """The demo's data, which nobody changes. What one part reads of another is therefore always as it was made."""

    def __init__(self, seed: int, day: datetime, tickets: int) -> None:
        self._begun: set[Callable[[Database], None]] = set()
        self._filling = RLock()
        super().__init__(seed, now=day, tickets=tickets)
        add_people(self)
        add_projects(self)

    def table(self, name: str, *indexed: str) -> Table:
        """The table of that name, filled."""
        part = FILLED_BY.get(name)
        with self._filling:
            if part is not None and part not in self._begun:
                self._begun.add(part)
                part(self)
            return super().table(name, *indexed)


_demo = lru_cache(maxsize=8)(Demo)
