"""The activity stream: endpoint 92. What is older than 60 days is gone, whatever is asked for."""

from datetime import timedelta

from assembla_emulator.database.tables import Row
from assembla_emulator.factories.events import events
from assembla_emulator.responses import Paged
from assembla_emulator.routes.queries.dates import minute_of
from assembla_emulator.routing import Call, Routes

KEPT = timedelta(days=60)

routes = Routes()


@routes.get("/activity")
def list_events(call: Call) -> Paged:
    """92. Newest first, of one's own spaces; `space_id` takes an id and no wiki_name."""
    spaces = {space["id"] for space in call.database.spaces_of(call.user["id"])}
    if "space_id" in call.query:
        spaces &= {call.query["space_id"]}
    since = max(minute_of(call.query["from"]) if "from" in call.query else call.now - KEPT, call.now - KEPT)
    until = minute_of(call.query["to"]) if "to" in call.query else call.now
    rows = [row for space in spaces for row in events(call.database).where(space_id=space)]
    recent = [row for row in rows if since <= row["date"] <= until]
    recent.sort(key=lambda row: (row["date"], row["id"]), reverse=True)
    return Paged([_sent(row) for row in recent], per_page=50)


def _sent(row: Row) -> Row:
    """Events have no id of their own, and write UTC as an offset."""
    return {name: value for name, value in row.items() if name != "id"} | {"date": row["date"].isoformat()}
