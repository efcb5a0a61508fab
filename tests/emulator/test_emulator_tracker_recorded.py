"""Tickets and what hangs on them beside real answers: the recorded keys first and in order, then known newer ones."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.factories.documents import attach_document
from assembla_emulator.factories.tickets import tickets

RECORDED = Path(__file__).parents[2].parent / "shared" / "recorded"

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers are not beside the repository")

APP = "/spaces/harbour-app"

PAIRS = [
    ("GET_space-tickets_200.json", f"{APP}/tickets?report=0&per_page=100"),
    ("GET_space-tickets_200.json", "/tickets?portfolio=lumenfjord&per_page=100"),
    ("GET_space-tickets-n_200.json", f"{APP}/tickets/1"),
    ("POST_space-tickets_201.json", f"{APP}/tickets/400"),
    ("GET_space-tickets-n-attachments_200.json", f"{APP}/tickets/9/attachments"),
    ("GET_space-tickets-n-ticket-comments_200.json", f"{APP}/tickets/40/ticket_comments"),
    ("GET_space-tickets-n-ticket-associations_200.json", f"{APP}/tickets/30/ticket_associations"),
    ("GET_space-tickets-statuses_200.json", f"{APP}/tickets/statuses"),
    ("GET_space-tickets-custom-fields_200.json", f"{APP}/tickets/custom_fields"),
    ("GET_space-tickets-custom-fields_200.json", "/spaces/lighthouse/tickets/custom_fields"),
    ("GET_space-tags_200.json", f"{APP}/tags?per_page=100"),
    ("GET_space-tags_200.json", "/spaces/lighthouse/tags"),
    ("GET_space-milestones_200.json", f"{APP}/milestones"),
    ("GET_space-milestones-completed_200.json", f"{APP}/milestones/completed"),
    ("GET_tasks_200.json", "/tasks?per_page=100"),
    ("POST_tasks_201.json", "/tasks?portfolio=lumenfjord&per_page=100"),
]

NEWER = {"due_date", "start_date", "budget", "color", "list_options", "example_value"}
"""Keys that the API has grown since the recordings, or sends for some kinds only."""

NULLABLE = {
    *("description", "completed_date", "milestone_id", "assigned_to_id", "component_id", "order", "default_value"),
    *("state", "user_id", "release_level", "release_notes", "due_date", "url", "ticket_id", "ticket_number"),
    "job_agreement_id",
}
"""Fields that hold null in one and a value in the other: recordings are few."""


@pytest.fixture
def emulator(emulator: Emulator) -> Emulator:
    space = emulator.database.find_space("harbour-app") or {}
    ticket = tickets(emulator.database).first(space_id=space["id"], number=9) or {}
    attach_document(emulator.database, space, ticket, "trace.txt", b"0 1 2", content_type="text/plain")
    return emulator


def rows(body: Any) -> list[dict[str, Any]]:
    return body if isinstance(body, list) else [body]


def kinds(body: Any, key: str) -> set[str]:
    return {type(row[key]).__name__ for row in rows(body) if key in row}


@pytest.mark.parametrize(("file", "path"), PAIRS)
async def test_keys_and_types_are_those_of_the_recording(http: httpx2.AsyncClient, file: str, path: str) -> None:
    real = json.loads((RECORDED / file).read_bytes())
    ours = (await http.get(path)).json()
    keys = list(rows(real)[0])
    for row in rows(ours):
        assert list(row)[: len(keys)] == keys
        assert set(row) - set(keys) <= NEWER
    for key in keys:
        extra = kinds(ours, key) - kinds(real, key)
        assert not extra or key in NULLABLE, f"{key}: {extra} where {kinds(real, key)} was recorded"
        assert len(kinds(ours, key) - {"NoneType"}) <= 1


async def test_a_list_on_the_wrong_host_is_the_recorded_500(http: httpx2.AsyncClient) -> None:
    real = (RECORDED / "GET_tickets_500.html").read_text()
    ours = await http.get("/tickets")
    assert ours.status_code == 500
    title = "<title>Error 500: Internal Server Error | Assembla</title>"
    assert title in real
    assert title in ours.text
