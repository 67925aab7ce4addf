"""History used for the next order: advice, what came of it, and shortages."""

from __future__ import annotations

from typing import Any

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Line, Order
from incidentkit.errors import UnknownIdError
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import JOAN, MARTA, reported


def bought(desk: Desk, product: str = "tea", *, customer: Any = None, units: int = 1, **given: Any) -> Order:
    """An order of one product."""
    return desk.orders.place(customer=customer, lines=[Line(product, units, "10.00")], **given)


def many(desk: Desk, number: int, product: str = "tea") -> list[Order]:
    """So many orders, each by somebody else."""
    return [bought(desk, product) for _ in range(number)]


def told(desk: Desk, order: Order, **given: Any) -> list[tuple[str, str]]:
    """What is advised, and about what."""
    return [(advice.code, advice.subject) for advice in desk.advice(order.id, **given)]


def test_a_customer_who_had_it_twice_is_told_of(desk: Desk) -> None:
    """On their next order, with the cases; not on the orders that had them, and not on another's."""
    first, second = (reported(desk, bought(desk, customer=MARTA)) for _ in range(2))
    nxt, other = bought(desk, customer=MARTA), bought(desk, customer=JOAN)
    found = desk.advice(nxt.id)

    assert ["customer_in_case", "customer_repeat"] == [advice.code for advice in found]
    assert {first.id, second.id} == set(found[1].incidents)
    assert [] == told(desk, other)


def test_what_was_withdrawn_is_no_history(desk: Desk) -> None:
    """It never was one."""
    for _ in range(2):
        desk.incidents.withdraw(reported(desk, bought(desk, customer=MARTA)).id, reason="a slip")

    assert [] == told(desk, bought(desk, customer=MARTA))


def test_what_is_long_ago_is_forgiven(desk: Desk, clock: ManualClock) -> None:
    """A customer's cases speak for a year, a product's for a month."""
    for _ in range(3):
        reported(desk, bought(desk, customer=MARTA), type="out_of_stock")
    clock.advance(days=31)
    month = told(desk, bought(desk))
    clock.advance(days=340)
    year = told(desk, bought(desk, customer=MARTA))

    assert [[], []] == [month, [each for each in year if each[0] == "customer_repeat"]]


def test_a_product_that_was_short_is_told_of(desk: Desk) -> None:
    """Three times in thirty days, on every order that has it in."""
    for order in many(desk, 3):
        reported(desk, order, type="out_of_stock")
    many(desk, 20, "cup")

    assert [("product_short", "tea")] == told(desk, bought(desk))
    assert [] == told(desk, bought(desk, "cup"))


def test_a_product_that_breaks_more_than_others_is_told_of(desk: Desk) -> None:
    """With the number of its cases and of the orders with it."""
    for order in many(desk, 6, "vase"):
        reported(desk, order)
    many(desk, 40)
    (advice,) = desk.advice(bought(desk, "vase").id)

    assert ("product_trouble", "6", "7") == (advice.code, advice.values["count"], advice.values["orders"])


def test_a_carrier_in_trouble_is_told_of(desk: Desk, clock: ManualClock) -> None:
    """By the carrier that is meant to take it, or that has it."""
    for carrier, number, bad in (("Ox", 20, 10), ("Hare", 60, 1)):
        for place, order in enumerate(many(desk, number)):
            desk.orders.ship(order.id, carrier=carrier)
            if place < bad:
                reported(desk, order, type="late", cause="carrier_delay")
    clock.advance(days=8)
    order = bought(desk)
    shipped = desk.orders.ship(bought(desk).id, carrier="Ox")

    assert [[("carrier_trouble", "Ox")], []] == [told(desk, order, carrier="Ox"), told(desk, order, carrier="Hare")]
    assert [("carrier_trouble", "Ox")] == told(desk, shipped)


def test_what_was_shown_is_in_the_record(desk: Desk) -> None:
    """Once for each time, with what it rested on; where there is nothing to show, nothing is noted."""
    for order in many(desk, 3):
        reported(desk, order, type="out_of_stock")
    order = desk.orders.advise(bought(desk).id, by="ana")
    quiet = desk.orders.advise(bought(desk, "cup").id, by="ana")

    assert [desk.advice(order.id)] == [tuple(shown.advice for shown in order.advised)]
    assert ["order.advised"] == [e.type for e in desk.orders.timeline(order.id) if e.by == "agent:ana"]
    assert () == quiet.advised


