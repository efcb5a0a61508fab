"""Rows of wiki pages and of their versions; the page holds what its newest version holds."""

from datetime import datetime
from typing import Any

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table

PRIVATE, ACTIVE, ARCHIVED = 0, 1, 2
TEXT, MARKDOWN, TEXTILE, RICH = 0, 1, 2, 3


def wiki_pages(database: Database) -> Table:
    """All pages of all spaces."""
    return database.table("wiki_pages", "space_id")


def wiki_page_versions(database: Database) -> Table:
    """All versions of all pages, the oldest of a page first."""
    return database.table("wiki_page_versions", "wiki_page_id")


def add_wiki_page(database: Database, space: Row, page_name: str, contents: str, **fields: Any) -> Row:
    """Add a page with its first version. `page_name` is unique in the space and at most 50 characters."""
    made = fields.get("created_at") or database.days_ago(120)
    row: Row = {
        "id": database.new_id("wiki_page", f"{space['id']}/{page_name}"),
        "page_name": page_name.replace(" ", "_"),
        "contents": contents,
        "status": ACTIVE,
        "version": 1,
        "position": 1,
        "wiki_format": RICH,
        "change_comment": None,
        "parent_id": None,
        "space_id": space["id"],
        "user_id": database.me,
        "created_at": made,
        "updated_at": made,
    }
    page = wiki_pages(database).add(row | fields)
    _keep(database, page, page["user_id"], made)
    return page


def revise_wiki_page(
    database: Database, page: Row, contents: str, comment: str | None = None, *, by: str | None = None, at: datetime
) -> Row:
    """Give a page new contents, and its history one more version."""
    page.update(contents=contents, version=page["version"] + 1, change_comment=comment, updated_at=at)
    return _keep(database, page, by or page["user_id"], at)


def _keep(database: Database, page: Row, user_id: str, at: datetime) -> Row:
    row: Row = {
        "id": wiki_page_versions(database).next_number(7_200_310),
        "contents": page["contents"],
        "change_comment": page["change_comment"],
        "version": page["version"],
        "wiki_page_id": page["id"],
        "user_id": user_id,
        "created_at": at,
        "updated_at": at,
    }
    return wiki_page_versions(database).add(row)
