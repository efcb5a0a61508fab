"""The SSH tools: servers that do not exist, commands, and what came out of them."""

from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import GIT, SSH
from assembla_emulator.demo import untrusted_text
from assembla_emulator.demo.sentences import SENTENCES
from assembla_emulator.factories.ssh import (
    DAILY,
    IDLE,
    ON_COMMIT,
    RUNNING,
    add_ssh_action,
    add_ssh_launch,
    add_ssh_server,
    add_ssh_space_key,
)

SPACES = ("harbour-app", "lighthouse")


def add_ssh(database: Database) -> None:
    """Servers, actions, launches and the key of the spaces that use the tool; one that has it has none of them."""
    for wiki_name in SPACES:
        space = database.find_space(wiki_name) or {}
        tool = database.space_tools.first(space_id=space["id"], tool_id=SSH) or {}
        git = database.space_tools.first(space_id=space["id"], tool_id=GIT) or {}
        add_ssh_space_key(database, tool)
        _fill(database, tool, git, wiki_name)


def _fill(database: Database, tool: Row, git: Row, wiki_name: str) -> None:
    live = add_ssh_server(database, tool, "live", f"live.{wiki_name}.example", description="Customers are on it")
    staging = add_ssh_server(database, tool, "staging", f"staging.{wiki_name}.example", remote_port=2222)
    add_ssh_server(database, tool, "old box", "192.0.2.17")
    deploy = add_ssh_action(
        *(database, staging, "Deploy staging", "cd /srv/app && ./deploy.sh --env staging"),
        description="After each commit",
        frequency=ON_COMMIT,
        repo_tool_id=git["id"],
        position=1,
    )
    backup = add_ssh_action(
        database, live, "Nightly backup", "/usr/local/bin/backup --all", frequency=DAILY, position=2
    )
    tail = add_ssh_action(database, live, "Show log", "tail -n 400 /var/log/app.log", username="watch", status=RUNNING)
    add_ssh_action(database, live, "Restart everything", "sudo systemctl restart 'app-*'", username="root", status=IDLE)
    for back in range(28, 0, -1):
        add_ssh_launch(database, backup, f"backup {back}: done\n", at=database.days_ago(back), success=back != 9)
    add_ssh_launch(database, deploy, _long(back=2), at=database.days_ago(2.2), success=True)
    add_ssh_launch(
        database,
        deploy,
        f"{untrusted_text.CONTROL}\n{untrusted_text.EVERYTHING}\n",
        at=database.days_ago(1.4),
        success=False,
    )
    add_ssh_launch(database, tail, _long(back=0)[:900], at=database.days_ago(0.1), success=None)


def _long(back: int) -> str:
    """Forty lines, of which lists show fifteen."""
    return "".join(f"[{number + 1:02}/40] {SENTENCES[(number + back) % len(SENTENCES)]}\n" for number in range(40))
