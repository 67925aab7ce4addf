"""What an offer comes to before it is made: where it may be made, for how much, what it is worth, and what it leaves."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.ids import LineId, OrderId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.payments import FoundRefund
from incidentkit.domain.remedies import Offer
from incidentkit.errors import InvalidInput, MoneyError, TransitionRefused
from incidentkit.rules.pricing import Left, left_after, priced
from tests.rules.test_incidents import START, now, told
from tests.rules.test_remedies import ONE, SOON, TWO, a_case, an_order, eur, price


def another(**more: Any) -> Order:
    """One of C at 50 and one of D at 5, all of it captured."""
    lines = (Line("C", 1, eur("50.00"), ONE), Line("D", 1, eur("5.00"), TWO))
    return Order(OrderId("o-2"), START, eur("55.00"), lines, **more)


def a_merged_case(**more: Any) -> Incident:
    """A case that another one about that second order was merged into."""
    return evolve(a_case(), orders=(OrderId("o-1"), OrderId("o-2")), **more)


# --- Whether it may be made --------------------------------------------------------------------------------------


def test_nothing_is_offered_once_a_case_is_resolved() -> None:
    """The refusal says that an offer was attempted, so that a caller can tell."""
    with pytest.raises(TransitionRefused) as refused:
        price(Offer("apology", SOON), evolve(a_case(), phase=Phase.RESOLVED))

    assert ("offer", "resolved") == (refused.value.attempted, refused.value.phase)


def test_an_offer_of_nothing_at_all_is_refused() -> None:
    """There is something to choose from in every round."""
    with pytest.raises(InvalidInput, match="an offer needs at least one Offer; got none"):
        priced(a_case(), [], (an_order(),), now(2))


@pytest.mark.parametrize("which", ["by", "until"])
def test_a_date_can_be_kept_to_its_last_instant(which: str) -> None:
    """A promise that is due now is not broken yet; a microsecond later it is."""
    dates: dict[str, Any] = {"by": SOON, which: now(2).at}
    late: dict[str, Any] = {"by": SOON, which: now(2).at - timedelta(microseconds=1)}
    with pytest.raises(InvalidInput, match="an offer needs a"):
        price(Offer("restock", **late))

    assert now(2).at == getattr(price(Offer("restock", **dates)), which)


# --- How much ----------------------------------------------------------------------------------------------------


def test_all_that_units_cost_may_be_given_for_them() -> None:
    """The amount that is named is refused from one cent more only."""
    assert eur("8.00") == price(Offer("refund", SOON, "8.00", lines={"1": 1})).amount


def test_credit_for_units_is_what_they_cost_be_the_money_gone() -> None:
    """A coupon takes nothing out of what the order captured."""
    made = price(Offer("store_credit", SOON, lines={"2": 1}), order=an_order(refunded=eur("20.00")))

    assert (eur("4.00"), eur("4.00")) == (made.amount, made.worth)


def test_money_that_is_gone_is_missed_by_its_order() -> None:
    """The refusal names the order whose money it was."""
    with pytest.raises(MoneyError, match="Order 1001: has money left"):
        price(Offer("refund", SOON, lines={"1": 1}), order=an_order(refunded=eur("20.00"), number="1001"))


# --- What it is worth --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("affected", "worth"),
    [
        ({}, "25.00"),
        ({"lines": (TWO,)}, "5.00"),
        ({"products": ("A",)}, "20.00"),
        ({"lines": (TWO,), "products": ("A",)}, "25.00"),  # none is both
        ({"products": ("C",)}, "25.00"),  # of another order
    ],
)
def test_goods_without_units_are_worth_what_is_affected(affected: dict[str, Any], worth: str) -> None:
    """The lines and products that the case names, and never nothing, which would be within every budget."""
    assert eur(worth) == price(Offer("replacement", SOON), evolve(a_case(), **affected)).worth


def test_named_lines_are_those_of_the_first_order() -> None:
    """A line of the same id in an order that was merged into the case is another line."""
    case = a_merged_case(lines=(TWO,))
    (made,) = priced(case, [Offer("replacement", SOON, order=OrderId("o-2"))], (an_order(), another()), now(2))

    assert eur("55.00") == made.worth


@pytest.mark.parametrize(
    ("offer", "worth"),
    [
        (Offer("apology", SOON), eur("0.00")),
        (Offer("restock", SOON), eur("0.00")),
        (Offer("store_credit", SOON, "5"), eur("5.00")),
        (Offer("replacement", SOON), None),
    ],
    ids=lambda value: value.kind if isinstance(value, Offer) else None,
)
def test_without_an_order_nobody_knows_what_goods_are_worth(offer: Offer, worth: Money | None) -> None:
    """What gives nothing is worth nothing all the same, and money what it is."""
    (made,) = priced(evolve(told(), orders=()), [offer], (), now(2))

    assert worth == made.worth


def test_offers_without_an_order_are_alternatives_as_well() -> None:
    """They are numbered on, and share a round that is new."""
    case = evolve(told(), orders=())
    case = evolve(case, offers=priced(case, [Offer("apology", SOON)], (), now(2)))
    made = priced(case, [Offer("apology", SOON), Offer("restock", SOON)], (), now(2))

    assert [("offer-2", 2), ("offer-3", 2)] == [(offer.id, offer.round) for offer in made]


# --- What it leaves ----------------------------------------------------------------------------------------------


def test_what_an_offer_leaves_is_of_the_order_that_it_names() -> None:
    """The other orders of the case stay as they are."""
    orders = (an_order(), another())
    (made,) = priced(a_merged_case(), [Offer("refund", SOON, "20", order=OrderId("o-2"))], orders, now(2))

    assert Left("offer-1", eur("35.00"), ((ONE, 1), (TWO, 1))) == left_after(a_merged_case(), made, orders, now(2))


def test_of_an_offer_without_an_order_only_its_id_is_known() -> None:
    """It is of no money, and of no units."""
    case = evolve(told(), orders=())
    (made,) = priced(case, [Offer("apology", SOON)], (), now(2))

    assert Left("offer-1", None, ()) == left_after(case, made, (), now(2))


@given(
    captured=st.integers(1, 5_000),
    spent=st.integers(0, 5_000),
    prices=st.tuples(st.integers(0, 2_000), st.integers(0, 2_000)),
    taken=st.tuples(st.integers(0, 3), st.integers(0, 2)).filter(any),
)
def test_a_refund_of_units_leaves_what_it_does_not_take(
    captured: int, spent: int, prices: tuple[int, int], taken: tuple[int, int]
) -> None:
    """Whatever was captured and given back before, it is at most what is left, and nothing of either is lost."""
    cents = [Money(Decimal(count).scaleb(-2), "EUR") for count in (*prices, captured, min(spent, captured))]
    lines = (Line("A", 3, cents[0], ONE), Line("B", 2, cents[1], TWO))
    order = Order(OrderId("o-1"), START, cents[2], lines, outside=(FoundRefund("RF-1", cents[3], START),))
    units: dict[str, int] = {line: count for line, count in zip((ONE, TWO), taken, strict=True) if count}
    try:
        made = price(Offer("refund", SOON, lines=units), order=order)
    except MoneyError:
        return
    assert made.amount is not None
    left = left_after(a_case(), made, (order,), now(2))
    assert left.money is not None

    assert cents[2] == cents[3] + made.amount + left.money
    assert {ONE: 3 - taken[0], TWO: 2 - taken[1]} == {LineId(line): count for line, count in left.units}
