"""One Assembla's data: tables of rows, ways to add to them, and who may see what.

What the rows of the demo say is decided in `demo/`, how they are sent in `routes/`.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from typing import Any

from assembla_emulator import deterministic
from assembla_emulator.database import tool_kinds
from assembla_emulator.database.tables import Row, Table

PORTFOLIO_ID = "cJiq3KDNyr4PMj5bfBjDYC"  # the portfolio that the documented Space belongs to
ACCEPTED, INVITED, REMOVED = 2, 1, 3


class Database:
    """All that this Assembla knows. Ids depend on `seed` alone, times on the day that `now` is on (UTC).

    Each table begins as a copy of that of `origin`, a database that nobody changes; empty where there is none.
    """

    def __init__(
        self, seed: int = 1, *, now: datetime | None = None, tickets: int = 1200, origin: "Database | None" = None
    ) -> None:
        self.seed = seed
        self.today = (now or datetime.now(UTC)).replace(hour=0, minute=0, second=0, microsecond=0)
        self.tickets = tickets
        self.portfolio = "lumenfjord"
        self.portfolio_managers: set[str] = set() if origin is None else set(origin.portfolio_managers)
        self.me: str = "" if origin is None else origin.me
        self._origin = origin
        self._tables: dict[str, Table] = {}
        self._counters: dict[str, count[int]] = {}
        self.users = self.table("users", "login")
        self.spaces = self.table("spaces", "wiki_name", "parent_id", "_prefix")
        self.user_roles = self.table("user_roles", "space_id", "user_id")
        self.space_tools = self.table("space_tools", "space_id")

    def table(self, name: str, *indexed: str) -> Table:
        """The table of that name, made when it is first looked at, with indexes on these columns."""
        if name not in self._tables:
            table = Table(indexed) if self._origin is None else self._origin.table(name, *indexed).copy()
            self._tables.setdefault(name, table)
        return self._tables[name]

    def new_id(self, kind: str, key: object) -> str:
        """The 22-character id of the thing of `kind` that `key` names."""
        return deterministic.identifier(self.seed, kind, key)

    def next_count(self, of: str) -> int:
        """1, 2, 3 and so on, for each thing to count. Ids of rows are counted by their tables."""
        return next(self._counters.setdefault(of, count(1)))

    def days_ago(self, days: float) -> datetime:
        """An instant so many days before the day the database was made on."""
        return (self.today - timedelta(days=days)).replace(microsecond=0)

    def add_user(self, login: str, name: str, **fields: Any) -> Row:
        """Add a person, private fields and all; `routes/users.py` leaves those out where due."""
        row: Row = {
            "id": self.new_id("user", login),
            "login": login,
            "name": name,
            "picture": f"https://api.assembla.com/v1/users/{login}/picture",
            "email": login if "@" in login else f"{login}@lumenfjord.example",
            "organization": None,
            "phone": None,
            "im": {"type": None, "id": None},
            "im2": {"type": None, "id": None},
        }
        return self.users.add(row | fields)

    def add_space(
        self, name: str = "api-test", *, role: str | None = "owner", tools: Iterable[str] = (), **fields: Any
    ) -> Row:
        """Add a space of the portfolio, as the API makes them, with `tools` (names of `tool_kinds.KINDS`).

        The signed-in user takes part in it as `role`, not at all where that is None. `fields` are API fields.
        """
        number = self.spaces.next_number()
        made = self.days_ago(400 - number % 300)
        space_id = fields.get("id") or self.new_id("space", fields.get("wiki_name") or f"{name}/{number}")
        row: Row = {
            "id": space_id,
            "name": name,
            "description": None,
            "wiki_name": space_id,
            "public_permissions": 0,
            "team_permissions": 2,
            "watcher_permissions": 1,
            "share_permissions": True,
            "team_tab_role": 0,
            "created_at": made,
            "updated_at": made,
            "default_showpage": "Wiki",
            "tabs_order": None,
            "parent_id": PORTFOLIO_ID,
            "restricted": False,
            "restricted_date": None,
            "commercial_from": made,
            "banner": None,
            "banner_height": None,
            "banner_text": None,
            "banner_link": None,
            "style": None,
            "status": 1,
            "approved": False,
            "is_manager": False,
            "is_volunteer": False,
            "is_commercial": True,
            "can_join": False,
            "can_apply": True,
            "last_payer_changed_at": None,
            "_prefix": self._free_prefix(name),
        }
        space = self.spaces.add(row | fields)
        if role is not None:
            self.add_role(space_id, self.me, role)
        for tool in tools:
            self.add_tool(space_id, tool)
        return space

    def add_role(self, space_id: str, user_id: str, role: str = "member", **fields: Any) -> Row:
        """Make a person take part in a space, accepted unless `status` says otherwise."""
        number = self.user_roles.next_number(310_407)
        asked = fields.get("invited_time") or self.days_ago(380 - number % 200)
        row: Row = {
            "id": number,
            "user_id": user_id,
            "space_id": space_id,
            "role": role,
            "status": ACCEPTED,
            "invited_time": asked,
            "agreed_time": asked + timedelta(hours=3),
            "title": None,
            "invited_by_id": self.me,
        }
        return self.user_roles.add(row | fields)

    def add_tool(self, space_id: str, kind: str, **fields: Any) -> Row:
        """Install a tool; a second one of a kind gets the next number and a name such as `git-2`."""
        tool_id, type_name, menu_name, name = tool_kinds.KINDS[kind]
        number = 1 + len(self.space_tools.where(space_id=space_id, tool_id=tool_id))
        suffix = "" if number == 1 else f"-{number}"
        row_id = self.new_id("space_tool", f"{space_id}/{kind}{suffix}")
        space = self._must(self.spaces, space_id)
        row: Row = {
            "id": row_id,
            "space_id": space_id,
            "active": True,
            "url": f"git@git.lumenfjord.example:{space['wiki_name']}{suffix}.git" if kind == "git" else None,
            "number": number,
            "tool_id": tool_id,
            "type": type_name,
            "created_at": space["created_at"],
            "team_permissions": None,
            "watcher_permissions": None,
            "public_permissions": None,
            "parent_id": None,
            "menu_name": menu_name if number == 1 else f"{menu_name} {number}",
            "name": row_id if name is None else f"{name}{suffix}",
        }
        return self.space_tools.add(row | fields)

    def find_space(self, name: str) -> Row | None:
        """A space by its id or its wiki_name."""
        return self.spaces.get(name) or self.spaces.first(wiki_name=name)

    def find_user(self, name: str) -> Row | None:
        """A person by id or login."""
        return self.users.get(name) or self.users.first(login=name)

    def user(self, name: str) -> Row:
        """The person of that id or login, who must exist."""
        person = self.find_user(name)
        if person is None:
            raise KeyError(name)
        return person

    def _free_prefix(self, name: str) -> str:
        """The first part of a space's ticket names, made from its name, with a digit where that is taken."""
        words = ["".join(filter(str.isalnum, word)) for word in name.encode("ascii", "ignore").decode().upper().split()]
        initials = "".join(word[:1] for word in words)
        stem = initials[:4] if len(initials) > 1 else f"{''.join(words)}SP"[:2]
        # Each number is tried once, however many spaces there are.
        numbers = (self.next_count(f"prefix {stem}") for _ in count())
        candidates = chain([stem], (f"{stem}{number}" for number in numbers))
        return next(prefix for prefix in candidates if self.spaces.first(_prefix=prefix) is None)

    def remove_space(self, space: Row) -> None:
        """Delete a space, with its roles and tools."""
        for table in (self.user_roles, self.space_tools):
            for row in table.where(space_id=space["id"]):
                table.remove(row)
        self.spaces.remove(space)

    def role_of(self, user_id: str | None, space: Row) -> str | None:
        """What the person is in the space: `owner`, `member`, `watcher`, or None for no part in it."""
        row = self.user_roles.first(user_id=user_id, space_id=space["id"], status=ACCEPTED)
        return None if row is None else str(row["role"])

    def spaces_of(self, user_id: str | None) -> list[Row]:
        """The spaces a person takes part in; for nobody (client credentials) the public ones."""
        if user_id is None:
            return [space for space in self.spaces if space["public_permissions"] > 0]
        ids = [row["space_id"] for row in self.user_roles.where(user_id=user_id, status=ACCEPTED)]
        return [self._must(self.spaces, space_id) for space_id in ids]

    def portfolio_spaces(self, user_id: str | None) -> list[Row] | None:
        """All spaces of the portfolio, for its managers; None for anybody else."""
        return self.spaces.where(parent_id=PORTFOLIO_ID) if user_id in self.portfolio_managers else None

    def may_see(self, user_id: str | None, space: Row) -> bool:
        """Whether a person may look in: at public spaces, one's own, and those of a portfolio one manages."""
        managed = space["parent_id"] == PORTFOLIO_ID and user_id in self.portfolio_managers
        return space["public_permissions"] > 0 or managed or self.role_of(user_id, space) is not None

    def may_see_private(self, user_id: str | None, person: Row) -> bool:
        """Whether e-mail and the like are shown: to oneself, and to owners of a space the person is in."""
        if user_id is None or user_id == person["id"]:
            return user_id is not None
        owned = {row["space_id"] for row in self.user_roles.where(user_id=user_id, status=ACCEPTED, role="owner")}
        return any(row["space_id"] in owned for row in self.user_roles.where(user_id=person["id"]))

    @staticmethod
    def _must(table: Table, row_id: str) -> Row:
        row = table.get(row_id)
        if row is None:
            raise KeyError(row_id)
        return row
