from datetime import date, timedelta
from typing import Any

import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.standups import add_standup_report, standup_reports
from harness import ask, assistant, refusal, walk

SPACE = "harbour-app"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None, tickets=60)


def today(emulator: Emulator) -> date:
    return emulator.clock.instant().date()


def reports(emulator: Emulator, day: date, *, away: bool = False, space: str = SPACE) -> list[Row]:
    found = emulator.database.find_space(space)
    assert found
    rows = standup_reports(emulator.database).where(space_id=found["id"], filled_for=day)
    return [row for row in rows if row["away_flag"] == away]


def paths(emulator: Emulator) -> list[str]:
    return [seen.path.rsplit("/", 1)[-1] for seen in emulator.requests]


@pytest.mark.endpoints(98)
async def test_todays_reports_of_a_team_say_who_did_what(emulator: Emulator) -> None:
    rows = {row["id"]: row for row in reports(emulator, today(emulator))}
    async with assistant(emulator) as mcp:
        brief = await walk(mcp, "list_standups", space=SPACE)
        full = await walk(mcp, "list_standups", space=SPACE, detail="full", limit=2)
    assert len(brief) == len(rows) > 3
    assert set(brief[0]) == {"filled_for", "user", "space", "away", "what_i_did", "what_i_will_do", "roadblocks"}
    logins = {emulator.database.user(row["user_id"])["login"] for row in rows.values()}
    assert {report["user"] for report in brief} == logins
    for report in full:
        row = rows.pop(report["id"])
        assert (report["filled_for"], report["what_i_did"]) == (f"{row['filled_for']}", row["what_i_did"])


@pytest.mark.endpoints(98)
async def test_days_of_a_span_come_the_newest_first(emulator: Emulator) -> None:
    since, until = today(emulator) - timedelta(days=9), today(emulator) - timedelta(days=2)
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_standups", space=SPACE, since=f"{since}", until=f"{until}", limit=7)
        one = await walk(mcp, "list_standups", space=SPACE, date=found[0]["filled_for"])
    days = [report["filled_for"] for report in found]
    assert days == sorted(days, reverse=True)
    assert len(set(days)) > 3
    assert f"{since}" <= min(days)
    assert max(days) <= f"{until}"
    assert one == [report for report in found if report["filled_for"] == days[0]]


