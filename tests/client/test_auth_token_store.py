"""Where logins are kept, and the rule about slots and origins that all stores share."""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend

from assembla_client.auth.secret_backend import FileSecretBackend, KeyringSecretBackend, MemorySecretBackend
from assembla_client.auth.token_store import FileStore, KeyringStore, Slot, TokenStore, open_store
from assembla_client.auth.tokens import Application, StoredLogin, Tokens, fingerprint
from assembla_client.errors import StoreUnavailable

SLOT = Slot("default", "https://api.example")
ORIGIN, OTHER = fingerprint("one"), fingerprint("two")
POSIX = pytest.mark.skipif(os.name != "posix", reason="permissions and links are told differently there")


def login(name: str, origin: str | None = None) -> StoredLogin:
    return StoredLogin(Tokens(f"{name}-acc-canary", f"{name}-ref", 900, 1.0), Application("id", "s"), "oauth", origin)


class DictKeyring(KeyringBackend):
    """A keyring for the length of one test."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring's own
        self.kept: dict[str, str] = {}
        self.broken = False
        self.read_only = False

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        if self.read_only:
            raise PermissionError
        del self.kept[username]

    def _check(self) -> None:
        if self.broken:
            raise ConnectionError("bus canary")


@pytest.fixture
def backend() -> Iterator[DictKeyring]:
    before = keyring.get_keyring()
    mine = DictKeyring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


@pytest.fixture(params=["file", "keyring", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path, backend: DictKeyring) -> TokenStore:
    return open_store(request.param, tmp_path)


def test_a_login_is_found_again_and_dropped_for_good(store: TokenStore) -> None:
    assert store.load(SLOT) is None
    store.save(SLOT, login("own"))
    assert store.load(SLOT) == login("own")
    store.save(SLOT, login("newer"))
    assert store.load(SLOT) == login("newer")
    store.drop(SLOT)
    store.drop(SLOT)
    assert store.load(SLOT) is None


def test_a_login_grown_from_the_environment_lies_beside_the_own_one(store: TokenStore) -> None:
    store.save(SLOT, login("own"))
    store.save(SLOT, login("grown", ORIGIN))
    assert store.load(SLOT) == login("own")
    assert store.load_derived(SLOT, ORIGIN) == login("grown", ORIGIN)
    assert store.load_derived(SLOT, OTHER) is None


def test_without_an_own_login_the_latest_grown_one_stands_in(store: TokenStore) -> None:
    for name, origin in [("first", ORIGIN), ("second", OTHER), ("third", ORIGIN), ("fourth", ORIGIN)]:
        store.save(SLOT, login(name, origin))
    assert store.load(SLOT) == login("fourth", ORIGIN)
    store.save(SLOT, login("second again", OTHER))
    assert store.load(SLOT) == login("second again", OTHER)
    assert store.load_derived(SLOT, ORIGIN) == login("fourth", ORIGIN)


def test_dropping_a_slot_leaves_the_others_alone(store: TokenStore) -> None:
    neighbours = [Slot("other", SLOT.api_url), Slot(SLOT.profile, "https://api.other.example")]
    for slot in [SLOT, *neighbours]:
        store.save(slot, login(slot.name))
        store.save(slot, login("grown", ORIGIN))
    store.drop(SLOT)
    assert store.load(SLOT) is None
    assert store.load_derived(SLOT, ORIGIN) is None
    for slot in neighbours:
        assert store.load(slot) == login(slot.name)
        assert store.load_derived(slot, ORIGIN) == login("grown", ORIGIN)


def test_an_origin_must_be_a_fingerprint(store: TokenStore) -> None:
    with pytest.raises(ValueError, match="fingerprint"):
        store.load_derived(SLOT, "../../elsewhere")


@given(st.text(), st.text())
def test_any_profile_has_a_safe_name_of_its_own(one: str, two: str) -> None:
    names = [Slot(profile, "https://api.example").name for profile in (one, two)]
    for name in names:
        assert name.replace("-", "").isalnum()
        assert name.isascii()
        assert name == name.lower()
        assert len(name) <= 48
    assert (names[0] == names[1]) == (one == two)


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("https://api.example", "https://API.example:443/", True),
        ("http://127.0.0.1", "http://127.0.0.1:80", True),
        ("https://api.example", "https://api.example:8443", False),
        ("https://api.example", "http://api.example", False),
        ("https://api.example", "https://api.example.evil.test", False),
    ],
)
def test_a_slot_belongs_to_one_origin(one: str, two: str, same: bool) -> None:
    assert (Slot("default", one).name == Slot("default", two).name) is same


@POSIX
def test_files_and_folder_are_their_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        FileStore(tmp_path / "state").save(SLOT, login("own"))
    finally:
        os.umask(before)
    folder = tmp_path / "state" / "logins"
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list(folder.iterdir())
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600]


@POSIX
def test_permissions_that_let_others_in_are_taken_back(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.save(SLOT, login("own"))
    folder = tmp_path / "logins"
    file = folder / f"{SLOT.name}.json"
    file.chmod(0o644)
    folder.chmod(0o755)
    assert store.load(SLOT) == login("own")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    store.save(SLOT, login("own"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@POSIX
def test_a_link_in_a_files_place_is_neither_read_nor_written_through(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "state")
    store.save(SLOT, login("own"))
    file = tmp_path / "state" / "logins" / f"{SLOT.name}.json"
    target = tmp_path / "target.json"
    file.rename(target)
    file.symlink_to(target)
    with pytest.raises(StoreUnavailable, match="symbolic link"):
        store.load(SLOT)
    kept = target.read_bytes()
    store.drop(SLOT)
    store.save(SLOT, login("new"))
    assert store.load(SLOT) == login("new")
    assert target.read_bytes() == kept


@POSIX
def test_a_link_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "logins").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreUnavailable, match="not a real folder"):
        FileStore(tmp_path).save(SLOT, login("own"))
    assert list((tmp_path / "elsewhere").iterdir()) == []


@POSIX
def test_a_pipe_in_a_files_place_blocks_nobody(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.save(SLOT, login("own"))
    file = tmp_path / "logins" / f"{SLOT.name}.json"
    file.unlink()
    os.mkfifo(file, 0o600)
    with pytest.raises(StoreUnavailable, match="not a regular file"):
        store.load(SLOT)


@POSIX
@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_somebody_else_is_not_trusted(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.save(SLOT, login("own"))
    os.chown(tmp_path / "logins" / f"{SLOT.name}.json", 12345, -1)
    with pytest.raises(StoreUnavailable, match="another user"):
        store.load(SLOT)


def test_a_damaged_file_is_named_kept_and_replaced_by_the_next_login(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.save(SLOT, login("own"))
    file = tmp_path / "logins" / f"{SLOT.name}.json"
    for damage in [b"half a canary", b"\xff another canary"]:
        file.write_bytes(damage)
        with pytest.raises(StoreUnavailable) as damaged:
            store.load(SLOT)
        assert str(file) in damaged.value.message
        assert "canary" not in damaged.value.message
        store.save(SLOT, login("new"))
        assert store.load(SLOT) == login("new")
    aside = sorted(path.read_bytes() for path in file.parent.glob("*.corrupt*"))
    assert aside == [b"half a canary", b"\xff another canary"]
    store.drop(SLOT)
    assert list(file.parent.iterdir()) == []


def test_a_damaged_entry_of_a_keyring_is_set_aside_too(backend: DictKeyring) -> None:
    store = KeyringStore()
    backend.kept[SLOT.name] = "half a canary \ud800"
    with pytest.raises(StoreUnavailable, match="keyring"):
        store.load(SLOT)
    store.save(SLOT, login("new"))
    assert store.load(SLOT) == login("new")
    assert backend.kept[f"{SLOT.name}.corrupt"] == "half a canary \ud800"
    store.drop(SLOT)
    assert backend.kept == {}


def test_a_damaged_entry_in_memory_is_a_matter_of_the_same_rule() -> None:
    backend = MemorySecretBackend()
    backend.write(SLOT.name, b"half")
    store = TokenStore("memory", backend)
    with pytest.raises(StoreUnavailable, match="damaged at memory"):
        store.load(SLOT)
    store.save(SLOT, login("new"))
    assert store.load(SLOT) == login("new")
    assert backend.read(f"{SLOT.name}.corrupt") == b"half"


def test_a_folder_that_cannot_be_made_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    store = FileStore(tmp_path / "state")
    with pytest.raises(StoreUnavailable, match=r"cannot be (read|written)"):
        store.save(SLOT, login("own"))
    with pytest.raises(StoreUnavailable, match=str(SLOT.name)):
        store.load(SLOT)
    backend = FileSecretBackend(tmp_path / "state" / "logins")
    with pytest.raises(StoreUnavailable, match="removed"):
        backend.delete(SLOT.name)
    with pytest.raises(StoreUnavailable, match="set aside"):
        backend.set_aside(SLOT.name)


@POSIX
def test_a_write_that_fails_leaves_what_was_there_and_no_litter(tmp_path: Path) -> None:
    (tmp_path / "name.json").mkdir()
    with pytest.raises(StoreUnavailable, match="written"):
        FileSecretBackend(tmp_path).write("name", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["name.json"]


def test_a_keyring_that_fails_is_a_store_that_is_unavailable(backend: DictKeyring) -> None:
    store = KeyringStore()
    store.save(SLOT, login("own"))
    backend.broken = True
    acts: list[Callable[[], object]] = [
        lambda: store.load(SLOT),
        lambda: store.save(SLOT, login("new")),
        lambda: store.drop(SLOT),
        lambda: KeyringSecretBackend().write("name", b"new"),
    ]
    for act in acts:
        with pytest.raises(StoreUnavailable, match="ConnectionError") as failed:
            act()
        assert "canary" not in failed.value.message
    backend.broken = False
    assert store.load(SLOT) == login("own")


def test_a_keyring_that_keeps_what_it_should_drop_is_told(backend: DictKeyring) -> None:
    store = KeyringStore()
    store.save(SLOT, login("own"))
    backend.read_only = True
    with pytest.raises(StoreUnavailable, match="cleared"):
        store.drop(SLOT)


@pytest.mark.parametrize("useless", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring])
def test_a_keyring_without_a_backend_is_refused_and_auto_takes_files(
    useless: type[KeyringBackend], backend: DictKeyring, tmp_path: Path
) -> None:
    keyring.set_keyring(useless())
    with pytest.raises(StoreUnavailable, match="no backend"):
        open_store("keyring", tmp_path)
    assert open_store("auto", tmp_path).name == "file"


def test_auto_takes_a_good_keyring_and_no_plain_text_one(backend: DictKeyring, tmp_path: Path) -> None:
    assert open_store("auto", tmp_path).name == "keyring"
    backend.priority = 0.5  # type: ignore[assignment]  # a plug-in may hold anything
    assert open_store("auto", tmp_path).name == "file"
    assert open_store("keyring", tmp_path).name == "keyring"


def test_without_the_keyring_package_auto_takes_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert open_store("auto", tmp_path).name == "file"
    with pytest.raises(StoreUnavailable, match=r"assembla-mcp\[keyring\]"):
        open_store("keyring", tmp_path)


def test_a_keyring_that_breaks_at_its_start_is_named(backend: DictKeyring, tmp_path: Path) -> None:
    backend.priority = "canary"  # type: ignore[assignment]  # a plug-in may hold anything
    with pytest.raises(StoreUnavailable, match="does not start: ValueError"):
        open_store("keyring", tmp_path)
