"""Drivers of a score: found where they are, and silent where there are none or too few answers."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.surveys import Scale
from incidentkit.learning.drivers import LEAST_ANSWERS, drivers
from incidentkit.measures.survey_figures import ScoreSums

FIVE = Scale(1, 5)
STEPS = ("packing", "transit", "delivery", "refund", "after_sales")


def sums(of: list[int]) -> ScoreSums:
    """What scores add up to."""
    return ScoreSums(len(of), sum(of), sum(score**2 for score in of), of.count(5))


def drawn(chance: random.Random, n: int, *, low: bool = False) -> ScoreSums:
    """Scores of mostly satisfied people, or of mostly unsatisfied ones."""
    return sums(chance.choices([1, 2, 3, 4, 5], [5, 4, 3, 2, 1] if low else [1, 1, 2, 4, 6], k=n))


def test_a_step_that_lowers_the_score_is_found_and_leads() -> None:
    """In at least 95 of 100 shops with 60 answers about each of five steps."""
    chance = random.Random(3)
    found = [drivers({s: drawn(chance, 60, low=s == "transit") for s in STEPS}, ScoreSums(), FIVE)[0] for _ in range(100)]

    assert 95 <= sum((first.step, first.verdict) == ("transit", "suffered") for first in found)


def test_where_no_step_differs_one_is_rarely_named() -> None:
    """In at most 7 of 100 shops, all five steps counted together."""
    chance = random.Random(5)
    alarms = [
        any(d.verdict in ("suffered", "valued") for d in drivers({s: drawn(chance, 40) for s in STEPS}, ScoreSums(), FIVE))
        for _ in range(400)
    ]

    assert sum(alarms) <= 28


@given(st.dictionaries(st.sampled_from(STEPS), st.lists(st.integers(1, 5), min_size=1, max_size=LEAST_ANSWERS - 1)))
def test_few_answers_say_nothing(answers: dict[str, list[int]]) -> None:
    """However much they agree."""
    found = drivers({step: sums(of) for step, of in answers.items()}, sums([5] * 100), FIVE)

    assert {"cannot_say"} >= {driver.verdict for driver in found}


@given(
    st.dictionaries(st.sampled_from(STEPS), st.lists(st.integers(1, 5), max_size=40)), st.lists(st.integers(1, 5), max_size=40)
)
def test_what_a_step_moves_is_the_whole_less_the_others(answers: dict[str, list[int]], unnamed: list[int]) -> None:
    """Without the answers about it, the mean is lower or higher by exactly that."""
    every = [*unnamed, *(score for of in answers.values() for score in of)]
    for driver in drivers({step: sums(of) for step, of in answers.items()}, sums(unnamed), FIVE):
        if driver.moves is not None and driver.others is not None:
            assert abs(sum(every) / len(every) - driver.others - driver.moves) < 1e-9


def test_one_step_alone_is_compared_with_nothing() -> None:
    """There are no others, and nothing is said."""
    (driver,) = drivers({"transit": sums([1] * 50)}, ScoreSums(), FIVE)

    assert ("cannot_say", None, None) == (driver.verdict, driver.others, driver.interval)


def test_no_answers_are_no_drivers() -> None:
    """A step without any is left out."""
    assert () == drivers({"transit": ScoreSums()}, ScoreSums(), FIVE)
