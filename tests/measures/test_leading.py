"""Lead measures: a planted effect is found as often as stated, and series that have nothing to do with each other are not."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.errors import InvalidInput
from incidentkit.measures.leading import ALPHA, LEAST_PAIRS, LeadEvidence, corrected, leads
from incidentkit.measures.series import new_in, ranked, standard, without_slow

Draw = random.Random
Maker = Callable[[Draw, int], list[float]]


def shuffles(weeks: int, count: int = 199) -> list[list[int]]:
    """So many orders of that many weeks."""
    draw = Draw(f"shuffles {weeks}")
    return [draw.sample(range(weeks), weeks) for _ in range(count)]


def remembering(*weights: float) -> Maker:
    """Series whose weeks remember those before them with these weights."""

    def made(draw: Draw, weeks: int) -> list[float]:
        found = [draw.gauss(0, 1) for _ in range(len(weights))]
        for _ in range(weeks + 50):
            past = math.fsum(w * x for w, x in zip(weights, reversed(found), strict=False))
            found.append(past + draw.gauss(0, 1))
        return found[-weeks:]

    return made


def walking(draw: Draw, weeks: int) -> list[float]:
    """A series that never comes back."""
    found = [0.0]
    for _ in range(weeks - 1):
        found.append(found[-1] + draw.gauss(0, 1))
    return found


def rising(draw: Draw, weeks: int) -> list[float]:
    """A series that grows all along."""
    return [0.1 * week + x for week, x in enumerate(remembering(0.4)(draw, weeks))]


def seasonal(draw: Draw, weeks: int) -> list[float]:
    """A series with the same season in each year as any other."""
    season = [2 * math.sin(week * math.tau / 52) + 0.8 * math.sin(week * math.tau / 26 + 1) for week in range(weeks)]
    return [a + b for a, b in zip(season, remembering(0.3)(draw, weeks), strict=True)]


def stepping(draw: Draw, weeks: int) -> list[float]:
    """A series that changes its level for good in the middle, as everything does on the day of a move."""
    return [2 * (week > weeks // 2) + draw.gauss(0, 1) for week in range(weeks)]


def few(draw: Draw, weeks: int) -> list[float]:
    """Counts that are mostly nothing."""
    return [float((draw.random() < 0.25) + (draw.random() < 0.05)) for _ in range(weeks)]


NULLS: dict[str, Maker] = {
    "white": remembering(),
    "remembering": remembering(0.5),
    "remembering long": remembering(0.9),
    "remembering two weeks": remembering(0.5, 0.3),
    "swinging": remembering(1.2, -0.6),
    "walking": walking,
    "rising": rising,
    "seasonal": seasonal,
    "stepping": stepping,
    "few": few,
}


def planted(draw: Draw, weeks: int, share: float, later: int = 4) -> tuple[list[float], list[float]]:
    """Two series, both with memory; the second is correlated by ``share`` with the first so many weeks before."""
    source, noise = remembering(0.5)(draw, weeks + later), remembering(0.5)(draw, weeks)
    lag = [share * a + math.sqrt(1 - share**2) * b for a, b in zip(source, noise, strict=False)]
    return source[later:], lag


# --- How often it is right ---------------------------------------------------------------------------------------


def test_series_that_have_nothing_to_do_with_each_other() -> None:
    """White or with memory, walking, rising, seasonal or stepping together: at most one pair in twenty is said to lead."""
    draw, rates = Draw("nothing"), {}
    for name, made in NULLS.items():
        for weeks in (52, 104):
            orders = shuffles(weeks)
            found = [leads(made(draw, weeks), made(draw, weeks), shuffles=orders).verdict for _ in range(80)]
            rates[name, weeks] = found.count("leads") / len(found)

    # 1,600 pairs, so that 6 % is two standard errors above 5 %; of one kind alone 80.
    assert sum(rates.values()) / len(rates) <= 0.06
    assert max(rates.values()) <= 0.125


@pytest.mark.parametrize(("weeks", "share", "power"), [(40, 0.8, 0.9), (52, 0.6, 0.65), (104, 0.4, 0.65), (104, 0.6, 0.95)])
def test_a_planted_effect_is_found(weeks: int, share: float, power: float) -> None:
    """An effect four weeks later is found with the power that the page states, and nearly always at four weeks."""
    draw, orders = Draw("planted"), shuffles(weeks)
    found = [leads(*planted(draw, weeks, share), shuffles=orders) for _ in range(80)]
    hits = [each for each in found if each.verdict == "leads"]

    assert power <= len(hits) / len(found)
    assert 0.9 <= sum(each.lag_weeks == 4 for each in hits) / len(hits)
    assert all((each.association or 0) > 0 for each in hits if each.lag_weeks == 4)


@pytest.mark.long
def test_nothing_is_found_in_thousands_of_nothings() -> None:
    """Of six thousand pairs that have nothing to do with each other no more than the stated share is said to lead."""
    draw, found = Draw("thousands"), []
    for weeks in (40, 52, 104):
        orders = shuffles(weeks)
        for made in NULLS.values():
            found += [leads(made(draw, weeks), made(draw, weeks), shuffles=orders).verdict for _ in range(200)]

    # Two standard errors of 6,000 pairs are 0.6 %.
    assert found.count("leads") / len(found) <= ALPHA + 0.006


POWER = {
    40: {0.3: 0.10, 0.4: 0.26, 0.5: 0.35, 0.6: 0.56, 0.8: 0.96},
    52: {0.3: 0.19, 0.4: 0.32, 0.5: 0.59, 0.6: 0.80, 0.8: 1.00},
    104: {0.3: 0.43, 0.4: 0.75, 0.5: 0.98, 0.6: 1.00, 0.8: 1.00},
}
"""How often the page says that an effect of that strength is found, by weeks."""


@pytest.mark.long
@pytest.mark.parametrize("weeks", POWER)
def test_the_power_that_the_page_states(weeks: int) -> None:
    """Effects of each strength are found as often as the page says, within what chance does to two hundred tries each."""
    draw, orders = Draw(f"power {weeks}"), shuffles(weeks)
    for share, stated in POWER[weeks].items():
        found = [leads(*planted(draw, weeks, share), shuffles=orders).verdict for _ in range(200)]

        assert abs(found.count("leads") / 200 - stated) <= 0.12, share


def test_the_direction_is_told() -> None:
    """Where the lag measure falls after the lead measure rose, the association is below 0."""
    lead, lag = planted(Draw("down"), 80, 0.8)
    found = leads(lead, [-x for x in lag], shuffles=shuffles(80))

    assert ("leads", 4, True) == (found.verdict, found.lag_weeks, (found.association or 0) < 0)


def test_the_other_way_round_is_no_lead() -> None:
    """What follows is not said to lead what it follows."""
    lead, lag = planted(Draw("backwards"), 80, 0.8)

    assert "no_evidence" == leads(lag, lead, shuffles=shuffles(80)).verdict


def test_wild_weeks_decide_nothing() -> None:
    """One enormous week in each, some weeks apart, is no evidence."""
    draw = Draw("wild")
    lead, lag = ([draw.gauss(0, 1) for _ in range(80)] for _ in range(2))
    lead[30], lag[33] = 1e6, 1e6

    assert "no_evidence" == leads(lead, lag, shuffles=shuffles(80)).verdict


def test_gaps_are_left_out() -> None:
    """With one week in ten missing from each, a strong effect is still found, from fewer pairs."""
    draw = Draw("gaps")
    lead, lag = planted(draw, 104, 0.9)
    torn = [[None if draw.random() < 0.1 else x for x in series] for series in (lead, lag)]
    whole, found = leads(lead, lag, shuffles=shuffles(104)), leads(*torn, shuffles=shuffles(104))

    assert ("leads", 4) == (found.verdict, found.lag_weeks)
    assert found.n < whole.n


# --- What can't be said ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [0, 1, 2, 12, LEAST_PAIRS])
def test_too_few_weeks(weeks: int) -> None:
    """Below two dozen pairs at any lag nothing is said, however clear it looks."""
    series = [float(week % 5) for week in range(weeks)]
    found = leads(series, series, shuffles=shuffles(weeks))

    assert ("cannot_say", "too_few", None, "leading.too_few") == (found.verdict, found.reason, found.p, found.words)


@pytest.mark.parametrize("still", [lambda t: 3.7, lambda t: 0.1 * t, lambda t: None], ids=["flat", "line", "nothing"])
def test_what_never_moves(still: Callable[[int], float | None]) -> None:
    """A figure that is always the same, or on one line, says nothing; one that isn't there has too few weeks."""
    draw = Draw("still")
    moving, flat = [draw.gauss(0, 1) for _ in range(60)], [still(week) for week in range(60)]
    found = [leads(*pair, shuffles=shuffles(60)) for pair in ((moving, flat), (flat, moving))]

    assert ["cannot_say"] * 2 == [each.verdict for each in found]


