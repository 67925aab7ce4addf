"""What an import makes of rows about incidents and answers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

import incidentkit as ik
from incidentkit.codec.profile import parse_profile
from incidentkit.desk.importing import shop_for
from tests.desk.importing import PROFILE, asked, imported, imported_by, last_seq, only, opened, order, small, text_of, write

REVIEW = {"review": "r", "order": "A", "score": "4", "asked": "2024-01-08 00:00:00", "answered": "2024-01-09 00:00:00"}

LOG = """
name = "log"
missing = ["", "?"]
[sources.orders]
files = "orders.csv"
[sources.log]
files = "log.csv"
[[orders]]
source = "orders"
key = "id"
placed = "placed"
[[incidents]]
name = "ticket"
source = "log"
rows = "many"
key = "number"
order = "order"
type = "type"
severity = "severity"
cause = "cause"
description = "text"
reported_by = "who"
detected = { column = "opened", take = "min" }
status = "state"
at = "written"
[[incidents.events]]
event = "resolved"
when = [{ column = "state", any_of = "Resolved" }]
[[incidents.events]]
event = "reopened"
when = [{ column = "state", none_of = ["Resolved", "Closed"] }]
"""
LOG_COLUMNS = ["number", "order", "type", "severity", "cause", "text", "who", "opened", "state", "written"]


def tickets(folder: Path, *rows: dict[str, str]) -> Path:
    """A folder with one order A, and a log of tickets."""
    write(folder, orders=[order()])
    (folder / "log.csv").write_text(text_of(LOG_COLUMNS, [{"number": "1", "type": "late", **row} for row in rows]))
    return folder


def when(day: int, hour: int = 0) -> str:
    """An hour of January 2024, as a log writes it."""
    return f"2024-01-{day:02} {hour:02}:00:00"


# --- Incidents of orders -----------------------------------------------------------------------------------------


def test_a_case_without_a_time_takes_the_orders_last_known_one(tmp_path: Path) -> None:
    """Out of stock is detected at the latest of what is known to have happened to the order; a promise does not count."""
    row = order(status="unavailable", confirmed=when(2, 10), promised=when(20))
    with imported(tmp_path, orders=[row]) as (desk, report):
        (found,) = desk.incidents.find()

    assert (1, "out_of_stock", datetime(2024, 1, 2, 13, tzinfo=UTC)) == (report.incidents, found.type, found.detected_at)
    assert ("out_of_stock", "after-sales", ik.Phase.DETECTED) == (found.description.value, found.owner.team, found.phase)


def test_late_is_strictly_after_the_promise(tmp_path: Path) -> None:
    """A condition of time holds for what is later, and not for what is at the same instant."""
    rows = [order(id=str(i), promised=when(5), delivered=f"2024-01-05 00:00:0{i}", shipped=when(2)) for i in range(2)]
    with imported(tmp_path, orders=rows) as (desk, _):
        (found,) = desk.incidents.find()

    assert ("late", datetime(2024, 1, 5, 3, tzinfo=UTC)) == (found.type, found.detected_at)


def test_the_order_is_in_incident(tmp_path: Path) -> None:
    """An imported case is open on its order, is the same customer's, and is on its timeline."""
    row = order(status="unavailable", person="p")
    with imported(tmp_path, orders=[row], people=[{"person": "p", "key": "k"}]) as (desk, _):
        found, (case,) = only(desk), desk.incidents.find()

        assert found.in_incident
        assert found.customer == case.customer
        assert "incident.reported" in {entry.type for entry in desk.orders.timeline(found.id)}


def test_a_return_counts_as_known(tmp_path: Path) -> None:
    """The last known time of an order that came back is that of its return."""
    row = order(status="unavailable", delivered=when(3), returned=when(9))
    with imported(tmp_path, orders=[row]) as (desk, _):
        assert datetime(2024, 1, 9, 3, tzinfo=UTC) == desk.incidents.find()[0].detected_at


# --- A log with a row for each event -----------------------------------------------------------------------------


def test_a_log_is_followed_row_by_row(tmp_path: Path) -> None:
    """A source's resolution is a claim, the last that was not undone counts, and no row closes a case."""
    states = ["New", "Resolved", "Resolved", "Active", "Resolved", "Closed"]
    rows = [{"opened": when(1), "state": state, "written": when(i)} for i, state in enumerate(states, start=1)]
    profile = parse_profile(LOG)
    with opened(profile) as desk:
        report = desk.imports.run(profile, [tickets(tmp_path, *rows)])
        (found,) = desk.incidents.find()
        again = desk.imports.run(profile, [tmp_path])

    assert (ik.Phase.RESOLVED, True, 1) == (found.phase, found.claimed, found.reopened)
    assert (datetime(2024, 1, 5, tzinfo=UTC), None) == (found.resolved_at, found.closed_at)
    assert found.source_status is not None
    assert ("Closed", datetime(2024, 1, 6, tzinfo=UTC)) == (found.source_status.status, found.source_status.at)
    assert (1, 0, 0) == (report.incidents, again.incidents, again.events)


