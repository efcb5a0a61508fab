"""Branches, tags and commits of the Git and Subversion repositories in use."""

from assembla_emulator import deterministic
from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row
from assembla_emulator.demo.commits import demo_commits
from assembla_emulator.factories.merge_requests import OPEN, merge_requests
from assembla_emulator.factories.repositories import (
    KINDS,
    add_branch,
    add_commit,
    add_repository_tag,
    default_branch,
)

QUIET = 2  # archived
LINKABLE = 40
RELEASES = ("v1.9.0", "v2.0.0", "v2.0.1", "v2.1.0-rc.1")


def add_repositories(database: Database) -> None:
    """All of them. Those of archived spaces are empty."""
    for space in database.spaces:
        tools = [tool for tool in database.space_tools.where(space_id=space["id"]) if tool["tool_id"] in KINDS]
        if space["status"] == QUIET or not tools:
            continue
        for tool in tools:
            _add_names(database, tool)
        for commit in sorted(demo_commits(database, space), key=lambda commit: commit.at):
            if commit.tool["tool_id"] in KINDS:
                message = commit.title + _reference(database, space, commit.revision)
                add_commit(database, commit.tool, message, at=commit.at, by=commit.by, revision=commit.revision)


def _add_names(database: Database, tool: Row) -> None:
    """The default branch, those of open merge requests, and in first repositories the releases."""
    names = [
        request["source_symbol"] for request in merge_requests(database).where(space_tool_id=tool["id"], status=OPEN)
    ]
    for name in dict.fromkeys([default_branch(tool), *names]):
        add_branch(database, tool, name)
    for name in RELEASES if tool["number"] == 1 else ():
        add_repository_tag(database, tool, name)


def _reference(database: Database, space: Row, revision: str) -> str:
    """How a message names a ticket: in each of the ways that people write it, or not at all."""
    number = 1 + deterministic.below(LINKABLE, database.seed, "commit ticket", revision)
    forms = ("", "", f" re #{number}", f"\n\nFixed #{number} Time: 1h30min", f" ({space['_prefix']}-{number})")
    return deterministic.choice(forms, database.seed, "commit reference", revision)
