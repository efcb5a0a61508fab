"""JSON Schemas from types, in the subset that every model provider takes.

Pydantic writes the schema; here it is flattened: definitions are put where they are used, `null` becomes "may be
absent" in arguments and stays a branch of its own in results, titles go. What does not fit the subset is refused
when the tool is first listed, not when a model meets it.
"""

from typing import Any

from pydantic import BaseModel, TypeAdapter

Schema = dict[str, Any]
_NULL = {"type": "null"}
_UNPORTABLE = ("anyOf", "oneOf", "allOf", "$ref", "$defs", "not", "patternProperties")


def arguments_schema(model: type[BaseModel]) -> Schema:
    """The input schema of a tool whose arguments `model` holds: an object, optional meaning absent.

    That it is closed is not said: one provider's converter takes no boolean `additionalProperties`. The server refuses
    arguments that it does not know all the same.
    """
    schema = _flatten(_undocumented(model.model_json_schema()), {}, nullable=False)
    schema.pop("additionalProperties", None)
    return {"type": "object", "properties": {}, **schema}


def result_schema(kind: Any) -> Schema:
    """The schema of what a tool answers, `None` staying `null`."""
    return _flatten(_undocumented(TypeAdapter(kind).json_schema(mode="validation")), {}, nullable=True)


def _undocumented(schema: Schema) -> Schema:
    """A model's schema without the model's docstring: that is written for programmers."""
    return {key: value for key, value in schema.items() if key != "description"}


def _flatten(schema: Schema, definitions: Schema, *, nullable: bool) -> Schema:
    definitions = schema.get("$defs", definitions)
    if "$ref" in schema:
        target = _undocumented(definitions[schema["$ref"].rsplit("/", 1)[-1]])
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return _flatten({**target, **beside}, definitions, nullable=nullable)
    if "anyOf" in schema:
        return _without_null(schema, definitions, nullable=nullable)
    flat = {
        key: _inside(key, value, definitions, nullable=nullable)
        for key, value in schema.items()
        if key not in ("$defs", "title") and not (key == "default" and value is None)
    }
    if "const" in flat:
        flat["enum"] = [flat.pop("const")]
    if unportable := [key for key in _UNPORTABLE if key in flat]:
        raise TypeError(f"not portable: {unportable} in {schema}")
    return flat


def _inside(key: str, value: Any, definitions: Schema, *, nullable: bool) -> Any:
    if key == "properties":
        return {name: _flatten(part, definitions, nullable=nullable) for name, part in value.items()}
    if key in ("items", "additionalProperties") and isinstance(value, dict):
        return _flatten(value, definitions, nullable=nullable)
    return value


def _without_null(schema: Schema, definitions: Schema, *, nullable: bool) -> Schema:
    branches = [branch for branch in schema["anyOf"] if branch != _NULL]
    if len(branches) != 1:
        raise TypeError(f"not portable: a union of {len(branches)} types in {schema}")
    beside = {key: value for key, value in schema.items() if key not in ("anyOf", "title", "default")}
    flat = _flatten(branches[0], definitions, nullable=nullable)
    # In results `anyOf`, not a list of types: that is what clients with a one-type dialect can still map.
    return {"anyOf": [flat, _NULL], **beside} if nullable else {**flat, **beside, **_given_default(schema)}


def _given_default(schema: Schema) -> Schema:
    return {"default": schema["default"]} if schema.get("default") is not None else {}
