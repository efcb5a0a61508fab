"""The portfolio: groups of spaces and of users, and invitations."""

from assembla_emulator.database.database import ACCEPTED, Database
from assembla_emulator.factories.portfolio import add_group, add_invitation

SPACE_GROUPS = {
    "Harbour products": "harbour-app harbour-website harbour-website-next",
    "Money": "tidewater-billing payroll-migration",
}
USER_GROUPS = {
    "Mobile developers": "wren tobin juno.s ines bram",
    "Auditors": "guest.auditor@pinegrove.example dell",
    '=HYPERLINK("http://evil.invalid","Contractors")': "kit.l2 hana",
}


def add_portfolio(database: Database) -> None:
    """All groups and invitations. One name would be run by a spreadsheet."""
    for name, spaces in SPACE_GROUPS.items():
        add_group(database, name, "space", [(database.find_space(one) or {})["id"] for one in spaces.split()])
    for name, logins in USER_GROUPS.items():
        add_group(database, name, "user", [database.user(login)["id"] for login in logins.split()])
    add_invitation(database, database.user("hana")["id"], "watcher", title="Photographer")
    add_invitation(database, database.user("emeric")["id"])
    asked = database.days_ago(30)
    add_invitation(database, database.user("tamsin")["id"], status=ACCEPTED, invited_time=asked, agreed_time=asked)
