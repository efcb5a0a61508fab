"""Account-wide lists over HTTP, and who may ask for them."""

import csv
import io
from collections.abc import Callable

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.factories.portfolio import add_group, add_invitation

PATHS = ["/users", "/users/report", "/invitations", "/invitations/1", "/groups", "/groups/1", "/standup_reports"]


async def logins(http: httpx2.AsyncClient, **filters: str) -> set[str]:
    query = {"portfolio": "lumenfjord", **{f"filter[{name}]": value for name, value in filters.items()}}
    answer = await http.get("/users.json", params=query)
    assert answer.status_code in (200, 204)
    return {person["login"] for person in answer.json()} if answer.content else set()


@pytest.mark.parametrize("path", PATHS)
async def test_without_a_portfolio_it_is_the_wrong_host(http: httpx2.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert answer.status_code == 500
    assert "Internal Server Error" in answer.text


@pytest.mark.parametrize("path", PATHS)
async def test_only_managers_of_that_portfolio_find_it(
    http: httpx2.AsyncClient, asking_as: Callable[[str], httpx2.AsyncClient], path: str
) -> None:
    assert (await http.get(f"{path}?portfolio=blackpine")).status_code == 404
    async with asking_as("odalys") as odalys:
        assert (await odalys.get(f"{path}?portfolio=lumenfjord")).status_code == 404


async def test_users_are_everybody_who_takes_part_in_a_space_of_it(http: httpx2.AsyncClient) -> None:
    everybody = await logins(http)
    assert {"wren", "dell", "perrin", "emeric"} <= everybody
    assert "stranger" not in everybody


async def test_users_are_filtered_by_spaces_and_by_groups(http: httpx2.AsyncClient) -> None:
    archived = await logins(http, spacegroup="rule-11")
    assert archived == {"wren", "ines", "emeric", "hana"}
    assert await logins(http, usergroup="rule-3") == {"wren"}
    assert await logins(http, usergroup="rule-1") == await logins(http, spacegroup="rule-2")
    groups = {row["name"]: row for row in (await http.get("/groups?portfolio=lumenfjord")).json()}
    auditors = str(groups["Auditors"]["id"])
    assert await logins(http, usergroup=auditors) == {"guest.auditor@pinegrove.example", "dell"}
    products = str(groups["Harbour products"]["id"])
    assert "dell" not in await logins(http, spacegroup=products)
    for name, value in (("spacegroup", auditors), ("usergroup", "rule-9")):
        query = {"portfolio": "lumenfjord", f"filter[{name}]": value}
        assert (await http.get("/users", params=query)).status_code == 404


async def test_report_is_a_csv_of_ten_columns(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/users/report?portfolio=lumenfjord")
    assert answer.headers["content-type"].startswith("text/csv")
    header, *lines = csv.reader(io.StringIO(answer.text))
    assert len(header) == 10
    assert {len(line) for line in lines} == {10}
    by_login = {line[1]: dict(zip(header, line, strict=True)) for line in lines}
    assert by_login["wren"]["Role"] == "manager"
    assert "Harbour Mobile App" in by_login["wren"]["Spaces"]
    assert {line["P4 access"] for line in by_login.values()} == {"yes", "no"}
    assert by_login["kit.l2"]["User groups"].startswith("=HYPERLINK")


async def test_invitations_are_those_not_answered_yet(http: httpx2.AsyncClient) -> None:
    rows = (await http.get("/invitations.json?portfolio=lumenfjord")).json()
    assert len(rows) == 2
    assert {(row["status"], row["agreed_time"], row["space_id"]) for row in rows} == {
        (1, None, "cJiq3KDNyr4PMj5bfBjDYC")
    }
    one = await http.get(f"/invitations/{rows[1]['id']}.json?portfolio=lumenfjord")
    assert one.json() == rows[1]
    answered = await http.get(f"/invitations/{rows[1]['id'] + 1}?portfolio=lumenfjord")
    assert answered.json()["status"] == 2


async def test_groups_are_of_spaces_and_of_users(http: httpx2.AsyncClient) -> None:
    rows = (await http.get("/groups.json?portfolio=lumenfjord")).json()
    assert {row["type"] for row in rows} == {"space", "user"}
    assert list(rows[0]) == ["id", "name", "portfolio_id", "type", "items"]
    assert all(len(item) == 22 for row in rows for item in row["items"])
    assert (await http.get(f"/groups/{rows[2]['id']}.json?portfolio=lumenfjord")).json() == rows[2]
    assert (await http.get("/groups/none?portfolio=lumenfjord")).status_code == 404


async def test_groups_and_invitations_can_be_added(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    stranger = str(emulator.database.user("stranger")["id"])
    group = add_group(emulator.database, "New", "user", [stranger])
    invitation = add_invitation(emulator.database, stranger, "owner")
    assert (await http.get(f"/groups/{group['id']}?portfolio=lumenfjord")).json()["items"] == [stranger]
    assert (await http.get("/invitations?portfolio=lumenfjord")).json()[-1]["id"] == invitation["id"]
