"""`login`, `logout`, `status`: what is said to the person. Requests and tokens are `assembla_client.auth`'s.

Addresses go to stdout by themselves, unbroken; everything else that is said goes to stderr.
"""

import json
import secrets
import sys
import threading
import time
import webbrowser
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import anyio
import click
from anyio import to_thread

from assembla_client.auth.callback_server import wait_for_code
from assembla_client.auth.deadline import run_within
from assembla_client.auth.grants import (
    authorization_url,
    client_credentials_grant,
    code_grant,
    pin_grant,
    read_tokens,
)
from assembla_client.auth.no_credential import NoCredential
from assembla_client.auth.oauth import Bearer
from assembla_client.auth.shared_login import SharedLogin
from assembla_client.auth.token_store import TokenStore
from assembla_client.auth.tokens import Application, StoredLogin, Tokens, Way
from assembla_client.errors import AssemblaError, StoreUnavailable
from assembla_client.resources.users import ME
from assembla_client.transport.request import Request
from assembla_mcp import logs
from assembla_mcp.config.loading import settings_from
from assembla_mcp.config.settings import REGISTRATION_PAGE, Settings, variable
from assembla_mcp.exit_status import DONE, FAILED, CommandError, say
from assembla_mcp.sessions.commands import CommandSession, command_session
from assembla_mcp.sessions.credentials import (
    DEMO_CHOICE,
    SIGN_IN,
    STORE_WAIT_S,
    Choice,
    application_of,
    choose_within,
    slot_of,
    store_of,
    verified_store,
)
from assembla_mcp.terminal import one_line

BROWSER_WAIT_S = 900.0
STATUS_WAIT_S = 10.0


def login(flow: str, *, browser_wait_s: float = BROWSER_WAIT_S, **flags: Any) -> None:
    """Sign in by `flow` ("browser", "pin", "client-credentials") and keep what that gives."""
    settings = settings_from(flags)
    store = _working_store(settings)
    application = _application(settings, store)
    anyio.run(_try_slot, settings, store)  # now, and not when a code or PIN that works once is spent
    match flow:
        case "pin":
            by: Flow = partial(_by_pin, _prompt_for_pin(settings, application))
        case "browser":
            by = partial(_by_browser, browser_wait_s)
        case _:
            by = _by_client_credentials
    anyio.run(_login, settings, store, application, by)


async def _login(settings: Settings, store: TokenStore, application: Application, by: "Flow") -> None:
    async with command_session(settings, NoCredential("nobody is signed in yet")) as session:
        who = await by(SignIn(settings, store, application, session))
    click.echo(f"{who}. The login is kept in the {store.name} store, for profile {settings.profile}.", err=True)
    for named in _overriding_variables(settings):
        click.echo(f"Mind that {named} is set too, and comes before this login.", err=True)


def _working_store(settings: Settings) -> TokenStore:
    if settings.token_store == "memory":  # noqa: S105 - the name of a kind of store
        raise CommandError("ASSEMBLA_TOKEN_STORE=memory forgets a login when the command ends: choose file or keyring.")
    return verified_store(settings)


async def _try_slot(settings: Settings, store: TokenStore) -> None:
    slot = slot_of(settings)
    # Under the lock, so that nothing is put back that a server has refreshed meanwhile.
    async with SharedLogin(store, slot, state_dir=settings.state_folder()).locked():
        await to_thread.run_sync(store.try_out, slot)


def _application(settings: Settings, store: TokenStore) -> Application:
    try:
        stored = None if settings.client_id else store.load(slot_of(settings))
    except StoreUnavailable:
        stored = None  # a damaged login is what signing in again is for
    application = application_of(settings, stored)
    if application is None:
        raise CommandError(
            "ASSEMBLA_CLIENT_ID and ASSEMBLA_CLIENT_SECRET are not set. Register an application at "
            f"{REGISTRATION_PAGE} (redirect URL: {settings.redirect_url}) and set them to what it shows."
        )
    return application


@dataclass(frozen=True)
class SignIn:
    """One sign-in under way: trades a grant for tokens, keeps them, and finds out whose they are."""

    settings: Settings
    store: TokenStore
    application: Application
    session: CommandSession

    async def exchange(self, grant: Request, way: Way = "oauth") -> str:
        """Who is signed in now, as a sentence without its full stop. Raises AssemblaError."""
        tokens = read_tokens(await self.session.send(grant), time.time())
        logs.register_secrets(*(token for token in (tokens.access_token, tokens.refresh_token) if token))
        await self._keep(StoredLogin(tokens, self.application, way))
        if way == "client-credentials":
            return "Signed in as the application itself, which sees public data only"
        return f"Signed in as {await self._name(tokens)}"

    async def _keep(self, login: StoredLogin) -> None:
        # Under the lock, so that a server that is just renewing the old login cannot write over the new one.
        slot, state_dir = slot_of(self.settings), self.settings.state_folder()
        async with SharedLogin(self.store, slot, state_dir=state_dir).locked():
            await to_thread.run_sync(self.store.save, slot, login)

    async def _name(self, tokens: Tokens) -> str:
        try:
            async with command_session(self.settings, Bearer(self.application, tokens)) as session:
                me = await session.client().users.me()
        except AssemblaError:
            return "yourself, though Assembla would not tell your name just now"
        return one_line(me.name or me.known_as)