def test_only_lags_with_enough_weeks_are_tried() -> None:
    """Of short series the longer lags are left out, and the others are still looked at."""
    lead, lag = planted(Draw("short"), 34, 0.95, later=2)
    found = leads(lead, lag, shuffles=shuffles(34))

    assert ("leads", 2) == (found.verdict, found.lag_weeks)


def test_how_strong_it_would_have_to_be() -> None:
    """The evidence names the association that could be told from chance; with more weeks it is a smaller one."""
    draw = Draw("detectable")
    found = [leads(*planted(draw, weeks, 0.0), shuffles=shuffles(weeks)).detectable or 1 for weeks in (40, 104, 200)]

    assert sorted(found, reverse=True) == found
    assert 0.15 < found[2] < found[0] < 0.7


# --- Several pairs -----------------------------------------------------------------------------------------------


def test_pairs_that_are_tried_together_cost_more() -> None:
    """p is multiplied by the pairs, and stops at 1."""
    lead, lag = planted(Draw("pairs"), 60, 0.5)
    one, ten = (leads(lead, lag, shuffles=shuffles(60, 399), pairs=pairs) for pairs in (1, 10))

    assert pytest.approx(min(1.0, 10 * (one.p or 0))) == ten.p
    assert (one.lag_weeks, one.association) == (ten.lag_weeks, ten.association)


