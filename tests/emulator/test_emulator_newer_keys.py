"""The keys that were seen since 2018, which an emulator sends where it is asked to."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import yaml

from assembla_emulator.app import Emulator
from assembla_emulator.factories.tickets import add_ticket, change_ticket

APP = "/spaces/harbour-app"


@pytest.fixture
def newer() -> Emulator:
    return Emulator(rate=None, newer_keys=True)


@pytest.fixture
async def http_newer(newer: Emulator) -> AsyncIterator[httpx2.AsyncClient]:
    mine = newer.credentials
    headers = {"X-Api-Key": mine.api_key, "X-Api-Secret": mine.api_secret}
    transport = httpx2.ASGITransport(app=newer.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://api.example/v1", headers=headers) as client:
        yield client


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None)


@pytest.mark.parametrize(
    ("path", "added", "removed"),
    [
        (APP, {"prefix", "portfolio"}, set()),
        ("/spaces/weekend-robots", {"prefix"}, set()),
        (f"{APP}/documents", set(), set()),
        (f"{APP}/users", set(), set()),
        ("/tasks", set(), {"billed", "job_agreement_id"}),
        (f"{APP}/tickets/4/ticket_comments", {"user_name", "user_avatar_url"}, set()),
        (f"{APP}/milestones/all", set(), set()),
    ],
)
async def test_objects_have_the_newer_keys_beside_the_old_ones(
    http: httpx2.AsyncClient, http_newer: httpx2.AsyncClient, path: str, added: set[str], removed: set[str]
) -> None:
    def keys(body: Any) -> set[str]:
        return set(body[0] if isinstance(body, list) else body)

    older, newer = keys((await http.get(path)).json()), keys((await http_newer.get(path)).json())
    assert newer == older - removed | added


async def test_ticket_carries_its_prefixed_number_hours_and_assignee(http_newer: httpx2.AsyncClient) -> None:
    tickets = (await http_newer.get(f"{APP}/tickets", params={"report": 0, "per_page": 100})).json()
    assert all(ticket["number_with_prefix"] == f"HMA-{ticket['number']}" for ticket in tickets)
    assert all(ticket["importance"] == ticket["number"] for ticket in tickets)
    assert all("due_date" in ticket and isinstance(ticket["worked_hours"], float) for ticket in tickets)
    assert {"assigned_to_name" in ticket for ticket in tickets} == {True, False}
    assert all(("assigned_to_name" in ticket) == (ticket["assigned_to_id"] is not None) for ticket in tickets)
    assert len({tuple(ticket["custom_fields"]) for ticket in tickets}) == 1
    assert not any("space_name" in ticket for ticket in tickets)


async def test_ticket_alone_names_its_space(http_newer: httpx2.AsyncClient) -> None:
    assert (await http_newer.get(f"{APP}/tickets/4")).json()["space_name"] == "Harbour Mobile App"


async def test_comments_hold_words_and_may_have_null_for_text(http_newer: httpx2.AsyncClient) -> None:
    comments = [
        comment
        for number in range(1, 60)
        for comment in (await http_newer.get(f"{APP}/tickets/{number}/ticket_comments")).json()
    ]
    assert {type(comment["comment"]) for comment in comments} == {str, type(None)}
    changes = [change for comment in comments for change in yaml.safe_load(comment["ticket_changes"]) or []]
    new = {name: {value for field, _, value in changes if field == name} for name, *_ in changes}
    people = {person["login"] for person in (await http_newer.get(f"{APP}/users")).json()}
    titles = {row["title"] for row in (await http_newer.get(f"{APP}/milestones/all?per_page=100")).json()}
    assert new["assigned_to_id"] <= people | {"ragnar"}
    assert new["milestone_id"] <= titles | {None}
    assert new["priority"] <= {"Highest (1)", "High (2)", "Normal (3)", "Low (4)", "Lowest (5)"}


async def test_documents_people_and_hours_carry_the_newer_addresses(http_newer: httpx2.AsyncClient) -> None:
    document = (await http_newer.get(f"{APP}/documents")).json()[0]
    address = f"https://api.assembla.com/v1/spaces/harbour-app/documents/{document['id']}/download"
    assert document["url"] == address
    user = (await http_newer.get("/user")).json()
    assert user["picture"] == f"https://www.assembla.com/v1/users/{user['id']}/picture"
    assert None not in (user["organization"], user["phone"])
    tasks = (await http_newer.get("/tasks?per_page=100")).json()
    assert {task["url"] for task in tasks if task["ticket_id"] is None} <= {None}
    on_tickets = [task for task in tasks if task["ticket_id"] is not None]
    assert on_tickets
    assert all(task["url"].endswith(f"/tickets/{task['ticket_number']}") for task in on_tickets)


async def test_created_space_is_sent_with_its_prefix(http_newer: httpx2.AsyncClient) -> None:
    made = await http_newer.post("/spaces", json={"space": {"name": "Buoy Survey"}})
    assert (made.status_code, made.json()["prefix"]) == (201, "BS")


async def test_changed_estimates_and_priorities_are_told_in_words(
    newer: Emulator, http_newer: httpx2.AsyncClient
) -> None:
    space = newer.database.find_space("harbour-app") or {}
    ticket = add_ticket(newer.database, space["id"])
    change_ticket(newer.database, ticket, estimate=2.5, priority=1, assigned_to_id=None, milestone_id=None)
    newest = (await http_newer.get(f"{APP}/tickets/{ticket['number']}/ticket_comments")).json()[0]
    assert yaml.safe_load(newest["ticket_changes"]) == [
        ["estimate", "1.0", "2.5"],
        ["priority", "Normal (3)", "Highest (1)"],
    ]
