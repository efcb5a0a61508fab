"""What managers see of a whole portfolio: its people, invitations, groups, and the nightly report on them."""

import csv
import hashlib
import io
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from assembla_client.errors import Forbidden, NotFound
from assembla_client.models import Model
from assembla_client.resources.portfolio import USER_GROUPS, Group
from assembla_client.resources.spaces import SPACE_GROUPS
from assembla_client.resources.user_roles import ROLE_STATUSES, UserRole
from assembla_client.resources.users import User
from assembla_tools.framework.arguments import Detail
from assembla_tools.framework.concurrency import gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused, code_of
from assembla_tools.framework.matching import matches, only_match, unknown
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Listing
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.people import login_of, people_of, with_former_members
from assembla_tools.lookup.portfolios import PORTFOLIO, only_in_portfolio
from assembla_tools.lookup.refs import label
from assembla_tools.lookup.space_names import SpaceNames

_NAMES_PEOPLE = frozenset({"name", "username", "user_name", "login", "email"})
_TELLS_SPACES = frozenset({"spaces", "teams"})


class UserInBrief(Model):
    """What a list shows of a person."""

    id: str
    login: str | None
    name: str | None


class InvitationInBrief(Model):
    """Somebody who was asked into the portfolio, as a list shows it."""

    id: int
    user: str | None
    role: str | None
    title: str | None
    invited_at: datetime | None


class Invitation(InvitationInBrief):
    """Somebody who was asked into the portfolio, with all that is known of it."""

    status: str | None = None
    invited_by: str | None = None

    @classmethod
    def of(cls, role: UserRole, people: dict[str, User]) -> "Invitation":
        """`people` has who was invited and by whom, as far as they are known."""
        return cls(
            id=role.id,
            user=login_of(people, role.user_id) or role.user_id,
            role=role.role,
            title=role.title,
            invited_at=role.invited_time,
            status=label(ROLE_STATUSES, role.status),
            invited_by=login_of(people, role.invited_by_id),
        )


class GroupInBrief(Model):
    """A group of spaces or people, as a list shows it."""

    id: int
    name: str | None
    type: str | None = Field(description="space or user")
    size: int


class NamedGroup(GroupInBrief):
    """A group of spaces or people, and what is in it."""

    items: list[str] | None = Field(default=None, description="wiki_names or logins")


@tool(effect="read", toolset="portfolio", title="List a portfolio's people", default=False, brief=UserInBrief)
async def list_portfolio_users(
    api: Api,
    page: PageRequest,
    portfolio: Annotated[str, only_in_portfolio("people are listed"), PORTFOLIO],
    spacegroup: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=200,
            description="Only of these spaces: all, active, archived, proposed, template, shared, or an own group.",
        ),
    ] = None,
    usergroup: Annotated[
        str | None, Field(min_length=1, max_length=200, description="Only these: all, managers, or an own group.")
    ] = None,
    detail: Detail = "brief",
) -> Listing[User]:
    """List everybody in a portfolio, by login; for its managers only. Own groups go by name or id (`list_groups`).

    For the people of one space use `list_members`, for roles and last logins `get_user_report`.
    """
    spaces_in = await _group(api, portfolio, "space", spacegroup, SPACE_GROUPS)
    users_in = await _group(api, portfolio, "user", usergroup, USER_GROUPS)
    users = await api.client.portfolio.users(portfolio, spaces_in, users_in)
    page = page.about(spacegroup=spaces_in, usergroup=users_in)
    return page.take(users, lambda user: (user.known_as.casefold()[:100], user.id))


@tool(
    effect="read", toolset="portfolio", title="List a portfolio's invitations", default=False, brief=InvitationInBrief
)
async def list_invitations(
    api: Api,
    page: PageRequest,
    portfolio: Annotated[str, only_in_portfolio("invitations are listed"), PORTFOLIO],
    detail: Detail = "brief",
) -> Listing[Invitation]:
    """List the invitations to a portfolio that were not answered yet, newest first; for its managers only.

    For those invited to one space use `list_members`, where they have the status `invited`.
    """
    listing = page.take(await api.client.portfolio.invitations(portfolio), _newest_first)
    known = await people_of(api, portfolio) if listing.items else {}
    named = [id for role in listing.items for id in (role.user_id, role.invited_by_id)]
    people, note = await with_former_members(api, known, named)
    return listing.showing([Invitation.of(role, people) for role in listing.items], note)


