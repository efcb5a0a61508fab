"""Space tools over HTTP."""

import httpx2
import pytest


async def test_every_tool_of_a_space_is_listed_with_numbers_among_its_kind(http: httpx2.AsyncClient) -> None:
    tools = (await http.get("/spaces/harbour-app/space_tools.json")).json()
    kinds = {tool["tool_id"] for tool in tools}
    assert kinds == {9, 10, 13, 14, 18, 21, 23, 112, 128, 200}
    assert [(tool["number"], tool["name"]) for tool in tools if tool["tool_id"] == 128] == [
        (1, "git"),
        (2, "git-2"),
    ]
    assert all(tool["name"] == tool["id"] for tool in tools if tool["tool_id"] == 13)


async def test_repositories_are_listed_alone(http: httpx2.AsyncClient) -> None:
    tools = (await http.get("/spaces/tidewater-billing/space_tools/repo.json")).json()
    assert [tool["type"] for tool in tools] == ["GitTool", "SubversionTool"]


async def test_space_without_repositories_answers_204(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/spaces/brand-handbook/space_tools/repo.json")).status_code == 204


async def test_tool_is_found_by_id_and_by_name(http: httpx2.AsyncClient) -> None:
    by_name = (await http.get("/spaces/harbour-app/space_tools/git-2.json")).json()
    by_id = (await http.get(f"/spaces/harbour-app/space_tools/{by_name['id']}")).json()
    assert by_id == by_name
    assert by_name["url"] == "git@git.lumenfjord.example:harbour-app-2.git"


@pytest.mark.parametrize("tool", ["mercurial", "13", "..%2Fusers"])
async def test_unknown_tool_is_not_found(http: httpx2.AsyncClient, tool: str) -> None:
    answer = await http.get(f"/spaces/harbour-app/space_tools/{tool}")
    assert (answer.status_code, answer.content) == (404, b" ")


async def test_one_space_has_no_tickets_tool(http: httpx2.AsyncClient) -> None:
    tools = (await http.get("/spaces/brand-handbook/space_tools")).json()
    assert 13 not in {tool["tool_id"] for tool in tools}
