"""The emulator's answers beside real ones: same keys in the same order, same JSON types, like headers."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from assembla_emulator.app import Emulator

RECORDED = Path(__file__).parents[2].parent / "shared" / "recorded"

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers are not beside the repository")

NULL = "NoneType"

MERGE_REQUESTS = "/spaces/harbour-app/space_tools/git/merge_requests"

PAIRS = [
    ("GET_space_200.json", "/spaces/lighthouse"),
    ("GET_spaces_200.json", "/spaces"),
    ("GET_spaces_200.json", "/spaces?portfolio=lumenfjord"),
    ("GET_space-space-tools_200.json", "/spaces/harbour-app/space_tools"),
    ("GET_space-users_200.json", "/spaces/harbour-app/users"),
    ("GET_space-user-roles_200.json", "/spaces/harbour-app/user_roles"),
    ("GET_user_200.json", "/user"),
    ("GET_users-user_200.json", "/users/odalys"),
    ("GET_space-documents_200.json", "/spaces/harbour-app/documents"),
    ("GET_space-wiki-pages_200.json", "/spaces/harbour-app/wiki_pages"),
    ("GET_space-standup-report_200.json", "/spaces/harbour-app/standup_report"),
    ("GET_space-standup-report_200.json", "/spaces/harbour-app/away_standup_report"),
    ("GET_space-wiki-pages-id-versions_200.json", "/spaces/harbour-app/wiki_pages/*/versions"),
    ("GET_space-space-tools-id-merge-requests_200.json", MERGE_REQUESTS),
    ("GET_space-space-tools-id-merge-requests-n-versions_200.json", f"{MERGE_REQUESTS}/*/versions"),
    ("GET_space-space-tools-id-merge-requests-n-comments_200.json", f"{MERGE_REQUESTS}/*/comments"),
    ("GET_space-space-tools-id-merge-requests-n-versions-n-votes_200.json", f"{MERGE_REQUESTS}/*/versions/1/votes"),
    ("GET_space-user-roles_200.json", "/invitations?portfolio=lumenfjord"),
]
"""`*` stands for the first thing of the list before it that has what comes after it."""

NULLABLE = {
    *("description", "tabs_order", "parent_id", "restricted_date", "commercial_from", "banner_text", "style"),
    *("url", "organization", "agreed_time", "title", "type", "id in im"),
    *("ticket_id", "attachable_type", "attachable_id", "attachable_guid", "change_comment"),
    *("what_i_did", "what_i_will_do", "roadblocks", "processed_by_user_id", "commit"),
}
"""Fields that hold null in one and a value in the other: recordings are few."""


def rows(body: Any) -> list[dict[str, Any]]:
    return body if isinstance(body, list) else [body]


def types(body: Any) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows(body):
        for key, value in row.items():
            found.setdefault(key, set()).add(type(value).__name__)
    return found


async def asked(http: httpx2.AsyncClient, path: str) -> Any:
    if "*" not in path:
        return (await http.get(path)).json()
    listed, rest = path.split("/*", 1)
    for row in (await http.get(listed)).json():
        answer = await http.get(f"{listed}/{row['id']}{rest}")
        if answer.status_code == 200:
            return answer.json()
    raise AssertionError(f"nothing in {listed} has {rest}")


@pytest.mark.parametrize(("file", "path"), PAIRS)
async def test_keys_and_types_are_those_of_the_recording(http: httpx2.AsyncClient, file: str, path: str) -> None:
    real = json.loads((RECORDED / file).read_bytes())
    ours = await asked(http, path)
    assert type(ours) is type(real)
    assert {tuple(row) for row in rows(ours)} == {tuple(rows(real)[0])}
    real_types, our_types = types(real), types(ours)
    for key in real_types:
        extra = our_types[key] - real_types[key]
        assert not extra or key in NULLABLE, f"{key}: {extra} where {real_types[key]} was recorded"
        if len(extra) == 1 and NULL not in extra:
            assert real_types[key] == {NULL}, key


async def test_headers_are_of_the_recorded_kinds(http: httpx2.AsyncClient) -> None:
    index = json.loads((RECORDED / "index.json").read_bytes())
    (real,) = [one for one in index if (one["path"], one["status"]) == ("/v1/spaces/api-test", 200)]
    ours = (await http.get("/spaces/harbour-app")).headers
    assert ours["content-type"] == real["response_headers"]["Content-Type"]
    assert len(ours["etag"]) == len(real["response_headers"]["Etag"])


@pytest.mark.parametrize(
    ("file", "path", "status"),
    [("GET_space-merge-requests_404.html", "/spaces/harbour-app/merge_requests", 404)],
)
async def test_not_found_is_the_recorded_body(http: httpx2.AsyncClient, file: str, path: str, status: int) -> None:
    answer = await http.get(path)
    assert (answer.status_code, answer.content) == (status, (RECORDED / file).read_bytes())


async def test_recorded_spaces_can_be_put_in_and_come_out_as_they_were(
    emulator: Emulator, http: httpx2.AsyncClient
) -> None:
    real = json.loads((RECORDED / "GET_spaces_200.json").read_bytes())
    for space in real:
        emulator.database.add_space(**space)
    assert (await http.get("/spaces")).json()[-len(real) :] == real
