"""Activity: what happened lately in the spaces that one takes part in."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from assembla_client.models import Model
from assembla_client.resources.activity import Event
from assembla_client.resources.spaces import Space
from assembla_client.resources.users import User
from assembla_tools.framework.arguments import Detail, Reference
from assembla_tools.framework.context import Api
from assembla_tools.framework.dates import Since, Until, first_instant, in_order, last_instant
from assembla_tools.framework.errors import Refused, quoted
from assembla_tools.framework.pagination import Key, PageRequest
from assembla_tools.framework.results import Listing
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.find_space import SpaceRef
from assembla_tools.lookup.people import find_person, login_of, members_of, with_former_members
from assembla_tools.lookup.refs import joined
from assembla_tools.lookup.space_names import SpaceNames

KEPT = timedelta(days=60)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_NOTE = "Assembla keeps 60 days of activity"


class ActivityInBrief(Model):
    """What a list shows of an event."""

    date: datetime | None
    object: str | None = Field(description="Ticket, Changeset, Wiki, Merge request, Document, User and others")
    operation: str | None = Field(description="created, updated, commented and others")
    title: str | None
    author: str | None
    space: str | None
    whatchanged: str | None
    comment_or_description: str | None


class Activity(ActivityInBrief):
    """An event with all that is known of it."""

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


async def _author(api: Api, reference: str, space: Space | None) -> User | str:
    """Who has this id or login, in a space also this name; else the name itself, as events carry their authors'."""
    try:
        return await find_person(api, reference, space)
    except Refused as refused:
        if space is not None or refused.code != "NOT_FOUND":
            raise
        return reference.strip()


@tool(effect="read", toolset="activity", title="List activity", brief=ActivityInBrief)
async def list_activity(
    api: Api,
    page: PageRequest,
    space: SpaceRef | None = None,
    since: Since = None,
    until: Until = None,
    kinds: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=40)]] | None,
        Field(max_length=10, description="Only these: ticket, changeset, wiki, merge_request, document, user …"),
    ] = None,
    author: Annotated[
        User | str | None,
        Reference(_author),
        Field(min_length=1, max_length=200, description="Only by this person: login, id, name or `me`."),
    ] = None,
    detail: Detail = "brief",
) -> Listing[Activity]:
    """List what happened in your spaces, or in one: tickets, commits, wiki pages, files, newest first.

    Use it for "what changed since Monday?". Assembla keeps 60 days; for the older history of a ticket use
    `get_ticket` with `include=["history"]`.
    """
    in_order(since, until)
    names = await SpaceNames.of_mine(api, space)
    filters = ActivityFilters(
        names, frozenset(map(_folded, kinds or ())), author, first_instant(since), last_instant(until)
    )
    page = page.about(kinds=sorted(filters.kinds), since=filters.begin, until=filters.end)
    kept_since = datetime.now(UTC) - KEPT
    events = await _events(api, space, filters, page, kept_since)
    listing = page.take(filter(filters, events), _sort_key)
    if isinstance(author, str) and not listing.items and page.after is None:
        raise Refused(
            "NOT_FOUND", f"author: nobody has the id or login `{author}`, and no event is by a person of that name."
        )
    shown, unnamed = await _shown(api, listing.items, names)
    missing = filters.begin is not None and filters.begin < kept_since
    note = f"{_NOTE}: what is older is missing." if missing else f"{_NOTE}."
    return listing.showing(shown, joined(note, _kinds_seen(listing, filters, events), unnamed), whole=not missing)


@dataclass(frozen=True)
class ActivityFilters:
    """The filters that the API does not have. `author` is an id, or a name where nobody has it as id or login."""

    names: SpaceNames
    kinds: frozenset[str]
    author: User | str | None
    begin: datetime | None
    end: datetime | None

    def __call__(self, event: Event) -> bool:
        return (
            (self.begin is None or _when(event) >= self.begin)
            and (self.end is None or _when(event) <= self.end)
            and (not self.kinds or _folded(event.object or "") in self.kinds)
            and self.names.allows(event.space_id)
            and self._is_by_author(event)
        )

    def _is_by_author(self, event: Event) -> bool:
        if isinstance(self.author, User):
            return event.author_id == self.author.id
        return self.author is None or (event.author_name or "").casefold() == self.author.casefold()


def _folded(kind: str) -> str:
    return " ".join(kind.replace("_", " ").casefold().split())


async def _events(
    api: Api, space: Space | None, filters: ActivityFilters, page: PageRequest, kept_since: datetime
) -> Sequence[Event]:
    """What happened in the time that is asked for, read as far as this answer needs."""
    after = page.after
    return await api.client.activity.list(
        space.id if space else None,
        filters.begin if filters.begin is not None and filters.begin > kept_since else None,
        _earlier(filters.end, after),
        enough=lambda so_far: _enough(so_far, filters, after, page.limit),
    )


async def _shown(api: Api, events: Sequence[Event], names: SpaceNames) -> tuple[list[Activity], str | None]:
    """The events as they are shown, and a note on authors who were not looked up."""
    members = await members_of(api, [event.space_id for event in events if event.space_id and event.author_id])
    people, note = await with_former_members(api, members, [event.author_id for event in events])
    return [Activity.of(event, people, names) for event in events], note


def _when(event: Event) -> datetime:
    """When it was; an event without a date that can be read is the oldest."""
    return event.date or _LONG_AGO


def _sort_key(event: Event) -> tuple[float, str]:
    """Newest first. Events have no id, so what they say tells them apart."""
    parts = [event.object, event.object_id, event.operation, event.title, event.space_id, event.author_id, event.url]
    return -_when(event).timestamp(), hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _enough(so_far: Sequence[Event], filters: ActivityFilters, after: Key | None, limit: int) -> bool:
    """Whether more than a page's worth has come that nothing later can push aside: the newest first, and complete."""
    dates = [_when(event) for event in so_far]
    if dates != sorted(dates, reverse=True):
        return False
    certain = {_sort_key(event) for event in so_far if filters(event) and _when(event) > dates[-1]}
    return len([key for key in certain if after is None or key > tuple(after)]) > limit


def _earlier(end: datetime | None, after: Key | None) -> datetime | None:
    """Where to begin to read: what is newer than the cursor's position was answered before."""
    if after is None:
        return end
    reached = datetime.fromtimestamp(-float(after[0]), UTC)
    return reached if end is None else min(reached, end)


def _kinds_seen(listing: Listing[Event], filters: ActivityFilters, events: Sequence[Event]) -> str | None:
    """Which kinds there were, where nothing is of those asked for."""
    if listing.items or not filters.kinds:
        return None
    return f"Kinds seen: {quoted(sorted({event.object for event in events if event.object})[:20]) or 'none'}."
