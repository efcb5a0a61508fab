"""Which credential acts for the user: key pair, token from the environment, stored login, or the application.

Reads the token store, so it is imported and asked with the first call and not at start-up.
"""

import os
import time
from dataclasses import dataclass
from functools import partial
from typing import Literal

from assembla_client.auth.api_key import KeyPair
from assembla_client.auth.credential import Credential
from assembla_client.auth.deadline import run_within
from assembla_client.auth.no_credential import NoCredential
from assembla_client.auth.oauth import Bearer, ClientCredentials
from assembla_client.auth.token_store import Slot, TokenStore, open_store
from assembla_client.auth.tokens import Application, StoredLogin, Tokens, fingerprint
from assembla_client.errors import ConnectionFailed, StoreUnavailable
from assembla_mcp import logs
from assembla_mcp.config.settings import Settings

# A keyring may ask the person to unlock it, or never answer.
STORE_WAIT_S = 20.0
LOCKED = "The token store does not answer; is the keyring waiting to be unlocked?"

Way = Literal["key", "oauth", "client-credentials", "none"]
Source = Literal["environment", "store", "none"]

SIGN_IN = (
    "Run `assembla-mcp login` in a terminal, or set ASSEMBLA_API_KEY and ASSEMBLA_API_SECRET where this "
    "server is configured."
)
CHECK_KEYS = "Check ASSEMBLA_API_KEY and ASSEMBLA_API_SECRET, or take both away and run `assembla-mcp login`."
REPLACE_TOKENS = (
    "Put fresh tokens into ASSEMBLA_ACCESS_TOKEN and ASSEMBLA_REFRESH_TOKEN, or take both away and run "
    "`assembla-mcp login`."
)


@dataclass(frozen=True)
class Choice:
    """The credential, how it signs in, and where it came from."""

    credential: Credential
    way: Way
    source: Source
    trouble: str = ""
    """Why the store could not be read, where nobody is signed in for that."""

    @property
    def is_personal(self) -> bool:
        """Whether somebody is signed in: not nobody, nor the application alone."""
        return self.way not in ("none", "client-credentials")

    @property
    def expires_at(self) -> float | None:
        """When the access token in use dies if left alone (epoch seconds); None where that is unknown."""
        return self.credential.expires_at if isinstance(self.credential, Bearer) else None


DEMO_CHOICE = Choice(NoCredential("The demo brings its own credential."), "key", "none")
"""How the demo signs in, whoever else is signed in."""


def slot_of(settings: Settings) -> Slot:
    """Where this profile's login is kept."""
    return Slot(settings.profile, settings.api_url)


def store_of(settings: Settings) -> TokenStore:
    """The token store that these settings ask for. Raises StoreUnavailable."""
    return open_store(settings.token_store, settings.state_folder())


def verified_store(settings: Settings) -> TokenStore:
    """The token store, after a login of nobody's was written to it, read and removed: that alone shows that it keeps.

    Raises StoreUnavailable.
    """
    store = store_of(settings)
    probe = Slot(f"probe-{os.getpid()}", settings.api_url)
    store.save(probe, StoredLogin(Tokens("probe"), Application("probe", "probe")))
    kept = store.load(probe) is not None
    store.drop(probe)
    if not kept:
        raise StoreUnavailable(f"the {store.name} store forgets what it is given")
    return store


def application_of(settings: Settings, login: StoredLogin | None) -> Application | None:
    """The application of the environment, else the one stored with the login."""
    if settings.client_id is not None and settings.client_secret is not None:
        return Application(settings.client_id, settings.client_secret.get_secret_value())
    return login.application if login is not None else None


def choose_within(settings: Settings, wait_s: float = STORE_WAIT_S) -> Choice:
    """Decide as `choose` does. Raises ConnectionFailed where the token store does not answer for so long."""
    try:
        return run_within(wait_s, partial(choose, settings))
    except TimeoutError:
        raise ConnectionFailed(LOCKED) from None


