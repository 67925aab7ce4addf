"""Why two views differ: what they say otherwise, and the events that made the difference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

import incidentkit as ik
from incidentkit.desk.desk import Desk
from incidentkit.testing.clocks import ManualClock
from tests.desk.test_as_of import live
from tests.desk.world import placed, reported


def types(difference: ik.Difference) -> list[str]:
    """What its events are called."""
    return [event.type for event in difference.because]


# --- One thing ---------------------------------------------------------------------------------------------------


def test_the_fields_of_an_order_that_differ_name_their_events(desk: Desk, clock: ManualClock) -> None:
    """Each field with the events after which it was another, and with no others."""
    order = placed(desk, number="1001")
    earlier = clock()
    clock.advance(hours=1)
    desk.orders.confirm(order.id)
    desk.orders.amend(order.id, number="1002", reason="typed wrong")
    clock.advance(hours=1)
    found = {each.field: each for each in desk.explain_diff(order.id, earlier, clock())}

    assert ("1001", "1002", ["order.amended"]) == (found["number"].was, found["number"].is_, types(found["number"]))
    assert ["order.confirmed"] == types(found["confirmed_at"])
    assert {order.id} == {each.subject for each in found.values()}


def test_what_was_not_known_before_is_new_as_a_whole(desk: Desk, clock: ManualClock) -> None:
    """With every event that it has."""
    earlier = clock()
    clock.advance(hours=1)
    case = reported(desk)
    (found,) = desk.explain_diff(case.id, earlier, clock())

    assert ("", None, case, "incident.reported") == (found.field, found.was, found.is_, types(found)[0])


def test_where_nothing_became_known_nothing_differs(desk: Desk, clock: ManualClock) -> None:
    """However much time has passed."""
    order = placed(desk)
    earlier = clock()

    assert () == desk.explain_diff(order.id, earlier, clock.advance(hours=1))


@pytest.mark.parametrize("seed", [1, 2])
def test_every_step_of_a_field_is_named(desk: Desk, clock: ManualClock, seed: int) -> None:
    """Beside views at each event: a field changes exactly where the differences say so."""
    live(desk, clock, Random(seed), 6)
    earlier, steps = clock(), []
    order = placed(desk)
    changes: list[Callable[[], object]] = [
        lambda: desk.orders.confirm(order.id),
        lambda: desk.orders.ship(order.id),
        lambda: desk.orders.amend(order.id, number="7", reason="x"),
        lambda: desk.orders.deliver(order.id),
        lambda: desk.orders.amend(order.id, number="8", reason="x"),
    ]
    for change in changes:
        steps.append(clock.advance(hours=1))
        change()
    expected: dict[str, list[datetime]] = {}
    for before, after in zip(steps, [*steps[1:], clock.advance(hours=1)], strict=True):
        was, is_ = (view_of(desk, order.id, at - timedelta(microseconds=1)) for at in (before, after))
        for name in (name for name in was if was[name] != is_[name]):
            expected.setdefault(name, []).append(before)
    found = desk.explain_diff(order.id, steps[0] - timedelta(minutes=1), clock())

    assert expected == {each.field: sorted({event.known_at for event in each.because}) for each in found}
    assert earlier < clock()


def view_of(desk: Desk, order_id: str, at: datetime) -> dict[str, Any]:
    """The fields of an order as they were known, those alone that its own events make."""
    import attrs

    with desk.as_of(at) as then:
        order = then.orders.get(order_id)
        return {
            each.name: getattr(order, each.name) for each in attrs.fields(ik.Order) if each.eq and each.name != "in_incident"
        }


# --- Rows of a measure -------------------------------------------------------------------------------------------


def test_the_rows_that_a_figure_gained_name_what_brought_them(desk: Desk, clock: ManualClock) -> None:
    """A late confirmation changes a figure about the past: the row, what it was, what it is, and the event."""
    first, second = placed(desk), placed(desk)
    at = clock.advance(hours=2)
    earlier = clock.advance(hours=1)
    clock.advance(hours=1)
    desk.orders.confirm(first.id, at=at)
    found = {each.subject: each for each in desk.explain_diff("order_confirmation_time", earlier, clock())}

    assert (first.id in found, ["order.confirmed"]) == (True, types(found[first.id]))
    assert (True, 7200.0) == (found[first.id].was.open, found[first.id].is_.value)
    assert second.id not in found


@pytest.mark.parametrize("seed", [1, 2])
def test_the_differences_of_every_measure_are_all_there_is(desk: Desk, clock: ManualClock, seed: int) -> None:
    """Beside both views row by row; every event named became known in between."""
    live(desk, clock, Random(seed), 6)
    earlier = clock()
    live(desk, clock, Random(seed + 7), 5)
    with desk.as_of(earlier) as then, desk.as_of(clock()) as now:
        for name in desk.measures.names:
            was, is_ = ({row.id: row for row in view.measure_rows(name).rows} for view in (then, now))
            expected = {row: (was.get(row), is_.get(row)) for row in was | is_ if was.get(row) != is_.get(row)}
            found = desk.explain_diff(name, then, now)

            assert expected == {each.subject: (each.was, each.is_) for each in found}
            assert [] == [event for each in found for event in each.because if not then.seq < event.seq <= now.seq]


def test_views_the_wrong_way_round_and_unknown_names_are_refused(desk: Desk, clock: ManualClock) -> None:
    """With typed errors."""
    order = placed(desk)
    earlier = clock()
    later = clock.advance(hours=1)

    with pytest.raises(ik.InvalidInput, match="must not be after later"):
        desk.explain_diff(order.id, later, earlier)
    with pytest.raises(ik.UnknownIdError, match="name a measure"):
        desk.explain_diff("cake", earlier, later)
