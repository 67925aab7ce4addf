"""Offers say what, by when, how much and for which units; remedies, whether somebody owes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given

from incidentkit.domain.ids import OfferId, RemedyId
from incidentkit.domain.money import Money
from incidentkit.domain.remedies import Offer, OfferState, Remedy
from incidentkit.domain.remedy_kinds import KINDS
from incidentkit.errors import InvalidInput, MoneyError, RuleViolation, TimeError
from incidentkit.testing.strategies import offers, remedies

DAY = date(2026, 2, 1)
WHEN = datetime(2026, 2, 2, tzinfo=UTC)


@given(offers())
def test_an_amount_goes_with_money_and_credit_only(offer: Offer) -> None:
    """Discounts and refunds have one, substitutions and restocks none."""
    assert KINDS[offer.kind].takes_amount == (offer.amount is not None)


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ((("1", 1), ("1", 2)), "name each line once"),
        (5, "are units by line"),
        ({"1": 0}, "a whole number of units above zero"),
        ({"1": True}, "a whole number of units above zero"),
    ],
)
def test_lines_are_units_by_line(lines: Any, rule: str) -> None:
    """What says of no units, or of a line twice, is refused."""
    with pytest.raises(RuleViolation, match=rule):
        Offer("refund", DAY, lines=lines)


def test_lines_are_kept_as_pairs() -> None:
    """A mapping and pairs say the same."""
    assert Offer("refund", DAY, lines=(("1", 2),)) == Offer("refund", DAY, lines={"1": 2})


def test_what_waits_for_a_return_says_of_which_units() -> None:
    """Without lines nobody could tell what has to come back."""
    with pytest.raises(InvalidInput, match="that waits for a return says of which units"):
        Offer("refund", DAY, "5", after_return=True)


@pytest.mark.parametrize(("done", "dropped", "owed"), [(None, None, True), (WHEN, None, False), (None, WHEN, False)])
def test_a_remedy_is_owed_until_it_is_done_or_dropped(done: datetime | None, dropped: datetime | None, owed: bool) -> None:
    """Nothing else ends it."""
    remedy = Remedy(RemedyId("r-1"), OfferId("o-1"), "restock", DAY, carried_out_at=done, dropped_at=dropped)

    assert owed == remedy.owed


@pytest.mark.parametrize(("waits", "received", "payable"), [(False, None, True), (True, None, False), (True, WHEN, True)])
def test_what_waits_for_a_return_is_due_once_it_is_back(waits: bool, received: datetime | None, payable: bool) -> None:
    """A remedy of units that have not come back is owed, and not due."""
    lines = (("1", 1),)
    remedy = Remedy(RemedyId("r"), OfferId("o"), "refund", DAY, lines=lines, after_return=waits, received_at=received)

    assert (True, payable) == (remedy.owed, remedy.payable)


@pytest.mark.parametrize("amount", [0.5, -1, "much"])
def test_an_amount_is_exact_money(amount: Any) -> None:
    """Floats, negative amounts and words are refused."""
    with pytest.raises(MoneyError):
        Offer("refund", DAY, amount)


@pytest.mark.parametrize("kind", ["Gift", "", None, 5, "a" * 41, "9lives"])
def test_what_is_no_code_is_no_kind(kind: Any) -> None:
    """A kind has the form of a code; which there are, the shop knows."""
    with pytest.raises(InvalidInput, match="A kind of remedy: is a code of 1 to 40 small letters"):
        Offer(kind, DAY)


def test_an_offer_is_given_in_plain_words() -> None:
    """The kind as text and the amount as a number are understood; a date stays one, an instant goes to UTC."""
    local = datetime(2026, 2, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    offer = Offer("refund", local, "4.50")

    assert ("refund", Money("4.50"), OfferState.OPEN) == (offer.kind, offer.amount, offer.state)
    assert datetime(2026, 2, 1, 10, tzinfo=UTC) == offer.by
    assert DAY == Offer("restock", DAY).by


@pytest.mark.parametrize("by", [datetime(2026, 2, 1), "2026-02-01", None])  # noqa: DTZ001 - that it is naive is the point
def test_an_offer_needs_a_date_that_says_when(by: Any) -> None:
    """A naive time, text, or nothing is refused."""
    with pytest.raises(TimeError, match="An offer's date"):
        Offer("restock", by)


@given(remedies())
def test_a_remedy_that_was_carried_out_can_be_found(remedy: Remedy) -> None:
    """It has its time and its reference, or neither."""
    assert bool(remedy.reference) == (remedy.carried_out_at is not None)


@pytest.mark.parametrize(("gives", "money"), [("", True), ("money", True), ("credit", False), ("goods", False)])
def test_an_amount_is_money_unless_it_is_credit(gives: str, money: bool) -> None:
    """One from before there were kinds was money."""
    remedy = Remedy(RemedyId("r"), OfferId("o"), "refund", DAY, Money("5", "EUR"), gives=gives)

    assert money == (remedy.money is not None)
