"""Kept figures of finished windows: when they are used, when they are not, and what makes them stale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve
from sqlalchemy import func, select, update

from incidentkit.desk.calls import Call
from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.events import Happening, MessageReceipt, NoticePlanned
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.ids import NoticeId
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.orders import Line
from incidentkit.domain.shop import Agent, Shop
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.figures import Figures
from incidentkit.rules.decision import Decision
from incidentkit.store.facts import figures as kept_table
from incidentkit.store.figures import figures
from incidentkit.store.kept import Found, figures_kept, keep
from incidentkit.testing.clocks import ManualClock

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOP = Shop(zone="Europe/Madrid", agents=(Agent("ana", "after-sales"),), channel="")
LINES = (Line("cup", 1, "5"), Line("tea", 1, "5"))


@pytest.fixture
def clock() -> ManualClock:
    """Three weeks after what the tests begin with."""
    return ManualClock(MONDAY + timedelta(days=21))


@pytest.fixture
def desk(store_url: str, clock: ManualClock) -> Iterator[Desk]:
    """A desk on a new store of each kind."""
    with open_desk(store_url, SHOP, clock=clock) as opened:
        yield opened


class Case:
    """An order with a closed case and an answer, three weeks ago."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.order = desk.orders.place("c-1", LINES, MONDAY + timedelta(days=2), account="acme", at=MONDAY, by="ana").id
        desk.orders.confirm(self.order, at=MONDAY + timedelta(hours=1), by="ana")
        self.incident = desk.incidents.report(
            self.order, type="late", description="late", at=MONDAY + timedelta(hours=2), by="ana"
        ).id
        told = desk.incidents.log_conversation(self.incident, channel="phone", summary="so", at=self.at(3), by="ana")
        desk.incidents.resolve(self.incident, reason="none due", at=self.at(4), by="ana")
        told = desk.incidents.log_conversation(self.incident, channel="phone", summary="well", at=self.at(5), by="ana")
        evidence = Evidence.conversation(told.conversations[-1].id)
        desk.incidents.confirm_satisfaction(self.incident, evidence, at=self.at(5), by="ana")
        desk.incidents.close(self.incident, at=self.at(30), by="ana")
        self.ask = desk.surveys.answer(incident=self.incident, score=5, at=self.at(31), by="customer").id

    def at(self, hours: int) -> datetime:
        """So long after the beginning."""
        return MONDAY + timedelta(hours=hours)


Late = Callable[[Case], object]


def delivered(case: Case) -> None:
    """The order was delivered in time."""
    case.desk.orders.ship(case.order, at=case.at(8))
    case.desk.orders.deliver(case.order, at=case.at(20))


def reported(case: Case) -> None:
    """A second order had an incident, and a third had none."""
    second, _ = (case.desk.orders.place("c-2", at=case.at(7)) for _ in range(2))
    case.desk.measure("incident_rate", by="month")
    case.desk.incidents.report(second.id, type="lost", description="lost")


