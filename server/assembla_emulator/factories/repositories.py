"""Repositories as endpoint 166 shows them, made of the space tools, and rows of branches, tags and commits."""

from datetime import datetime

from assembla_emulator import deterministic
from assembla_emulator.database.database import PORTFOLIO_ID, Database
from assembla_emulator.database.tables import Row, Table
from assembla_emulator.database.tool_kinds import GIT, SUBVERSION

KINDS = {GIT: "Git", SUBVERSION: "Subversion"}
"""The tools that are listed as repositories; Perforce and Mercurial are not."""

SITE = "https://www.assembla.com"


def branches(database: Database) -> Table:
    """All branches of all repositories. Their ids are ours and not sent."""
    return database.table("branches", "_space_tool_id")


def repository_tags(database: Database) -> Table:
    """All tags of all repositories. Those of tickets are `tags`."""
    return database.table("repository_tags", "_space_tool_id")


def commits(database: Database) -> Table:
    """All commits of all repositories, in the order they were added; `_at` is when. Subversion's ids are ours."""
    return database.table("commits", "_space_tool_id")


def default_branch(tool: Row) -> str:
    """The branch that a new repository has."""
    return "trunk" if tool["tool_id"] == SUBVERSION else "master"


def repository_of(database: Database, tool: Row) -> Row:
    """The repository that a space tool is."""
    space = database.find_space(tool["space_id"]) or {}
    name, wiki_name = tool["name"], space["wiki_name"]
    slug = _slug(database, space, tool)
    newest = max((row["_at"] for row in commits(database).where(_space_tool_id=tool["id"])), default=None)
    url = f"{SITE}/v1/spaces/{wiki_name}/repos/{name}"
    return {
        "id": tool["id"],
        "slug": slug,
        "name": tool["menu_name"],
        "full_name": tool["menu_name"],
        "space_id": space["id"],
        "is_private": space["public_permissions"] == 0,
        "html_url": f"https://assembla.com/spaces/{wiki_name}/{name}/source",
        "url": url,
        "branches_url": f"{url}/branches",
        "tags_url": f"{url}/tags",
        "commits_url": f"{url}/commits",
        "merge_requests_url": f"{SITE}/v1/spaces/{wiki_name}/space_tools/{name}/merge_requests",
        "description": f"{KINDS[tool['tool_id']]} source code repository with a web-based browser",
        "last_commit_at": "" if newest is None else f"{newest:%Y-%m-%d %H:%M:%S}",
        **_clone_urls(tool, slug),
        "size": deterministic.below(40_000_000, database.seed, "size", tool["id"]),
        "default_branch": default_branch(tool),
        "user_permission": 3,
        "parent_url": None,
    }


def _slug(database: Database, space: Row, tool: Row) -> str:
    portfolio = f"{database.portfolio}/" if space["parent_id"] == PORTFOLIO_ID else ""
    return f"{portfolio}{space['wiki_name']}" + ("" if tool["number"] == 1 else f".{tool['number']}")


def _clone_urls(tool: Row, slug: str) -> Row:
    if tool["tool_id"] == SUBVERSION:
        own = slug.rpartition("/")[2]
        https, ssh = f"https://subversion.assembla.com/svn/{own}/", "svn+ssh://subversion.assembla.com/"
    else:
        https, ssh = f"https://git.assembla.com/{slug}.git", f"git@git.assembla.com:{slug}.git"
    return {"https_clone_url": https, "ssh_clone_url": ssh}


def add_branch(database: Database, tool: Row, name: str) -> Row:
    """Add a branch. Its name is the one key that is known."""
    return _add_named(branches(database), tool, name)


def add_repository_tag(database: Database, tool: Row, name: str) -> Row:
    """Add a tag of a repository. Which keys one has is not known: it is given a branch's."""
    return _add_named(repository_tags(database), tool, name)


def add_commit(
    database: Database, tool: Row, message: str, *, at: datetime, by: Row | None = None, revision: str | None = None
) -> Row:
    """Add a commit, by a person or by somebody who is not known here.

    A commit's keys are not on record: a client that works reads one of several. Git's have `id`, `author` as an object
    and `authored_at`, Subversion's `revision`, `author` as text and `committed_at`, so that both forms are met.
    """
    number = 1 + len(commits(database).where(_space_tool_id=tool["id"]))
    name, login = ("somebody@elsewhere.example", None) if by is None else (by["name"], by["login"])
    row: Row
    if tool["tool_id"] == SUBVERSION:
        row_id = f"{tool['id']}:{number}"
        row = {"revision": number, "message": message, "author": login or name, "committed_at": at}
    else:
        row_id = revision or _sha(database, tool, number)
        author = {"name": name} | ({} if login is None else {"login": login})
        row = {"message": message, "author": author, "authored_at": at}
    return commits(database).add({"id": row_id} | row | {"_space_tool_id": tool["id"], "_at": at})


def _sha(database: Database, tool: Row, number: int) -> str:
    names = (tool["id"], "commit", number)
    return deterministic.token(database.seed, *names) + deterministic.token(database.seed, "more", *names)[:8]


def _add_named(table: Table, tool: Row, name: str) -> Row:
    return table.add({"id": f"{tool['id']}:{name}", "name": name, "_space_tool_id": tool["id"]})
