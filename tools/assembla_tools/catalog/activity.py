"""Activity: what happened lately in the spaces that one takes part in."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from assembla_client.models import Model
from assembla_client.resources.activity import Event
from assembla_client.resources.spaces import Space
from assembla_client.resources.users import User
from assembla_tools.framework.arguments import Cursor, Detail, Limit, SpaceRef
from assembla_tools.framework.context import Api
from assembla_tools.framework.dates import Since, Until, first_instant, in_order, last_instant
from assembla_tools.framework.errors import Refused, quoted
from assembla_tools.framework.matching import find_space
from assembla_tools.framework.pagination import Key
from assembla_tools.framework.results import Listing, Walk
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.people import find_person, login_of, members_of, with_former_members
from assembla_tools.lookup.refs import together
from assembla_tools.lookup.spaces import SpaceNames

KEPT = timedelta(days=60)
_NOTE = "Assembla keeps 60 days of activity"
_BRIEF = ("date", "object", "operation", "title", "author", "space", "whatchanged", "comment_or_description")


class Activity(Model):
    """An event as it is shown. From `url` on only in full."""

    date: datetime
    object: str = Field(description="Ticket, Changeset, Wiki, Merge request, Document, User and others")
    operation: str = Field(description="created, updated, commented and others")
    title: str
    author: str | None
    space: str | None
    whatchanged: str | None
    comment_or_description: str | None
    url: str | None = None
    object_id: str | None = None
    author_name: str | None = None

    @classmethod
    def of(cls, event: Event, people: dict[str, User], names: SpaceNames) -> "Activity":
        """An author who cannot be looked up goes by the name that the event has."""
        known = event.author_id in people
        return cls(
            date=event.date,
            object=event.object,
            operation=event.operation,
            title=event.title,
            author=login_of(people, event.author_id) if known else event.author_name or event.author_id,
            space=names.of(event.space_id),
            whatchanged=event.whatchanged or None,
            comment_or_description=event.comment_or_description or None,
            url=event.url,
            object_id=event.object_id,
            author_name=event.author_name,
        )


@tool(effect="read", toolset="activity", title="List activity")
async def list_activity(
    api: Api,
    space: SpaceRef | None = None,
    since: Since = None,
    until: Until = None,
    kinds: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=40)]] | None,
        Field(max_length=10, description="Only these: ticket, changeset, wiki, merge_request, document, user …"),
    ] = None,
    author: Annotated[
        str | None, Field(min_length=1, max_length=200, description="Only by this person: login, id, name or `me`.")
    ] = None,
    detail: Detail = "brief",
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Listing[Activity]:
    """List what happened in your spaces, or in one: tickets, commits, wiki pages, files, newest first.

    Use it for "what changed since Monday?". Assembla keeps 60 days; for the older history of a ticket use
    `get_ticket` with `include=["history"]`.
    """
    in_order(since, until)
    walk = Walk.of("list_activity", cursor, space=space, since=since, until=until, kinds=kinds, author=author)
    only = None if space is None else await find_space(api, space)
    names = await SpaceNames.of_mine(api, only)
    by = await _author(api, author, only)
    wanted = _Wanted(names, frozenset(map(_folded, kinds or ())), by, first_instant(since), last_instant(until))
    kept_since = datetime.now(UTC) - KEPT
    events = await _events(api, only, wanted, walk, limit, kept_since)
    page = walk.page(filter(wanted, events), _key, limit, lambda event: event)
    if isinstance(by, str) and not page.items and cursor is None:
        raise Refused(
            "NOT_FOUND", f"author: nobody has the id or login `{by}`, and no event is by a person of that name."
        )
    noted = _with_note(page, wanted, [event.object for event in events], kept_since)
    shown, by_id = await _shown(api, page.items, names)
    return replace(noted.showing(shown).in_detail(detail, _BRIEF), note=together(noted.note, by_id))


@dataclass(frozen=True)
class _Wanted:
    """The filters that the API does not have. `author` is an id, or a name where nobody has it as id or login."""

    names: SpaceNames
    kinds: frozenset[str]
    author: User | str | None
    begin: datetime | None
    end: datetime | None

    def __call__(self, event: Event) -> bool:
        return (
            (self.begin is None or event.date >= self.begin)
            and (self.end is None or event.date <= self.end)
            and (not self.kinds or _folded(event.object) in self.kinds)
            and self.names.allows(event.space_id)
            and self._is_by_author(event)
        )

    def _is_by_author(self, event: Event) -> bool:
        if isinstance(self.author, User):
            return event.author_id == self.author.id
        return self.author is None or (event.author_name or "").casefold() == self.author.casefold()


def _folded(kind: str) -> str:
    return " ".join(kind.replace("_", " ").casefold().split())


async def _author(api: Api, reference: str | None, space: Space | None) -> User | str | None:
    if reference is None:
        return None
    try:
        return await find_person(api, reference, space)
    except Refused as refused:
        if space is not None or refused.code != "NOT_FOUND":
            raise
        return reference.strip()  # events carry the names of their authors


async def _events(
    api: Api, only: Space | None, wanted: _Wanted, walk: Walk, limit: int, kept_since: datetime
) -> Sequence[Event]:
    """What happened in the time that is wanted, read as far as this answer needs."""
    return await api.client.activity.list(
        only.id if only else None,
        wanted.begin if wanted.begin is not None and wanted.begin > kept_since else None,
        _earlier(wanted.end, walk.after),
        enough=lambda so_far: _enough(so_far, wanted, walk, limit),
    )


async def _shown(api: Api, events: Sequence[Event], names: SpaceNames) -> tuple[list[Activity], str | None]:
    """The events as they are shown, and a note on authors who were not looked up."""
    members = await members_of(api, [event.space_id for event in events if event.space_id and event.author_id])
    people, note = await with_former_members(api, members, [event.author_id for event in events])
    return [Activity.of(event, people, names) for event in events], note


def _key(event: Event) -> tuple[float, str]:
    """Newest first. Events have no id, so what they say tells them apart."""
    told = [event.object, event.object_id, event.operation, event.title, event.space_id, event.author_id, event.url]
    return -event.date.timestamp(), hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _enough(so_far: Sequence[Event], wanted: _Wanted, walk: Walk, limit: int) -> bool:
    """Whether more than a page's worth has come that nothing later can push aside: the newest first, and complete."""
    dates = [event.date for event in so_far]
    if dates != sorted(dates, reverse=True):
        return False
    places = {_key(event) for event in so_far if wanted(event) and event.date > dates[-1]}
    return len([place for place in places if walk.after is None or place > tuple(walk.after)]) > limit


def _earlier(end: datetime | None, after: Key | None) -> datetime | None:
    """Where to begin to read: what is newer than the cursor's place was answered before."""
    if after is None:
        return end
    reached = datetime.fromtimestamp(-float(after[0]), UTC)
    return reached if end is None else min(reached, end)


def _with_note(
    page: Listing[Event], wanted: _Wanted, kinds_seen: Iterable[str], kept_since: datetime
) -> Listing[Event]:
    missing = wanted.begin is not None and wanted.begin < kept_since
    note = f"{_NOTE}: what is older is missing." if missing else f"{_NOTE}."
    if wanted.kinds and not page.items:
        note += f" Kinds seen: {quoted(sorted(set(kinds_seen))[:20]) or 'none'}."
    return replace(page, whole=not missing, note=note)
