"""What went well: who is named is behind it, and nobody by chance."""

from __future__ import annotations

from math import isclose
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from incidentkit.errors import InvalidInput
from incidentkit.learning import went_well as home
from incidentkit.learning.went_well import Counted, went_well

CREW = [Counted("zoe", 90, 100), Counted("ana", 92, 100), Counted("leo", 55, 100), Counted("eva", 50, 100)]


def names(counted: list[Counted], **given_: float) -> list[str]:
    return [credit.who for credit in went_well("csat_top_share", "agent", counted, **given_)]  # type: ignore[arg-type]


def test_who_clearly_does_better_is_named_in_the_order_of_the_alphabet() -> None:
    """Not by how much: it is no ranking. Who does worse is not named."""
    assert ["ana", "zoe"] == names(CREW)


def test_a_credit_says_its_figure_its_interval_and_the_others() -> None:
    """So that anybody can see what it rests on."""
    credit = went_well("csat_top_share", "agent", CREW)[0]

    assert (92, 100, 0.92, 195 / 300) == (credit.hits, credit.n, credit.share, credit.others)
    assert credit.low < credit.share < credit.high


def test_few_cases_say_nothing() -> None:
    """Not even where all of them went well; one person alone is compared with nobody."""
    assert [] == names([Counted("ana", 19, 19), Counted("leo", 100, 300)])
    assert ["ana"] == names([Counted("ana", 20, 20), Counted("leo", 100, 300)])
    assert [] == names([Counted("ana", 100, 100)])


def test_those_whom_nobody_knows_are_among_the_others_only() -> None:
    """They have no name to be called by."""
    assert [] == names([Counted("", 100, 100), Counted("ana", 10, 100)])


def test_the_more_are_compared_the_more_it_takes() -> None:
    """What stands out of two may be chance among forty."""
    pair = [Counted("ana", 34, 40), Counted("leo", 25, 40)]
    crowd = [*pair, *(Counted(f"p-{n}", 25 + n % 3, 40) for n in range(38))]

    assert ["ana"] == names(pair)
    assert [] == names(crowd)


def test_where_all_are_alike_somebody_is_named_no_more_often_than_stated() -> None:
    """In 2,000 crews of twelve, at most in one of twenty."""
    random = Random(7)
    crews = ([Counted(f"p-{n}", sum(random.random() < 0.8 for _ in range(30)), 30) for n in range(12)] for _ in range(2_000))
    named = sum(bool(names(crew)) for crew in crews)

    assert named <= 0.05 * 2_000


def test_who_truly_does_better_is_mostly_found() -> None:
    """Nine in ten where the others have six in ten, with 60 cases each: in at least nine of ten crews of six."""
    random = Random(8)

    def drawn(share: float) -> int:
        return sum(random.random() < share for _ in range(60))

    crews = ([Counted("ana", drawn(0.9), 60), *(Counted(f"p-{n}", drawn(0.6), 60) for n in range(5))] for _ in range(200))
    found = sum(names(crew) == ["ana"] for crew in crews)

    assert found >= 0.9 * 200


@given(st.integers(1, 60), st.integers(0, 60), st.integers(1, 400), st.integers(0, 400))
def test_the_chance_is_fishers(n: int, hits: int, others: int, others_hits: int) -> None:
    """The upper tail of the hypergeometric distribution."""
    hits, others_hits = min(hits, n), min(others_hits, others)
    expected = float(hypergeom.sf(hits - 1, n + others, hits + others_hits, n))

    assert isclose(expected, home._chance(hits, n, hits + others_hits, n + others), rel_tol=1e-7, abs_tol=1e-14)


@pytest.mark.parametrize("alpha", [0, 1, -0.1])
def test_a_chance_that_is_none_is_refused(alpha: float) -> None:
    """It lies between 0 and 1."""
    with pytest.raises(InvalidInput):
        names(CREW, alpha=alpha)
