"""The history of a ticket: the YAML text in `ticket_changes` of its comments, read as typed changes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assembla_client.resources import yaml_text

if TYPE_CHECKING:
    import yaml


@dataclass(frozen=True)
class Change:
    """A field of a ticket went from `old` to `new`; None is nothing, as the API wrote both."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Changes:
    """What one row of a history says; `text` is what could not be read, as it came."""

    read: tuple[Change, ...] = ()
    text: str | None = None


def read_changes(text: str | None) -> Changes:
    """Read the changes of one comment. Never raises: what is not a list of field, old, new is passed on as text.

    `--- []` and an empty text mean that nothing changed. That changes are triples is inferred, not recorded.
    """
    if text is None or not text.strip():
        return Changes()
    nodes = yaml_text.items(text)
    if nodes is None:
        return Changes(text=text.strip())
    read, unread = [], []
    for node in nodes:
        change = _change(node)
        if change is None:
            unread.append(yaml_text.source(node, text))
        else:
            read.append(change)
    return Changes(tuple(read), "\n".join(unread) or None)


def _change(node: "yaml.Node") -> Change | None:
    parts = yaml_text.parts(node)
    if parts is None or len(parts) not in (2, 3):
        return None
    try:
        field, *values = (yaml_text.scalar(part) for part in parts)
    except ValueError:
        return None
    if not field:
        return None
    old, new = values if len(values) == 2 else (None, values[0])
    return Change(field.removeprefix(":"), old, new)
