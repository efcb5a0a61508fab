"""Stand-up reports over HTTP: of a day, of a range, of the away, of a portfolio."""

from datetime import date, timedelta
from typing import Any

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.demo.standups import MY_DAY_AWAY
from assembla_emulator.factories.standups import add_standup_report, standup_reports

SPACE = "/spaces/harbour-app"
WRONG_ORDER = {"base": ["Start date can't be greater than end date"]}


@pytest.fixture
def today(emulator: Emulator) -> date:
    return emulator.clock.instant().date()


def working_day(today: date, back: int) -> date:
    day = today
    while back:
        day -= timedelta(1)
        back -= day.weekday() < 5
    return day


async def rows(http: httpx2.AsyncClient, path: str) -> list[dict[str, Any]]:
    answer = await http.get(path)
    assert answer.status_code in (200, 204), answer.text
    return answer.json() if answer.content else []


async def test_team_reports_are_todays_where_no_date_is_said(http: httpx2.AsyncClient, today: date) -> None:
    reports = await rows(http, f"{SPACE}/standup_reports.json")
    assert reports == await rows(http, f"{SPACE}/standup_reports?date={today}")
    assert {(row["filled_for"], row["away_flag"]) for row in reports} == {(str(today), False)}
    assert len({row["user_id"] for row in reports}) == len(reports) > 4


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%d"])
async def test_dates_are_taken_in_six_forms(http: httpx2.AsyncClient, today: date, form: str) -> None:
    day = working_day(today, 10)
    reports = await rows(http, f"{SPACE}/standup_reports?date={day.strftime(form)}")
    assert {row["filled_for"] for row in reports} == {str(day)}


@pytest.mark.parametrize("name", ["date", "from", "to"])
async def test_date_that_cannot_be_read_is_refused(http: httpx2.AsyncClient, name: str) -> None:
    answer = await http.get(f"{SPACE}/standup_reports?{name}=tomorrow")
    assert (answer.status_code, list(answer.json())) == (422, ["base"])


async def test_range_holds_every_day_of_it(http: httpx2.AsyncClient, today: date) -> None:
    start, end = working_day(today, 8), working_day(today, 4)
    reports = await rows(http, f"{SPACE}/standup_reports?from={start}&to={end}")
    assert {row["filled_for"] for row in reports} == {str(working_day(today, back)) for back in range(4, 9)}
    assert await rows(http, f"{SPACE}/standup_reports?to={end}") == await rows(
        http, f"{SPACE}/standup_reports?date={end}"
    )
    assert {row["away_flag"] for row in reports} == {False}


async def test_last_thirty_working_days_are_filled(http: httpx2.AsyncClient, today: date) -> None:
    reports = await rows(http, f"{SPACE}/standup_reports?from={today - timedelta(90)}")
    assert len({row["filled_for"] for row in reports}) >= 30
    assert any(row["roadblocks"] for row in reports)
    assert any(row["roadblocks"] is None for row in reports)
    assert any("Ignore previous" in (row["roadblocks"] or "") for row in reports)


async def test_my_report_is_my_own(emulator: Emulator, http: httpx2.AsyncClient, today: date) -> None:
    report = (await http.get(f"{SPACE}/standup_report.json")).json()
    assert (report["user_id"], report["filled_for"]) == (emulator.database.me, str(today))
    earlier = working_day(today, 6)
    assert (await http.get(f"{SPACE}/standup_report?date={earlier}")).json()["filled_for"] == str(earlier)
    assert (await http.get(f"{SPACE}/standup_report?date=2001-01-01")).status_code == 404


