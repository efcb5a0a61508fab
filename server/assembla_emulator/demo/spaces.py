"""The spaces of the demo, in every status, with the people who work in them and their tools.

One of them is the Space that the reference documents, field for field. One is hidden from the signed-in user,
one is seen through the portfolio alone, one lies outside of it, one is public, one has no Tickets tool.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assembla_emulator import deterministic
from assembla_emulator.database.database import INVITED, REMOVED, Database
from assembla_emulator.database.tables import Row
from assembla_emulator.demo.people import ME

WHOLE = ["tickets", "milestones", "wiki", "files", "git", "time", "standup", "webhooks", "ssh", "messages"]
SMALL = ["tickets", "milestones", "wiki", "files", "git"]
SITE_TABS = "--- \n- stream\n- wiki\n- tickets\n- milestones\n- files\n- team\n- admin\n"


@dataclass(frozen=True)
class DemoSpace:
    """A space: its people by role, its tools, its age, and the fields that are not as in a new space."""

    name: str
    wiki_name: str
    owners: str
    members: str = ""
    watchers: str = ""
    tools: list[str] = field(default_factory=lambda: SMALL)
    age_days: int = 200
    fields: dict[str, Any] = field(default_factory=dict)


SPACES = [
    DemoSpace(
        "Harbour Mobile App",
        "harbour-app",
        f"{ME} odalys",
        "tobin juno.s ines bram maren lucan sable kit kit.l2 noor q.a.robot",
        "ottoline guest.auditor@pinegrove.example",
        [*WHOLE, "git"],
        610,
        {
            "description": "Berths, tides and harbour dues on the phone: the skippers' app.",
            "tabs_order": SITE_TABS,
            "banner_text": "Release 2.1 is near: fixes only",
            "style": "",
            "default_showpage": "Tickets",
            "is_manager": True,
        },
    ),
    DemoSpace(
        "Tidewater Billing",
        "tidewater-billing",
        "perrin",
        f"{ME} zephyra anselm fenna caspian",
        "dell",
        [*SMALL, "subversion", "time", "support"],
        480,
        {
            "description": "Invoices, dunning and the ledger export. Two reviews for each change.",
            "tabs_order": SITE_TABS,
            "banner_text": "",
            "style": "",
            "team_permissions": 2,
            "default_showpage": "Milestones",
        },
    ),
    DemoSpace(
        "Lighthouse Data Platform",
        "lighthouse",
        f"zephyra {ME}",
        "anselm mirelle ragnar ysolde noor tamsin",
        "perrin",
        [*WHOLE, "p4"],
        350,
        {
            "description": "Collects weather, traffic and sensor feeds and serves them to all other teams.",
            "team_permissions": 3,
            "watcher_permissions": 1,
        },
    ),
    DemoSpace(
        "Brand Handbook",
        "brand-handbook",
        "ottoline",
        f"fenna emeric {ME}",
        "hana odalys",
        ["wiki", "files", "messages"],
        290,
        {
            "description": "Logo, colours, tone of voice. Pages and files only: there are no tickets here.",
            "tabs_order": "--- \n- stream\n- wiki\n- messages\n- files\n- team\n- admin\n",
            "banner_text": "",
            "style": "",
        },
    ),
    DemoSpace(
        "Open Tide Tables",
        "open-tide-tables",
        "tamsin",
        "ysolde",
        f"{ME}",
        SMALL,
        420,
        {
            "description": "Tide predictions for 412 ports, free for anybody to use.",
            "public_permissions": 1,
            "can_join": True,
            "is_commercial": False,
            "is_volunteer": True,
            "commercial_from": None,
        },
    ),
    DemoSpace(
        "Harbour Website",
        "harbour-website",
        f"{ME}",
        "ines emeric hana",
        "",
        SMALL,
        900,
        {
            "description": "The site of 2019, replaced. Kept to look things up.",
            "status": 2,
            "restricted": True,
        },
    ),
    DemoSpace(
        "Harbour Website",
        "harbour-website-next",
        f"odalys {ME}",
        "ines emeric",
        "",
        ["tickets", "wiki"],
        9,
        {"description": "Proposal: the new site on the design system.", "status": 0},
    ),
    DemoSpace(
        "Project Template",
        "project-template",
        f"{ME}",
        "",
        "",
        WHOLE,
        1000,
        {
            "description": "Start a project from this one: milestones, statuses and wiki pages are set up.",
            "status": 3,
        },
    ),
    DemoSpace(
        "Payroll Migration",
        "payroll-migration",
        "perrin",
        "dell caspian",
        "",
        SMALL,
        60,
        {"description": "Confidential until autumn.", "restricted": False},
    ),
    DemoSpace(
        "Weekend Robots",
        "weekend-robots",
        f"{ME}",
        "kit",
        "",
        ["tickets", "wiki", "git"],
        130,
        {"description": None, "parent_id": None, "is_commercial": False, "commercial_from": None},
    ),
    DemoSpace(
        "Blackpine Instruments",
        "blackpine-instruments",
        "stranger",
        "",
        "",
        SMALL,
        75,
        {"description": "Another company's.", "parent_id": "aBlackpine-PortfolioId"},
    ),
]

DOCUMENTED_SPACE: Row = {
    "id": "d6_muWDNyr4PMj5bfBjDYC",
    "name": "Space Name",
    "description": "",
    "wiki_name": "space_name",
    "public_permissions": 0,
    "team_permissions": 2,
    "watcher_permissions": 1,
    "share_permissions": True,
    "team_tab_role": 0,
    "created_at": "2013-02-14T02:20:16-05:00",
    "updated_at": "2013-03-03T23:27:07-05:00",
    "default_showpage": "0",
    "tabs_order": None,
    "parent_id": "cJiq3KDNyr4PMj5bfBjDYC",
    "restricted": False,
    "restricted_date": None,
    "commercial_from": "2013-02-14T02:20:16-05:00",
    "banner": None,
    "banner_height": None,
    "banner_text": None,
    "banner_link": None,
    "style": None,
    "status": 4,
    "approved": False,
    "is_manager": True,
    "is_volunteer": False,
    "is_commercial": True,
    "can_join": False,
    "can_apply": True,
    "last_payer_changed_at": None,
}

TITLES = ["Developer", "Designer", "Tester", "Product owner", "Release engineer", None]


def add_spaces(database: Database) -> None:
    """All spaces with their people and tools."""
    for demo_space in SPACES:
        _add(database, demo_space)
    shared = database.add_space(**DOCUMENTED_SPACE, role="member", tools=["tickets", "milestones", "wiki"])
    _people(database, shared, "owner", "bram", database.days_ago(4000.6))
    _add_removed_and_invited(database)


def _add(database: Database, demo_space: DemoSpace) -> None:
    began = database.days_ago(demo_space.age_days - 0.4)
    last = database.days_ago(
        demo_space.age_days * deterministic.fraction(database.seed, "touched", demo_space.wiki_name) / 4
    )
    times = {"created_at": began, "updated_at": last, "commercial_from": began}
    if demo_space.fields.get("restricted"):
        times["restricted_date"] = last
    fields = times | {"wiki_name": demo_space.wiki_name} | demo_space.fields
    space = database.add_space(demo_space.name, role=None, tools=demo_space.tools, **fields)
    _people(database, space, "owner", demo_space.owners, began)
    _people(database, space, "member", demo_space.members, began)
    _people(database, space, "watcher", demo_space.watchers, began)


def _people(database: Database, space: Row, role: str, logins: str, asked: datetime) -> None:
    for login in logins.split():
        title = TITLES[deterministic.below(len(TITLES), database.seed, "title", login)]
        database.add_role(space["id"], database.user(login)["id"], role, title=title, invited_time=asked)


def _add_removed_and_invited(database: Database) -> None:
    """One who was removed, one who has not answered yet."""
    app = database.find_space("harbour-app") or {}
    database.add_role(app["id"], database.user("ragnar")["id"], status=REMOVED, title="Intern")
    asked = database.days_ago(2.3)
    database.add_role(
        app["id"], database.user("hana")["id"], "watcher", status=INVITED, invited_time=asked, agreed_time=None
    )
