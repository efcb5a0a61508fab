"""What an answer says of data that could not be read: names of fields and how often, never a value."""

from collections.abc import Mapping

from assembla_client.transport.decoding import Oddities

_MOST_NAMED = 10


def note_on(oddities: Oddities) -> str:
    """A note for an answer that was made from odd data."""
    parts = []
    if oddities.fields:
        parts.append(f"Values of Assembla's that could not be read are null here: {_named(oddities.fields)}.")
    if oddities.rows:
        parts.append(f"Rows of Assembla's that nothing identifies are left out: {_named(oddities.rows)}.")
    if oddities.bytes_replaced:
        parts.append("Assembla sent bytes that are no UTF-8: they are shown as \ufffd.")
    return " ".join(parts)


def _named(counts: Mapping[str, int]) -> str:
    names = [f"`{name}` ({count})" for name, count in sorted(counts.items())]
    more = [f"{len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
    return ", ".join(names[:_MOST_NAMED] + more)
