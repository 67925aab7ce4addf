"""Patterns: planted ones are found with stated power, and where nothing has changed alarms are as rare as promised."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.learning.patterns import ALPHA, FEWEST_NOW, FEWEST_SPANS, Seen, find_patterns

SPANS = 12
ORDERS = 1000


def seen(now: int, before: tuple[int, ...], name: str = "cup", orders: int = ORDERS) -> Seen:
    """Incidents with a product, over spans of the same number of orders."""
    return Seen("product", "transit", "", name, now, before, orders, (ORDERS,) * len(before))


def poisson(rng: Random, mean: float) -> int:
    """One draw, by Knuth's way."""
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def batched(rng: Random, mean: float) -> int:
    """One draw that varies twice as much: incidents that come by one, two or three at a time."""
    return sum(rng.choice((1, 2, 3)) for _ in range(poisson(rng, mean / 2)))


# --- Nothing has changed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [poisson, batched], ids=["by chance", "in batches"])
def test_where_nothing_has_changed_alarms_are_rare(draw: object) -> None:
    """Of 250 reviews of 60 products none of which has changed, no more than promised have any alarm (3 sigma above 5 %)."""
    rng, alarms, reviews = Random(7), 0, 250
    means = [0.3 * 1.08**n for n in range(60)]
    for _ in range(reviews):
        some = [
            seen(draw(rng, mean), tuple(draw(rng, mean) for _ in range(SPANS)), f"p{n}")  # type: ignore[operator]
            for n, mean in enumerate(means)
        ]
        alarms += bool(find_patterns([each for each in some if each.count >= FEWEST_NOW], len(some), SPANS).found)

    assert alarms <= reviews * ALPHA + 3 * math.sqrt(reviews * ALPHA * (1 - ALPHA))


# --- Something has -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mean", "times", "power"), [(5, 5, 0.85), (10, 4, 0.95), (40, 2.5, 0.95)])
def test_what_was_planted_is_found(mean: int, times: float, power: float) -> None:
    """Five times 5 a week, four times 10, 2.5 times 40: found among 1,000 combinations, as often as stated."""
    rng, found, weeks = Random(11), 0, 100
    for _ in range(weeks):
        planted = seen(poisson(rng, mean * times), tuple(poisson(rng, mean) for _ in range(SPANS)))
        others = [seen(poisson(rng, 4), tuple(poisson(rng, 4) for _ in range(SPANS)), f"p{n}") for n in range(60)]
        found += "cup" in {pattern.seen.segment for pattern in find_patterns([planted, *others], 1000, SPANS).found}

    assert found >= power * weeks


def test_a_wild_one_is_held_against_itself() -> None:
    """An account whose incidents come thirty at a time has no pattern when they do again, though all others are steady."""
    wild = seen(33, (0, 30, 0, 1, 28, 0, 0, 31, 0, 2, 0, 29), "acme")
    steady = [seen(5, (4, 5, 6) * 4, f"p{n}") for n in range(50)]

    assert () == find_patterns([wild, *steady], 51, SPANS).found


def test_what_never_was_is_new() -> None:
    """Eight where there were none is a pattern, and says so."""
    (pattern,) = find_patterns([seen(8, (0,) * SPANS)], 100, SPANS).found

    assert (True, 0.0) == (pattern.new, pattern.expected)
    assert pattern.p < ALPHA


def test_more_orders_are_no_pattern() -> None:
    """Five times the incidents in five times the orders are what was to be expected."""
    assert () == find_patterns([seen(25, (5,) * SPANS, orders=5 * ORDERS)], 1, SPANS).found


def test_who_is_new_is_held_against_all_others() -> None:
    """A carrier without earlier orders has a pattern where its parcels fare worse than all parcels did, and none where not."""
    step = Seen("step", "transit", "", "", 40, (20,) * SPANS, ORDERS, (ORDERS,) * SPANS)
    bad, fair = (Seen("carrier", "transit", "", name, n, (0,) * SPANS, 100, (0,) * SPANS) for name, n in (("x", 20), ("y", 3)))
    found = {p.seen.segment: p for p in find_patterns([step, bad, fair], 10, SPANS).found if p.seen.kind == "carrier"}

    assert ["x"] == list(found)
    assert found["x"].new
    assert pytest.approx(2.0) == found["x"].expected


def test_the_surest_comes_first_with_what_was_expected() -> None:
    """Patterns come by their chance; what was expected is the earlier rate of the orders now."""
    found = find_patterns([seen(30, (5,) * SPANS, "a"), seen(90, (5,) * SPANS, "b")], 50, SPANS).found

    assert ["b", "a"] == [p.seen.segment for p in found]
    assert [pytest.approx(5.0)] * 2 == [p.expected for p in found]
    assert [True, True] == [1 < p.at_least < p.seen.count / 5 for p in found]


def test_a_single_incident_is_never_a_pattern() -> None:
    """Not even the only one ever, looked at alone."""
    assert () == find_patterns([seen(1, (0,) * SPANS), seen(2, (0,) * SPANS, "tea")], 2, SPANS).found


def test_a_short_record_cannot_say() -> None:
    """With too few earlier spans there is no telling, whatever there is now."""
    found = find_patterns([seen(500, (0,) * (FEWEST_SPANS - 1))], 1, FEWEST_SPANS - 1)

    assert ("cannot_say", ()) == (found.verdict, found.found)


def test_without_orders_there_is_no_rate() -> None:
    """What nobody ordered is compared with nothing."""
    assert () == find_patterns([seen(50, (1,) * SPANS, orders=0)], 1, SPANS).found


@given(st.integers(3, 60), st.lists(st.integers(0, 20), min_size=SPANS, max_size=SPANS), st.integers(1, 10_000))
def test_the_more_is_looked_at_the_less_stands_out(now: int, before: list[int], tried: int) -> None:
    """A pattern among many combinations is one among few, with a chance that is no smaller."""
    one, many = (find_patterns([seen(now, tuple(before))], n, SPANS).found for n in (1, tried))

    assert len(many) <= len(one)
    assert all(a.p <= b.p for a, b in zip(one, many, strict=False))
