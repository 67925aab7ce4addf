"""One reading for many figures: each question once, and only windows that are complete."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.desk.figure_reader import FigureReader
from incidentkit.desk.opening import open_desk
from incidentkit.domain.orders import Line
from incidentkit.errors import InvalidInput
from incidentkit.testing.clocks import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    """Stands still until it is moved."""
    return ManualClock()


def busy(desk: Desk, clock: ManualClock) -> None:
    """An order a day for a while."""
    for _ in range(9):
        desk.orders.confirm(desk.orders.place(lines=[Line("mug", 1, "9.90")]).id)
        clock.advance(days=1)


def test_a_question_is_asked_once(clock: ManualClock) -> None:
    """The same figures asked again are the same value, without a second look at the store."""
    with open_desk("sqlite://", clock=clock) as desk:
        busy(desk, clock)
        with desk._runtime.store.reading() as unit:
            reader = FigureReader(desk._runtime, unit, desk.clock())
            first, second = (reader.recent("orders_received", "day", 3) for _ in range(2))

    assert first is second
    assert [1, 1, 1] == [row.n for row in first.rows]


def test_only_complete_windows_are_read(clock: ManualClock) -> None:
    """Neither the window that is still open is asked for, nor one whose figure can still change by waiting."""
    with open_desk("sqlite://", clock=clock) as desk:
        busy(desk, clock)
        with desk._runtime.store.reading() as unit:
            reader = FigureReader(desk._runtime, unit, desk.clock())
            names = ("orders_received", "first_contact_resolution_rate")
            found = {name: reader.recent(name, "day", 2).rows for name in names}
            maturity = reader.measure("first_contact_resolution_rate").maturity

    assert {True} == {row.complete for rows in found.values() for row in rows}
    ends = {name: rows[-1].until for name, rows in found.items()}
    assert (
        timedelta(days=7)
        == maturity
        == (ends["orders_received"] or clock()) - (ends["first_contact_resolution_rate"] or clock())
    )


def test_what_was_worked_out_is_kept(clock: ManualClock) -> None:
    """The same figures as the desk's own, and nothing is left to keep once they have been kept."""
    with open_desk("sqlite://", clock=clock) as desk:
        busy(desk, clock)
        with desk._runtime.store.reading() as unit:
            reader = FigureReader(desk._runtime, unit, desk.clock())
            found = reader.figures("orders_received", "day")
        reader.keep()

        assert desk.measure("orders_received", "day").rows == found.rows
        assert [] == reader.new


def test_an_unknown_measure_is_refused(clock: ManualClock) -> None:
    """By its name, with those that there are."""
    with open_desk("sqlite://", clock=clock) as desk, desk._runtime.store.reading() as unit:
        reader = FigureReader(desk._runtime, unit, desk.clock())

        with pytest.raises(InvalidInput, match="orders_received"):
            reader.figures("nothing")