Flow = Callable[[SignIn], Awaitable[str]]
"""One way to sign in; says who is signed in now."""


async def _by_browser(wait_s: float, sign_in: SignIn) -> str:
    try:
        with anyio.fail_after(wait_s):
            return await _browser_flow(sign_in)
    except TimeoutError:
        raise CommandError("the browser did not come back in time. `--flow pin` works without it.") from None


async def _browser_flow(sign_in: SignIn) -> str:
    settings, application = sign_in.settings, sign_in.application
    state = secrets.token_urlsafe(24)
    address = authorization_url(settings.api_url, application.client_id, "code", state)

    def listening() -> None:
        click.echo("Approve this application in your browser. If none opens, go to:", err=True)
        click.echo(address)
        click.echo(f"Waiting for the browser to come back to {settings.redirect_url} (Ctrl-C stops).", err=True)
        # A thread of its own, which nobody waits for: some browsers do not return before they are closed.
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    async def exchange(code: str) -> str:
        return await sign_in.exchange(code_grant(application, code))

    return await wait_for_code(settings.redirect_url, state, exchange, listening=listening)


def _prompt_for_pin(settings: Settings, application: Application) -> str:
    # Before any event loop runs: within one, Ctrl-C would not get through to a read that waits.
    click.echo("Approve this application here, and copy the PIN that Assembla shows:", err=True)
    click.echo(authorization_url(settings.api_url, application.client_id, "pin_code"))
    click.echo("PIN: ", nl=False, err=True)
    pin = sys.stdin.readline().strip() if sys.stdin else ""
    if not pin:
        raise CommandError("no PIN was given.")
    logs.register_secrets(pin)
    return pin


async def _by_pin(pin: str, sign_in: SignIn) -> str:
    return await sign_in.exchange(pin_grant(sign_in.application, pin))


async def _by_client_credentials(sign_in: SignIn) -> str:
    return await sign_in.exchange(client_credentials_grant(sign_in.application), "client-credentials")


def _overriding_variables(settings: Settings) -> list[str]:
    """Variables whose credential is chosen before a stored login."""
    return [variable(name) for name in ("api_key", "access_token", "refresh_token") if getattr(settings, name)]


def logout(**flags: Any) -> None:
    """Forget this profile's stored login; the tokens themselves die when they are no longer used."""
    settings = settings_from(flags)
    known = anyio.run(_forget, settings)
    told = "Signed out" if known else "Nobody was signed in"
    click.echo(f"{told}: no login is stored for profile {settings.profile}.", err=True)
    for named in _overriding_variables(settings):
        click.echo(f"{named} is still set in the environment and goes on being used.", err=True)


async def _forget(settings: Settings) -> bool:
    store, slot = store_of(settings), slot_of(settings)
    async with SharedLogin(store, slot, state_dir=settings.state_folder()).locked():
        try:
            known = store.load(slot) is not None
        except StoreUnavailable:
            known = True  # there is something, and it is damaged
        store.drop(slot)
    return known


def status(as_json: bool, *, demo: bool = False, store_wait_s: float = STORE_WAIT_S, **flags: Any) -> int:
    """Who is signed in, how, and where that is kept. Works without a network; then `user` is unknown.

    Returns the exit status: 1 where nobody is signed in, nor an application. Raises ConnectionFailed where the token
    store does not answer.
    """
    settings = settings_from(flags)
    choice = DEMO_CHOICE if demo else choose_within(settings, store_wait_s)
    user = anyio.run(_user, settings, choice, demo)
    found = {
        "profile": settings.profile,
        "way": choice.way,
        "source": choice.source,
        "store": None if demo else _store_name(settings, store_wait_s),
        "expires_at": _instant(choice.expires_at),
        "user": user,
    }
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        for name, value in found.items():
            click.echo(f"{name + ':':<12} {'-' if value is None else one_line(value)}")
    if choice.way == "none":
        say(f"nobody is signed in. {choice.trouble} {SIGN_IN}")
    elif choice.way == "client-credentials" and choice.source == "environment":
        say(
            "the application is signed in by itself and sees public data only, as you never ran `login`. "
            "`assembla-mcp login` signs you in."
        )
    return FAILED if choice.way == "none" else DONE


async def _user(settings: Settings, choice: Choice, demo: bool) -> str | None:
    """The login of who is signed in; None where there is nobody, or Assembla does not say."""
    if not choice.is_personal:
        return None
    with anyio.move_on_after(STATUS_WAIT_S):
        async with command_session(settings, choice.credential, demo=demo) as session:
            try:
                # One attempt without a credential: what is out of reach is not worth the retries of a real call.
                await session.attempt(Request.to(ME()))
                return (await session.client().users.me()).login
            except AssemblaError as error:
                say(error.message)
    return None


def _store_name(settings: Settings, wait_s: float) -> str | None:
    try:
        return run_within(wait_s, partial(store_of, settings)).name
    except (StoreUnavailable, TimeoutError):
        return None


def _instant(epoch_s: float | None) -> str | None:
    if epoch_s is None:
        return None
    return datetime.fromtimestamp(epoch_s, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
