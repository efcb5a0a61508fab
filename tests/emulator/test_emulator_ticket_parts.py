"""What hangs on tickets and how a Tickets tool is set up: links, statuses, custom fields, components, tags."""

from typing import Any

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.ticket_associations import BLOCK, CHILD, PARENT, STORY, SUBTASK, link_tickets
from assembla_emulator.factories.tickets import add_ticket

APP = "/spaces/harbour-app"


@pytest.fixture
def small(emulator: Emulator) -> Row:
    return emulator.database.add_space("small", wiki_name="small", tools=["tickets"])


async def get(http: httpx2.AsyncClient, path: str) -> Any:
    answer = await http.get(path)
    return [] if answer.status_code == 204 else answer.json()


async def test_links_are_turned_round_as_recorded(emulator: Emulator, http: httpx2.AsyncClient, small: Row) -> None:
    one, two = (add_ticket(emulator.database, small["id"]) for _ in range(2))
    assert (await http.get("/spaces/small/tickets/1/ticket_associations")).status_code == 204
    made = [link_tickets(emulator.database, one, two, kind) for kind in (SUBTASK, CHILD, BLOCK)]
    turned = [(row["ticket1_id"], row["ticket2_id"], row["relationship"]) for row in made]
    assert turned == [(two["id"], one["id"], STORY), (two["id"], one["id"], PARENT), (one["id"], two["id"], BLOCK)]


async def test_link_is_listed_at_both_its_tickets(emulator: Emulator, http: httpx2.AsyncClient, small: Row) -> None:
    one, two = (add_ticket(emulator.database, small["id"]) for _ in range(2))
    link = link_tickets(emulator.database, one, two)
    for number in (1, 2):
        (listed,) = await get(http, f"/spaces/small/tickets/{number}/ticket_associations")
        single = await get(http, f"/spaces/small/tickets/{number}/ticket_associations/{link['id']}")
        assert listed == single
        assert (listed["ticket1_id"], listed["ticket2_id"], listed["relationship"]) == (one["id"], two["id"], 2)
    assert (await http.get(f"{APP}/tickets/1/ticket_associations/{link['id']}")).status_code == 404


async def test_new_tool_has_five_statuses(http: httpx2.AsyncClient, small: Row) -> None:
    statuses = await get(http, "/spaces/small/tickets/statuses")
    assert [(row["name"], row["state"], row["list_order"]) for row in statuses] == [
        ("New", 1, 1),
        ("Accepted", 1, 2),
        ("Test", 1, 3),
        ("Fixed", 0, 4),
        ("Invalid", 0, 5),
    ]
    assert await get(http, "/spaces/small/tickets/statuses") == statuses
    assert await get(http, f"/spaces/small/tickets/statuses/{statuses[3]['id']}") == statuses[3]
    assert (await http.get(f"{APP}/tickets/statuses/{statuses[3]['id']}")).status_code == 404


async def test_teams_rename_and_add_statuses(http: httpx2.AsyncClient) -> None:
    renamed = [row["name"] for row in await get(http, "/spaces/tidewater-billing/tickets/statuses")]
    assert renamed == ["To do", "Doing", "First review", "Second review", "Done", "Dropped"]
    assert "Won't fix" in [row["name"] for row in await get(http, f"{APP}/tickets/statuses")]


async def test_one_space_has_custom_fields_of_every_type(http: httpx2.AsyncClient) -> None:
    fields = await get(http, f"{APP}/tickets/custom_fields")
    assert {field["type"] for field in fields} == {"Text", "Numeric", "Team List", "List", "Date"}
    assert {field["type"] for field in fields if "list_options" in field} == {"List"}
    assert any(field["hide"] for field in fields)
    assert any(field["required"] for field in fields)
    assert await get(http, f"{APP}/tickets/custom_fields/{fields[0]['id']}") == fields[0]
    assert (await http.get(f"{APP}/tickets/custom_fields/1")).status_code == 404


async def test_choices_of_one_space_are_yaml_text(http: httpx2.AsyncClient) -> None:
    ledger, _ = await get(http, "/spaces/tidewater-billing/tickets/custom_fields")
    assert ledger["list_options"] == '--- \n- Harbour dues\n- Services\n- "No: none"\n'


async def test_space_without_custom_fields_answers_204(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/spaces/weekend-robots/tickets/custom_fields")).status_code == 204


async def test_components_are_left_in_one_space(http: httpx2.AsyncClient) -> None:
    components = await get(http, "/spaces/harbour-website/ticket_components")
    assert [list(row) for row in components] == [["id", "name"]] * 4
    path = f"/spaces/harbour-website/ticket_components/{components[1]['id']}"
    assert await get(http, path) == components[1]
    assert (await http.get(f"{APP}/ticket_components")).status_code == 204
    assert (await http.get(f"{APP}/ticket_components/{components[1]['id']}")).status_code == 404
    assert (await http.get("/spaces/brand-handbook/ticket_components")).text == "Tool not found"


async def test_tags_are_listed_by_state(http: httpx2.AsyncClient) -> None:
    first, second = await get(http, f"{APP}/tags"), await get(http, f"{APP}/tags?page=2")
    every = first + second
    assert len(first) == 25
    assert {tag["state"] for tag in every} == {1, 2, 4, None}
    for name, state in (("proposed", 1), ("active", 2), ("hidden", 4)):
        assert await get(http, f"{APP}/tags/{name}") == [tag for tag in every if tag["state"] == state]
    assert await get(http, f"{APP}/tags/{every[3]['id']}") == every[3]
    assert (await http.get(f"/spaces/lighthouse/tags/{every[3]['id']}")).status_code == 404
    assert (await http.get("/spaces/brand-handbook/tags")).text == "Tool not found"


async def test_tags_tickets_are_those_that_have_it(emulator: Emulator, http: httpx2.AsyncClient, small: Row) -> None:
    for number in range(24):
        add_ticket(emulator.database, small["id"], tags=["even"] if number % 2 else ["odd", "even-not"])
    tags = {tag["name"]: tag["id"] for tag in await get(http, "/spaces/small/tags")}
    listed = await get(http, f"/spaces/small/tags/{tags['even']}/tickets")
    assert [ticket["number"] for ticket in listed] == [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]
    assert [ticket["number"] for ticket in await get(http, f"/spaces/small/tags/{tags['even']}/tickets?page=2")] == [
        22,
        24,
    ]
    assert (await http.get("/spaces/small/tags/1/tickets")).status_code == 404
