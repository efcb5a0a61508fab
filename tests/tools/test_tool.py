"""What `@tool` reads from a function, and what it refuses when one is declared."""

from typing import Annotated, Any

import pytest
from pydantic import Field

from assembla_client.models import Model
from assembla_emulator.app import Emulator
from assembla_tools import Api, Refused
from assembla_tools.framework.arguments import Detail, ParameterGroup, Reference
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Listing
from assembla_tools.framework.tool import Tool, tool
from harness import client_on


class BoatInBrief(Model):
    id: int
    name: str


class Boat(BoatInBrief):
    length: float


BOATS = [Boat(id=1, name="Ebb", length=4.5), Boat(id=2, name="Flood", length=9.0)]


async def boat_called(api: Api, name: str, harbour: str) -> Boat:
    for boat in BOATS:
        if boat.name.casefold() == name.casefold() and harbour == "north":
            return boat
    raise Refused("NOT_FOUND", f"no boat {name} in {harbour}")


class BoatFilters(ParameterGroup):
    longer_than: Annotated[float | None, Field(description="Metres.")] = None


@tool(effect="read", toolset="spaces", title="List boats", brief=BoatInBrief)
async def list_boats(
    api: Api,
    page: PageRequest,
    beside: Annotated[Boat | None, Reference(boat_called), Field(description="By name.")] = None,
    harbour: str = "north",
    *,
    filters: BoatFilters,
    detail: Detail = "brief",
) -> Listing[Boat]:
    """List boats."""
    found = [boat for boat in BOATS if boat != beside and boat.length > (filters.longer_than or 0)]
    return page.take(found, lambda boat: [boat.id])


async def answer(asked: Tool[Any, Any], **arguments: Any) -> Any:
    return (await asked.call(Api(client_on(Emulator(rate=None))), arguments)).structured_content


def test_a_schema_shows_names_for_things_groups_one_by_one_and_the_paging_of_every_list() -> None:
    properties = list_boats.listed.input_schema["properties"]
    assert list(properties) == ["beside", "harbour", "longer_than", "detail", "limit", "cursor"]
    assert properties["beside"] == {"type": "string", "description": "By name."}
    assert properties["longer_than"] == {"type": "number", "description": "Metres."}


async def test_a_function_gets_things_groups_and_its_page() -> None:
    assert (await answer(list_boats, beside="EBB"))["items"] == [{"id": 2, "name": "Flood"}]
    assert (await answer(list_boats, longer_than=5))["items"] == [{"id": 2, "name": "Flood"}]
    assert (await answer(list_boats, limit=1))["items"] == [{"id": 1, "name": "Ebb"}]


async def test_a_name_is_looked_up_with_the_arguments_that_its_resolver_asks_for() -> None:
    with pytest.raises(Refused, match="no boat Ebb in south"):
        await answer(list_boats, beside="Ebb", harbour="south")


async def test_items_are_brief_unless_full_detail_is_asked_for() -> None:
    [full, _] = (await answer(list_boats, detail="full"))["items"]
    assert full == {"id": 1, "name": "Ebb", "length": 4.5}


def test_a_brief_form_with_a_field_that_the_whole_does_not_have_is_refused_at_its_declaration() -> None:
    class Misspelt(Model):
        id: int
        nmae: str

    async def list_more_boats(api: Api, page: PageRequest, detail: Detail = "brief") -> Listing[Boat]:
        raise NotImplementedError

    with pytest.raises(TypeError, match=r"Misspelt\.nmae: Boat has no such field"):
        tool(effect="read", toolset="spaces", title="Boats", brief=Misspelt)(list_more_boats)


def test_a_name_that_is_looked_up_with_an_argument_that_is_not_there_is_refused_at_its_declaration() -> None:
    async def get_boat(api: Api, boat: Annotated[Boat, Reference(boat_called)]) -> Boat:
        raise NotImplementedError

    with pytest.raises(TypeError, match="get_boat: boat is resolved with harbour, which it lacks"):
        tool(effect="read", toolset="spaces", title="A boat")(get_boat)
