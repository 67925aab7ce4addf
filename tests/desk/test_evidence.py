"""Signals among the noise, and whether a lead measure leads, asked of a record whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.desk.evidence import _shuffles
from incidentkit.domain.orders import Line
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.goals.objectives import KeyResultDraft, ObjectiveDraft
from incidentkit.testing.clocks import ManualClock

MONDAY = datetime(2024, 1, 1, 9, tzinfo=UTC)
WEEKS = 60
LATER = 3


@contextmanager
def weeks(desk: Desk, clock: ManualClock, count: int = WEEKS) -> Iterator[list[datetime]]:
    """The Mondays of so many weeks, all over when the block is left."""
    clock.now = MONDAY + timedelta(weeks=count + 10)
    with desk.batch():
        yield [MONDAY + timedelta(weeks=week) for week in range(count)]


def order(desk: Desk, at: datetime, confirmed: float, shipped: float | None = None, **given: Any) -> str:
    """An order that is confirmed, and handed over, so many hours after it was placed."""
    made = desk.orders.place(lines=[Line("A", 1, "9.90")], at=at, **given)
    desk.orders.confirm(made.id, at=at + timedelta(hours=confirmed))
    if shipped is not None:
        desk.orders.ship(made.id, carrier="post", at=at + timedelta(hours=shipped))
        desk.orders.deliver(made.id, at=at + timedelta(hours=shipped + 2))
    return made.id


# --- Signals -----------------------------------------------------------------------------------------------------


def test_a_week_beyond_noise_is_a_signal(desk: Desk, clock: ManualClock) -> None:
    """Of thirty weeks with slow and quick confirmations the one that is far slower is named, and it is worse."""
    draw = Random("signal")
    with weeks(desk, clock, 30) as mondays:
        for place, monday in enumerate(mondays):
            order(desk, monday, draw.uniform(2, 4) + 20 * (place == 17))
    found = desk.signals("order_confirmation_time", least_n=1)
    alarm, *others = found.alarms

    assert [] == others
    assert (mondays[17].date(), True, 1) == (alarm.from_.astimezone(desk.shop.tzinfo).date(), alarm.worse, alarm.n)
    assert ("xmr", "seconds", 30) == (found.chart.kind, found.unit, len(found.windows))


def test_limits_come_from_the_baseline(desk: Desk, clock: ManualClock) -> None:
    """With limits from the first weeks alone a lasting change is a signal in every later week, and better if quicker."""
    with weeks(desk, clock, 30) as mondays:
        for place, monday in enumerate(mondays):
            order(desk, monday, (3 + place % 2) if place < 20 else 0.5)
    baseline = (mondays[0].date(), mondays[20].date())
    found = desk.signals("order_confirmation_time", baseline=baseline, least_n=1)

    assert [False] * 10 == [alarm.worse for alarm in found.alarms]
    assert [True] * 20 + [False] * 10 == [point.baseline for point in found.chart.points]


def test_a_known_cause_is_left_out(desk: Desk, clock: ManualClock) -> None:
    """Excluding the week of a known cause narrows the limits; the week stays on the chart."""
    draw = Random("cause")
    with weeks(desk, clock, 24) as mondays:
        for place, monday in enumerate(mondays):
            order(desk, monday, draw.uniform(2, 4) + 40 * (place == 5))
    whole, without = (desk.signals("order_confirmation_time", least_n=1, excluding=days) for days in ((), [mondays[5].date()]))

    assert (whole.chart.sigma or 0) > (without.chart.sigma or 0)
    assert (5,) == without.chart.alarms


def test_shares_have_a_p_chart(desk: Desk, clock: ManualClock) -> None:
    """A share is charted by its hits and sizes, and a month in which nothing was counted is a gap."""
    with weeks(desk, clock, 20) as mondays:
        for monday in [*mondays[:8], *mondays[14:]]:
            for hours in range(4):
                made = order(desk, monday + timedelta(hours=hours), 1, 2)
                if hours == 0:
                    desk.incidents.report(made, type="damaged", description="broken", at=monday + timedelta(days=1))
    found = desk.signals("incident_rate", by="month")

    assert ("p", 0.25) == (found.chart.kind, found.chart.centre)
    assert found.counts == tuple(row.n for row in desk.measure("incident_rate", by="month").rows[: len(found.counts)])
    assert [None] == [point.value for point, n in zip(found.chart.points, found.counts, strict=True) if not n]


def test_only_complete_windows_are_charted(desk: Desk, clock: ManualClock) -> None:
    """The week that is not over is no point, whatever it holds so far."""
    with weeks(desk, clock, 6) as mondays:
        for monday in mondays:
            order(desk, monday, 2)
    clock.now = mondays[5] + timedelta(days=2)
    found = desk.signals("order_confirmation_time", least_n=1)

    assert 5 == len(found.windows)
    assert found.windows[-1].until <= clock.now


def test_one_segment(desk: Desk, clock: ManualClock) -> None:
    """Cut to one carrier only its orders are counted; of one that nobody knows there is nothing."""
    with weeks(desk, clock, 6) as mondays:
        for monday in mondays:
            order(desk, monday, 2, 5)
            order(desk, monday, 2)
    found = desk.signals("order_confirmation_time", segment=("carrier", "post"), least_n=1)
    nothing = desk.signals("order_confirmation_time", segment=("carrier", "nobody"))

    assert ((1,) * 6, ("carrier", "post")) == (found.counts, found.segment)
    assert ((), ()) == (nothing.windows, nothing.alarms)


def test_means_of_few_are_gaps(desk: Desk, clock: ManualClock) -> None:
    """Unless it is asked for, a mean of fewer than five is no point to judge; a count of few is."""
    with weeks(desk, clock, 6) as mondays:
        for monday in mondays:
            order(desk, monday, 2)

    assert {None} == {point.value for point in desk.signals("order_confirmation_time").chart.points}
    assert {1} == {point.value for point in desk.signals("orders_received").chart.points[:6]}


def test_a_chart_as_json(desk: Desk, clock: ManualClock) -> None:
    """A program gets each window with its figure, n, limits and signals."""
    with weeks(desk, clock, 4) as mondays:
        for place, monday in enumerate(mondays):
            order(desk, monday, 1 + place)
    found = desk.signals("order_confirmation_time", since=mondays[1].date(), least_n=1).as_dict()

    assert ["from", "until", "n", "value", "lower", "upper", "signals", "baseline"] == list(found["points"][0])
    assert (3, 7200.0, "xmr", True, ["beyond"]) == (
        len(found["points"]), found["points"][0]["value"], found["kind"], found["provisional"], found["rules"],
    )  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        {"rules": ["hunch"]},
        {"baseline": (date(2020, 1, 1), date(2020, 2, 1))},
        {"excluding": [date(2020, 1, 1)]},
        {"by": "year"},
        {"statistic": "p50", "measure": "orders_received"},
        {"measure": "incident_rate", "rules": ["zones"]},
        {"measure": "happiness"},
        {"segment": ("weather", "rain")},
    ],
)
def test_what_makes_no_chart(desk: Desk, clock: ManualClock, given: dict[str, Any]) -> None:
    """Unknown rules, measures, windows and segments, days outside, and a median of a count are errors."""
    with weeks(desk, clock, 4) as mondays:
        for monday in mondays:
            order(desk, monday, 2)

    with pytest.raises(InvalidInput):
        desk.signals(**{"measure": "order_confirmation_time", **given})


# --- Lead and lag ------------------------------------------------------------------------------------------------


def tied(desk: Desk, clock: ManualClock, *, count: int = WEEKS, effect: float = 1.0) -> None:
    """A record in which slow confirmations make slow hand-overs three weeks later."""
    draw = Random("tied")
    confirmed = [draw.uniform(1, 20) for _ in range(count)]
    with weeks(desk, clock, count) as mondays:
        for place, monday in enumerate(mondays):
            before = confirmed[place - LATER] if place >= LATER else draw.uniform(1, 20)
            order(desk, monday, confirmed[place], 24 + effect * before + draw.uniform(0, 4))


def test_a_lead_measure_that_leads(desk: Desk, clock: ManualClock) -> None:
    """What is planted is found: by three weeks, both rising together, as is hoped of two that should both fall."""
    tied(desk, clock)
    found = desk.leads("order_confirmation_time", "handover_time")

    assert ("leads", LATER, True) == (found.verdict, found.lag_weeks, found.hoped)
    assert (found.association or 0) > 0.7
    assert 45 < found.n <= WEEKS - LATER
    assert ("order_confirmation_time", "handover_time") == (found.lead, found.lag)


def test_nothing_leads_where_nothing_is_tied(desk: Desk, clock: ManualClock) -> None:
    """Without the effect there is no evidence, and the same record gives the same figures again."""
    tied(desk, clock, effect=0.0)
    found = desk.leads("order_confirmation_time", "handover_time")

    assert "no_evidence" == found.verdict
    assert found == desk.leads("order_confirmation_time", "handover_time")


def test_too_short_a_record(desk: Desk, clock: ManualClock) -> None:
    """Of twenty weeks, and of an empty record, nothing can be said."""
    empty = desk.leads("order_confirmation_time", "handover_time")
    tied(desk, clock, count=20)
    short = desk.leads("order_confirmation_time", "handover_time")

    assert [("cannot_say", "too_few")] * 2 == [(each.verdict, each.reason) for each in (empty, short)]


def test_bounds_shorten_the_record(desk: Desk, clock: ManualClock) -> None:
    """Only what began inside counts."""
    tied(desk, clock)
    whole = desk.leads("order_confirmation_time", "handover_time")
    later = desk.leads("order_confirmation_time", "handover_time", since=(MONDAY + timedelta(weeks=10)).date())

    assert whole.n - 15 < later.n < whole.n


def test_a_count_may_be_nothing_for_years(desk: Desk, clock: ManualClock) -> None:
    """Weeks in which the other measure is not known say nothing, however many there are."""
    tied(desk, clock)
    found = desk.leads("order_confirmation_time", "handover_time")
    clock.advance(days=2000)

    assert found == desk.leads("order_confirmation_time", "handover_time")
    assert desk.leads("orders_received", "handover_time").n <= WEEKS


def test_the_lead_measures_of_an_objective(desk: Desk, clock: ManualClock) -> None:
    """Every pair of a Key Result and a lead measure is tried once, and p is corrected for all of them."""
    tied(desk, clock)
    mean = KeyResultDraft(
        "delivery_time",
        "mean",
        start=2e5,
        target=86400.0,
        lead_measures=("order_confirmation_time", "orders_handled"),
        least_n=1,
    )
    median = evolve(mean, id="median", statistic="p50", lead_measures=("order_confirmation_time",))
    day = clock().date()
    goal = ObjectiveDraft(
        "Parcels leave at once",
        owner="eva",
        team="warehouse",
        since=day,
        until=day + timedelta(days=90),
        why="They wait.",
        key_results=(mean, median),
    )
    found = desk.lead_evidence(desk.objectives.set(goal).id)

    assert [("order_confirmation_time", "leads"), ("orders_handled", "cannot_say"), ("order_confirmation_time", "leads")] == [
        (each.lead, each.verdict) for each in found
    ]
    assert [2, 1, 2] == [each.pairs for each in found]


def test_an_objective_that_is_not_there(desk: Desk) -> None:
    """Evidence is asked for by the id of an Objective."""
    with pytest.raises(UnknownIdError):
        desk.lead_evidence("nothing")


def test_shuffles_are_orders_of_all_weeks() -> None:
    """Each is a permutation, they differ, and they are the same ones every time."""
    found = _shuffles(20, 50)

    assert {tuple(range(20))} == {tuple(sorted(order)) for order in found}
    assert 50 == len(set(found))
    assert found is _shuffles(20, 50)
