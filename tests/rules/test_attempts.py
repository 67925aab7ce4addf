"""Attempts to deliver: what counts as one, over parcels, failures and what was sent instead."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.ids import IncidentId, LineId, OrderId, RemedyId
from incidentkit.domain.ledger import Claim, Part, Replaced
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.shipments import FailedAttempt, Shipment, Units
from incidentkit.errors import InvalidInput, QuantityError
from incidentkit.rules.attempts import attempts, delivery_failed, retried, sent_instead

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOTHING = Money.zero("EUR")
ROOT = OrderId("root")
ONE = LineId("1")


def parcel(place: int, units: Units, *, failed: int = 0, arrived: bool = False) -> Shipment:
    """A parcel with that in it, which so many attempts failed to hand over."""
    tries = tuple(FailedAttempt(START, units) for _ in range(failed))
    return Shipment(f"shipment-{place}", units, START, delivered=units if arrived else (), failures=tries)


def order(name: str, *parcels: Shipment, units: int = 1, claims: tuple[Claim, ...] = (), root: bool = True) -> Order:
    """An order of one line of A, or one that was sent instead of some of it."""
    of = OrderId(name)
    replaces = None if root else Replaced(ROOT, IncidentId("case"), RemedyId("remedy-1"), ROOT, NOTHING)
    lines = (Line("A", units, NOTHING, ONE, shipped=sum(dict(p.units).get("1", 0) for p in parcels)),)
    return Order(of, START, NOTHING, lines, shipments=parcels, claims=claims, replaces=replaces)


def claim(of: str, by: str, units: int = 1, place: int = 1) -> Claim:
    """What was sent instead of units of an order."""
    part = Part(ONE, units, NOTHING)
    sent = (("1", units),)
    remedy = RemedyId(f"remedy-{place}")
    return Claim(
        IncidentId("case"), remedy, "replacement", OrderId(of), (part,), state="done", moved=True, by=OrderId(by), sent=sent
    )


def family(*orders: Order) -> dict[OrderId, Order]:
    """The orders by their ids."""
    return {each.id: each for each in orders}


# --- One order ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parcels", "count"),
    [
        ((), 0),
        ((parcel(1, (("1", 1),)),), 1),
        ((parcel(1, (("1", 1),), failed=1),), 2),
        ((parcel(1, (("1", 1),), failed=2),), 3),
        ((parcel(1, (("1", 1),), failed=2, arrived=True),), 3),
        ((parcel(1, (("2", 1),), failed=5),), 0),
    ],
)
def test_a_parcel_is_an_attempt_and_each_failure_begins_another(parcels: tuple[Shipment, ...], count: int) -> None:
    """Of the lines that are in it, and of no others."""
    assert count == attempts(family(order("root", *parcels, units=9)), ROOT, ONE)


def test_units_that_travel_in_parcels_of_their_own_are_one_attempt_each() -> None:
    """Three parcels with a third of the line in each are no third attempt."""
    parcels = [parcel(place, (("1", 1),)) for place in (1, 2, 3)]

    assert 1 == attempts(family(order("root", *parcels, units=3)), ROOT, ONE)


# --- What was sent instead ---------------------------------------------------------------------------------------


def test_a_replacement_of_a_replacement_is_the_third_attempt() -> None:
    """However the wrong product came about: the customer has had three parcels for one line."""
    claims = (claim("root", "second"), claim("second", "third", place=2))
    wrong = parcel(1, (("1", 1),), arrived=True)
    whole = family(
        order("root", wrong, claims=claims),
        order("second", wrong, root=False),
        order("third", parcel(1, (("1", 1),)), root=False),
    )

    assert 3 == attempts(whole, ROOT, ONE)


def test_what_is_placed_and_has_not_left_is_no_attempt() -> None:
    """A replacement counts once its parcel is on its way."""
    whole = family(
        order("root", parcel(1, (("1", 1),), arrived=True), claims=(claim("root", "second"),)), order("second", root=False)
    )

    assert 1 == attempts(whole, ROOT, ONE)


def test_a_parcel_that_was_given_up_is_not_tried_again() -> None:
    """One failure, and then another order: that were two attempts and not three."""
    whole = family(
        order("root", parcel(1, (("1", 1),), failed=1), claims=(claim("root", "second"),)),
        order("second", parcel(1, (("1", 1),)), root=False),
    )

    assert 2 == attempts(whole, ROOT, ONE)


def test_different_units_that_were_replaced_are_not_added_up() -> None:
    """Of three units each was replaced once: two attempts at each."""
    claims = tuple(claim("root", f"instead-{place}", place=place) for place in (1, 2, 3))
    instead = [order(f"instead-{place}", parcel(1, (("1", 1),)), root=False) for place in (1, 2, 3)]
    whole = family(order("root", parcel(1, (("1", 3),), arrived=True), units=3, claims=claims), *instead)

    assert 2 == attempts(whole, ROOT, ONE)


@given(st.integers(1, 6), st.integers(0, 3))
def test_a_chain_of_replacements_counts_every_link_and_every_failure(links: int, failures: int) -> None:
    """As many attempts as parcels, and one more for each failure of the last one."""
    names = ["root", *(f"link-{place}" for place in range(1, links))]
    claims = tuple(claim(a, b, place=place) for place, (a, b) in enumerate(pairwise(names), 1))
    last = len(names) - 1
    whole = family(
        *(
            order(
                name,
                parcel(1, (("1", 1),), arrived=place < last, failed=failures if place == last else 0),
                claims=claims if not place else (),
                root=not place,
            )
            for place, name in enumerate(names)
        )
    )

    assert links + failures == attempts(whole, ROOT, ONE)
    assert tuple(names[1:]) == sent_instead(whole[ROOT])


def test_only_a_further_attempt_is_news() -> None:
    """A line that had three attempts before has none too many now."""
    before = family(order("root", parcel(1, (("1", 1),), failed=1)))
    after = family(order("root", parcel(1, (("1", 1),), failed=2)))

    assert {ONE: 3} == retried(before, after, ROOT, 3)
    assert {} == retried(after, after, ROOT, 3)
    assert {} == retried(before, after, ROOT, 4)


# --- The command -------------------------------------------------------------------------------------------------


def test_a_failed_delivery_says_which_parcels_it_was_about() -> None:
    """All that is on its way, or the units that are named, the oldest parcel first."""
    sent = order("root", parcel(1, (("1", 2),)), parcel(2, (("1", 1),)), units=3)
    both = delivery_failed(sent, None, None, None).events
    some = delivery_failed(sent, {"A": 2}, None, None).events
    second = delivery_failed(sent, None, "shipment-2", None).events

    assert (ev.DeliveryFailed((ev.Portion("shipment-1", (("1", 2),)), ev.Portion("shipment-2", (("1", 1),)))),) == both
    assert (ev.DeliveryFailed((ev.Portion("shipment-1", (("1", 2),)),)),) == some
    assert (ev.DeliveryFailed((ev.Portion("shipment-2", (("1", 1),)),)),) == second


@pytest.mark.parametrize(
    ("units", "shipment", "error"),
    [
        ({"1": 4}, None, QuantityError),
        ({"1": 2}, "shipment-2", QuantityError),
        (None, "shipment-9", InvalidInput),
        ({"B": 1}, None, InvalidInput),
    ],
)
def test_only_what_is_on_its_way_can_fail_to_arrive(
    units: dict[str, int] | None, shipment: str | None, error: type[Exception]
) -> None:
    """More units, another parcel, another product: each is refused."""
    sent = order("root", parcel(1, (("1", 2),)), parcel(2, (("1", 1),)), units=3)

    with pytest.raises(error):
        delivery_failed(sent, units, shipment, None)


def test_nothing_on_its_way_is_refused() -> None:
    """Before anything has left, and after all has arrived."""
    for sent in (order("root"), order("root", parcel(1, (("1", 1),), arrived=True))):
        with pytest.raises(QuantityError):
            delivery_failed(sent, None, None, None)
