"""Rows in the order of a column."""

from collections.abc import Iterable
from typing import Any

from assembla_emulator.database.tables import Row


def sorted_by(rows: Iterable[Row], column: str, descending: bool) -> list[Row]:
    """Sorted by a column, rows with nothing there last, or first where it goes down."""

    def value(row: Row) -> tuple[bool, Any]:
        return row[column] is None, row[column]

    return sorted(rows, key=value, reverse=descending)
