"""`tools` and `call`: the server asked from the command line, through the same door an assistant uses."""

import difflib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import click

from assembla_mcp import exit_status
from assembla_mcp.config.loading import selection_from, settings_from

if TYPE_CHECKING:
    from mcp.server import Server
    from mcp.types import CallToolResult, Tool

    from assembla_mcp.config.settings import Settings
    from assembla_tools.framework.manifest import Entry

JSON = Any


def tools(as_json: bool, *, demo: bool, **flags: Any) -> None:
    """Print what `tools/list` answers: as it is for programs, as a table for people."""
    anyio.run(_list, _server(settings_from(flags), demo), as_json)


def call(tool: str, pairs: Sequence[str], args_json: str | None, as_json: bool, *, demo: bool, **flags: Any) -> int:
    """Call `tool` and print its answer. Returns the exit status: 1 where the tool answers with an error."""
    settings = settings_from(flags)
    arguments = arguments_from(pairs, args_json, _parameters(tool))
    return anyio.run(_call, _server(settings, demo), tool, arguments, as_json)


def arguments_from(pairs: Sequence[str], args_json: str | None, parameters: Mapping[str, JSON]) -> dict[str, JSON]:
    """Arguments of one call: those of `args_json`, then `pairs`, each read by its parameter's type."""
    arguments = _object(args_json) if args_json else {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name:
            raise click.UsageError(f"{pair} is no argument: write KEY=VALUE.")
        arguments[name] = _value(_contents(text), parameters.get(name, {}))
    return arguments


def _object(text: str) -> dict[str, JSON]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise click.UsageError('--args takes one JSON object, such as \'{"space": "demo"}\'.')
    return value


def _contents(text: str) -> str:
    if text.startswith("@@"):
        return text[1:]
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise click.UsageError(
            f"{text[1:]} is not a file that can be read as text. Write @{text} for a value beginning with @."
        ) from None


def _value(text: str, schema: Mapping[str, JSON]) -> JSON:
    """`text` as the schema's type. What does not fit stays text: the tool then says what it takes."""
    types = schema.get("type", "string")
    kinds = {types} if isinstance(types, str) else set(types)
    if "string" in kinds:
        return text
    if "boolean" in kinds and text.strip().lower() in ("true", "false"):
        return text.strip().lower() == "true"
    if "array" in kinds and not text.lstrip().startswith("["):
        return [_value(part.strip(), schema.get("items", {})) for part in text.split(",") if part.strip()]
    try:
        return json.loads(text)
    except ValueError:
        return text


def _parameters(tool: str) -> Mapping[str, JSON]:
    """The properties of a tool's input schema, served or not."""
    properties: Mapping[str, JSON] = entry_of(tool).listed.input_schema.get("properties", {})
    return properties


def entry_of(tool: str) -> "Entry":
    """A tool of the catalogue, served or not. An unknown one is wrong usage."""
    from assembla_tools import catalogue

    known = {each.name: each for each in catalogue()}
    if tool not in known:
        near = difflib.get_close_matches(tool, known, n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "`assembla-mcp tools --toolsets all` lists them."
        raise click.UsageError(f"There is no tool called {tool}. {hint}")
    return known[tool]


def _server(settings: "Settings", demo: bool) -> "Server[Any]":
    selection = selection_from(settings)

    from assembla_mcp.mcp_server import build_server

    return build_server(settings, selection, demo=demo)


async def _list(server: "Server[Any]", as_json: bool) -> None:
    from mcp import Client

    async with Client(server) as client:
        listing = await client.list_tools()
        if as_json:
            _print_json(listing.model_dump(mode="json", by_alias=True, exclude_none=True))
        else:
            _print_tools(listing.tools)


async def _call(server: "Server[Any]", tool: str, arguments: dict[str, JSON], as_json: bool) -> int:
    from mcp import Client

    async with Client(server) as client:
        result = await client.call_tool(tool, arguments)
        return _failed(result, as_json) if result.is_error else _answered(result, as_json)


def _print_tools(tools: Sequence["Tool"]) -> None:
    from rich.console import Console

    from assembla_mcp.cli.rendering import Table

    Console().print(Table([_row(tool) for tool in tools], ["tool", "effect", "what it does"]))


def _answered(result: "CallToolResult", as_json: bool) -> int:
    if as_json:
        _print_json(result.structured_content)
        return exit_status.DONE
    from rich.console import Console

    from assembla_mcp.cli.rendering import answer_view

    Console().print(answer_view(result.structured_content or {"answer": _text(result)}), crop=False)
    return exit_status.DONE


def _row(tool: "Tool") -> dict[str, str]:
    hints = tool.annotations
    effect = "reads" if hints and hints.read_only_hint else "destroys" if hints and hints.destructive_hint else "writes"
    first = (tool.description or "").partition("\n")[0]
    return {"tool": tool.name, "effect": effect, "what it does": first}


def _text(result: "CallToolResult") -> str:
    return "\n".join(block.text for block in result.content if block.type == "text")


def _failed(result: "CallToolResult", as_json: bool) -> int:
    """People get a tool's error on stderr, programs as JSON where they read."""
    from assembla_tools.framework.errors import CODE_KEY

    code = (result.meta or {})[CODE_KEY]
    message = _text(result).removeprefix(f"{code}: ")
    if as_json:
        _print_json({"error": {"code": code, "message": message}})
    else:
        click.echo(f"assembla-mcp: {code}: {' '.join(message.split())}", err=True)
    return exit_status.FAILED


def _print_json(value: JSON) -> None:
    click.echo(json.dumps(value, indent=2))
