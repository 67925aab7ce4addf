"""The connection that is kept at hand between transactions, and what is kept of cases between commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.copying import changed
from incidentkit.errors import RuleViolation
from incidentkit.store import recollection
from incidentkit.store.engine import database_of, open_engine
from incidentkit.store.recollection import Recollection
from incidentkit.store.transaction import Spare
from tests.desk.world import SHOP, placed, reported


@pytest.fixture
def spare(file: Path) -> Iterator[Spare]:
    """The spare connection of a new store."""
    url = f"sqlite:///{file}"
    engine = open_engine(url)
    yield Spare(engine, database_of(url))
    engine.dispose()


def raw(pooled: Any) -> Any:
    """The driver's own connection."""
    return pooled.driver_connection


def test_the_next_transaction_has_the_same_connection(spare: Spare) -> None:
    """It need not go through the pool."""
    first = spare.take()
    known = raw(first)
    spare.give(first)
    second = spare.take()

    assert known is raw(second)
    spare.give(second)
    spare.drop()


def test_two_at_once_have_two(spare: Spare) -> None:
    """One is kept at the most; the other goes back to the pool."""
    one, other = spare.take(), spare.take()

    assert raw(one) is not raw(other)
    spare.give(one)
    spare.give(other)
    assert not other.is_valid
    spare.drop()
    assert not one.is_valid


def test_what_is_in_a_transaction_is_not_kept(spare: Spare) -> None:
    """The pool undoes what was left open."""
    pooled = spare.take()
    raw(pooled).execute("BEGIN IMMEDIATE")
    spare.give(pooled)

    assert not pooled.is_valid


def test_one_of_a_pool_that_was_given_up_is_not_used_again(spare: Spare) -> None:
    """Its server was lost."""
    first = spare.take()
    known = raw(first)
    spare.give(first)
    spare._engine.dispose()
    second = spare.take()

    assert known is not raw(second)
    spare.give(second)
    spare.drop()


def test_after_a_refusal_the_next_command_works(file: Path) -> None:
    """Nothing of what was refused is left on the connection."""
    with open_desk(f"sqlite:///{file}", SHOP) as desk:
        order = placed(desk)
        with pytest.raises(RuleViolation):
            desk.incidents.resolve("none")

        assert order.id == desk.orders.confirm(order.id).id


def test_a_case_that_is_read_again_has_what_was_worked_out(file: Path) -> None:
    """By the hash that it stands at."""
    with open_desk(f"sqlite:///{file}", SHOP) as desk:
        case = reported(desk, placed(desk))

        assert case.worked_out.keys() == desk.incidents.get(case.id).worked_out.keys() != set()


def test_no_more_is_kept_than_is_of_use(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory does not grow with the record."""
    monkeypatch.setattr(recollection, "_MOST", 3)
    with open_desk(f"sqlite:///{file}", SHOP) as desk:
        case = reported(desk, placed(desk))
    kept = Recollection()
    for head in "abcd":
        kept.share(head, changed(case))

    assert ["b", "c", "d"] == list(kept._known)


def test_what_others_learn_is_kept_within_bounds(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one transaction after the other has learned does not add up."""
    monkeypatch.setattr(recollection, "_MOST", 3)
    with open_desk(f"sqlite:///{file}", SHOP) as desk:
        for _ in range(5):
            reported(desk, placed(desk))
        kept = desk._runtime.store._recollection

    assert (3, 3) == (len(kept._known), len(kept._said))


def test_nothing_is_learned_from_what_was_undone(file: Path) -> None:
    """A batch that fails has written documents that nobody will ever read."""
    with open_desk(f"sqlite:///{file}", SHOP) as desk:
        placed(desk)
        kept = desk._runtime.store._recollection
        before = set(kept._said), set(kept._known)
        with pytest.raises(ZeroDivisionError):
            _failing(desk)

        assert before == (set(kept._said), set(kept._known))


def _failing(desk: Desk) -> None:
    with desk.batch():
        case = reported(desk, placed(desk))
        desk.orders.timeline(case.orders[0])  # has everything written
        raise ZeroDivisionError
