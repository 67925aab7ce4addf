"""Rates are exact amounts from a day on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.rates import Rate, rate_at
from incidentkit.domain.shop import Shop
from incidentkit.errors import ConfigurationError, InvalidInput
from incidentkit.testing.strategies import rates


@pytest.mark.parametrize("amount", ["x", -1, "NaN", 0.5, True, None])
def test_an_amount_is_an_exact_number(amount: Any) -> None:
    """At least zero, and no float."""
    with pytest.raises(InvalidInput, match="A rate's amount"):
        Rate("phone", amount)


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


@given(st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"]))
def test_a_day_is_the_shops(zone: str) -> None:
    """A rate begins with the day in the shop's zone."""
    shop = Shop(zone=zone, rates=(Rate("phone", 1), Rate("phone", 2, since=date(2026, 3, 2))))
    midnight = datetime(2026, 3, 2, tzinfo=shop.tzinfo)
    costs = [shop.cost("phone", "in", datetime.fromtimestamp(midnight.timestamp() + s, UTC)) for s in (-1, 0)]

    assert [Decimal(1), Decimal(2)] == [cost.amount for cost in costs if cost]
