"""One's own SSH keys: endpoints 87 and 88."""

from assembla_emulator.database.tables import Row
from assembla_emulator.factories.ssh_keys import ssh_keys
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routing import Call, Routes

routes = Routes()


@routes.get("/user/ssh_keys")
def list_keys(call: Call) -> list[Row]:
    """87."""
    return ssh_keys(call.database).where(_user_id=call.user["id"])


@routes.get("/user/ssh_keys/{key}")
def get_key(call: Call) -> Row:
    """88."""
    return find_by_id(list_keys(call), call.args["key"])
