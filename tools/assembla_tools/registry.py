"""Which tools there are, in which order, and which of them a configuration serves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from types import MappingProxyType

from assembla_tools.framework.errors import Code
from assembla_tools.framework.manifest import Entry, Served, stored

# In the order of the listing. A new kind of resource is one more name here.
_MODULES = (
    "spaces",
    "space_metadata",
    "tickets.tools",
    "milestones",
    "users",
    "merge_requests.tools",
    "wiki_pages.tools",
    "documents.tools",
    "activity",
    "time_entries",
    "standups",
    "mentions",
    "portfolio",
    "ssh",
    "ssh_keys",
)

TOOLSETS = (
    "spaces",
    "tickets",
    "milestones",
    "people",
    "merge_requests",
    "wiki",
    "documents",
    "activity",
    "time",
    "standups",
    "mentions",
    "admin",
    "portfolio",
    "webhooks",
    "ssh",
    "keys",
    "delete",
)


class UnknownName(ValueError):
    """A toolset or tool was asked for that does not exist."""


class NothingServed(UnknownName):
    """What was asked for exists, but not one tool is left of it."""


@dataclass(frozen=True)
class Selection:
    """What one configuration serves, and for every other tool the code that a call of it gets."""

    served: tuple[Served, ...]
    withheld: Mapping[str, Code]

    def find(self, name: str) -> Served | None:
        return next((tool for tool in self.served if tool.name == name), None)


@cache
def catalogue() -> tuple[Entry, ...]:
    """Every tool: those that are on by default first, then the others by toolset."""
    return stored() or declared()


def declared() -> tuple[Entry, ...]:
    """The same, made from the tools themselves: every module is imported."""
    from assembla_tools.framework.tool import (
        Tool,  # with pydantic's machinery, which a start from the file does not need
    )

    modules = [import_module(f"assembla_tools.catalog.{name}") for name in _MODULES]
    tools = [value for module in modules for value in vars(module).values() if isinstance(value, Tool)]
    by_default = [tool for tool in tools if tool.default]
    on_request = sorted((tool for tool in tools if not tool.default), key=lambda tool: TOOLSETS.index(tool.toolset))
    return tuple(Entry.of(tool) for tool in (*by_default, *on_request))


def select(
    toolsets: Sequence[str] = (), tools: Sequence[str] = (), exclude: Sequence[str] = (), read_only: bool = False
) -> Selection:
    """The tools to serve: `toolsets` (names, `default`, `all`) replace the default choice, `tools` adds single ones,
    `exclude` wins over both, `read_only` over everything. Raises `UnknownName` for what does not exist, and
    `NothingServed` where no tool is left."""
    everything = catalogue()
    names = [tool.name for tool in everything]
    _must_exist("toolset", toolsets, (*TOOLSETS, "default", "all"))
    _must_exist("tool", [*tools, *exclude], names)
    wanted = {tool.name for tool in everything if _chosen(tool, toolsets or ("default",))} | set(tools)
    wanted -= set(exclude)
    served = tuple(tool for tool in everything if tool.name in wanted and (tool.effect == "read" or not read_only))
    if not served:
        raise NothingServed(_why_nothing(everything, toolsets))
    withheld: dict[str, Code] = {
        tool.name: "READ_ONLY" if read_only and tool.effect != "read" else "NOT_ALLOWED"
        for tool in everything
        if tool not in served
    }
    return Selection(served, MappingProxyType(withheld))


def _chosen(tool: Served, toolsets: Iterable[str]) -> bool:
    return any(name == "all" or (name == "default" and tool.default) or name == tool.toolset for name in toolsets)


def _why_nothing(everything: Iterable[Served], toolsets: Sequence[str]) -> str:
    filled = {tool.toolset for tool in everything}
    if toolsets and not filled.intersection(toolsets) and not {"all", "default"}.intersection(toolsets):
        return f"no tool would be served: there is none yet in {', '.join(toolsets)}"
    return "no tool would be served: each of those chosen is excluded, or writes while the server only reads"


def _must_exist(kind: str, asked: Iterable[str], known: Sequence[str]) -> None:
    for name in asked:
        if name not in known:
            near = get_close_matches(name, known, n=3)
            hint = f"; did you mean {', '.join(near)}?" if near else f"; there are {', '.join(known)}"
            raise UnknownName(f"there is no {kind} called {name!r}{hint}")
