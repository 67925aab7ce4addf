"""Permit requests with deadlines, read as orders with promises: who was in time, and that an open case is not."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import incidentkit as ik
from incidentkit.codec.profile import load_profile
from incidentkit.desk.importing import shop_for
from incidentkit.measures.figures import Row

DAY = 86_400

PROFILE = """
name = "receipt-{column}"
zone = "Europe/Amsterdam"
currency = "EUR"
times = ["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"]

[sources.log]
files = ["receipt.csv.gz"]

# A row is an event; each has all that is told of its case.
[[orders]]
source = "log"
key = "case"
number = "case"
when = [{{ column = "event_index", any_of = "0" }}]
placed = "case_start"
promised = "{column}"
promised_as = "instant"

[[orders.events]]
event = "delivered"
at = "case_end"
"""


@pytest.fixture(scope="module", params=[("case_deadline", 377), ("case_end_planned", 389)], ids=lambda given: str(given[0]))
def judged(
    receipt: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[ik.Desk, int]]:
    """A desk with all requests, promised by their deadline or by their planned end, and how many ended after it."""
    column, late = request.param
    file = tmp_path_factory.mktemp("receipt") / "receipt.toml"
    file.write_text(PROFILE.format(column=column), "utf-8")
    profile = load_profile(file)
    with ik.open_desk("sqlite://", shop_for(profile)) as desk:
        desk.imports.run(profile, [receipt])
        yield desk, late


@pytest.fixture(scope="module")
def expected(receipt: Path) -> dict[str, Any]:
    """The reference figures that come with the table."""
    read: dict[str, Any] = json.loads((receipt / "expected.json").read_text("utf-8"))
    return read


def row(desk: ik.Desk, measure: str) -> Row:
    """The one row of a measure over everything."""
    (found,) = desk.measure(measure).rows
    return found


def test_every_request_is_there(judged: tuple[ik.Desk, int], expected: dict[str, Any]) -> None:
    """1,434 requests, of which 1,329 have ended and 105 are open."""
    desk, _ = judged
    time = row(desk, "delivery_time")

    assert (1434, expected["cases"]) == (row(desk, "orders_received").n, 1434)
    assert (1329, 105) == (time.n + (time.invalid or 0), time.open)
    assert (expected["cases_with_end"], expected["cases_open"]) == (1329, 105)


def test_late_ones(judged: tuple[ik.Desk, int], expected: dict[str, Any]) -> None:
    """377 of 1,329 ended after their deadline, 389 after their planned end; two end before they start, and are in no n."""
    desk, late = judged
    found = row(desk, "on_time_delivery_rate")

    assert (1327, late) == (found.n, round(found.n * (1 - (found.value or 0))))
    assert late in (expected["ended_after_deadline"], expected["ended_after_planned"])


def test_an_open_request_is_not_in_time(judged: tuple[ik.Desk, int]) -> None:
    """Of the promises that are due all 1,434 count, and the 105 open ones are broken as the late ones are."""
    desk, late = judged
    found = row(desk, "promise_kept_rate")

    assert (1434, 105 + late) == (found.n, round(found.n * (1 - (found.value or 0))))


def test_how_long_they_take(judged: tuple[ik.Desk, int], receipt: Path) -> None:
    """Mean and median are those of a plain count of the file without the two that end before they start."""
    desk, _ = judged
    found = row(desk, "delivery_time")
    with gzip.open(receipt / "receipt.csv.gz", "rt", encoding="utf-8", newline="") as file:
        cases = {line["case"]: line for line in csv.DictReader(file) if line["case_end"]}
    spans = sorted(
        (datetime.fromisoformat(c["case_end"]) - datetime.fromisoformat(c["case_start"])).total_seconds()
        for c in cases.values()
    )
    valid = [span for span in spans if span >= 0]

    assert (2, 2) == (len(spans) - len(valid), found.invalid)
    assert pytest.approx(sum(valid) / len(valid)) == found.mean
    assert pytest.approx(valid[(len(valid) - 1) // 2]) == found.p50


def test_the_reference_counts_two_more(judged: tuple[ik.Desk, int], expected: dict[str, Any]) -> None:
    """The reference's mean of 58.9808 days holds the two that end before they start; without them it is a little longer."""
    desk, _ = judged
    found, known = row(desk, "delivery_time"), expected["start_to_end_days"]
    whole = (found.mean or 0) * found.n / DAY

    assert (1329, 58.9808) == (known["n"], known["mean"])
    assert pytest.approx(known["mean"] * known["n"], abs=0.2) == whole - 2 * 0.045
    assert (found.mean or 0) / DAY > known["mean"]
