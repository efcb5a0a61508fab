"""People and their roles: endpoints 75 to 80. What may not be seen is absent, not null."""

from starlette.responses import Response

from assembla_emulator.database.database import REMOVED
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.pictures import png_of
from assembla_emulator.responses import Refused, not_found
from assembla_emulator.routing import Call, Routes

PRIVATE = frozenset({"email", "organization", "phone", "im", "im2"})

routes = Routes()


def as_seen(call: Call, person: Row) -> Row:
    """The person with what the viewer may see of them."""
    if call.database.may_see_private(call.viewer, person):
        return person
    return {key: value for key, value in person.items() if key not in PRIVATE}


def _named(call: Call) -> Row:
    person = call.database.find_user(call.args["user"])
    if person is None:
        raise Refused(not_found())
    return person


@routes.get("/user")
def get_me(call: Call) -> Row:
    """75. Forbidden to an application without a user."""
    return as_seen(call, call.user)


@routes.get("/users/{user}")
def get_user(call: Call) -> Row:
    """76."""
    return as_seen(call, _named(call))


@routes.get("/users/{user}/picture")
def get_picture(call: Call) -> Response:
    """77."""
    return Response(png_of(_named(call)["id"]), media_type="image/png")


@routes.get("/spaces/{space}/users")
def list_users(call: Call) -> list[Row]:
    """78. Those invited are in it, those removed are not."""
    roles = [role for role in call.database.user_roles.where(space_id=call.space["id"]) if role["status"] != REMOVED]
    people = (call.database.users.get(role["user_id"]) for role in roles)
    return [as_seen(call, person) for person in people if person is not None]


@routes.get("/spaces/{space}/user_roles")
def list_roles(call: Call) -> list[Row]:
    """79. Those removed stay in it."""
    return call.database.user_roles.where(space_id=call.space["id"])


@routes.get("/spaces/{space}/user_roles/{role}")
def get_role(call: Call) -> Row:
    """80."""
    for role in list_roles(call):
        if str(role["id"]) == call.args["role"]:
            return role
    raise Refused(not_found())
