"""One ticket as it is shown alone: every field, names for ids, and the parts that were asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from assembla_client.resources.documents import Document
from assembla_client.resources.spaces import Space
from assembla_client.resources.tags import Tag
from assembla_client.resources.ticket_associations import Association
from assembla_client.resources.ticket_comments import Comment
from assembla_client.resources.tickets import HIERARCHY_TYPES, PERMISSION_TYPES, PRIORITIES, STORY_SIZES, Ticket
from assembla_tools.catalog.tickets.history import FieldChange, ShownComment, past_of
from assembla_tools.catalog.tickets.links import MOST_LOOKED_UP, Link, links_of
from assembla_tools.catalog.tickets.list_item import Names, names_in
from assembla_tools.catalog.tickets.parts import (
    MOST_SHOWN,
    Attachment,
    NamingRequest,
    Time,
    attachments_of,
    requests_naming,
    time_of,
)
from assembla_tools.framework.concurrency import gather, nothing
from assembla_tools.framework.context import Api
from assembla_tools.framework.results import Answer
from assembla_tools.lookup.refs import MilestoneRef, Person, state_of, word

Part = Literal["comments", "history", "attachments", "links", "tags", "time", "merge_requests"]
BY_DEFAULT: tuple[Part, ...] = ("comments", "links", "tags")


@dataclass(frozen=True)
class TicketDetail:
    """A ticket; a part that was not asked for is None."""

    number: int
    space: Annotated[str, Field(description="wiki_name")]
    id: Annotated[int, Field(description="Global; other tools take the number")]
    summary: str
    description: str | None
    state: Literal["open", "closed"]
    status: str
    priority: str | None
    type: str | None
    assignee: Person | None
    reporter: Person | None
    followers: list[Person]
    milestone: MilestoneRef | None
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
    created_on: datetime
    updated_at: datetime
    completed_date: datetime | None
    tags: list[str] | None = None
    links: Annotated[list[Link] | None, Field(description="What this ticket is to others.")] = None
    attachments: list[Attachment] | None = None
    time: Time | None = None
    merge_requests: list[NamingRequest] | None = None
    comments: Annotated[list[ShownComment] | None, Field(description="Oldest first.")] = None
    history: Annotated[list[FieldChange] | None, Field(description="Oldest first.")] = None
    note: str | None = None

    @classmethod
    def of(cls, ticket: Ticket, names: Names) -> "TicketDetail":
        """The ticket alone."""
        milestone = ticket.milestone_id
        return cls(
            number=ticket.number,
            space=names.space.wiki_name,
            id=ticket.id,
            summary=ticket.summary,
            description=ticket.description,
            state=state_of(ticket),
            status=ticket.status,
            priority=word(PRIORITIES, ticket.priority),
            type=word(HIERARCHY_TYPES, ticket.hierarchy_type),
            assignee=Person.of(ticket.assigned_to_id, names.people),
            reporter=Person.of(ticket.reporter_id, names.people),
            followers=[each for id in ticket.follower_ids if (each := Person.of(id, names.people))],
            milestone=None if milestone is None else MilestoneRef(milestone, names.milestones.get(milestone)),
            component=word(names.components, ticket.component_id),
            custom_fields=names.custom(ticket),
            permission=word(PERMISSION_TYPES, ticket.permission_type),
            due_date=ticket.due_date,
            estimate=ticket.estimate,
            working_hours=ticket.working_hours,
            total_estimate=ticket.total_estimate,
            total_working_hours=ticket.total_working_hours,
            total_invested_hours=ticket.total_invested_hours,
            importance=ticket.importance,
            story_importance=word(STORY_SIZES, ticket.story_importance),
            created_on=ticket.created_on,
            updated_at=ticket.updated_at,
            completed_date=ticket.completed_date,
        )


@dataclass(frozen=True)
class Near:
    """What the API tells of a ticket by its number, all asked for at once."""

    ticket: Ticket
    rows: list[Comment] | None
    associations: list[Association] | None
    tags: list[Tag] | None
    documents: list[Document] | None


async def ask_by_number(api: Api, space: Space, number: int, parts: frozenset[Part]) -> Near:
    """The ticket, and of its parts those that its number is enough for."""
    client = api.client
    spoken = gather(
        client.tickets.get(space.id, number),
        client.ticket_comments.list(space.id, number) if parts & {"comments", "history"} else nothing(),
        client.ticket_associations.list(space.id, number) if "links" in parts else nothing(),
    )
    attached = gather(
        client.tickets.tags(space.id, number) if "tags" in parts else nothing(),
        client.tickets.attachments(space.id, number) if "attachments" in parts else nothing(),
    )
    (ticket, rows, associations), (tags, documents) = await gather(spoken, attached)
    return Near(ticket, rows, associations, tags, documents)


async def ticket_detail(api: Api, space: Space, near: Near, parts: frozenset[Part]) -> Answer[TicketDetail]:
    """The answer: the rest is asked for side by side, and of comments and changes as many shown as have room."""
    ticket = near.ticket
    names, links, tasks, requests = await gather(
        _names(api, space, near, parts),
        nothing() if near.associations is None else links_of(api, space.id, ticket.id, near.associations[:MOST_SHOWN]),
        api.client.tasks.list(ticket_ids=[ticket.id]) if "time" in parts else nothing(),
        requests_naming(api, space, ticket.id) if "merge_requests" in parts else nothing(),
    )
    whole = replace(
        TicketDetail.of(ticket, names),
        tags=None if near.tags is None else [tag.name for tag in near.tags],
        links=links,
        attachments=None if near.documents is None else attachments_of(near.documents),
        time=None if tasks is None else time_of(tasks, ticket.id, names),
        merge_requests=requests and requests[0],
        note=_note(near, requests and requests[1]),
    )
    rows = near.rows
    if rows is None:
        return Answer(whole)

    def at_most(chars: int) -> TicketDetail:
        past = past_of(rows, names, chars)
        left_out = f"{past.left_out} older comments and changes are left out for size." if past.left_out else None
        return replace(
            whole,
            comments=past.comments if "comments" in parts else None,
            history=past.history if "history" in parts else None,
            note=" ".join(filter(None, (whole.note, left_out))) or None,
        )

    return Answer(at_most(api.max_result_chars), shorter=at_most)


async def _names(api: Api, space: Space, near: Near, parts: frozenset[Part]) -> Names:
    """Names for the ticket; a history may speak of anything there is."""
    ticket, past = near.ticket, "history" in parts
    authors = [row.user_id for row in near.rows or () if not row.is_blank]
    return await names_in(
        api,
        space,
        milestones=past or ticket.milestone_id is not None,
        components=past or ticket.component_id is not None,
        custom_fields=past or bool(ticket.custom_fields),
        ids=[ticket.assigned_to_id, ticket.reporter_id, *authors, *ticket.follower_ids],
    )


def _note(near: Near, merge_requests: str | None) -> str | None:
    said: list[str] = [merge_requests] if merge_requests else []
    counts: Sequence[tuple[str, Sequence[object], int]] = (
        ("links", near.associations or (), MOST_LOOKED_UP),
        ("attachments", near.documents or (), MOST_SHOWN),
    )
    said += [
        f"Of {len(items)} {what}, the first {most} are shown with details."
        for what, items, most in counts
        if len(items) > most
    ]
    return " ".join(said) or None
