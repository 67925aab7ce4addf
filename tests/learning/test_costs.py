"""Contacts avoided: found where there are, not where there are none, and never said of too few."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from incidentkit.domain.money import Money
from incidentkit.learning.costs import Arm, CostItem, Stratum, avoided, incident_cost

WHEN = datetime(2026, 9, 1, tzinfo=UTC)


def arm(counts: list[int]) -> Arm:
    """Incidents with so many contacts each."""
    return Arm(len(counts), sum(counts), sum(n * n for n in counts))


def drawn(rng: Random, n: int, chance: float) -> Arm:
    """Incidents whose customers get in touch up to three times."""
    return arm([sum(rng.random() < chance for _ in range(3)) for _ in range(n)])


def test_what_telling_saves_is_found() -> None:
    """1.5 contacts of an untold customer and 0.6 of a told one: found in at least 95 of 100 samples of 40 each."""
    rng = Random(3)
    verdicts = [avoided([Stratum("late", drawn(rng, 40, 0.2), drawn(rng, 40, 0.5))]).verdict for _ in range(100)]

    assert verdicts.count("fewer") >= 95


def test_where_telling_changes_nothing_that_is_rarely_said() -> None:
    """Of 500 samples without a difference, at most 8 % claim one (5 %, and what chance adds to so few)."""
    rng = Random(5)
    strata = [[Stratum(t, drawn(rng, 30, c), drawn(rng, 20, c)) for t, c in (("a", 0.1), ("b", 0.4))] for _ in range(500)]
    claims = [avoided(each).verdict != "no_evidence" for each in strata]

    assert sum(claims) <= 40


def test_the_interval_holds_the_truth() -> None:
    """In at least 92 of 100 samples the true difference of 0.6 lies inside."""
    rng = Random(9)
    found = [avoided([Stratum("late", drawn(rng, 60, 0.3), drawn(rng, 60, 0.5))]).interval for _ in range(300)]

    assert sum(interval is not None and interval.low <= 0.6 <= interval.high for interval in found) >= 0.92 * 300


def test_types_are_compared_with_their_own() -> None:
    """Where only the mix of types differs, nothing was avoided (Simpson's paradox)."""
    calm, loud = [0, 1] * 200, [4, 5] * 200
    found = avoided([Stratum("calm", arm(calm), arm(calm[:20])), Stratum("loud", arm(loud[:20]), arm(loud))])

    assert found.verdict == "no_evidence"
    assert pytest.approx(0.0) == found.per_incident


def test_too_few_cannot_say() -> None:
    """29 untold ones are too few; a type without its like on the other side is left alone and counted."""
    few = avoided([Stratum("late", arm([0] * 100), arm([3] * 29)), Stratum("lost", arm([1] * 7), arm([]))])

    assert ("cannot_say", 100, 29, 7, None, None) == (
        few.verdict,
        few.told,
        few.untold,
        few.alone,
        few.interval,
        few.contacts,
    )


def test_no_contact_at_all_is_no_certainty() -> None:
    """Of nobody who got in touch the interval still has a width."""
    found = avoided([Stratum("late", arm([0] * 50), arm([0] * 50))])

    assert found.verdict == "no_evidence"
    assert found.interval is not None
    assert found.interval.low < 0 < found.interval.high


def test_avoided_contacts_are_those_of_told_incidents() -> None:
    """Two fewer each over fifty told incidents are a hundred."""
    found = avoided([Stratum("late", arm([0, 1] * 25), arm([2, 3] * 25))])

    assert found.verdict == "fewer"
    assert pytest.approx(100.0) == found.contacts


def test_an_incident_costs_the_sum_of_what_is_known() -> None:
    """What nobody knows, or knows in another currency, is counted and not in the sum."""
    known = [CostItem("contact", "phone", WHEN, Money("2.50", "EUR")), CostItem("remedy", "refund", WHEN, Money(10, "EUR"))]
    other = [CostItem("remedy", "restock", WHEN, None), CostItem("contact", "phone", WHEN, Money(3, "USD"))]
    found = incident_cost("i-1", [*known, *other], "EUR")

    assert (Money("12.50", "EUR"), 2, 4) == (found.total, found.unpriced, len(found.items))
