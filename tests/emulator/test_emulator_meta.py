"""Self-description over HTTP: the fields named are the ones that are sent."""

from typing import Any

import httpx2
import pytest

NAMES = [
    *("spaces", "space_tools", "tickets", "milestones", "documents", "user_roles", "wiki_pages", "tasks"),
    *("merge_requests", "merge_request_versions", "ssh_actions", "ssh_action_launches", "ssh_servers", "groups"),
]

GIT = "/spaces/harbour-app/space_tools/git/merge_requests"

LISTS = [
    ("spaces", "/spaces"),
    ("space_tools", "/spaces/harbour-app/space_tools"),
    ("documents", "/spaces/harbour-app/documents"),
    ("user_roles", "/spaces/harbour-app/user_roles"),
    ("wiki_pages", "/spaces/harbour-app/wiki_pages"),
    ("merge_requests", GIT),
    ("ssh_actions", "/spaces/harbour-app/ssh/actions"),
    ("ssh_action_launches", "/spaces/harbour-app/ssh/launches"),
    ("ssh_servers", "/spaces/harbour-app/ssh/servers"),
    ("groups", "/groups?portfolio=lumenfjord"),
    ("standup_reports", "/spaces/harbour-app/standup_reports"),
]
VARYING = [
    ("tasks", "/tasks"),
    ("milestones", "/spaces/harbour-app/milestones/all?per_page=100"),
    ("tickets", "/spaces/harbour-app/tickets?report=0&per_page=100"),
    ("tags", "/spaces/harbour-app/tags?per_page=100"),
]
"""Kinds whose newer rows have fields that the recorded ones lack: here one row of the recorded kind is enough."""


@pytest.mark.parametrize("name", NAMES)
async def test_every_documented_name_is_described(http: httpx2.AsyncClient, name: str) -> None:
    fields = (await http.get(f"/meta/{name}.json")).json()
    assert fields[0]["name"] in ("id", "name")
    assert all(list(field) == ["name", "type", "null", "writable", "writable_on_create"] for field in fields)


async def test_unknown_name_is_not_found(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/meta/secrets")).status_code == 404


def fits(field: dict[str, Any], value: object) -> bool:
    if value is None:
        return bool(field["null"])
    kinds = {"integer": int, "boolean": bool, "float": float, "object": dict, "array": list}
    return type(value) is kinds.get(field["type"], str)


@pytest.mark.parametrize(("name", "path"), LISTS)
async def test_described_fields_are_those_sent(http: httpx2.AsyncClient, name: str, path: str) -> None:
    fields = {field["name"]: field for field in (await http.get(f"/meta/{name}")).json()}
    for row in (await http.get(path)).json():
        assert list(row) == list(fields)
        assert not [key for key in fields if not fits(fields[key], row[key])]


@pytest.mark.parametrize(("name", "path"), VARYING)
async def test_described_fields_are_those_of_an_older_row(http: httpx2.AsyncClient, name: str, path: str) -> None:
    described = [field["name"] for field in (await http.get(f"/meta/{name}")).json()]
    assert described in [list(row) for row in (await http.get(path)).json()]
