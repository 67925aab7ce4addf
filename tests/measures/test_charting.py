"""The chart that fits a measure, and what its alarms say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from incidentkit.errors import InvalidInput
from incidentkit.measures.catalogue import BUILT_IN
from incidentkit.measures.charting import MeasureChart, chart_of
from incidentkit.measures.figures import Row
from incidentkit.measures.windows import Window

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def rows(*values: float | None, n: int = 50, complete: bool = True) -> list[Row]:
    """Weeks one after another with these figures."""
    return [
        Row(BEGIN + place * WEEK, BEGIN + (place + 1) * WEEK, None, 0 if value is None else n, value, complete=complete)
        for place, value in enumerate(values)
    ]


def charted(measure: str, *values: float, rules: tuple[str, ...] = ("beyond",)) -> MeasureChart:
    """A measure's chart, with limits from all but the last eight weeks."""
    found, known = rows(*values), BUILT_IN.named(measure)
    chart = chart_of(known, found, rules=rules, baseline=range(len(values) - 8))
    spans = tuple(Window(BEGIN + place * WEEK, BEGIN + (place + 1) * WEEK) for place in range(len(values)))
    counts = tuple(row.n for row in found)
    return MeasureChart(
        measure, known.unit, known.better, known.version, "value", "week", None, BEGIN + 99 * WEEK, spans, counts, chart
    )


@pytest.mark.parametrize("measure", BUILT_IN, ids=lambda measure: measure.name)
def test_every_measure_has_a_chart(measure: object) -> None:
    """A share has a p chart, all else single figures."""
    known = BUILT_IN.named(getattr(measure, "name", ""))
    found = chart_of(known, rows(0.2, 0.4, 0.3))

    assert ("p" if known.kind == "share" else "xmr") == found.kind


def test_a_share_is_charted_by_its_hits() -> None:
    """Hits and sizes are those that the figure was made from."""
    found = chart_of(BUILT_IN.named("incident_rate"), rows(0.1, 0.3, None, 0.2))

    assert 30 / 150 == found.centre
    assert [0.1, 0.3, None, 0.2] == [point.value for point in found.points]


def test_what_can_still_change_is_a_gap() -> None:
    """Windows that are not complete have no point, whatever the kind."""
    for measure in ("incident_rate", "delivery_time", "orders_received"):
        found = chart_of(BUILT_IN.named(measure), rows(0.1, 0.2, complete=False))

        assert [None, None] == [point.value for point in found.points]


def test_limits_stop_where_figures_do() -> None:
    """A duration is never below 0, a net promoter score never beyond 100 either way."""
    time = chart_of(BUILT_IN.named("delivery_time"), rows(1.0, 9.0, 1.0, 9.0)).points[0]
    score = chart_of(BUILT_IN.named("nps"), rows(-90.0, 90.0, -90.0)).points[0]

    assert (0.0, -100.0, 100.0) == (time.lower, score.lower, score.upper)


def test_means_of_few_are_gaps() -> None:
    """Below ``least_n`` a mean is no point; a count, and a share, stay."""
    few = rows(3.0, 4.0, n=4)

    assert [None, None] == [point.value for point in chart_of(BUILT_IN.named("csat_mean"), few, least_n=5).points]
    assert [3.0, 4.0] == [point.value for point in chart_of(BUILT_IN.named("orders_received"), few, least_n=5).points]


def test_worse_depends_on_which_way_is_good() -> None:
    """Above the centre is worse for a time that should fall, and better for a score that should rise."""
    calm = [5.0, 6.0] * 10
    time, score = (charted(name, *calm, *[5.0] * 7, 20.0) for name in ("delivery_time", "csat_mean"))

    assert ([True], [False]) == ([alarm.worse for alarm in time.alarms], [alarm.worse for alarm in score.alarms])
    assert BEGIN + 27 * WEEK == time.alarms[0].from_


def test_a_trend_is_worse_by_where_it_goes() -> None:
    """A score that rises for six weeks gets better, although it may still lie below its centre."""
    calm = [5.0, 6.0] * 10
    found = charted("csat_mean", *calm, 4.9, 4.8, 4.9, 5.0, 5.1, 5.2, 5.3, 5.35, rules=("trend_of_6",))
    last = found.alarms[-1]

    assert (("trend_of_6",), False, True) == (last.signals, last.worse, last.value < (found.chart.centre or 0))


def test_rows_must_follow_each_other() -> None:
    """A window that is missing, or another order, is refused."""
    some = rows(1.0, 2.0, 3.0)
    for wrong in ([some[0], some[2]], some[::-1]):
        with pytest.raises(InvalidInput):
            chart_of(BUILT_IN.named("delivery_time"), wrong)


def test_a_share_has_no_median() -> None:
    """Another statistic than the value is refused where there is none."""
    with pytest.raises(InvalidInput):
        chart_of(BUILT_IN.named("incident_rate"), rows(0.1), statistic="p50")
