from typing import Any
from urllib.parse import parse_qsl

import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.factories.portfolio import add_invitation
from assembla_emulator.faults.kinds import Body, Status
from assembla_emulator.faults.plan import Fault
from harness import ask, assistant, refusal, walk

PORTFOLIO = "lumenfjord"
TOOLS = ["list_portfolio_users", "list_invitations", "list_groups", "get_user_report"]


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None, tickets=60)


def asked(emulator: Emulator) -> dict[str, str]:
    return dict(parse_qsl(emulator.requests[-1].query))


@pytest.mark.endpoints(149)
async def test_everybody_in_the_portfolio_by_login(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        people = await walk(mcp, "list_portfolio_users", portfolio=PORTFOLIO, limit=7)
        full = await ask(mcp, "list_portfolio_users", portfolio=PORTFOLIO, detail="full", limit=1)
    logins = [person["login"] for person in people]
    assert logins == sorted(set(logins))
    assert len(logins) > 20
    assert set(people[0]) == {"id", "login", "name"}
    assert "email" in full["items"][0]


@pytest.mark.endpoints(149)
@pytest.mark.parametrize(
    ("filters", "sent"),
    [
        ({"usergroup": "managers"}, {"filter[usergroup]": "rule-3"}),
        ({"spacegroup": "Archived"}, {"filter[spacegroup]": "rule-11"}),
        pytest.param(
            {"usergroup": "mobile developers"}, {"filter[usergroup]": "912"}, marks=pytest.mark.endpoints(160)
        ),
        pytest.param({"spacegroup": "Money"}, {"filter[spacegroup]": "911"}, marks=pytest.mark.endpoints(160)),
        ({"spacegroup": "rule-2", "usergroup": "912"}, {"filter[spacegroup]": "rule-2", "filter[usergroup]": "912"}),
    ],
)
async def test_groups_go_by_word_name_or_id(emulator: Emulator, filters: dict[str, str], sent: dict[str, str]) -> None:
    async with assistant(emulator) as mcp:
        await ask(mcp, "list_portfolio_users", portfolio=PORTFOLIO, **filters)
    assert {name: asked(emulator)[name] for name in sent} == sent


@pytest.mark.parametrize(
    ("tool", "more"),
    [
        ("list_portfolio_users", {}),
        ("list_invitations", {}),
        ("list_groups", {}),
        ("list_spaces", {}),
        ("list_standups", {}),
        ("list_time_entries", {}),
        ("list_portfolio_users", {"usergroup": "managers"}),
    ],
)
async def test_a_portfolio_that_one_does_not_manage_is_named(
    emulator: Emulator, tool: str, more: dict[str, str]
) -> None:
    async with assistant(emulator) as mcp:
        unknown = await refusal(mcp, tool, portfolio="acme", **more)
        emulator.database.portfolio_managers.clear()
        hidden = await refusal(mcp, tool, portfolio=PORTFOLIO, **more)
    for said, portfolio in ((unknown, "acme"), (hidden, PORTFOLIO)):
        assert f"`{portfolio}` is not a portfolio you manage" in said
        assert "for its managers. Check its subdomain: `portfolio`" in said


async def test_an_unknown_group_gets_the_nearest(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        said = await refusal(mcp, "list_portfolio_users", portfolio=PORTFOLIO, usergroup="mobile develpers")
        other = await refusal(mcp, "list_portfolio_users", portfolio=PORTFOLIO, spacegroup="mobile developers")
    assert said.startswith("NOT_FOUND: ")
    assert "`Mobile developers`" in said
    assert other.startswith("NOT_FOUND: ")


@pytest.mark.endpoints(157)
async def test_invitations_that_wait_for_an_answer_by_login(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        waiting = await walk(mcp, "list_invitations", portfolio=PORTFOLIO, detail="full")
    assert {(each["user"], each["role"], each["title"], each["status"]) for each in waiting} == {
        ("hana", "watcher", "Photographer", "invited"),
        ("emeric", "member", None, "invited"),
    }
    assert {each["invited_by"] for each in waiting} == {"wren"}


async def test_many_invitations_cost_few_requests_and_say_how_many_people_go_by_their_ids(emulator: Emulator) -> None:
    for number in range(40):
        add_invitation(emulator.database, f"stranger-{number:02}")
    async with assistant(emulator) as mcp:
        answer = await ask(mcp, "list_invitations", portfolio=PORTFOLIO, limit=500)
    alone = [seen for seen in emulator.requests if seen.path.startswith("/v1/users/")]
    assert len(alone) == 25
    assert answer["note"].startswith("15 more people are shown by id")
    assert answer["complete"]
    users = {each["user"] for each in answer["items"]}
    assert {"hana", "stranger-00", "stranger-39"} <= users


async def test_invitations_are_told_without_logins_where_the_people_may_not_be_seen(emulator: Emulator) -> None:
    emulator.faults.add(Fault(Status(403), path="/v1/users", times=None))
    async with assistant(emulator) as mcp:
        waiting = await walk(mcp, "list_invitations", portfolio=PORTFOLIO)
    assert {each["user"] for each in waiting} == {emulator.database.user(login)["id"] for login in ("hana", "emeric")}


@pytest.mark.endpoints(160)
async def test_groups_say_how_many_and_in_full_who_or_what(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        brief = await walk(mcp, "list_groups", portfolio=PORTFOLIO, limit=2)
        full = await walk(mcp, "list_groups", portfolio=PORTFOLIO, detail="full")
    [money] = [group for group in full if group["name"] == "Money"]
    [developers] = [group for group in full if group["name"] == "Mobile developers"]
    assert money["items"] == ["tidewater-billing", "payroll-migration"]
    assert developers["items"] == ["wren", "tobin", "juno.s", "ines", "bram"]
    assert brief == [{name: group[name] for name in ("id", "name", "type", "size")} for group in full]


@pytest.mark.endpoints(150)
async def test_the_user_report_comes_as_rows_under_its_columns(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        rows = await walk(mcp, "get_user_report", portfolio=PORTFOLIO, limit=4)
    [wren] = [row for row in rows if row["username"] == "wren"]
    assert wren["name"] == "Wren Tallowmere"
    assert wren["role"] == "manager"
    assert set(wren) <= {
        *("name", "username", "last_login", "role", "p4_access", "spaces", "teams"),
        *("user_groups", "join_date", "created_date"),
    }
    assert all(row.values() for row in rows)
    assert len(rows) == len({row["username"] for row in rows}) > 20


@pytest.mark.parametrize("status", [403, 404])
async def test_a_report_that_is_switched_off_says_where_to_switch_it_on(emulator: Emulator, status: int) -> None:
    emulator.faults.add(Fault(Status(status), path="/v1/users/report"))
    async with assistant(emulator) as mcp:
        said = await refusal(mcp, "get_user_report", portfolio=PORTFOLIO)
    assert said.startswith("FORBIDDEN: " if status == 403 else "NOT_FOUND: ")
    assert "switched on in the portfolio's settings" in said


@pytest.mark.parametrize(
    "body", [b"<html>Welcome</html>", b"Name,Username\nWren", b'{"a": 1}', b"\xff\xfe", b'Name\n"' + b"x" * 200_000]
)
async def test_a_report_that_cannot_be_read_or_is_cut_off_is_said(emulator: Emulator, body: bytes) -> None:
    emulator.faults.add(Fault(Body(body), path="/v1/users/report"))
    async with assistant(emulator) as mcp:
        assert (await refusal(mcp, "get_user_report", portfolio=PORTFOLIO)).startswith("UPSTREAM: ")


async def test_an_empty_report_is_an_empty_list(emulator: Emulator) -> None:
    emulator.faults.add(Fault(Body(b""), path="/v1/users/report"))
    async with assistant(emulator) as mcp:
        assert await walk(mcp, "get_user_report", portfolio=PORTFOLIO) == []


@pytest.mark.parametrize("tool", TOOLS)
async def test_without_a_portfolio_it_is_said_that_one_is_needed_and_how_to_give_it(
    emulator: Emulator, tool: str
) -> None:
    async with assistant(emulator) as mcp:
        said = await refusal(mcp, tool)
    assert said.startswith("INVALID: portfolio: ")
    assert "ASSEMBLA_PORTFOLIO" in said
    assert emulator.requests == []


@pytest.mark.parametrize("tool", TOOLS)
async def test_the_configured_portfolio_is_used_when_none_is_named(emulator: Emulator, tool: str) -> None:
    async with assistant(emulator, portfolio=PORTFOLIO) as mcp:
        await ask(mcp, tool)
    assert "portfolio=lumenfjord" in emulator.requests[0].query


@pytest.mark.parametrize("tool", TOOLS)
async def test_somebody_who_may_not_is_told_so(emulator: Emulator, tool: str) -> None:
    emulator.faults.add(Fault(Status(403), path="/v1/", times=None))
    async with assistant(emulator) as mcp:
        assert (await refusal(mcp, tool, portfolio=PORTFOLIO)).startswith("FORBIDDEN: ")


async def test_what_is_not_among_the_allowed_spaces_is_named_nowhere(emulator: Emulator) -> None:
    answers: list[Any] = []
    async with assistant(emulator, portfolio=PORTFOLIO, spaces=["harbour-app"]) as mcp:
        for tool in ("list_groups", "get_user_report"):
            answers += await walk(mcp, tool, **({"detail": "full"} if tool == "list_groups" else {}))
    assert "Lighthouse" not in str(answers)
    assert "payroll-migration" not in str(answers)
    assert [group["items"] for group in answers if group.get("name") == "Harbour products"] == [["harbour-app"]]
