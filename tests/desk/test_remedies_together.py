"""Many agree on the same order's money and units at once: together they agree on what is there, and no more."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.ids import IncidentId, OrderId
from incidentkit.domain.laws import broken_laws
from incidentkit.domain.orders import Line
from incidentkit.domain.remedies import Offer
from incidentkit.errors import ConflictError, MoneyError, QuantityError
from incidentkit.rules.ledger import Ledger
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import MARTA, SHOP, SOON, told

CAPTURED, UNITS = Decimal("10.00"), 5


def prepared(desk: Desk, offer: Offer, cases: int) -> tuple[OrderId, list[IncidentId]]:
    """An order with that offer open in each of so many cases."""
    order = desk.orders.place(MARTA, [Line("A", UNITS, "2.00")], paid=CAPTURED)
    ids = [told(desk, order=order).id for _ in range(cases)]
    for case in ids:
        desk.incidents.offer(case, [offer])
    return order.id, ids


def take(desk: Desk, case: str) -> bool:
    """Whether the customer got it; somebody else may have had what was left."""
    while True:
        try:
            desk.incidents.accept(case, "offer-1", by="customer")
        except (MoneyError, QuantityError):
            return False
        except ConflictError:
            continue
        return True


@pytest.mark.parametrize(
    ("offer", "fits"),
    [(Offer("refund", SOON, "1.50"), 6), (Offer("replacement", SOON, lines={"1": 1}), UNITS)],
    ids=["money", "units"],
)
def test_threads_agree_on_what_is_there(desk: Desk, opened: Opened, offer: Offer, fits: int) -> None:
    """Sixteen at once: as many get it as it is enough for, and the ledger holds."""
    order, cases = prepared(desk, offer, 16)
    desks = [opened() for _ in range(4)]
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(lambda each: take(desks[each[0] % 4], each[1]), enumerate(cases)))
    state = desk.orders.get(order)

    assert fits == sum(got)
    assert Ledger(state, state).agreed.amount == (offer.amount.amount * fits if offer.amount else 0)
    assert () == broken_laws(state)


def test_units_that_come_back_at_once_are_paid_once(desk: Desk, opened: Opened) -> None:
    """Each return pays for what it brought, whoever takes it down."""
    order = desk.orders.place(MARTA, [Line("A", 8, "1.00")], paid="8.00")
    desk.orders.ship(order.id)
    desk.orders.deliver(order.id)
    case = desk.incidents.offer(told(desk, order=order).id, [Offer("refund", SOON, lines={"1": 6}, after_return=True)])
    desk.incidents.accept(case.id, "offer-1", by="customer")
    desks = [opened() for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda place: _back(desks[place % 4], order.id), range(8)))
    case = desk.incidents.get(case.id)

    assert 8 == desk.orders.get(order.id).lines[0].returned
    assert (["1.00"] * 6, True) == (
        [str(r.amount.amount) for r in case.remedies if r.amount],
        all(r.payable for r in case.remedies),
    )


def _back(desk: Desk, order: str) -> None:
    while True:
        try:
            desk.orders.take_back(order, {"1": 1})
        except ConflictError:
            continue
        return


def _in_a_process(url: str, clock: Any, cases: list[IncidentId]) -> int:
    with open_desk(url, SHOP, clock=ManualClock(clock)) as desk:
        return sum(take(desk, case) for case in cases)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_processes_agree_on_what_is_there(opened: Opened, store_url: str, clock: ManualClock) -> None:
    """Four processes on one file, each with cases of its own."""
    desk = opened(plugins=())
    order, cases = prepared(desk, Offer("refund", SOON, "1.50"), 12)
    shares = [cases[place::4] for place in range(4)]
    with ProcessPoolExecutor(4, multiprocessing.get_context("spawn")) as pool:
        got = sum(pool.map(partial(_in_a_process, store_url, clock.now), shares))
    state = desk.orders.get(order)

    assert (6, Decimal("9.00")) == (got, Ledger(state, state).agreed.amount)
