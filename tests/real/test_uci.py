"""The UCI incident log, imported with the profile that ships: the reference figures, to the digits given."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

import incidentkit as ik
from incidentkit.codec.profile import load_profile
from incidentkit.desk.importing import ImportReport, shop_for
from incidentkit.domain.times import from_micros
from incidentkit.measures.figures import Row
from tests.real.conftest import documents

HOUR = 3600

Log = dict[str, list[dict[str, str]]]


@frozen
class Imported:
    """A desk with all of the log, and what the import reported."""

    desk: ik.Desk
    report: ImportReport


@pytest.fixture(scope="module")
def imported(uci: Path, real_store_url: str) -> Iterator[Imported]:
    """All of the log in a new store of each kind, once for this module."""
    profile = load_profile("uci_incident")
    with ik.open_desk(real_store_url, shop_for(profile)) as desk:
        yield Imported(desk, desk.imports.run(profile, [uci]))


@pytest.fixture(scope="module")
def log(uci: Path) -> Log:
    """The rows of every incident in the order of the file, read without incidentkit."""
    found: Log = {}
    with gzip.open(uci / "uci_incident_part1.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            found.setdefault(line["number"], []).append(line)
    return found


def row(desk: ik.Desk, measure: str) -> Row:
    """The one row of a measure over everything."""
    (found,) = desk.measure(measure).rows
    return found


def select(desk: ik.Desk, query: str) -> list[tuple[Any, ...]]:
    """What a question to the store gives."""
    with desk._runtime.store.reading() as unit:
        return [tuple(found) for found in unit.connection.exec_driver_sql(query).all()]


NUMBERED = """
SELECT replace(replace(e.source_key, 'incident:incident:', ''), ':reported', ''), i.{column}
FROM facts_incidents i JOIN events e ON e.tenant = i.tenant AND e.stream = i.incident_id WHERE e.type = 'incident.reported'
"""
"""A column of the incidents' facts beside the number that the log has for each."""


# --- The reference figures ---------------------------------------------------------------------------------------


def test_every_incident_is_there(imported: Imported, uci_expected: dict[str, Any]) -> None:
    """20,768 incidents of 119,997 rows, none of them rejected, and nothing dropped or marked."""
    report = imported.report

    assert (20_768, {"log": 119_997}, {}, {}, {}) == (
        report.incidents, report.rows, report.rejected, report.dropped, report.anomalies,
    )  # fmt: skip
    assert (uci_expected["incidents"], uci_expected["events"]) == (report.incidents, report.rows["log"])


def test_incident_resolution_time(imported: Imported) -> None:
    """The time to the last resolution that was not undone has the reference's n, mean and median; 3 are unresolved."""
    found = row(imported.desk, "incident_resolution_time")

    assert (20_765, 3, 0) == (found.n, found.open, found.invalid)
    assert ("172.8625", "19.25") == (f"{(found.mean or 0) / HOUR:.4f}", f"{(found.p50 or 0) / HOUR:.2f}")


def test_reopen_rate(imported: Imported) -> None:
    """234 of 20,765 were reopened."""
    found = row(imported.desk, "reopen_rate")

    assert (20_765, 234, "0.011269") == (found.n, round(found.n * (found.value or 0)), f"{found.value:.6f}")


def test_a_resolution_is_only_claimed(imported: Imported) -> None:
    """Every resolution rests on the source's word alone, and the figure says so."""
    assert 20_765 == row(imported.desk, "incident_resolution_time").claimed


# --- What must not be believed -----------------------------------------------------------------------------------


def test_closed_is_only_a_word_of_the_source(imported: Imported) -> None:
    """The log closes every incident, and none of them is closed here; three were never resolved."""
    phases = select(imported.desk, "SELECT phase, count(*) FROM facts_incidents GROUP BY phase ORDER BY phase")
    words = Counter(incident["source_status"]["status"] for incident in documents(imported.desk, "incident"))

    assert ([("detected", 3), ("resolved", 20_765)], {"Closed": 20_768}) == (phases, words)


def test_every_resolution_is_the_logs_own(imported: Imported, log: Log) -> None:
    """Each incident was resolved when its rows say so one after another, worked out here a second time from the file."""
    expected = {number: resolved(rows) for number, rows in log.items()}
    kept = select(imported.desk, NUMBERED.format(column="resolved_at"))
    found = {number: None if at is None else from_micros(at) for number, at in kept}

    assert expected == found


def resolved(rows: Sequence[dict[str, str]]) -> datetime | None:
    """The last entry into Resolved that no later row undid."""
    at: datetime | None = None
    for line in rows:
        if line["incident_state"] not in ("Resolved", "Closed"):
            at = None
        elif line["incident_state"] == "Resolved" and at is None:
            at = datetime.strptime(line["sys_updated_at"], "%d/%m/%Y %H:%M").replace(tzinfo=UTC)
    return at


def test_the_same_were_reopened_as_the_desk_counted(imported: Imported, log: Log) -> None:
    """Reopened are exactly the incidents whose own counter of the log ends above zero."""
    counted = {number for number, rows in log.items() if int(rows[-1]["reopen_count"])}
    found = {number for number, times in select(imported.desk, NUMBERED.format(column="reopened")) if times}

    assert counted == found


def test_rows_know_the_future_and_it_is_not_used(uci: Path, log: Log, tmp_path: Path) -> None:
    """Of a log that was cut after each incident's first row, only those are resolved whose first row says so."""
    first = [rows[0] for rows in log.values()][:2_000]
    with (tmp_path / "uci_incident.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(first[0]))
        table.writeheader()
        table.writerows(first)
    profile = load_profile("uci_incident")
    with ik.open_desk("sqlite://", shop_for(profile)) as desk:
        desk.imports.run(profile, [tmp_path])
        found = row(desk, "incident_resolution_time")

    assert all(line["closed_at"] != "?" for line in first)
    assert sum(line["incident_state"] == "Resolved" for line in first) == found.n


# --- Once more ---------------------------------------------------------------------------------------------------


def test_nothing_is_sent_or_timed(imported: Imported) -> None:
    """Every imported incident is passive, and the desk has nothing to do for it."""
    active = "SELECT (SELECT count(*) FROM intents) + (SELECT count(*) FROM timers)"
    live = "SELECT count(*) FROM facts_incidents WHERE passive = 0"

    assert ([(0,)], [(0,)]) == (select(imported.desk, active), select(imported.desk, live))


def test_a_second_import_changes_nothing(imported: Imported, uci: Path) -> None:
    """The same log again writes nothing."""
    before = select(imported.desk, "SELECT count(*), max(seq), max(known_at) FROM events")
    report = imported.desk.imports.run(load_profile("uci_incident"), [uci])

    assert (0, 0, {}) == (report.incidents, report.events, report.rejected)
    assert before == select(imported.desk, "SELECT count(*), max(seq), max(known_at) FROM events")
