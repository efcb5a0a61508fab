"""Merge requests of a repository: their versions, comments and votes. The endpoints are below `space_tools`."""

from types import MappingProxyType
from typing import Annotated

from pydantic import Field, JsonValue

from assembla_client.models import Expected, Instant, Model, NumberId
from assembla_client.resources.space_tools import SPACE_TOOL
from assembla_client.resources.ticket_fields import Ticket
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint
from assembla_client.transport.query import query

MERGE_REQUEST_STATUSES = MappingProxyType({0: "open", 1: "merged", 2: "ignored"})
SYMBOL_TYPES = MappingProxyType({1: "branch", 2: "tag", 3: "revision"})
VOTES = MappingProxyType({1: "up", -1: "down"})

# The reference has text for these where recorded answers have a number or a boolean.
_LaxInt = Annotated[int, Field(strict=False)]
_LaxBool = Annotated[bool, Field(strict=False)]


class MergeRequest(Model):
    """A request to merge one branch, tag or revision into a branch.

    `apply_status` and `applied_at` are here in answers of 2012 and on the version later; only null was seen.
    `url` leads nowhere: do not follow it.
    """

    id: NumberId
    title: Expected[str] = None
    description: str | None = None
    status: Expected[int] = None
    source_symbol: Expected[str] = None
    source_symbol_type: _LaxInt | None = None
    source_cleanup: _LaxInt | None = None
    target_symbol: Expected[str] = None
    space_tool_id: str | None = None
    target_space_tool_id: str | None = None
    target_space_id: str | None = None
    user_id: str | None = None
    processed_by_user_id: str | None = None
    commit: str | None = None
    apply_status: JsonValue = None
    applied_at: JsonValue = None
    url: str | None = None
    created_at: Instant | None = None
    updated_at: Expected[Instant] = None


class MergeRequestVersion(Model):
    """A state of the source that the request stood for; `version` counts from 1."""

    id: NumberId
    merge_request_id: Expected[NumberId] = None
    version: Expected[int] = None
    latest: _LaxBool | None = None
    user_id: str | None = None
    source_revision: str | None = None
    target_revision: str | None = None
    source_symbol: str | None = None
    source_symbol_type: _LaxInt | None = None
    processed_by_user_id: str | None = None
    apply_status: JsonValue = None
    applied_at: JsonValue = None
    url: str | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


class MergeRequestComment(Model):
    """What somebody said about a version of a merge request."""

    id: NumberId
    merge_request_id: Expected[NumberId] = None
    content: Expected[str] = None
    user_id: str | None = None
    space_id: str | None = None
    created_at: Expected[Instant] = None
    updated_at: Instant | None = None


class MergeRequestVote(Model):
    """One person's vote on one version."""

    id: NumberId
    merge_request_id: Expected[NumberId] = None
    merge_request_version_id: Expected[NumberId] = None
    user_id: Expected[str] = None
    vote: Expected[int] = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


_ALL = "/spaces/{space}/space_tools/{tool}/merge_requests"
_ONE = "merge request {id} of space tool {tool} of space {space}"

MERGE_REQUESTS = Endpoint(
    112,
    "GET",
    _ALL,
    "the list of merge requests of space tool {tool} of space {space}",
    tool="source repository",
    of=SPACE_TOOL,
)
MERGE_REQUEST = Endpoint(113, "GET", f"{_ALL}/{{id}}", _ONE, "merge request", tool="source repository")
COMMENTS = Endpoint(118, "GET", f"{_ALL}/{{id}}/comments", f"the list of comments of {_ONE}", of=MERGE_REQUEST)
TICKETS = Endpoint(119, "GET", f"{_ALL}/{{id}}/tickets", f"the list of tickets of {_ONE}", of=MERGE_REQUEST)
VERSIONS = Endpoint(120, "GET", f"{_ALL}/{{id}}/versions", f"the list of versions of {_ONE}", of=MERGE_REQUEST)
VERSION = Endpoint(
    121,
    "GET",
    f"{_ALL}/{{id}}/versions/{{version}}",
    f"version {{version}} of {_ONE}",
    "version",
    tool="source repository",
)
VERSION_COMMENTS = Endpoint(
    123,
    "GET",
    f"{_ALL}/{{id}}/versions/{{version}}/comments",
    f"the list of comments of version {{version}} of {_ONE}",
    of=VERSION,
)
VERSION_VOTES = Endpoint(
    125,
    "GET",
    f"{_ALL}/{{id}}/versions/{{version}}/votes",
    f"the list of votes of version {{version}} of {_ONE}",
    of=VERSION,
)


class MergeRequestsAPI:
    """`tool` is a repository's id or name. Lists: 204 when empty."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, tool: str, id: int) -> MergeRequest:
        """Fetch one merge request.

        GET /v1/spaces/{space}/space_tools/{tool}/merge_requests/{id}. Raises NotFound.
        """
        return await self._transport.one(MergeRequest, MERGE_REQUEST(space=space, tool=tool, id=id))

    async def comments(self, space: str, tool: str, id: int) -> list[MergeRequestComment]:
        """Fetch the comments on all versions of a merge request.

        GET …/merge_requests/{id}/comments. Paged, as clients do.
        """
        return await self._transport.pages(MergeRequestComment, COMMENTS(space=space, tool=tool, id=id))

    async def tickets(self, space: str, tool: str, id: int) -> list[Ticket]:
        """Fetch the tickets that a merge request names.

        GET …/merge_requests/{id}/tickets. Paged, as clients do.
        """
        return await self._transport.pages(Ticket, TICKETS(space=space, tool=tool, id=id))

    async def versions(self, space: str, tool: str, id: int) -> list[MergeRequestVersion]:
        """Fetch the versions of a merge request.

        GET …/merge_requests/{id}/versions. Paged, as clients do.
        """
        return await self._transport.pages(MergeRequestVersion, VERSIONS(space=space, tool=tool, id=id))

    async def version(self, space: str, tool: str, id: int, number: int) -> MergeRequestVersion:
        """Fetch one version by its number, which is not its id.

        GET …/merge_requests/{id}/versions/{version}. Raises NotFound.
        """
        target = VERSION(space=space, tool=tool, id=id, version=number)
        return await self._transport.one(MergeRequestVersion, target)

    async def version_comments(self, space: str, tool: str, id: int, number: int) -> list[MergeRequestComment]:
        """Fetch the comments on one version.

        GET …/merge_requests/{id}/versions/{version}/comments. Paged, as clients do.
        """
        target = VERSION_COMMENTS(space=space, tool=tool, id=id, version=number)
        return await self._transport.pages(MergeRequestComment, target)

    async def votes(self, space: str, tool: str, id: int, number: int) -> list[MergeRequestVote]:
        """Fetch the votes on one version.

        GET …/merge_requests/{id}/versions/{version}/votes. No source says whether it is paged.
        """
        target = VERSION_VOTES(space=space, tool=tool, id=id, version=number)
        return await self._transport.pages(MergeRequestVote, target)

    async def list(self, space: str, tool: str, status: str | None = None) -> list[MergeRequest]:
        """Fetch the merge requests of a repository. Of the words for `status` only `open` is known.

        GET /v1/spaces/{space}/space_tools/{tool}/merge_requests. Paged.
        """
        target = MERGE_REQUESTS(space=space, tool=tool)
        return await self._transport.pages(MergeRequest, target, query(("status", status)))
