"""People across spaces: from what somebody is called to the user, and from ids to logins.

Within one space that is the `Directory`'s; here are those who have left it, and answers that are about many spaces.
A login that cannot be had is no reason to refuse an answer: its id is shown instead.
"""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from assembla_client.errors import Forbidden, NotFound
from assembla_client.resources.spaces import Space
from assembla_client.resources.users import User
from assembla_tools._context import Api
from assembla_tools._directory import Directory
from assembla_tools._errors import Refused
from assembla_tools._side_by_side import gather

PersonRef = Annotated[
    str,
    Field(min_length=1, max_length=200, description="An id or login, or `me`; with `space` also an e-mail or name."),
]


async def find_person(api: Api, reference: str, space: Space | None) -> User:
    """The user that `reference` names: `me`, an id or login, and in a space also an e-mail or name of a member.

    Somebody who is not a member is still known by id or login. `NOT_FOUND` or `AMBIGUOUS` else.
    """
    if space is None:
        unknown = Refused(
            "NOT_FOUND",
            f"There is no person with the id or login `{reference}`. Give `space` to look by e-mail or name.",
        )
        return await _by_login(api, reference, unknown)
    try:
        return await Directory(api, space).person(reference)
    except Refused as refused:
        if refused.code != "NOT_FOUND":
            raise
        return await _by_login(api, reference, refused)


async def members_of(api: Api, spaces: Iterable[str]) -> dict[str, User]:
    """The members of all these spaces, by id."""
    lists = await gather(*[_members(api, space) for space in sorted(set(spaces))])
    return {person.id: person for people in lists for person in people}


async def users_by_id(api: Api, ids: Iterable[str | None]) -> dict[str, User]:
    """The users with these ids, as far as they can be seen; one request for each."""
    found = await gather(*[_user(api, each) for each in sorted({each for each in ids if each})])
    return {person.id: person for person in found if person is not None}


def login_of(people: dict[str, User], user_id: str | None) -> str | None:
    """How lists show a person: the login, or the id of somebody unknown."""
    return people[user_id].login if user_id in people else user_id


async def _by_login(api: Api, reference: str, unknown: Refused) -> User:
    if reference.casefold() == "me":
        return await api.client.users.me()
    try:
        return await api.client.users.get(reference)
    except NotFound:
        raise unknown from None


async def _members(api: Api, space: str) -> list[User]:
    try:
        return await api.client.users.in_space(space)
    except (NotFound, Forbidden):
        return []


async def _user(api: Api, user_id: str) -> User | None:
    try:
        return await api.client.users.get(user_id)
    except (NotFound, Forbidden):
        return None
