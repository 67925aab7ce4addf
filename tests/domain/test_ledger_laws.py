"""What claims on an order can never come to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain.ids import IncidentId, LineId, OrderId, RemedyId
from incidentkit.domain.laws import broken_laws
from incidentkit.domain.ledger import Claim, Part
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order


def eur(amount: str) -> Money:
    return Money(amount, "EUR")


def claim(**given: Any) -> Claim:
    """One of two units, for half the money."""
    part = Part(LineId("1"), 1, eur("5.00"))
    made = Claim(IncidentId("i"), RemedyId("r"), "refund", OrderId("o"), (part,), eur("5.00"), moved=True)
    return evolve(made, **given)


SENT = claim(amount=None, state="done", by=OrderId("x"), sent=(("1", 1),))
OF_SENT = claim(of=OrderId("x"), amount=None)


@pytest.mark.parametrize(
    ("claims", "refunded", "broken"),
    [
        ((claim(), claim()), "0.00", ()),
        ((claim(), claim(amount=eur("5.01"))), "0.00", ("more money agreed than there is",)),
        ((claim(amount=eur("10.00")),), "0.01", ("more money agreed than there is",)),
        ((claim(state="done"),), "5.00", ()),
        ((claim(state="done"),), "4.99", ("a remedy is paid that gave nothing back",)),
        ((claim(state="dropped"), claim(), claim()), "0.00", ()),
        ((claim(amount=None),) * 3, "0.00", ("line 1 of o is made good more often than there are units",)),
        ((claim(amount=None, state="done", moved=False),) * 3, "0.00", ()),
        ((SENT, OF_SENT), "0.00", ()),
        ((SENT, OF_SENT, OF_SENT), "0.00", ("line 1 of x is made good more often than there are units",)),
    ],
)
def test_which_ledgers_are_broken(claims: tuple[Claim, ...], refunded: str, broken: tuple[str, ...]) -> None:
    """Money that is not there, a payment that never was, a unit that is made good twice, also of what was sent instead."""
    line = Line("A", 2, eur("5.00"), LineId("1"))
    order = Order(OrderId("o"), datetime(2026, 3, 2, tzinfo=UTC), eur("10.00"), (line,), refunded=eur(refunded), claims=claims)

    assert broken == broken_laws(order)
