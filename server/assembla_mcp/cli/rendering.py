"""How an answer looks to people: a table for a list, a list of fields for one thing. Its content is not its business.

Everything goes through `Text`, because text from Assembla may look like markup.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

# More columns than this are unreadable at any width; such things are shown one below the other.
_MAX_COLUMNS = 6


def answer_view(answer: Mapping[str, Any]) -> RenderableType:
    """`structuredContent` of any tool, for a terminal."""
    items = answer.get("items")
    if not isinstance(items, Sequence) or "complete" not in answer:
        return field_list(answer)
    parts: list[RenderableType] = [_items_view(items) if items else Text("(nothing)", style="dim")]
    if answer.get("note"):
        parts.append(Text(str(answer["note"]), style="yellow"))
    if answer.get("next_cursor"):
        parts.append(Text(f"There is more: cursor={answer['next_cursor']}", style="dim", overflow="fold"))
    return Group(*parts)


def field_list(thing: Mapping[str, Any]) -> RenderableType:
    """One thing, field by field; what is not set is left out."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="cyan", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in thing.items():
        if value is not None and value != "":
            grid.add_row(Text(name), Text(_cell_text(value)))
    return grid


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Table:
    """Rows side by side under the given columns."""
    drawn = Table(header_style="bold cyan", border_style="dim")
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(_cell_text(row.get(column))) for column in columns))
    return drawn


def _items_view(items: Sequence[Any]) -> RenderableType:
    rows = [item if isinstance(item, Mapping) else {"value": item} for item in items]
    columns = list(dict.fromkeys(name for row in rows for name, value in row.items() if value is not None))
    if len(columns) <= _MAX_COLUMNS:
        return table(rows, columns)
    return Group(*(part for row in rows for part in (field_list(row), Text(""))))


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
