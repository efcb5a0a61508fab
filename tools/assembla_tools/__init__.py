"""The MCP tools, one module per resource kind; knows the SDK and `assembla_client`, nothing of the program."""

from assembla_tools._catalogue import TOOLSETS, Selection, UnknownName, catalogue, select
from assembla_tools._context import Api, SpaceScope
from assembla_tools._declare import Tool
from assembla_tools._errors import Refused

__all__ = ["TOOLSETS", "Api", "Refused", "Selection", "SpaceScope", "Tool", "UnknownName", "catalogue", "select"]
