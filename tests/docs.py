"""The generated parts of the documents: `make docs` writes them, test_docs.py checks that they are current."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import endpoint_table
import tool_reference
from assembla_mcp.config.settings import variables
from assembla_tools import catalogue
from assembla_tools.framework.manifest import text_of
from assembla_tools.registry import declared

ROOT = Path(__file__).parents[1]


def tool_table() -> str:
    """Every tool: name, toolset, whether it is on by default, and the first sentence a model reads."""
    rows = [
        f"| `{tool.name}` | {tool.toolset} | {'yes' if tool.default else ''} | {tool.effect} "
        f"| {first_sentence(tool.description)} |"
        for tool in catalogue()
    ]
    return "\n".join(["| Tool | Toolset | By default | Effect | |", "| --- | --- | --- | --- | --- |", *rows])


def variable_table() -> str:
    """Every environment variable: name, default, meaning."""
    rows = [f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |" for name, default, meaning in variables()]
    return "\n".join(["| Variable | Default | Meaning |", "| --- | --- | --- |", *rows])


def first_sentence(text: str) -> str:
    return re.split(r"(?<=\.)\s", text, maxsplit=1)[0]


GENERATED = {"tools": tool_table, "variables": variable_table}


def current(text: str) -> str:
    """`text` with every block between `<!-- NAME -->` and `<!-- /NAME -->` as it should be now."""
    for name, make in GENERATED.items():
        block = f"<!-- {name} -->\n{make()}\n<!-- /{name} -->"
        text = re.sub(rf"<!-- {name} -->.*?<!-- /{name} -->", block.replace("\\", r"\\"), text, flags=re.S)
    return text


def listing() -> str:
    """What a server reads at its start instead of making it: see `assembla_tools.framework.manifest`."""
    return text_of(declared())


PAGES: Mapping[str, Callable[[], str]] = {
    "tools/assembla_tools/listing.json": listing,
    "docs/tools.md": tool_reference.page,
    "docs/endpoints.md": endpoint_table.page,
}
"""What is generated as a whole."""


def main() -> None:
    readme = ROOT / "README.md"
    readme.write_text(current(readme.read_text()))
    for name, make in PAGES.items():
        path = ROOT / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(make())


if __name__ == "__main__":
    main()