def test_looking_is_no_handling(desk: Desk, clock: ManualClock) -> None:
    """An order about which advice was shown has not been handled by that."""
    for order in many(desk, 3):
        reported(desk, order, type="out_of_stock")
    clock.advance(days=2)
    before = desk.measure("orders_handled").rows[0].n
    desk.orders.advise(bought(desk).id, by="ana")

    assert before == desk.measure("orders_handled").rows[0].n


def test_advice_on_no_order_is_refused(desk: Desk) -> None:
    """There is none to look at."""
    with pytest.raises(UnknownIdError):
        desk.advice("nothing")


def test_advice_is_held_against_comparable_orders(desk: Desk, clock: ManualClock) -> None:
    """Those with the same product about which nobody was shown it; each is judged once it is old enough."""
    for order in many(desk, 3):
        reported(desk, order, type="out_of_stock")
    shown = [desk.orders.advise(order.id) for order in many(desk, 25)]
    left = many(desk, 30)
    clock.advance(days=1)
    for order in (*shown[:1], *left[:20]):
        reported(desk, order)
    (early,) = desk.advice_record().scores
    clock.advance(days=40)
    (score,) = desk.advice_record().scores

    assert (25, 25, "cannot_say") == (early.given, early.waiting, early.verdict)
    assert (25, 0, 25, 1) == (score.given, score.waiting, score.judged, score.trouble)
    # The three that were short are comparable too: they had the product, and their trouble came after they were placed.
    assert (33, "fewer") == (score.comparable, score.verdict)
    assert score.comparable_trouble >= 20


def test_customers_with_trouble_are_held_against_their_like(desk: Desk, clock: ManualClock) -> None:
    """Orders by customers who had the same before, about which nobody was shown it."""
    for name in ("c-1", "c-2"):
        for _ in range(2):
            reported(desk, bought(desk, customer=name))
    clock.advance(hours=1)
    desk.orders.advise(bought(desk, customer="c-1").id)
    bought(desk, customer="c-2")
    bought(desk, customer="c-3")
    clock.advance(days=40)
    scores = {score.code: score for score in desk.advice_record().scores}

    assert {"customer_in_case", "customer_repeat"} == set(scores)
    assert [(1, 1), (1, 1)] == [(score.judged, score.comparable) for score in scores.values()]


def test_shortages_stand_beside_what_they_could_have_happened_to(desk: Desk) -> None:
    """Incidents by product, the orders and units with it, and a rate with its interval."""
    for order in many(desk, 3):
        reported(desk, order, type="out_of_stock")
    bought(desk, units=7)
    reported(desk, bought(desk, "cup", units=2), type="out_of_stock")
    reported(desk, bought(desk, "cup"), type="damaged")
    found = desk.shortages()

    assert [("tea", 3, 4, 10), ("cup", 1, 2, 3)] == [(r.product, r.incidents, r.orders, r.units) for r in found.rows]
    assert all(row.interval is not None and row.rate is not None and row.rate in row.interval for row in found.rows)
    assert [("tea", 3), ("cup", 2)] == [(r.product, r.incidents) for r in desk.shortages(type=None).rows]


def test_a_rebuilt_store_says_the_same(desk: Desk) -> None:
    """Advice, its record, shortages and figures follow from the events alone."""
    for order in many(desk, 3):
        case = reported(desk, order, type="out_of_stock")
        desk.surveys.answer(desk.surveys.ask(incident=case.id).id, score=2, comment="agotado")
    order = desk.orders.advise(bought(desk).id)

    def said() -> tuple[Any, ...]:
        figures = desk.survey_figures("csat", "team"), desk.survey_drivers("csat")
        return desk.advice(order.id), desk.advice_record(), desk.shortages(), *figures, desk.surveys.uncoded()

    before = said()
    desk.rebuild()

    assert before == said()
