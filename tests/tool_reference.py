"""The page of reference for tools, resources and prompts: what a server says of itself, and answers to the examples.

It is the same whenever it is made: the emulator's clock stands still, on a day that is also told to the one tool
that would ask this machine for the day.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import anyio
from mcp import Client
from mcp.types import CallToolResult, Prompt, ResourceTemplate
from mcp.types import Tool as ListedTool

from assembla_emulator.app import Emulator
from assembla_emulator.clock import Clock
from assembla_tools import catalogue
from examples import EXAMPLES
from harness import assistant, text_of

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
ON_THE_DAY = {"list_standups": {"date": NOW.date().isoformat()}}
EFFECTS = {"read": "reads", "create": "creates", "update": "changes", "delete": "destroys"}
MAX_LINES = 36
MAX_LINE_CHARS = 160

HEAD = """\
# The tools

Made by `make docs` from the tools themselves; the answers are those of the demo data (`assembla-mcp serve --demo`), as
they were on {day}. Each example also works from a shell: `assembla-mcp call TOOL --args JSON --demo`.
Which endpoint of the API each stands on is in [endpoints.md](endpoints.md).
"""


def page() -> str:
    """The whole page. Raises where a tool has no example, or an example is refused."""
    return anyio.run(_page)


async def _page() -> str:
    emulator = Emulator(clock=Clock(NOW.timestamp), rate=None)
    async with assistant(emulator) as mcp:
        answered = [(tool, await _example(mcp, tool.name)) for tool in (await mcp.list_tools()).tools]
        templates = (await mcp.list_resource_templates()).resource_templates
        prompts = (await mcp.list_prompts()).prompts
    tools = [_tool(listed, result) for listed, result in answered]
    parts = [HEAD.format(day=f"{NOW:%Y-%m-%d}"), _contents(), *tools, _templates(templates), _prompts(prompts)]
    return "\n".join(part.strip("\n") + "\n" for part in parts)


def _arguments_of(tool: str) -> dict[str, Any]:
    return EXAMPLES[tool] | ON_THE_DAY.get(tool, {})


async def _example(mcp: Client, tool: str) -> CallToolResult | None:
    return await mcp.call_tool(tool, _arguments_of(tool)) if tool in EXAMPLES else None


def _contents() -> str:
    by_toolset: dict[str, list[str]] = {}
    for tool in catalogue():
        by_toolset.setdefault(tool.toolset, []).append(f"[`{tool.name}`](#{tool.name})")
    rows = [f"| {toolset} | {', '.join(links)} |" for toolset, links in by_toolset.items()]
    return "\n".join(["| Toolset | Tools |", "| --- | --- |", *rows])


def _tool(listed: ListedTool, result: CallToolResult | None) -> str:
    [tool] = [each for each in catalogue() if each.name == listed.name]
    if result is None:
        raise LookupError(f"{tool.name} has no example: give it one in tests/examples.py")
    if result.is_error:
        raise ValueError(f"the example of {tool.name} in tests/examples.py is refused: {text_of(result)}")
    served = "on by default" if tool.default else f"off by default: `--toolsets {tool.toolset}`"
    return "\n\n".join(
        [
            f"## {tool.name}",
            f"**{listed.title}** · toolset `{tool.toolset}` · {EFFECTS[tool.effect]} · {served}",
            listed.description or "",
            "\n".join(_parameters(listed.input_schema)),
            f"```json\n{json.dumps(_arguments_of(tool.name), ensure_ascii=False)}\n```",
            f"answers\n\n```json\n{_shown(result)}\n```",
        ]
    )


def _parameters(schema: Mapping[str, Any]) -> Iterator[str]:
    if not schema["properties"]:
        yield "It takes no parameters."
        return
    yield from ("| Parameter | Values | Default | |", "| --- | --- | --- | --- |")
    required = schema.get("required", ())
    for name, value in schema["properties"].items():
        default = "required" if name in required else f"`{_json(value['default'])}`" if "default" in value else ""
        yield f"| `{name}` | {_values(value)} | {default} | {_cell(value.get('description', ''))} |"


def _values(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    match schema.get("type"):
        case "array":
            return f"list of {_values(schema['items'])}"
        case "object":
            inner = schema.get("additionalProperties")
            return f"map to {_values(inner)}" if isinstance(inner, dict) else "map"
        case "string":
            return {"date": "day", "date-time": "time"}.get(schema.get("format", ""), "text")
        case kind:
            least, most = schema.get("minimum"), schema.get("maximum")
            bounds = f", {least} to {most}" if most is not None else f", from {least}" if least is not None else ""
            return f"{kind}{bounds}"


def _shown(result: CallToolResult) -> str:
    """The structured answer, not all of a long one, with a mark where it is cut."""
    lines = json.dumps(result.structured_content, indent=2, ensure_ascii=False).splitlines()
    shown = [line if len(line) <= MAX_LINE_CHARS else f"{line[:MAX_LINE_CHARS]}…" for line in lines[:MAX_LINES]]
    more = len(lines) - len(shown)
    return "\n".join([*shown, *([f"… {more} lines more"] if more else [])])


def _templates(templates: list[ResourceTemplate]) -> str:
    rows = [f"| `{each.uri_template}` | {_cell(each.description or each.title or '')} |" for each in templates]
    return "\n".join(["## Resources\n", "| Address | |", "| --- | --- |", *rows])


def _prompts(prompts: list[Prompt]) -> str:
    rows = [f"| `{each.name}` | {_cell(each.description or '')} | {_arguments_in(each)} |" for each in prompts]
    return "\n".join(["## Prompts\n", "| Prompt | | Arguments |", "| --- | --- | --- |", *rows])


def _arguments_in(prompt: Prompt) -> str:
    return "<br>".join(
        f"`{each.name}`{' (required)' if each.required else ''}: {_cell(each.description or '')}"
        for each in prompt.arguments or ()
    )


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _json(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
