"""What all answers of `/v1` have in common: formats, ETags, 404s, paging, missing tools, broken handlers."""

from collections.abc import Callable

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import GIT, SUBVERSION, TICKETS
from assembla_emulator.responses import Created, Paged, Refused, forbidden
from assembla_emulator.routing import Call, Routes

routes = Routes(TICKETS)


@routes.get("/spaces/{space}/things")
def list_things(call: Call) -> Paged:
    return Paged([{"id": number, "_ours": True} for number in range(230)], per_page=25)


@routes.get("/spaces/{space}/things/latest")
def latest_thing(call: Call) -> Row:
    return {"id": 229, "made_on": call.now.date(), "made_at": call.now}


@routes.get("/spaces/{space}/things/{thing}")
def get_thing(call: Call) -> Row:
    return {"id": call.args["thing"]}


@routes.get("/spaces/{space}/branches", GIT, SUBVERSION)
def list_branches(call: Call) -> list[str]:
    return ["trunk"]


@routes.post("/spaces/{space}/things")
def make_thing(call: Call) -> Created:
    return Created([1, 2], "/things")


@routes.delete("/spaces/{space}/things/{thing}")
def refuse_thing(call: Call) -> None:
    raise Refused(forbidden())


@routes.get("/spaces/{space}/broken")
def broken(call: Call) -> object:
    return {"unsendable": object()}


@pytest.fixture
def emulator(emulator: Emulator) -> Emulator:
    emulator.router.include(routes)
    return emulator


@pytest.mark.parametrize("path", ["/user", "/user.json"])
@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html, application/xml, */*", "text/html"])
async def test_json_comes_by_suffix_or_by_accept(http: httpx2.AsyncClient, path: str, accept: str) -> None:
    answer = await http.get(path, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert b": " not in answer.content


@pytest.mark.parametrize(("path", "accept"), [("/user.xml", "*/*"), ("/user", "application/xml")])
async def test_xml_is_not_acceptable(http: httpx2.AsyncClient, path: str, accept: str) -> None:
    assert (await http.get(path, headers={"Accept": accept})).status_code == 406


@pytest.mark.parametrize(
    "path", ["/spaces/", "/nothing", "/spaces/harbour-app/nothing", "", "/", "http://api.example/v2/user"]
)
async def test_unknown_path_is_html_of_one_space(http: httpx2.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert (answer.status_code, answer.text) == (404, " ")
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "POST", "HEAD"])
async def test_wrong_verb_on_a_known_path_is_not_found(http: httpx2.AsyncClient, method: str) -> None:
    assert (await http.request(method, "/user")).status_code == 404


async def test_unchanged_answer_is_not_sent_again(http: httpx2.AsyncClient) -> None:
    first = await http.get("/spaces/weekend-robots")
    etag = first.headers["etag"]
    again = await http.get("/spaces/weekend-robots", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == first.headers["cache-control"] == "max-age=0, private, must-revalidate"
    await http.put("/spaces/weekend-robots", json={"space": {"description": "new"}})
    changed = await http.get("/spaces/weekend-robots", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


async def test_no_answer_tells_totals_or_links(http: httpx2.AsyncClient) -> None:
    headers = (await http.get("/spaces/harbour-app/things?per_page=100")).headers
    assert set(headers) == {"content-type", "content-length", "cache-control", "etag"}


@pytest.mark.parametrize(
    ("query", "first", "count"),
    [
        ("", 0, 25),
        ("per_page=100", 0, 100),
        ("per_page=100&page=3", 200, 30),
        ("per_page=101", 0, 10),
        ("per_page=101&page=2", 10, 10),
        ("per_page=0&page=0", 0, 25),
        ("per_page=-5&page=-1", 0, 25),
        ("per_page=many&page=last", 0, 25),
        ("page=9999999999999999", 0, 25),
    ],
)
async def test_pages_are_cut_as_asked_but_never_above_100(
    http: httpx2.AsyncClient, query: str, first: int, count: int
) -> None:
    rows = (await http.get(f"/spaces/harbour-app/things?{query}")).json()
    assert rows == [{"id": first + number} for number in range(count)]


async def test_past_the_last_page_is_204(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/spaces/harbour-app/things?per_page=100&page=4")).status_code == 204


async def test_space_without_the_tool_says_so(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/spaces/brand-handbook/things")
    assert (answer.status_code, answer.text) == (404, "Tool not found")
    assert (await http.get("/spaces/blackpine-instruments/things")).text == " "


async def test_one_of_several_tools_is_enough(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/spaces/tidewater-billing/branches")).json() == ["trunk"]
    assert (await http.get("/spaces/brand-handbook/branches")).text == "Tool not found"


async def test_word_in_a_path_wins_over_an_argument(http: httpx2.AsyncClient) -> None:
    latest = (await http.get("/spaces/harbour-app/things/latest")).json()
    assert latest["id"] == 229
    assert latest["made_at"].startswith(latest["made_on"])
    assert (await http.get("/spaces/harbour-app/things/7.json")).json() == {"id": "7"}


async def test_encoded_slash_stays_in_its_segment(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/spaces/harbour-app/things/a%2Fb%20c")).json() == {"id": "a/b c"}


async def test_post_may_answer_something_else_than_what_it_made(http: httpx2.AsyncClient) -> None:
    made = await http.post("/spaces/harbour-app/things")
    assert (made.status_code, made.json()) == (201, [1, 2])
    assert made.headers["location"] == "https://api.assembla.com/v1/things"


async def test_handler_can_refuse(http: httpx2.AsyncClient) -> None:
    answer = await http.delete("/spaces/harbour-app/things/1")
    assert answer.status_code == 403
    assert isinstance(answer.json()["error"], str)


async def test_broken_handler_shows_the_html_page_of_a_500(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    transport = httpx2.ASGITransport(app=emulator.app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, headers=http.headers) as impatient:
        answer = await impatient.get("http://api.example/v1/spaces/harbour-app/broken")
    assert answer.status_code == 500
    assert "<title>Error 500: Internal Server Error" in answer.text


async def test_requests_are_noted_in_order_with_their_statuses(
    emulator: Emulator, asking: Callable[..., httpx2.AsyncClient]
) -> None:
    async with asking(**{"X-Test": "1"}) as anybody:
        await anybody.get("/user.json?page=2")
        await anybody.post("http://api.example/token")
    noted = [(seen.method, seen.path, seen.query, seen.status) for seen in emulator.requests]
    assert noted == [("GET", "/v1/user.json", "page=2", 401), ("POST", "/token", "", 401)]
    assert emulator.requests[0].headers["x-test"] == "1"
    assert emulator.requests[0].at <= emulator.requests[1].at <= emulator.clock.now()


async def test_other_protocols_than_http_are_left_alone(emulator: Emulator) -> None:
    async def unused(*_: object) -> None:  # pragma: no cover
        raise AssertionError("nothing is to be received or sent")

    await emulator.app({"type": "lifespan"}, unused, unused)  # type: ignore[arg-type]
    assert emulator.requests == []
