"""The conformance kit for key stores: what every store of the vault's keys promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from incidentkit.ports import Closing, Key, KeyStore

__all__ = ["KEY_PROMISES", "KeyStage", "KeyStoreContract", "key_stage"]

_ANA, _BEN = "default/person/ana", "default/person/ben"
_BELOW, _BESIDE = ("details", "case-1", "~"), ("-", "0", "a", " b/c")


class KeyStoreContract:
    """Subclass it and write `make`: pytest collects one test per promise."""

    def make(self, directory: Path) -> KeyStore:
        """A key store. Called again with the same folder, it is the same one in another process."""
        raise NotImplementedError(f"{type(self).__name__}.make(directory) must return your key store")

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, check in KEY_PROMISES.items():
            setattr(cls, f"test_{name}", _as_test(check))


class KeyStage:
    """A contract with a folder that is empty at first."""

    def __init__(self, contract: KeyStoreContract, directory: Path) -> None:
        self._contract = contract
        self._directory = directory
        self._made: list[KeyStore] = []

    def keys(self) -> KeyStore:
        """The key store; made again, it is the same one in another process."""
        made = self._contract.make(self._directory)
        self._made.append(made)
        return made

    def close(self) -> None:
        """Close every one that was made and can be closed."""
        for made in self._made:
            if isinstance(made, Closing):
                made.close()


@contextmanager
def key_stage(contract: KeyStoreContract) -> Iterator[KeyStage]:
    """A stage for one try, with a folder of its own."""
    with TemporaryDirectory() as directory:
        found = KeyStage(contract, Path(directory))
        try:
            yield found
        finally:
            found.close()


KEY_PROMISES: dict[str, Callable[[KeyStage], None]] = {}
"""Every promise by its name, in the order in which they are checked: each may build on those before."""


def _promise(check: Callable[[KeyStage], None]) -> Callable[[KeyStage], None]:
    KEY_PROMISES[check.__name__] = check
    return check


def _as_test(check: Callable[[KeyStage], None]) -> Callable[[KeyStoreContract], None]:
    def test(self: KeyStoreContract) -> None:
        with key_stage(self) as stage:
            check(stage)

    test.__doc__ = check.__doc__
    return test


@_promise
def it_is_a_key_store(stage: KeyStage) -> None:
    """It has every method of the port."""
    assert isinstance(stage.keys(), KeyStore)


@_promise
def a_key_has_32_bytes_and_a_plain_id(stage: KeyStage) -> None:
    """A key has 32 bytes, and an id that can stand in the words of a database."""
    key = stage.keys().current(_ANA)

    assert isinstance(key, Key), "current must return a Key"
    assert len(key.secret) == 32, "a key has 32 bytes"
    assert 1 <= len(key.id) <= 64, "an id has 1 to 64 letters"
    assert key.id.replace("-", "").replace("_", "").isalnum(), "an id has letters, digits, - and _ alone"
    assert key.id.isascii(), "an id has letters, digits, - and _ alone"


@_promise
def the_current_key_stays(stage: KeyStage) -> None:
    """An owner's current key is the same every time, in another process too."""
    first, again = stage.keys(), stage.keys()
    key = first.current(_ANA)

    assert first.current(_ANA) == key, "current must give the same key"
    assert again.current(_ANA) == key, "current must give the same key to everybody"
    assert again.secret_of(key.id) == key.secret, "secret_of must find what current gave"


@_promise
def owners_share_nothing(stage: KeyStage) -> None:
    """No two owners have an id or a secret in common."""
    keys = stage.keys()
    made = [keys.current(f"default/person/{number}") for number in range(20)]

    assert len({key.id for key in made}) == 20, "no two keys have one id"
    assert len({key.secret for key in made}) == 20, "no two keys are the same"


@_promise
def an_unknown_id_is_none(stage: KeyStage) -> None:
    """An id that was never given has no key."""
    assert stage.keys().secret_of("0000000000000000") is None


@_promise
def a_retired_key_is_still_read(stage: KeyStage) -> None:
    """After retiring there is a fresh current key, and the earlier one is still found."""
    keys = stage.keys()
    old, other = keys.current(_ANA), keys.current(_BEN)
    retired = keys.retire(_ANA)
    new = keys.current(_ANA)

    assert tuple(retired) == (old.id,), "retire must name every key of the owner"
    assert new.id != old.id, "after retire, current must be another key"
    assert keys.secret_of(old.id) == old.secret, "a retired key must still be found"
    assert keys.current(_BEN) == other, "retire must leave other owners alone"


@_promise
def retiring_names_every_key(stage: KeyStage) -> None:
    """Retiring names all keys that the owner has had and that are not destroyed, and none where there is none."""
    keys = stage.keys()
    first = keys.current(_ANA)
    keys.retire(_ANA)
    second = keys.current(_ANA)

    assert set(keys.retire(_ANA)) == {first.id, second.id}, "retire must name earlier keys too"
    assert set(keys.retire(_BEN)) == set(), "who has no key has none to name"
    keys.destroy([first.id])
    assert set(keys.retire(_ANA)) == {second.id}, "a destroyed key is named no more"


@_promise
def retiring_takes_what_is_below(stage: KeyStage) -> None:
    """With an owner retire those that are written below it, and no others that begin alike."""
    keys = stage.keys()
    below = [keys.current(f"{_ANA}/{name}") for name in _BELOW]
    beside = [keys.current(f"{_ANA}{end}") for end in _BESIDE]

    assert set(keys.retire(_ANA)) == {key.id for key in below}, "retire must name the keys of all owners below"
    assert all(keys.current(f"{_ANA}/{name}") not in below for name in _BELOW), "each must get a fresh key"
    assert [keys.current(f"{_ANA}{end}") for end in _BESIDE] == beside, "others must keep theirs"


@_promise
def a_destroyed_key_is_gone(stage: KeyStage) -> None:
    """A destroyed key is found by nobody any more, and destroying it again does nothing."""
    keys, elsewhere = stage.keys(), stage.keys()
    key, other = keys.current(_ANA), keys.current(_BEN)
    elsewhere.secret_of(key.id)
    keys.destroy([key.id, "0000000000000000"])
    keys.destroy([key.id])

    assert keys.secret_of(key.id) is None, "a destroyed key must not be found"
    assert elsewhere.secret_of(key.id) is None, "a destroyed key must not be found by another process"
    assert stage.keys().secret_of(key.id) is None, "a destroyed key must not be found after a restart"
    assert keys.secret_of(other.id) == other.secret, "destroy must leave other keys alone"


@_promise
def after_destroying_there_is_another(stage: KeyStage) -> None:
    """An owner whose current key was destroyed is given another one."""
    keys = stage.keys()
    key = keys.current(_ANA)
    keys.destroy([key.id])

    assert keys.current(_ANA).id != key.id, "a destroyed key must not come back"
    assert keys.current(_ANA).secret != key.secret, "a destroyed key must not come back"


@_promise
def threads_are_given_one_key(stage: KeyStage) -> None:
    """Whoever asks at the same time is given the same key."""
    several = [stage.keys() for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda place: several[place % 4].current(f"default/person/{place // 16}"), range(64)))

    assert len({key.id for key in made}) == 4, "everybody must be given the same key of an owner"


@_promise
def a_key_is_not_shown(stage: KeyStage) -> None:
    """Neither a key nor the store of keys shows a secret."""
    keys = stage.keys()
    key = keys.current(_ANA)
    shown = repr(keys) + repr(key)

    assert key.secret.hex() not in shown, "a repr must not show a secret"
    assert repr(key.secret) not in shown, "a repr must not show a secret"
