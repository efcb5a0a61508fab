"""The listing, worked out once: what `tools/list` says of each tool is read from a file and not made at every start.

Importing all tools with the models they stand on, and making their schemas, takes longer than all else of a start
that is ours. The file tells which sources it was made from; where they have changed since, it is passed over, and
`make docs` writes it anew.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mcp.types import CallToolResult
from mcp.types import Tool as ListedTool

import assembla_client
from assembla_tools.framework.context import Api

if TYPE_CHECKING:
    from assembla_tools.framework.tool import Effect, Tool

_TOOLS = Path(__file__).parents[1]
_CLIENT = Path(assembla_client.__file__).parent
FILE = _TOOLS / "listing.json"


class Served(Protocol):
    """What a server needs of a tool, whether it is imported already or not."""

    @property
    def name(self) -> str: ...
    @property
    def toolset(self) -> str: ...
    @property
    def effect(self) -> "Effect": ...
    @property
    def default(self) -> bool: ...
    @property
    def listed(self) -> ListedTool: ...
    async def call(self, api: Api, arguments: dict[str, Any]) -> CallToolResult: ...


@dataclass(frozen=True)
class Entry:
    """One tool as the listing knows it. The module it lives in is imported when it is first called."""

    name: str
    module: str
    toolset: str
    effect: "Effect"
    default: bool
    wire: dict[str, Any]

    @classmethod
    def of(cls, tool: "Tool[Any, Any]") -> "Entry":
        wire = tool.listed.model_dump(mode="json", by_alias=True, exclude_none=True)
        return cls(tool.name, tool.function.__module__, tool.toolset, tool.effect, tool.default, wire)

    @property
    def title(self) -> str:
        return str(self.wire["title"])

    @property
    def description(self) -> str:
        return str(self.wire["description"])

    @property
    def output_schema(self) -> dict[str, Any]:
        return dict(self.wire["outputSchema"])

    @cached_property
    def listed(self) -> ListedTool:
        """How `tools/list` shows it."""
        return ListedTool.model_validate(self.wire)

    @cached_property
    def tool(self) -> "Tool[Any, Any]":
        """The declared tool itself."""
        found: Tool[Any, Any] = getattr(import_module(self.module), self.name)
        return found

    async def call(self, api: Api, arguments: dict[str, Any]) -> CallToolResult:
        """Answer one `tools/call`. Raises Refused."""
        return await self.tool.call(api, arguments)


def stored() -> tuple[Entry, ...] | None:
    """The entries in the file; None where there is no file or it was made from other sources."""
    try:
        kept = json.loads(FILE.read_bytes())
    except (OSError, ValueError):
        return None
    return tuple(Entry(**each) for each in kept["tools"]) if kept["sources"] == sources() else None


def text_of(entries: Iterable[Entry]) -> str:
    """The file for these entries: a line a tool, so that a change shows as the change of a tool."""
    lines = [json.dumps(vars_of(entry), ensure_ascii=False, separators=(",", ":")) for entry in entries]
    return f'{{"sources":"{sources()}","tools":[\n' + ",\n".join(lines) + "\n]}\n"


def vars_of(entry: Entry) -> dict[str, Any]:
    """The fields of an entry."""
    return {name: getattr(entry, name) for name in Entry.__dataclass_fields__}


def sources() -> str:
    """A digest of all code that a listing can depend on: our tools, and the models of the client."""
    return digest(
        (_TOOLS.rglob("*.py"), _TOOLS.parent),
        ((_CLIENT / "resources").rglob("*.py"), _CLIENT),
        ([_CLIENT / "models.py"], _CLIENT),
    )


def digest(*groups: tuple[Iterable[Path], Path]) -> str:
    """A digest of files: of their contents, and of where each lies below the folder named beside it."""
    found = {path.relative_to(root).as_posix(): path for paths, root in groups for path in paths}
    total = hashlib.blake2b(digest_size=16)
    for name in sorted(found):
        total.update(name.encode() + b"\0" + found[name].read_bytes().replace(b"\r\n", b"\n"))
    return total.hexdigest()
