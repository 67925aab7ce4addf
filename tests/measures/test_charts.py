"""Control charts: limits by their formulas, the rules point by point, and how seldom noise breaks them."""

from __future__ import annotations

import math
import random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.errors import InvalidInput
from incidentkit.measures.chart import ENOUGH, Chart
from incidentkit.measures.charts import np_chart, p_chart, p_prime_chart, u_chart, xmr
from incidentkit.measures.sample_charts import r_chart, s_chart, xbar_chart
from incidentkit.measures.shewhart import c4, d2, d3

FLOWS = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
"""Ten flow rates of the NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2."""

figures = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40)


def limits(chart: Chart, place: int = 0) -> tuple[float, float]:
    """The limits of a point that has some."""
    point = chart.points[place]
    assert point.lower is not None
    assert point.upper is not None
    return point.lower, point.upper


# --- Limits ------------------------------------------------------------------------------------------------------


def test_single_figures_as_published() -> None:
    """The handbook's chart of flow rates: centre 50.81, limits 45.8159 and 55.8041, nothing beyond."""
    chart = xmr(FLOWS)
    lower, upper = limits(chart)

    assert ("50.81", ()) == (f"{chart.centre:.2f}", chart.alarms)
    # The handbook divides by 1.128; the exact constant is 1.128379.
    assert pytest.approx([45.8159, 55.8041], abs=2e-3) == [lower, upper]


def test_shares_are_judged_by_their_size() -> None:
    """The fewer a share is of, the wider its limits; they never leave 0 to 1."""
    chart = p_chart([5, 10, 40], [10, 100, 400])
    centre = 55 / 510
    widths = [upper - lower for lower, upper in (limits(chart, place) for place in range(3))]

    assert centre == pytest.approx(chart.centre or 0)
    assert limits(chart, 2)[1] == pytest.approx(centre + 3 * math.sqrt(centre * (1 - centre) / 400))
    assert sorted(widths, reverse=True) == widths
    assert (0.0, (0,)) == (limits(chart)[0], chart.alarms)


def test_rates_are_judged_by_their_exposure() -> None:
    """Limits of events per exposure are those of Poisson, and never below 0."""
    chart = u_chart([4, 9, 20], [10, 30, 30])
    centre = 33 / 70

    assert centre == pytest.approx(chart.centre or 0)
    assert pytest.approx([0.0, centre + 3 * math.sqrt(centre / 10)]) == list(limits(chart, 0))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40))
def test_numbers_and_shares_say_the_same(hits: list[int]) -> None:
    """Counted in whole numbers or as shares, the same points are signals."""
    assert np_chart(hits, 50).alarms == p_chart(hits, [50] * len(hits)).alarms


@given(figures, st.floats(0.1, 100), st.floats(-1e3, 1e3))
def test_limits_move_with_the_unit(values: list[float], factor: float, shift: float) -> None:
    """In another unit the limits are the same ones in that unit."""
    chart, other = xmr(values), xmr([value * factor + shift for value in values])
    point, moved = chart.points[0], other.points[0]

    if point.lower is not None and moved.lower is not None:
        assert pytest.approx(point.lower * factor + shift, rel=1e-6, abs=1e-3 * factor) == moved.lower


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(30, 90)), min_size=3, max_size=30))
def test_wider_limits_never_find_more(pairs: list[tuple[int, int]]) -> None:
    """Limits that allow for variation beyond chance differ from the plain ones by one factor for all points."""
    hits, sizes = zip(*pairs, strict=True)
    plain, careful = p_chart(hits, sizes), p_prime_chart(hits, sizes)
    tops = [(a.upper, b.upper) for a, b in zip(plain.points, careful.points, strict=True)]
    factors = [(b - (plain.centre or 0)) / (a - (plain.centre or 0)) for a, b in tops if a and b and a < 1 and b < 1]

    assert plain.centre == careful.centre
    assert not factors or pytest.approx(min(factors), rel=1e-6, abs=1e-9) == max(factors)


