"""Each promise of the kit for key stores can fail: for each there is a store that breaks it, and the kit names it first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from incidentkit.testing.contracts import KEY_PROMISES, KeyStoreContract
from incidentkit.testing.contracts._keys import key_stage
from tests.saboteurs.keys import SABOTEURS, Honest


def _contract(store: Callable[[Path], Any]) -> KeyStoreContract:
    class Contract(KeyStoreContract):
        def make(self, directory: Path) -> Any:
            return store(directory)

    return Contract()


def _first_broken(contract: KeyStoreContract) -> str | None:
    for name, check in KEY_PROMISES.items():
        try:
            with key_stage(contract) as stage:
                check(stage)
        except AssertionError:
            return name
    return None


def test_every_promise_has_its_saboteur() -> None:
    """There is a key store that breaks it for each promise."""

    assert list(KEY_PROMISES) == list(SABOTEURS)


def test_the_honest_one_keeps_all() -> None:
    """A key store that does what it should breaks no promise."""

    assert _first_broken(_contract(Honest)) is None


@pytest.mark.parametrize("promise", SABOTEURS)
def test_a_broken_promise_is_named(promise: str) -> None:
    """The first promise that a saboteur breaks is the one that it was made to break."""

    assert promise == _first_broken(_contract(SABOTEURS[promise]))


def test_what_is_missing_is_said() -> None:
    """A contract without `make` says what its author must write."""
    with key_stage(KeyStoreContract()) as stage, pytest.raises(NotImplementedError, match="make"):
        stage.keys()
