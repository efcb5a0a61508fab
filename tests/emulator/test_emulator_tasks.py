"""Time entries over HTTP: whose one sees, and what narrows them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.tasks import add_task
from assembla_emulator.factories.tickets import add_ticket

Asking = Callable[..., httpx2.AsyncClient]
Entries = list[dict[str, Any]]


@pytest.fixture
def emulator() -> Emulator:
    """A company where nobody has written any hours down yet."""
    emulator = Emulator(tickets=0, rate=None)
    database = emulator.database
    for task in list(database.table("tasks")):
        database.table("tasks").remove(task)
    return emulator


@pytest.fixture
def owned(emulator: Emulator) -> Row:
    return emulator.database.add_space("owned", wiki_name="owned", tools=["time", "tickets"])


async def get(http: httpx2.AsyncClient, query: str = "") -> Entries:
    answer = await http.get(f"/tasks.json{query}")
    entries: Entries = [] if answer.status_code == 204 else answer.json()
    return entries


async def said(http: httpx2.AsyncClient, query: str = "") -> list[str]:
    return [task["description"] for task in await get(http, query)]


async def test_hours_are_text_and_add_up_on_the_ticket(
    emulator: Emulator, http: httpx2.AsyncClient, owned: Row
) -> None:
    ticket = add_ticket(emulator.database, owned["id"])
    add_task(emulator.database, owned["id"], "1.5", ticket=ticket)
    add_task(emulator.database, owned["id"], "0.25", ticket=ticket)
    first, _ = await get(http, f"?ticket_ids[]={ticket['id']}")
    assert (first["ticket_id"], first["ticket_number"]) == (ticket["id"], 1)
    assert {task["hours"] for task in await get(http)} == {"1.5", "0.25"}
    assert (await http.get("/spaces/owned/tickets/1")).json()["total_invested_hours"] == 1.75


async def test_one_sees_ones_own_and_all_where_one_is_owner(
    emulator: Emulator, http: httpx2.AsyncClient, asking_as: Asking, owned: Row
) -> None:
    database = emulator.database
    elsewhere = database.add_space("member's", role="member", tools=["time"])
    outside = database.add_space("outside", role=None, tools=["time"])
    odalys = database.user("odalys")["id"]
    for space in (owned, elsewhere, outside):
        for person in (database.me, odalys):
            add_task(database, space["id"], description=f"{space['name']} {person == database.me}", user_id=person)
    database.add_role(owned["id"], odalys)
    assert set(await said(http)) == {"owned True", "owned False", "member's True"}
    assert await said(http, f"?users[]={odalys}") == ["owned False"]
    assert await said(http, f"?spaces[]={elsewhere['id']}&spaces[]={outside['id']}") == ["member's True"]
    hers = next(task for task in await get(http) if task["description"] == "owned False")
    hidden = database.table("tasks").first(description="member's False") or {}
    assert (await http.get(f"/tasks/{hers['id']}.json")).json() == hers
    assert (await http.get(f"/tasks/{hidden['id']}")).status_code == 404
    async with asking_as("odalys") as other:
        assert await said(other) == ["owned False"]


async def test_latest_come_first_unless_sorted(emulator: Emulator, http: httpx2.AsyncClient, owned: Row) -> None:
    for number in range(30):
        add_task(
            emulator.database, owned["id"], description=f"{number:02}", begin_at=emulator.database.days_ago(number)
        )
    assert await said(http) == [f"{number:02}" for number in range(25)]
    assert await said(http, "?page=2&per_page=28") == ["28", "29"]
    assert (await said(http, "?sort_order=asc"))[0] == "29"
    assert (await said(http, "?sort_by=description"))[0] == "00"
    assert (await said(http, "?sort_by=id&sort_order=desc"))[0] == "29"
    assert (await said(http, "?sort_by=colour"))[0] == "00"


async def test_days_and_minutes_narrow_in_every_known_form(
    emulator: Emulator, http: httpx2.AsyncClient, owned: Row
) -> None:
    noon = emulator.database.days_ago(3) + timedelta(hours=12)
    add_task(emulator.database, owned["id"], begin_at=noon)
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M"):
        assert await said(http, f"?from={noon.strftime(form)}") == ["Work"]
    assert await said(http, f"?to={noon:%Y-%m-%d}") == []
    assert await said(http, f"?to={noon:%Y-%m-%d} 11:59") == []
    assert await said(http, f"?from={noon:%Y-%m-%d} 12:00&to={noon:%Y-%m-%d} 12:00") == ["Work"]
    refused = await http.get("/tasks?from=yesterday")
    assert (refused.status_code, refused.json()) == (422, {"from": ["is not a date"]})


async def test_portfolio_shows_everybodys_to_its_managers(
    emulator: Emulator, http: httpx2.AsyncClient, asking_as: Asking
) -> None:
    database = emulator.database
    payroll, website = (database.find_space(name) or {} for name in ("payroll-migration", "harbour-website"))
    odalys = database.user("odalys")["id"]
    add_task(database, payroll["id"], description="hidden", user_id=odalys)
    add_task(database, website["id"], description="archived")
    all_of_it = "?portfolio=lumenfjord"
    assert set(await said(http, all_of_it)) == {"hidden", "archived"}
    assert await said(http, f"{all_of_it}&filter[spacegroup]=rule-11") == ["archived"]
    assert await said(http, f"{all_of_it}&filter[usergroup]=rule-3") == ["archived"]
    assert await said(http, f"{all_of_it}&users[]={odalys}") == ["hidden"]
    assert await said(http, f"{all_of_it}&spaces[]={website['id']}") == ["archived"]
    async with asking_as("tobin") as tobin:
        assert (await tobin.get("/tasks?portfolio=lumenfjord")).status_code == 404
        assert (await tobin.get("/tasks")).status_code == 204
