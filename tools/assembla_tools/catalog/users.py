"""People: the account that asks, and those it works with."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from assembla_client.models import Model
from assembla_client.resources.user_roles import REMOVED, ROLE_STATUSES, UserRole
from assembla_client.resources.users import User
from assembla_tools.framework.arguments import Detail, Reference
from assembla_tools.framework.concurrency import gather, or_else
from assembla_tools.framework.context import Api
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Listing
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.find_space import SpaceRef
from assembla_tools.lookup.people import find_person, login_of, with_former_members
from assembla_tools.lookup.refs import label

_LAST = "\uffff"


class MemberInBrief(Model):
    """What a list shows of a person's part in a space."""

    id: str | None = Field(description="The person's id")
    login: str | None
    name: str | None
    role: str | None = Field(description="owner, member or watcher")
    status: str | None = Field(description="invited, accepted or removed")
    title: str | None = Field(description="Job title in the space")


class ListedMember(MemberInBrief):
    """A person's part in a space, with all that is known of both."""

    email: str | None = None
    organization: str | None = None
    phone: str | None = None
    picture: str | None = None
    membership_id: int | None = None
    invited_at: datetime | None = None
    agreed_at: datetime | None = None
    invited_by: str | None = None

    @classmethod
    def of(cls, role: UserRole, people: dict[str, User]) -> "ListedMember":
        """`people` has the person and who invited them, as far as they are known."""
        person = people.get(role.user_id or "")
        return cls(
            id=role.user_id,
            login=person.login if person else None,
            name=person.name if person else None,
            role=role.role,
            status=label(ROLE_STATUSES, role.status),
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
async def get_user(
    api: Api,
    user: Annotated[
        User,
        Reference(find_person, default="me"),
        Field(
            min_length=1, max_length=200, description="An id or login, or `me`; with `space` also an e-mail or name."
        ),
    ],
    space: SpaceRef | None = None,
) -> User:
    """Get one person: id, login, name, and contact data as far as you may see it. Without arguments: who you are.

    Give `space` to find a member by e-mail or display name.
    """
    return user


@tool(effect="read", toolset="people", title="List the members of a space", brief=MemberInBrief)
async def list_members(
    api: Api,
    page: PageRequest,
    space: SpaceRef,
    role: Annotated[Literal["owner", "member", "watcher"] | None, Field(description="Only these.")] = None,
    include_removed: Annotated[bool, Field(description="Also those who were removed.")] = False,
    detail: Detail = "brief",
) -> Listing[ListedMember]:
    """List who takes part in a space, by login: role, whether they have accepted the invitation, job title.

    Use it to learn who can be assigned. For the contact data of one person use `get_user`.
    """
    roles, members = await gather(
        api.client.user_roles.list(space.id, fresh=True),
        or_else(api, "Names of members", api.client.users.in_space(space.id, fresh=True), ()),
    )
    people = {person.id: person for person in members}
    found = [
        each
        for each in roles
        if (include_removed or each.status != REMOVED) and (role is None or (each.role or "").casefold() == role)
    ]
    listing = page.take(found, lambda each: _sort_key(each, people))
    named, note = await with_former_members(api, people, [each.user_id for each in listing.items])
    return listing.showing([ListedMember.of(each, named) for each in listing.items], note)


def _sort_key(role: UserRole, people: dict[str, User]) -> tuple[str, int]:
    # Those removed are no longer among the members; they come last, by when they were invited.
    person = people.get(role.user_id or "")
    return (person.known_as.casefold()[:100] if person else _LAST, role.id)
