"""People and roles over HTTP, and what may be seen of whom."""

from collections.abc import Callable

import httpx2
import pytest

from assembla_emulator.app import Emulator

PRIVATE = {"email", "organization", "phone", "im", "im2"}


async def test_user_is_the_one_whose_credentials_are_used(
    emulator: Emulator, http: httpx2.AsyncClient, asking_as: Callable[[str], httpx2.AsyncClient]
) -> None:
    assert (await http.get("/user.json")).json()["login"] == emulator.credentials.user
    async with asking_as("juno.s") as juno:
        assert (await juno.get("/user.json")).json()["name"] == "Juno Saltbottle"


async def test_person_is_found_by_id_and_by_login(http: httpx2.AsyncClient) -> None:
    by_login = (await http.get("/users/odalys")).json()
    assert (await http.get(f"/users/{by_login['id']}.json")).json() == by_login
    invited = (await http.get("/users/guest.auditor@pinegrove.example.json")).json()
    assert invited["login"] == "guest.auditor@pinegrove.example" == invited["email"]


async def test_unknown_person_is_not_found(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/users/nobody.json")).status_code == 404
    assert (await http.get("/users/nobody/picture")).status_code == 404


async def test_private_fields_are_absent_where_they_may_not_be_seen(http: httpx2.AsyncClient) -> None:
    mine = (await http.get("/user")).json()
    colleague = (await http.get("/users/odalys")).json()
    stranger = (await http.get("/users/stranger")).json()
    assert set(mine) == set(colleague) == set(stranger) | PRIVATE
    assert not PRIVATE & set(stranger)


async def test_members_see_no_private_fields_of_each_other(
    asking_as: Callable[[str], httpx2.AsyncClient],
) -> None:
    async with asking_as("tobin") as tobin:
        people = (await tobin.get("/spaces/harbour-app/users")).json()
    assert {person["login"] for person in people if "email" in person} == {"tobin"}


async def test_members_of_a_space_include_the_invited_but_not_the_removed(http: httpx2.AsyncClient) -> None:
    logins = {person["login"] for person in (await http.get("/spaces/harbour-app/users")).json()}
    assert "hana" in logins
    assert "ragnar" not in logins


async def test_roles_keep_the_removed_and_show_the_invited(http: httpx2.AsyncClient) -> None:
    roles = (await http.get("/spaces/harbour-app/user_roles.json")).json()
    assert {role["status"] for role in roles} == {1, 2, 3}
    assert {role["role"] for role in roles} == {"owner", "member", "watcher"}
    assert all((role["agreed_time"] is None) == (role["status"] == 1) for role in roles)
    one = roles[-1]
    assert (await http.get(f"/spaces/harbour-app/user_roles/{one['id']}")).json() == one


@pytest.mark.parametrize("role", ["1", "member"])
async def test_unknown_role_is_not_found(http: httpx2.AsyncClient, role: str) -> None:
    assert (await http.get(f"/spaces/harbour-app/user_roles/{role}")).status_code == 404


async def test_picture_is_a_png_of_ones_own(http: httpx2.AsyncClient) -> None:
    one, other = await http.get("/users/wren/picture"), await http.get("/users/odalys/picture")
    assert one.headers["content-type"] == "image/png"
    assert one.content.startswith(b"\x89PNG\r\n\x1a\n")
    assert one.content != other.content


async def test_there_are_people_enough_and_two_of_one_name(emulator: Emulator) -> None:
    people = [person["name"] for person in emulator.database.users]
    assert len(people) >= 25
    assert len(set(people)) == len(people) - 1
