"""How an answer looks to people: a table for a list, a list of fields for one thing. Its content is not its business.

Everything goes through `Text`, because text from Assembla may look like markup.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from assembla_tools.framework.text import visible

# More columns than this are unreadable at any width; such things are shown one below the other.
_MAX_COLUMNS = 6
_PADDING = 2
_BORDER = 1

Row = Mapping[str, Any]


def answer_view(answer: Mapping[str, Any]) -> RenderableType:
    """`structuredContent` of any tool, for a terminal."""
    items = answer.get("items")
    if not isinstance(items, Sequence) or "complete" not in answer:
        return field_list(answer)
    parts: list[RenderableType] = [_items_view(items) if items else Text("(nothing)", style="dim")]
    if answer.get("note"):
        parts.append(Text(_cell_text(answer["note"]), style="yellow"))
    if answer.get("next_cursor"):
        # Whole, however wide: a terminal folds it for the eye alone, and it is there to be copied.
        parts.append(
            Text(f"There is more: cursor={answer['next_cursor']}", style="dim", no_wrap=True, overflow="ignore")
        )
    return Group(*parts)


def field_list(thing: Mapping[str, Any]) -> RenderableType:
    """One thing, field by field; what is not set is left out."""
    grid = RichTable.grid(padding=(0, 2))
    grid.add_column(style="cyan", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in thing.items():
        if value is not None and value != "":
            grid.add_row(Text(name), Text(_cell_text(value)))
    return grid


class Table:
    """Rows side by side under the given columns; one below the other where that would cut words in two."""

    def __init__(self, rows: Sequence[Row], columns: Sequence[str]) -> None:
        self._rows = rows
        self._columns = columns
        self._cells = [[_cell_text(row.get(column)) for column in columns] for row in rows]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        widths = self._widths(options.max_width)
        if widths is None:
            yield Group(*_below_one_another([{name: row.get(name) for name in self._columns} for row in self._rows]))
        else:
            yield self._drawn(widths)

    def _drawn(self, widths: Sequence[int]) -> RichTable:
        drawn = RichTable(header_style="bold cyan", border_style="dim")
        for column, width in zip(self._columns, widths, strict=True):
            drawn.add_column(column, width=width, overflow="fold")
        for cells in self._cells:
            drawn.add_row(*(Text(cell) for cell in cells))
        return drawn

    def _widths(self, available: int) -> list[int] | None:
        """As wide as each column would be, less where its text can be wrapped; None where not even that is enough."""
        columns = list(zip(self._columns, *self._cells, strict=True))
        natural = [max(_width(line) for cell in column for line in cell.splitlines() or [""]) for column in columns]
        least = [max(_width(word) for cell in column for word in cell.split() or [""]) for column in columns]
        spare = available - sum(least) - len(columns) * (_PADDING + _BORDER) - _BORDER
        if spare < 0:
            return None
        widths = least
        for index in sorted(range(len(columns)), key=lambda index: natural[index] - least[index]):
            more = min(spare, natural[index] - least[index])
            widths[index] += more
            spare -= more
        return widths


def _items_view(items: Sequence[Any]) -> RenderableType:
    rows = [item if isinstance(item, Mapping) else {"value": item} for item in items]
    columns = list(dict.fromkeys(name for row in rows for name, value in row.items() if value is not None))
    if len(columns) <= _MAX_COLUMNS:
        return Table(rows, columns)
    return Group(*_below_one_another(rows))


def _below_one_another(rows: Sequence[Row]) -> Iterator[RenderableType]:
    for row in rows:
        yield field_list(row)
        yield Text("")


def _width(text: str) -> int:
    return cell_len(text)


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    return visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
