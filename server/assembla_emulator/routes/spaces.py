"""Spaces: endpoints 1 to 6. Lists write times in UTC, single reads with the account's offset, as recorded."""

from datetime import timedelta, timezone

from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import KINDS, REPOSITORIES
from assembla_emulator.responses import Created, Paged, Refused, in_zone, invalid, not_found
from assembla_emulator.routing import Call, Routes

ACCOUNT_ZONE = timezone(timedelta(hours=3))

GROUPS = {"rule-2": None, "rule-10": 1, "rule-11": 2, "rule-12": 0, "rule-13": 3, "rule-14": 4}
"""Predefined values of `filter[spacegroup]` and the status they stand for; None is any."""

WRITABLE = (
    *("name", "description", "wiki_name", "public_permissions", "team_permissions", "watcher_permissions"),
    *("share_permissions", "team_tab_role", "default_showpage", "tabs_order", "banner", "banner_height"),
    *("banner_text", "banner_link", "style", "status", "approved", "can_join"),
)

routes = Routes()


@routes.get("/spaces")
def list_spaces(call: Call) -> list[Row] | Paged:
    """1 and 2. The own list is whole whatever paging is asked for; the portfolio's is paged."""
    if "portfolio" in call.query:
        return Paged(_of_group(_of_portfolio(call), call.query.get("filter[spacegroup]", "rule-2")), per_page=25)
    spaces = call.database.spaces_of(call.viewer)
    names = [name for name in call.query.get("with_tools", "").split(",") if name]
    return [space for space in spaces if all(_has_tool(call, space, name) for name in names)]


def _of_portfolio(call: Call) -> list[Row]:
    spaces = call.database.portfolio_spaces(call.viewer)
    if spaces is None or call.query["portfolio"] != call.database.portfolio:
        raise Refused(not_found())
    return spaces


def _of_group(spaces: list[Row], group: str) -> list[Row]:
    if group not in GROUPS:
        raise Refused(not_found())
    return [space for space in spaces if GROUPS[group] in (None, space["status"])]


def _has_tool(call: Call, space: Row, name: str) -> bool:
    kind = KINDS.get(name)
    return kind is not None and bool(call.database.space_tools.where(space_id=space["id"], tool_id=kind.tool_id))


@routes.get("/spaces/{space}")
def get_space(call: Call) -> Row:
    """3."""
    return in_zone(call.space, ACCOUNT_ZONE)


@routes.post("/spaces")
def create_space(call: Call) -> Created:
    """4. The maker becomes its owner."""
    maker, fields = call.user, _written(call)
    if not fields.get("name"):
        raise Refused(invalid(name=["can't be blank"]))
    times = dict.fromkeys(("created_at", "updated_at", "commercial_from"), call.now)
    space = call.database.add_space(role=None, **(fields | times))
    call.database.add_role(space["id"], maker["id"], "owner", invited_time=call.now, agreed_time=call.now)
    return Created(in_zone(space, ACCOUNT_ZONE), f"/spaces.{space['id']}")


@routes.put("/spaces/{space}")
def update_space(call: Call) -> None:
    """5. `wiki_name` stays as it is once there is a repository."""
    space = call.space
    call.require_role(space, "owner")
    fields = _written(call, space["wiki_name"])
    tools = call.database.space_tools.where(space_id=space["id"])
    renamed = fields.get("wiki_name", space["wiki_name"]) != space["wiki_name"]
    if renamed and any(tool["tool_id"] in REPOSITORIES for tool in tools):
        raise Refused(invalid(wiki_name=["can't be changed while a repository is installed"]))
    call.database.spaces.update(space, **fields, updated_at=call.now)


def _written(call: Call, own_name: str | None = None) -> Row:
    """The fields to take over. Tabs are written as an array and kept, and read again, as YAML."""
    fields = call.sent("space", WRITABLE)
    name = str(fields.get("wiki_name"))
    if name != own_name and call.database.find_space(name) is not None:
        raise Refused(invalid(wiki_name=["has already been taken"]))
    if isinstance(fields.get("tabs_order"), list):
        fields["tabs_order"] = "--- \n" + "".join(f"- {tab}\n" for tab in fields["tabs_order"])
    return fields


@routes.delete("/spaces/{space}")
def delete_space(call: Call) -> None:
    """6."""
    space = call.space
    call.require_role(space, "owner")
    call.database.remove_space(space)
