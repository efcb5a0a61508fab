"""The demo's database: people and spaces from the start, each other table filled when it is first looked at."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from threading import RLock

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Table
from assembla_emulator.demo.activity import add_activity
from assembla_emulator.demo.documents import add_documents
from assembla_emulator.demo.merge_requests import add_merge_requests
from assembla_emulator.demo.milestones import add_milestones
from assembla_emulator.demo.people import add_people
from assembla_emulator.demo.personal import add_personal
from assembla_emulator.demo.portfolio import add_portfolio
from assembla_emulator.demo.repositories import add_repositories
from assembla_emulator.demo.spaces import add_spaces
from assembla_emulator.demo.ssh import add_ssh
from assembla_emulator.demo.standups import add_standups
from assembla_emulator.demo.ticket_setup import add_ticket_setup
from assembla_emulator.demo.tracker import add_tracker
from assembla_emulator.demo.wiki_pages import add_wiki_pages

PARTS: dict[Callable[[Database], None], str] = {
    add_milestones: "milestones",
    add_ticket_setup: "ticket_statuses custom_fields ticket_components custom_reports tags",
    add_tracker: "tickets ticket_associations tasks",
    add_wiki_pages: "wiki_pages wiki_page_versions",
    add_documents: "documents",
    add_merge_requests: "merge_requests merge_request_versions merge_request_comments merge_request_votes"
    " merge_request_tickets",
    add_repositories: "branches repository_tags commits",
    add_standups: "standup_reports",
    add_ssh: "ssh_servers ssh_actions ssh_launches ssh_space_keys",
    add_personal: "mentions ssh_keys",
    add_portfolio: "groups invitations",
    add_activity: "events",
}
"""Which function fills which tables. It adds to no others, and changes rows of no others."""

FILLED_BY = {table: part for part, tables in PARTS.items() for table in tables.split()}


def demo_database(seed: int, now: datetime, tickets: int) -> Database:
    """A database of its own that begins as a copy of the demo's."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Database(seed, now=now, tickets=tickets, origin=_demo(seed, day, tickets))


class DemoDatabase(Database):
    """The original, shared by all copies and never changed: what one part reads of another is as it was made."""

    def __init__(self, seed: int, day: datetime, tickets: int) -> None:
        self._begun: set[Callable[[Database], None]] = set()
        self._filling = RLock()
        super().__init__(seed, now=day, tickets=tickets)
        add_people(self)
        add_spaces(self)

    def table(self, name: str, *indexed: str) -> Table:
        """The table of that name, filled."""
        part = FILLED_BY.get(name)
        with self._filling:
            if part is not None and part not in self._begun:
                self._begun.add(part)
                part(self)
            return super().table(name, *indexed)


_demo = lru_cache(maxsize=8)(DemoDatabase)
