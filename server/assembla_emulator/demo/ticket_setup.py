"""How the spaces have set their Tickets tools up: statuses, custom fields, components, tags and reports.

One space has every type of custom field, one has renamed all its statuses, one still has components; the rest is
as it comes. Fields that the API has grown since 2014 are in the youngest project alone.
"""

from typing import Any, NamedTuple

from assembla_emulator.database.database import Database
from assembla_emulator.database.tool_kinds import TICKETS
from assembla_emulator.factories.tags import ACTIVE, HIDDEN, PROPOSED, add_tag
from assembla_emulator.factories.ticket_setup import (
    CLOSED,
    OPEN,
    add_component,
    add_custom_field,
    add_custom_report,
    add_status,
    statuses_of,
)

STATUSES: dict[str, tuple[tuple[str, int], ...]] = {
    "harbour-app": (
        *(("New", OPEN), ("Accepted", OPEN), ("In progress", OPEN), ("Code review", OPEN), ("Test", OPEN)),
        *(("Blocked", OPEN), ("Fixed", CLOSED), ("Won't fix", CLOSED), ("Invalid", CLOSED)),
    ),
    "tidewater-billing": (
        *(("To do", OPEN), ("Doing", OPEN), ("First review", OPEN), ("Second review", OPEN)),
        *(("Done", CLOSED), ("Dropped", CLOSED)),
    ),
}


class Field(NamedTuple):
    """A custom field: title, type, what is not as in a new one, and what a list lets one choose."""

    title: str
    kind: str
    more: dict[str, Any]
    choices: tuple[str, ...] = ()


SEVERITIES = ("Cosmetic", "Minor", "Major", "Critical")
LEDGERS = ("Harbour dues", "Services", "No: none")
LEDGERS_TEXT = '--- \n- Harbour dues\n- Services\n- "No: none"\n'  # one client was seen to read choices from YAML

FIELDS: dict[str, tuple[Field, ...]] = {
    "harbour-app": (
        Field("Severity", "List", {"required": True, "default_value": "Minor"}, SEVERITIES),
        Field("Platform", "List", {"order": 3}, ("iOS", "Android", "Both")),
        Field("Known since", "Text", {}),
        Field("Reports from skippers", "Numeric", {"default_value": "0"}),
        Field("Reviewer", "Team List", {"order": 1}),
        Field("Build", "Date", {}),
        Field("Legacy id", "Text", {"hide": True}),
    ),
    "tidewater-billing": (
        Field("Ledger", "List", {"list_options": LEDGERS_TEXT}, LEDGERS),
        Field("Customer no.", "Text", {}),
    ),
    "lighthouse": (
        Field("Rows affected", "Numeric", {"example_value": "1500000"}),
        Field("On call", "Team List", {"example_value": None}),
    ),
}

COMPONENTS = {"harbour-website": ("Content", "Design", "Hosting", "Search")}

TAGS: dict[str, dict[int | None, tuple[str, ...]]] = {
    "harbour-app": {
        ACTIVE: (
            *("regression", "crash", "accessibility", "performance", "security", "api", "design", "copy", "store"),
            *("offline", "maps", "tides", "payments", "login", "quick win", "needs-decision", "customer: Pier 9"),
            "i18n",
        ),
        PROPOSED: ("ar-view", "smartwatch", "Überholspur"),
        HIDDEN: ("old-2019", "import"),
        None: ("untriaged", "from mail"),
    },
    "tidewater-billing": {ACTIVE: ("audit", "year-end", "bank"), PROPOSED: ("e-invoice",), HIDDEN: ("2022",)},
    "lighthouse": {ACTIVE: ("feed", "schema", "cost", "on-call", "security"), PROPOSED: ("ml",), HIDDEN: ("spike",)},
    "open-tide-tables": {ACTIVE: ("data", "good first ticket"), None: ("volunteers",)},
    "weekend-robots": {ACTIVE: ("solder",)},
}

COLOURS = ("#1f77b4", "#d62728", None)


def add_ticket_setup(database: Database) -> None:
    """Set all tools up; those of other spaces stay as new ones are."""
    for name in STATUSES.keys() | FIELDS.keys() | COMPONENTS.keys() | TAGS.keys():
        assert database.find_space(name) is not None, name
    for project in database.spaces:
        _set_up(database, str(project["wiki_name"]), project["id"])
    for tool in database.space_tools.where(tool_id=TICKETS):
        statuses_of(database, tool["space_id"])  # those of a new tool are made now: no id depends on who looks first
    _reports(database)


def _set_up(database: Database, name: str, space_id: str) -> None:
    for status, state in STATUSES.get(name, ()):
        add_status(database, space_id, status, state)
    for order, field in enumerate(FIELDS.get(name, ())):
        options = {"list_options": list(field.choices), "_choices": field.choices} if field.choices else {}
        touched = database.days_ago(100 + order)
        add_custom_field(database, space_id, field.title, field.kind, **(options | field.more), updated_at=touched)
    for component in COMPONENTS.get(name, ()):
        add_component(database, space_id, component)
    for tag_state, tags in TAGS.get(name, {}).items():
        for number, tag in enumerate(tags):
            newer = {"color": COLOURS[number % len(COLOURS)]} if name == "lighthouse" else {}
            add_tag(database, space_id, tag, tag_state, **newer)


def _reports(database: Database) -> None:
    app, lighthouse = (database.find_space(name) or {} for name in ("harbour-app", "lighthouse"))
    add_custom_report(database, app["id"], "Blocked", status="Blocked")
    add_custom_report(database, app["id"], "Open, urgent, nobody's", state=OPEN, priority=1, assigned_to_id=None)
    add_custom_report(
        database, app["id"], "My work under test", owner=database.me, status="Test", assigned_to_id=database.me
    )
    odalys = database.user("odalys")["id"]
    add_custom_report(database, app["id"], "Mine", owner=odalys, state=OPEN, assigned_to_id=odalys)
    add_custom_report(database, lighthouse["id"], "Highest", state=OPEN, priority=1)
