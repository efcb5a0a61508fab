"""Where bytes are kept under a key: an owner-only folder, the platform's keyring, memory.

Each backend keeps, gives back and removes; what the bytes mean and which key they go under is for `token_store.py`.
"""

import errno
import os
import stat
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assembla_client.errors import StoreUnavailable

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "assembla-mcp"
_MAX_ENTRY_BYTES = 64 * 1024
_OWNED_BY_NUMBER = hasattr(os, "geteuid")


class SecretBackend(Protocol):
    """Bytes under keys. Keys are safe as file names. Every method raises StoreUnavailable."""

    def read(self, key: str) -> bytes | None: ...
    def write(self, key: str, content: bytes) -> None: ...
    def delete(self, key: str) -> None: ...
    def delete_leftovers(self, key: str) -> None: ...
    def set_aside(self, key: str) -> None: ...
    def location(self, key: str) -> str: ...


class MemorySecretBackend:
    """Forgets everything when the process ends."""

    def __init__(self) -> None:
        self._entries: dict[str, bytes] = {}

    def read(self, key: str) -> bytes | None:
        return self._entries.get(key)

    def write(self, key: str, content: bytes) -> None:
        self._entries[key] = content

    def delete(self, key: str) -> None:
        self._entries.pop(key, None)

    def delete_leftovers(self, key: str) -> None:
        self._entries.pop(_set_aside_key(key), None)

    def set_aside(self, key: str) -> None:
        self._entries[_set_aside_key(key)] = self._entries.pop(key)

    def location(self, key: str) -> str:
        return "memory"


class FileSecretBackend:
    """One file per key in a folder that only its owner may enter; whole or absent, never half written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, key: str) -> bytes | None:
        try:
            return _read_own_file(self._path(key))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unavailable("read", key, error) from None

    def write(self, key: str, content: bytes) -> None:
        try:
            own_folder(self._folder)
            _replace(self._path(key), content)
        except OSError as error:
            raise self._unavailable("written", key, error) from None

    def delete(self, key: str) -> None:
        self._unlink(key, [self._path(key)])

    def delete_leftovers(self, key: str) -> None:
        """Remove what lies about: set aside, or left by a crash while writing."""
        self._unlink(key, self._folder.glob(f"*{key}.json.*"))

    def _unlink(self, key: str, paths: Iterable[Path]) -> None:
        try:
            for path in paths:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise self._unavailable("removed", key, error) from None

    def set_aside(self, key: str) -> None:
        path = self._path(key)
        try:
            path.replace(_free_name(path))
        except OSError as error:
            raise self._unavailable("set aside", key, error) from None

    def location(self, key: str) -> str:
        return str(self._path(key))

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _unavailable(self, done: str, key: str, error: OSError) -> StoreUnavailable:
        why = error.strerror or type(error).__name__
        return StoreUnavailable(f"The token file {self.location(key)} cannot be {done}: {why}.")


class KeyringSecretBackend:
    """The platform's keyring, through `keyring`, which is imported only here and only when used."""

    def __init__(self) -> None:
        self._backend = keyring_backend()

    def read(self, key: str) -> bytes | None:
        try:
            kept = self._backend.get_password(SERVICE, key)
        except Exception as error:  # noqa: BLE001 - backends are plug-ins and raise what they like
            raise self._unavailable("read", error) from None
        return None if kept is None else kept.encode("utf-8", "surrogatepass")

    def write(self, key: str, content: bytes) -> None:
        try:
            self._backend.set_password(SERVICE, key, content.decode("utf-8", "surrogatepass"))
        except Exception as error:  # noqa: BLE001 - as above
            raise self._unavailable("written", error) from None

    def delete(self, key: str) -> None:
        if self.read(key) is not None:
            self._delete(key)

    def delete_leftovers(self, key: str) -> None:
        self.delete(_set_aside_key(key))

    def set_aside(self, key: str) -> None:
        kept = self.read(key)
        if kept is not None:
            self.write(_set_aside_key(key), kept)
            self._delete(key)

    def location(self, key: str) -> str:
        return f"the keyring, under {SERVICE} / {key}"

    def _delete(self, key: str) -> None:
        try:
            self._backend.delete_password(SERVICE, key)
        except Exception as error:  # noqa: BLE001 - as above
            raise self._unavailable("cleared", error) from None

    def _unavailable(self, done: str, error: Exception) -> StoreUnavailable:
        backend = type(self._backend).__name__
        return StoreUnavailable(f"The keyring ({backend}) cannot be {done}: {type(error).__name__}.")


def _set_aside_key(key: str) -> str:
    return f"{key}.corrupt"


def keyring_backend() -> "KeyringBackend":
    """Find a keyring that really keeps things. Raises StoreUnavailable where there is none."""
    try:
        import keyring

        backend = keyring.get_keyring()
        usable = float(backend.priority) > 0
    except ImportError:
        raise StoreUnavailable("The keyring is not installed: pip install 'assembla-mcp[keyring]'.") from None
    except Exception as error:  # noqa: BLE001 - a broken backend or its configuration raises what it likes
        raise StoreUnavailable(f"The keyring does not start: {type(error).__name__}.") from None
    if not usable:
        raise StoreUnavailable(
            "The keyring has no backend on this machine. "
            "Set ASSEMBLA_TOKEN_STORE=file to keep tokens in an owner-only file."
        )
    return backend


def own_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter, or make sure that it is one. Raises OSError."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "its folder is not a real folder")
    _require_owner(found)
    if _OWNED_BY_NUMBER and found.st_mode & 0o077:
        folder.chmod(0o700)


def _require_owner(found: os.stat_result) -> None:
    if _OWNED_BY_NUMBER and found.st_uid != os.geteuid():
        raise PermissionError(errno.EPERM, "it belongs to another user")


def _read_own_file(path: Path) -> bytes:
    """Read a regular file of ours, following no link, blocking on no pipe; others lose access to it."""
    if path.is_symlink():
        raise OSError(errno.ELOOP, "it is a symbolic link")
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, os.O_RDONLY | flags), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        _require_owner(found)
        if _OWNED_BY_NUMBER and found.st_mode & 0o077:
            os.fchmod(file.fileno(), 0o600)
        return file.read(_MAX_ENTRY_BYTES)


def _replace(path: Path, content: bytes) -> None:
    """Put the content in place in one step; mkstemp makes the file its owner's alone from the start."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":  # folders cannot be opened there
        return
    with suppress(OSError):  # some file systems refuse; the content itself is on disk already
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _free_name(path: Path) -> Path:
    name, number = path.with_name(f"{path.name}.corrupt"), 1
    while name.exists():
        number += 1
        name = path.with_name(f"{path.name}.corrupt-{number}")
    return name
