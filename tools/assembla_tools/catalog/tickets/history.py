"""What people said about a ticket and what they changed, in the order of time, ids put into names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from assembla_client.resources.ticket_comments import Comment
from assembla_client.resources.tickets import (
    HIERARCHY_TYPES,
    PERMISSION_TYPES,
    PRIORITIES,
    STORY_SIZES,
    TICKET_STATES,
)
from assembla_tools.catalog.tickets.list_item import Names
from assembla_tools.framework.text import MAX_STRING_CHARS

_ROW_CHARS = 100


@dataclass(frozen=True)
class TicketComment:
    """A comment."""

    id: int
    author: str | None
    created_on: datetime | None
    text: str


@dataclass(frozen=True)
class FieldChange:
    """Who changed which field from what to what, and when."""

    at: datetime | None
    by: str | None
    field: str
    old: Annotated[str | None, Field(description="What it was")]
    new: Annotated[str | None, Field(description="What it became")]


@dataclass(frozen=True)
class TicketHistory:
    """The newest rows of a ticket's history that have room, and how many older ones have none."""

    comments: list[TicketComment]
    history: list[FieldChange]
    left_out: int


def history_of(rows: Sequence[Comment], names: Names, chars: int) -> TicketHistory:
    """The newest of `rows` whose texts have room in `chars`, one at least, oldest first; blank ones never show."""
    rows = sorted((row for row in rows if not row.is_blank), key=lambda row: (row.created_on, row.id))
    kept = len(rows)
    while kept > 1 and sum(map(_size, rows[len(rows) - kept :])) > chars:
        kept -= 1
    shown = rows[len(rows) - kept :]
    return TicketHistory(
        [_comment(row, names) for row in shown if (row.comment or "").strip()],
        [change for row in shown for change in _changes(row, names)],
        len(rows) - kept,
    )


def _size(row: Comment) -> int:
    text = min(len(row.comment or ""), MAX_STRING_CHARS)
    return _ROW_CHARS + text + min(len(row.ticket_changes or ""), MAX_STRING_CHARS)


def _comment(row: Comment, names: Names) -> TicketComment:
    return TicketComment(row.id, _author(row, names), row.created_on, row.comment or "")


def _changes(row: Comment, names: Names) -> list[FieldChange]:
    by = _author(row, names)
    changes = []
    for change in row.changes:
        field, show = _FIELDS.get(change.field, (change.field, _custom(change.field)))
        changes.append(
            FieldChange(row.created_on, by, field, _shown(show, change.old, names), _shown(show, change.new, names))
        )
    if row.changes_text is not None:
        changes.append(FieldChange(row.created_on, by, "(unread)", None, row.changes_text))
    return changes


def _author(row: Comment, names: Names) -> str | None:
    """The login; of somebody unknown the name that came with the comment."""
    known = row.user_id in names.people
    return names.login(row.user_id) if known else row.user_name or row.user_id


Show = Callable[[str, Names], str | None]


def _shown(show: Show, value: str | None, names: Names) -> str | None:
    return None if value is None or value == "" else show(value, names)


def _label(labels: Mapping[int, str]) -> Show:
    return lambda value, _: labels.get(int(value), value) if value.isdecimal() else value


def _person(value: str, names: Names) -> str | None:
    return ", ".join(names.login(each.strip()) or "" for each in value.split(","))


def _name_in(choose: Callable[[Names], Mapping[int, str]]) -> Show:
    return lambda value, names: choose(names).get(int(value), value) if value.isdecimal() else value


def _as_it_is(value: str, _: Names) -> str:
    return value


def _custom(title: str) -> Show:
    return lambda value, names: names.login(value) if title in names.team_lists else value


# From the API's name of a field to ours, and how its values read. Whatever else there is goes by its own name.
_FIELDS: Mapping[str, tuple[str, Show]] = MappingProxyType(
    {
        "assigned_to_id": ("assignee", _person),
        "assigned_to": ("assignee", _person),
        "reporter_id": ("reporter", _person),
        "notification_list": ("followers", _person),
        "milestone_id": ("milestone", _name_in(lambda names: names.milestones)),
        "component_id": ("component", _name_in(lambda names: names.components)),
        "priority": ("priority", _label(PRIORITIES)),
        "state": ("state", _label(TICKET_STATES)),
        "hierarchy_type": ("type", _label(HIERARCHY_TYPES)),
        "permission_type": ("permission", _label(PERMISSION_TYPES)),
        "story_importance": ("story_importance", _label(STORY_SIZES)),
    }
)
