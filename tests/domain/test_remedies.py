"""Offers say what, by when and how much; money kinds need an amount and no other takes one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given

from incidentkit.domain.money import Money
from incidentkit.domain.remedies import MONEY_KINDS, Offer, OfferKind, OfferState, Remedy
from incidentkit.errors import InvalidInput, MoneyError, TimeError
from incidentkit.testing.strategies import offers, remedies

DAY = date(2026, 2, 1)


@given(offers())
def test_an_amount_goes_with_money_kinds_only(offer: Offer) -> None:
    """Discounts and refunds have one, substitutions and restocks none."""
    assert (offer.kind in MONEY_KINDS) == (offer.amount is not None)


@pytest.mark.parametrize("kind", sorted(MONEY_KINDS))
def test_a_money_kind_needs_an_amount(kind: OfferKind) -> None:
    """Without one the offer says nothing."""
    with pytest.raises(InvalidInput, match=f"An offer of {kind}: needs an amount"):
        Offer(kind, DAY)


@pytest.mark.parametrize("kind", sorted(set(OfferKind) - MONEY_KINDS))
def test_another_kind_takes_no_amount(kind: OfferKind) -> None:
    """It would be money that nobody gives back."""
    with pytest.raises(InvalidInput, match=f"An offer of {kind}: takes no amount; got 5.00 EUR"):
        Offer(kind, DAY, Money(5, "EUR"))


@pytest.mark.parametrize("amount", [0.5, -1, "much"])
def test_an_amount_is_exact_money(amount: Any) -> None:
    """Floats, negative amounts and words are refused."""
    with pytest.raises(MoneyError):
        Offer("refund", DAY, amount)


@pytest.mark.parametrize("kind", ["gift", "", None, 5])
def test_an_unknown_kind_is_refused(kind: Any) -> None:
    """The refusal names the kinds that there are."""
    with pytest.raises(InvalidInput, match="one of substitution, restock, discount, refund"):
        Offer(kind, DAY)


def test_an_offer_is_given_in_plain_words() -> None:
    """The kind as text and the amount as a number are understood; a date stays one, an instant goes to UTC."""
    local = datetime(2026, 2, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    offer = Offer("refund", local, "4.50")

    assert (OfferKind.REFUND, Money("4.50"), OfferState.OPEN) == (offer.kind, offer.amount, offer.state)
    assert datetime(2026, 2, 1, 10, tzinfo=UTC) == offer.by
    assert DAY == Offer("restock", DAY).by


@pytest.mark.parametrize("by", [datetime(2026, 2, 1), "2026-02-01", None])  # noqa: DTZ001 - that it is naive is the point
def test_an_offer_needs_a_date_that_says_when(by: Any) -> None:
    """A naive time, text, or nothing is refused."""
    with pytest.raises(TimeError, match="An offer's date"):
        Offer(OfferKind.RESTOCK, by)


@given(remedies())
def test_a_remedy_that_was_carried_out_can_be_found(remedy: Remedy) -> None:
    """It has its time and its reference, or neither."""
    assert bool(remedy.reference) == (remedy.carried_out_at is not None)
