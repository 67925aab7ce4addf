"""Diagnosis: the steps in their order, with what is sure about them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.money import Money
from incidentkit.learning.diagnosis import FEW, Cell, Place, SegmentKind, clearly_first, places_of

STEPS = ("picking", "packing", "transit")


def cell(step: str, incidents: int, cause: str | None = None, kind: SegmentKind | None = None, segment: str = "") -> Cell:
    """So many incidents that cost nothing."""
    return Cell(step, cause, kind, segment, incidents, 0, 0, 0, 0, Money(0, "EUR"))


def places(*counts: int, **more: Any) -> tuple[Place, ...]:
    """Steps with so many incidents each."""
    return places_of(STEPS, [cell(step, n) for step, n in zip(STEPS, counts, strict=False)], 1000, None, **more)


def test_the_step_with_most_comes_first_and_ties_go_by_the_process() -> None:
    """Packing and transit have three each: packing comes before transit."""
    assert ["packing", "transit", "picking"] == [p.whole.step for p in places(1, 3, 3)]


def test_a_step_knows_its_share_its_rate_and_what_was_before() -> None:
    """30 of 40 incidents, in 1,000 orders, with intervals about both; before is the mean of earlier spans."""
    found = places_of(STEPS, [cell("packing", 30), cell("transit", 10)], 1000, {"packing": 12.5})

    assert (0.75, 12.5, 0.0) == (found[0].share, found[0].before, found[1].before)
    assert found[0].interval is not None
    assert found[0].rate is not None
    assert found[0].interval.low < 0.75 < found[0].interval.high
    assert found[0].rate.low < 0.03 < found[0].rate.high


def test_causes_and_segments_belong_to_their_step() -> None:
    """Only so many of each, the most frequent first; no segment stands among the causes."""
    causes = [cell("packing", n, f"c{n}") for n in (1, 3, 2)]
    segments = [cell("packing", n, "c1", "product", f"p{n}") for n in (5, 9)]
    (place,) = places_of(STEPS, [cell("packing", 20), *causes, *segments], 10, None, most=2)

    assert (["c3", "c2"], ["p9", "p5"]) == ([c.cause for c in place.causes], [c.segment for c in place.segments])


def test_without_incidents_or_orders_nothing_is_said() -> None:
    """A step that only cost something has no share, and without orders there is no rate."""
    (place,) = places_of(STEPS, [cell("packing", 0)], 0, None)

    assert (None, None, None, None) == (place.share, place.interval, place.rate, place.before)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((0, 9, 0), True),
        ((9, 8, 0), False),
        ((30, 10, 5), True),
        ((FEW - 1, 0, 0), False),
        ((5, 1, 0), False),
        ((8, 1, 0), True),
    ],
)
def test_only_a_clear_lead_is_one(counts: tuple[int, ...], expected: bool) -> None:
    """Nine against eight is a toss of a coin; four are too few whatever the others have."""
    assert expected == clearly_first(places(*counts))


@given(st.lists(st.integers(0, 50), min_size=3, max_size=3))
def test_shares_add_up(counts: list[int]) -> None:
    """The shares of all steps are the whole, each inside its interval."""
    found = places(*counts)
    shares = [place.share for place in found if place.share is not None]

    assert sum(shares) == pytest.approx(1.0 if sum(counts) else 0.0)
    assert all(
        p.interval is not None and p.interval.low <= (p.share or 0) <= p.interval.high for p in found if p.share is not None
    )
