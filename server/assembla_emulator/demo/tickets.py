"""The tickets of the spaces as they stand today. Their histories are made by `ticket_histories`, when asked for.

Each is drawn from the seed, its space and its number alone, so a larger demo begins with the same draws.
"""

from bisect import bisect_left
from datetime import datetime, timedelta

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row
from assembla_emulator.demo.ticket_histories import ticket_history
from assembla_emulator.demo.ticket_options import TicketOptions, ticket_options
from assembla_emulator.demo.ticket_texts import (
    EPICS,
    PECULIAR,
    STORIES,
    SUBTASKS,
    planned_summary,
    summary_and_description,
)
from assembla_emulator.deterministic import Draws
from assembla_emulator.factories.ticket_setup import CLOSED, OPEN
from assembla_emulator.factories.tickets import EPIC, NO_LEVEL, STORY, SUBTASK, ticket_row, tickets

SHARES = {
    "harbour-app": 560,
    "lighthouse": 240,
    "tidewater-billing": 170,
    "harbour-website": 80,
    "open-tide-tables": 70,
    "weekend-robots": 25,
    "payroll-migration": 25,
    "blackpine-instruments": 10,
    "harbour-website-next": 8,
    "space_name": 6,
    "project-template": 6,
}
"""Tickets of each space among `WHOLE`. A larger demo has more in `LARGEST` alone, a smaller one fewer in all."""

WHOLE = sum(SHARES.values())
LARGEST = "harbour-app"
CLOSED_SHARE = {"harbour-website": 0.95, "harbour-website-next": 0.05, "project-template": 0.0}

PRIORITIES = (1, *(2,) * 4, *(3,) * 10, *(4,) * 4, 5)
ESTIMATES = (0.0, 0.5, *(1.0,) * 5, 2.0, 2.0, 3.0, 5.0, 8.0, 13.0)
SIZES = (0, 1, 4, 7)
VALUES = {"Text": "2.{0}.{1}", "Numeric": "{0}{1}"}

HIERARCHY = {0: EPIC, 1: STORY, 2: SUBTASK, 3: SUBTASK, 12: STORY, 13: SUBTASK, 14: SUBTASK}
"""By a ticket's number modulo `ROUND`: an epic, and two stories with two subtasks each."""

ROUND, FIRST_ROUND = 30, 10


def add_tickets(database: Database) -> None:
    """All tickets, space by space."""
    for name, number in counts(database.tickets).items():
        space = database.find_space(name)
        assert space is not None, name
        _add_to(database, space, number)


