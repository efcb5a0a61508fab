"""One's own mentions: endpoints 84 and 85."""

from assembla_emulator.database.tables import Row
from assembla_emulator.factories.mentions import mentions
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routing import Call, Routes

routes = Routes()


def _mine(call: Call) -> list[Row]:
    """Newest first."""
    return sorted(
        mentions(call.database).where(_user_id=call.user["id"]), key=lambda row: row["created_at"], reverse=True
    )


@routes.get("/user/mentions")
def list_mentions(call: Call) -> list[Row]:
    """84. All, or those of one side with `unread=true` or `read=true`."""
    wanted = {
        row_is_read for name, row_is_read in (("read", True), ("unread", False)) if call.query.get(name) == "true"
    }
    return [row for row in _mine(call) if not wanted or row["read"] in wanted]


@routes.get("/user/mentions/{mention}")
def get_mention(call: Call) -> Row:
    """85."""
    return find_by_id(_mine(call), call.args["mention"])
