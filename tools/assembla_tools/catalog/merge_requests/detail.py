"""What a merge request looks like in answers: one line of a list, or in full with what a reviewer asks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from pydantic import Field

from assembla_client.models import Model, seconds
from assembla_client.resources.merge_requests import (
    MERGE_REQUEST_STATUSES,
    SYMBOL_TYPES,
    VOTES,
    MergeRequest,
    MergeRequestComment,
    MergeRequestVersion,
    MergeRequestVote,
)
from assembla_client.resources.space_tools import SpaceTool
from assembla_client.resources.tickets import PRIORITIES, Ticket
from assembla_client.resources.users import User
from assembla_tools.lookup.people import login_of
from assembla_tools.lookup.refs import Person, joined, label, state_of

People = dict[str, User]


class RequestInBrief(Model):
    """What a list shows of a merge request."""

    id: int
    repository: str
    title: str | None
    status: str | None
    source: str | None
    target: str | None
    author: str | None
    updated_at: datetime | None


class ListedRequest(RequestInBrief):
    """A merge request in a list, with all that is known of it."""

    description: str | None = None
    created_at: datetime | None = None
    processed_by: str | None = None
    commit: str | None = None
    source_type: str | None = None
    delete_source: bool | None = None

    @classmethod
    def of(cls, tool: SpaceTool, request: MergeRequest, people: People) -> "ListedRequest":
        """A merge request of the repository `tool`, with the people called by login."""
        return cls(
            id=request.id,
            repository=tool.name,
            title=request.title,
            status=label(MERGE_REQUEST_STATUSES, request.status),
            source=request.source_symbol,
            target=request.target_symbol,
            author=login_of(people, request.user_id),
            updated_at=request.updated_at,
            description=request.description,
            created_at=request.created_at,
            processed_by=login_of(people, request.processed_by_user_id),
            commit=request.commit,
            source_type=label(SYMBOL_TYPES, request.source_symbol_type),
            delete_source=_flag(request.source_cleanup),
        )


@dataclass(frozen=True)
class Version:
    """A state of the source that was, or is, to be merged."""

    version: int | None
    author: str | None
    source_revision: str | None
    target_revision: str | None
    created_at: datetime | None


@dataclass(frozen=True)
class Remark:
    """A comment. The API does not say on which version: their times tell."""

    id: int
    author: str | None
    created_at: datetime | None
    text: str | None


@dataclass(frozen=True)
class Vote:
    """How one person voted."""

    person: Person | None
    vote: str | None


@dataclass(frozen=True)
class Votes:
    """The votes on one version, summed, and who cast them."""

    version: int
    up: int
    down: int
    by: list[Vote]


@dataclass(frozen=True)
class NamedTicket:
    """A ticket that the merge request names."""

    number: int
    summary: str | None
    state: str
    status: str | None
    priority: str | None
    assignee: str | None


@dataclass(frozen=True)
class RequestInFull:
    """A merge request with the parts that were asked for; a part that was not is None."""

    id: int
    repository: str
    title: str | None
    description: str | None
    status: str | None
    source: str | None
    source_type: str | None
    target: str | None
    target_repository: Annotated[str | None, Field(description="Where it is to be merged, if in another repository.")]
    author: Person | None
    processed_by: Annotated[Person | None, Field(description="Who merged or ignored it.")]
    commit: str | None
    delete_source: bool | None
    created_at: datetime | None
    updated_at: datetime | None
    versions: Annotated[list[Version] | None, Field(description="Newest first.")]
    votes: Votes | None
    tickets: list[NamedTicket] | None
    comments: Annotated[list[Remark] | None, Field(description="Oldest first.")]
    note: str | None


def request_detail(tool: SpaceTool, request: MergeRequest, people: People, tools: Sequence[SpaceTool]) -> RequestInFull:
    """The merge request alone; `tools` are the repositories that have names."""
    into = request.target_space_tool_id
    names = {each.id: each.name for each in tools}
    return RequestInFull(
        id=request.id,
        repository=tool.name,
        title=request.title,
        description=request.description,
        status=label(MERGE_REQUEST_STATUSES, request.status),
        source=request.source_symbol,
        source_type=label(SYMBOL_TYPES, request.source_symbol_type),
        target=request.target_symbol,
        target_repository=names.get(into, into) if into and into != tool.id else None,
        author=Person.of(request.user_id, people),
        processed_by=Person.of(request.processed_by_user_id, people),
        commit=request.commit,
        delete_source=_flag(request.source_cleanup),
        created_at=request.created_at,
        updated_at=request.updated_at,
        versions=None,
        votes=None,
        tickets=None,
        comments=None,
        note=None,
    )


def versions_of(versions: Sequence[MergeRequestVersion], people: People) -> list[Version]:
    """The versions, newest first."""
    return [
        Version(
            each.version, login_of(people, each.user_id), each.source_revision, each.target_revision, each.created_at
        )
        for each in sorted(versions, key=lambda each: -(each.version or 0))
    ]


def votes_of(version: int, votes: Sequence[MergeRequestVote], people: People) -> Votes:
    """The votes on a version, summed."""
    by = [Vote(Person.of(each.user_id, people), label(VOTES, each.vote)) for each in votes]
    return Votes(version, sum((each.vote or 0) > 0 for each in votes), sum((each.vote or 0) < 0 for each in votes), by)


def tickets_of(tickets: Sequence[Ticket], people: People) -> list[NamedTicket]:
    """The tickets that a merge request names."""
    return [
        NamedTicket(
            ticket.number,
            ticket.summary,
            state_of(ticket),
            ticket.status,
            label(PRIORITIES, ticket.priority),
            login_of(people, ticket.assigned_to_id),
        )
        for ticket in tickets
    ]


def commented(
    request: RequestInFull, comments: Sequence[MergeRequestComment], people: People
) -> Callable[[int], RequestInFull]:
    """The request with as many of the newest comments as so many characters hold; a note says what is left out."""
    remarks = [
        Remark(each.id, login_of(people, each.user_id), each.created_at, each.content)
        for each in sorted(comments, key=lambda each: (seconds(each.created_at), each.id))
    ]

    def at_most(chars: int) -> RequestInFull:
        kept = list(remarks)
        while kept and sum(len(remark.text or "") + 100 for remark in kept) > chars:
            kept.pop(0)
        left_out = len(remarks) - len(kept)
        note = f"{left_out} older comments are left out for size: ask with `version` for those on one version."
        return replace(request, comments=kept, note=joined(request.note, note if left_out else None))

    return at_most


def _flag(number: int | None) -> bool | None:
    return None if number is None else number != 0
