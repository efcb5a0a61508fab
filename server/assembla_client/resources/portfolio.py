"""What managers of a portfolio see of all its spaces at once: people, invitations, groups.

Every method takes the portfolio's subdomain and raises Forbidden or NotFound for people who do not manage it.
Tickets, time entries and stand-ups of a portfolio are with their own kinds.
"""

from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from assembla_client.errors import UnexpectedResponse
from assembla_client.models import Expected, Model, NumberId
from assembla_client.resources.spaces import SPACE_GROUPS
from assembla_client.resources.user_roles import UserRole
from assembla_client.resources.users import User
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint
from assembla_client.transport.query import query
from assembla_client.transport.request import Params, Request

USER_GROUPS = MappingProxyType({"all": "rule-1", "managers": "rule-3"})
"""Words for the predefined groups of a portfolio's people; those of spaces are `spaces.SPACE_GROUPS`."""

_Member = Annotated[str, Field(strict=False, coerce_numbers_to_str=True)]


class Group(Model):
    """A named set of spaces or users; `type` says which, `items` has their ids. Inferred: its page was not found."""

    id: NumberId
    name: Expected[str] = None
    type: str | None = None
    portfolio_id: str | None = None
    items: list[_Member] | None = None


def group_filters(spacegroup: str | None, usergroup: str | None) -> Params:
    """Build the filters by group; each is a word of SPACE_GROUPS or USER_GROUPS, or the id of a group."""
    return query(
        ("filter[spacegroup]", spacegroup and SPACE_GROUPS.get(spacegroup, spacegroup)),
        ("filter[usergroup]", usergroup and USER_GROUPS.get(usergroup, usergroup)),
    )


def any_group(*groups: str | None) -> str | None:
    """Say what there may be none of, where these groups are asked for; None where no group is."""
    return "such group" if any(group is not None for group in groups) else None


PORTFOLIO_USERS = Endpoint(149, "GET", "/users{?portfolio}", "the list of users")
USERS_REPORT = Endpoint(150, "GET", "/users/report{?portfolio}", "the user report")
INVITATIONS = Endpoint(157, "GET", "/invitations{?portfolio}", "the list of invitations")
INVITATION = Endpoint(158, "GET", "/invitations/{id}{?portfolio}", "invitation {id}", "invitation")
GROUPS = Endpoint(160, "GET", "/groups{?portfolio}", "the list of groups")
GROUP = Endpoint(162, "GET", "/groups/{id}{?portfolio}", "group {id}", "group")


class PortfolioAPI:
    """Lists: 204 when empty; none is documented to be unpaged."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def users(self, portfolio: str, spacegroup: str | None = None, usergroup: str | None = None) -> list[User]:
        """Fetch the people of a portfolio. Groups are words of SPACE_GROUPS and USER_GROUPS, or ids of groups.

        GET /v1/users?portfolio=…&filter[spacegroup]=…&filter[usergroup]=….
        """
        target = PORTFOLIO_USERS(portfolio=portfolio).naming(any_group(spacegroup, usergroup))
        return await self._transport.pages(User, target, group_filters(spacegroup, usergroup))

    async def users_report(self, portfolio: str) -> str:
        """Fetch the report on the people of a portfolio as CSV, made anew each night at 00:00 UTC.

        GET /v1/users/report?portfolio=…. It must be switched on in the portfolio's settings.
        """
        reply = await self._transport.reply(Request.to(USERS_REPORT(portfolio=portfolio)))
        try:
            return reply.body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UnexpectedResponse("Assembla's user report is not UTF-8.", status=reply.status) from None

    async def invitations(self, portfolio: str) -> list[UserRole]:
        """Fetch the invitations to a portfolio that were not answered yet.

        GET /v1/invitations?portfolio=….
        """
        return await self._transport.pages(UserRole, INVITATIONS(portfolio=portfolio))

    async def invitation(self, portfolio: str, id: int) -> UserRole:
        """Fetch one invitation.

        GET /v1/invitations/{id}?portfolio=….
        """
        return await self._transport.one(UserRole, INVITATION(portfolio=portfolio, id=id))

    async def groups(self, portfolio: str) -> list[Group]:
        """Fetch the groups that a portfolio has made.

        GET /v1/groups?portfolio=….
        """
        return await self._transport.pages(Group, GROUPS(portfolio=portfolio))

    async def group(self, portfolio: str, id: int) -> Group:
        """Fetch one group.

        GET /v1/groups/{id}?portfolio=….
        """
        return await self._transport.one(Group, GROUP(portfolio=portfolio, id=id))
