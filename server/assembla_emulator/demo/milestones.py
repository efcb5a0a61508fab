"""The milestones of the spaces: done, overdue, current, to come, without a day, and backlogs."""

from datetime import date, timedelta
from typing import NamedTuple

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row
from assembla_emulator.deterministic import Draws
from assembla_emulator.factories.milestones import BACKLOG, CURRENT, NO_PLANNER, add_milestone

ALPHA, BETA, STABLE = 1, 2, 3
NOTES = "h2. What is new\n\n* {0}: faster and clearer\n* Fixes: see the closed tickets\n\nThanks to all who tested {0}."


class Plan(NamedTuple):
    """A milestone; days are counted from today, the past negative. `newer` ones have a start and a budget."""

    title: str
    due: int | None = None
    done: int | None = None
    planner: int = NO_PLANNER
    level: int | None = None
    notes: bool = False
    newer: bool = False
    description: str | None = None


PLANS = {
    "harbour-app": (
        Plan("Backlog", planner=BACKLOG, description="Not planned yet. Sorted on Mondays."),
        Plan("Release 1.0", -520, -515, level=ALPHA, notes=True),
        Plan("Release 1.1", -430, -431, level=BETA, notes=True),
        Plan("Release 1.2", -350, -340, level=STABLE, notes=True),
        Plan("Release 1.3", -270, -270, level=STABLE, notes=True),
        Plan("Release 2.0 beta", -190, -186, level=BETA),
        Plan("Release 2.0", -140, -133, level=STABLE, notes=True),
        Plan("Release 2.0.1", -75, -75, level=STABLE, notes=True, newer=True),
        Plan("Accessibility audit", -30, -21, newer=True),
        Plan("Store listing in four languages", -12, newer=True, description="Late: two translations are missing."),
        Plan("Release 2.1", 11, planner=CURRENT, level=STABLE, newer=True, description="Fixes only."),
        Plan("Release 2.2", 46, level=STABLE, newer=True),
        Plan("Release 3.0", 160, level=ALPHA, newer=True),
        Plan("Some day", description="Nice to have, no day set."),
    ),
    "tidewater-billing": (
        Plan("Quarter 1", -260, -255, notes=True),
        Plan("Quarter 2", -170, -168),
        Plan("Quarter 3", -80, -80, notes=True),
        Plan("Year-end closing", -5, description="Overdue: the auditors wait."),
        Plan("Quarter 4", 12, planner=CURRENT),
        Plan("E-invoices", 100, description="Law of next spring."),
        Plan("Backlog", planner=BACKLOG),
        Plan("Pilot with Pier 9", None, -300, description="Was stopped: see the wiki."),
    ),
    "lighthouse": (
        Plan("Sprint 41", -40, -40, newer=True),
        Plan("Sprint 42", -26, -26, newer=True),
        Plan("Sprint 43", -12, -11, newer=True),
        Plan("Sprint 44", 2, planner=CURRENT, newer=True),
        Plan("Sprint 45", 16, newer=True),
        Plan("Backlog", planner=BACKLOG, newer=True),
        Plan("Move to the new cluster", -60, newer=True, level=BETA, description="The hardware came late."),
        Plan("Feed of ice reports", None, newer=True),
        Plan("Platform 1", -200, -190, level=STABLE, notes=True, newer=True),
    ),
    "open-tide-tables": (
        Plan("Tables 2023", -330, -335, level=STABLE, notes=True),
        Plan("Tables 2024", -120, -118, level=STABLE, notes=True),
        Plan("Tables 2025", 60, planner=CURRENT, level=BETA),
        Plan("More stations"),
    ),
    "harbour-website": (
        Plan("Launch", -840, -841, level=STABLE, notes=True),
        Plan("Relaunch of the finder", -700, -690, notes=True),
        Plan("Cookie notice", -500, -500),
        Plan("Last fixes", -400, -380),
    ),
    "project-template": (Plan("Backlog", planner=BACKLOG), Plan("First release", planner=CURRENT)),
    "payroll-migration": (Plan("Dry run", -10, -8), Plan("Cut-over", 30, planner=CURRENT), Plan("Backlog")),
    "blackpine-instruments": (Plan("Blackpine secret launch", 20),),
    "space_name": (Plan("Backlog", None, None), Plan("First", -3900, -3890)),
}


def add_milestones(database: Database) -> None:
    """All milestones, in the order of the plans."""
    for name, plans in PLANS.items():
        space = database.find_space(name)
        assert space is not None, name
        owners = [role["user_id"] for role in database.user_roles.where(space_id=space["id"], role="owner")]
        for plan in plans:
            _add(database, space, plan, owners)


def _add(database: Database, space: Row, plan: Plan, owners: list[str]) -> None:
    draws = Draws(database.seed, "milestone", space["wiki_name"], plan.title)
    owner = draws.choice(owners)
    planned = max(0, -(plan.due or plan.done or -10)) + 25 + draws.below(20)
    fields: Row = {
        "due_date": _day(database, plan.due),
        "user_id": None if draws.chance(0.3) else owner,
        "description": plan.description,
        "is_completed": plan.done is not None,
        "completed_date": _day(database, plan.done),
        "release_level": plan.level,
        "release_notes": NOTES.format(plan.title) if plan.notes else None,
        "planner_type": plan.planner,
        "created_at": database.days_ago(planned + 0.4),
        "updated_at": database.days_ago(max(0, -(plan.done or 0)) + 0.3),
        "created_by": owner,
        "updated_by": draws.choice(owners),
    }
    if plan.newer:
        start = None if plan.due is None else _day(database, plan.due - 14)
        fields |= {"start_date": start, "budget": float(draws.below(40)) if draws.chance(0.6) else None}
    add_milestone(database, space["id"], plan.title, **fields)


def _day(database: Database, days: int | None) -> date | None:
    return None if days is None else (database.today + timedelta(days=days)).date()
