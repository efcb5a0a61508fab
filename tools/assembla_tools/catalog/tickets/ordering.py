"""In what order tickets are answered, and what the API sorts by to the same end.

A ticket's sort key is its value, then the number, then the id; values go up whatever the direction, so that keys
compare as they stand. Tickets without a value come last.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Literal

from assembla_client.resources.tickets import SortOrder, Ticket, TicketSort
from assembla_tools.catalog.tickets.filters import TicketFilters

Sort = Literal["updated", "created", "priority", "number", "importance", "estimate"]
SortKey = tuple[int | float, int, int]

_FIELDS: MappingProxyType[Sort, TicketSort] = MappingProxyType(
    {
        "updated": "updated_at",
        "created": "created_on",
        "priority": "priority",
        "number": "number",
        "importance": "importance",
        "estimate": "estimate",
    }
)
_LAST = 1e300
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Order:
    """One order of tickets."""

    sort: Sort = "updated"
    direction: SortOrder = "desc"

    @classmethod
    def of(cls, sort: Sort, direction: SortOrder | None) -> "Order":
        """Where no direction is given, the newest, most or most urgent come first."""
        return cls(sort, direction or ("asc" if sort == "priority" else "desc"))

    @property
    def field(self) -> TicketSort:
        """What the API calls it."""
        return _FIELDS[self.sort]

    @property
    def in_steps(self) -> bool:
        """Whether few tickets share a value, so that the list may be read from the middle."""
        return self.sort not in ("priority", "estimate")

    def value(self, ticket: Ticket) -> int | float:
        """The first part of a ticket's sort key."""
        return self._directed(getattr(ticket, self.field))

    def sort_key(self, ticket: Ticket) -> SortKey:
        """Where a ticket stands."""
        return (self.value(ticket), ticket.number, ticket.id)

    def end(self, filters: TicketFilters) -> int | float | None:
        """The value behind which nothing is wanted; None where there is no such bound."""
        if self.sort not in ("updated", "created"):
            return None
        bound = filters.bound(f"{self.sort}_{'after' if self.direction == 'desc' else 'before'}")
        return None if bound is None else self._directed(bound)

    def _directed(self, value: datetime | int | float | None) -> int | float:
        if value is None:
            return _LAST
        number = (value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else value
        return -number if self.direction == "desc" else number


@dataclass(frozen=True)
class ScanRange:
    """The part of the tickets that is read: at least the next `need` behind `after` in an order.

    `page` is where a long list is likely to hold them, counted from 1.
    """

    order: Order
    after: SortKey | None
    need: int
    page: int = 1
