"""Merge requests of a repository: endpoints 112, 113, 118 to 121, 123 and 125."""

from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import REPOSITORIES
from assembla_emulator.factories.merge_requests import (
    OPEN,
    merge_request_comments,
    merge_request_tickets,
    merge_request_versions,
    merge_request_votes,
    merge_requests,
)
from assembla_emulator.factories.tickets import tickets
from assembla_emulator.responses import Paged, Refused, not_found, tool_not_found
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routing import Call, Routes

ALL = "/spaces/{space}/space_tools/{tool}/merge_requests"
ONE = ALL + "/{request}"
VERSION = ONE + "/versions/{version}"

routes = Routes(*REPOSITORIES)


def _of_repository(call: Call) -> list[Row]:
    """Newest first. A tool that is not there, or no repository, is "Tool not found"."""
    for tool in call.database.space_tools.where(space_id=call.space["id"]):
        if call.args["tool"] in (tool["id"], tool["name"]) and tool["tool_id"] in REPOSITORIES:
            return merge_requests(call.database).where(space_tool_id=tool["id"])[::-1]
    raise Refused(tool_not_found())


@routes.get(ALL)
def list_requests(call: Call) -> Paged:
    """112. `status=open` is the one filter known; other words are dropped in silence."""
    wanted = {"open": [OPEN]}.get(call.query.get("status", ""))
    return Paged([row for row in _of_repository(call) if wanted is None or row["status"] in wanted], per_page=25)


@routes.get(ONE)
def get_request(call: Call) -> Row:
    """113."""
    return find_by_id(_of_repository(call), call.args["request"])


def _comments(call: Call) -> list[Row]:
    return merge_request_comments(call.database).where(merge_request_id=get_request(call)["id"])


@routes.get(f"{ONE}/comments")
def list_comments(call: Call) -> Paged:
    """118. Over all versions, oldest first."""
    return Paged(_comments(call), per_page=25)


@routes.get(f"{ONE}/tickets")
def list_tickets(call: Call) -> Paged:
    """119. Those of the named numbers that exist."""
    links = merge_request_tickets(call.database).where(merge_request_id=get_request(call)["id"])
    found = (tickets(call.database).first(space_id=call.space["id"], number=link["number"]) for link in links)
    return Paged([ticket for ticket in found if ticket is not None], per_page=25)


def _versions(call: Call) -> list[Row]:
    return merge_request_versions(call.database).where(merge_request_id=get_request(call)["id"])


@routes.get(f"{ONE}/versions")
def list_versions(call: Call) -> Paged:
    """120. Oldest first."""
    return Paged(_versions(call), per_page=25)


@routes.get(VERSION)
def get_version(call: Call) -> Row:
    """121. By its number, 1 for the first."""
    for version in _versions(call):
        if str(version["version"]) == call.args["version"]:
            return version
    raise Refused(not_found())


@routes.get(f"{VERSION}/comments")
def list_version_comments(call: Call) -> Paged:
    """123."""
    number = get_version(call)["version"]
    return Paged([row for row in _comments(call) if row["_version"] == number], per_page=25)


@routes.get(f"{VERSION}/votes")
def list_votes(call: Call) -> list[Row]:
    """125. All at once."""
    return merge_request_votes(call.database).where(merge_request_version_id=get_version(call)["id"])
