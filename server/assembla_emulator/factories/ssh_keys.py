"""Rows of people's own SSH keys: public halves only, of keys that nobody holds."""

import base64
import hashlib
from typing import Any

from assembla_emulator import deterministic
from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table

ED25519 = b"\0\0\0\x0bssh-ed25519\0\0\0\x20"


def ssh_keys(database: Database) -> Table:
    """All keys of everybody; `_user_id` is whose."""
    return database.table("ssh_keys", "_user_id")


def add_ssh_key(database: Database, of: str, title: str, **fields: Any) -> Row:
    """Give the person of that id a key."""
    number = ssh_keys(database).next_number(3_050)
    blob = public_blob(database, "ssh_key", number)
    row: Row = {
        "id": number,
        "title": title,
        "key": f"ssh-ed25519 {base64.b64encode(blob).decode()} {title.lower().replace(' ', '-')}",
        "finger_print": _finger_print(blob),
        "read_only": False,
        "_user_id": of,
    }
    return ssh_keys(database).add(row | fields)


def public_blob(database: Database, *names: object) -> bytes:
    """The wire form of an Ed25519 public key whose 32 bytes are drawn from the seed."""
    return ED25519 + bytes.fromhex(
        deterministic.token(database.seed, *names) + deterministic.token(database.seed, "more", *names)
    )


def _finger_print(blob: bytes) -> str:
    return hashlib.md5(blob, usedforsecurity=False).digest().hex(":")
