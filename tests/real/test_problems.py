"""Problem tickets that were closed, read as incidents: how many came back, and how long they took."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import incidentkit as ik
from incidentkit.codec.profile import load_profile
from incidentkit.desk.importing import ImportReport, shop_for
from incidentkit.measures.figures import Row

DAY = 86_400

PROFILE = """
name = "problems"
zone = "Europe/Stockholm"
currency = "SEK"
times = ["%Y-%m-%dT%H:%M:%S%z"]

[sources.log]
files = ["closed_problems.csv.gz"]

[[incidents]]
name = "problem"
source = "log"
key = "case"
rows = "many"
at = "timestamp"
detected = "timestamp"
status = "sub_status"
type = { value = "other" }
description = "product"
severity = { column = "impact", map = { Major = "critical", High = "critical", Medium = "minor", Low = "minor" } }
reported_by = { value = "shop" }

# Accepted covers working, waiting and being assigned; only Completed is an end, and whatever comes after it undoes it.
[[incidents.events]]
event = "resolved"
when = [{ column = "activity", any_of = "Completed" }]

[[incidents.events]]
event = "reopened"
when = [{ column = "activity", none_of = "Completed" }]
"""


@pytest.fixture(scope="module")
def imported(problems: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ik.Desk, ImportReport]]:
    """A desk with all tickets, and what the import reported."""
    file = tmp_path_factory.mktemp("problems") / "problems.toml"
    file.write_text(PROFILE, "utf-8")
    profile = load_profile(file)
    with ik.open_desk("sqlite://", shop_for(profile)) as desk:
        yield desk, desk.imports.run(profile, [problems])


@pytest.fixture(scope="module")
def expected(problems: Path) -> dict[str, Any]:
    """The reference figures that come with the table."""
    read: dict[str, Any] = json.loads((problems / "expected.json").read_text("utf-8"))
    return read


def row(desk: ik.Desk, measure: str) -> Row:
    """The one row of a measure over everything."""
    (found,) = desk.measure(measure).rows
    return found


def test_every_ticket_is_there(imported: tuple[ik.Desk, ImportReport], expected: dict[str, Any]) -> None:
    """1,487 tickets of 6,660 rows, and nothing rejected."""
    _, report = imported

    assert (1487, {"log": 6660}, {}) == (report.incidents, report.rows, report.rejected)
    assert (expected["cases"], expected["events"]) == (1487, 6660)


def test_tickets_that_came_back(imported: tuple[ik.Desk, ImportReport], expected: dict[str, Any]) -> None:
    """61 of 1,487 were completed and then anything else, as the reference counts them."""
    desk, _ = imported
    found = row(desk, "reopen_rate")

    assert (1487, 61, expected["reopened_from_completed"]) == (found.n, round(found.n * (found.value or 0)), 61)


def test_how_long_they_took(imported: tuple[ik.Desk, ImportReport], expected: dict[str, Any]) -> None:
    """From the first event to the last completion: the reference's mean, median and p90, in days."""
    desk, _ = imported
    found, known = row(desk, "incident_resolution_time"), expected["first_event_to_last_event_days"]

    assert (1487, 0, 0) == (found.n, found.open, found.invalid)
    assert [known[name] for name in ("mean", "median", "p90")] == [
        round((value or 0) / DAY, 4) for value in (found.mean, found.p50, found.p90)
    ]


def test_by_impact(imported: tuple[ik.Desk, ImportReport], expected: dict[str, Any]) -> None:
    """Major and High are critical, Medium and Low minor: as many of each as the reference has."""
    desk, _ = imported
    found = {each.segment: each.n for each in desk.measure("incident_resolution_time", by="severity").rows}
    impact = expected["impact"]

    assert {"critical": impact["Major"] + impact["High"], "minor": impact["Medium"] + impact["Low"]} == found


def test_when_more_came_back(imported: tuple[ik.Desk, ImportReport]) -> None:
    """By the month they were begun in only January 2012 is beyond noise: 14 of 149; by the quarter nothing is."""
    desk, _ = imported
    [alarm] = desk.signals("reopen_rate", by="month").alarms

    assert ("2012-01", 149, 14, True) == (
        alarm.from_.astimezone(desk.shop.tzinfo).strftime("%Y-%m"), alarm.n, round(alarm.n * alarm.value), alarm.worse,
    )  # fmt: skip
    assert () == desk.signals("reopen_rate", by="quarter").alarms
