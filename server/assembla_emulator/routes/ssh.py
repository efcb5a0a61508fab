"""The SSH tool: endpoints 132, 133, 137 to 143 and 147. One of these GETs runs a command."""

from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import SSH
from assembla_emulator.factories.ssh import run_ssh_action, ssh_actions, ssh_launches, ssh_servers, ssh_space_keys
from assembla_emulator.responses import Paged, Refused, not_found
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routing import Call, Routes

CUT_LINES = 15

routes = Routes(SSH)


def _tool(call: Call) -> str:
    """The id of the space's SSH tool, which `Routes` has made sure of."""
    (tool, *_) = call.database.space_tools.where(space_id=call.space["id"], tool_id=SSH)
    return str(tool["id"])


@routes.get("/spaces/{space}/ssh/actions")
def list_actions(call: Call) -> list[Row]:
    """132."""
    return ssh_actions(call.database).where(space_tool_id=_tool(call))


@routes.get("/spaces/{space}/ssh/actions/{action}")
def get_action(call: Call) -> Row:
    """133."""
    return find_by_id(list_actions(call), call.args["action"])


@routes.get("/spaces/{space}/ssh/actions/{action}/run")
def run_action(call: Call) -> Row:
    """137. Not a read, whatever its verb says: the command is queued and a launch begins. Not for watchers."""
    call.require_role(call.space, "owner", "member")
    return run_ssh_action(call.database, get_action(call), by=call.user["id"], at=call.now)


def _launches(call: Call) -> list[Row]:
    """Newest first."""
    return ssh_launches(call.database).where(_space_tool_id=_tool(call))[::-1]


def _cut(launch: Row) -> Row:
    """The launch with the first lines of its output only."""
    return launch | {"output": "".join(launch["output"].splitlines(keepends=True)[:CUT_LINES])}


@routes.get("/spaces/{space}/ssh/actions/{action}/launches")
def list_launches_of_action(call: Call) -> Paged:
    """138. Newest first, or the other way with `sort_order=asc`."""
    action = get_action(call)
    rows = [_cut(row) for row in _launches(call) if row["action_id"] == action["id"]]
    return Paged(rows[::-1] if call.query.get("sort_order") == "asc" else rows, per_page=25)


@routes.get("/spaces/{space}/ssh/launches")
def list_launches(call: Call) -> list[Row]:
    """139. All at once, outputs cut."""
    return [_cut(row) for row in _launches(call)]


@routes.get("/spaces/{space}/ssh/launches/{launch}")
def get_launch(call: Call) -> Row:
    """140. Output cut here too."""
    return _cut(find_by_id(_launches(call), call.args["launch"]))


@routes.get("/spaces/{space}/ssh/launches/{launch}/output")
def get_output(call: Call) -> Row:
    """141. The launch again, with the whole output."""
    return find_by_id(_launches(call), call.args["launch"])


@routes.get("/spaces/{space}/ssh/servers")
def list_servers(call: Call) -> list[Row]:
    """142."""
    return ssh_servers(call.database).where(space_tool_id=_tool(call))


@routes.get("/spaces/{space}/ssh/servers/{server}")
def get_server(call: Call) -> Row:
    """143."""
    return find_by_id(list_servers(call), call.args["server"])


@routes.get("/spaces/{space}/ssh/key")
def get_key(call: Call) -> Row:
    """147. The public half; 404 where none was made."""
    key = ssh_space_keys(call.database).first(space_tool_id=_tool(call))
    if key is None:
        raise Refused(not_found())
    return key
