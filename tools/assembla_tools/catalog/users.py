"""People: the account that asks, and those it works with."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from assembla_client.models import Model
from assembla_client.resources.user_roles import REMOVED, ROLE_STATUSES, UserRole
from assembla_client.resources.users import User
from assembla_tools.framework.arguments import Cursor, Detail, Limit, SpaceRef
from assembla_tools.framework.concurrency import gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.matching import find_space
from assembla_tools.framework.results import Listing, Walk
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.people import PersonRef, find_person, login_of, with_former_members
from assembla_tools.lookup.refs import word

_LAST = "\uffff"
_BRIEF = ("id", "login", "name", "role", "status", "title")


class Member(Model):
    """A person's part in a space. From `email` on only in full."""

    id: str = Field(description="The person's id")
    login: str | None
    name: str | None
    role: str = Field(description="owner, member or watcher")
    status: str | None = Field(description="invited, accepted or removed")
    title: str | None = Field(description="Job title in the space")
    email: str | None = None
    organization: str | None = None
    phone: str | None = None
    picture: str | None = None
    membership_id: int | None = None
    invited_at: datetime | None = None
    agreed_at: datetime | None = None
    invited_by: str | None = None

    @classmethod
    def of(cls, role: UserRole, people: dict[str, User]) -> "Member":
        """`people` has the person and who invited them, as far as they are known."""
        person = people.get(role.user_id)
        return cls(
            id=role.user_id,
            login=person.login if person else None,
            name=person.name if person else None,
            role=role.role,
            status=word(ROLE_STATUSES, role.status),
            title=role.title,
            email=person.email if person else None,
            organization=person.organization if person else None,
            phone=person.phone if person else None,
            picture=person.picture if person else None,
            membership_id=role.id,
            invited_at=role.invited_time,
            agreed_at=role.agreed_time,
            invited_by=login_of(people, role.invited_by_id),
        )


@tool(effect="read", toolset="people", title="Get a person")
async def get_user(api: Api, user: PersonRef = "me", space: SpaceRef | None = None) -> User:
    """Get one person: id, login, name, and contact data as far as you may see it. Without arguments: who you are.

    Give `space` to find a member by e-mail or display name.
    """
    return await find_person(api, user, None if space is None else await find_space(api, space))


@tool(effect="read", toolset="people", title="List the members of a space")
async def list_members(
    api: Api,
    space: SpaceRef,
    role: Annotated[Literal["owner", "member", "watcher"] | None, Field(description="Only these.")] = None,
    include_removed: Annotated[bool, Field(description="Also those who were removed.")] = False,
    detail: Detail = "brief",
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Listing[Member]:
    """List who takes part in a space, by login: role, whether they have accepted the invitation, job title.

    Use it to learn who can be assigned. For the contact data of one person use `get_user`.
    """
    walk = Walk.of("list_members", cursor, space=space, role=role, include_removed=include_removed)
    space_id = (await find_space(api, space)).id
    roles, members = await gather(
        api.client.user_roles.list(space_id, fresh=True), api.client.users.in_space(space_id, fresh=True)
    )
    people = {person.id: person for person in members}
    found = [
        each
        for each in roles
        if (include_removed or each.status != REMOVED) and (role is None or each.role.casefold() == role)
    ]
    page = walk.page(found, lambda each: _place(each, people), limit, lambda each: each)
    named, note = await with_former_members(api, people, [each.user_id for each in page.items])
    shown = [Member.of(each, named) for each in page.items]
    return replace(page.showing(shown).in_detail(detail, _BRIEF), note=note)


def _place(role: UserRole, people: dict[str, User]) -> tuple[str, int]:
    # Those removed are no longer among the members; they come last, by when they were invited.
    person = people.get(role.user_id)
    return (person.login.casefold()[:100] if person else _LAST, role.id)
