"""One's own SSH keys: endpoints 87 and 88."""

from assembla_emulator.factories.ssh_keys import ssh_keys
from assembla_emulator.lookup import pick
from assembla_emulator.routing import Call, Routes
from assembla_emulator.tables import Row

routes = Routes()


@routes.get("/user/ssh_keys")
def list_keys(call: Call) -> list[Row]:
    """87."""
    return ssh_keys(call.database).where(_user_id=call.user["id"])


@routes.get("/user/ssh_keys/{key}")
def get_key(call: Call) -> Row:
    """88."""
    return pick(list_keys(call), call.args["key"])
