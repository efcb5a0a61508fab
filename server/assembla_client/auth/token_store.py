"""Which login is kept for whom: the one rule about slots and origins that all stores share, above plain
backends.

A profile's own login, made by signing in, is never overwritten by one that grew from a token in the
environment: those go beside it, one for each such token.
"""

import hashlib
import logging
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from assembla_client.auth.secret_backend import (
    FileSecretBackend,
    KeyringSecretBackend,
    MemorySecretBackend,
    SecretBackend,
    keyring_backend,
)
from assembla_client.auth.tokens import StoredLogin, login_from_json, login_to_json
from assembla_client.errors import StoreUnavailable

__all__ = [
    "FileStore",
    "KeyringStore",
    "MemoryStore",
    "Slot",
    "StoreKind",
    "TokenStore",
    "logins_folder",
    "open_store",
]

StoreKind = Literal["auto", "keyring", "file", "memory"]

_log = logging.getLogger(__name__)
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Stands in a slot for a moment, to see whether it can be written; for whoever reads it then, nobody is signed in.
_TRIAL = b'"trial"'
# What keyrings are worth by their own account: below 1 are those that keep no secret worth the name.
_RECOMMENDED = 1


@dataclass(frozen=True)
class Slot:
    """Whose login: a profile at one API host. Tokens of one host are never found under another."""

    profile: str
    api_url: str

    @property
    def name(self) -> str:
        """A name safe for files and keyrings, different for every profile and host."""
        slug = re.sub(r"[^a-z0-9]+", "-", self.profile.lower())[:32].strip("-") or "profile"
        told = f"{self.profile}\0{_origin(self.api_url)}".encode("utf-8", "surrogatepass")
        return f"{slug}-{hashlib.sha256(told).hexdigest()[:12]}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    return f"{parts.scheme}://{parts.hostname}:{port}"


class TokenStore:
    """Keeps logins by slot. Every method raises StoreUnavailable where the backend below cannot do its part."""

    def __init__(self, name: str, backend: SecretBackend) -> None:
        self.name = name
        self._backend = backend

    def load(self, slot: Slot) -> StoredLogin | None:
        """The profile's own login, else the one that last grew from a token in the environment."""
        own = self._read(slot.name)
        if own is not None:
            return own
        origins = self._origins(slot)
        return self.load_derived(slot, origins[-1]) if origins else None

    def load_derived(self, slot: Slot, origin: str) -> StoredLogin | None:
        """The login that grew from the environment token with this fingerprint."""
        return self._read(_derived_key(slot, origin))

    def save(self, slot: Slot, login: StoredLogin, *, given_up: threading.Event | None = None) -> None:
        """Keep a login: in the slot itself, or beside it where it grew from a token in the environment.

        What is there and cannot be read is set aside, never overwritten. Nothing is written once `given_up`
        is set: whoever waited has gone, and somebody else may have written meanwhile.
        """
        key = slot.name if login.origin is None else _derived_key(slot, login.origin)
        self._set_aside_if_unreadable(key)
        if given_up is not None and given_up.is_set():
            return
        self._backend.write(key, login_to_json(login))
        if login.origin is not None:
            self._record_origin(slot, login.origin)

    def try_out(self, slot: Slot) -> None:
        """Write the slot and read it again, what it holds staying as it is. Call it where nobody else writes there."""
        kept = self._backend.read(slot.name)
        content = _TRIAL if kept is None else kept
        self._backend.write(slot.name, content)
        if self._backend.read(slot.name) != content:
            raise StoreUnavailable(f"The {self.name} store forgets what it is given.")
        if kept is None:
            self._backend.delete(slot.name)

    def drop(self, slot: Slot) -> None:
        """Forget everything that is kept for the slot."""
        keys = [*(_derived_key(slot, origin) for origin in self._origins(slot)), _origins_key(slot), slot.name]
        for key in keys:
            self._backend.delete(key)
            self._backend.delete_leftovers(key)

    def _read(self, key: str) -> StoredLogin | None:
        kept = self._backend.read(key)
        if kept is None or kept == _TRIAL:
            return None
        try:
            return login_from_json(kept)
        except ValueError as error:
            raise StoreUnavailable(f"The token store is damaged at {self._backend.location(key)}: {error}.") from None

    def _set_aside_if_unreadable(self, key: str) -> None:
        kept = self._backend.read(key)
        if kept is None or kept == _TRIAL:
            return
        try:
            login_from_json(kept)
        except ValueError:
            self._backend.set_aside(key)
            _log.warning("set aside a damaged login: %s.corrupt", self._backend.location(key))

    # A keyring cannot list its entries, so the fingerprints in use are written down; the latest stands last.
    def _origins(self, slot: Slot) -> list[str]:
        kept = self._backend.read(_origins_key(slot)) or b""
        return _FINGERPRINT.findall(kept.decode("ascii", "ignore"))

    def _record_origin(self, slot: Slot, origin: str) -> None:
        known = self._origins(slot)
        if known[-1:] != [origin]:
            listed = [*(other for other in known if other != origin), origin]
            self._backend.write(_origins_key(slot), "\n".join(listed).encode())


def _derived_key(slot: Slot, origin: str) -> str:
    if not _FINGERPRINT.fullmatch(origin):
        raise ValueError("an origin is a fingerprint of 16 hex digits")
    return f"{slot.name}.from-{origin}"


def _origins_key(slot: Slot) -> str:
    return f"{slot.name}.origins"


def logins_folder(state_dir: Path) -> Path:
    """The folder below the state folder that holds login files and the locks of all stores."""
    return state_dir / "logins"


class FileStore(TokenStore):
    """Owner-only files below the state folder."""

    def __init__(self, state_dir: Path) -> None:
        super().__init__("file", FileSecretBackend(logins_folder(state_dir)))


class KeyringStore(TokenStore):
    """The platform's keyring. Raises StoreUnavailable where it is not installed or has no backend."""

    def __init__(self) -> None:
        super().__init__("keyring", KeyringSecretBackend())


class MemoryStore(TokenStore):
    """Nothing outlives the process."""

    def __init__(self) -> None:
        super().__init__("memory", MemorySecretBackend())


def open_store(kind: StoreKind, state_dir: Path) -> TokenStore:
    """Open the store of that kind; `auto` is the keyring where a good one is at hand, else files."""
    if kind == "memory":
        return MemoryStore()
    if kind == "keyring" or (kind == "auto" and _good_keyring()):
        return KeyringStore()
    return FileStore(state_dir)


def _good_keyring() -> bool:
    try:
        return float(keyring_backend().priority) >= _RECOMMENDED
    except StoreUnavailable:
        return False
