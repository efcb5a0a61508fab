"""YAML that the API hides in strings, read as text and lists of text. Builds no objects and never raises.

The safe loader resolves tags; its nodes are read instead of its values, because a version `1.10` or an answer
`no` is text that somebody wrote, not a number or a boolean.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml

MAX_CHARS = 50_000  # the parser is slow and blocks: a longer text stays what it is

_NULL = "tag:yaml.org,2002:null"


@lru_cache(maxsize=1)
def _yaml() -> Any:
    # Only histories and choices of list fields are YAML: the start of the program does not wait for its reader.
    import yaml

    return yaml


def items(text: str) -> "list[yaml.Node] | None":
    """Return the nodes of a YAML list, or None where `text` is none, or cannot be read."""
    root = _root(text)
    return list(root.value) if isinstance(root, _yaml().SequenceNode) else None


def parts(node: "yaml.Node") -> "list[yaml.Node] | None":
    """Return the nodes of a list within a list, or None for anything else."""
    return list(node.value) if isinstance(node, _yaml().SequenceNode) else None


def scalar(node: "yaml.Node") -> str | None:
    """Return a scalar's text, None for null. A list of scalars reads as their texts with commas between."""
    if node.tag == _NULL:
        return None
    if isinstance(node, _yaml().ScalarNode):
        return _whole_characters(node.value)
    inner = parts(node)
    if inner is None or not all(isinstance(each, _yaml().ScalarNode) for each in inner):
        raise ValueError("neither a scalar nor a list of scalars")
    return ", ".join(scalar(each) or "" for each in inner)


def source(node: "yaml.Node", text: str) -> str:
    """Return the part of `text` that `node` was read from."""
    return text[node.start_mark.index : node.end_mark.index].strip()


def _root(text: str) -> "yaml.Node | None":
    if len(text) > MAX_CHARS:
        return None
    reader = _yaml()
    try:
        root: yaml.Node | None = reader.compose(text, Loader=reader.SafeLoader)
    except (reader.YAMLError, ValueError, OverflowError, RecursionError):  # the last three: escapes, depth
        return None
    return root


def _whole_characters(text: str) -> str:
    # Escapes can make halves of characters, which no JSON can carry; two of them that belong together are one.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
