"""One row among many, by the id that a path gives, or the API's 404."""

from collections.abc import Iterable

from assembla_emulator.database.tables import Row
from assembla_emulator.responses import Refused, not_found


def find_by_id(rows: Iterable[Row], given: str) -> Row:
    """The row whose id is written like `given`; raises `Refused` (404) where there is none."""
    for row in rows:
        if str(row["id"]) == given:
            return row
    raise Refused(not_found())
