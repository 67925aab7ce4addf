"""What other systems got wrong about working time, each as a case that must not come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from incidentkit.domain.calendars import Calendar, CalendarChange, PublicHolidays, Schedule
from incidentkit.domain.incidents import Period
from incidentkit.errors import TimeError
from incidentkit.worktime.holds import deadline_past_holds, elapsed_less_holds
from incidentkit.worktime.working_time import WorkingTime

MADRID = ZoneInfo("Europe/Madrid")
OFFICE = Schedule("Europe/Madrid", {"mon-fri": ["09:00-18:00"]})
LUNCH = Schedule("Europe/Madrid", {"mon-fri": ["09:00-14:00", "16:00-19:00"]})
NIGHT = Schedule("Europe/Madrid", {"mon-sun": ["22:00-06:00"]})

office, lunch, night = (WorkingTime(Calendar("shop", schedule)) for schedule in (OFFICE, LUNCH, NIGHT))


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of 2026, as a clock in Madrid shows it."""
    return datetime(2026, month, day, hour, minute, tzinfo=MADRID)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_b1_a_hold_counts_only_where_it_overlaps_working_time() -> None:
    """B1: on hold from 17:00 to 10:00 the next day takes two hours of work away, not seventeen."""
    hold = Period(at(3, 3, 17), at(3, 4, 10))

    assert hours(16) == elapsed_less_holds(office, at(3, 3, 9), at(3, 4, 18), [hold])
    assert at(3, 4, 11) == deadline_past_holds(office, at(3, 3, 9), hours(9), [hold])


def test_b2_off_hours_are_not_taken_away_twice() -> None:
    """B2: a hold over a weekend moves the deadline by the Friday evening and Monday morning that it covers, and no more."""
    hold = Period(at(3, 6, 16), at(3, 9, 11))

    assert at(3, 9, 13) == deadline_past_holds(office, at(3, 6, 14), hours(4), [hold])


def test_b3_a_hold_that_ends_with_the_case_is_kept() -> None:
    """B3: half a year on hold, up to the very end, is taken away in full."""
    hold = Period(at(1, 7, 10), at(7, 7, 10))

    assert hours(1) == elapsed_less_holds(office, at(1, 7, 9), at(7, 7, 10), [hold])


def test_b3_a_time_without_a_zone_is_refused() -> None:
    """B3: nothing is guessed about a naive time."""
    naive = datetime(2026, 3, 3, 9)  # noqa: DTZ001

    for ask in (
        lambda: office.elapsed(naive, at(3, 4)),
        lambda: office.elapsed(at(3, 4), naive),
        lambda: office.deadline(naive, hours(1)),
        lambda: office.is_open(naive),
        lambda: office.next_open(naive),
        lambda: office.explain(at(3, 4), naive),
        lambda: elapsed_less_holds(office, at(3, 3), at(3, 4), [Period(naive, at(3, 4))]),
    ):
        with pytest.raises(TimeError, match="must have a zone"):
            ask()


def test_b4_a_lunch_break_stops_the_clock() -> None:
    """B4: a day may have several stretches, and what lies between them does not count."""
    assert hours(8) == lunch.elapsed(at(3, 3), at(3, 4))
    assert at(3, 3, 16, 30) == lunch.deadline(at(3, 3, 13), hours(1.5))
    assert not lunch.is_open(at(3, 3, 15))


def test_b5_hours_that_are_set_are_used() -> None:
    """B5: a deadline set on Friday at 17:00 is due on Monday, not on Friday night."""
    assert at(3, 9, 12) == office.deadline(at(3, 6, 17), hours(4))


def test_b8_a_change_of_hours_drops_nothing_that_was_counted() -> None:
    """B8: what was used, and what was on hold, before hours changed is the same after it."""
    change = CalendarChange(at(3, 4), Schedule("Europe/Madrid", {"mon-fri": ["10:00-12:00"]}))
    changed = WorkingTime(Calendar("shop", OFFICE, (change,)))
    hold = Period(at(3, 3, 10), at(3, 3, 12))

    before = elapsed_less_holds(office, at(3, 3, 9), at(3, 4), [hold])
    assert before == hours(7) == elapsed_less_holds(changed, at(3, 3, 9), at(3, 4), [hold])
    assert at(3, 4, 12) == deadline_past_holds(changed, at(3, 3, 9), hours(9), [hold])


def test_b10_days_on_which_clocks_change_have_the_hours_that_pass() -> None:
    """B10: the night shift has seven hours in spring and nine in autumn; a day shift always has its own."""
    assert hours(7) == night.elapsed(at(3, 28, 12), at(3, 29, 12))
    assert hours(9) == night.elapsed(at(10, 24, 12), at(10, 25, 12))
    assert hours(9) == office.elapsed(at(3, 30), at(3, 31))
    assert datetime(2026, 3, 29, 4, tzinfo=UTC) == night.deadline(at(3, 28, 22), hours(7))


def test_b11_a_holiday_that_surprises_is_named() -> None:
    """B11: of every day that does not count, the explanation says why."""
    shop = Schedule(
        "Europe/Madrid",
        {"mon-fri": ["09:00-18:00"]},
        dates={at(12, 7).date(): ["10:00-12:00"]},
        closed={at(12, 9).date(): "Stocktaking"},
        holidays=[PublicHolidays("ES")],
    )

    told = WorkingTime(Calendar("shop", shop)).explain(at(12, 5), at(12, 10))
    assert [
        ("week", "", ""),
        ("week", "", ""),
        ("dates", "", "10:00-12:00"),
        ("holiday", "Immaculate Conception", ""),
        ("closed", "Stocktaking", ""),
    ] == [(day.reason, day.name, " ".join(map(str, day.hours))) for day in told.days]
    assert [5, 6, 8, 9] == [day.date.day for day in told.passed_over]
    assert [7, 8, 9] == [day.date.day for day in told.unusual]
    assert (hours(2), (Period(at(12, 7, 10), at(12, 7, 12)),)) == (told.elapsed, told.counted)


def test_b12_what_is_due_waits_for_the_opening() -> None:
    """B12: what falls due at midnight can be put off to the next opening, which is not midnight."""
    assert at(3, 9, 9) == office.next_open(at(3, 7))
    assert at(3, 9, 9, 30) == office.next_open(at(3, 9, 9, 30))