LATE: dict[str, tuple[str, list[str], Late]] = {
    "an order comes to light": ("orders_received", ["day"], lambda c: c.desk.orders.place("c-2", at=c.at(6))),
    "an action": ("orders_handled", ["day"], lambda c: c.desk.orders.publish_status(c.order, "soon", at=c.at(50))),
    "a parcel on its way": ("handover_time", ["day"], lambda c: c.desk.orders.ship(c.order, at=c.at(8))),
    "a delivery": ("delivery_time", ["week"], delivered),
    "a delivery in time": ("promise_kept_rate", ["day"], delivered),
    "an incident": ("incident_rate", ["month"], reported),
    "an incident, withdrawn": (
        "incident_rate",
        ["day"],
        lambda c: c.desk.incidents.withdraw(c.desk.incidents.reopen(c.incident, reason="no", by="ana").id, reason="no"),
    ),
    "a reopening then": (
        "backlog",
        ["day"],
        lambda c: c.desk.incidents.reopen(c.incident, reason="again", at=c.at(60), by="ana"),
    ),
    "its age": ("backlog_age", ["day"], lambda c: c.desk.incidents.reopen(c.incident, reason="no", at=c.at(60))),
    "a reopening now": ("reopen_rate", ["week"], lambda c: c.desk.incidents.reopen(c.incident, reason="again")),
    "a new owner": (
        "unowned_time",
        ["day"],
        lambda c: c.desk.incidents.accept_handover(c.desk.incidents.reopen(c.incident, reason="again").id, by="ana"),
    ),
    "another answer": ("csat_mean", ["day"], lambda c: c.desk.surveys.answer(c.ask, score=1, at=c.at(32))),
    "an answer of another day": ("csat_top_share", ["day"], lambda c: c.desk.surveys.answer(c.ask, score=5)),
    "a carrier, of orders": ("orders_received", ["day", "carrier"], lambda c: c.desk.orders.ship(c.order, carrier="blue")),
    "a carrier, of promises": ("promise_kept_rate", ["day", "carrier"], lambda c: c.desk.orders.ship(c.order, carrier="blue")),
    "a carrier, of actions": ("orders_handled", ["day", "carrier"], lambda c: c.desk.orders.ship(c.order, carrier="blue")),
    "a carrier, of incidents": ("reopen_rate", ["day", "carrier"], lambda c: c.desk.orders.ship(c.order, carrier="blue")),
    "a carrier, of the backlog": ("backlog", ["day", "carrier"], lambda c: c.desk.orders.ship(c.order, carrier="blue")),
    "a carrier, of answers": ("csat_mean", ["day", "carrier"], lambda c: c.desk.orders.ship(c.order, carrier="blue")),
    "another type": (
        "incident_resolution_time",
        ["day", "type"],
        lambda c: c.desk.incidents.amend(c.incident, reason="no", type="lost"),
    ),
    "another type, of the backlog": (
        "backlog",
        ["week", "type"],
        lambda c: c.desk.incidents.amend(
            c.desk.incidents.reopen(c.incident, reason="no", at=c.at(60)).id, reason="no", type="lost"
        ),
    ),
    "another channel": (
        "reopen_rate",
        ["day", "channel"],
        lambda c: c.desk.incidents.log_conversation(c.incident, channel="counter", summary="again"),
    ),
}


def anew(desk: Desk, measure: str, by: list[str]) -> Figures:
    """The figures without those that are kept."""
    store = desk._runtime.store
    with store.reading() as unit:
        return figures(unit.connection, store.tenant, measure, zone=desk.shop.zone, as_of=desk.clock(), by=by)


@pytest.mark.parametrize("what", LATE)
def test_a_late_fact_makes_its_figures_stale(desk: Desk, what: str) -> None:
    """After what happened late, the figures are others than those that were kept, and the same as anew."""
    measure, by, late = LATE[what]
    case = Case(desk)
    before = desk.measure(measure, by=by)
    late(case)
    after = desk.measure(measure, by=by)

    assert before.rows != after.rows
    assert anew(desk, measure, by).rows == after.rows


def tamper(desk: Desk) -> None:
    """Every kept figure says something that no computing would."""
    store = desk._runtime.store
    with store._writing.begin() as connection:
        connection.execute(update(kept_table).values(cells="[[null,99,99,null,null,null,null,null,null]]"))


def kept_rows(desk: Desk) -> int:
    """How many figures are kept."""
    with desk._runtime.store.reading() as unit:
        return unit.connection.execute(select(func.count()).select_from(kept_table)).scalar_one()


def test_finished_windows_are_kept_and_the_open_one_is_not(desk: Desk) -> None:
    """Asked again, finished windows come from what was kept; the open one is computed."""
    Case(desk)
    desk.measure("orders_received", by="week")
    tamper(desk)

    assert [99, 99, 99, 0] == [row.n for row in desk.measure("orders_received", by="week").rows]