def test_a_log_that_has_grown(tmp_path: Path) -> None:
    """Rows that were added since the last import go on where it ended; a case that nobody was told of is detected again."""
    rows = [
        {"opened": when(1), "state": state, "written": when(i)} for i, state in ((1, "New"), (2, "Resolved"), (3, "Active"))
    ]
    profile = parse_profile(LOG)
    with opened(profile) as desk:
        desk.imports.run(profile, [tickets(tmp_path, *rows[:2])])
        desk.imports.run(profile, [tickets(tmp_path, *rows)])
        (found,) = desk.incidents.find()

    assert (ik.Phase.DETECTED, 1) == (found.phase, found.reopened)


def test_the_fields_of_a_ticket(tmp_path: Path) -> None:
    """Type, severity, cause, words and who saw it first are the columns' where the shop knows them."""
    row = {"order": "A", "severity": "critical", "cause": "oversold", "text": "Gone", "who": "customer", "opened": when(1)}
    profile = parse_profile(LOG)
    with opened(profile) as desk:
        desk.imports.run(profile, [tickets(tmp_path, row)])
        (found,) = desk.incidents.find()

        assert (only(desk).id,) == found.orders
    assert ("late", "critical", "oversold", "Gone", "customer") == (
        found.type, found.severity, found.cause, found.description.value, found.reported_by,
    )  # fmt: skip


def test_what_the_shop_does_not_know_is_marked(tmp_path: Path) -> None:
    """A type, severity or cause that the shop does not have becomes other, the protocol's, and none; the order is marked."""
    row = {"order": "A", "type": "weird", "severity": "huge", "cause": "magic", "who": "nobody", "opened": when(1)}
    profile = parse_profile(LOG)
    with opened(profile) as desk:
        report = desk.imports.run(profile, [tickets(tmp_path, row)])
        (found,), marks = desk.incidents.find(), only(desk).anomalies

    expected = {f"unusable:{name}" for name in ("type", "severity", "cause", "reported_by")}
    assert ("other", "minor", None, "shop") == (found.type, found.severity, found.cause, found.reported_by)
    assert (expected, dict.fromkeys(expected, 1)) == (set(marks), report.dropped)


def test_a_ticket_may_have_no_order(tmp_path: Path) -> None:
    """Without an order a case is detected when it says, else when its first row was written; without both it is rejected."""
    rows = [{"number": "1", "opened": when(1)}, {"number": "2", "written": when(2)}, {"number": "3", "order": "?"}]
    profile = parse_profile(LOG)
    with opened(profile) as desk:
        report = desk.imports.run(profile, [tickets(tmp_path, *rows)])
        found = {i.detected_at.day: i.orders for i in desk.incidents.find()}

    assert ({1: (), 2: ()}, {"missing:detected": 1}) == (found, report.rejected)


def test_an_order_that_is_not_known(tmp_path: Path) -> None:
    """A record that names an order which is not in the record is rejected."""
    profile = parse_profile(LOG)
    with opened(profile) as desk:
        assert {"unknown:order": 1} == desk.imports.run(
            profile, [tickets(tmp_path, {"order": "Z", "opened": when(1)})]
        ).rejected


# --- Answers -----------------------------------------------------------------------------------------------------


def test_an_answer(tmp_path: Path) -> None:
    """A row is an ask of its own about its order, put when the source says, with its words in the vault."""
    with imported(tmp_path, orders=[order()], reviews=[{**REVIEW, "comment": "Bem\nbom"}]) as (desk, report):
        entries = desk.orders.timeline(only(desk).id)
        found = only_ask(desk)

    assert (1, ["order.placed", "survey.asked", "survey.answered"]) == (report.answers, [entry.type for entry in entries])
    assert found.answer is not None
    assert (4, "Bem\nbom", True) == (found.answer.score, str(found.answer.comment), found.passive)
    assert (datetime(2024, 1, 8, 3, tzinfo=UTC), datetime(2024, 1, 9, 3, tzinfo=UTC)) == (found.asked_at, found.answer.at)


