"""The MCP tools, one module per resource kind; knows the SDK and `assembla_client`, nothing of the program."""

from assembla_tools.framework.context import Api, SpaceScope
from assembla_tools.framework.errors import Refused, failure
from assembla_tools.framework.manifest import Served
from assembla_tools.registry import TOOLSETS, NothingServed, Selection, UnknownName, catalogue, select

__all__ = [
    "TOOLSETS",
    "Api",
    "NothingServed",
    "Refused",
    "Selection",
    "Served",
    "SpaceScope",
    "UnknownName",
    "catalogue",
    "failure",
    "select",
]
