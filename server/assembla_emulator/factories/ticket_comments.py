"""Rows of ticket comments: what people wrote, and the history, which is YAML text in `ticket_changes`.

The history of a demo ticket is made when somebody first asks for it: there are many, and few are read.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import yaml

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table

Change = tuple[str, object, object]
"""A field of a ticket, what it was and what it became."""

HistoryMaker = Callable[[Database, Row], Sequence[Row]]
"""Makes the comment rows of a ticket, oldest first; a ticket's `_history` until they are asked for."""

NO_CHANGES = "--- []\n"


class _Dumper(yaml.SafeDumper):
    """Writes nothing for null, as Ruby does, and lists without indentation."""


_Dumper.add_representer(type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", ""))


def ticket_comments(database: Database) -> Table:
    """All comments that were asked for or added; `comments_of` gives those of one ticket."""
    return database.table("ticket_comments", "ticket_id")


def comments_of(database: Database, ticket: Row) -> list[Row]:
    """The comments of a ticket, newest first."""
    table = ticket_comments(database)
    make_history: HistoryMaker | None = ticket.pop("_history", None)
    for row in () if make_history is None else make_history(database, ticket):
        table.add(row)
    return sorted(table.where(ticket_id=ticket["id"]), key=lambda row: (row["created_on"], row["id"]), reverse=True)


def comment_row(comment_id: int, ticket: Row, by: str, at: datetime, text: str, changes: Sequence[Change]) -> Row:
    """A row; every change of a ticket makes one, creation one that says nothing."""
    return {
        "id": comment_id,
        "comment": text,
        "ticket_id": ticket["id"],
        "user_id": by,
        "created_on": at,
        "updated_at": at,
        "ticket_changes": changes_text(changes),
    }


def changes_text(changes: Sequence[Change]) -> str:
    """The changes as the API sends them."""
    if not changes:
        return NO_CHANGES
    triples = [list(change) for change in changes]
    return str(yaml.dump(triples, Dumper=_Dumper, explicit_start=True, allow_unicode=True, default_flow_style=False))


def write_comment(
    database: Database, ticket: Row, text: str, changes: Sequence[Change], *, by: str, at: datetime, **fields: Any
) -> Row:
    """Add a row after those the ticket has."""
    comments_of(database, ticket)
    number = ticket_comments(database).next_number(2_900_000_000)
    return ticket_comments(database).add(comment_row(number, ticket, by, at, text, changes) | fields)
