"""Tickets over HTTP: which lists hold which, in what order, and by which names one is found."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.documents import attach_document
from assembla_emulator.factories.milestones import add_milestone
from assembla_emulator.factories.ticket_setup import add_status
from assembla_emulator.factories.tickets import add_ticket, change_ticket, tickets
from assembla_emulator.routes.queries.ticket_reports import SORTS

APP = "/spaces/harbour-app/tickets"

Asking = Callable[..., httpx2.AsyncClient]


@pytest.fixture
def small(emulator: Emulator) -> Row:
    """A space of nothing but what a test puts in."""
    return emulator.database.add_space("small", wiki_name="small", tools=["tickets", "milestones"])


async def whole(http: httpx2.AsyncClient, path: str) -> list[dict[str, Any]]:
    """All pages of a list."""
    found: list[dict[str, Any]] = []
    for page in range(1, 50):
        answer = await http.get(f"{path}{'&' if '?' in path else '?'}per_page=100&page={page}")
        if answer.status_code == 204:
            return found
        found += answer.json()
    raise AssertionError("the list does not end")


async def numbers(http: httpx2.AsyncClient, path: str) -> list[int]:
    answer = await http.get(path)
    return [] if answer.status_code == 204 else [ticket["number"] for ticket in answer.json()]


async def test_largest_space_has_hundreds_and_a_page_has_ten(http: httpx2.AsyncClient) -> None:
    assert len((await http.get(f"{APP}?report=0")).json()) == 10
    assert len((await http.get(f"{APP}?report=0&per_page=150")).json()) == 10
    every = await whole(http, f"{APP}?report=0")
    assert len(every) == len({ticket["id"] for ticket in every}) >= 500


async def test_without_a_report_only_active_tickets_are_listed(http: httpx2.AsyncClient) -> None:
    default = await whole(http, APP)
    every = await whole(http, f"{APP}?report=0")
    assert {ticket["state"] for ticket in default} == {1}
    assert {ticket["id"] for ticket in default} == {ticket["id"] for ticket in every if ticket["state"] == 1}
    assert len(default) < len(every)


@pytest.mark.parametrize(
    ("report", "states", "column"),
    [
        ("0", {0, 1}, "priority"),
        ("1", {1}, "milestone_id"),
        ("2", {0, 1}, "number"),
        ("3", {1}, "assigned_to_id"),
        ("4", {0}, "milestone_id"),
        ("5", {0}, "completed_date"),
    ],
)
async def test_predefined_reports_keep_states_and_have_an_order(
    http: httpx2.AsyncClient, report: str, states: set[int], column: str
) -> None:
    listed = await whole(http, f"{APP}?report={report}")
    assert {ticket["state"] for ticket in listed} == states
    values = [ticket[column] for ticket in listed if ticket[column] is not None]
    assert values == sorted(values)
    assert all(ticket[column] is None for ticket in listed[len(values) :])


@pytest.mark.parametrize(("report", "states"), [("6", {0, 1}), ("7", {1}), ("8", {0}), ("9", {1})])
async def test_reports_of_mine_hold_what_is_mine(
    emulator: Emulator, http: httpx2.AsyncClient, report: str, states: set[int]
) -> None:
    listed = await whole(http, f"{APP}?report={report}")
    field = "notification_list" if report == "9" else "assigned_to_id"
    assert {ticket["state"] for ticket in listed} == states
    assert all(emulator.database.me in ticket[field].split(",") for ticket in listed)


@pytest.mark.parametrize("report", ["10", "99", "u999", "u", "all", ""])
async def test_unknown_reports_are_not_found(http: httpx2.AsyncClient, report: str) -> None:
    assert (await http.get(f"{APP}?report={report}")).status_code == 404


async def test_custom_reports_are_the_teams_and_ones_own(http: httpx2.AsyncClient) -> None:
    reports = (await http.get(f"{APP}/custom_reports.json")).json()
    assert list(reports) == ["team_reports", "user_reports"]
    assert [list(report) for report in reports["team_reports"]] == [["id", "title"]] * 2
    (mine,) = reports["user_reports"]
    assert mine["title"] == "My work under test"
    blocked = reports["team_reports"][0]
    listed = await whole(http, f"{APP}?report=u{blocked['id']}")
    assert {ticket["status"] for ticket in listed} == {"Blocked"}


async def test_another_persons_report_is_not_found(http: httpx2.AsyncClient, asking_as: Asking) -> None:
    async with asking_as("odalys") as odalys:
        (hers,) = (await odalys.get(f"{APP}/custom_reports")).json()["user_reports"]
    assert (await http.get(f"{APP}?report=u{hers['id']}")).status_code == 404


async def test_space_without_custom_reports_answers_204(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/spaces/weekend-robots/tickets/custom_reports")).status_code == 204


@pytest.mark.parametrize("column", sorted(SORTS))
async def test_every_sort_goes_up_and_down(http: httpx2.AsyncClient, column: str) -> None:
    up = [ticket[column] for ticket in await whole(http, f"{APP}?report=0&sort_by={column}")]
    down = [ticket[column] for ticket in await whole(http, f"{APP}?report=0&sort_by={column}&sort_order=desc")]
    given = [value for value in up if value is not None]
    assert given == sorted(given) == up[: len(given)]
    assert down == up[::-1]


async def test_unknown_sort_is_dropped_in_silence(http: httpx2.AsyncClient) -> None:
    usual = await numbers(http, f"{APP}?report=2")
    assert await numbers(http, f"{APP}?report=2&sort_by=colour&sort_order=up") == usual


async def test_numbers_rule_all_other_parameters_out(http: httpx2.AsyncClient) -> None:
    assert await numbers(http, f"{APP}?number=7&report=1&page=9") == [7]
    many = "&".join(f"number[]={number}" for number in (9, 3, 30_000, "x", 12, 5, 6, 7, 8, 10, 11, 2, 1))
    assert await numbers(http, f"{APP}?{many}&per_page=2&report=99") == [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12]
    assert (await http.get(f"{APP}?number=123456")).status_code == 204


async def test_ticket_is_found_by_number_and_by_id_which_differ(http: httpx2.AsyncClient) -> None:
    by_number = (await http.get(f"{APP}/12.json")).json()
    assert by_number["id"] > 141_000_000
    assert (await http.get(f"{APP}/id/{by_number['id']}.json")).json() == by_number
    assert (await http.get(f"/spaces/lighthouse/tickets/id/{by_number['id']}")).status_code == 404


@pytest.mark.parametrize("path", ["0", "99999", "-1", "abc", "²", "1%2Fticket_comments", "9" * 30, "id/1", "id/x"])
async def test_unknown_ticket_is_html_of_one_space(http: httpx2.AsyncClient, path: str) -> None:
    answer = await http.get(f"{APP}/{path}")
    assert (answer.status_code, answer.content) == (404, b" ")


async def test_single_read_and_list_tell_the_same_instants_in_other_zones(http: httpx2.AsyncClient) -> None:
    (listed,) = (await http.get(f"{APP}?number=20")).json()
    one = (await http.get(f"{APP}/20")).json()
    assert listed["created_on"].endswith("Z")
    assert one["created_on"].endswith("+03:00")
    assert datetime.fromisoformat(listed["created_on"]) == datetime.fromisoformat(one["created_on"])


async def test_mine_are_the_open_ones_assigned_to_me(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    mine = await whole(http, f"{APP}/my_active")
    assert len(mine) >= 5
    assert {(ticket["assigned_to_id"], ticket["state"]) for ticket in mine} == {(emulator.database.me, 1)}


async def test_followed_ones_name_me_among_others_and_may_be_closed(
    emulator: Emulator, http: httpx2.AsyncClient
) -> None:
    followed = await whole(http, f"{APP}/my_followed")
    assert all(emulator.database.me in ticket["notification_list"].split(",") for ticket in followed)
    assert {ticket["state"] for ticket in followed} == {0, 1}
    assert any("," in ticket["notification_list"] for ticket in followed)


async def test_an_application_alone_has_no_tickets_of_its_own(emulator: Emulator, asking: Asking) -> None:
    mine = emulator.credentials
    token = await asking().post(
        "http://api.example/token",
        params={"grant_type": "client_credentials"},
        auth=(mine.client_id, mine.client_secret),
    )
    async with asking(Authorization=f"Bearer {token.json()['access_token']}") as application:
        assert (await application.get("/spaces/open-tide-tables/tickets")).status_code == 200
        assert (await application.get("/spaces/open-tide-tables/tickets/my_active")).status_code == 403


async def test_milestones_tickets_are_the_active_ones_unless_asked(
    emulator: Emulator, http: httpx2.AsyncClient, small: Row
) -> None:
    database, space_id = emulator.database, small["id"]
    milestone = add_milestone(database, space_id, "First")["id"]
    add_ticket(database, space_id, milestone_id=milestone)
    add_ticket(database, space_id, milestone_id=milestone, status="Fixed")
    add_ticket(database, space_id)
    path = f"/spaces/small/tickets/milestone/{milestone}"
    assert await numbers(http, path) == [1]
    assert await numbers(http, f"{path}?ticket_status=active") == [1]
    assert await numbers(http, f"{path}?ticket_status=closed") == [2]
    assert await numbers(http, f"{path}?ticket_status=all&sort_by=number&sort_order=desc") == [2, 1]
    assert await numbers(http, "/spaces/small/tickets/no_milestone") == [3]


async def test_milestone_of_another_space_is_not_found(http: httpx2.AsyncClient) -> None:
    (milestone, *_) = (await http.get("/spaces/lighthouse/milestones")).json()
    assert (await http.get(f"{APP}/milestone/{milestone['id']}")).status_code == 404


async def test_attachments_are_the_documents_that_hang_on_the_ticket(
    emulator: Emulator, http: httpx2.AsyncClient, small: Row
) -> None:
    ticket = add_ticket(emulator.database, small["id"])
    assert (await http.get("/spaces/small/tickets/1/attachments")).status_code == 204
    attach_document(emulator.database, small, ticket, "plan.txt", b"A plan", content_type="text/plain")
    (attached,) = (await http.get("/spaces/small/tickets/1/attachments.json")).json()
    assert (attached["filename"], attached["ticket_id"]) == ("plan.txt", ticket["id"])


async def test_tags_of_a_ticket_are_objects(emulator: Emulator, http: httpx2.AsyncClient, small: Row) -> None:
    add_ticket(emulator.database, small["id"], tags=["one", "two", "one"])
    tags = (await http.get("/spaces/small/tickets/1/tags.json")).json()
    assert [(tag["name"], tag["state"]) for tag in tags] == [("one", 2), ("two", 2)]
    assert "tags" not in (await http.get("/spaces/small/tickets/1.json")).json()


async def test_space_without_tickets_answers_204_and_without_the_tool_so(http: httpx2.AsyncClient, small: Row) -> None:
    assert (await http.get("/spaces/small/tickets?report=0")).status_code == 204
    for path in ("", "/1", "/my_active", "/statuses", "/custom_fields", "/custom_reports", "/1/ticket_comments"):
        assert (await http.get(f"/spaces/brand-handbook/tickets{path}")).text == "Tool not found"
    assert (await http.get("/spaces/blackpine-instruments/tickets")).text == " "


async def test_lists_follow_changes_between_two_pages(emulator: Emulator, http: httpx2.AsyncClient, small: Row) -> None:
    made = [add_ticket(emulator.database, small["id"], f"ticket {number}") for number in range(5)]
    path = "/spaces/small/tickets?report=0&sort_by=updated_at&sort_order=desc"
    assert await numbers(http, path) == [5, 4, 3, 2, 1]
    change_ticket(emulator.database, made[1], priority=1)
    assert await numbers(http, path) == [2, 5, 4, 3, 1]
    tickets(emulator.database).remove(made[4])
    assert await numbers(http, path) == [2, 4, 3, 1]


async def test_portfolio_has_the_active_tickets_space_by_space(http: httpx2.AsyncClient) -> None:
    active = await whole(http, "/tickets?portfolio=lumenfjord")
    spaces = [ticket["space_id"] for ticket in active]
    assert {ticket["state"] for ticket in active} == {1}
    assert len(set(spaces)) == sum(one != other for one, other in zip(spaces, [None, *spaces], strict=False))
    hidden = (await http.get("/spaces/payroll-migration")).json()["id"]
    assert hidden in spaces
    assert len((await http.get("/tickets?portfolio=lumenfjord")).json()) == 10


async def test_portfolio_reports_are_named_and_followed(http: httpx2.AsyncClient) -> None:
    reports = (await http.get("/ticket_reports.json?portfolio=lumenfjord")).json()
    assert reports[0] == {"id": 1, "title": "Active by Space"}
    sizes = [
        len(await whole(http, f"/tickets?portfolio=lumenfjord&filter[ticket_report]={row['id']}")) for row in reports
    ]
    assert sizes[0] + sizes[1] == sizes[2] > 1000
    assert (await http.get("/tickets?portfolio=lumenfjord&filter[ticket_report]=9")).status_code == 404


@pytest.mark.parametrize("path", ["/tickets", "/ticket_reports"])
async def test_portfolio_is_for_its_managers(http: httpx2.AsyncClient, asking_as: Asking, path: str) -> None:
    assert (await http.get(path)).status_code == 500
    assert (await http.get(f"{path}?portfolio=nobody")).status_code == 404
    async with asking_as("tobin") as tobin:
        assert (await tobin.get(f"{path}?portfolio=lumenfjord")).status_code == 404


async def test_added_ticket_is_as_the_api_makes_one(emulator: Emulator, http: httpx2.AsyncClient, small: Row) -> None:
    add_ticket(emulator.database, small["id"], number=2)
    ticket = add_ticket(emulator.database, small["id"], "Make a plan")
    later = add_ticket(emulator.database, small["id"], hierarchy_type=2, estimate=3.0)
    one = (await http.get("/spaces/small/tickets/1")).json()
    assert one["id"] == ticket["id"]
    assert (one["status"], one["state"], one["importance"], one["estimate"]) == ("New", 1, -1.0, 1.0)
    assert (one["notification_list"], one["custom_fields"]) == (emulator.database.me, {})
    assert "due_date" not in one
    assert (later["number"], later["is_story"], later["total_estimate"]) == (3, True, 3.0)


async def test_state_follows_the_statuses_of_the_space(emulator: Emulator, small: Row) -> None:
    add_status(emulator.database, small["id"], "Only this", 0)
    closed = add_ticket(emulator.database, small["id"])
    assert (closed["status"], closed["state"]) == ("Only this", 0)
    assert closed["completed_date"] == closed["created_on"]
    with pytest.raises(ValueError, match="no status"):
        add_ticket(emulator.database, small["id"], status="New")
    with pytest.raises(KeyError):
        add_ticket(emulator.database, "brand-handbook")
