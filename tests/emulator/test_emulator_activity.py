"""The activity stream over HTTP: what it keeps, how it is cut, and what events look like."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.factories.events import add_event

ALWAYS = {"object", "operation", "title", "url", "date", "space_id", "space_name"}


async def everything(http: httpx2.AsyncClient, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for page in range(1, 100):
        answer = await http.get("/activity.json", params=query | {"per_page": "100", "page": str(page)})
        if answer.status_code == 204:
            return found
        found += answer.json()
    raise AssertionError("no end of pages")


def minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"


async def test_events_come_newest_first_fifty_a_page(http: httpx2.AsyncClient) -> None:
    rows = (await http.get("/activity")).json()
    dates = [row["date"] for row in rows]
    assert len(rows) == 50
    assert dates == sorted(dates, reverse=True)
    assert all(date.endswith("+00:00") for date in dates)


async def test_sixty_days_are_kept_and_no_more(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    rows = await everything(http)
    oldest = datetime.fromisoformat(rows[-1]["date"])
    assert len(rows) >= 300
    assert emulator.clock.instant() - timedelta(days=60) <= oldest < emulator.clock.instant() - timedelta(days=50)
    assert not any(row["title"].startswith("Before the stream's memory") for row in rows)
    assert await everything(http, **{"from": "2001-01-01 00:00"}) == rows


async def test_events_older_than_sixty_days_go_as_time_passes(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    before = len(await everything(http))
    emulator.clock.advance(30 * 86_400)
    assert 0 < len(await everything(http)) < before
    emulator.clock.advance(40 * 86_400)
    assert (await http.get("/activity")).status_code == 204


async def test_fields_that_not_every_event_has_are_absent_not_null(http: httpx2.AsyncClient) -> None:
    rows = await everything(http)
    assert all(set(row) >= ALWAYS for row in rows)
    assert {"author_id", "object_id", "whatchanged", "comment_or_description", "ticket_operation"} <= {
        key for row in rows for key in row
    }
    assert any("author_id" not in row for row in rows)
    assert all(row["author_name"] for row in rows if "author_id" in row)
    assert not any("id" in row or None in row.values() for row in rows)
    assert all(len(row.get("comment_or_description", "")) <= 80 for row in rows)


async def test_kinds_and_verbs_are_an_open_list(http: httpx2.AsyncClient) -> None:
    rows = await everything(http)
    kinds = {(row["object"], row["operation"]) for row in rows}
    assert {"Ticket", "Changeset", "Wiki", "User", "Merge request", "Document"} <= {kind for kind, _ in kinds}
    assert {("Changeset", "committed"), ("Merge request", "merged"), ("Ticket", "commented")} <= kinds
    assert all(row["title"].startswith("#") for row in rows if row["object"] == "Ticket")


async def test_one_space_is_picked_by_id_alone(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    space = emulator.database.find_space("lighthouse") or {}
    rows = await everything(http, space_id=str(space["id"]))
    assert {row["space_name"] for row in rows} == {"Lighthouse Data Platform"}
    assert (await http.get("/activity?space_id=lighthouse")).status_code == 204


async def test_spaces_one_has_no_part_in_are_left_out(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    names = ("payroll-migration", "blackpine-instruments")
    hidden = [(emulator.database.find_space(name) or {})["id"] for name in names]
    assert not {row["space_id"] for row in await everything(http)} & set(hidden)
    assert (await http.get(f"/activity?space_id={hidden[0]}")).status_code == 204


async def test_range_is_cut_to_the_minute_at_both_ends(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    rows = await everything(http)
    middle = datetime.fromisoformat(rows[len(rows) // 2]["date"]).replace(second=0)
    after = await everything(http, **{"from": minute(middle)})
    upto = await everything(http, to=minute(middle))
    assert all(datetime.fromisoformat(row["date"]) >= middle for row in after)
    assert all(datetime.fromisoformat(row["date"]) <= middle for row in upto)
    assert len(rows) <= len(after) + len(upto) <= len(rows) + 1
    both = await everything(http, **{"from": minute(middle - timedelta(days=5)), "to": minute(middle)})
    assert both == upto[: len(both)] != []


@pytest.mark.parametrize("text", ["2026-01-02", "2026-01-02T03:04:05Z", "yesterday", ""])
async def test_dates_in_another_form_are_refused(http: httpx2.AsyncClient, text: str) -> None:
    answer = await http.get("/activity", params={"from": text})
    assert (answer.status_code, list(answer.json())) == (422, ["base"])


async def test_application_alone_has_no_activity(emulator: Emulator, asking: Callable[..., httpx2.AsyncClient]) -> None:
    mine = emulator.credentials
    async with asking() as nobody:
        grant = {"grant_type": "client_credentials"}
        url = "http://api.example/token"
        token = (await nobody.post(url, params=grant, auth=(mine.client_id, mine.client_secret))).json()
        answer = await nobody.get("/activity", headers={"Authorization": f"Bearer {token['access_token']}"})
        assert answer.status_code == 403


async def test_events_can_be_added(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    space = emulator.database.add_space(wiki_name="mine")
    now = datetime.now(UTC).replace(microsecond=0)
    add_event(emulator.database, space, "Build", "failed", "Nightly", at=now, by=emulator.database.user("tobin"))
    first = (await http.get("/activity?per_page=1")).json()[0]
    assert (first["object"], first["author_name"], first["date"]) == ("Build", "Tobin Marshlantern", now.isoformat())