def test_shares_that_vary_by_more_than_chance() -> None:
    """Shares of many thousands that swing with the weeks are beyond plain limits, and within careful ones."""
    hits = [round(20_000 * (0.10 + 0.01 * (-1) ** week)) for week in range(30)]
    sizes = [20_000] * 30

    assert (30, 0) == (len(p_chart(hits, sizes).alarms), len(p_prime_chart(hits, sizes).alarms))


# --- Phase I and phase II ----------------------------------------------------------------------------------------


def test_limits_come_from_the_baseline_alone() -> None:
    """What comes after the baseline, or was left out of it, moves no limit."""
    values = [10.0, 11, 9, 10, 40, 10, 11, 9]
    first, later = (xmr([*values, *more], baseline=range(8), excluding=[4]) for more in ([], [90.0, -50.0]))

    assert (first.centre, limits(first)) == (later.centre, limits(later))
    assert (4, 8, 9) == later.alarms
    assert [False, False, False] == [later.points[place].baseline for place in later.alarms]


def test_ranges_are_taken_between_neighbours() -> None:
    """Neither a gap nor a point that was left out is stepped over."""
    chart = xmr([1.0, 2.0, None, 50.0, 51.0, 9.0, 100.0, 101.0], excluding=[5])

    assert pytest.approx(1 / d2(2)) == chart.sigma


@pytest.mark.parametrize(("count", "provisional"), [(ENOUGH - 1, True), (ENOUGH, False)])
def test_limits_from_few_points_are_provisional(count: int, provisional: bool) -> None:
    """Below twenty points the chart says that its limits will move; a gap is no point."""
    assert provisional == xmr([*([1.0, 2.0] * 20)[:count], None]).provisional


@pytest.mark.parametrize("values", [[], [3.0], [None, None], [3.0, None, 4.0], [5.0, 5.0, 5.0]])
def test_without_variation_there_are_no_limits(values: list[float | None]) -> None:
    """From nothing, from one point, and from points that never varied nothing can be told, and nothing is a signal."""
    chart = xmr(values)

    assert ([(None, None)] * len(values), ()) == ([(p.lower, p.upper) for p in chart.points], chart.alarms)


def test_shares_without_any_hit_have_no_limits() -> None:
    """Where nothing ever happened the binomial knows no width, and the first hit is no alarm by itself."""
    chart = p_chart([0, 0, 0, 1], [50, 50, 50, 50], baseline=range(3))

    assert (0.0, ()) == (chart.centre, chart.alarms)


def test_gaps_stay_gaps() -> None:
    """Windows in which nothing was counted have no figure, no limits and no signal."""
    shares, rates = p_chart([0, 3, 4], [0, 30, 40]), u_chart([0, 3, 4], [0, 30, 40])

    assert [(None, None, ()), (None, None, ())] == [
        (c.points[0].value, c.points[0].upper, c.points[0].signals) for c in (shares, rates)
    ]


# --- Rules -------------------------------------------------------------------------------------------------------


def signals(shape: list[float | None], rule: str, side: int = 1) -> list[int]:
    """Where a rule is broken by figures given in standard deviations from a centre of 0, after calm ones that end on a side."""
    calm = [side * d2(2) / 2, -side * d2(2) / 2] * 20
    chart = xmr([*calm, *shape], baseline=range(40), rules=[rule])
    return [place - 40 for place in chart.alarms]


@pytest.mark.parametrize(
    ("rule", "shape", "places"),
    [
        ("beyond", [2.9, 3.1, -3.1, -2.9], [1, 2]),
        ("run_of_8", [0.1] * 9, [7, 8]),
        ("run_of_8", [0.1] * 5 + [-0.1] * 8, [12]),
        ("run_of_8", [0.1] * 5 + [None] + [0.1] * 7, []),
        ("trend_of_6", [-0.6, -0.5, -0.4, -0.3, -0.2, -0.1, 0.0], [5, 6]),
        ("trend_of_6", [0.1, 0.2, 0.2, 0.3, 0.4, 0.5], []),
        ("zones", [2.1, 0.0, 2.1], [2]),
        ("zones", [2.1, 0.0, -2.1], []),
        ("zones", [1.1, 1.1, 0.0, 1.1, 1.1], [4]),
        ("zones", [0.9, 1.1, 1.1, 0.2, 1.1], []),
    ],
)
def test_each_rule(rule: str, shape: list[float | None], places: list[int]) -> None:
    """A rule is broken where its definition says, and a gap ends what is counted in a row."""
    assert places == signals(shape, rule)
    assert places == signals([None if score is None else -score for score in shape], rule, -1)


