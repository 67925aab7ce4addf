"""Each promise of the kit for payers can fail: for each there is a payer that breaks it, and the kit names it first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from incidentkit.domain.money import Money
from incidentkit.testing.contracts import PAYER_PROMISES, PayerContract, PayerFault
from incidentkit.testing.contracts._payers import payer_stage
from tests.saboteurs.payers import SABOTEURS, SECRET, Honest


def _contract(payer: Callable[..., Any]) -> PayerContract:
    class Contract(PayerContract):
        secrets: ClassVar[tuple[str, ...]] = (SECRET,)

        def make(self, directory: Path, fault: PayerFault | None = None) -> Any:
            return payer(directory, fault)

        def paid_by(self, payer: Any) -> tuple[Money, ...]:
            paid: tuple[Money, ...] = payer.paid()
            return paid

    return Contract()


def _first_broken(contract: PayerContract) -> str | None:
    for name, check in PAYER_PROMISES.items():
        try:
            with payer_stage(contract) as stage:
                check(stage)
        except AssertionError:
            return name
    return None


def test_every_promise_has_its_saboteur() -> None:
    """There is a payer that breaks it for each promise."""

    assert list(PAYER_PROMISES) == list(SABOTEURS)


def test_the_honest_one_keeps_all() -> None:
    """A payer that does what it should breaks no promise."""

    assert _first_broken(_contract(Honest)) is None


@pytest.mark.parametrize("promise", SABOTEURS)
def test_a_broken_promise_is_named(promise: str) -> None:
    """The first promise that a saboteur breaks is the one that it was made to break."""

    assert promise == _first_broken(_contract(SABOTEURS[promise]))


def test_what_is_missing_is_said() -> None:
    """A contract without `make` says what its author must write."""
    with payer_stage(PayerContract()) as stage, pytest.raises(NotImplementedError, match="make"):
        stage.payer()


def test_a_contract_without_books_says_so() -> None:
    """Its author is told what the method must say."""
    payer: Any = None
    with pytest.raises(NotImplementedError, match=r"paid_by\(payer\) must say what was paid"):
        PayerContract().paid_by(payer)


def test_what_is_impossible_is_a_promise() -> None:
    """A contract can't leave out what is no promise."""
    with pytest.raises(TypeError, match="names no promise: nonsense"):

        class Wrong(PayerContract):
            impossible: ClassVar[dict[str, str]] = {"nonsense": "there is none"}
