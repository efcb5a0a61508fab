"""Repositories: endpoints 166 to 170. A repository is named by the space tool's name or id."""

from assembla_emulator.database.tables import Row
from assembla_emulator.factories.repositories import KINDS, branches, commits, repository_of, repository_tags
from assembla_emulator.responses import Paged, Refused, invalid, not_found
from assembla_emulator.routes.space_tools import list_repositories as repository_tools
from assembla_emulator.routing import Call, Routes

PAGE = 10

routes = Routes()


@routes.get("/spaces/{space}/repos")
def list_repositories(call: Call) -> list[Row]:
    """166. Git and Subversion, not Perforce and Mercurial; not paged."""
    return [repository_of(call.database, tool) for tool in repository_tools(call) if tool["tool_id"] in KINDS]


@routes.get("/spaces/{space}/repos/{repo}")
def get_repository(call: Call) -> Row:
    """167."""
    return repository_of(call.database, _tool(call))


@routes.get("/spaces/{space}/repos/{repo}/branches")
def list_branches(call: Call) -> list[Row]:
    """168. Whether it is paged is not known: it is whole."""
    return [{"name": row["name"]} for row in branches(call.database).where(_space_tool_id=_tool(call)["id"])]


@routes.get("/spaces/{space}/repos/{repo}/tags")
def list_tags(call: Call) -> list[Row]:
    """169. As the branches."""
    return [{"name": row["name"]} for row in repository_tags(call.database).where(_space_tool_id=_tool(call)["id"])]


@routes.get("/spaces/{space}/repos/{repo}/commits")
def list_commits(call: Call) -> Paged:
    """170. The newest first. `branch` is not proven to filter and does not here.

    A repository whose commits cannot be read is refused (422), one without any is 204.
    """
    tool = _tool(call, readable=False)
    if tool["tool_id"] not in KINDS:
        raise Refused(invalid(base=["The commits of this repository cannot be read."]))
    rows = sorted(commits(call.database).where(_space_tool_id=tool["id"]), key=lambda row: row["_at"], reverse=True)
    return Paged([_sent(row) for row in rows], PAGE)


def _sent(commit: Row) -> Row:
    return {key: value for key, value in commit.items() if key != "id"} if "revision" in commit else commit


def _tool(call: Call, *, readable: bool = True) -> Row:
    for tool in repository_tools(call):
        if call.args["repo"] in (tool["id"], tool["name"]) and (not readable or tool["tool_id"] in KINDS):
            return tool
    raise Refused(not_found())
