from typing import Any

import pytest

from assembla_emulator.app import Emulator
from harness import ask, assistant, refusal


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None)


def member(emulator: Emulator) -> dict[str, Any]:
    """Somebody else in the seed's space."""
    database = emulator.database
    space = database.find_space("space_name")
    assert space
    roles = database.user_roles.where(space_id=space["id"], status=2)
    return next(database.user(role["user_id"]) for role in roles if role["user_id"] != database.me)


def newcomer(emulator: Emulator, login: str, name: str, **fields: Any) -> str:
    """Somebody new in the seed's space; answers the login."""
    space = emulator.database.find_space("space_name")
    person = emulator.database.add_user(login, name, **fields)
    assert space
    emulator.database.add_role(space["id"], person["id"])
    return login


@pytest.mark.endpoints(75)
async def test_without_arguments_it_is_me(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        me = await ask(mcp, "get_user")
        assert me == await ask(mcp, "get_user", user="me", space="space_name")
    assert me["login"] == emulator.credentials.user


@pytest.mark.endpoints(76)
async def test_a_person_is_found_by_id_or_login(emulator: Emulator) -> None:
    person = member(emulator)
    async with assistant(emulator) as mcp:
        assert (await ask(mcp, "get_user", user=person["login"]))["id"] == person["id"]
        assert (await ask(mcp, "get_user", user=person["id"]))["login"] == person["login"]


@pytest.mark.endpoints(78)
async def test_a_member_is_found_by_email_or_name_whatever_the_case(emulator: Emulator) -> None:
    person = member(emulator)
    async with assistant(emulator) as mcp:
        for name in (person["name"].upper(), person["email"], person["login"], person["id"]):
            assert (await ask(mcp, "get_user", user=name, space="Space Name"))["id"] == person["id"]


async def test_members_of_one_name_are_told_by_login(emulator: Emulator) -> None:
    logins = {newcomer(emulator, f"pat{number}", "Pat Sample") for number in range(2)}
    async with assistant(emulator) as mcp:
        said = await refusal(mcp, "get_user", user="pat sample", space="space_name")
    assert said.startswith("AMBIGUOUS: ")
    assert all(f"`{login}`" in said for login in logins)


async def test_a_stranger_gets_the_nearest_members(emulator: Emulator) -> None:
    person = member(emulator)
    async with assistant(emulator) as mcp:
        said = await refusal(mcp, "get_user", user=person["login"] + "x", space="space_name")
        alone = await refusal(mcp, "get_user", user="nobody-at-all")
    assert said.startswith("NOT_FOUND: ")
    assert f"`{person['login']}`" in said
    assert alone.startswith("NOT_FOUND: ")
    assert "`space`" in alone


async def test_private_fields_are_absent_where_they_may_not_be_seen(emulator: Emulator) -> None:
    emulator.database.add_user("shy", "Shy Sample")
    async with assistant(emulator) as mcp:
        assert "email" not in await ask(mcp, "get_user", user="shy")