def counts(total: int) -> dict[str, int]:
    """How many tickets each space has."""
    small = {name: share * min(total, WHOLE) // WHOLE for name, share in SHARES.items() if name != LARGEST}
    return {LARGEST: total - sum(small.values())} | small


def _add_to(database: Database, space: Row, number: int) -> None:
    options = ticket_options(database, space)
    table = tickets(database)
    for each in range(1, number + 1):
        draws = Draws(database.seed, "ticket", space["wiki_name"], each)
        slot = (number - each + 0.05 + 0.9 * draws.fraction()) / number
        made = options.began + (database.today - options.began) * (1 - slot)
        row = ticket_row(database, space["id"], each, made.replace(microsecond=0), draws.choice(options.reporters))
        row.update(_drawn(database, options, row, draws))
        table.add(row)


def _drawn(database: Database, options: TicketOptions, row: Row, draws: Draws) -> Row:
    """All that a new ticket does not have."""
    project, number, made = options.project, row["number"], row["created_on"]
    level = HIERARCHY.get(number % ROUND, NO_LEVEL) if number >= FIRST_ROUND else NO_LEVEL
    summary, description = _texts(draws, project, number, level)
    state = _state(database, options, made, draws)
    closed, touched = _times(database, made, state, draws)
    assigned = draws.choice(options.members) if draws.chance(0.8 if state == OPEN else 0.95) else None
    estimate = draws.choice(ESTIMATES)
    left = 0.0 if state == CLOSED else round(estimate * draws.below(5) / 4, 2)
    drawn: Row = {
        "summary": summary,
        "description": description,
        "priority": draws.choice(PRIORITIES),
        "completed_date": closed,
        "component_id": draws.choice(options.components) if options.components and draws.chance(0.7) else None,
        "permission_type": draws.choice((0, 0, 0, 0, 1, 2)) if options.support else 0,
        "importance": row["importance"] if draws.chance(0.9) else number / 2 + 0.25,
        "is_story": level == STORY,
        "milestone_id": _milestone(options, closed, draws),
        "notification_list": _followers(options, row["reporter_id"], assigned, draws),
        "state": state,
        "status": _status(options, state, draws),
        "story_importance": draws.choice(SIZES) if level == STORY else 0,
        "updated_at": touched,
        "working_hours": left,
        "estimate": estimate,
        "total_estimate": estimate,
        "total_working_hours": left,
        "assigned_to_id": assigned,
        "custom_fields": _custom_values(database, options, made, draws),
        "hierarchy_type": level,
        "_tag_ids": sorted({draws.choice(options.tags) for _ in range(draws.below(4))}) if options.tags else [],
        "_history": ticket_history,
    }
    if made > database.days_ago(300):
        drawn["due_date"] = (made + timedelta(days=10 + draws.below(60))).date() if draws.chance(0.25) else None
    return drawn


def _texts(draws: Draws, project: str, number: int, level: int) -> tuple[str, str | None]:
    if number in PECULIAR:
        return PECULIAR[number]
    summary, description = summary_and_description(draws, project)
    forms = {EPIC: EPICS, STORY: STORIES, SUBTASK: SUBTASKS}.get(level)
    return (summary, description) if forms is None else (planned_summary(draws, project, forms), None)


def _state(database: Database, options: TicketOptions, made: datetime, draws: Draws) -> int:
    """The older, the more likely closed; never on the day it was made."""
    if made > database.days_ago(1):
        return OPEN
    old = (database.today - made) / (database.today - options.began)
    share = CLOSED_SHARE.get(options.project, 0.2 + 0.7 * old)
    return CLOSED if draws.chance(share) else OPEN


def _times(database: Database, made: datetime, state: int, draws: Draws) -> tuple[datetime | None, datetime]:
    """When it was completed, and when it was touched last."""
    rest = database.today - made
    if state == OPEN:
        touched = made if draws.chance(0.2) else made + rest * (0.02 + 0.95 * draws.fraction())
        return None, touched.replace(microsecond=0)
    closed = made + min(rest * 0.9, timedelta(days=50)) * max(0.05, draws.fraction() ** 2)
    touched = closed + min(database.today - closed, timedelta(days=9)) * draws.fraction()
    closed = closed.replace(microsecond=0)
    return closed, closed if draws.chance(0.7) else touched.replace(microsecond=0)


def _status(options: TicketOptions, state: int, draws: Draws) -> str:
    """The first of a state is the most common."""
    names = options.statuses[state]
    return names[0] if draws.chance(0.4) else draws.choice(names)


def _milestone(options: TicketOptions, closed: datetime | None, draws: Draws) -> int | None:
    """For closed tickets mostly the milestone that was completed next."""
    if closed is None or not options.finished or draws.chance(0.1):
        return draws.choice(options.ahead)
    next_one = bisect_left(options.days_finished, closed)
    return options.finished[next_one] if next_one < len(options.finished) else draws.choice(options.ahead)


def _followers(options: TicketOptions, reporter: str, assigned: str | None, draws: Draws) -> str:
    if draws.chance(0.03):
        return ""
    others = [draws.choice(options.reporters) for _ in range(draws.below(3))]
    return ",".join(dict.fromkeys(one for one in (reporter, assigned, *others) if one is not None))


def _custom_values(database: Database, options: TicketOptions, made: datetime, draws: Draws) -> dict[str, str]:
    """Old tickets are from before the fields; of the others, each has what is required and some of the rest."""
    if made < database.days_ago(450):
        return {}
    filled = (field for field in options.fields if field["required"] or draws.chance(0.3))
    return {field["title"]: _custom_value(options, field, made, draws) for field in filled}


def _custom_value(options: TicketOptions, field: Row, made: datetime, draws: Draws) -> str:
    if field["type"] == "Team List":
        return draws.choice(options.members)
    if field["type"] == "Date":
        return (made - timedelta(days=draws.below(20))).date().isoformat()
    if field["type"] == "List":
        choices: tuple[str, ...] = field["_choices"]
        return draws.choice(choices)
    return VALUES[field["type"]].format(draws.below(10), draws.below(10))
