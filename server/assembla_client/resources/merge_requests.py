"""Merge requests of a repository: their versions, comments and votes. The endpoints are below `space_tools`."""

from types import MappingProxyType
from typing import Annotated

from pydantic import Field, JsonValue

from assembla_client.models import Instant, Model, NumberId
from assembla_client.resources.ticket_fields import Ticket
from assembla_client.transport.client import Transport
from assembla_client.transport.query import query
from assembla_client.transport.wire import path

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
    title: str
    description: str | None = None
    status: int
    source_symbol: str
    source_symbol_type: _LaxInt | None = None
    source_cleanup: _LaxInt | None = None
    target_symbol: str
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
    updated_at: Instant


class MergeRequestVersion(Model):
    """A state of the source that the request stood for; `version` counts from 1."""

    id: NumberId
    merge_request_id: NumberId
    version: int
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
    merge_request_id: NumberId
    content: str
    user_id: str | None = None
    space_id: str | None = None
    created_at: Instant
    updated_at: Instant | None = None


class MergeRequestVote(Model):
    """One person's vote on one version."""

    id: NumberId
    merge_request_id: NumberId
    merge_request_version_id: NumberId
    user_id: str
    vote: int
    created_at: Instant | None = None
    updated_at: Instant | None = None


class MergeRequestsAPI:
    """Endpoints 112, 113, 118 to 121, 123 and 125. `tool` is a repository's id or name; lists: 204 when empty."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, tool: str, id: int) -> MergeRequest:
        """Fetch one merge request.

        GET /v1/spaces/{space}/space_tools/{tool}/merge_requests/{id} (113). Raises NotFound.
        """
        return await self._transport.one(MergeRequest, _path(space, tool, id))

    async def comments(self, space: str, tool: str, id: int) -> list[MergeRequestComment]:
        """Fetch the comments on all versions of a merge request.

        GET …/merge_requests/{id}/comments (118). Paged, as clients do.
        """
        return await self._transport.pages(MergeRequestComment, _path(space, tool, id, "comments"))

    async def tickets(self, space: str, tool: str, id: int) -> list[Ticket]:
        """Fetch the tickets that a merge request names.

        GET …/merge_requests/{id}/tickets (119). Paged, as clients do.
        """
        return await self._transport.pages(Ticket, _path(space, tool, id, "tickets"))

    async def versions(self, space: str, tool: str, id: int) -> list[MergeRequestVersion]:
        """Fetch the versions of a merge request.

        GET …/merge_requests/{id}/versions (120). Paged, as clients do.
        """
        return await self._transport.pages(MergeRequestVersion, _path(space, tool, id, "versions"))

    async def version(self, space: str, tool: str, id: int, number: int) -> MergeRequestVersion:
        """Fetch one version by its number, which is not its id.

        GET …/merge_requests/{id}/versions/{number} (121). Raises NotFound.
        """
        return await self._transport.one(MergeRequestVersion, _path(space, tool, id, "versions", number))

    async def version_comments(self, space: str, tool: str, id: int, number: int) -> list[MergeRequestComment]:
        """Fetch the comments on one version.

        GET …/merge_requests/{id}/versions/{number}/comments (123). Paged, as clients do.
        """
        where = _path(space, tool, id, "versions", number, "comments")
        return await self._transport.pages(MergeRequestComment, where)

    async def votes(self, space: str, tool: str, id: int, number: int) -> list[MergeRequestVote]:
        """Fetch the votes on one version.

        GET …/merge_requests/{id}/versions/{number}/votes (125). No source says whether it is paged.
        """
        where = _path(space, tool, id, "versions", number, "votes")
        return await self._transport.pages(MergeRequestVote, where)

    async def list(self, space: str, tool: str, status: str | None = None) -> list[MergeRequest]:
        """Fetch the merge requests of a repository. Of the words for `status` only `open` is known.

        GET /v1/spaces/{space}/space_tools/{tool}/merge_requests (112). Paged.
        """
        return await self._transport.pages(MergeRequest, _path(space, tool), query(("status", status)))


def _path(space: str, tool: str, *within: str | int) -> str:
    return path("spaces", space, "space_tools", tool, "merge_requests", *within)
