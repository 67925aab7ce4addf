"""The commands about clocks: acting on what is due, and explaining a deadline, in both languages and as JSON."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import incidentkit as ik
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import run

NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)  # a Monday, as the team opens
SHOP = ik.Shop(agents=(ik.Agent("ana", "after-sales"), ik.Agent("eva", "after-sales", "supervisor")))


@pytest.fixture
def late(tmp_path: Path) -> tuple[str, str, str]:
    """A store with a case that nobody has told its customer about: its path, the case, and its order."""
    store = tmp_path / "shop.db"
    with ik.open_desk(f"sqlite:///{store}", SHOP, clock=ManualClock(NOW)) as desk:
        order = desk.orders.place(customer="c-1", lines=[ik.Line("lamp", 1, "9.00")], number="7")
        case = desk.incidents.report(order.id, type="damaged", description="cracked", reported_by="customer")
    return str(store), case.id, order.id


def at(hours: float) -> str:
    """So many hours after the beginning."""
    return (NOW + timedelta(hours=hours)).isoformat()


def test_a_tick_says_what_it_did(late: tuple[str, str, str]) -> None:
    """In words, and the second time that nothing is left."""
    store, *_ = late
    first = run("tick", "--store", store, "--now", at(5))
    second = run("tick", "--store", store, "--now", at(5))

    assert (0, 0) == (first.code, second.code)
    assert "2 × a clock has broken" in first.out
    assert "1 × a case was raised to a higher level" in first.out
    assert "×" not in second.out


def test_a_tick_speaks_spanish(late: tuple[str, str, str]) -> None:
    """As every command does."""
    assert "un caso ha subido de nivel" in run("tick", "--store", late[0], "--now", at(5), "--lang", "es").out


def test_a_tick_as_json(late: tuple[str, str, str]) -> None:
    """What was done, by the type of its events."""
    answer = run("tick", "--store", late[0], "--now", at(3), "--json")

    done = {"incident.clock_warned": 2}
    assert {"as_of": at(3), "acted": 1, "idle": 0, "refused": 0, "deleted": 0, "listed": 0, "done": done} == answer.json


def test_idle_and_refused_timers_are_told(late: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each in its own line."""
    report = ik.TickReport(acted=0, idle=2, refused=1, deleted=3)
    monkeypatch.setattr("incidentkit.desk.desk.Desk.tick", lambda *_, **__: report)
    out = run("tick", "--store", late[0], "--now", at(0)).out

    assert "2 needed nothing any more" in out
    assert "1 could not be acted on" in out
    assert "3 kept long enough" in out


def test_watching_looks_again_and_again(late: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many seconds each, until it is stopped."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", sleep)
    answer = run("tick", "--store", late[0], "--watch", "--every", 5, "--now", at(0))

    assert (130, [5, 5, 5], 3) == (answer.code, slept, answer.out.count(" due"))


def test_a_deadline_is_explained(late: tuple[str, str, str]) -> None:
    """When it is due, whom it waits for, what it counted."""
    store, case, _ = late
    answer = run("explain", case, "--store", store, "--now", at(26))

    assert 0 == answer.code
    assert "Put it right · by 8 Sep 2026 16:00 · waits for the shop" in answer.out
    assert "11 h of 16 h used" in answer.out
    assert "Counted: 7 Sep 2026 09:00–18:00; 8 Sep 2026 09:00–11:00" in answer.out
    assert "Tell the customer · by 7 Sep 2026 13:00 · broken" in answer.out


def test_holds_and_days_off_are_explained(late: tuple[str, str, str]) -> None:
    """With their beginning and their end; in Spanish too."""
    store, case, _ = late
    with ik.open_desk(f"sqlite:///{store}", SHOP, clock=ManualClock(NOW + timedelta(hours=1))) as desk:
        desk.incidents.log_conversation(case, channel="phone", summary="told", by="ana")
        desk.incidents.wait(case, reason="a photo", until=NOW + timedelta(days=6), by="ana")
    english, spanish = (
        run("explain", case, "--store", store, "--now", at(24 * 7), "--lang", lang).out for lang in ("en", "es")
    )

    assert "Stood still, waiting for the customer: 7 Sep 2026 10:00–13 Sep 2026 09:00" in english
    assert "Not counted: 12 Sep 2026 (closed); 13 Sep 2026 (closed)" in english
    assert "Parado, esperando al cliente" in spanish


def test_a_deadline_as_json(late: tuple[str, str, str]) -> None:
    """With every number."""
    store, case, _ = late
    (first, *_) = run("explain", case, "--store", store, "--now", at(1), "--json").json["clocks"]

    assert ("first_response", "shop", 3600.0, 3 * 3600.0) == (first["clock"], first["waits_for"], first["used"], first["left"])


def test_what_has_no_clocks_says_so(late: tuple[str, str, str]) -> None:
    """A withdrawn case is owed nothing."""
    store, case, _ = late
    with ik.open_desk(f"sqlite:///{store}", SHOP, clock=ManualClock(NOW)) as desk:
        desk.incidents.withdraw(case, reason="a mistake", by="ana")

    assert "It has no clocks" in run("explain", case, "--store", store).out


def test_a_long_explanation_is_cut(late: tuple[str, str, str]) -> None:
    """After a fortnight of stretches their number is enough."""
    store, case, _ = late

    assert "further stretches" in run("explain", case, "--store", store, "--now", at(24 * 40)).out


def test_an_unknown_case_is_refused(late: tuple[str, str, str]) -> None:
    """In plain words."""
    answer = run("explain", "nothing", "--store", late[0])

    assert (1, "The incident: must be in this record" in answer.err) == (answer.code, True)


def test_the_timeline_ends_with_what_is_due(late: tuple[str, str, str]) -> None:
    """And whom it waits for."""
    store, *_ = late

    assert "Put it right · by" in run("timeline", 7, "--store", store).out
    assert "broken" in run("timeline", 7, "--store", store, "--now", "2099-01-01").out


def test_the_queue_says_that_the_customer_is_waited_for(late: tuple[str, str, str]) -> None:
    """Where all clocks stand still."""
    store, case, _ = late
    with ik.open_desk(f"sqlite:///{store}", SHOP, clock=ManualClock(NOW)) as desk:
        desk.incidents.log_conversation(case, channel="phone", summary="told", by="ana")
        desk.incidents.wait(case, reason="a photo", by="ana")

    assert "customer" in run("queue", "--store", store, "--now", at(1), COLUMNS="160").out
