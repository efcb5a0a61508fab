from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.events import add_event, events
from harness import ask, assistant, refusal, walk

SPACE = "weekend-robots"
PAGE = 100


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None, tickets=60)


def space_of(emulator: Emulator, name: str = SPACE) -> Row:
    space = emulator.database.find_space(name)
    assert space
    return space


def busy(emulator: Emulator, number: int, **fields: Any) -> None:
    """So many events in the quiet space, one a minute, the newest of them a minute old."""
    now = emulator.clock.instant()
    for back in range(number):
        add_event(
            *(emulator.database, space_of(emulator), "Ticket", "updated", f"#{back}: busy"),
            at=now - timedelta(minutes=back + 1),
            by=emulator.database.user("wren"),
            **fields,
        )


def pages_read(emulator: Emulator) -> int:
    return len([seen for seen in emulator.requests if seen.path == "/v1/activity.json"])


@pytest.mark.endpoints(92)
async def test_an_event_says_what_happened_where_by_whom_and_what_changed(emulator: Emulator) -> None:
    busy(emulator, 1, whatchanged="Status: Fixed", object_id="77")
    async with assistant(emulator) as mcp:
        brief = await ask(mcp, "list_activity", space=SPACE, limit=1)
        full = await ask(mcp, "list_activity", space=SPACE, limit=1, detail="full")
    at = (emulator.clock.instant() - timedelta(minutes=1)).replace(second=0)
    [event] = brief["items"]
    assert datetime.fromisoformat(event.pop("date")).replace(second=0) in (at, at - timedelta(minutes=1))
    assert event == {
        "object": "Ticket",
        "operation": "updated",
        "title": "#0: busy",
        "author": "wren",
        "space": SPACE,
        "whatchanged": "Status: Fixed",
        "comment_or_description": None,
    }
    assert full["items"][0]["object_id"] == "77"
    assert full["items"][0]["url"].startswith("https://")


