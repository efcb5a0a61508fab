"""Rows of merge requests, their versions, comments and votes, and which tickets they name."""

from datetime import datetime
from typing import Any

from assembla_emulator import deterministic
from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table

OPEN, MERGED, IGNORED = 0, 1, 2
UP, DOWN = 1, -1


def merge_requests(database: Database) -> Table:
    """All merge requests of all repositories."""
    return database.table("merge_requests", "space_tool_id")


def merge_request_versions(database: Database) -> Table:
    """All versions, the oldest of a merge request first."""
    return database.table("merge_request_versions", "merge_request_id")


def merge_request_comments(database: Database) -> Table:
    """All comments; `_version` is the number of the version they were made on."""
    return database.table("merge_request_comments", "merge_request_id")


def merge_request_votes(database: Database) -> Table:
    """All votes, one per person and version."""
    return database.table("merge_request_votes", "merge_request_version_id")


def merge_request_tickets(database: Database) -> Table:
    """Which ticket `number` of the space a merge request names; the ticket need not exist."""
    return database.table("merge_request_tickets", "merge_request_id")


def add_merge_request(
    database: Database, tool: Row, title: str, source: str, target: str = "master", **fields: Any
) -> Row:
    """Add a merge request of a repository, with its first version."""
    number = merge_requests(database).next_number(4_180)
    made = fields.get("created_at") or database.days_ago(20)
    row: Row = {
        "id": number,
        "title": title,
        "space_tool_id": tool["id"],
        "target_space_tool_id": tool["id"],
        "user_id": database.me,
        "description": None,
        "status": OPEN,
        "created_at": made,
        "updated_at": made,
        "source_symbol": source,
        "target_symbol": target,
        "source_symbol_type": 1,
        "processed_by_user_id": None,
        "commit": None,
        "url": f"http://www.assembla.com/v1/spaces/{tool['space_id']}/space_tools/{tool['name']}/merge_requests/{number}",
        "target_space_id": tool["space_id"],
    }
    request = merge_requests(database).add(row | fields)
    add_merge_request_version(database, request, at=made)
    return request


def add_merge_request_version(database: Database, request: Row, *, at: datetime) -> Row:
    """Add the source's next state; it is the latest from now on."""
    table = merge_request_versions(database)
    older = table.where(merge_request_id=request["id"])
    for version in older:
        version["latest"] = False
    number = merge_request_versions(database).next_number(9_020)
    row: Row = {
        "id": number,
        "user_id": request["user_id"],
        "merge_request_id": request["id"],
        "version": len(older) + 1,
        "latest": True,
        "created_at": at,
        "updated_at": at,
        "source_revision": _revision(database, "source", number),
        "target_revision": _revision(database, "target", request["id"]),
        "apply_status": None,
        "applied_at": None,
        "url": f"{request['url']}/versions/{number}",
    }
    request["updated_at"] = max(at, request["updated_at"])
    return table.add(row)


def add_merge_request_comment(database: Database, version: Row, content: str, *, by: str, at: datetime) -> Row:
    """Say something about a version."""
    request = merge_requests(database).get(version["merge_request_id"]) or {}
    row: Row = {
        "id": merge_request_comments(database).next_number(15_600),
        "content": content,
        "space_id": request["target_space_id"],
        "user_id": by,
        "merge_request_id": request["id"],
        "created_at": at,
        "updated_at": at,
        "_version": version["version"],
    }
    return merge_request_comments(database).add(row)


def vote_on_merge_request(database: Database, version: Row, vote: int, *, by: str, at: datetime) -> Row:
    """Vote `UP` or `DOWN` on a version; a person's second vote there takes the place of the first."""
    table = merge_request_votes(database)
    mine = table.first(merge_request_version_id=version["id"], user_id=by)
    if mine is not None:
        mine.update(vote=vote, updated_at=at)
        return mine
    row: Row = {
        "id": merge_request_votes(database).next_number(6_330),
        "user_id": by,
        "merge_request_id": version["merge_request_id"],
        "merge_request_version_id": version["id"],
        "vote": vote,
        "created_at": at,
        "updated_at": at,
    }
    return table.add(row)


def link_merge_request(database: Database, request: Row, ticket_number: int) -> Row:
    """Name a ticket of the space in the merge request."""
    row: Row = {
        "id": merge_request_tickets(database).next_number(),
        "merge_request_id": request["id"],
        "number": ticket_number,
    }
    return merge_request_tickets(database).add(row)


def _revision(database: Database, side: str, number: int) -> str:
    return deterministic.token(database.seed, side, number) + deterministic.token(database.seed, number, side)[:8]
