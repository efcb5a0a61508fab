"""Objects with the keys that were seen in answers of 2018 and later; `Emulator(newer_keys=True)` sends them so.

Without it objects have the keys of the recorded answers, which are older.
"""

from collections.abc import Callable

import yaml

from assembla_emulator.database.database import PORTFOLIO_ID, Database
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.milestones import milestones
from assembla_emulator.factories.ticket_comments import changes_text
from assembla_emulator.factories.ticket_setup import custom_fields, tickets_tool
from assembla_emulator.factories.tickets import tickets

SITE = "https://www.assembla.com"
API = "https://api.assembla.com/v1"
PRIORITIES = {1: "Highest (1)", 2: "High (2)", 3: "Normal (3)", 4: "Low (4)", 5: "Lowest (5)"}
HOURS = frozenset({"working_hours", "total_invested_hours", "estimate"})


def with_newer_keys(database: Database, row: object, *, alone: bool) -> object:
    """A row in its newer form. `alone` where the answer is this one and no list."""
    for key, form in FORMS.items():
        if isinstance(row, dict) and key in row:
            return form(database, row, alone)
    return row


def _ticket(database: Database, ticket: Row, alone: bool) -> Row:
    space = _space_of(database, ticket)
    person = database.users.get(ticket["assigned_to_id"]) if ticket["assigned_to_id"] else None
    titles = [field["title"] for field in _custom_fields(database, space)]
    newer = {
        "number_with_prefix": f"{space['_prefix']}-{ticket['number']}",
        "worked_hours": ticket["total_invested_hours"],
        "due_date": ticket.get("due_date"),
        "component_id": None,
        "importance": float(ticket["number"]),
        "custom_fields": dict.fromkeys(titles, "") | ticket["custom_fields"],
    }
    assigned = {} if person is None else {"assigned_to_name": person["name"], "picture_url": _picture(person)}
    return ticket | newer | assigned | ({"space_name": space["name"]} if alone else {})


def _comment(database: Database, comment: Row, alone: bool) -> Row:
    """Rows that only tell of changes have no text: null in every second one, empty in the others."""
    author = database.users.get(comment["user_id"])
    named = {} if author is None else {"user_name": author["name"], "user_avatar_url": _picture(author)}
    text = comment["comment"] or (None if comment["id"] % 2 else "")
    return comment | named | {"comment": text, "ticket_changes": _in_words(database, comment)}


def _in_words(database: Database, comment: Row) -> str:
    """The changes with names in place of ids."""
    changes = yaml.safe_load(comment["ticket_changes"]) or []
    return changes_text([(name, _word(database, name, old), _word(database, name, new)) for name, old, new in changes])


def _word(database: Database, name: str, value: object) -> object:
    if value is None:
        return None
    if name == "priority":
        return PRIORITIES.get(int(str(value)), value)
    if name in HOURS:
        return str(value)
    row: Row | None = None
    if name == "assigned_to_id":
        row = database.users.get(str(value))
    elif name == "milestone_id":
        row = milestones(database).get(int(str(value)))
    return value if row is None else row.get("login", row.get("title"))


def _document(database: Database, document: Row, alone: bool) -> Row:
    space = _space_of(database, document)
    return document | {"url": f"{API}/spaces/{space['wiki_name']}/documents/{document['id']}/download"}


def _task(database: Database, task: Row, alone: bool) -> Row:
    ticket = tickets(database).get(task["ticket_id"]) if task["ticket_id"] else None
    path = None if ticket is None else f"/spaces/{_space_of(database, ticket)['wiki_name']}/tickets/{ticket['number']}"
    return {key: value for key, value in task.items() if key not in ("billed", "job_agreement_id")} | {"url": path}


def _space(database: Database, space: Row, alone: bool) -> Row:
    owned = {"portfolio": database.portfolio} if space["parent_id"] == PORTFOLIO_ID else {}
    return space | {"prefix": space["_prefix"]} | owned


def _user(database: Database, user: Row, alone: bool) -> Row:
    texts = {key: user[key] or "" for key in ("organization", "phone") if key in user}
    return user | texts | {"picture": _picture(user)}


FORMS: dict[str, Callable[[Database, Row, bool], Row]] = {
    "hierarchy_type": _ticket,
    "ticket_changes": _comment,
    "cached_tag_list": _document,
    "job_agreement_id": _task,
    "wiki_name": _space,
    "picture": _user,
}
"""The newer form of each kind of object, by a key that no other kind has."""


def _picture(person: Row) -> str:
    return f"{SITE}/v1/users/{person['id']}/picture"


def _space_of(database: Database, row: Row) -> Row:
    return database.find_space(row["space_id"]) or {}


def _custom_fields(database: Database, space: Row) -> list[Row]:
    return custom_fields(database).where(space_tool_id=tickets_tool(database, space["id"])["id"])
