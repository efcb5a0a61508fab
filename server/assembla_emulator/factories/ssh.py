"""Rows of the SSH tool: servers, actions, their launches, a space's own key, and a count of what was run."""

import base64
from datetime import datetime, timedelta
from typing import Any

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row, Table
from assembla_emulator.factories.ssh_keys import public_blob

IDLE, QUEUED, RUNNING = 0, 1, 2
MANUAL, HOURLY, DAILY, ON_COMMIT = 0, 1, 2, 10


def ssh_servers(database: Database) -> Table:
    """All servers of all SSH tools."""
    return database.table("ssh_servers", "space_tool_id")


def ssh_actions(database: Database) -> Table:
    """All actions of all SSH tools."""
    return database.table("ssh_actions", "space_tool_id")


def ssh_launches(database: Database) -> Table:
    """All launches with their whole outputs, the oldest first; `_space_tool_id` is whose."""
    return database.table("ssh_launches", "_space_tool_id", "action_id")


def ssh_space_keys(database: Database) -> Table:
    """The keys that spaces sign in to their servers with."""
    return database.table("ssh_space_keys", "space_tool_id")


def ssh_runs(database: Database) -> Table:
    """One row for each time that an action was told to run over HTTP. Reading must never add one."""
    return database.table("ssh_runs", "action_id")


def add_ssh_server(database: Database, tool: Row, name: str, remote_host: str, **fields: Any) -> Row:
    """Add a server."""
    row: Row = {
        "id": ssh_servers(database).next_number(640),
        "remote_host": remote_host,
        "remote_port": 22,
        "name": name,
        "description": None,
        "space_tool_id": tool["id"],
    }
    return ssh_servers(database).add(row | fields)


def add_ssh_action(database: Database, server: Row, name: str, command: str, **fields: Any) -> Row:
    """Add a command to run on a server; `name` is of letters, digits, spaces and `_`."""
    row: Row = {
        "id": ssh_actions(database).next_number(1_210),
        "name": name,
        "command": command,
        "description": None,
        "username": "deploy",
        "frequency": MANUAL,
        "repo_tool_id": None,
        "status": IDLE,
        "position": None,
        "space_tool_id": server["space_tool_id"],
        "ssh_tool_server_id": server["id"],
    }
    return ssh_actions(database).add(row | fields)


def add_ssh_launch(database: Database, action: Row, output: str, *, at: datetime, success: bool | None = True) -> Row:
    """Add a launch of an action; `success` None means that it still runs."""
    row: Row = {
        "id": ssh_launches(database).next_number(20_400),
        "success": success,
        "command": action["command"],
        "started_at": at,
        "ended_at": None if success is None else at + timedelta(seconds=12 + len(output) % 50),
        "action_id": action["id"],
        "server_id": action["ssh_tool_server_id"],
        "output": output,
        "_space_tool_id": action["space_tool_id"],
    }
    return ssh_launches(database).add(row)


def run_ssh_action(database: Database, action: Row, *, by: str, at: datetime) -> Row:
    """What the run endpoint does: the action is queued, a launch without output begins, and it is counted."""
    number = ssh_runs(database).next_number()
    ssh_runs(database).add({"id": number, "action_id": action["id"], "user_id": by, "at": at})
    action["status"] = QUEUED
    add_ssh_launch(database, action, "", at=at, success=None)
    return action


def add_ssh_space_key(database: Database, tool: Row) -> Row:
    """Give a space the key that it signs in to its servers with."""
    content = base64.b64encode(public_blob(database, "space key", tool["id"])).decode()
    row: Row = {
        "id": ssh_space_keys(database).next_number(310),
        "public_content": f"ssh-ed25519 {content} space@lumenfjord.example",
        "space_tool_id": tool["id"],
    }
    return ssh_space_keys(database).add(row)
