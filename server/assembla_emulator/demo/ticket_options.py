"""What the tickets of one demo space may be given: its people, statuses, milestones, tags and fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from assembla_emulator.database.database import ACCEPTED, Database
from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import SUPPORT
from assembla_emulator.factories.milestones import BACKLOG, CURRENT, milestones
from assembla_emulator.factories.tags import ACTIVE, tags
from assembla_emulator.factories.ticket_setup import (
    CLOSED,
    OPEN,
    custom_fields,
    statuses_of,
    ticket_components,
    tickets_tool,
)


@dataclass(frozen=True)
class TicketOptions:
    """`finished` milestones stand in the order of `days_finished`; in `ahead` and `tags` the common ones are often."""

    project: str
    began: datetime
    statuses: dict[int, list[str]]
    members: list[str]
    reporters: list[str]
    finished: list[int]
    days_finished: list[datetime]
    ahead: list[int | None]
    tags: list[int]
    fields: list[Row]
    components: list[int]
    support: bool


def ticket_options(database: Database, space: Row) -> TicketOptions:
    """What the space has."""
    space_id = space["id"]
    roles = database.user_roles.where(space_id=space_id, status=ACCEPTED)
    of_space = milestones(database).where(space_id=space_id)
    finished = sorted((row for row in of_space if row["is_completed"]), key=lambda row: row["completed_date"])
    statuses = statuses_of(database, space_id)
    fields = custom_fields(database).where(space_tool_id=tickets_tool(database, space_id)["id"])
    return TicketOptions(
        project=str(space["wiki_name"]),
        began=min(role["agreed_time"] for role in roles),
        statuses={state: [row["name"] for row in statuses if row["state"] == state] for state in (OPEN, CLOSED)},
        members=[role["user_id"] for role in roles if role["role"] != "watcher" and not _is_robot(database, role)],
        reporters=[role["user_id"] for role in roles],
        finished=[row["id"] for row in finished],
        days_finished=[datetime.combine(row["completed_date"], time.max, database.today.tzinfo) for row in finished],
        ahead=list(_ahead(of_space)),
        tags=list(_tags(database, space_id)),
        fields=[field for field in fields if not field["hide"]],
        components=[row["id"] for row in ticket_components(database).where(_space_id=space_id)],
        support=bool(database.space_tools.where(space_id=space_id, tool_id=SUPPORT)),
    )


def _is_robot(database: Database, role: Row) -> bool:
    return str(database.user(role["user_id"])["login"]).endswith("robot")


def _tags(database: Database, space_id: str) -> Iterator[int]:
    for row in tags(database).where(space_id=space_id):
        yield from [row["id"]] * (4 if row["state"] == ACTIVE else 1)


def _ahead(of_space: list[Row]) -> Iterator[int | None]:
    """Where open tickets may be: mostly in what is current, often nowhere."""
    weights = {CURRENT: 6, BACKLOG: 3}
    for row in of_space:
        if not row["is_completed"]:
            yield from [row["id"]] * weights.get(row["planner_type"], 1)
    yield from [None] * 3
