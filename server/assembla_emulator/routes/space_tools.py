"""Space tools: endpoints 8 to 10."""

from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import REPOSITORIES
from assembla_emulator.responses import Refused, not_found
from assembla_emulator.routing import Call, Routes

routes = Routes()


@routes.get("/spaces/{space}/space_tools")
def list_tools(call: Call) -> list[Row]:
    """8."""
    return call.database.space_tools.where(space_id=call.space["id"])


@routes.get("/spaces/{space}/space_tools/repo")
def list_repositories(call: Call) -> list[Row]:
    """9."""
    return [tool for tool in list_tools(call) if tool["tool_id"] in REPOSITORIES]


@routes.get("/spaces/{space}/space_tools/{tool}")
def get_tool(call: Call) -> Row:
    """10. By id or by name."""
    for tool in list_tools(call):
        if call.args["tool"] in (tool["id"], tool["name"]):
            return tool
    raise Refused(not_found())
