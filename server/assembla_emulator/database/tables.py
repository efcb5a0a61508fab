"""Rows in tables: the storage under the database. All it knows of the API is that a row has an `id`."""

from collections.abc import Callable, Collection, Hashable, Iterator
from typing import Any

Row = dict[str, Any]
"""An object's fields under their API names. Keys that begin with `_` are our own and never sent.

A list or an object in a field is replaced and never changed: copies of a row share it.
"""

Id = str | int

Indexes = dict[str, dict[object, dict[Id, Row]]]


class Table:
    """Rows by id, in the order they came, with indexes on the columns that lists are cut by."""

    def __init__(self, indexed: Collection[str] = ()) -> None:
        self._rows: dict[Id, Row] = {}
        self._indexes: Indexes = {column: {} for column in indexed}
        self._cache: dict[Hashable, list[Row]] = {}
        self._next: int | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def copy(self) -> "Table":
        """A table that goes on from here by itself: no change of the one is seen in the other."""
        other = Table(self._indexes)
        other._next = self._next
        for row in self:
            other.add(dict(row))
        return other

    def next_number(self, start: int = 1) -> int:
        """The next integer id of this table; the first is `start`."""
        number = start if self._next is None else self._next
        self._next = number + 1
        return number

    def add(self, row: Row) -> Row:
        """Insert `row`; its `id` must be new."""
        if row["id"] in self._rows:
            raise ValueError(f"id {row['id']!r} is taken")
        self._cache.clear()
        self._rows[row["id"]] = row
        _add_to(self._indexes, row)
        return row

    def get(self, row_id: Id) -> Row | None:
        """The row of that id."""
        return self._rows.get(row_id)

    def where(self, **equal: object) -> list[Row]:
        """All rows that have these columns with these values, in the order they came."""
        buckets = [index.get(equal[column], {}) for column, index in self._indexes.items() if column in equal]
        rows = min(buckets, key=len, default=self._rows)
        wanted = equal.items()
        return [row for row in rows.values() if wanted <= row.items()]

    def first(self, **equal: object) -> Row | None:
        """The first row that `where` gives."""
        return next(iter(self.where(**equal)), None)

    def cached(self, key: Hashable, compute: Callable[[], list[Row]]) -> list[Row]:
        """The list that `compute` makes of the rows, made anew only after a change of the table.

        Pages of a long sorted list are asked for one after the other.
        """
        if key not in self._cache:
            self._cache[key] = compute()
        return self._cache[key]

    def update(self, row: Row, **changes: object) -> None:
        """Change fields of a row of this table. It keeps its place, save in lists by a column that changed."""
        self._cache.clear()
        moved = {column: self._indexes[column] for column in self._indexes.keys() & changes.keys()}
        _remove_from(moved, row)
        row.update(changes)
        _add_to(moved, row)

    def remove(self, row: Row) -> None:
        """Delete a row."""
        self._cache.clear()
        _remove_from(self._indexes, row)
        del self._rows[row["id"]]


def _add_to(indexes: Indexes, row: Row) -> None:
    for column, index in indexes.items():
        index.setdefault(row.get(column), {})[row["id"]] = row


def _remove_from(indexes: Indexes, row: Row) -> None:
    for column, index in indexes.items():
        del index[row.get(column)][row["id"]]
