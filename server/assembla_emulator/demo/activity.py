"""The activity stream: what the other demo data say happened, commits, and events that are unusual."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from assembla_emulator import deterministic
from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row
from assembla_emulator.demo import untrusted_text
from assembla_emulator.demo.commits import demo_commits
from assembla_emulator.demo.teams import team_of
from assembla_emulator.factories.documents import SITE, documents
from assembla_emulator.factories.events import add_event
from assembla_emulator.factories.merge_requests import MERGED, OPEN, merge_requests
from assembla_emulator.factories.ticket_setup import CLOSED
from assembla_emulator.factories.tickets import tickets
from assembla_emulator.factories.wiki_pages import wiki_page_versions, wiki_pages

KEPT_DAYS = 59.0
OLDER_DAYS = 130.0
TICKETS_PER_SPACE = 60
"""So many of each space's tickets, the last ones changed: more would drown the rest."""

QUIET = 2  # archived


def add_activity(database: Database) -> None:
    """Events of all spaces, and a few of before the time that the API keeps."""
    since = database.days_ago(KEPT_DAYS)
    for space in database.spaces:
        if space["status"] != QUIET:
            _tickets(database, space, since)
            _commits(database, space)
        _wiki(database, space, since)
        _files(database, space, since)
        _requests(database, space, since)
        _people(database, space, since)
    _add_unusual_events(database)


def _tickets(database: Database, space: Row, since: datetime) -> None:
    rows = [row for row in tickets(database).where(space_id=space["id"]) if row["updated_at"] >= since]
    rows.sort(key=lambda row: row["updated_at"], reverse=True)
    for ticket in islice(rows, TICKETS_PER_SPACE):
        title = f"#{ticket['number']}: {ticket['summary']}"
        url = f"{SITE}/spaces/{space['wiki_name']}/tickets/{ticket['number']}"
        common = {"object_id": str(ticket["id"]), "url": url}
        if ticket["created_on"] >= since:
            reporter = database.users.get(ticket["reporter_id"])
            cut = (ticket["description"] or "")[:80]
            fields = common | {"comment_or_description": cut, "whatchanged": ""}
            add_event(database, space, "Ticket", "created", title, at=ticket["created_on"], by=reporter, **fields)
        if ticket["updated_at"] > ticket["created_on"]:
            _changed(database, space, ticket, title, common)


def _changed(database: Database, space: Row, ticket: Row, title: str, common: Row) -> None:
    author = deterministic.choice(team_of(database, space), database.seed, "changed", ticket["id"])
    closed = ticket["state"] == CLOSED
    operation = f"set to {ticket['status'].lower()}" if closed else ("commented", "updated")[ticket["number"] % 2]
    changed = "" if operation == "commented" else f"Status: {ticket['status']}"
    text = "Seen again on the old tablets, see the attached log." if operation == "commented" else ""
    fields = common | {"whatchanged": changed, "comment_or_description": text}
    add_event(database, space, "Ticket", operation, title, at=ticket["updated_at"], by=author, **fields)


def _commits(database: Database, space: Row) -> None:
    for commit in demo_commits(database, space):
        revision, tool = commit.revision[:12], commit.tool["name"]
        url = f"{SITE}/spaces/{space['wiki_name']}/{tool}/commits/{revision}"
        title = f"{tool}: {commit.title} [{revision}]"
        add_event(database, space, "Changeset", "committed", title, at=commit.at, by=commit.by, url=url)


def _wiki(database: Database, space: Row, since: datetime) -> None:
    for page in wiki_pages(database).where(space_id=space["id"]):
        for version in wiki_page_versions(database).where(wiki_page_id=page["id"]):
            if version["created_at"] >= since:
                operation = "created" if version["version"] == 1 else "updated"
                by, at = database.users.get(version["user_id"]), version["created_at"]
                add_event(database, space, "Wiki", operation, page["page_name"], at=at, by=by, object_id=page["id"])


def _files(database: Database, space: Row, since: datetime) -> None:
    for document in documents(database).where(space_id=space["id"]):
        if document["created_at"] >= since:
            by, at = database.users.get(document["created_by"]), document["created_at"]
            add_event(database, space, "Document", "uploaded", document["name"], at=at, by=by, object_id=document["id"])


def _requests(database: Database, space: Row, since: datetime) -> None:
    for tool in database.space_tools.where(space_id=space["id"]):
        for request in merge_requests(database).where(space_tool_id=tool["id"]):
            if request["created_at"] >= since:
                _request(database, space, request)


def _request(database: Database, space: Row, request: Row) -> None:
    fields = {"object_id": str(request["id"]), "url": request["url"]}
    by, at = database.users.get(request["user_id"]), request["created_at"]
    add_event(database, space, "Merge request", "created", request["title"], at=at, by=by, **fields)
    if request["status"] != OPEN:
        done = "merged" if request["status"] == MERGED else "ignored"
        by, at = database.users.get(request["processed_by_user_id"]), request["updated_at"]
        add_event(database, space, "Merge request", done, request["title"], at=at, by=by, **fields)


def _people(database: Database, space: Row, since: datetime) -> None:
    for role in database.user_roles.where(space_id=space["id"]):
        if role["invited_time"] >= since:
            name, by = database.user(role["user_id"])["name"], database.users.get(role["invited_by_id"])
            add_event(database, space, "User", "invited", name, at=role["invited_time"], by=by)


def _add_unusual_events(database: Database) -> None:
    """A title nobody should obey, a kind that is rare, and what lies before the time that is kept."""
    space = database.find_space("harbour-app") or {}
    robot = database.user("q.a.robot")
    title = f"#9999: {untrusted_text.ORDERS} {untrusted_text.HTML} {untrusted_text.BACKWARDS}"
    add_event(
        *(database, space, "Ticket", "commented", title),
        at=database.days_ago(2.5),
        by=robot,
        comment_or_description=untrusted_text.TAGGED,
        ticket_operation="commented",
    )
    add_event(database, space, "Ssh action", "launched", "Deploy staging", at=database.days_ago(2.2), by=robot)
    for number, back in enumerate(_older()):
        title = f"Before the stream's memory {number + 1}"
        add_event(database, space, "Wiki", "updated", title, at=database.days_ago(back), by=robot)


def _older() -> Iterator[float]:
    back = KEPT_DAYS + 2.5
    while back < OLDER_DAYS:
        yield back
        back += 3.1
