"""The portfolio: groups of spaces and of users, and invitations."""

from assembla_emulator.rows.portfolio import add_group, add_invitation
from assembla_emulator.world import ACCEPTED, World

SPACE_GROUPS = {
    "Harbour products": "harbour-app harbour-website harbour-website-next",
    "Money": "tidewater-billing payroll-migration",
}
USER_GROUPS = {
    "Mobile developers": "wren tobin juno.s ines bram",
    "Auditors": "guest.auditor@pinegrove.example dell",
    '=HYPERLINK("http://evil.invalid","Contractors")': "kit.l2 hana",
}


def add_portfolio(world: World) -> None:
    """All groups and invitations. One name would be run by a spreadsheet."""
    for name, spaces in SPACE_GROUPS.items():
        add_group(world, name, "space", [(world.find_space(one) or {})["id"] for one in spaces.split()])
    for name, logins in USER_GROUPS.items():
        add_group(world, name, "user", [world.user(login)["id"] for login in logins.split()])
    add_invitation(world, world.user("hana")["id"], "watcher", title="Photographer")
    add_invitation(world, world.user("emeric")["id"])
    asked = world.days_ago(30)
    add_invitation(world, world.user("tamsin")["id"], status=ACCEPTED, invited_time=asked, agreed_time=asked)
