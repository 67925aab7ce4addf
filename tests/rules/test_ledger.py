"""What is left of an order's money and units, and what units cost their customer."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.ids import IncidentId, LineId, OrderId, RemedyId
from incidentkit.domain.ledger import Claim, Part, Replaced
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.payments import FoundRefund
from incidentkit.errors import MoneyError, UnknownIdError
from incidentkit.rules.ledger import Ledger, ledger_of, line_shares, money_order, split

WHEN = datetime(2026, 3, 2, 9, tzinfo=UTC)
ONE, TWO = LineId("1"), LineId("2")


def eur(amount: str) -> Money:
    return Money(amount, "EUR")


def cents(count: int) -> Money:
    return Money(Decimal(count).scaleb(-2), "EUR")


def order(captured: str = "27.00", **more: Any) -> Order:
    """Two of A at 10 and one of B at 10, for what was captured of that."""
    lines = (Line("A", 2, eur("10.00"), ONE), Line("B", 1, eur("10.00"), TWO))
    return Order(OrderId("o"), WHEN, eur(captured), lines, **more)


def claim(**given: Any) -> Claim:
    """One unit of A, for its money."""
    of: dict[str, Any] = {
        "incident": IncidentId("i"),
        "remedy": RemedyId("remedy-1"),
        "kind": "refund",
        "of": OrderId("o"),
        "parts": (Part(ONE, 1, eur("9.00")),),
        "amount": eur("9.00"),
        "moved": True,
    }
    return Claim(**{**of, **given})


def ledger(*claims: Claim, **more: Any) -> Ledger:
    """Of that order with these claims."""
    one = order(claims=claims, **more)
    return Ledger(one, one)


@pytest.mark.parametrize(
    ("captured", "units", "values"),
    [
        ("27.00", {"1": 2, "2": 1}, ["18.00", "9.00"]),  # a discount of the whole order (B51)
        ("30.00", {"1": 1}, ["10.00"]),
        ("10.00", {"1": 2, "2": 1}, ["6.67", "3.33"]),
        ("10.00", {"1": 1}, ["3.34"]),
        ("0.00", {"1": 1}, ["0.00"]),
        ("33.00", {"2": 1}, ["11.00"]),  # with what it cost to send
    ],
)
def test_units_cost_their_share_of_what_was_captured(captured: str, units: dict[str, int], values: list[str]) -> None:
    """By their prices, to the cent."""
    one = order(captured)

    assert values == [str(part.value.amount) for part in Ledger(one, one).parts(tuple(units.items()))]


def test_lines_without_prices_cost_the_same_each_unit() -> None:
    """Nothing says that one is worth more than another."""
    free = tuple(evolve(line, price=eur("0")) for line in order().lines)
    one = evolve(order("9.00"), lines=free)

    assert [eur("6.00"), eur("3.00")] == [part.value for part in Ledger(one, one).parts(((ONE, 2), (TWO, 1)))]


def test_the_last_unit_of_a_line_costs_what_is_left_of_it() -> None:
    """So that all units together cost what was captured."""
    first = claim(parts=(Part(ONE, 1, eur("3.34")),), amount=eur("3.34"))
    one = order("10.00", claims=(first,))

    assert eur("3.33") == Ledger(one, one).parts(((ONE, 1),))[0].value


@pytest.mark.parametrize(
    ("state", "moved", "by", "free"),
    [
        ("agreed", True, None, 1),
        ("agreed", False, None, 1),
        ("done", True, None, 1),
        ("done", True, OrderId("r"), 1),
        ("done", False, None, 2),  # another unit is in its place
        ("dropped", True, None, 2),
    ],
)
def test_which_units_are_left(state: Any, moved: bool, by: OrderId | None, free: int) -> None:
    """A unit is made good once, unless what made it good put another in its place, or was dropped."""
    found = ledger(claim(state=state, moved=moved, by=by)).free()

    assert {ONE: free, TWO: 1} == found


def test_claims_of_other_orders_take_no_units_here() -> None:
    """What was sent instead has units of its own, on the same ledger."""
    assert {ONE: 2, TWO: 1} == ledger(claim(of=OrderId("r"))).free()


@pytest.mark.parametrize(
    ("claims", "more", "left"),
    [
        ((), {}, "27.00"),
        ((claim(),), {}, "18.00"),
        ((claim(state="dropped"),), {}, "27.00"),
        ((claim(state="done"),), {"refunded": eur("9.00")}, "18.00"),
        ((claim(amount=None),), {}, "27.00"),
        ((claim(of=OrderId("r")),), {}, "18.00"),
        ((claim(),), {"refunded": eur("4.00"), "outside": (FoundRefund("RF-1", eur("5.00"), WHEN),)}, "9.00"),
        ((claim(amount=eur("27.00")),), {"outside": (FoundRefund("RF-1", eur("5.00"), WHEN),)}, "0.00"),
    ],
)
def test_what_is_left_of_the_money(claims: tuple[Claim, ...], more: dict[str, Any], left: str) -> None:
    """Captured, without what was given back, what is agreed, and what was given back elsewhere; never less than nothing."""
    assert eur(left) == ledger(*claims, **more).left


def test_more_than_is_left_is_refused() -> None:
    """With what is left of what."""
    found = ledger(claim())
    found.check(eur("18.00"))

    with pytest.raises(MoneyError, match=r"18\.01 EUR, and 18\.00 EUR left of 27\.00 EUR"):
        found.check(eur("18.01"))


def test_units_cost_no_more_than_is_left() -> None:
    """A discount that was given before is part of what they get."""
    found = ledger(claim(parts=(), amount=eur("20.00")))

    assert (eur("7.00"), eur("18.00")) == (found.price(found.parts(((ONE, 2),))), found.worth(found.parts(((ONE, 2),))))


def test_a_line_that_more_was_given_for_than_it_cost_is_worth_nothing_more() -> None:
    """As where the order was corrected to less money after something was agreed."""
    first = claim(parts=(Part(ONE, 1, eur("9.00")),))
    one = order("12.00", claims=(first,))

    assert [eur("0.00"), eur("4.00")] == [part.value for part in Ledger(one, one).parts(((ONE, 1), (TWO, 1)))]


def test_an_order_without_enough_money_is_named() -> None:
    """The refusal says which it is, and what to do."""
    rule = "Order 1001: gives back no more than is left of the money captured; got .*Lower the amount"
    with pytest.raises(MoneyError, match=rule):
        ledger(number="1001").check(eur("27.01"))


@given(
    captured=st.integers(0, 5_000),
    prices=st.tuples(st.integers(0, 2_000), st.integers(0, 2_000)),
    turns=st.permutations([ONE, ONE, TWO]),
)
def test_all_units_cost_what_was_captured_in_whichever_order(
    captured: int, prices: tuple[int, int], turns: list[LineId]
) -> None:
    """One remedy after the other, each for one unit, gives back neither a cent more nor a cent less."""
    lines = tuple(evolve(line, price=cents(price)) for line, price in zip(order().lines, prices, strict=True))
    one = evolve(order(), captured=cents(captured), lines=lines)
    for line in turns:
        one = evolve(one, claims=(*one.claims, claim(parts=Ledger(one, one).parts(((line, 1),)), amount=None)))

    assert cents(captured) == sum((made.worth("EUR") for made in one.claims), eur("0"))
    assert {ONE: 0, TWO: 0} == Ledger(one, one).free()


@given(
    amount=st.integers(0, 3_000),
    values=st.tuples(st.integers(0, 2_000), st.integers(0, 2_000)),
    came=st.tuples(st.integers(0, 4), st.integers(0, 4)),
)
def test_a_claim_is_split_without_loss(amount: int, values: tuple[int, int], came: tuple[int, int]) -> None:
    """Units and values of both halves are those of the claim, and no more is given than was agreed."""
    agreed = claim(parts=(Part(ONE, 3, cents(values[0])), Part(TWO, 2, cents(values[1]))), amount=cents(amount))
    here, gone, given_ = split(agreed, {"1": came[0], "2": came[1]}, cents(amount))
    units = [sum(part.units for part in (*here, *gone) if part.line == line) for line in (ONE, TWO)]
    back = [sum(part.units for part in here if part.line == line) for line in (ONE, TWO)]
    assert given_ is not None

    assert ([3, 2], [min(3, came[0]), min(2, came[1])]) == (units, back)
    assert cents(sum(values)) == sum((part.value for part in (*here, *gone)), eur("0"))
    assert given_ <= cents(amount)


def test_what_was_sent_instead_is_worth_what_it_replaced() -> None:
    """Its units cost a share of that, whatever their own prices are."""
    replaced = Replaced(OrderId("o"), IncidentId("i"), RemedyId("remedy-1"), OrderId("o"), eur("9.00"))
    sent = Order(OrderId("r"), WHEN, eur("0"), (Line("A", 2, eur("50.00"), ONE),), replaces=replaced)

    assert [Part(ONE, 1, eur("4.50"))] == list(ledger_of(sent, [order()]).parts(((ONE, 1),)))
    assert (OrderId("o"), OrderId("o")) == (money_order(sent), money_order(order()))


def test_a_ledger_needs_the_order_of_its_money() -> None:
    """Without it nothing can be said of what is left."""
    replaced = Replaced(OrderId("o"), IncidentId("i"), RemedyId("remedy-1"), OrderId("o"), eur("9.00"))
    sent = evolve(order("0.00"), id=OrderId("r"), replaces=replaced)

    with pytest.raises(UnknownIdError, match="needs the order that its money is of; got o"):
        ledger_of(sent, [])


@pytest.mark.parametrize(
    ("came", "here", "gone", "given"),
    [
        ({"1": 2, "2": 1}, [(ONE, 2, "6.67"), (TWO, 1, "3.33")], [], "10.00"),
        ({"1": 1}, [(ONE, 1, "3.34")], [(ONE, 1, "3.33"), (TWO, 1, "3.33")], "3.34"),
        ({"1": 9}, [(ONE, 2, "6.67")], [(TWO, 1, "3.33")], "6.67"),
        ({"7": 1}, [], [(ONE, 2, "6.67"), (TWO, 1, "3.33")], "0.00"),
    ],
)
def test_of_what_was_announced_what_came_is_paid(came: dict[str, int], here: list[Any], gone: list[Any], given: str) -> None:
    """And what did not come is still owed, so that both are what was agreed (B50)."""
    agreed = claim(parts=(Part(ONE, 2, eur("6.67")), Part(TWO, 1, eur("3.33"))), amount=eur("10.00"))
    mine, rest, amount = split(agreed, came, eur("10.00"))

    assert here == [(part.line, part.units, str(part.value.amount)) for part in mine]
    assert gone == [(part.line, part.units, str(part.value.amount)) for part in rest]
    assert eur(given) == amount


@pytest.mark.parametrize(("amount", "given"), [("5.00", "2.50"), ("0.01", "0.01")])
def test_part_of_the_price_is_shared_out_by_value(amount: str, given: str) -> None:
    """Where less was agreed than the units cost, those that came get their share of that."""
    agreed = claim(parts=(Part(ONE, 2, eur("8.00")),), amount=eur(amount))

    assert eur(given) == split(agreed, {"1": 1}, eur(amount))[2]


def test_units_that_cost_nothing_share_by_their_number() -> None:
    """A gift that comes back in part."""
    agreed = claim(parts=(Part(ONE, 4, eur("0")),), amount=eur("8.00"))

    assert eur("2.00") == split(agreed, {"1": 1}, eur("8.00"))[2]


def test_goods_are_split_without_money() -> None:
    """There is no amount to share."""
    assert split(claim(parts=(Part(ONE, 2, eur("8.00")),)), {"1": 1}, None)[2] is None


@pytest.mark.parametrize(
    ("given", "shares"),
    [
        ({"amount": None}, []),
        ({"parts": ()}, []),
        ({"parts": (Part(ONE, 2, eur("6.67")), Part(TWO, 1, eur("3.33"))), "amount": eur("5.00")}, ["3.34", "1.66"]),
        ({"parts": (Part(ONE, 3, eur("0")), Part(TWO, 1, eur("0"))), "amount": eur("4.00")}, ["3.00", "1.00"]),
    ],
)
def test_the_lines_of_a_payment_sum_to_it(given: dict[str, Any], shares: list[str]) -> None:
    """A payer is told the lines, not an amount alone (B53)."""
    assert [Decimal(share) for share in shares] == [amount.amount for _, _, amount in line_shares(claim(**given))]
