"""People across spaces: from what somebody is called to the user, and from ids to logins.

The members of one space are among the `SpaceLists`; here are those who have left it, and answers about many spaces.
A login that cannot be had is no reason to refuse an answer: its id is shown instead.
"""

from collections.abc import Iterable, Mapping, Sequence

from assembla_client.errors import NotFound
from assembla_client.resources.spaces import Space
from assembla_client.resources.user_roles import REMOVED, UserRole
from assembla_client.resources.users import User
from assembla_tools.framework.concurrency import BROKEN, gather, or_else
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused
from assembla_tools.lookup.space_lists import SpaceLists

MOST_FORMER_MEMBERS = 25
"""How many people one answer looks up one by one."""


async def find_person(api: Api, reference: str, space: Space | None) -> User:
    """The user that `reference` names: `me`, an id or login, and in a space also an e-mail or name of a member.

    Somebody who is not a member is still known by id or login. `NOT_FOUND` or `AMBIGUOUS` else.
    """
    if space is None:
        refused = Refused(
            "NOT_FOUND",
            f"There is no person with the id or login `{reference}`. Give `space` to look by e-mail or name.",
        )
    else:
        try:
            return await SpaceLists(api, space).person(reference)
        except Refused as error:
            if error.code != "NOT_FOUND":
                raise
            refused = error
    if user := await by_login(api, reference):
        return user
    raise refused


async def by_login(api: Api, reference: str) -> User | None:
    """The user with this id or login, or `me`; None where there is none."""
    try:
        return await (api.client.users.me() if reference.casefold() == "me" else api.client.users.get(reference))
    except NotFound:
        return None


async def members_of(api: Api, spaces: Iterable[str]) -> dict[str, User]:
    """The members of all these spaces, by id."""
    lists = await gather(*[_members(api, space) for space in sorted(set(spaces))])
    return {person.id: person for people in lists for person in people}


def still_there(users: Iterable[User], roles: Sequence[UserRole]) -> list[User]:
    """Those of `users` who were not removed: who has left stays in the list of roles."""
    removed = {each.user_id for each in roles if each.status == REMOVED}
    back = {each.user_id for each in roles if each.status != REMOVED}
    return [user for user in users if user.id not in removed - back]


async def people_of(api: Api, portfolio: str) -> dict[str, User]:
    """The people of a portfolio, by id; none where they may not be seen."""
    people: Sequence[User] = await or_else(api, "People", api.client.portfolio.users(portfolio), ())
    return {person.id: person for person in people}


async def with_former_members(
    api: Api, known: Mapping[str, User], ids: Iterable[str | None], most: int = MOST_FORMER_MEMBERS
) -> tuple[dict[str, User], str | None]:
    """`known` and who else has one of `ids`, as far as they can be seen, and a note on those who were not asked for.

    Each costs a request, so only the first `most` of them are asked for.
    """
    former_members = list(dict.fromkeys(each for each in ids if each and each not in known))
    found = await gather(*[_user(api, each) for each in former_members[:most]])
    left = len(former_members) - most
    note = f"{left} more people are shown by id: an answer looks up {most} at most. Ask for less at once."
    return {**known, **{each.id: each for each in found if each is not None}}, note if left > 0 else None


def login_of(people: dict[str, User], user_id: str | None) -> str | None:
    """How lists show a person: the login, or the id of somebody unknown."""
    return people[user_id].known_as if user_id in people else user_id


async def _members(api: Api, space: str) -> Sequence[User]:
    return await or_else(api, "Names of members", api.client.users.in_space(space), ())


async def _user(api: Api, user_id: str) -> User | None:
    try:
        return await api.client.users.get(user_id)
    except BROKEN:
        return None