@tool(effect="read", toolset="portfolio", title="List a portfolio's groups", default=False, brief=GroupInBrief)
async def list_groups(
    api: Api,
    page: PageRequest,
    portfolio: Annotated[str, only_in_portfolio("groups are listed"), PORTFOLIO],
    detail: Detail = "brief",
) -> Listing[NamedGroup]:
    """List the groups of spaces and of people that a portfolio has made, by name; for its managers only.

    `detail="full"` says what is in them. Their names work in `list_portfolio_users`.
    """
    groups = await api.client.portfolio.groups(portfolio)
    listing = page.take(groups, lambda group: ((group.name or "").casefold()[:100], group.id))
    names, users = await _names(api, portfolio, detail == "full" or api.scope.restricted)
    return listing.showing([_named(group, names, users) for group in listing.items])


@tool(effect="read", toolset="portfolio", title="Get a portfolio's user report", default=False)
async def get_user_report(
    api: Api,
    page: PageRequest,
    portfolio: Annotated[str, only_in_portfolio("the user report is made"), PORTFOLIO],
) -> Listing[dict[str, str]]:
    """Get the report on a portfolio's people, by name: last login, role, spaces, groups, since when; managers only.

    Assembla makes it each night at 00:00 UTC, if its settings say so. For the people of today use
    `list_portfolio_users`.
    """
    rows = [_without_hidden_spaces(api, row) for row in _rows(await _report(api, portfolio))]
    return page.take(rows, lambda row: (row.get("name", "").casefold()[:100], _digest(row)))


async def _group(
    api: Api, portfolio: str, type: Literal["space", "user"], reference: str | None, words: Mapping[str, str]
) -> str | None:
    """What the API calls a group: a predefined word, an id, or the id of an own group by its name."""
    if reference is None or reference.casefold() in words or reference in words.values() or reference.isdecimal():
        return reference if reference is None else words.get(reference.casefold(), reference)
    groups = [group for group in await api.client.portfolio.groups(portfolio) if group.type in (type, None)]
    found = matches(reference, groups, lambda group: group.name)
    if not found:
        names = [(name, name) for name in (*words, *(group.name for group in groups)) if name]
        raise unknown(f"{type} group", reference, f"the portfolio `{portfolio}`", names)
    return str(only_match(found, f"`{reference}` names several {type} groups", lambda group: str(group.id)).id)


def _newest_first(role: UserRole) -> tuple[float, int]:
    return (-role.invited_time.timestamp() if role.invited_time else 0.0, -role.id)


async def _names(api: Api, portfolio: str, wanted: bool) -> tuple[SpaceNames, dict[str, User]]:
    if not wanted:
        return SpaceNames({}, False), {}
    return await gather(SpaceNames.of_portfolio(api, portfolio), people_of(api, portfolio))


def _named(group: Group, names: SpaceNames, users: dict[str, User]) -> NamedGroup:
    items = [item for item in group.items or () if group.type != "space" or names.allows(item)]
    shown = [names.of(item) if group.type == "space" else login_of(users, item) for item in items]
    return NamedGroup(
        id=group.id, name=group.name, type=group.type, size=len(items), items=[name for name in shown if name]
    )


async def _report(api: Api, portfolio: str) -> str:
    try:
        return await api.client.portfolio.users_report(portfolio)
    except (NotFound, Forbidden) as error:
        raise Refused(
            code_of(error),
            f"The user report of `{portfolio}` is not there for you: it must be switched on in the portfolio's"
            " settings, is made the night after that, and is for managers of the portfolio.",
        ) from None


def _rows(text: str) -> list[dict[str, str]]:
    """The rows under the names of their columns, in lower case with `_`; empty cells are left out."""
    try:
        head, *rows = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    except csv.Error:
        raise Refused("UPSTREAM", "Assembla's user report is not a table that can be read.") from None
    columns = [re.sub(r"[^a-z0-9]+", "_", column.casefold()).strip("_") or "column" for column in head]
    if text.strip() and not _NAMES_PEOPLE & set(columns):
        raise Refused("UPSTREAM", "Assembla sent something else than the user report: no column names people.")
    if rows and len(rows[-1]) < len(head):
        raise Refused("UPSTREAM", "Assembla's user report is cut off.")
    return [{name: cell for name, cell in zip(columns, row, strict=False) if cell.strip()} for row in rows if any(row)]


def _without_hidden_spaces(api: Api, row: dict[str, str]) -> dict[str, str]:
    """Under ASSEMBLA_SPACES without the cells that name spaces: in a cell nothing tells one from the next."""
    return row if not api.scope.restricted else {name: row[name] for name in row if name not in _TELLS_SPACES}


def _digest(row: dict[str, str]) -> str:
    return hashlib.sha256("\0".join(f"{name}\0{row[name]}" for name in sorted(row)).encode()).hexdigest()[:16]
