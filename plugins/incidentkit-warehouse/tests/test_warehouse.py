"""What a warehouse counts, from the shelf to the scoreboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

import incidentkit as ik
from incidentkit.testing.clocks import ManualClock

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAMES = ("packaging_checks_passed_rate", "goods_received_in_order_rate", "calls_made")


def a_desk(clock: ManualClock, **settings: object) -> ik.Desk:
    """A desk with the plugin, once, as its settings say."""
    shop = ik.Shop(zone="UTC", plugins={"warehouse": settings}, teams=(ik.Team("warehouse"),), default_team="warehouse")
    return ik.open_desk("sqlite://", shop, clock=clock)


@pytest.fixture
def clock() -> ManualClock:
    """A week later."""
    return ManualClock(MONDAY + timedelta(days=7))


@pytest.fixture
def desk(clock: ManualClock) -> Iterator[ik.Desk]:
    """A desk with everything that the plugin brings."""
    with a_desk(clock) as opened:
        yield opened


def test_its_measures_are_there(desk: ik.Desk) -> None:
    """Each is a lead measure with a title, a formula and a definition."""
    measures = [desk.measures.named(name) for name in NAMES]

    assert [("lead", True, True, True)] * 3 == [(m.role, bool(m.title), bool(m.formula), bool(m.definition)) for m in measures]


def test_checks_are_weighed_by_how_many_there_were(desk: ik.Desk) -> None:
    """Two rounds of checks are one share of all parcels that were looked at."""
    desk.readings.enter(NAMES[0], hits=1, of=2, team="warehouse", at=MONDAY)
    desk.readings.enter(NAMES[0], hits=18, of=18, team="warehouse", at=MONDAY + timedelta(hours=3))
    (row,) = desk.measure(NAMES[0], by="week", until=MONDAY + timedelta(days=6, hours=15)).rows

    assert (20, 0.95) == (row.n, row.value)


def test_calls_add_up(desk: ik.Desk) -> None:
    """Calls of a week are one number, whoever entered them."""
    desk.readings.enter("calls_made", 12, at=MONDAY)
    desk.readings.enter("calls_made", 5, at=MONDAY + timedelta(days=1))

    assert (17, "calls") == (desk.measure("calls_made").rows[0].value, desk.measure("calls_made").unit)


def test_a_week_can_be_filled_for_a_while(clock: ManualClock) -> None:
    """A week is complete when the time for late entries is over."""
    found = []
    with a_desk(clock, late_entries="2d") as desk:
        desk.readings.enter("calls_made", 12, at=MONDAY)
        for _ in range(2):
            found.append(desk.measure("calls_made", by="week").rows[0].complete)
            clock.advance(days=2)

    assert [False, True] == found


def test_a_shop_takes_what_it_wants(clock: ManualClock) -> None:
    """Only the measures that the settings name are there."""
    with a_desk(clock, measures=["calls_made"]) as desk:
        there = [name for name in NAMES if name in desk.measures]

    assert ["calls_made"] == there


def test_a_measure_that_it_has_not_is_refused(clock: ManualClock) -> None:
    """A slip in the settings stops the opening, and is named with its path."""
    with pytest.raises(ik.ConfigurationError, match=r"plugins\.warehouse\.measures.*calls_mad"):
        a_desk(clock, measures=["calls_mad"])


def test_a_spare_part_can_be_offered(desk: ik.Desk) -> None:
    """Agreed on and sent: the unit itself can still be made good by something else."""
    order = desk.orders.place("c-1", [ik.Line("kettle", 1, "40.00")])
    case = desk.incidents.report(order.id, "damaged", "the handle is broken")
    case = desk.incidents.log_conversation(case.id, channel="phone", summary="said so")
    case = desk.incidents.offer(case.id, [ik.Offer("spare_part", MONDAY.date() + timedelta(days=9), product="HANDLE-3")])
    case = desk.incidents.accept(case.id, "offer-1", by="customer")
    case = desk.incidents.carry_out(case.id, "remedy-1", reference="PQ-77")

    assert ("spare_part", "PQ-77", "pieza de recambio") == (
        case.remedies[0].kind,
        case.remedies[0].reference,
        desk.catalogue.label("offers", "spare_part", "es"),
    )
