"""Which tickets belong together: epics, stories and subtasks, and every other relationship here and there."""

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row
from assembla_emulator.demo.tickets import FIRST_ROUND, HIERARCHY, ROUND
from assembla_emulator.deterministic import Draws
from assembla_emulator.factories.ticket_associations import (
    BLOCK,
    CHILD,
    DEPENDENT,
    DUPLICATE,
    PARENT,
    RELATED,
    SIBLING,
    keep_link,
    link_tickets,
)
from assembla_emulator.factories.ticket_associations import STORY as THE_STORY
from assembla_emulator.factories.ticket_associations import SUBTASK as A_SUBTASK
from assembla_emulator.factories.tickets import EPIC, STORY, tickets

TOTALS = ("total_estimate", "total_working_hours")
OTHERS = (RELATED, DUPLICATE, SIBLING, DEPENDENT, BLOCK)
TURNABLE = {PARENT: CHILD, THE_STORY: A_SUBTASK}


def add_links(database: Database) -> None:
    """All links, space by space."""
    for space in database.spaces:
        of_space = tickets(database).where(space_id=space["id"])
        _add_plan(database, of_space)
        for row in of_space:
            draws = Draws(database.seed, "link", row["id"])
            if row["number"] > 1 and draws.chance(0.06):
                link_tickets(database, row, of_space[draws.below(row["number"] - 1)], draws.choice(OTHERS))


def _add_plan(database: Database, of_space: list[Row]) -> None:
    """Each story under the epic before it, each subtask under the story before it."""
    parts: list[tuple[Row, Row, int]] = []
    epic = story = None
    for row in of_space[FIRST_ROUND - 1 :]:
        level = HIERARCHY.get(row["number"] % ROUND)
        if level == EPIC:
            epic, story = row, None
        elif level == STORY:
            story = row
            if epic is not None:
                parts.append((row, epic, PARENT))
        elif level is not None and story is not None:
            parts.append((row, story, THE_STORY))
    for part, whole, relationship in parts:
        _attach(database, part, whole, relationship)


def _attach(database: Database, part: Row, whole: Row, relationship: int) -> None:
    """Old links are kept the other way round than the API makes them now."""
    if part["number"] % 7 == 0:
        keep_link(database, whole, part, TURNABLE[relationship])
    else:
        keep_link(database, part, whole, relationship)
    for total in TOTALS:
        whole[total] = round(whole[total] + part[total], 2)
