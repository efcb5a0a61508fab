"""`call TOOL --help`: what a tool does and takes, as its listing says it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click

from assembla_mcp.cli.call import entry_of

Schema = Mapping[str, Any]


def tool_help(tool: str) -> str:
    """The whole page, fitted to the terminal. An unknown tool is wrong usage."""
    listed = entry_of(tool).listed
    formatter = click.HelpFormatter(max_width=100)
    formatter.write_usage(f"assembla-mcp call {tool}", "[KEY=VALUE]...")
    for paragraph in (listed.description or "").split("\n\n"):
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(paragraph)
    parameters = list(_parameters(listed.input_schema))
    if parameters:
        with formatter.section("Parameters"):
            formatter.write_dl(parameters)
    with formatter.section("More"):
        formatter.write_text("The options of `assembla-mcp call --help` come besides.")
    return formatter.getvalue()


def _parameters(schema: Schema) -> Iterator[tuple[str, str]]:
    required = schema.get("required", ())
    for name, each in schema.get("properties", {}).items():
        yield f"{name} ({_type(each)})", f"{_remarks(each, name in required)}{each.get('description', '')}"


def _type(schema: Schema) -> str:
    if "enum" in schema:
        return "|".join(str(word) for word in schema["enum"] if word is not None)
    types = schema.get("type", "any")
    listed = [types] if isinstance(types, str) else [each for each in types if each != "null"]
    return " or ".join(f"list of {_type(schema.get('items', {}))}" if each == "array" else each for each in listed)


def _remarks(schema: Schema, required: bool) -> str:
    if required:
        return "Required. "
    return f"Default {json.dumps(schema['default'])}. " if schema.get("default") not in (None, [], "") else ""
