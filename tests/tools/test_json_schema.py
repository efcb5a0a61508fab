from dataclasses import dataclass
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from assembla_tools.framework.json_schema import arguments_schema, result_schema


class Point(BaseModel):
    """What this says is for programmers and stays out of the schema."""

    x: int = Field(description="East of here.")
    kind: Literal["near", "far"] | None = None


class Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str
    only: Literal["one"] = "one"
    at: Point | None = None
    words: Annotated[list[str] | None, Field(description="Some words.", max_length=3)] = None
    fields: dict[str, str] | None = None


class Answer(BaseModel):
    where: Point | None = Field(description="Null when nowhere.")
    points: list[Point]


def test_arguments_are_a_closed_flat_object_in_which_optional_means_absent() -> None:
    assert arguments_schema(Arguments) == {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "only": {"type": "string", "enum": ["one"], "default": "one"},
            "at": {
                "type": "object",
                "properties": {
                    "x": {"type": "integer", "description": "East of here."},
                    "kind": {"type": "string", "enum": ["near", "far"]},
                },
                "required": ["x"],
            },
            "words": {"type": "array", "items": {"type": "string"}, "maxItems": 3, "description": "Some words."},
            "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        "required": ["title"],
    }


def test_a_tool_without_parameters_still_takes_a_closed_object() -> None:
    class Nothing(BaseModel):
        model_config = ConfigDict(extra="forbid")

    assert arguments_schema(Nothing) == {"type": "object", "properties": {}}


def test_results_keep_null_as_a_branch_of_its_own() -> None:
    schema = result_schema(Answer)
    point = schema["properties"]["points"]["items"]
    assert schema["properties"]["where"] == {"anyOf": [point, {"type": "null"}], "description": "Null when nowhere."}
    assert point["properties"]["kind"] == {"anyOf": [{"type": "string", "enum": ["near", "far"]}, {"type": "null"}]}


def test_what_no_provider_takes_is_refused_when_it_is_declared() -> None:
    class Either(BaseModel):
        value: int | str

    with pytest.raises(TypeError, match="a union of 2 types"):
        arguments_schema(Either)


def test_a_definition_that_another_one_uses_stands_where_it_is_used_in_whatever_order_they_come() -> None:
    @dataclass(frozen=True)
    class Sum:
        person: str

    @dataclass(frozen=True)
    class Sums:
        by_day: tuple[Sum, ...]
        by_person: tuple[Sum, ...]

    schema = result_schema(Sums)["properties"]
    assert schema["by_day"] == schema["by_person"]
    assert schema["by_day"]["items"]["properties"] == {"person": {"type": "string"}}


class Nested(BaseModel):
    inner: "Nested | None" = None


def test_a_model_that_holds_itself_is_refused_when_it_is_declared() -> None:
    with pytest.raises(TypeError, match="holds itself"):
        result_schema(Nested)
