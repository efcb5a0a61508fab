"""The merge requests: of every repository in use, in all statuses, the newest ones open, with comments and votes."""

from assembla_emulator import deterministic
from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row
from assembla_emulator.demo import untrusted_text
from assembla_emulator.demo.sentences import paragraph
from assembla_emulator.demo.teams import team_of
from assembla_emulator.factories.merge_requests import (
    DOWN,
    IGNORED,
    MERGED,
    OPEN,
    UP,
    add_merge_request,
    add_merge_request_comment,
    add_merge_request_version,
    link_merge_request,
    merge_request_versions,
    vote_on_merge_request,
)

COUNTS = {
    "harbour-app": {"git": 46, "git-2": 9},
    "tidewater-billing": {"git": 14, "subversion": 2},
    "lighthouse": {"git": 12, "p4": 1},
    "open-tide-tables": {"git": 5},
    "harbour-website": {"git": 3},
    "weekend-robots": {"git": 3},
}

LINKABLE = 40  # tickets with higher numbers are named by no merge request
VERBS = ["Fix", "Add", "Remove", "Speed up", "Simplify", "Test", "Rename", "Document"]
THINGS = [
    *("berth search", "tide cache", "payment retries", "login screen", "ledger export", "push grouping"),
    *("map tiles", "price rounding", "crane feed alarm", "invoice PDF", "offline sync", "frost filter"),
]
REMARKS = [
    "Looks good to me.",
    "Please add a test for the empty list.",
    "Why not at the edge, as everywhere else?",
    "Rebased on master, nothing else changed.",
    "This breaks the old tablets, see the log in the ticket.",
    "Done in the newest version.",
    "h3. Question\n\n* who calls this?\n* is it still needed?",
]


def add_merge_requests(database: Database) -> None:
    """All of them; one carries remarks that nobody should obey."""
    for wiki_name, repositories in COUNTS.items():
        space = database.find_space(wiki_name) or {}
        for name, count in repositories.items():
            tool = database.space_tools.first(space_id=space["id"], name=name) or {}
            for number in range(count):
                _add(database, space, tool, number, count)
    newest = merge_request_versions(database).where(latest=True)[0]
    text = untrusted_text.EVERYTHING
    add_merge_request_comment(database, newest, text, by=str(database.user("q.a.robot")["id"]), at=newest["created_at"])


def _add(database: Database, space: Row, tool: Row, number: int, count: int) -> None:
    seed, key, team = database.seed, (space["wiki_name"], tool["name"], number), team_of(database, space)
    age = 1.2 + (count - number - 1) * 4 + deterministic.fraction(seed, "age", *key)
    status = _status(database, number, count, key)
    thing = deterministic.choice(THINGS, seed, "thing", *key)
    author = deterministic.choice(team, seed, "author", *key)
    request = add_merge_request(
        database,
        tool,
        f"{deterministic.choice(VERBS, seed, 'verb', *key)} {thing}",
        f"{author['login'].split('.')[0]}/{thing.replace(' ', '-').lower()}-{number + 1}",
        user_id=author["id"],
        description=paragraph(seed, "why", *key, sentences=2) if number % 3 else None,
        status=status,
        created_at=database.days_ago(age),
        processed_by_user_id=None if status == OPEN else deterministic.choice(team, seed, "processed", *key)["id"],
        commit=deterministic.token(seed, "commit", *key) + "0badcafe" if status == MERGED else None,
    )
    for later in range(deterministic.below(4, seed, "versions", *key)):
        add_merge_request_version(database, request, at=database.days_ago(age * (1 - (later + 1) / 5)))
    for version in merge_request_versions(database).where(merge_request_id=request["id"]):
        _add_comments_and_votes(database, team, version)
    for link in range(deterministic.below(3, seed, "links", *key)):
        link_merge_request(database, request, 1 + (deterministic.below(LINKABLE, seed, "link", *key) + link) % LINKABLE)


def _status(database: Database, number: int, count: int, key: tuple[object, ...]) -> int:
    """The newest third is open, of the older ones most are merged; the first is always ignored."""
    if number >= count - max(1, count // 3):
        return OPEN
    return IGNORED if number == 0 or deterministic.fraction(database.seed, "ignored", *key) < 0.2 else MERGED


def _add_comments_and_votes(database: Database, team: list[Row], version: Row) -> None:
    seed, key, at = database.seed, version["id"], version["created_at"]
    for remark in range(deterministic.below(4, seed, "remarks", key)):
        text = deterministic.choice(REMARKS, seed, "remark", key, remark)
        add_merge_request_comment(
            database, version, text, by=deterministic.choice(team, seed, "who", key, remark)["id"], at=at
        )
    for place in range(deterministic.below(min(4, len(team)), seed, "votes", key)):
        vote = DOWN if deterministic.fraction(seed, "vote", key, place) < 0.3 else UP
        vote_on_merge_request(database, version, vote, by=team[place]["id"], at=at)
