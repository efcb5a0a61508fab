"""Roles: who takes part in a space and as what. An invitation is a role that was not accepted yet."""

from types import MappingProxyType

from assembla_client.models import Expected, Instant, Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint

REMOVED = 3
ROLE_STATUSES = MappingProxyType({1: "invited", 2: "accepted", REMOVED: "removed"})


class UserRole(Model):
    """One person's role in one space: `watcher`, `member` or `owner`. `space_id` of an invitation to a portfolio
    is the portfolio's id."""

    id: NumberId
    user_id: Expected[str] = None
    space_id: Expected[str] = None
    role: Expected[str] = None
    status: Expected[int] = None
    title: str | None = None
    invited_by_id: str | None = None
    invited_time: Instant | None = None
    agreed_time: Instant | None = None
    message: str | None = None


USER_ROLES = Endpoint(
    79, "GET", "/spaces/{space}/user_roles", "the list of user roles of space {space}", "list", cacheable=True
)
USER_ROLE = Endpoint(80, "GET", "/spaces/{space}/user_roles/{id}", "membership {id} of space {space}", "membership")


class UserRolesAPI:
    """The roles in a space."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, id: int) -> UserRole:
        """Fetch one role.

        GET /v1/spaces/{space}/user_roles/{id}. Raises NotFound.
        """
        return await self._transport.one(UserRole, USER_ROLE(space=space, id=id))

    async def list(self, space: str, *, fresh: bool = False) -> list[UserRole]:
        """Fetch the roles in a space. People who were removed stay in the list, with status REMOVED.

        GET /v1/spaces/{space}/user_roles. Not paged. Empty: 204.
        """
        return await self._transport.many(UserRole, USER_ROLES(space=space), fresh=fresh)
