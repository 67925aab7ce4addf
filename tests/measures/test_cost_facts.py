"""Costs as facts: each contact's shared out to the cent, each remedy's as it was paid."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.contacts import Contact
from incidentkit.domain.ids import ContactId, IncidentId, NeedId, OfferId, RemedyId
from incidentkit.domain.incidents import Incident, Owner
from incidentkit.domain.money import AMOUNT_UNIT, Money, digits
from incidentkit.domain.needs import Need
from incidentkit.domain.remedies import Remedy
from incidentkit.domain.texts import Text
from incidentkit.measures.cost_facts import costs_of_contacts, costs_of_remedies

WHEN = datetime(2026, 9, 1, tzinfo=UTC)


def need(cost: Money | None, named: int = 0, own: int = 0) -> Need:
    """A need about ``own`` incidents, with one contact that names so many others."""
    incidents = tuple(IncidentId(f"i-{n}") for n in range(named))
    contact = Contact(ContactId("k-1"), NeedId("n-1"), "phone", "in", WHEN, incidents=incidents, cost=cost, team="t")
    return Need(NeedId("n-1"), WHEN, incidents=tuple(IncidentId(f"own-{n}") for n in range(own)), contacts=(contact,))


@given(st.integers(0, 10**9), st.sampled_from(["EUR", "JPY", "KWD"]), st.integers(0, 7))
def test_the_shares_are_the_cost(coins: int, currency: str, named: int) -> None:
    """However many incidents a contact is about: whole coins, as even as can be, and together what it cost."""
    amount = Money(coins, currency) if not digits(currency) else Money(str(coins / 10 ** digits(currency)), currency)
    rows = costs_of_contacts(need(amount, named))
    shares = [row["cost"] for row in rows if isinstance(row["cost"], int)]
    coin = AMOUNT_UNIT // 10 ** digits(currency)

    assert int(amount.amount * AMOUNT_UNIT) == sum(shares)
    assert {0} == {share % coin for share in shares}
    assert max(shares) - min(shares) <= coin


@pytest.mark.parametrize(("named", "own", "expected"), [(2, 1, ["i-0", "i-1"]), (0, 2, ["own-0", "own-1"]), (0, 0, [None])])
def test_a_contact_is_about_what_it_named_else_about_its_needs(named: int, own: int, expected: list[str | None]) -> None:
    """What it named counts before its need's incidents; with neither its cost is for none."""
    assert expected == [row["incident_id"] for row in costs_of_contacts(need(Money(1, "EUR"), named, own))]


def test_an_unknown_cost_is_no_row() -> None:
    """Without a rate there is nothing to share."""
    assert [] == costs_of_contacts(need(None, 2))


def test_a_remedy_costs_what_was_paid_once_it_is_carried_out() -> None:
    """A refund its amount, a substitution what carrying it out cost, a restock nobody knows what; an agreed one nothing."""
    given: list[tuple[str, Money | None, Money | None, datetime | None]] = [
        ("refund", Money(5, "EUR"), None, WHEN),
        ("substitution", None, Money(7, "EUR"), WHEN),
        ("restock", None, None, WHEN),
        ("discount", Money(9, "EUR"), None, None),
    ]
    remedies = tuple(
        Remedy(RemedyId(f"r-{n}"), OfferId("o"), kind, WHEN, amount, carried_out_at=done, cost=cost)
        for n, (kind, amount, cost, done) in enumerate(given)
    )
    case = Incident(IncidentId("i-1"), "late", "minor", Text("t-1"), WHEN, Owner("t"), remedies=remedies)
    found = {row["channel"]: row["cost"] for row in costs_of_remedies(case)}

    assert {"refund": 50_000, "substitution": 70_000, "restock": None} == found
