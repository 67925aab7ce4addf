"""Accounts through the desk, on both stores."""

from __future__ import annotations

import pytest

import incidentkit as ik
from incidentkit.desk.desk import Desk
from incidentkit.errors import InvalidInput, UnknownIdError


def test_an_account_is_described_and_found(desk: Desk) -> None:
    """By its key, and by who looks after it; in the order of the keys."""
    sol = desk.accounts.describe("hotel-sol", manager="ana", name="Hotel Sol, S.L.")
    cafe = desk.accounts.describe("cafe")

    assert (sol, cafe) == (desk.accounts.get("hotel-sol"), desk.accounts.get("cafe"))
    assert ("ana", "Hotel Sol, S.L.") == (sol.manager, str(sol.name))
    assert (cafe, sol) == desk.accounts.find()
    assert ((sol,), (cafe,)) == (desk.accounts.find(manager="ana"), desk.accounts.find(manager=""))


def test_a_later_word_keeps_the_rest(desk: Desk) -> None:
    """A new manager leaves the name as it was, on the same account."""
    before = desk.accounts.describe("hotel-sol", manager="ana", name="Hotel Sol")
    after = desk.accounts.describe("hotel-sol", manager="leo")

    assert (before.id, before.name, "leo") == (after.id, after.name, after.manager)
    assert (after,) == desk.accounts.find()


def test_the_same_again_is_no_event(desk: Desk) -> None:
    """Said twice, it stands in the record once, and no words are kept twice."""
    desk.accounts.describe("hotel-sol", manager="ana", name="Hotel Sol")
    desk.accounts.describe("hotel-sol", manager="ana", name="Hotel Sol")
    with desk._runtime.store.reading() as unit:
        counts = [
            unit.connection.exec_driver_sql(query).scalar_one()
            for query in ("SELECT count(*) FROM events", "SELECT count(*) FROM vault")
        ]

    assert [1, 1] == counts


def test_a_key_returns_the_first_result(desk: Desk) -> None:
    """As with every command."""
    first = desk.accounts.describe("hotel-sol", manager="ana", key="k-1")
    desk.accounts.describe("hotel-sol", manager="leo")

    assert first == desk.accounts.describe("hotel-sol", manager="ana", key="k-1")


def test_the_name_is_in_the_vault_alone(desk: Desk) -> None:
    """Neither the event nor the document holds it."""
    desk.accounts.describe("hotel-sol", name="Hotel Sol de la Playa")
    with desk._runtime.store.reading() as unit:
        rows = [
            text
            for query in ("SELECT data FROM events", "SELECT document FROM streams")
            for text in unit.connection.exec_driver_sql(query).scalars()
        ]

    assert 2 == len(rows)
    assert not [text for text in rows if "Playa" in text]


def test_what_is_refused(desk: Desk) -> None:
    """An unknown manager, a key that is none, an account that nobody described, and a limit without bounds."""
    desk.orders.place(lines=[ik.Line("mug", 1, ik.Money(9, "EUR"))], account="somebody")
    with pytest.raises(InvalidInput, match="must be an agent"):
        desk.accounts.describe("hotel-sol", manager="nobody")
    for key in ("", "x" * 65):
        with pytest.raises(InvalidInput, match="An account's key"):
            desk.accounts.describe(key)
    with pytest.raises(UnknownIdError):
        desk.accounts.get("somebody")
    with pytest.raises(InvalidInput):
        desk.accounts.find(limit=0)

    assert () == desk.accounts.find()
