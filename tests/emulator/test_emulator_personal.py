"""One's own mentions and SSH keys over HTTP: nobody else's are shown."""

from collections.abc import Callable

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.factories.mentions import add_mention
from assembla_emulator.factories.ssh_keys import add_ssh_key


async def test_mentions_are_all_or_those_of_one_side(http: httpx2.AsyncClient) -> None:
    every = (await http.get("/user/mentions.json")).json()
    read = (await http.get("/user/mentions?read=true")).json()
    unread = (await http.get("/user/mentions?unread=true")).json()
    assert {row["read"] for row in read} == {True}
    assert {row["read"] for row in unread} == {False}
    assert len(every) == len(read) + len(unread)
    assert list(every[0]) == ["id", "author_id", "link", "message", "read", "created_at"]
    times = [row["created_at"] for row in every]
    assert times == sorted(times, reverse=True)
    assert (await http.get("/user/mentions?unread=false")).json() == every


async def test_mention_is_found_by_its_owner_only(
    http: httpx2.AsyncClient, asking_as: Callable[[str], httpx2.AsyncClient]
) -> None:
    mine = (await http.get("/user/mentions")).json()[0]
    assert (await http.get(f"/user/mentions/{mine['id']}.json")).json() == mine
    async with asking_as("odalys") as odalys:
        (theirs,) = (await odalys.get("/user/mentions")).json()
        assert (await odalys.get(f"/user/mentions/{mine['id']}")).status_code == 404
    assert (await http.get(f"/user/mentions/{theirs['id']}")).status_code == 404


async def test_keys_are_public_halves_of_ones_own(
    http: httpx2.AsyncClient, asking_as: Callable[[str], httpx2.AsyncClient]
) -> None:
    keys = (await http.get("/user/ssh_keys.json")).json()
    assert [(key["title"], key["read_only"]) for key in keys] == [("Laptop", False), ("Build server", True)]
    assert list(keys[0]) == ["id", "title", "key", "finger_print", "read_only"]
    assert keys[0]["key"].startswith("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA")
    assert len(keys[0]["finger_print"]) == 47
    assert (await http.get(f"/user/ssh_keys/{keys[1]['id']}.json")).json() == keys[1]
    async with asking_as("odalys") as odalys:
        assert (await odalys.get(f"/user/ssh_keys/{keys[1]['id']}")).status_code == 404
    async with asking_as("tobin") as tobin:
        assert (await tobin.get("/user/ssh_keys")).status_code == 204
        assert (await tobin.get("/user/mentions")).status_code == 204


@pytest.mark.parametrize("path", ["/user/mentions/none", "/user/ssh_keys/1"])
async def test_unknown_ones_are_not_found(http: httpx2.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 404


async def test_they_can_be_added(
    emulator: Emulator, http: httpx2.AsyncClient, asking_as: Callable[[str], httpx2.AsyncClient]
) -> None:
    tobin = str(emulator.database.user("tobin")["id"])
    mention = add_mention(emulator.database, tobin, emulator.database.me, "look", "https://x.example", read=True)
    key = add_ssh_key(emulator.database, tobin, "Old")
    async with asking_as("tobin") as http:
        assert [row["id"] for row in (await http.get("/user/mentions")).json()] == [mention["id"]]
        assert [row["id"] for row in (await http.get("/user/ssh_keys")).json()] == [key["id"]]