async def test_date_does_not_filter_away_reports_of_the_week_before(
    emulator: Emulator, http: httpx2.AsyncClient, today: date
) -> None:
    away = working_day(today, MY_DAY_AWAY)
    mine = (await http.get(f"{SPACE}/away_standup_report.json")).json()
    assert (mine["user_id"], mine["filled_for"], mine["away_flag"]) == (emulator.database.me, str(away), True)
    assert (await http.get(f"{SPACE}/away_standup_report?date={away}")).json() == mine
    week = await rows(http, f"{SPACE}/away_standup_reports.json?date={today}")
    assert mine in week
    assert {row["away_flag"] for row in week} == {True}
    assert len({row["filled_for"] for row in week}) > 1
    assert (await http.get(f"{SPACE}/away_standup_report?date=2001-01-01")).status_code == 404


async def test_range_does_filter_away_reports(http: httpx2.AsyncClient, today: date) -> None:
    day = working_day(today, MY_DAY_AWAY)
    found = await rows(http, f"{SPACE}/away_standup_reports?from={day}&to={day}")
    assert {row["filled_for"] for row in found} == {str(day)}


async def test_who_is_away_has_no_other_report_that_day(emulator: Emulator, today: date) -> None:
    days: dict[bool, set[tuple[str, date]]] = {True: set(), False: set()}
    for row in standup_reports(emulator.database):
        days[row["away_flag"]].add((row["user_id"], row["filled_for"]))
    assert (emulator.database.me, working_day(today, MY_DAY_AWAY)) in days[True]
    assert not days[True] & days[False]


async def test_portfolio_has_the_reports_of_all_its_spaces(http: httpx2.AsyncClient, today: date) -> None:
    reports = await rows(http, "/standup_reports.json?portfolio=lumenfjord")
    assert len({row["space_id"] for row in reports}) >= 2
    assert {row["filled_for"] for row in reports} == {str(today)}
    needs = await rows(http, "/standup_reports/with_needs.json?portfolio=lumenfjord")
    assert needs == [row for row in reports if row["roadblocks"]] != []


async def test_portfolio_lists_the_away_of_a_range(http: httpx2.AsyncClient, today: date) -> None:
    away = "/standup_reports/away.json?portfolio=lumenfjord"
    assert {row["filled_for"] for row in await rows(http, away)} == {str(today)}
    start = working_day(today, 5)
    month = await rows(http, f"{away}&from={start}")
    assert {row["filled_for"] for row in month} == {
        str(today),
        *(str(working_day(today, back)) for back in range(1, 6)),
    }


@pytest.mark.parametrize("path", ["/standup_reports/away", f"{SPACE}/away_standup_reports", f"{SPACE}/standup_reports"])
async def test_range_that_ends_before_it_starts_is_refused_in_the_recorded_words(
    http: httpx2.AsyncClient, today: date, path: str
) -> None:
    for query in (f"from={today + timedelta(1)}", f"from={today}&to={today - timedelta(1)}"):
        answer = await http.get(f"{path}?{query}")
        assert (answer.status_code, answer.json()) == (422, WRONG_ORDER)


async def test_space_without_the_tool_says_so(http: httpx2.AsyncClient) -> None:
    for kind in ("standup_reports", "standup_report", "away_standup_reports", "away_standup_report"):
        assert (await http.get(f"/spaces/tidewater-billing/{kind}")).text == "Tool not found"


async def test_range_of_ages_is_answered_at_once(http: httpx2.AsyncClient) -> None:
    for kind in ("standup_reports", "away_standup_reports"):
        assert (await http.get(f"{SPACE}/{kind}?from=0001-01-01&to=9999-12-31")).status_code == 200
        assert (await http.get(f"{SPACE}/{kind}?date=0001-01-01")).status_code == 204


async def test_reports_can_be_added(emulator: Emulator, http: httpx2.AsyncClient, today: date) -> None:
    space = emulator.database.add_space(wiki_name="mine", tools=["standup"])
    added = add_standup_report(emulator.database, space, emulator.database.me, today, what_i_did="This")
    (sent,) = (await http.get("/spaces/mine/standup_reports")).json()
    assert (sent["id"], sent["what_i_did"], sent["roadblocks"]) == (added["id"], "This", None)
