"""What was committed in the spaces of the demo; the activity stream and the repositories tell of the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from assembla_emulator import deterministic
from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import REPOSITORIES
from assembla_emulator.demo.merge_requests import THINGS, VERBS
from assembla_emulator.demo.teams import team_of

DAYS = 59.0
PER_DAY = 0.9


@dataclass(frozen=True)
class DemoCommit:
    """A commit in the repository `tool`, by nobody known where the author's address belongs to nobody here."""

    tool: Row
    revision: str
    title: str
    by: Row | None
    at: datetime


def demo_commits(database: Database, space: Row) -> Iterator[DemoCommit]:
    """The commits of a space, in no order. Two of nine are by an address that belongs to nobody here."""
    seed, name, team = database.seed, space["wiki_name"], team_of(database, space)
    tools = [tool for tool in database.space_tools.where(space_id=space["id"]) if tool["tool_id"] in REPOSITORIES]
    for number in range(int(DAYS * PER_DAY) if tools else 0):
        verb = deterministic.choice(VERBS, seed, "v", name, number)
        thing = deterministic.choice(THINGS, seed, "t", name, number)
        yield DemoCommit(
            tool=deterministic.choice(tools, seed, "tool", name, number),
            revision=deterministic.token(seed, "revision", name, number) + "0badcafe",
            title=f"{verb} {thing}",
            by=None if number % 9 in (3, 7) else deterministic.choice(team, seed, "committer", name, number),
            at=database.days_ago(DAYS * deterministic.fraction(seed, "commit", name, number)),
        )