async def test_only_those_who_are_held_up(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_standups", space=SPACE, since="2020-01-01", with_roadblocks=True, limit=500)
    assert found
    assert all(report["roadblocks"] for report in found)


@pytest.mark.parametrize(
    "away", [pytest.param(False, marks=pytest.mark.endpoints(99)), pytest.param(True, marks=pytest.mark.endpoints(102))]
)
async def test_my_own_report_of_a_day(emulator: Emulator, away: bool) -> None:
    day = next(
        row["filled_for"]
        for row in standup_reports(emulator.database)
        if row["away_flag"] == away and row["user_id"] == emulator.database.me
    )
    async with assistant(emulator) as mcp:
        mine = await walk(mcp, "list_standups", space=SPACE, date=f"{day}", mine=True, away=away)
    assert paths(emulator).count("away_standup_report.json" if away else "standup_report.json") == 1
    assert [(report["user"], report["filled_for"], report["away"]) for report in mine] == [("wren", f"{day}", away)]


async def test_no_report_of_mine_is_an_empty_list_and_no_error(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        for away in (False, True):
            answer = await ask(mcp, "list_standups", space=SPACE, date="2010-01-01", mine=True, away=away)
            assert (answer["items"], answer["complete"]) == ([], True)


async def test_my_own_reports_of_a_span(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        mine = await walk(mcp, "list_standups", space=SPACE, since="2020-01-01", mine=True, limit=500)
    assert len(mine) > 5
    assert {report["user"] for report in mine} == {"wren"}


@pytest.mark.endpoints(101, 102)
async def test_away_reports_of_other_days_that_the_api_lets_through_are_left_out(emulator: Emulator) -> None:
    space = emulator.database.find_space(SPACE)
    assert space
    day = today(emulator) - timedelta(days=200)
    for back, person in ((0, "tobin"), (5, "ines"), (5, "wren")):
        add_standup_report(
            *(emulator.database, space, emulator.database.user(person)["id"], day - timedelta(days=back)),
            what_i_will_do="Sailing",
            away_flag=True,
        )
    async with assistant(emulator) as mcp:
        team = await walk(mcp, "list_standups", space=SPACE, date=f"{day}", away=True)
        mine = await walk(mcp, "list_standups", space=SPACE, date=f"{day}", away=True, mine=True)
    assert [(report["user"], report["away"]) for report in team] == [("tobin", True)]
    assert mine == []


@pytest.mark.endpoints(154, 156)
async def test_a_portfolios_reports_of_today(emulator: Emulator) -> None:
    async with assistant(emulator, portfolio=emulator.database.portfolio) as mcp:
        everybody = await walk(mcp, "list_standups", limit=500)
        held_up = await walk(mcp, "list_standups", with_roadblocks=True, limit=500)
        again = await walk(mcp, "list_standups", date=f"{today(emulator)}", limit=500)
    assert {report["space"] for report in everybody} >= {"harbour-app", "lighthouse"}
    assert held_up == [report for report in everybody if report["roadblocks"]] != []
    assert again == everybody
    assert not [report for report in everybody if len(report["user"]) == 22]


@pytest.mark.endpoints(155)
async def test_who_was_away_in_a_portfolio_on_any_days(emulator: Emulator) -> None:
    since, until = today(emulator) - timedelta(days=12), today(emulator) - timedelta(days=3)
    async with assistant(emulator) as mcp:
        found = await walk(
            mcp, "list_standups", portfolio=emulator.database.portfolio, away=True, since=f"{since}", until=f"{until}"
        )
    assert found
    assert all(report["away"] and f"{since}" <= report["filled_for"] <= f"{until}" for report in found)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "INVALID: portfolio: without `space`"),
        ({"mine": True}, "INVALID: mine: "),
        ({"portfolio": "lumenfjord", "date": "2024-01-01"}, "INVALID: date: "),
        ({"space": SPACE, "date": "2024-01-01", "since": "2024-01-01"}, "INVALID: date: "),
        ({"space": SPACE, "until": "2024-01-01"}, "INVALID: until: "),
        ({"space": SPACE, "since": "2024-01-02", "until": "2024-01-01"}, "INVALID: since: "),
        ({"space": SPACE, "date": "tomorrow"}, "INVALID: date: "),
    ],
)
async def test_wrong_arguments_are_named(emulator: Emulator, arguments: dict[str, Any], words: str) -> None:
    async with assistant(emulator) as mcp:
        said = await refusal(mcp, "list_standups", **arguments)
    assert said.startswith(words)
    assert "portfolio" not in words or "ASSEMBLA_PORTFOLIO" in said


@pytest.mark.parametrize("name", ["date", "since", "until"])
async def test_what_is_no_day_is_asked_for_as_a_day_without_a_time(emulator: Emulator, name: str) -> None:
    async with assistant(emulator) as mcp:
        said = await refusal(mcp, "list_standups", space=SPACE, **{name: "2026-13-01"})
    assert said == f"INVALID: {name}: write 2024-05-31"


async def test_a_portfolios_reports_keep_to_the_allowed_spaces(emulator: Emulator) -> None:
    async with assistant(emulator, portfolio=emulator.database.portfolio, spaces=["lighthouse"]) as mcp:
        found = await walk(mcp, "list_standups", limit=500)
        said = await refusal(mcp, "list_standups", space=SPACE)
    assert {report["space"] for report in found} == {"lighthouse"}
    assert said.startswith("NOT_ALLOWED: ")


async def test_a_space_without_stand_ups_says_which_tool_is_missing(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        for mine in (False, True):
            said = await refusal(mcp, "list_standups", space="weekend-robots", mine=mine)
            assert said.startswith("NOT_FOUND: ")
            assert "StandUp tool" in said