def test_holms_correction() -> None:
    """The smallest p counts as many times as there are pairs, the next once less; what can't be said doesn't count."""
    ps = [0.03, None, 0.01, 0.02, 0.9]
    found = corrected([LeadEvidence("cannot_say") if p is None else LeadEvidence("no_evidence", p=p) for p in ps])

    assert [0.06, None, 0.04, 0.06, 0.9] == [each.p for each in found]
    assert ["no_evidence", "cannot_say", "leads", "no_evidence", "no_evidence"] == [each.verdict for each in found]
    assert [4, 1, 4, 4, 4] == [each.pairs for each in found]


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=12))
def test_holm_is_between_nothing_and_bonferroni(ps: list[float]) -> None:
    """A corrected p is never below its own, never above Bonferroni's, and keeps the order."""
    found = corrected([LeadEvidence("no_evidence", p=p) for p in ps])
    after = [each.p or 0 for each in found]

    assert all(p <= q <= min(1.0, p * len(ps)) for p, q in zip(ps, after, strict=True))
    assert sorted(after) == [q for _, q in sorted(zip(ps, after, strict=True))]


def test_many_pairs_without_an_effect_seldom_alarm() -> None:
    """Of objectives with eight pairs that have nothing to do with each other, few have any that is said to lead."""
    draw, orders, alarms = Draw("many"), shuffles(60, 399), 0
    for _ in range(40):
        pairs = [leads(remembering(0.5)(draw, 60), remembering(0.5)(draw, 60), shuffles=orders) for _ in range(8)]
        alarms += any(each.verdict == "leads" for each in corrected(pairs))

    assert alarms / 40 <= 0.15


