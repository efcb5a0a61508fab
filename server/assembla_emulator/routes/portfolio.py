"""The portfolio as a whole: endpoints 149, 150, 157, 158, 160 and 162. For its managers.

Without `?portfolio=` these are account-wide lists on the wrong host, for which an HTML 500 was recorded.
"""

import csv
import io

from starlette.responses import Response

from assembla_emulator.database.database import ACCEPTED, INVITED
from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import PERFORCE
from assembla_emulator.factories.portfolio import groups, invitations
from assembla_emulator.responses import Refused, internal_error, not_found
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routes.spaces import GROUPS
from assembla_emulator.routes.users import as_seen
from assembla_emulator.routing import Call, Routes

COLUMNS = (
    *("Name", "Username", "Last login", "Role", "P4 access", "Spaces", "Teams"),
    *("User groups", "Join date", "Created date"),
)

routes = Routes()


def spaces_managed(call: Call) -> list[Row]:
    """The spaces of the portfolio that the query names, for one of its managers."""
    if "portfolio" not in call.query:
        raise Refused(internal_error())
    spaces = call.database.portfolio_spaces(call.viewer)
    if spaces is None or call.query["portfolio"] != call.database.portfolio:
        raise Refused(not_found())
    return spaces


@routes.get("/users")
def list_users(call: Call) -> list[Row]:
    """149. Everybody who takes part in the spaces, each once; `filter[...]` narrows spaces and people."""
    spaces = spaces_wanted(call, spaces_managed(call))
    members = {role["user_id"] for space in spaces for role in _accepted(call, space_id=space["id"])}
    members &= people_wanted(call)
    return [as_seen(call, person) for person in call.database.users if person["id"] in members]


def _accepted(call: Call, **equal: object) -> list[Row]:
    return call.database.user_roles.where(status=ACCEPTED, **equal)


def spaces_wanted(call: Call, spaces: list[Row]) -> list[Row]:
    """Those of the spaces that `filter[spacegroup]` keeps: a predefined group's, or an own one's by its id."""
    name = call.query.get("filter[spacegroup]", "rule-2")
    if name in GROUPS:
        return [space for space in spaces if GROUPS[name] in (None, space["status"])]
    items = _own_group(call, "space", name)["items"]
    return [space for space in spaces if space["id"] in items]


def people_wanted(call: Call) -> set[str]:
    """The ids of those that `filter[usergroup]` keeps."""
    name = call.query.get("filter[usergroup]", "rule-1")
    if name == "rule-1":
        return {person["id"] for person in call.database.users}
    return call.database.portfolio_managers if name == "rule-3" else set(_own_group(call, "user", name)["items"])


def _own_group(call: Call, kind: str, given: str) -> Row:
    return find_by_id(groups(call.database).where(type=kind), given)


@routes.get("/users/report")
def report_users(call: Call) -> Response:
    """150. As it was at midnight (UTC); a CSV whose cells are what people typed."""
    spaces_managed(call)
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_line(call, person) for person in call.database.users if _accepted(call, user_id=person["id"]))
    return Response(sheet.getvalue(), media_type="text/csv")


def _line(call: Call, person: Row) -> tuple[object, ...]:
    database, roles = call.database, _accepted(call, user_id=person["id"])
    spaces = [space["name"] for space in database.spaces_of(person["id"])]
    perforce = any(database.space_tools.where(space_id=role["space_id"], tool_id=PERFORCE) for role in roles)
    mine = [group["name"] for group in groups(database).where(type="user") if person["id"] in group["items"]]
    joined = min(role["agreed_time"] or role["invited_time"] for role in roles)
    role = "manager" if person["id"] in database.portfolio_managers else "user"
    last_login = f"{database.days_ago(len(person['login']) % 9):%Y-%m-%d}"
    made = f"{joined:%Y-%m-%d}"
    cells = ("yes" if perforce else "no", "; ".join(spaces), "", "; ".join(mine), made, made)
    return (person["name"], person["login"], last_login, role, *cells)


@routes.get("/invitations")
def list_invitations(call: Call) -> list[Row]:
    """157. Those that were not answered yet."""
    spaces_managed(call)
    return invitations(call.database).where(status=INVITED)


@routes.get("/invitations/{invitation}")
def get_invitation(call: Call) -> Row:
    """158. Answered ones too."""
    spaces_managed(call)
    return find_by_id(invitations(call.database), call.args["invitation"])


@routes.get("/groups")
def list_groups(call: Call) -> list[Row]:
    """160."""
    spaces_managed(call)
    return list(groups(call.database))


@routes.get("/groups/{group}")
def get_group(call: Call) -> Row:
    """162."""
    return find_by_id(list_groups(call), call.args["group"])