def test_only_the_windows_of_a_late_fact_are_stale(desk: Desk) -> None:
    """A late order makes the window that it belongs to stale, and no other."""
    Case(desk)
    desk.measure("orders_received", by="week")
    tamper(desk)
    desk.orders.place("c-2", at=MONDAY + timedelta(days=8))

    assert [99, 1, 99, 0] == [row.n for row in desk.measure("orders_received", by="week").rows]


def test_what_matters_to_no_measure_leaves_figures_fresh(desk: Desk) -> None:
    """A further parcel that leaves changes no duration and no count of orders placed."""
    case = Case(desk)
    desk.orders.ship(case.order, {"1": 1})
    desk.measure("orders_received", by="week")
    tamper(desk)
    desk.orders.ship(case.order)

    assert 99 == desk.measure("orders_received", by="week").rows[0].n


def test_another_shops_facts_leave_figures_fresh(tmp_path: Path, clock: ManualClock) -> None:
    """What one tenant does makes no figure of another stale, nor is any seen by it."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with open_desk(url, SHOP, clock=clock) as ours, open_desk(url, SHOP, clock=clock, tenant="theirs") as theirs:
        Case(ours)
        ours.measure("orders_received", by="week")
        tamper(ours)
        Case(theirs)

        assert 1 == theirs.measure("orders_received", by="week").rows[0].n
        assert 99 == ours.measure("orders_received", by="week").rows[0].n


def test_a_cut_window_is_computed(desk: Desk) -> None:
    """A window that a bound cuts is neither kept nor taken from what is."""
    Case(desk)
    desk.measure("orders_received", by="week")
    tamper(desk)
    rows = desk.measure("orders_received", by="week", since=MONDAY).rows

    assert [1, 99, 99, 0] == [row.n for row in rows]


def test_another_zone_finds_nothing_kept(tmp_path: Path, clock: ManualClock) -> None:
    """Figures of one zone are not served in another, and give way to those."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with open_desk(url, SHOP, clock=clock) as desk:
        Case(desk)
        desk.measure("orders_received", by="week")
        tamper(desk)
    with open_desk(url, evolve(SHOP, zone="UTC"), clock=clock) as desk:
        rows = desk.measure("orders_received", by="week").rows

        assert ([1, 0, 0, 0], 3) == ([row.n for row in rows], kept_rows(desk))


@pytest.mark.parametrize("change", [{"version": 2}, {"where": ()}, {"maturity": timedelta(hours=1)}])
def test_another_definition_finds_nothing_kept(desk: Desk, change: dict[str, object]) -> None:
    """A measure that was defined anew, with a new version or without, is computed anew."""
    Case(desk)
    desk.measure("delivery_time", by="week")
    tamper(desk)
    store, changed = desk._runtime.store, evolve(MEASURES["delivery_time"], **change)  # type: ignore[arg-type]
    with store.reading() as unit:
        found = figures_kept(unit.connection, store.tenant, changed, zone=SHOP.zone, as_of=desk.clock(), by="week")

    assert [0, 0, 0, 0] == [row.n for row in found.figures.rows]
    assert 3 == len(found.new)


def test_a_window_that_has_ended_is_kept_before_it_is_complete(desk: Desk) -> None:
    """What is not complete yet changes with its facts only, as everything else does."""
    Case(desk)
    store = desk._runtime.store
    slow = evolve(MEASURES["orders_received"], maturity=timedelta(days=10))
    with store.reading() as unit:
        found = figures_kept(unit.connection, store.tenant, slow, zone=SHOP.zone, as_of=desk.clock(), by="week")

    assert [True, False, False, False] == [row.complete for row in found.figures.rows]
    assert 3 == len(found.new)


