import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.factories.mentions import add_mention, mentions
from harness import ask, assistant, walk


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None, tickets=60)


@pytest.mark.endpoints(84)
async def test_mentions_come_newest_first_with_who_what_and_where(emulator: Emulator) -> None:
    at = emulator.clock.instant()
    author = emulator.database.user("tobin")["id"]
    row = add_mention(
        *(
            emulator.database,
            emulator.database.me,
            author,
            "@wren look",
            "https://www.lumenfjord.example/spaces/x/tickets/1",
        ),
        created_at=at,
        read=False,
    )
    async with assistant(emulator) as mcp:
        newest = await ask(mcp, "list_mentions", limit=1)
        everything = await walk(mcp, "list_mentions", limit=10)
    assert newest["items"] == [
        {
            "id": row["id"],
            "read": False,
            "author": "tobin",
            "message": "@wren look",
            "link": "https://www.lumenfjord.example/spaces/x/tickets/1",
            "created_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        }
    ]
    mine = mentions(emulator.database).where(_user_id=emulator.database.me)
    assert sorted(mention["id"] for mention in everything) == sorted(row["id"] for row in mine)
    times = [mention["created_at"] for mention in everything]
    assert times == sorted(times, reverse=True)


@pytest.mark.endpoints(84)
@pytest.mark.parametrize("read", [True, False])
async def test_read_and_unread_ones_are_asked_for_apart(emulator: Emulator, read: bool) -> None:
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_mentions", read=read)
    assert {mention["read"] for mention in found} == {read}
    assert ("read=true" if read else "unread=true") in emulator.requests[0].query


async def test_an_author_who_cannot_be_seen_is_shown_by_id(emulator: Emulator) -> None:
    add_mention(emulator.database, emulator.database.me, "gone-gone-gone-gone-go", "@wren", "https://x.example/")
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_mentions", limit=500)
    assert "gone-gone-gone-gone-go" in {mention["author"] for mention in found}


async def test_mentions_in_other_than_the_allowed_spaces_are_left_out(emulator: Emulator) -> None:
    author, space = emulator.database.user("tobin")["id"], emulator.database.find_space("lighthouse")
    assert space
    for name in ("lighthouse", space["id"], "harbour-app"):
        link = f"https://www.lumenfjord.example/spaces/{name}/tickets/1"
        add_mention(emulator.database, emulator.database.me, author, f"@wren {name}", link)
    async with assistant(emulator, spaces=[space["id"]]) as mcp:
        found = await walk(mcp, "list_mentions")
    assert {mention["message"] for mention in found} == {"@wren lighthouse", f"@wren {space['id']}"}
