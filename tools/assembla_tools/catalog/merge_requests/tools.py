"""Merge requests: those of a space's repositories, and all that a reviewer asks about one of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal, get_args

from pydantic import Field

from assembla_client.errors import NotFound
from assembla_client.models import seconds
from assembla_client.resources.merge_requests import (
    MERGE_REQUEST_STATUSES,
    MergeRequest,
    MergeRequestComment,
    MergeRequestsAPI,
    MergeRequestVersion,
    MergeRequestVote,
)
from assembla_client.resources.space_tools import SpaceTool
from assembla_client.resources.spaces import Space
from assembla_client.resources.tickets import Ticket
from assembla_client.resources.users import User
from assembla_tools.catalog.merge_requests.detail import (
    ListedRequest,
    RequestInBrief,
    RequestInFull,
    commented,
    request_detail,
    tickets_of,
    versions_of,
    votes_of,
)
from assembla_tools.framework.arguments import Detail, Reference
from assembla_tools.framework.concurrency import gather, or_else, skipped
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Answer, Listing
from assembla_tools.framework.text import same
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.find_space import SpaceRef
from assembla_tools.lookup.people import find_person, members_of, with_former_members
from assembla_tools.lookup.refs import joined, label
from assembla_tools.lookup.repositories import ask_each, names_of, repositories_of

RequestPart = Literal["versions", "comments", "votes", "tickets"]
RepositoryRef = Annotated[str | None, Field(max_length=200, description="Its name or id; all of them if left out.")]
_NO_TICKETS = "Tickets are left out: the space has no Tickets tool."


@tool(effect="read", toolset="merge_requests", title="List merge requests", brief=RequestInBrief)
async def list_merge_requests(
    api: Api,
    page: PageRequest,
    space: SpaceRef,
    repository: RepositoryRef = None,
    status: Annotated[Literal["open", "merged", "ignored", "all"], Field(description="Only these.")] = "open",
    author: Annotated[
        User | None,
        Reference(find_person),
        Field(max_length=200, description="By this person: login, name, id or `me`."),
    ] = None,
    source: Annotated[str | None, Field(max_length=300, description="From this branch.")] = None,
    target: Annotated[str | None, Field(max_length=300, description="Into this branch.")] = None,
    detail: Detail = "brief",
) -> Listing[ListedRequest]:
    """List merge requests, the latest changed first, those of all repositories unless one is named.

    For one with its comments, votes, versions and tickets use `get_merge_request`.
    """
    repositories = await repositories_of(api, space, repository)
    page = page.about(repository=repository and repositories[0])
    requests, note = await _requests(api, space, repositories, status)
    hits = [each for each in requests if _fits(each[1], status, author, source, target)]
    listing = page.take(hits, _newest_first)
    named = [id for _, each in listing.items for id in _people_in(each, detail)]
    people, unnamed = await with_former_members(api, await members_of(api, [space.id]), named)
    shown = [ListedRequest.of(*each, people) for each in listing.items]
    return listing.showing(shown, joined(note, unnamed), whole=note is None)


@tool(effect="read", toolset="merge_requests", title="Get a merge request")
async def get_merge_request(
    api: Api,
    space: SpaceRef,
    id: Annotated[int, Field(ge=1, description="Its id.")],
    repository: RepositoryRef = None,
    version: Annotated[
        int | None, Field(ge=1, description="A version's number: it, and the comments and votes on it, instead.")
    ] = None,
    include: Annotated[
        list[RequestPart] | None, Field(description="The parts to show; all of them by default.")
    ] = None,
) -> Answer[RequestInFull]:
    """Get one merge request as a reviewer needs it: versions, the comments on all of them, the votes on the newest
    with who cast them, and the tickets that it names.

    To find a merge request use `list_merge_requests`. The API shows no code: take the revisions to your clone.
    """
    repositories = await repositories_of(api, space, repository)
    tool, request = await _one(api, space, repositories, id)
    asked = frozenset(include if include is not None else get_args(RequestPart))
    parts = _Parts(api, space.id, tool.id, id, version)
    members, (versions, votes), comments, tickets = await gather(
        members_of(api, [space.id]),
        parts.versions_and_votes(asked),
        or_else(api, "Comments", parts.comments(), None) if "comments" in asked else skipped(),
        or_else(api, "Tickets", parts.tickets(), None) if "tickets" in asked else skipped(),
    )
    named = _people_in(request, "full") + _people_on(versions, votes, comments, tickets)
    people, unnamed = await with_former_members(api, members, named)
    whole = replace(
        request_detail(tool, request, people, repositories),
        versions=versions_of(versions, people) if versions is not None and "versions" in asked else None,
        votes=votes_of(*votes, people) if votes is not None else None,
        tickets=tickets_of(tickets, people) if tickets is not None else None,
        note=unnamed,
    )
    if comments is None:
        return Answer(whole)
    at_most = commented(whole, comments, people)
    return Answer(at_most(api.max_result_chars), shorter=at_most)


def _people_in(request: MergeRequest, detail: str) -> list[str | None]:
    """The ids of the people who are shown of it."""
    return [request.user_id, *([request.processed_by_user_id] if detail == "full" else ())]


def _people_on(
    versions: Sequence[MergeRequestVersion] | None,
    votes: tuple[int, Sequence[MergeRequestVote]] | None,
    comments: Sequence[MergeRequestComment] | None,
    tickets: Sequence[Ticket] | None,
) -> list[str | None]:
    """The ids of the people in its parts, of the comments the newest first: these are shown longest."""
    return [
        *(each.user_id for each in (votes[1] if votes is not None else ())),
        *(each.user_id for each in versions or ()),
        *(each.user_id for each in sorted(comments or (), key=lambda each: seconds(each.created_at), reverse=True)),
        *(each.assigned_to_id for each in tickets or ()),
    ]


@dataclass(frozen=True)
class _Parts:
    """What hangs on one merge request: on all of its versions, or on the one with the number `version`."""

    api: Api
    space: str
    tool: str
    id: int
    version: int | None

    async def versions_and_votes(
        self, asked: frozenset[str]
    ) -> tuple[Sequence[MergeRequestVersion] | None, tuple[int, Sequence[MergeRequestVote]] | None]:
        """The versions, and the votes on the newest of them: its number is needed first."""
        if not asked & {"versions", "votes"}:
            return (), None
        versions = await or_else(self.api, "Versions", self._versions(), None)
        if not versions or "votes" not in asked:
            return versions, None
        newest = max(each.version or 0 for each in versions)
        votes = self._merge_requests.votes(self.space, self.tool, self.id, newest)
        found = await or_else(self.api, "Votes", votes, None)
        return versions, None if found is None else (newest, found)

    async def _versions(self) -> Sequence[MergeRequestVersion]:
        if self.version is None:
            return await self._merge_requests.versions(self.space, self.tool, self.id)
        try:
            return [await self._merge_requests.version(self.space, self.tool, self.id, self.version)]
        except NotFound:
            raise Refused("NOT_FOUND", f"Merge request {self.id} has no version {self.version}.") from None

    async def comments(self) -> Sequence[MergeRequestComment]:
        if self.version is None:
            return await self._merge_requests.comments(self.space, self.tool, self.id)
        return await self._merge_requests.version_comments(self.space, self.tool, self.id, self.version)

    async def tickets(self) -> Sequence[Ticket] | None:
        """None where the space has no tickets at all."""
        try:
            return await self._merge_requests.tickets(self.space, self.tool, self.id)
        except NotFound as missing:
            if missing.tool_missing:
                self.api.note(_NO_TICKETS)
                return None
            raise

    @property
    def _merge_requests(self) -> MergeRequestsAPI:
        return self.api.client.merge_requests


async def _requests(
    api: Api, space: Space, repositories: Sequence[SpaceTool], status: str
) -> tuple[list[tuple[SpaceTool, MergeRequest]], str | None]:
    """The merge requests with their repositories, and what is to be said where some of these know of none."""
    word = "open" if status == "open" else None  # the other words that the API may take are not known
    asked = await ask_each(repositories, lambda tool: api.client.merge_requests.list(space.id, tool, word))
    errors = [each.error for each in asked if each.error is not None]
    if errors and len(errors) == len(asked):
        raise errors[0]
    silent = [each.repository for each in asked if each.error is not None]
    note = f"Not answering for merge requests: {names_of(silent)}." if silent else None
    return [(each.repository, request) for each in asked for request in each.answer or ()], note


async def _one(api: Api, space: Space, repositories: Sequence[SpaceTool], id: int) -> tuple[SpaceTool, MergeRequest]:
    asked = await ask_each(repositories, lambda tool: api.client.merge_requests.get(space.id, tool, id))
    for each in asked:
        if each.answer is not None:
            return each.repository, each.answer
    if broken := [each.error for each in asked if each.error is not None and not isinstance(each.error, NotFound)]:
        raise broken[0]
    raise Refused(
        "NOT_FOUND",
        f"There is no merge request {id} in {names_of(repositories)} of `{space.wiki_name}`. "
        "`list_merge_requests` with status `all` shows those there are.",
    )


def _fits(request: MergeRequest, status: str, author: User | None, source: str | None, target: str | None) -> bool:
    return (
        (status == "all" or label(MERGE_REQUEST_STATUSES, request.status) == status)
        and (author is None or request.user_id == author.id)
        and _same(source, request.source_symbol)
        and _same(target, request.target_symbol)
    )


def _same(wanted: str | None, name: str | None) -> bool:
    return wanted is None or same(wanted) == same(name)


def _newest_first(found: tuple[SpaceTool, MergeRequest]) -> tuple[float, int]:
    return -seconds(found[1].updated_at), -found[1].id
