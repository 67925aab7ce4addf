"""A measure by a window of time, by a segment, or by both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import incidentkit as ik
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.segments import NOWHERE, SEGMENTS, segments_of
from incidentkit.phrases.words import LANGUAGES
from tests.cli.running import NOW, run


def rows(*args: object) -> list[list[str]]:
    """The cells of the table, below its headings."""
    lines = run(*args).out.splitlines()
    return [re.split(r"\s{2,}", line.strip()) for line in lines[4:] if line and not line.startswith("*")]


def asked(demo: Path, *args: str) -> list[object]:
    """The arguments of a measure of the demo."""
    return ["measure", *args, "--store", demo, "--now", NOW]


def test_a_segment_has_a_row_for_each_of_its_values(demo: Path) -> None:
    """The same rows as the desk gives, with built-in codes in words, under the segment's heading."""
    with ik.open_desk(f"sqlite:///{demo}") as desk:
        figures = desk.measure("incident_resolution_time", by="severity")
    shown = run(*asked(demo, "incident_resolution_time", "--by", "severity", "--lang", "es")).out.splitlines()
    told = {"critical": "crítica", "minor": "leve"}

    assert ["Gravedad", "n"] == shown[3].split()[:2]
    assert [[told[str(row.segment)], str(row.n)] for row in figures.rows] == [line.split()[:2] for line in shown[4:]]


@pytest.mark.parametrize("cuts", [["--by", "week", "--by", "team"], ["--by", "team", "--by", "week"]])
def test_a_window_and_a_segment_go_together_in_either_order(demo: Path, cuts: list[str]) -> None:
    """Each week has a row for each team, and one that is not over is marked."""
    found = rows(*asked(demo, "incident_resolution_time", *cuts))
    weeks, teams = {row[0] for row in found}, {row[1] for row in found}

    assert len(weeks) * len(teams) == len(found)
    assert {"after-sales", "warehouse"} <= teams
    assert ["28 Sep–4 Oct 2026 *"] == [week for week in weeks if week.endswith("*")]


def test_json_has_the_segment_of_each_row(demo: Path) -> None:
    """The keys are those of every figure; `segment` holds the code itself, and is null without a segment."""
    cut = run(*asked(demo, "orders_received", "--by", "month", "--by", "carrier", "--json")).json
    whole = run(*asked(demo, "orders_received", "--by", "month", "--json")).json
    with ik.open_desk(f"sqlite:///{demo}") as desk:
        figures = desk.measure("orders_received", by=("month", "carrier"), until=desk.clock()).as_dict()

    assert ["measure", "unit", "definition", "version", "as_of", "rows"] == list(cut)
    assert [(row["from"], row["segment"], row["n"]) for row in figures["rows"]][: len(cut["rows"])] == [
        (row["from"], row["segment"], row["n"]) for row in cut["rows"]
    ]
    assert {None} == {row["segment"] for row in whole["rows"]}


@pytest.mark.parametrize(("language", "expected"), [("en", "(none)"), ("es", "(ninguno)")])
def test_what_has_no_value_is_named(demo: Path, language: str, expected: str) -> None:
    """Answers to no case belong to no severity, and their row says so."""
    answer = run(*asked(demo, "csat_mean", "--by", "severity", "--json")).json
    last = run(*asked(demo, "csat_mean", "--by", "severity", "--lang", language)).out.splitlines()[-1]

    assert NOWHERE == answer["rows"][-1]["segment"]
    assert last.startswith(f"{expected}  ")


def test_a_segment_that_a_measure_has_not_is_refused(demo: Path) -> None:
    """It names those that it has."""
    answer = run(*asked(demo, "orders_received", "--by", "severity"))

    assert (1, "") == (answer.code, answer.out)
    assert "can be cut by account, product, carrier" in answer.err


@pytest.mark.parametrize(
    "cuts", [["day", "week"], ["type", "team"], ["type", "type"], ["day", "type", "team"], ["fortnight"], [""]]
)
def test_other_cuts_are_wrong_usage(demo: Path, cuts: list[str]) -> None:
    """Two windows, two segments, three of anything, and what is neither."""
    answer = run(*asked(demo, "csat_mean", *(word for cut in cuts for word in ("--by", cut))))

    assert (2, "") == (answer.code, answer.out)
    assert "Error: --by: " in answer.err


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_has_every_measure_with_its_segments(here: Path, language: str) -> None:
    """It needs no store, and names each segment by the word that --by takes."""
    lines = run("measure", "--list", "--lang", language).out.splitlines()
    listed = {lines[at].split(" · ")[0]: lines[at + 1].strip() for at in range(2, len(lines), 3)}

    assert {name: ", ".join(segments_of(measure)) for name, measure in MEASURES.items()} == listed


def test_the_list_can_be_one_measures(here: Path) -> None:
    """As JSON it has the definition too."""
    answer = run("measure", "csat_mean", "--list", "--json").json
    [measure] = answer["measures"]

    assert ("csat_mean", MEASURES["csat_mean"].definition) == (measure["measure"], measure["definition"])
    assert ["day", "week", "month", "quarter"] == answer["windows"]
    assert set(measure["segments"]) <= set(SEGMENTS)


def test_an_amount_is_in_the_shops_currency(demo: Path) -> None:
    """A figure of money has the currency's code as its unit."""
    assert "EUR" == run(*asked(demo, "cost_per_need", "--json")).json["unit"]


def test_steps_of_the_process_are_said_in_words(demo: Path) -> None:
    """A step is called by its words, as a cause or type is."""
    found = {row[0] for row in rows(*asked(demo, "escalation_rate", "--by", "step"))}

    assert "transit" in found
