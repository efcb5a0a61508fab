import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.database.database import INVITED, REMOVED
from harness import ask, assistant, refusal, walk

SPACE = "harbour-app"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None, tickets=60)


@pytest.mark.endpoints(78, 79)
async def test_members_have_their_names_role_status_and_title_in_words(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        owners = await ask(mcp, "list_members", space=SPACE, role="owner")
    assert owners == {
        "items": [
            {
                "id": emulator.database.user("odalys")["id"],
                "login": "odalys",
                "name": "Odalys Fernwhistle",
                "role": "owner",
                "status": "accepted",
                "title": "Tester",
            },
            {
                "id": emulator.database.me,
                "login": "wren",
                "name": "Wren Tallowmere",
                "role": "owner",
                "status": "accepted",
                "title": "Release engineer",
            },
        ],
        "complete": True,
        "next_cursor": None,
        "note": None,
    }


async def test_removed_people_come_only_when_asked_for_and_by_name_all_the_same(emulator: Emulator) -> None:
    space = emulator.database.find_space(SPACE)
    assert space
    gone = emulator.database.add_user("left.long.ago", "Left Long-Ago")
    emulator.database.add_role(space["id"], gone["id"], status=REMOVED)
    async with assistant(emulator) as mcp:
        present = await walk(mcp, "list_members", space=SPACE)
        everybody = await walk(mcp, "list_members", space=SPACE, include_removed=True)
    assert {member["status"] for member in present} == {"accepted", "invited"}
    removed = [member for member in everybody if member["status"] == "removed"]
    assert len(everybody) == len(present) + len(removed)
    assert ("left.long.ago", "Left Long-Ago") in {(member["login"], member["name"]) for member in removed}


async def test_somebody_invited_has_that_status_and_in_full_says_by_whom_and_when(emulator: Emulator) -> None:
    space = emulator.database.find_space(SPACE)
    assert space
    asked = emulator.database.add_user("asked", "Asked Sample")
    role = emulator.database.add_role(space["id"], asked["id"], "watcher", status=INVITED, agreed_time=None)
    async with assistant(emulator) as mcp:
        watchers = await walk(mcp, "list_members", space=SPACE, role="watcher", detail="full")
    [shown] = [member for member in watchers if member["login"] == "asked"]
    assert shown["status"] == "invited"
    assert shown["membership_id"] == role["id"]
    assert shown["invited_by"] == "wren"
    assert shown["invited_at"].endswith("Z")
    assert shown["agreed_at"] is None
    assert shown["email"] == "asked@lumenfjord.example"


async def test_members_are_walked_by_login_each_once(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        logins = [member["login"] for member in await walk(mcp, "list_members", space=SPACE, limit=3)]
        at_once = await ask(mcp, "list_members", space=SPACE, limit=500)
    assert logins == sorted(set(logins)) == [member["login"] for member in at_once["items"]]


async def test_what_others_changed_is_seen_at_the_next_call(emulator: Emulator) -> None:
    space = emulator.database.find_space(SPACE)
    assert space
    async with assistant(emulator) as mcp:
        before = await walk(mcp, "list_members", space=SPACE)
        emulator.database.add_role(space["id"], emulator.database.add_user("newcomer", "New Comer")["id"])
        after = await walk(mcp, "list_members", space=SPACE)
    assert len(after) == len(before) + 1


async def test_an_unknown_role_is_named(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        assert (await refusal(mcp, "list_members", space=SPACE, role="king")).startswith("INVALID: role: ")