def only_ask(desk: ik.Desk) -> ik.Ask:
    """The one ask that there is."""
    ((ask,),) = asked(desk, "SELECT stream FROM streams WHERE kind = 'ask'")
    return desk.surveys.get(ask)


def test_different_asks_count_each(tmp_path: Path) -> None:
    """A review of several orders, and several reviews of one order, are answers of their own."""
    rows = [{**REVIEW, "score": "1"}, {**REVIEW, "order": "B", "score": "2"}, {**REVIEW, "review": "s", "score": "3"}]
    with imported(tmp_path, orders=[order(), order(id="B")], reviews=rows) as (desk, _):
        row = desk.measure("csat_mean").rows[0]

    assert (3, 2.0) == (row.n, row.value)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"score": "6"}, "unusable:score"),
        ({"score": "0"}, "unusable:score"),
        ({"score": "4.5"}, "unusable:score"),
        ({"score": "?"}, "missing:score"),
        ({"answered": ""}, "missing:answered"),
        ({"answered": "2025-01-01 00:00:00"}, "unusable:answered"),
        ({"order": "Z"}, "unknown:order"),
        ({"review": ""}, "missing:key"),
    ],
)
def test_an_answer_without_what_it_needs_is_rejected(tmp_path: Path, changes: dict[str, str], reason: str) -> None:
    """Without key, score, time and a known order an answer is left out and counted."""
    with imported(tmp_path, orders=[order()], reviews=[{**REVIEW, **changes}]) as (_, report):
        assert (0, {reason: 1}) == (report.answers, report.rejected)


def test_an_answer_before_its_ask(tmp_path: Path) -> None:
    """An ask that would be later than its answer was put at the answer's time."""
    with imported(tmp_path, orders=[order()], reviews=[{**REVIEW, "asked": "2024-01-10 00:00:00"}]) as (desk, _):
        assert datetime(2024, 1, 9, 3, tzinfo=UTC) == only_ask(desk).asked_at


def test_an_answer_about_no_order(tmp_path: Path) -> None:
    """Where the rule names no order, an answer is about none, and counts."""
    profile = parse_profile(PROFILE.replace('key = ["review", "order"]\norder = "order"', 'key = ["review", "order"]'))
    with imported_by(profile, tmp_path, orders=[], reviews=[REVIEW]) as (desk, report):
        assert (1, 4.0) == (report.answers, desk.measure("csat_mean").rows[0].value)


def test_a_comment_that_is_too_long(tmp_path: Path) -> None:
    """Words beyond what the vault takes are dropped and marked; the score counts."""
    with imported(tmp_path, orders=[order()], reviews=[{**REVIEW, "comment": "x" * 20_001}]) as (desk, report):
        assert (1, {"unusable:comment": 1}) == (report.answers, report.dropped)
        assert ("unusable:comment",) == only(desk).anomalies


# --- The shop ----------------------------------------------------------------------------------------------------


def test_a_shop_for_a_profile() -> None:
    """A new store's shop takes zone, currency and missing surveys from the profile, and the rest from the settings."""
    profile = parse_profile(PROFILE.replace('source = "reviews"\nkey', 'survey = "effort"\nhigh = 7\nsource = "reviews"\nkey'))
    shop = shop_for(profile, ik.Shop(name="Mine", zone="Europe/Madrid"))

    assert ("Mine", "Etc/GMT+3", "BRL") == (shop.name, shop.zone, shop.currency)
    assert ["csat", "nps", "effort"] == [survey.name for survey in shop.surveys]


@pytest.mark.parametrize(("survey", "high", "found"), [("effort", 5, "found 'effort'"), ("nps", 5, "found 1 to 5")])
def test_a_survey_that_does_not_fit(tmp_path: Path, survey: str, high: int, found: str) -> None:
    """Answers to a survey that the shop does not have, or has on another scale, are refused before anything is written."""
    rule = f'survey = "{survey}"\nhigh = {high}\nsource = "reviews"\nkey'
    profile = parse_profile(PROFILE.replace('source = "reviews"\nkey', rule))
    folder = write(tmp_path, orders=[order()])
    with opened(profile, shop=ik.Shop()) as desk:
        with pytest.raises(ik.ConfigurationError, match=found):
            desk.imports.run(profile, [folder])

        assert 0 == last_seq(desk)


def test_a_live_order_of_the_same_desk(tmp_path: Path) -> None:
    """What comes from a source stays passive beside the desk's own live orders."""
    with opened(small()) as desk:
        desk.orders.place(number="own")
        desk.imports.run(small(), [write(tmp_path, orders=[order(number="theirs")])])
        found = {o.number: o.passive for o in desk.orders.find()}

    assert {"own": False, "theirs": True} == found
