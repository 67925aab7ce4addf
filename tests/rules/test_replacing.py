"""Orders that are sent instead of others: which may be, what they are made of, and what both orders say of it."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.ids import IncidentId, LineId, OfferId, OrderId, RemedyId
from incidentkit.domain.ledger import Claim, Part, Replaced
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.remedies import Offer, Remedy
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.rules.replacing import lines_instead, sent_instead, stands_for
from tests.rules.test_incidents import START, told
from tests.rules.test_remedies import ONE, SOON, TWO, an_order, eur, owing, sent

REPLACED = Replaced(OrderId("o-1"), IncidentId("i-1"), RemedyId("remedy-1"), OrderId("o-1"), eur("8.00"))


def test_an_order_sent_instead_may_be_replaced_itself() -> None:
    """The next one stands for it, and the money and the claim stay with the order at the beginning of the chain."""
    first = sent(replaces=REPLACED)
    claim = Claim(IncidentId("i-1"), RemedyId("remedy-2"), "replacement", OrderId("r-1"), (Part(ONE, 1, eur("8.00")),))
    remedy = Remedy(RemedyId("remedy-2"), OfferId("offer-2"), "replacement", SOON, lines=((ONE, 1),))
    next_ = sent(id=OrderId("r-2"))
    link = Replaced(OrderId("r-1"), IncidentId("i-1"), RemedyId("remedy-2"), OrderId("o-1"), eur("8.00"))

    assert [
        ("o-1", ev.OrderReplaced(IncidentId("i-1"), RemedyId("remedy-2"), OrderId("r-2"), ((ONE, 1),))),
        ("r-2", ev.OrderSentInstead(link)),
    ] == sent_instead(told(), remedy, claim, first, an_order(), next_)


def test_what_was_sent_may_be_more_than_what_it_is_for() -> None:
    """The units of the new order are its own, and worth together what those of the claim cost their customer."""
    case, order = owing(Offer("replacement", SOON, lines={"1": 2}))
    lines = (Line("A", 2, eur("10.00"), ONE), Line("gift", 3, eur("1.00"), TWO))
    (_, replaced), (_, linked) = sent_instead(case, case.remedies[0], order.claims[0], order, order, sent(lines=lines))
    assert isinstance(replaced, ev.OrderReplaced)
    assert isinstance(linked, ev.OrderSentInstead)

    assert (((ONE, 2), (TWO, 3)), eur("16.00")) == (replaced.sent, linked.replaces.worth)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"captured": eur("1.00")}, r"Order r-1: .*; got 1\.00 EUR captured\. Place a new one"),
        ({"replaces": REPLACED}, r"Order r-1: .*; got one with a ledger of its own\. Place a new one"),
    ],
)
def test_an_order_that_stands_for_none_says_why(change: dict[str, Any], why: str) -> None:
    """It has money of its own, or a ledger that others write in."""
    case, order = owing(Offer("replacement", SOON, lines={"1": 1}))
    with pytest.raises(RuleViolation, match=why):
        sent_instead(case, case.remedies[0], order.claims[0], order, order, sent(**change))


def test_an_order_in_another_currency_stands_for_none() -> None:
    """What it is worth could not be said in its own money."""
    foreign = Order(OrderId("r-1"), START, Money("0", "USD"), (Line("A", 1, Money("10", "USD"), ONE),))

    assert (True, False) == (stands_for(sent(), an_order()), stands_for(foreign, an_order()))


def test_a_new_order_has_the_units_of_its_remedy_line_by_line() -> None:
    """Each keeps its product and price, and gets an id of its own once it is placed."""
    remedy = Remedy(RemedyId("remedy-1"), OfferId("offer-1"), "replacement", SOON, lines=((TWO, 1), (ONE, 2)))

    assert (Line("B", 1, eur("5.00"), LineId("")), Line("A", 2, eur("10.00"), LineId(""))) == lines_instead(remedy, an_order())


def test_a_remedy_of_no_units_makes_no_order() -> None:
    """The refusal names the remedy, and asks for its lines."""
    remedy = Remedy(RemedyId("remedy-1"), OfferId("offer-1"), "substitution", SOON, product="C")
    with pytest.raises(InvalidInput, match=r"The substitution remedy-1: says of no units; got none\. Give lines="):
        lines_instead(remedy, evolve(an_order(), number="1001"))