def test_only_beyond_by_default() -> None:
    """Without being asked for, no other rule speaks."""
    values = [*[1.0, 2.0] * 10, *[1.9] * 12]

    assert ((), ("run_of_8",)) == (xmr(values).alarms, xmr(values, rules=["run_of_8"]).points[-1].signals)


def test_signals_stand_in_the_order_of_the_rules() -> None:
    """A point that breaks several rules names each, in one order, whatever order they were asked in."""
    values = [*[1.0, 2.0] * 10, *[9.0] * 8]
    chart = xmr(values, baseline=range(20), rules=["zones", "run_of_8", "beyond"])

    assert ("beyond", "run_of_8", "zones") == chart.rules == chart.points[-1].signals


@pytest.mark.parametrize(
    "chart",
    [
        lambda: p_chart([1], [2], rules=["zones"]),
        lambda: p_prime_chart([1], [2], rules=["zones"]),
        lambda: np_chart([1], 2, rules=["beyond", "zones"]),
        lambda: u_chart([1], [2], rules=["zones"]),
        lambda: xmr([1.0], rules=["hunch"]),
        lambda: xmr([1.0], rules=[]),
        lambda: xmr([math.nan, 1.0]),
        lambda: xmr([1.0, 2.0], baseline=[2]),
        lambda: xmr([1.0, 2.0], excluding=[-1]),
        lambda: p_chart([3], [2]),
        lambda: p_chart([3, 4], [5]),
        lambda: u_chart([3], [-5.0]),
        lambda: xbar_chart([[1.0, 2.0], [1.0]]),
        lambda: r_chart([]),
        lambda: s_chart([[1.0], [1.0]]),
        lambda: d2(1),
        lambda: c4(1),
    ],
)
def test_what_makes_no_chart_is_refused(chart: object) -> None:
    """Zone rules for counts and shares, unknown rules, places that are not there and sizes that don't fit are errors."""
    assert callable(chart)
    with pytest.raises(InvalidInput):
        chart()


# --- How often noise is called a signal --------------------------------------------------------------------------


def test_noise_is_seldom_a_signal() -> None:
    """Of 40 windows of noise after 40 of baseline, one in a hundred points or fewer is beyond the limits."""
    draw = random.Random("noise")
    shares = []
    for _ in range(200):
        sizes = [draw.randint(150, 300) for _ in range(80)]
        hits = [sum(draw.random() < 0.3 for _ in range(size)) for size in sizes]
        singles = [draw.gauss(10, 2) for _ in range(80)]
        charts = p_chart(hits, sizes, baseline=range(40)), xmr(singles, baseline=range(40))
        shares.append([sum(place >= 40 for place in chart.alarms) / 40 for chart in charts])
    by_share, by_single = (fmean(share) for share in zip(*shares, strict=True))

    assert by_share < 0.006
    assert by_single < 0.012


# --- Constants ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "mean", "spread"),
    [(2, 1.128379, 0.852502), (5, 2.325929, 0.864082), (10, 3.077505, 0.797051), (25, 3.930629, 0.708441)],
)
def test_constants_of_ranges(n: int, mean: float, spread: float) -> None:
    """Mean and standard deviation of the range of normals are those of the tables (Harter 1960)."""
    assert (mean, spread) == (round(d2(n), 6), round(d3(n), 6))


@pytest.mark.parametrize(("n", "mean"), [(2, 0.797885), (5, 0.939986), (10, 0.972659), (25, 0.989640)])
def test_constants_of_deviations(n: int, mean: float) -> None:
    """The mean standard deviation of normals is that of the tables."""
    assert mean == round(c4(n), 6)