# --- Laws --------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**6), st.floats(0.01, 1000), st.floats(-1000, 1000))
def test_the_unit_makes_no_difference(seed: int, factor: float, shift: float) -> None:
    """The same figures in another unit give the same evidence."""
    lead, lag = planted(Draw(seed), 45, 0.5)
    orders = shuffles(45, 39)
    here, there = leads(lead, lag, shuffles=orders), leads([factor * x + shift for x in lead], lag, shuffles=orders)

    assert (here.verdict, here.lag_weeks, here.n) == (there.verdict, there.lag_weeks, there.n)


@given(st.lists(st.one_of(st.none(), st.integers(-5, 5).map(float)), max_size=40))
def test_ranks(series: list[float | None]) -> None:
    """Equal figures have equal ranks, larger ones larger ranks, gaps none; all ranks add up."""
    found = ranked(series)
    pairs = sorted((a, b) for a, b in zip(series, found, strict=True) if a is not None and b is not None)

    assert [value is None for value in series] == [rank is None for rank in found]
    assert len(pairs) * (len(pairs) + 1) / 2 == sum(rank for _, rank in pairs)
    assert all((a < b) == (p < q) for (a, p), (b, q) in pairwise(pairs))


@given(st.integers(0, 10**6), st.integers(30, 120))
def test_nothing_slow_is_left(seed: int, weeks: int) -> None:
    """Less its slow parts a series has no line, no yearly wave, and nothing more to take out."""
    draw = Draw(seed)
    series: list[float | None] = [None if draw.random() < 0.1 else draw.gauss(0, 1) for _ in range(weeks)]
    found = without_slow(series)
    again = without_slow(found)
    pairs = [(week, x) for week, x in enumerate(found) if x is not None]

    assert abs(sum(x for _, x in pairs)) < 1e-8
    assert abs(sum(week * x for week, x in pairs)) < 1e-6
    assert all(a == pytest.approx(b, abs=1e-9) for a, b in zip(found, again, strict=True) if a is not None)


def test_memory_is_taken_out() -> None:
    """What is new in a series with a long memory is foretold by nothing: its neighbours are unrelated."""
    news = standard(new_in(remembering(0.9)(Draw("memory"), 400)))
    assert news is not None
    related = sum(a * b for a, b in pairwise(news)) / len(news)

    assert abs(related) < 0.1


# --- What is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ask",
    [
        lambda: leads([1.0], [1.0, 2.0], shuffles=shuffles(1)),
        lambda: leads([1.0], [1.0], lags=[0, 1], shuffles=shuffles(1)),
        lambda: leads([1.0], [1.0], lags=[], shuffles=shuffles(1)),
        lambda: leads([1.0], [1.0], shuffles=shuffles(2)),
        lambda: leads([1.0], [1.0], shuffles=shuffles(1, 18)),
        lambda: leads([1.0], [1.0], shuffles=shuffles(1, 199), pairs=11),
        lambda: leads([1.0], [1.0], shuffles=shuffles(1), alpha=0.0),
        lambda: leads([1.0], [1.0], shuffles=shuffles(1), pairs=0),
    ],
)
def test_what_cannot_be_asked(ask: Callable[[], LeadEvidence]) -> None:
    """Unlike lengths, no lags, shuffles of other weeks, and too few of them to find anything are errors."""
    with pytest.raises(InvalidInput):
        ask()


def test_the_sentence_depends_on_the_verdict() -> None:
    """Each verdict has a sentence; leading the wrong way has one of its own."""
    found = [
        LeadEvidence("leads"), LeadEvidence("leads", hoped=True), LeadEvidence("leads", hoped=False),
        LeadEvidence("no_evidence"), LeadEvidence("cannot_say", reason="never_moves"),
    ]  # fmt: skip
    expected = ["leads", "leads", "leads_astray", "no_evidence", "never_moves"]

    assert [f"leading.{word}" for word in expected] == [each.words for each in found]
    assert ALPHA == 0.05
