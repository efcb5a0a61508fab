"""JSON Schemas from types, in the subset that every model provider takes.

Pydantic writes them; its hooks keep them flat: definitions stand where they are used, `null` becomes "may be absent"
in arguments and stays a branch of its own in results, titles and the docstrings of models go. What does not fit the
subset is refused when the tool is first listed, not when a model meets it.
"""

from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import DEFAULT_REF_TEMPLATE, GenerateJsonSchema, JsonRef
from pydantic_core import core_schema

Schema = dict[str, Any]


def arguments_schema(model: type[BaseModel]) -> Schema:
    """The input schema of a tool whose arguments `model` holds: an object, optional meaning absent.

    That it is closed stays unsaid, as a provider's converter breaks on it: what it does not name, the server refuses.
    """
    return {"type": "object", "properties": {}, **model.model_json_schema(schema_generator=_Arguments)}


def result_schema(kind: Any) -> Schema:
    """The schema of what a tool answers, `None` staying `null`."""
    return TypeAdapter(kind).json_schema(schema_generator=_Flat, mode="validation")


class _Flat(GenerateJsonSchema):
    def __init__(self, by_alias: bool = True, ref_template: str = DEFAULT_REF_TEMPLATE, **kwargs: Any) -> None:
        super().__init__(by_alias, ref_template, **kwargs)
        self._ahead: dict[str, Any] = {}

    def generate_inner(self, schema: Any) -> Schema:
        shown = super().generate_inner(schema)
        if "$ref" not in shown:
            return shown
        definition = self.get_schema_from_definitions(JsonRef(shown["$ref"]))
        if definition is None:
            raise TypeError(f"not portable: {shown['$ref']} holds itself")
        return definition | _without(shown, "$ref")

    def definitions_schema(self, schema: core_schema.DefinitionsSchema) -> Schema:
        # Pydantic lists them in any order; each is generated when it is first met, so that none is met too early.
        self._ahead |= {each["ref"]: each for each in schema["definitions"] if "ref" in each}
        return self.generate_inner(schema["schema"])

    def definition_ref_schema(self, schema: core_schema.DefinitionReferenceSchema) -> Schema:
        definition = self._ahead.pop(schema["schema_ref"], None)
        return super().definition_ref_schema(schema) if definition is None else self.generate_inner(definition)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> Schema:
        return _without(super().model_schema(schema), "title", "description")

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> Schema:
        return _without(super().dataclass_schema(schema), "title", "description")

    def literal_schema(self, schema: core_schema.LiteralSchema) -> Schema:
        shown = super().literal_schema(schema)
        return _without(shown, "const") | {"enum": [shown["const"]]} if "const" in shown else shown

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        shown = super().default_schema(schema)
        return _without(shown, "default") if shown.get("default") is None else shown

    def union_schema(self, schema: core_schema.UnionSchema) -> Schema:
        raise TypeError(f"not portable: a union of {len(schema['choices'])} types")

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> Schema:
        raise TypeError(f"not portable: a union of {len(schema['choices'])} types")


class _Arguments(_Flat):
    def nullable_schema(self, schema: core_schema.NullableSchema) -> Schema:
        return self.generate_inner(schema["schema"])

    def model_schema(self, schema: core_schema.ModelSchema) -> Schema:
        return _without(super().model_schema(schema), "additionalProperties")


def _without(schema: Schema, *keys: str) -> Schema:
    return {key: value for key, value in schema.items() if key not in keys}
