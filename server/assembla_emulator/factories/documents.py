"""Rows of documents. The bytes are kept beside the row and may be made only when somebody downloads them."""

from collections.abc import Callable
from typing import Any

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table

SITE = "https://www.lumenfjord.example"


def documents(database: Database) -> Table:
    """All documents of all spaces, attachments too."""
    return database.table("documents", "space_id", "ticket_id")


def add_document(
    database: Database,
    space: Row,
    filename: str,
    content: bytes | Callable[[], bytes],
    content_type: str = "application/octet-stream",
    **fields: Any,
) -> Row:
    """Add a file. Where `content` is made on demand, `filesize` must say how long it will be."""
    number = documents(database).next_number()
    document_id = fields.get("id") or database.new_id("document", f"{space['id']}/{number}/{filename}")
    made = fields.get("created_at") or database.days_ago(80)
    author = fields.get("created_by") or database.me
    row: Row = {
        "name": filename,
        "content_type": content_type,
        "created_by": author,
        "id": document_id,
        "version": 1,
        "filename": filename,
        "filesize": len(content) if isinstance(content, bytes) else fields["filesize"],
        "updated_by": author,
        "description": None,
        "cached_tag_list": "",
        "position": 0,
        "url": f"{SITE}/spaces/{space['id']}/documents/{document_id}/download/{document_id}",
        "created_at": made,
        "updated_at": made,
        "ticket_id": None,
        "attachable_type": None,
        "has_thumbnail": False,
        "space_id": space["id"],
        "attachable_id": None,
        "attachable_guid": None,
        "_content": content,
    }
    return documents(database).add(row | fields)


def attach_document(database: Database, space: Row, ticket: Row, filename: str, content: bytes, **fields: Any) -> Row:
    """Add a file that hangs on a ticket, by the ticket's id."""
    attached = {"attachable_type": "Ticket", "attachable_id": ticket["id"], "ticket_id": ticket["id"]}
    return add_document(database, space, filename, content, **(attached | fields))


def content_of(document: Row) -> bytes:
    """The document's bytes."""
    content: bytes | Callable[[], bytes] = document["_content"]
    return content if isinstance(content, bytes) else content()
