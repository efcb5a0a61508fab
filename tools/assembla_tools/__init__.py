"""The MCP tools, one module per resource kind; knows the SDK and `assembla_client`, nothing of the program."""

from assembla_tools._catalogue import TOOLSETS, NothingServed, Selection, UnknownName, catalogue, select
from assembla_tools._context import Api, SpaceScope
from assembla_tools._errors import Refused, failure
from assembla_tools._listing import Served

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