async def test_it_always_says_that_sixty_days_are_kept(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        answer = await ask(mcp, "list_activity", space=SPACE, limit=500)
    assert answer["complete"]
    assert "60 days" in answer["note"]


async def test_what_lies_before_that_is_missing_and_the_answer_is_not_complete(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        answer = await ask(mcp, "list_activity", space=SPACE, since="2013-01-01", limit=500)
    assert answer["items"]
    assert (answer["complete"], answer["next_cursor"]) == (False, None)
    assert "older is missing" in answer["note"]


async def test_the_newest_come_first_from_all_spaces_and_each_once(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_activity", limit=150)
    since = emulator.clock.instant() - timedelta(days=60)
    mine = {space["id"] for space in emulator.database.spaces_of(emulator.database.me)}
    kept = [row for row in events(emulator.database) if row["space_id"] in mine and row["date"] >= since]
    assert len(found) == len(kept)
    assert [event["date"] for event in found] == sorted((event["date"] for event in found), reverse=True)
    assert {event["space"] for event in found} > {"harbour-app", "lighthouse"}


async def test_a_few_events_of_many_take_few_pages(emulator: Emulator) -> None:
    busy(emulator, 9 * PAGE)
    async with assistant(emulator) as mcp:
        first = await ask(mcp, "list_activity", space=SPACE, limit=25)
        assert pages_read(emulator) == 1
        await ask(mcp, "list_activity", space=SPACE, limit=25, cursor=first["next_cursor"])
    assert pages_read(emulator) == 2


async def test_a_walk_gives_each_event_once_while_new_ones_come(emulator: Emulator) -> None:
    busy(emulator, 3 * PAGE)
    seen: list[str] = []
    arguments: dict[str, Any] = {"space": SPACE, "limit": 70}
    async with assistant(emulator) as mcp:
        while True:
            page = await ask(mcp, "list_activity", **arguments)
            seen += [event["title"] for event in page["items"] if event["title"].endswith(": busy")]
            if page["complete"]:
                break
            arguments["cursor"] = page["next_cursor"]
            for _ in range(30):
                now = emulator.clock.instant()
                add_event(emulator.database, space_of(emulator), "Wiki", "updated", f"news {len(seen)}", at=now)
    assert seen == [f"#{number}: busy" for number in range(3 * PAGE)]


async def test_events_of_one_instant_are_not_lost_between_pages(emulator: Emulator) -> None:
    at = emulator.clock.instant() - timedelta(minutes=2)
    for number in range(230):
        add_event(emulator.database, space_of(emulator), "Ticket", "updated", f"#{number}: at once", at=at)
    async with assistant(emulator) as mcp:
        found = [event["title"] for event in await walk(mcp, "list_activity", space=SPACE, limit=40)]
    assert sorted(title for title in found if title.endswith("at once")) == sorted(
        f"#{number}: at once" for number in range(230)
    )


async def test_since_and_until_keep_to_the_second_and_a_day_holds_all_of_it(emulator: Emulator) -> None:
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=3)
    for seconds in (-1, 0, 50, 86_399, 86_400):
        add_event(
            *(emulator.database, space_of(emulator), "Ticket", "updated", f"at {seconds}"),
            at=day + timedelta(seconds=seconds),
        )
    async with assistant(emulator) as mcp:
        whole_day = await walk(mcp, "list_activity", space=SPACE, since=f"{day:%Y-%m-%d}", until=f"{day:%Y-%m-%d}")
        exact = await walk(
            mcp,
            "list_activity",
            space=SPACE,
            since=f"{day:%Y-%m-%d}T00:00:40+00:00",
            until=f"{day + timedelta(1):%Y-%m-%d}T01:59:59+02:00",
        )
    assert [event["title"] for event in whole_day if event["title"].startswith("at ")] == ["at 86399", "at 50", "at 0"]
    assert [event["title"] for event in exact if event["title"].startswith("at ")] == ["at 86399", "at 50"]


async def test_kinds_are_taken_in_any_spelling_and_see_every_page(emulator: Emulator) -> None:
    busy(emulator, 4 * PAGE)
    old = emulator.clock.instant() - timedelta(days=1)
    add_event(emulator.database, space_of(emulator), "Merge request", "merged", "The old one", at=old)
    async with assistant(emulator) as mcp:
        for kinds in (["merge_request"], ["MERGE REQUEST", "wiki"]):
            found = await walk(mcp, "list_activity", space=SPACE, kinds=kinds)
            assert "The old one" in [event["title"] for event in found]
            assert {event["object"] for event in found} <= {"Merge request", "Wiki"}


async def test_a_kind_that_nothing_is_of_gets_those_there_are(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        answer = await ask(mcp, "list_activity", space="harbour-app", kinds=["commit"])
    assert answer["items"] == []
    assert "`Changeset`" in answer["note"]


@pytest.mark.parametrize("author", ["wren", "me", "Wren Tallowmere"])
@pytest.mark.parametrize("space", [None, "harbour-app"])
async def test_an_author_is_named_as_people_do(emulator: Emulator, author: str, space: str | None) -> None:
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_activity", author=author, space=space, limit=200)
    assert found
    assert {event["author"] for event in found} == {"wren"}


@pytest.mark.parametrize("space", [None, "harbour-app"])
async def test_an_unknown_author_is_said(emulator: Emulator, space: str | None) -> None:
    async with assistant(emulator) as mcp:
        assert (await refusal(mcp, "list_activity", author="nobody at all", space=space)).startswith("NOT_FOUND: ")


async def test_outside_of_the_allowed_spaces_nothing_is_shown(emulator: Emulator) -> None:
    async with assistant(emulator, spaces=["lighthouse"]) as mcp:
        found = await walk(mcp, "list_activity", limit=500)
    assert {event["space"] for event in found} == {"lighthouse"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"since": "last week"}, "INVALID: since: write 2024-05-31"),
        ({"since": "2024-05-31", "until": "2024-05-30"}, "INVALID: since: "),
        ({"kinds": "ticket"}, "INVALID: kinds: "),
        ({"since": "9999-12-31T23:59:59-14:00"}, "INVALID: since: "),
    ],
)
async def test_wrong_arguments_are_named(emulator: Emulator, arguments: dict[str, Any], words: str) -> None:
    async with assistant(emulator) as mcp:
        assert (await refusal(mcp, "list_activity", **arguments)).startswith(words)
    assert emulator.requests == []


@pytest.mark.parametrize("until", ["0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "2013-06-01"])
async def test_the_ends_of_the_calendar_are_dates_too(emulator: Emulator, until: str) -> None:
    async with assistant(emulator) as mcp:
        result = await mcp.call_tool("list_activity", {"until": until, "space": SPACE})
    assert "inside this server" not in str(result.content)
