"""What the processes of one person share: the stored login, and the lock under which it is refreshed.

Store and keyring may block (a keyring may even ask the person), so they work in a thread, for a bounded time.
A store that fails is said once on the log and never stops a sign-in that works without it.
"""

import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import anyio
from anyio import to_thread

from assembla_client.auth.deadline import run_within
from assembla_client.auth.secret_backend import own_folder
from assembla_client.auth.token_store import Slot, TokenStore, logins_folder
from assembla_client.auth.tokens import StoredLogin
from assembla_client.errors import ConnectionFailed, StoreUnavailable

if TYPE_CHECKING:
    from filelock import BaseFileLock

# Longer than a sibling may take for one refresh, store and all, so that a slow one is waited for and only a
# stuck one is given up.
LOCK_WAIT_S = 70.0
LOCK_POLL_S = 0.05
STORE_WAIT_S = 10.0

T = TypeVar("T")

Saved = Literal["saved", "dropped", "failed"]

_log = logging.getLogger(__name__)


class SharedLogin:
    """One slot of a store, as one process sees it.

    `origin` is the fingerprint of the token in the environment, if the login grew from one: then only what
    grew from the same token is looked at. Without a `state_dir` there is no lock between processes.
    """

    def __init__(
        self,
        store: TokenStore,
        slot: Slot,
        *,
        origin: str | None = None,
        stored: bool = False,
        state_dir: Path | None = None,
        store_wait_s: float = STORE_WAIT_S,
        sleep: Callable[[float], Awaitable[object]] = anyio.sleep,
    ) -> None:
        self._store = store
        self._slot = slot
        self._origin = origin
        self._state_dir = state_dir
        self._store_wait_s = store_wait_s
        self._sleep = sleep
        self._warned: set[str] = set()
        self._was_stored = stored
        self.answers = True
        """Whether the store could be read at the last look."""
        self._logged_out = False

    async def load(self) -> StoredLogin | None:
        """What the store holds now; None also where it cannot be read."""
        self.answers = False
        try:
            login = await self._within(self._load)
        except StoreUnavailable as error:
            self._warn_once("read", error.message)
        except TimeoutError:
            self._warn_once("read", f"The token store ({self._store.name}) does not answer.")
        else:
            self.answers = True
            return self._note_presence(login)
        return None

    async def save(self, login: StoredLogin) -> Saved:
        """Keep a login; says how that went. What was dropped meanwhile (`logout`) is not put back."""
        if self._logged_out:
            return "dropped"
        given_up = threading.Event()
        try:
            await self._within(partial(self._store.save, self._slot, login, given_up=given_up))
        except StoreUnavailable as error:
            self._warn_once("write", f"Renewed tokens are used, but not kept. {error.message}")
        except TimeoutError:
            self._warn_once("write", f"Renewed tokens may not be kept: {self._store.name} does not answer.")
        else:
            self._was_stored = True
            return "saved"
        finally:
            given_up.set()
        return "failed"

    @asynccontextmanager
    async def locked(self, wait_s: float = LOCK_WAIT_S) -> AsyncIterator[None]:
        """Keep other processes from refreshing meanwhile. Raises ConnectionFailed if one takes longer than `wait_s`."""
        lock = self._make_lock()
        if lock is None or not await self._acquire(lock, wait_s):
            yield
            return
        try:
            yield
        finally:
            lock.release()

    async def _within(self, work: Callable[[], T]) -> T:
        return await to_thread.run_sync(run_within, self._store_wait_s, work, abandon_on_cancel=True)

    def _note_presence(self, login: StoredLogin | None) -> StoredLogin | None:
        self._logged_out = login is None and self._was_stored
        self._was_stored = login is not None or self._was_stored
        return login

    def _load(self) -> StoredLogin | None:
        if self._origin is None:
            return self._store.load(self._slot)
        return self._store.load_derived(self._slot, self._origin)

    def _make_lock(self) -> "BaseFileLock | None":
        if self._state_dir is None:
            return None
        from filelock import FileLock  # 0.1 s that most starts of the program never need

        folder = logins_folder(self._state_dir)
        try:
            own_folder(folder)
        except OSError as error:
            self._warn_once("lock", f"{folder} cannot be used: {error.strerror}.")
            return None
        return FileLock(folder / f"{self._slot.name}.lock", mode=0o600, thread_local=False)

    async def _acquire(self, lock: "BaseFileLock", wait_s: float) -> bool:
        from filelock import Timeout

        waited_s = 0.0
        while True:
            try:
                lock.acquire(blocking=False)
            except Timeout:
                if waited_s >= wait_s:
                    raise ConnectionFailed(_LOCK_HELD, sent=False) from None
            except OSError as error:
                self._warn_once("lock", f"Tokens are renewed without a lock: {error.strerror}.")
                return False
            else:
                return True
            await self._sleep(LOCK_POLL_S)
            waited_s += LOCK_POLL_S

    def _warn_once(self, about: str, message: str) -> None:
        if about not in self._warned:
            self._warned.add(about)
            _log.warning("%s", message)


_LOCK_HELD = "Another process has been renewing this sign-in for too long. Stop it, or try again in a minute."
