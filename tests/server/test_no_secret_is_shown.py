"""Canaries in every secret, trouble of every kind, the log at its loudest: nothing that comes out sings."""

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from assembla_client.auth.api_key import KeyPair
from assembla_client.auth.oauth import Bearer
from assembla_client.auth.tokens import Application, StoredLogin, Tokens
from assembla_emulator.app import Emulator
from assembla_emulator.faults.kinds import Body, Status
from assembla_emulator.faults.plan import Fault, FaultKind
from assembla_emulator.http.authentication import Credentials
from assembla_mcp.cli.program import program
from assembla_mcp.config.settings import load
from program_harness import Served

CANARY = re.compile("canary", re.IGNORECASE)
SECRETS = {
    "ASSEMBLA_API_KEY": "key-canary-1",
    "ASSEMBLA_API_SECRET": "secret-canary-2",
    "ASSEMBLA_CLIENT_ID": "an-application",
    "ASSEMBLA_CLIENT_SECRET": "client-canary-3",
    "ASSEMBLA_ACCESS_TOKEN": "access-canary-4",
    "ASSEMBLA_REFRESH_TOKEN": "refresh-canary-5",
    "ASSEMBLA_HTTP_TOKEN": "caller-canary-6",
}
OAUTH_ONLY = {name: value for name, value in SECRETS.items() if "API_" not in name}
ECHO = " ".join(SECRETS.values()).encode()
TROUBLES: dict[str, FaultKind] = {
    "refused": Status(401, body=ECHO, content_type="text/plain"),
    "forbidden": Status(403, body=b'{"error": "' + ECHO + b'"}', content_type="application/json"),
    "HTML that echoes": Status(500, body=b"<html>" + ECHO + b"</html>"),
    "JSON that is none": Body(b'{"id": "' + ECHO, content_type="application/json"),
    "moved": Status(302, headers={"Location": "https://elsewhere.example/?token=access-canary-4"}),
}
COMMANDS = (
    ("call", "get_user", "--log-level", "debug"),
    ("call", "list_spaces", "--json", "--log-level", "debug"),
    ("status",),
    ("status", "--json"),
    ("doctor",),
    ("doctor", "--json"),
)


@pytest.mark.parametrize("environment", [SECRETS, OAUTH_ONLY], ids=["key pair", "oauth"])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_in_trouble(served: Served, tmp_path: Path, environment: dict[str, str], trouble: str) -> None:
    emulator = Emulator(tickets=0, rate=None)
    emulator.faults.add(Fault(TROUBLES[trouble], times=None))
    with served(emulator) as url:
        for command in COMMANDS:
            shown = outcome(command, {**environment, "ASSEMBLA_API_URL": url, "ASSEMBLA_STATE_DIR": str(tmp_path)})
            assert not CANARY.search(shown), shown


@pytest.mark.parametrize("name", [name for name in SECRETS if name != "ASSEMBLA_CLIENT_ID"])
def test_a_setting_that_is_wrong_is_named_and_not_shown(name: str) -> None:
    shown = outcome(("tools",), {**SECRETS, name: "two words: canary canary"})
    assert name in shown
    assert not CANARY.search(shown)


def test_the_address_of_the_api_may_hold_no_password() -> None:
    shown = outcome(("tools",), {"ASSEMBLA_API_URL": "https://user:canary@api.example"})
    assert "ASSEMBLA_API_URL" in shown
    assert not CANARY.search(shown)


def test_a_login_goes_through_without_a_word_of_what_it_got(served: Served, tmp_path: Path) -> None:
    emulator = Emulator(tickets=0)
    known = emulator.credentials
    pin = emulator.oauth.issue(known.client_id, emulator.database.me)
    with served(emulator) as url:
        shown = outcome(
            ("login", "--flow", "client-credentials", "--log-level", "debug"),
            {
                "ASSEMBLA_API_URL": url,
                "ASSEMBLA_STATE_DIR": str(tmp_path),
                "ASSEMBLA_CLIENT_ID": known.client_id,
                "ASSEMBLA_CLIENT_SECRET": known.client_secret,
            },
        )
    secrets = [known.client_secret, *(str(value) for key, value in pin.items() if key.endswith("_token"))]
    stored = "".join(path.read_text() for path in tmp_path.rglob("*.json"))
    issued = re.findall(r'"access_token": ?"(\w+)"', stored)
    assert issued
    assert not [secret for secret in secrets + issued if secret in shown]


def test_nothing_shows_itself() -> None:
    application = Application("an-application", "client-canary")
    tokens = Tokens("access-canary", "refresh-canary", 900, 0.0)
    things: list[Any] = [
        KeyPair("key-canary", "secret-canary"),
        application,
        tokens,
        StoredLogin(tokens, application),
        Bearer(application, tokens),
        Credentials("wren", "a-key", "secret-canary", "id", "client-canary", "refresh-canary"),
        load(api_key=SecretStr("key-canary"), api_secret=SecretStr("secret-canary")),
    ]
    assert not [thing for thing in things if CANARY.search(repr(thing) + str(thing))]


def outcome(command: tuple[str, ...], environment: dict[str, str]) -> str:
    """All that the program says, on both streams."""
    done = CliRunner().invoke(program, list(command), env={"COLUMNS": "400", **environment}, prog_name="assembla-mcp")
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr
