"""`doctor`: is everything in place for a call to be answered, and if not, what to do about it.

A check that cannot be made because an earlier one failed is left out rather than guessed.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import anyio
import click

from assembla_client.auth.deadline import run_within
from assembla_client.auth.no_credential import NoCredential
from assembla_client.errors import (
    LONGEST_WAIT_TOLD_S,
    AssemblaError,
    Forbidden,
    StoreUnavailable,
    TokenRefused,
    Unauthorized,
    what_happened,
)
from assembla_client.resources.users import ME
from assembla_client.transport.http_client import network_settings
from assembla_client.transport.rate_limit import parse_rate
from assembla_client.transport.request import Reply, Request
from assembla_client.transport.retry import read_date, retry_after
from assembla_mcp import exit_status, logs
from assembla_mcp.config.loading import selection_from
from assembla_mcp.config.settings import REGISTRATION_PAGE, Settings, SettingsError, load, unknown_variables
from assembla_mcp.doctor.check import Check
from assembla_mcp.sessions.commands import CommandSession, command_session
from assembla_mcp.sessions.credentials import (
    DEMO_CHOICE,
    LOCKED,
    REPLACE_TOKENS,
    SIGN_IN,
    STORE_WAIT_S,
    Choice,
    choose_within,
    slot_of,
    verified_store,
)
from assembla_mcp.terminal import one_line

MAX_CLOCK_DRIFT_S = 60
# What Assembla allows, by its own account.
API_RATE_LIMIT = {1.0: 20, 60.0: 240}
UNLOCK = "Unlock the keyring, or set ASSEMBLA_TOKEN_STORE=file to keep tokens in an owner-only file."


def doctor(
    as_json: bool,
    *,
    schema: bool = False,
    demo: bool = False,
    clock: Callable[[], float] = time.time,
    store_wait_s: float = STORE_WAIT_S,
    **flags: Any,
) -> int:
    """Make every check and print them. Returns the exit status: 1 if any failed.

    With `schema` the live objects are compared with our models too, where a credential lets us see any. With `demo` the
    API is an emulator, and no token store is looked at.
    """
    checks = _checks(clock, schema, demo, store_wait_s, flags)
    ok = all(check.ok for check in checks)
    if as_json:
        click.echo(json.dumps({"ok": ok, "checks": [asdict(check) for check in checks]}, indent=2))
    else:
        _print(checks)
    return exit_status.DONE if ok else exit_status.FAILED


def _checks(
    clock: Callable[[], float], schema: bool, demo: bool, store_wait_s: float, flags: dict[str, Any]
) -> list[Check]:
    try:
        settings = load(**{name: value for name, value in flags.items() if value})
    except SettingsError as error:
        logs.configure("warning")
        return [Check("settings", False, str(error), "Correct these variables where the server is configured.")]
    logs.configure(settings.log_level, settings.secrets())
    if demo:
        return [_settings(settings), *anyio.run(_network_checks, settings, DEMO_CHOICE, clock, schema, True)]
    found = [_settings(settings), _token_store(settings, store_wait_s)]
    try:
        choice: Choice | AssemblaError = choose_within(settings, store_wait_s)
    except AssemblaError as error:
        choice = error
    return [*found, *anyio.run(_network_checks, settings, choice, clock, schema)]


def _settings(settings: Settings) -> Check:
    try:
        selection_from(settings)
    except click.UsageError as error:
        return Check("settings", False, error.message, "`assembla-mcp tools --toolsets all` lists what there is.")
    not_ours = unknown_variables(os.environ)
    detail = f"readable; not ours and ignored: {', '.join(not_ours)}" if not_ours else "readable"
    return Check("settings", True, detail)


def _token_store(settings: Settings, wait_s: float) -> Check:
    try:
        return run_within(wait_s, partial(_store_works, settings))
    except TimeoutError:
        return Check("token store", False, LOCKED, UNLOCK)


def _store_works(settings: Settings) -> Check:
    """Whether tokens can be kept, and the profile's own login be read."""
    name = "token store"
    try:
        store = verified_store(settings)
        store.load(slot_of(settings))
    except StoreUnavailable as error:
        return Check(name, False, error.message, _store_remedy(settings))
    if store.name == "memory":
        return Check(name, True, "memory: tokens are forgotten when the process ends")
    where = f"file, in {settings.state_folder()}" if store.name == "file" else store.name
    return Check(name, True, f"{where}: tokens can be written and read")


def _store_remedy(settings: Settings) -> str:
    if settings.token_store == "keyring":  # noqa: S105 - the name of a kind of store
        return "Install the extra assembla-mcp[keyring] and unlock a keyring, or set ASSEMBLA_TOKEN_STORE=file."
    return (
        f"Make {settings.state_folder()} a folder that is yours and can be written, or set "
        "ASSEMBLA_STATE_DIR to another. If a login is damaged, run `assembla-mcp login` again."
    )


async def _network_checks(
    settings: Settings, choice: Choice | AssemblaError, clock: Callable[[], float], schema: bool, demo: bool = False
) -> list[Check]:
    credential = choice.credential if isinstance(choice, Choice) else NoCredential(choice.message)
    async with command_session(settings, credential, demo=demo) as session:
        checks = [] if demo else _environment(settings)
        reply = None
        if all(check.ok for check in checks):
            address = "the emulator" if demo else settings.api_url
            reachability, reply = await _reachability(address, session)
            checks.append(reachability)
        if isinstance(choice, AssemblaError):
            checks.append(Check("credential", False, choice.message, UNLOCK))
        elif choice.way == "none":
            detail = f"nobody is signed in. {choice.trouble}" if choice.trouble else "nobody is signed in"
            checks.append(Check("credential", False, detail, SIGN_IN))
        elif reply is not None and reply.status != 429:
            checks.append(await _credential(session, choice))
        if reply is not None:
            checks.append(_clock(reply, clock()))
        checks.append(_rate_limit(settings, reply))
        if schema and isinstance(choice, Choice) and any(check.name == "credential" and check.ok for check in checks):
            checks += await _schema(settings, session)
    return checks


def _environment(settings: Settings) -> list[Check]:
    """What the environment says about proxies and certificates; no check where it says nothing."""
    name = "proxy and certificates"
    try:
        used = network_settings(settings.api_url)
    except AssemblaError as error:
        return [Check(name, False, what_happened(error), error.advice)]
    return [Check(name, True, f"as {' and '.join(used)} {'say' if len(used) > 1 else 'says'}")] if used else []


async def _schema(settings: Settings, session: CommandSession) -> list[Check]:
    from assembla_mcp.doctor.schema import schema_checks

    return await schema_checks(settings, session)


async def _reachability(address: str, session: CommandSession) -> tuple[Check, Reply | None]:
    """Ask without a credential: any answer of the API shows that the way there is open."""
    name = "reachability"
    remedy = "Check the network, a proxy (HTTPS_PROXY), and ASSEMBLA_API_URL."
    began = time.perf_counter()
    try:
        reply = await session.attempt(Request.to(ME()))
    except AssemblaError as error:
        return Check(name, False, f"{address}: {error.message}", remedy), None
    took_ms = (time.perf_counter() - began) * 1000
    if reply.status >= 500:
        return Check(name, False, f"{address} answers with status {reply.status}", "Try again later."), reply
    if reply.status not in (200, 401, 403, 429):
        return Check(name, False, f"{address} does not answer as Assembla does ({reply.status})", remedy), reply
    return Check(name, True, f"{address} answered in {took_ms:.0f} ms"), reply


async def _credential(session: CommandSession, choice: Choice) -> Check:
    how = f"{choice.way}, {'the demo has one' if choice is DEMO_CHOICE else f'from the {choice.source}'}"
    try:
        if choice.way == "client-credentials":
            await choice.credential.headers(session.attempt)
            return _application_alone(how, choice)
        me = await session.client().users.me()
    except AssemblaError as error:
        return Check("credential", False, f"{how}: {what_happened(error)}", _credential_remedy(choice, error))
    return Check("credential", True, f"{how}: {me.name or me.login} ({me.login})")


def _application_alone(how: str, choice: Choice) -> Check:
    if choice.source == "store":
        return Check("credential", True, f"{how}: public data only")
    detail = f"{how}: public data only, as you never ran `login`"
    return Check("credential", True, detail, "Run `assembla-mcp login` to see what your own account sees.")


def _credential_remedy(choice: Choice, error: AssemblaError) -> str:
    if isinstance(error, TokenRefused) and error.reason == "invalid_client":
        return f"Compare ASSEMBLA_CLIENT_ID and ASSEMBLA_CLIENT_SECRET with {REGISTRATION_PAGE}."
    if not isinstance(error, (Unauthorized, Forbidden)):
        return "Mend what the other checks find, then try again."
    if choice.way == "key":
        return f"Compare ASSEMBLA_API_KEY and ASSEMBLA_API_SECRET with {REGISTRATION_PAGE}, or make new ones."
    return REPLACE_TOKENS if choice.source == "environment" else "Run `assembla-mcp login` to sign in again."


def _clock(reply: Reply, now: float) -> Check:
    theirs = read_date(reply.headers.get("date", ""))
    if theirs is None:
        return Check("clock", True, "Assembla did not say what time it is")
    drift = now - theirs
    if abs(drift) <= MAX_CLOCK_DRIFT_S:
        return Check("clock", True, f"within {abs(drift):.0f} s of Assembla's")
    way = "ahead of" if drift > 0 else "behind"
    return Check(
        "clock",
        False,
        f"{abs(drift):.0f} s {way} Assembla's, so tokens are renewed at the wrong time",
        "Set this machine's clock, or let it be set over the network (NTP).",
    )


def _rate_limit(settings: Settings, reply: Reply | None) -> Check:
    if reply is not None and reply.status == 429:
        wait = _duration(retry_after(reply))
        return Check(
            "rate limit",
            False,
            f"Assembla refuses requests for {wait}: too many were made",
            "Wait. If other programs use the same account, give this one a lower ASSEMBLA_RATE_LIMIT.",
        )
    return _configured_rate(settings)


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "a few seconds"
    return f"{seconds:.0f} seconds" if seconds <= LONGEST_WAIT_TOLD_S else "a long time"


def _configured_rate(settings: Settings) -> Check:
    windows = parse_rate(settings.rate_limit)
    for period_s, allowed in API_RATE_LIMIT.items():
        most = min(window.count * max(1.0, period_s / window.period_s) for window in windows)
        if most > allowed:
            return Check(
                "rate limit",
                False,
                f"{settings.rate_limit} allows {most:.0f} in {period_s:.0f} s; Assembla allows {allowed}",
                "Set ASSEMBLA_RATE_LIMIT to 20/second,240/minute or less.",
            )
    return Check("rate limit", True, f"{settings.rate_limit}, within what Assembla allows")


def _print(checks: list[Check]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for check in checks:
        mark, style = ("✓", "green") if check.ok else ("✗", "bold red")
        grid.add_row(Text(f"{mark} {check.name}", style=style), Text(one_line(check.detail)))
        if check.remedy is not None:
            grid.add_row("", Text(f"→ {one_line(check.remedy)}", style="yellow"))
    Console(highlight=False).print(grid)
