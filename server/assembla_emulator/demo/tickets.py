"""The tickets of the projects as they stand today. How they came there is told by `histories`, when asked for.

Each is drawn from the seed, its space and its number alone, so a larger world begins with the same draws.
"""

from bisect import bisect_left
from datetime import datetime, timedelta

from assembla_emulator.database import Database
from assembla_emulator.demo.desks import Desk, desk_of
from assembla_emulator.demo.histories import tell
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
from assembla_emulator.tables import Row

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
"""Tickets of each space among `WHOLE`. A larger world has more in `LARGEST` alone, a smaller one fewer in all."""

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
    desk = desk_of(database, space)
    table = tickets(database)
    for each in range(1, number + 1):
        draws = Draws(database.seed, "ticket", space["wiki_name"], each)
        slot = (number - each + 0.05 + 0.9 * draws.fraction()) / number
        made = desk.began + (database.today - desk.began) * (1 - slot)
        row = ticket_row(database, space["id"], each, made.replace(microsecond=0), draws.pick(desk.reporters))
        row.update(_drawn(database, desk, row, draws))
        table.add(row)


def _drawn(database: Database, desk: Desk, row: Row, draws: Draws) -> Row:
    """All that a new ticket does not have."""
    project, number, made = desk.project, row["number"], row["created_on"]
    level = HIERARCHY.get(number % ROUND, NO_LEVEL) if number >= FIRST_ROUND else NO_LEVEL
    summary, description = _words(draws, project, number, level)
    state = _state(database, desk, made, draws)
    closed, touched = _times(database, made, state, draws)
    assigned = draws.pick(desk.members) if draws.chance(0.8 if state == OPEN else 0.95) else None
    estimate = draws.pick(ESTIMATES)
    left = 0.0 if state == CLOSED else round(estimate * draws.below(5) / 4, 2)
    drawn: Row = {
        "summary": summary,
        "description": description,
        "priority": draws.pick(PRIORITIES),
        "completed_date": closed,
        "component_id": draws.pick(desk.components) if desk.components and draws.chance(0.7) else None,
        "permission_type": draws.pick((0, 0, 0, 0, 1, 2)) if desk.support else 0,
        "importance": row["importance"] if draws.chance(0.9) else number / 2 + 0.25,
        "is_story": level == STORY,
        "milestone_id": _milestone(desk, closed, draws),
        "notification_list": _followers(desk, row["reporter_id"], assigned, draws),
        "state": state,
        "status": _status(desk, state, draws),
        "story_importance": draws.pick(SIZES) if level == STORY else 0,
        "updated_at": touched,
        "working_hours": left,
        "estimate": estimate,
        "total_estimate": estimate,
        "total_working_hours": left,
        "assigned_to_id": assigned,
        "custom_fields": _custom_values(database, desk, made, draws),
        "hierarchy_type": level,
        "_tag_ids": sorted({draws.pick(desk.tags) for _ in range(draws.below(4))}) if desk.tags else [],
        "_history": tell,
    }
    if made > database.days_ago(300):
        drawn["due_date"] = (made + timedelta(days=10 + draws.below(60))).date() if draws.chance(0.25) else None
    return drawn


def _words(draws: Draws, project: str, number: int, level: int) -> tuple[str, str | None]:
    if number in PECULIAR:
        return PECULIAR[number]
    summary, description = summary_and_description(draws, project)
    forms = {EPIC: EPICS, STORY: STORIES, SUBTASK: SUBTASKS}.get(level)
    return (summary, description) if forms is None else (planned_summary(draws, project, forms), None)


def _state(database: Database, desk: Desk, made: datetime, draws: Draws) -> int:
    """The older, the more likely closed; never on the day it was made."""
    if made > database.days_ago(1):
        return OPEN
    old = (database.today - made) / (database.today - desk.began)
    share = CLOSED_SHARE.get(desk.project, 0.2 + 0.7 * old)
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


def _status(desk: Desk, state: int, draws: Draws) -> str:
    """The first of a state is the most common."""
    names = desk.statuses[state]
    return names[0] if draws.chance(0.4) else draws.pick(names)


def _milestone(desk: Desk, closed: datetime | None, draws: Draws) -> int | None:
    """For closed tickets mostly the milestone that was completed next."""
    if closed is None or not desk.finished or draws.chance(0.1):
        return draws.pick(desk.ahead)
    next_one = bisect_left(desk.days_finished, closed)
    return desk.finished[next_one] if next_one < len(desk.finished) else draws.pick(desk.ahead)


def _followers(desk: Desk, reporter: str, assigned: str | None, draws: Draws) -> str:
    if draws.chance(0.03):
        return ""
    others = [draws.pick(desk.reporters) for _ in range(draws.below(3))]
    return ",".join(dict.fromkeys(one for one in (reporter, assigned, *others) if one is not None))


def _custom_values(database: Database, desk: Desk, made: datetime, draws: Draws) -> dict[str, str]:
    """Old tickets are from before the fields; of the others, each has what is required and some of the rest."""
    if made < database.days_ago(450):
        return {}
    filled = (field for field in desk.fields if field["required"] or draws.chance(0.3))
    return {field["title"]: _custom_value(desk, field, made, draws) for field in filled}


def _custom_value(desk: Desk, field: Row, made: datetime, draws: Draws) -> str:
    if field["type"] == "Team List":
        return draws.pick(desk.members)
    if field["type"] == "Date":
        return (made - timedelta(days=draws.below(20))).date().isoformat()
    if field["type"] == "List":
        choices: tuple[str, ...] = field["_choices"]
        return draws.pick(choices)
    return VALUES[field["type"]].format(draws.below(10), draws.below(10))
