"""How a demo ticket came to be as it stands: comments and changes, derived from its present state.

The last change of a field ends in what the ticket has; a closed ticket was closed at its `completed_date`.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from assembla_emulator.database.database import ACCEPTED, Database
from assembla_emulator.database.tables import Row
from assembla_emulator.demo.ticket_texts import CLOSING_COMMENTS, COMMENTS, UNTRUSTED_COMMENT, UNTRUSTED_SUMMARY
from assembla_emulator.deterministic import Draws
from assembla_emulator.factories.milestones import milestones
from assembla_emulator.factories.ticket_comments import Change, comment_row
from assembla_emulator.factories.ticket_setup import CLOSED, statuses_of

ROWS_EACH = 20  # ids are set aside for so many rows of each ticket: they do not depend on who asks first

Step = tuple[str, list[Change]]
"""A text and changes, either of which may be empty."""


def ticket_history(database: Database, ticket: Row) -> list[Row]:
    """The comment rows of a demo ticket, oldest first."""
    draws = Draws(database.seed, "history", ticket["id"])
    people = [role["user_id"] for role in database.user_roles.where(space_id=ticket["space_id"], status=ACCEPTED)]
    actors = [ticket["reporter_id"], ticket["assigned_to_id"] or ticket["reporter_id"], draws.choice(people)]
    before, after = _steps(database, ticket, draws)
    first_id = ticket["id"] * ROWS_EACH
    rows = [comment_row(first_id, ticket, ticket["reporter_id"], ticket["created_on"], "", [])]
    ended = ticket["completed_date"] or ticket["updated_at"]
    times = [*_spread(ticket["created_on"], ended, len(before), draws), *([ticket["updated_at"]] * len(after))]
    for at, (text, changes) in zip(times, before + after, strict=True):
        rows.append(comment_row(first_id + len(rows), ticket, draws.choice(actors), at, text, changes))
    return rows


def _steps(database: Database, ticket: Row, draws: Draws) -> tuple[list[Step], list[Step]]:
    """What happened up to the completion, or up to the last touch of an open ticket, and what was said after it."""
    if ticket["updated_at"] == ticket["created_on"]:
        return [], []
    steps: list[Step] = list(_moves(database, ticket, draws))
    for text in _comments(ticket, draws):
        steps.insert(draws.below(len(steps)) if steps else 0, (text, []))
    if not steps:
        steps = [(draws.choice(COMMENTS), [])]
    later = ticket["completed_date"] is not None and ticket["updated_at"] > ticket["completed_date"]
    return steps, [(draws.choice(CLOSING_COMMENTS), [])] if later else []


def _comments(ticket: Row, draws: Draws) -> Iterator[str]:
    if ticket["summary"] == UNTRUSTED_SUMMARY:
        yield UNTRUSTED_COMMENT
    for _ in range(draws.choice((0, 0, 1, 1, 2, 4))):
        yield draws.choice(COMMENTS)


def _moves(database: Database, ticket: Row, draws: Draws) -> Iterator[Step]:
    """The changes in groups: what triage did, then one status after the other, the closing one last."""
    path = _path(database, ticket, draws)
    changes = list(_triage(database, ticket, draws))
    for old, new in pairwise(path):
        yield _remark(draws), [*changes, ("status", old, new)]
        changes = []
    if changes:
        yield _remark(draws), changes


def _remark(draws: Draws) -> str:
    return draws.choice(COMMENTS) if draws.chance(0.25) else ""


def _triage(database: Database, ticket: Row, draws: Draws) -> Iterator[Change]:
    if ticket["assigned_to_id"] is not None and draws.chance(0.8):
        yield ("assigned_to_id", None, ticket["assigned_to_id"])
    if draws.chance(0.5):
        older = [row["id"] for row in milestones(database).where(space_id=ticket["space_id"])]
        before = draws.choice([*older, None])
        if before != ticket["milestone_id"]:
            yield ("milestone_id", before, ticket["milestone_id"])
    if draws.chance(0.3) and ticket["priority"] != 3:
        yield ("priority", 3, ticket["priority"])
    if draws.chance(0.15):
        yield ("summary", f"{ticket['summary'].split(':')[0]}?", ticket["summary"])
    for title, value in ticket["custom_fields"].items():
        if draws.chance(0.2):
            yield (title, None, value)


def _path(database: Database, ticket: Row, draws: Draws) -> list[str]:
    """The statuses it had, the first of the space first, some left out; now and then it was reopened."""
    statuses = statuses_of(database, ticket["space_id"])
    names = [row["name"] for row in statuses if row["state"] != CLOSED and row["name"] != ticket["status"]]
    path = [names[0] if ticket["status"] != statuses[0]["name"] else ticket["status"]]
    path += [name for name in names[1:3] if draws.chance(0.6) and ticket["status"] != path[0]]
    if ticket["completed_date"] is not None and draws.chance(0.08):
        path += [ticket["status"], path[0]]
    return path if path[-1] == ticket["status"] else [*path, ticket["status"]]


def _spread(start: datetime, end: datetime, number: int, draws: Draws) -> list[datetime]:
    """So many instants between the two, rising, the last at the end."""
    marks = sorted(draws.fraction() for _ in range(number - 1))
    return [(start + (end - start) * mark).replace(microsecond=0) for mark in marks] + [end] * min(number, 1)
