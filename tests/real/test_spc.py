"""The control charts of the textbook tables: every limit as it was published, digit for digit."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from incidentkit.measures.chart import Chart
from incidentkit.measures.charts import np_chart, p_chart
from incidentkit.measures.sample_charts import r_chart, s_chart, xbar_chart

# The published limits of the rings come from constants that were rounded to a few digits.
PRINTED_D2, PRINTED_D3 = 2.326, 0.8640855
PHASE_1 = range(25)


@pytest.fixture(scope="module")
def spc(real_data: Path) -> Path:
    """The folder of the two tables."""
    folder = real_data / "spc"
    if not folder.is_dir():
        pytest.skip("the control-chart tables are not here: expected a folder spc in shared/data")
    return folder


@pytest.fixture(scope="module")
def expected(spc: Path) -> dict[str, Any]:
    """The published limits, and the same with more digits."""
    read: dict[str, Any] = json.loads((spc / "expected.json").read_text("utf-8"))
    return read


@pytest.fixture(scope="module")
def rings(spc: Path) -> list[list[float]]:
    """Forty samples of five diameters."""
    samples: dict[str, list[float]] = defaultdict(list)
    with (spc / "pistonrings.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            samples[line["sample"]].append(float(line["diameter"]))
    return list(samples.values())


@pytest.fixture(scope="module")
def cans(spc: Path) -> list[int]:
    """The defective cans of each of 54 samples of fifty."""
    with (spc / "orangejuice.csv").open(encoding="utf-8", newline="") as file:
        return [int(line["D"]) for line in csv.DictReader(file)]


def printed(chart: Chart, published: dict[str, float]) -> dict[str, float]:
    """Centre and limits with as many digits as were published."""
    point = chart.points[0]
    found = {"centre": chart.centre, "lcl": point.lower, "ucl": point.upper, "sigma": chart.sigma}
    return {
        name: float(f"{value:.7g}") for name, value in found.items() if value is not None and name in published
    }  # as R prints them


def of(published: dict[str, float]) -> dict[str, float]:
    """What was published of a chart's centre and limits."""
    return {name: published[name] for name in ("centre", "lcl", "ucl")}


def test_means_of_rings(rings: list[list[float]], expected: dict[str, Any]) -> None:
    """The limits of the means are the published ones, and samples 37, 38 and 39 are beyond them."""
    published = of(expected["pistonrings"]["xbar"]["published"])
    for chart in (xbar_chart(rings, baseline=PHASE_1), xbar_chart(rings, mean_range=PRINTED_D2, baseline=PHASE_1)):
        assert published == printed(chart, published)
        assert [37, 38, 39] == [place + 1 for place in chart.alarms]


def test_the_spread_of_rings(rings: list[list[float]], expected: dict[str, Any]) -> None:
    """The standard deviation that the means' limits rest on is the published one with the printed constant, else the exact."""
    known = expected["pistonrings"]["xbar"]
    rounded, exact = (
        (chart.sigma or 0) * 5**0.5
        for chart in (xbar_chart(rings, mean_range=PRINTED_D2, baseline=PHASE_1), xbar_chart(rings, baseline=PHASE_1))
    )

    assert (known["published"]["sigma"], known["computed"]["sigma"]) == (float(f"{rounded:.7g}"), round(exact, 9))


def test_ranges_of_rings(rings: list[list[float]], expected: dict[str, Any]) -> None:
    """With the printed constants the limits of the ranges are the published ones, with exact ones those with more digits."""
    known = expected["pistonrings"]["R"]
    rounded = r_chart(rings, mean_range=PRINTED_D2, range_spread=PRINTED_D3, baseline=PHASE_1)
    exact = r_chart(rings, baseline=PHASE_1)

    assert of(known["published"]) == printed(rounded, known["published"])
    assert pytest.approx(known["computed"]["ucl"], abs=2.5e-9) == exact.points[0].upper


def test_deviations_of_rings(rings: list[list[float]], expected: dict[str, Any]) -> None:
    """The limits of the standard deviations are the published ones."""
    known = expected["pistonrings"]["S"]
    chart = s_chart(rings, baseline=PHASE_1)

    assert of(known["published"]) == printed(chart, of(known["published"]))
    assert known["computed"]["ucl"] == round(chart.points[0].upper or 0, 9)


def test_defective_cans(cans: list[int], expected: dict[str, Any]) -> None:
    """Of the first thirty samples the limits are the published ones, and 15 and 23 are beyond them."""
    known = expected["orangejuice"]["p_all_30"]
    chart = p_chart(cans[:30], [50] * 30)

    assert of(known["published"]) == printed(chart, of(known["published"]))
    assert known["published"]["sigma_of_one_sample"] == float(f"{chart.sigma:.7g}")
    assert [15, 23] == [place + 1 for place in chart.alarms]


def test_numbers_of_defective_cans(cans: list[int], expected: dict[str, Any]) -> None:
    """The same in whole cans has the published limits too."""
    published = expected["orangejuice"]["np_all_30"]["published"]

    assert published == printed(np_chart(cans[:30], 50), published)


def test_known_causes_are_left_out(cans: list[int], expected: dict[str, Any]) -> None:
    """Without samples 15 and 23, whose causes are known, the limits are the published ones; 21 and then 41 are beyond them."""
    published = expected["orangejuice"]["p_without_15_and_23"]["published"]
    chart = p_chart(cans, [50] * 54, baseline=range(30), excluding=(14, 22))
    later = [place + 1 for place in chart.alarms if place >= 30]
    first = [place + 1 for place in chart.alarms if chart.points[place].baseline]

    assert of(published) == printed(chart, of(published))
    assert published["sigma_of_one_sample"] == float(f"{chart.sigma:.7g}")
    assert ([21], [41]) == (first, later)
