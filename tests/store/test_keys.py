"""The keys in a file: only its owner's, wiped when destroyed, and none without the package."""

from __future__ import annotations

import multiprocessing
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from incidentkit.domain.vault import VaultSettings
from incidentkit.errors import ConfigurationError, MissingExtra, StoreError
from incidentkit.ports import Key
from incidentkit.store.ciphers import packed
from incidentkit.store.keys import SqlKeys, open_keys
from incidentkit.store.vault import Vault

MASTER = bytes(range(32))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the keys lie."""
    return tmp_path / "keys.db"


@pytest.fixture
def keys(place: Path) -> Iterator[SqlKeys]:
    """A new file of keys."""
    with closing(SqlKeys(f"sqlite:///{place}")) as made:
        yield made


def raw(place: Path) -> bytes:
    """Everything in the file and beside it."""
    return b"".join(path.read_bytes() for path in place.parent.glob(f"{place.name}*"))


def test_only_its_owner_reads_the_file(keys: SqlKeys, place: Path) -> None:
    """Nobody else on the machine may."""
    assert 0o600 == stat.S_IMODE(place.stat().st_mode)


def test_a_destroyed_key_is_not_in_the_file(keys: SqlKeys, place: Path) -> None:
    """Neither in it nor in its log."""
    key = keys.current("a")
    before = raw(place)
    keys.destroy([key.id])

    assert packed(key.secret).encode() in before
    assert packed(key.secret).encode() not in raw(place)


def test_a_wrapped_key_is_not_in_the_file(place: Path) -> None:
    """What lies there can't be used without the master key."""
    with closing(SqlKeys(f"sqlite:///{place}", MASTER)) as keys:
        key = keys.current("a")

    assert packed(key.secret).encode() not in raw(place)


def test_a_key_can_be_unwrapped_for_good(place: Path) -> None:
    """Without a master key they lie there as they are."""
    with closing(SqlKeys(f"sqlite:///{place}", MASTER)) as keys:
        key = keys.current("a")
        keys.rewrap(None)
    with closing(SqlKeys(f"sqlite:///{place}")) as plain:
        assert key == plain.current("a")


def _ask(url: str, owners: list[str], answers: multiprocessing.SimpleQueue[list[tuple[str, str]]]) -> None:
    with closing(SqlKeys(url)) as keys:
        answers.put([(owner, keys.current(owner).id) for owner in owners])


def test_processes_are_given_one_key(place: Path) -> None:
    """Four that ask for the same owners at once agree on every one."""
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.SimpleQueue[list[tuple[str, str]]] = context.SimpleQueue()
    owners = [f"owner {number}" for number in range(40)]
    running = [context.Process(target=_ask, args=(f"sqlite:///{place}", owners, answers)) for _ in range(3)]
    for each in running:
        each.start()
    found = [answers.get() for _ in running]
    for each in running:
        each.join()

    assert found[0] == found[1] == found[2]


def test_keys_in_the_record_are_refused(tmp_path: Path) -> None:
    """A file with a table of events is no place for them."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE events (a INTEGER)"))
    engine.dispose()

    with pytest.raises(ConfigurationError, match="must lie apart"):
        SqlKeys(url)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """With an error of the store's kind."""
    with pytest.raises(StoreError):
        SqlKeys(f"sqlite:///{tmp_path / 'none' / 'keys.db'}")


def test_a_place_can_be_in_a_variable(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a URL with a password would be."""
    monkeypatch.setenv("KEYS", f"sqlite:///{place}")
    found = open_keys(VaultSettings(keys_env="KEYS"))

    assert found is not None
    with closing(found):
        assert place.exists()


def test_a_variable_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it can be set."""
    monkeypatch.delenv("KEYS", raising=False)

    with pytest.raises(ConfigurationError, match="KEYS without a value"):
        open_keys(VaultSettings(keys_env="KEYS"))


def test_without_the_package_the_extra_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever names keys is told what to install."""
    for module in [name for name in sys.modules if name.startswith("cryptography.hazmat.primitives.ciphers")]:
        monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(MissingExtra) as missing, closing(SqlKeys(f"sqlite:///{place}", MASTER)):
        pass

    assert "vault" == missing.value.extra


def test_a_key_of_another_length_is_refused() -> None:
    """A host's own key store may be wrong."""

    class Short:
        def current(self, owner: str) -> Key:
            return Key("id", b"short")

    with pytest.raises(ConfigurationError, match="has 32 bytes"):
        Vault("default", Short()).seal("text:1", "words", "a")  # type: ignore[arg-type]


def test_what_was_changed_is_found(keys: SqlKeys) -> None:
    """A row in another's place, of another tenant or with another letter does not pass for what was written."""
    vault = Vault("default", keys)
    body = vault.seal("text:1", "words", "a")

    assert "words" == vault.words("text:1", body)
    assert [True, False, False, False, False] == [
        vault.check("text:1", body),
        vault.check("text:2", body),
        Vault("other", keys).check("text:1", body),
        vault.check("text:1", body[:-2] + ("AA" if not body.endswith("AA") else "BB")),
        vault.check("text:1", body[:-1] + "!"),
    ]


@pytest.mark.parametrize("words", ["", "a", "\x02", "\x02abc:def", "\x02:", "ñ", "\ud800", "x" * 100_000])
def test_any_words_come_back(keys: SqlKeys, words: str) -> None:
    """As they were written, with keys and without."""
    row = {"ref": "text:1", "customer": None, "stream": "s", "body": words}
    for vault in (Vault("default"), Vault("default", keys)):
        (kept,) = vault.sealed([row])

        assert words == vault.words("text:1", kept["body"])