def choose(settings: Settings) -> Choice:
    """Decide. Reads the store where the environment does not settle it; no credential is a choice too."""
    if settings.api_key is not None and settings.api_secret is not None:
        pair = KeyPair(settings.api_key.get_secret_value(), settings.api_secret.get_secret_value(), CHECK_KEYS)
        return Choice(pair, "key", "environment")
    try:
        store: TokenStore | None = store_of(settings)
        trouble = ""
    except StoreUnavailable as error:
        store, trouble = None, error.message
    return _with_store(settings, store, trouble)


def _with_store(settings: Settings, store: TokenStore | None, trouble: str) -> Choice:
    environment = _environment_tokens(settings)
    login = None
    if store is not None:
        try:
            login = _stored(settings, store, environment)
        except StoreUnavailable as error:
            trouble = error.message
    if login is not None:
        return Choice(_bearer(settings, store, login, environment), login.way, "store")
    if environment is not None:
        return Choice(_from_environment(settings, store, environment), "oauth", "environment")
    application = application_of(settings, None)
    # Where the store cannot be read there may be a person's login in it: the application is no substitute for that.
    if application is not None and not trouble:
        return Choice(_public(settings, application), "client-credentials", "environment")
    return Choice(
        NoCredential(f"Nobody is signed in to Assembla. {trouble}".rstrip(), SIGN_IN), "none", "none", trouble
    )


def _environment_tokens(settings: Settings) -> Tokens | None:
    access, refresh = settings.access_token, settings.refresh_token
    if access is None and refresh is None:
        return None
    return Tokens(
        access.get_secret_value() if access else None,
        refresh.get_secret_value() if refresh else None,
        None,
        time.time(),
    )


def origin_of(tokens: Tokens) -> str:
    """The fingerprint of what was handed in: of the refresh token, which stays, where there is one."""
    return fingerprint(tokens.refresh_token or tokens.access_token or "")


def _stored(settings: Settings, store: TokenStore, environment: Tokens | None) -> StoredLogin | None:
    if environment is not None:
        return store.load_derived(slot_of(settings), origin_of(environment))
    return store.load(slot_of(settings))


def _bearer(settings: Settings, store: TokenStore | None, login: StoredLogin, environment: Tokens | None) -> Bearer:
    _hide(login)
    kind = ClientCredentials if login.way == "client-credentials" else Bearer
    return kind(
        _current(settings, login.application),
        login.tokens,
        slot=slot_of(settings),
        store=store,
        state_dir=settings.state_folder(),
        # Without the environment's token any newer login of the profile counts, wherever it came from.
        origin=None if environment is None else login.origin,
        stored=True,
        on_secret=logs.register_secrets,
        advice=SIGN_IN,
    )


def _current(settings: Settings, stored: Application) -> Application:
    """The stored application, with the environment's secret if that is for the same one: it may be newer."""
    ours = application_of(settings, None)
    return ours if ours is not None and ours.client_id == stored.client_id else stored


def _from_environment(settings: Settings, store: TokenStore | None, tokens: Tokens) -> Bearer:
    return Bearer(
        application_of(settings, None),
        tokens,
        slot=slot_of(settings),
        store=store,
        state_dir=settings.state_folder(),
        origin=origin_of(tokens),
        on_secret=logs.register_secrets,
        advice=REPLACE_TOKENS,
    )


def _public(settings: Settings, application: Application) -> ClientCredentials:
    # Kept in no store: there it would pass for the profile's own login.
    return ClientCredentials(
        application,
        Tokens(),
        on_secret=logs.register_secrets,
        advice="Check ASSEMBLA_CLIENT_ID and ASSEMBLA_CLIENT_SECRET.",
    )


def _hide(login: StoredLogin) -> None:
    tokens = (login.tokens.access_token, login.tokens.refresh_token, login.application.client_secret)
    logs.register_secrets(*(token for token in tokens if token))
