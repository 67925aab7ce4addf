"""Rates are exact amounts from a day on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.money import Money
from incidentkit.domain.rates import Rate, rate_at, remedy_rate_at
from incidentkit.domain.shop import Shop
from incidentkit.errors import ConfigurationError, InvalidInput
from incidentkit.testing.strategies import rates

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize("amount", ["x", -1, "NaN", 0.5, True])
def test_an_amount_is_an_exact_number(amount: Any) -> None:
    """At least zero, and no float."""
    with pytest.raises(InvalidInput, match="A rate's amount"):
        Rate("phone", amount)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"channel": "phone"}, "must have an amount"),
        ({"remedy": "replacement"}, "an amount, or a share of the goods"),
        ({"amount": 1}, "of a channel or of a remedy; got neither"),
        ({"channel": "phone", "remedy": "refund", "amount": 1}, "of a channel or of a remedy; got both"),
        ({"channel": "phone", "amount": 1, "share": "0.5"}, "has no share"),
        ({"channel": "phone", "amount": 1, "per": "unit"}, "counts no units"),
        ({"remedy": "replacement", "share": "1.01"}, "from 0 to 1"),
    ],
)
def test_a_rate_says_what_one_thing_costs(given: dict[str, Any], rule: str) -> None:
    """Either a contact or a remedy, and how much; whole goods at the most."""
    with pytest.raises(InvalidInput, match=rule):
        Rate(**given)


@pytest.mark.parametrize("since", [datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01"])
def test_a_rate_begins_on_a_day(since: Any) -> None:
    """Not at an instant, and not in words."""
    with pytest.raises(InvalidInput, match="must be a day"):
        Rate("phone", 1, since=since)


def test_a_rate_is_no_finer_than_the_currency() -> None:
    """The settings name the one that is."""
    with pytest.raises(ConfigurationError, match=r"rates\[0\].amount: expected at most 0 digits"):
        Shop(currency="JPY", rates=(Rate("phone", "2.5"),))


@given(st.lists(rates(), max_size=6), st.dates(date(2014, 1, 1), date(2036, 1, 1)), st.sampled_from(["in", "out"]))
def test_the_latest_that_holds_is_taken(known: list[Rate], day: date, direction: str) -> None:
    """None that begins later, and none for the other direction or another channel."""
    found = rate_at(known, "phone", direction, day)
    holding = [r for r in known if r.channel == "phone" and r.direction in (direction, "both") and (r.since or date.min) <= day]

    assert (found is None) == (not holding)
    if found is not None:
        assert max(r.since or date.min for r in holding) == (found.since or date.min)


@given(st.integers(1, 9), st.integers(0, 10_000), st.integers(0, 100))
def test_a_remedy_costs_its_amount_and_its_goods(units: int, cents: int, percent: int) -> None:
    """The amount once or for each unit, and the share of the goods, rounded to the cent."""
    goods, share = Money(Decimal(cents).scaleb(-2), "EUR"), Decimal(percent).scaleb(-2)
    each = Shop(rates=(Rate(remedy="replacement", amount="4.90", per="unit", share=share),))
    once = Shop(rates=(Rate(remedy="replacement", amount="4.90"),))
    exact = Decimal("4.90") * units + goods.amount * share
    cost = each.cost_of_remedy("replacement", NOON, units, goods)

    assert cost is not None
    assert abs(cost.amount - exact) <= Decimal("0.005")
    assert Money("4.90", "EUR") == once.cost_of_remedy("replacement", NOON, units, goods)


@pytest.mark.parametrize("goods", [None, Money(5, "USD")])
def test_goods_of_unknown_value_have_no_known_cost(goods: Money | None) -> None:
    """Nor have those in a currency that nobody converts, nor a remedy without a rate."""
    shop = Shop(rates=(Rate(remedy="replacement", amount=1, share="0.5"),))

    assert shop.cost_of_remedy("replacement", NOON, 1, goods) is None
    assert shop.cost_of_remedy("apology", NOON, 1, goods) is None


def test_the_latest_rate_of_a_remedy_holds() -> None:
    """From its first day on; of one day the one that is named last."""
    days = (None, date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 4))
    rates = [Rate(remedy="refund", amount=place, since=since) for place, since in enumerate(days)]
    found = [remedy_rate_at(rates, "refund", date(2026, 3, day)) for day in (1, 2, 3, 4)]

    assert [rates[0], rates[2], rates[2], rates[3]] == found
    assert remedy_rate_at(rates, "phone", date(2026, 3, 4)) is None


@given(st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"]))
def test_a_day_is_the_shops(zone: str) -> None:
    """A rate begins with the day in the shop's zone."""
    shop = Shop(zone=zone, rates=(Rate("phone", 1), Rate("phone", 2, since=date(2026, 3, 2))))
    midnight = datetime(2026, 3, 2, tzinfo=shop.tzinfo)
    costs = [shop.cost("phone", "in", datetime.fromtimestamp(midnight.timestamp() + s, UTC)) for s in (-1, 0)]

    assert [Decimal(1), Decimal(2)] == [cost.amount for cost in costs if cost]
