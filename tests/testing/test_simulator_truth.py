"""The desk's figures, held against the truth that was simulated."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from incidentkit.domain.incidents import Phase
from incidentkit.domain.remedy_kinds import KINDS
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.figures import Figures
from incidentkit.testing.simulator import Expected, Plan, Truth, open_demo, run_demo
from incidentkit.testing.simulator.cases import TYPES
from tests.testing.demo_runs import ORDERS, asked


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished demo."""
    folder = tmp_path_factory.mktemp("demo")
    run_demo(folder, orders=ORDERS, seed=4, language="es")
    return folder


def rows(figures: Figures) -> tuple[Expected, ...]:
    return tuple(Expected(r.from_, r.until, r.n, r.value, r.mean, r.p50, r.p90, r.open) for r in figures.rows)


def test_the_truth_is_known_about_every_measure() -> None:
    """No measure is left out of the comparison below."""
    assert set(MEASURES) == set(Truth.of(Plan(1)).measures)


@pytest.mark.parametrize(("seed", "orders"), [(1, ORDERS), (2, ORDERS), (3, 320), (4, 11)])
def test_the_desk_says_what_was_true(seed: int, orders: int, tmp_path: Path) -> None:
    """Every measure, over all and by week, comes to exactly what the simulator knows to have happened."""
    truth = Truth.of(Plan(orders, seed))
    run_demo(tmp_path / "demo", orders=orders, seed=seed)
    with open_demo(tmp_path / "demo") as desk:
        told = {(name, by): rows(desk.measure(name, by=by)) for name in MEASURES for by in (None, "week")}

    assert {(name, by): truth.expected(name, weekly=by == "week") for name, by in told} == told


def test_the_truth_has_something_of_everything() -> None:
    """The comparison is about figures that are neither empty nor trivial."""
    truth = Truth.of(Plan(ORDERS, 1))
    values = {name: truth.expected(name)[0] for name in truth.measures}

    assert {"commitments_kept_rate", "verification_call_coverage"} == {name for name, row in values.items() if not row.n}
    # Nothing is found later in the demo, so every contact has its case.
    trivial = ("ticket_coverage_rate", "commitments_kept_rate", "repeat_incident_rate", "verification_call_coverage")
    shares = [name for name in MEASURES if MEASURES[name].kind == "share" and name not in trivial]
    assert all(0 < (values[name].value or 0) < 1 for name in shares)
    assert all(values[name].open for name in MEASURES if MEASURES[name].kind == "duration" and name != "backlog_age")


def test_something_happens_to_a_customer_again() -> None:
    """Somewhere a trouble is the second of its kind, if not in every small demo."""
    assert (Truth.of(Plan(240, 3)).expected("repeat_incident_rate")[0].value or 0) > 0


def test_every_type_of_incident_is_in_the_record(out: Path) -> None:
    """All eleven built-in types occur."""
    assert set(TYPES) == {row[0] for row in asked(out, "SELECT DISTINCT type FROM facts_incidents")}


def test_every_phase_is_in_the_record(out: Path) -> None:
    """Cases end, or wait, in every phase but that of a case that was taken down twice."""
    assert set(Phase) - {Phase.MERGED} == {r[0] for r in asked(out, "SELECT DISTINCT phase FROM facts_incidents")}


def test_what_the_desk_does_by_itself_is_in_the_record(out: Path) -> None:
    """Clocks and promises break, cases are raised, lapse and go back to their owners, a late order has one opened."""
    by_rule = {row[0] for row in asked(out, "SELECT DISTINCT type FROM events WHERE actor LIKE 'rule%'")}
    expected = {"clock_warned", "clock_broken", "escalated", "handover_returned", "attempted", "lapsed", "reported"}

    assert set() == {f"incident.{name}" for name in expected} - by_rule
    assert {"promise.broken", "task.opened"} <= by_rule


def test_every_kind_of_offer_is_in_the_record(out: Path) -> None:
    """Substitution, restock, replacement, discount and refund are all offered; the shop of the demo offers nothing else."""
    data = " ".join(row[0] for row in asked(out, "SELECT data FROM events WHERE type = 'incident.offered'"))

    assert {"store_credit", "apology"} == {kind for kind in KINDS if f'"kind":"{kind}"' not in data}


def test_nothing_odd_is_recorded(out: Path) -> None:
    """No order has times that contradict each other."""
    assert [] == asked(out, "SELECT data FROM events WHERE type = 'order.anomaly'")


def test_every_message_that_was_sent_is_a_mail(out: Path) -> None:
    """The Maildir holds one mail for each message that is done; every other was kept back by the decision to send."""
    states = dict(asked(out, "SELECT state || ' ' || reason, count(*) FROM intents WHERE kind = 'message' GROUP BY 1"))
    mails = list(mailbox.Maildir(out / "maildir", create=False))

    assert {"suppressed"} == {state.split()[0] for state in states if state != "done "}
    assert states["suppressed no_address"]
    assert states["done "] == len(mails)


def test_every_mail_can_be_read(out: Path) -> None:
    """Each mail has its one sender, recipient, date, subject and id, and no defects."""
    mails = list(mailbox.Maildir(out / "maildir", create=False))
    headers = ("From", "To", "Date", "Subject", "Message-ID")

    assert [] == [mail.defects for mail in mails if mail.defects]
    assert {1} == {len(mail.get_all(name, [])) for mail in mails for name in headers}
    assert len(mails) == len({mail["Message-ID"] for mail in mails})
