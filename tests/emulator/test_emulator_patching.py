"""Single values of an answer put in place of others, by their path in the JSON."""

from typing import Any

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.faults.kinds import Status
from assembla_emulator.faults.patching import ABSENT, Patched, patch
from assembla_emulator.faults.plan import Fault

DOCUMENTS = "/spaces/harbour-app/documents"


async def rows(http: httpx2.AsyncClient, path: str = DOCUMENTS) -> Any:
    return (await http.get(path)).json()


@pytest.mark.parametrize("value", [None, [], {}, 4.5, "4", True, {"no": ["name"]}])
async def test_field_of_one_row_becomes_anything_and_the_rest_stays(
    emulator: Emulator, http: httpx2.AsyncClient, value: object
) -> None:
    before = await rows(http)
    emulator.faults.add(Fault(Patched("/3/filename", value)))
    after = await rows(http)
    assert after[3] == before[3] | {"filename": value}
    assert after[:3] + after[4:] == before[:3] + before[4:]
    assert await rows(http) == before


async def test_field_of_every_row_becomes_text_of_its_number(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    before = await rows(http)
    emulator.faults.add(Fault(Patched("/*/filesize", str)))
    assert await rows(http) == [row | {"filesize": str(row["filesize"])} for row in before]


async def test_key_is_left_out_and_another_added(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    user = await rows(http, "/user")
    emulator.faults.add(Fault(Patched("/login", ABSENT), path="/v1/user"))
    emulator.faults.add(Fault(Patched("/colour", "blue"), path="/v1/user"))
    assert await rows(http, "/user") == {key: user[key] for key in user if key != "login"} | {"colour": "blue"}


async def test_value_within_an_object_of_a_row_is_reached(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    emulator.faults.add(Fault(Patched("/im/id", 7), path="/v1/user"))
    assert (await rows(http, "/user"))["im"] == {"type": "Jabber", "id": 7}


async def test_whole_body_is_replaced_by_the_empty_path(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    emulator.faults.add(Fault(Patched("", {"tickets": []})))
    assert await rows(http) == {"tickets": []}


async def test_row_is_taken_out_of_a_list(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    before = await rows(http)
    emulator.faults.add(Fault(Patched("/0", ABSENT)))
    assert await rows(http) == before[1:]


async def test_empty_list_is_patched_as_one(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    emulator.faults.add(Fault(Patched("/*/name", None)))
    assert await rows(http, "/spaces/brand-handbook/space_tools/repo") == []


async def test_error_stays_as_it_is(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    emulator.faults.add(Fault(Patched("/0/name", None)))
    emulator.faults.add(Fault(Status(403)))
    assert (await http.get(DOCUMENTS)).status_code == 403


async def test_patched_answer_has_no_etag_of_the_real_one(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    emulator.faults.add(Fault(Patched("/login", None)))
    assert "etag" not in (await http.get("/user")).headers


@pytest.mark.parametrize(
    ("path", "value", "patched"),
    [
        ("/a/0/b", 1, {"a": [{"b": 1}, {"b": 5}], "c~/d": {}}),
        ("/a/*/b", None, {"a": [{"b": None}, {"b": None}], "c~/d": {}}),
        ("/a/*", ABSENT, {"a": [], "c~/d": {}}),
        ("/*", 0, {"a": 0, "c~/d": 0}),
        ("/c~0~1d/e", [], {"a": [{"b": 4}, {"b": 5}], "c~/d": {"e": []}}),
        ("/c~0~1d/e/f", 1, {"a": [{"b": 4}, {"b": 5}], "c~/d": {}}),
        ("/a/2/b", 1, {"a": [{"b": 4}, {"b": 5}], "c~/d": {}}),
        ("/a/b", 1, {"a": [{"b": 4}, {"b": 5}], "c~/d": {}}),
        ("/a/0/b/c", 1, {"a": [{"b": 4}, {"b": 5}], "c~/d": {}}),
        ("/nothing", ABSENT, {"a": [{"b": 4}, {"b": 5}], "c~/d": {}}),
        ("/nothing", str, {"a": [{"b": 4}, {"b": 5}], "c~/d": {}, "nothing": "None"}),
    ],
)
def test_pointer_leads_to_each_place_that_is_there(path: str, value: object, patched: object) -> None:
    assert patch({"a": [{"b": 4}, {"b": 5}], "c~/d": {}}, path, value) == patched


def test_path_without_a_slash_is_refused_when_the_fault_is_made() -> None:
    with pytest.raises(ValueError, match="begins with a slash"):
        Patched("name", None)