@pytest.mark.parametrize("later", [timedelta(days=31), timedelta(days=-1)])
def test_a_figure_that_waited_is_kept_until_then(desk: Desk, later: timedelta) -> None:
    """What counts once an instant has come is computed anew when it has, and also where the clock was set back."""
    desk.orders.place("c-1", at=MONDAY)
    store, now = desk._runtime.store, desk.clock()
    judged = evolve(MEASURES["orders_received"], passed="judged_at")

    def asked(as_of: datetime) -> Found:
        with store.reading() as unit:
            found = figures_kept(unit.connection, store.tenant, judged, zone=SHOP.zone, as_of=as_of, by="week")
        store.keep(found.new)
        return found

    first, again, then = asked(now), asked(now), asked(now + later)

    assert (0, True, ()) == (first.figures.rows[0].n, bool(first.new), again.new)
    assert (int(later > timedelta(0)), True) == (then.figures.rows[0].n, bool(then.new))


def test_a_fact_between_computing_and_keeping_makes_the_figure_stale(desk: Desk) -> None:
    """A figure that was overtaken before it was written is not served."""
    Case(desk)
    store = desk._runtime.store
    with store.reading() as unit:
        early = figures_kept(unit.connection, store.tenant, "orders_received", zone=SHOP.zone, as_of=desk.clock(), by="week")
    desk.orders.place("c-2", at=MONDAY)
    store.keep(early.new)

    assert 2 == desk.measure("orders_received", by="week").rows[0].n


def test_inside_a_batch_nothing_is_kept(desk: Desk) -> None:
    """Figures inside a batch hold its changes, which may yet come to nothing."""
    with desk.batch():
        Case(desk)
        inside = desk.measure("orders_received", by="week").rows[0].n

    assert (1, 0) == (inside, kept_rows(desk))


def test_while_somebody_writes_figures_are_computed_all_the_same(tmp_path: Path, clock: ManualClock) -> None:
    """Reading waits for no writer: what can't be kept now is kept the next time."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    with open_desk(url, SHOP, clock=clock) as desk, open_desk(url, SHOP, clock=clock) as writer:
        Case(desk)
        with writer.batch():
            writer.orders.place("c-2", at=MONDAY)
            found = desk.measure("orders_received", by="week").rows[0].n
            meanwhile = kept_rows(desk)
        desk.measure("orders_received", by="week")

        assert (1, 0, 3) == (found, meanwhile, kept_rows(desk))


def test_a_clock_that_goes_back_serves_nothing_that_is_open_again(desk: Desk, clock: ManualClock) -> None:
    """A window that was finished by a clock ahead of its time is computed again, and stale where facts come in."""
    Case(desk)
    clock.advance(days=14)
    desk.measure("orders_received", by="week")
    clock.advance(days=-14)
    desk.orders.place("c-2")

    assert [1, 0, 0, 1] == [row.n for row in desk.measure("orders_received", by="week").rows]
    clock.advance(days=14)

    assert [1, 0, 0, 1, 0, 0] == [row.n for row in desk.measure("orders_received", by="week").rows]


def test_keeping_nothing_writes_nothing(desk: Desk) -> None:
    """Without a finished window there is nothing to write."""
    with desk._runtime.store._writing.begin() as connection:
        keep(connection, ())

    assert 0 == kept_rows(desk)


def test_a_channel_that_a_bounce_took_back_is_no_segment_any_more(desk: Desk) -> None:
    """A notice that arrived counts its case in its channel, until it bounces."""
    case, runtime = Case(desk), desk._runtime
    planned = NoticePlanned(NoticeId("notice-1"), "incident.closed", "wire", "key", confirms=False)

    def happen(data: Happening) -> list[str | None]:
        with runtime.store.unit() as unit:
            runtime.work(unit, Call("test", {})).apply(case.incident, Decision((data,)))
        return [row.segment for row in desk.measure("reopen_rate", by="channel").rows]

    def receipt(kind: ReceiptKind) -> MessageReceipt:
        return MessageReceipt("key", "incident.closed", "wire", kind, NoticeId("notice-1"))

    seen = [happen(data) for data in (planned, receipt(ReceiptKind.ACCEPTED), receipt(ReceiptKind.BOUNCED))]

    assert [["phone"], ["phone", "wire"], ["phone"]] == seen
