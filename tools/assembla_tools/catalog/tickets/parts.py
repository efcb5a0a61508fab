"""What hangs on a ticket beside its links and its history: attachments, time, and the merge requests that name it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from assembla_client.models import seconds
from assembla_client.resources.documents import Document
from assembla_client.resources.merge_requests import MERGE_REQUEST_STATUSES, MergeRequest
from assembla_client.resources.space_tools import SpaceTool
from assembla_client.resources.spaces import Space
from assembla_client.resources.tasks import Task
from assembla_tools.catalog.tickets.list_item import Names
from assembla_tools.framework.concurrency import BROKEN, gather
from assembla_tools.framework.context import Api
from assembla_tools.lookup.refs import label
from assembla_tools.lookup.repositories import ask_each, names_of
from assembla_tools.lookup.space_lists import REPOSITORIES, SpaceLists

MOST_SHOWN = 50
MOST_MERGE_REQUESTS = 20
"""The API does not tell which merge requests name a ticket: so many are asked for theirs, the newest first."""


@dataclass(frozen=True)
class Attachment:
    """A file that hangs on the ticket; `get_document` takes its id."""

    id: str
    name: str
    type: str | None
    size: Annotated[int | None, Field(description="Bytes")]


@dataclass(frozen=True)
class HoursSpent:
    """Hours that somebody spent on the ticket."""

    id: int
    person: str | None
    hours: float | None
    begin_at: datetime | None
    description: str | None


@dataclass(frozen=True)
class TimeSpent:
    """The hours of all entries, and the newest of them."""

    hours: float
    entries: list[HoursSpent]


@dataclass(frozen=True)
class NamingRequest:
    """A merge request that names the ticket."""

    id: int
    repository: str
    title: str | None
    status: str | None
    source: str | None
    target: str | None


def attachments_of(documents: Sequence[Document]) -> list[Attachment]:
    """The files, as far as an answer holds them."""
    shown = documents[:MOST_SHOWN]
    return [Attachment(each.id, each.name or each.id, each.content_type, each.filesize) for each in shown]


def time_of(tasks: Sequence[Task], ticket_id: int, names: Names) -> TimeSpent:
    """The entries of this ticket, newest first, and their sum."""
    those = sorted(
        (task for task in tasks if task.ticket_id == ticket_id), key=lambda task: seconds(task.begin_at), reverse=True
    )
    entries = [
        HoursSpent(task.id, names.login(task.user_id), _hours(task), task.begin_at, task.description)
        for task in those[:MOST_SHOWN]
    ]
    return TimeSpent(float(sum(task.hours or 0 for task in those)), entries)


def _hours(task: Task) -> float | None:
    return None if task.hours is None else float(task.hours)


async def requests_naming(api: Api, space: Space, ticket_id: int) -> tuple[list[NamingRequest], str | None]:
    """The merge requests that name a ticket, and a note on what was not looked through."""
    repositories = await SpaceLists(api, space).all(REPOSITORIES)
    asked = await ask_each(repositories, lambda tool: api.client.merge_requests.list(space.id, tool))
    all_of_them = [(each.repository, request) for each in asked for request in each.answer or ()]
    newest = sorted(all_of_them, key=lambda pair: seconds(pair[1].updated_at), reverse=True)[:MOST_MERGE_REQUESTS]
    hits = await gather(*(_is_about(api, space, tool, request, ticket_id) for tool, request in newest))
    found = [_shown(tool, request) for (tool, request), hit in zip(newest, hits, strict=True) if hit]
    if len(all_of_them) == len(newest):
        return found, None
    return found, (
        f"Only the {len(newest)} merge requests changed last, of {len(all_of_them)} in {names_of(repositories)}, "
        "were looked through for the ticket."
    )


async def _is_about(api: Api, space: Space, tool: SpaceTool, request: MergeRequest, ticket_id: int) -> bool:
    try:
        return any(
            each.id == ticket_id for each in await api.client.merge_requests.tickets(space.id, tool.id, request.id)
        )
    except BROKEN:
        return False


def _shown(tool: SpaceTool, request: MergeRequest) -> NamingRequest:
    status = label(MERGE_REQUEST_STATUSES, request.status)
    return NamingRequest(request.id, tool.name, request.title, status, request.source_symbol, request.target_symbol)
