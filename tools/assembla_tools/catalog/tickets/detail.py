"""One ticket as it is shown alone: every field, names for ids, and the parts that were asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from assembla_client.resources.documents import Document
from assembla_client.resources.spaces import Space
from assembla_client.resources.tags import Tag
from assembla_client.resources.ticket_associations import Association
from assembla_client.resources.ticket_comments import Comment
from assembla_client.resources.tickets import Ticket
from assembla_tools.catalog.tickets.history import FieldChange, TicketComment, history_of
from assembla_tools.catalog.tickets.links import MOST_LOOKED_UP, Link, links_of
from assembla_tools.catalog.tickets.list_item import SHOWN, Names, names_in
from assembla_tools.catalog.tickets.parts import (
    MOST_SHOWN,
    Attachment,
    NamingRequest,
    TimeSpent,
    attachments_of,
    requests_naming,
    time_of,
)
from assembla_tools.framework.concurrency import gather, or_else, skipped
from assembla_tools.framework.context import Api
from assembla_tools.framework.results import Answer
from assembla_tools.lookup.refs import NamedMilestone, Person, joined
from assembla_tools.lookup.space_lists import COMPONENTS, CUSTOM_FIELDS, MEMBERS, MILESTONES, ListKind

TicketPart = Literal["comments", "history", "attachments", "links", "tags", "time", "merge_requests"]
PARTS_BY_DEFAULT: tuple[TicketPart, ...] = ("comments", "links", "tags")


@dataclass(frozen=True)
class TicketDetail:
    """A ticket; a part that was not asked for is None."""

    number: int
    space: Annotated[str, Field(description="wiki_name")]
    id: Annotated[int, Field(description="Global; other tools take the number")]
    summary: str | None
    description: str | None
    state: Literal["open", "closed"]
    status: str | None
    priority: str | None
    type: str | None
    assignee: Person | None
    reporter: Person | None
    followers: list[Person]
    milestone: NamedMilestone | None
    component: str | None
    custom_fields: dict[str, str | None]
    permission: str | None
    due_date: date | None
    estimate: float | None
    working_hours: Annotated[float | None, Field(description="Hours left")]
    total_estimate: float | None
    total_working_hours: float | None
    total_invested_hours: float | None
    importance: Annotated[float | None, Field(description="Rank in the planner")]
    story_importance: str | None
    created_on: datetime | None
    updated_at: datetime | None
    completed_date: datetime | None
    tags: list[str] | None = None
    links: Annotated[list[Link] | None, Field(description="What this ticket is to others.")] = None
    attachments: list[Attachment] | None = None
    time: TimeSpent | None = None
    merge_requests: list[NamingRequest] | None = None
    comments: Annotated[list[TicketComment] | None, Field(description="Oldest first.")] = None
    history: Annotated[list[FieldChange] | None, Field(description="Oldest first.")] = None
    note: str | None = None

    @classmethod
    def of(cls, ticket: Ticket, names: Names) -> "TicketDetail":
        """The ticket alone."""
        shared: dict[str, Any] = {
            each.name: SHOWN[each.name].make(ticket, names) for each in fields(cls) if each.name in SHOWN
        }
        milestone = ticket.milestone_id
        return cls(
            **shared
            | {
                "assignee": Person.of(ticket.assigned_to_id, names.people),
                "reporter": Person.of(ticket.reporter_id, names.people),
                "followers": [each for id in ticket.follower_ids if (each := Person.of(id, names.people))],
                "milestone": None if milestone is None else NamedMilestone(milestone, names.milestones.get(milestone)),
            }
        )


@dataclass(frozen=True)
class FetchedTicket:
    """A ticket and those of its parts that its number is enough for."""

    ticket: Ticket
    rows: list[Comment] | None
    associations: list[Association] | None
    tags: list[Tag] | None
    documents: list[Document] | None


async def fetch_ticket(api: Api, space: Space, number: int, parts: frozenset[TicketPart]) -> FetchedTicket:
    """The ticket and those of `parts` that its number is enough for, all asked for at once."""
    client = api.client
    texts = gather(
        client.tickets.get(space.id, number),
        or_else(api, "Comments", client.ticket_comments.list(space.id, number), None)
        if parts & {"comments", "history"}
        else skipped(),
        or_else(api, "Links", client.ticket_associations.list(space.id, number), None)
        if "links" in parts
        else skipped(),
    )
    attachments = gather(
        or_else(api, "Tags", client.tickets.tags(space.id, number), None) if "tags" in parts else skipped(),
        or_else(api, "Attachments", client.tickets.attachments(space.id, number), None)
        if "attachments" in parts
        else skipped(),
    )
    (ticket, rows, associations), (tags, documents) = await gather(texts, attachments)
    return FetchedTicket(ticket, rows, associations, tags, documents)


async def ticket_detail(
    api: Api, space: Space, fetched: FetchedTicket, parts: frozenset[TicketPart]
) -> Answer[TicketDetail]:
    """The answer: the rest is asked for side by side, and of comments and changes as many shown as have room."""
    ticket = fetched.ticket
    names, links, tasks, requests = await gather(
        _names(api, space, fetched, parts),
        skipped()
        if fetched.associations is None
        else links_of(api, space.id, ticket.id, fetched.associations[:MOST_SHOWN]),
        or_else(api, "Time", api.client.tasks.list(ticket_ids=[ticket.id]), None) if "time" in parts else skipped(),
        or_else(api, "Merge requests", requests_naming(api, space, ticket.id), None)
        if "merge_requests" in parts
        else skipped(),
    )
    whole = replace(
        TicketDetail.of(ticket, names),
        tags=None if fetched.tags is None else [tag.name or str(tag.id) for tag in fetched.tags],
        links=links,
        attachments=None if fetched.documents is None else attachments_of(fetched.documents),
        time=None if tasks is None else time_of(tasks, ticket.id, names),
        merge_requests=requests and requests[0],
        note=_note(fetched, requests and requests[1]),
    )
    rows = fetched.rows
    if rows is None:
        return Answer(whole)

    def at_most(chars: int) -> TicketDetail:
        shown = history_of(rows, names, chars)
        left_out = f"{shown.left_out} older comments and changes are left out for size." if shown.left_out else None
        return replace(
            whole,
            comments=shown.comments if "comments" in parts else None,
            history=shown.history if "history" in parts else None,
            note=joined(whole.note, left_out),
        )

    return Answer(at_most(api.max_result_chars), shorter=at_most)


async def _names(api: Api, space: Space, fetched: FetchedTicket, parts: frozenset[TicketPart]) -> Names:
    """Names for the ticket; a history may speak of anything there is."""
    ticket, history = fetched.ticket, "history" in parts
    needed: dict[ListKind[Any], bool] = {
        MEMBERS: True,
        MILESTONES: history or ticket.milestone_id is not None,
        COMPONENTS: history or ticket.component_id is not None,
        CUSTOM_FIELDS: history or bool(ticket.custom_fields),
    }
    authors = [row.user_id for row in fetched.rows or () if not row.is_blank]
    return await names_in(
        api,
        space,
        [kind for kind, shown in needed.items() if shown],
        [ticket.assigned_to_id, ticket.reporter_id, *authors, *ticket.follower_ids],
    )


def _note(fetched: FetchedTicket, merge_requests: str | None) -> str | None:
    counts: Sequence[tuple[str, Sequence[object], int]] = (
        ("links", fetched.associations or (), MOST_LOOKED_UP),
        ("attachments", fetched.documents or (), MOST_SHOWN),
    )
    cut = [
        f"Of {len(items)} {what}, the first {most} are shown with details."
        for what, items, most in counts
        if len(items) > most
    ]
    return joined(merge_requests, *cut)
