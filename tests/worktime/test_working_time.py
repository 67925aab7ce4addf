from __future__ import annotations

import sys
import threading
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.calendars import Calendar, CalendarChange, Hours, PublicHolidays, Schedule
from incidentkit.errors import InvalidInput, MissingExtra, TimeError
from incidentkit.worktime.public_holidays import public_holidays
from incidentkit.worktime.working_time import WorkingTime
from tests.worktime.oracle import utc

OFFICE = Schedule("UTC", {"mon-fri": ["09:00-18:00"]})
FAIR = Schedule(
    "Pacific/Kiritimati", {}, {date(2026, 5, 2): ["10:00-12:00"], date(2026, 12, 31): ["22:00-02:00"], date(2027, 7, 1): []}
)

office = WorkingTime(Calendar("office", OFFICE))
fair = WorkingTime(Calendar("fair", FAIR))
always = WorkingTime(Calendar("always", Schedule.always()))

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def test_opening_is_open_and_closing_is_not() -> None:
    """Hours are half-open, to the microsecond."""
    assert [False, True, True, True, False] == [
        office.is_open(at)
        for at in (
            utc(2026, 3, 3, 9) - timedelta.resolution,
            utc(2026, 3, 3, 9),
            utc(2026, 3, 3, 9) + timedelta.resolution,
            utc(2026, 3, 3, 18) - timedelta.resolution,
            utc(2026, 3, 3, 18),
        )
    ]


def test_a_deadline_that_fits_into_the_day_is_its_closing() -> None:
    """The first instant at which the time has passed is the evening, not the next morning; backwards it is the morning."""
    assert utc(2026, 3, 3, 18) == office.deadline(utc(2026, 3, 3, 9), timedelta(hours=9))
    assert utc(2026, 3, 3, 9) == office.deadline(utc(2026, 3, 3, 18), timedelta(hours=-9))
    assert utc(2026, 3, 3, 9) == office.deadline(utc(2026, 3, 4, 8), timedelta(hours=-9))


def test_no_time_at_all_is_due_at_once() -> None:
    """Also while it is closed."""
    assert utc(2026, 3, 7) == office.deadline(utc(2026, 3, 7), timedelta(0))


def test_time_is_counted_across_years() -> None:
    """Forwards and backwards, and over years that nobody asks for."""
    decade = timedelta(hours=9) * sum(
        date.fromordinal(day).weekday() < 5 for day in range(date(2019, 1, 1).toordinal(), date(2029, 1, 1).toordinal())
    )

    assert decade == office.elapsed(utc(2019, 1, 1), utc(2029, 1, 1)) == -office.elapsed(utc(2029, 1, 1), utc(2019, 1, 1))
    assert utc(2028, 12, 29, 18) == office.deadline(utc(2019, 1, 1), decade)
    assert utc(2019, 1, 1, 9) == office.deadline(utc(2029, 1, 1), -decade)


def test_what_is_open_over_new_year_is_one_stretch() -> None:
    """Years are only a way of counting."""
    night = WorkingTime(Calendar("night", Schedule("UTC", {"mon-sun": ["22:00-06:00"]})))

    told = night.explain(utc(2025, 12, 31, 12), utc(2026, 1, 1, 12))
    assert [(utc(2025, 12, 31, 22), utc(2026, 1, 1, 6))] == [(period.since, period.until) for period in told.counted]
    assert utc(2026, 1, 1, 2) == night.deadline(utc(2025, 12, 31, 22), timedelta(hours=4))
    assert utc(2025, 12, 31, 23) == night.deadline(utc(2026, 1, 1, 1), timedelta(hours=-2))
    assert utc(2026, 1, 1) == always.next_open(utc(2026, 1, 1))


def test_the_turn_of_a_year_is_like_any_other_night() -> None:
    """For openings and deadlines, by a microsecond too, up to the last year that there is."""
    assert utc(2027, 1, 1, 9) == office.next_open(utc(2026, 12, 31, 19))
    assert utc(9999, 1, 1, 9) == office.next_open(utc(9998, 12, 31, 19))
    assert utc(2025, 12, 31, 18) - timedelta.resolution == office.deadline(utc(2026, 1, 1), -timedelta.resolution)
    assert utc(2026, 1, 1, 9) + timedelta.resolution == office.deadline(utc(2025, 12, 31, 18), timedelta.resolution)
    assert utc(9999, 12, 31, 11) == office.deadline(utc(9999, 12, 31, 10), timedelta(hours=1))


def test_the_next_opening_may_lie_years_ahead() -> None:
    """It is looked for until the calendar ends; a night goes on in the year after."""
    assert utc(2026, 5, 1, 20) == fair.next_open(utc(2020, 6, 1))
    assert utc(2026, 12, 31, 8) == fair.next_open(utc(2026, 5, 1, 22))
    opened_at_new_year = WorkingTime(Calendar("x", Schedule("UTC", {}, {date(2026, 1, 1): ["00:00-01:00"]})))
    assert utc(2026, 1, 1) == opened_at_new_year.next_open(utc(2025, 2, 1))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: fair.next_open(utc(2026, 12, 31, 12)),
        lambda: fair.next_open(utc(2400, 1, 1)),
        lambda: fair.deadline(utc(2026, 1, 1), timedelta(hours=6, microseconds=1)),
        lambda: fair.deadline(utc(2027, 1, 1), timedelta(hours=-7)),
        lambda: office.deadline(utc(2026, 1, 1), timedelta.max),
        lambda: office.deadline(utc(2026, 1, 1), timedelta.min),
        lambda: always.deadline(LAST, timedelta.resolution),
        lambda: office.next_open(LAST),
        lambda: office.deadline(utc(9999, 12, 31, 10), timedelta(hours=9)),
        lambda: office.deadline(utc(1, 1, 1, 10), timedelta(hours=-2)),
        lambda: always.deadline(FIRST, -timedelta.resolution),
    ],
)
def test_a_calendar_without_enough_hours_left_says_so(ask: object) -> None:
    """It never looks for ever."""
    with pytest.raises(TimeError, match=r"The calendar \w+: must have enough open hours left"):
        ask()  # type: ignore[operator]


def test_all_that_a_fair_is_open_can_be_used() -> None:
    """To the last microsecond, and no more."""
    assert utc(2026, 12, 31, 12) == fair.deadline(utc(2026, 1, 1), timedelta(hours=6))
    assert utc(2026, 5, 1, 20) == fair.deadline(utc(2027, 3, 1), timedelta(hours=-6))


def test_a_calendar_ends_where_its_last_hours_do() -> None:
    """Hours by date alone end; after a change to weekly ones they do not."""
    reopened = WorkingTime(Calendar("fair", FAIR, (CalendarChange(utc(2030, 1, 1), OFFICE),)))
    closing = WorkingTime(Calendar("fair", OFFICE, (CalendarChange(utc(2030, 1, 1), FAIR),)))

    assert utc(2030, 1, 1, 9) == reopened.next_open(utc(2028, 1, 1))
    assert utc(2029, 12, 31, 9) == closing.next_open(utc(2029, 12, 29))
    with pytest.raises(TimeError):
        closing.next_open(utc(2030, 1, 1))


def test_a_calendar_is_looked_through_for_a_hundred_years() -> None:
    """Who is open a minute a week, or some day far away, answers at once that this will not do; forwards and backwards."""
    minute = WorkingTime(Calendar("minute", Schedule("UTC", {"mon": ["09:00-09:01"]})))
    far = WorkingTime(
        Calendar("far", Schedule("UTC", {}, {date(2126, 12, 31): ["09:00-10:00"], date(2128, 1, 1): ["09:00-10:00"]}))
    )
    century = minute.elapsed(utc(2026, 3, 3), utc(2127, 1, 1))

    assert utc(2126, 12, 30, 9, 1) == minute.deadline(utc(2026, 3, 3), century)
    assert utc(2126, 12, 31, 9) == far.next_open(utc(2026, 1, 1)) == far.next_open(utc(2126, 1, 1))
    assert utc(2126, 12, 31, 9) == far.deadline(utc(2226, 1, 1), timedelta(hours=-2))
    for never in (
        lambda: minute.deadline(utc(2026, 3, 3), century + timedelta.resolution),
        lambda: minute.deadline(utc(2127, 1, 1), minute.elapsed(utc(2127, 1, 1), utc(2027, 1, 1)) - timedelta.resolution),
        lambda: minute.deadline(utc(2026, 3, 3), timedelta(days=3_650)),
        lambda: far.next_open(utc(2025, 12, 31)),
        lambda: far.deadline(utc(2227, 1, 1), timedelta(hours=-2)),
    ):
        with pytest.raises(TimeError, match="must have enough open hours left"):
            never()  # type: ignore[no-untyped-call]


def test_the_last_hours_of_a_calendar_may_lie_in_the_year_after() -> None:
    """Where a change at the end of a year brings them, and where a day of the west is over late."""
    changed = WorkingTime(Calendar("x", FAIR, (CalendarChange(utc(2030, 12, 31, 20), OFFICE),)))
    west = WorkingTime(Calendar("x", Schedule("Pacific/Pago_Pago", {}, {date(2026, 12, 31): ["22:00-23:00"]})))

    assert utc(2031, 1, 1, 9) == changed.next_open(utc(2028, 1, 1))
    assert utc(2027, 1, 1, 9) == west.next_open(utc(2026, 6, 1))
    assert not office.is_open(utc(2026, 1, 1))


@pytest.mark.parametrize(
    ("zone", "hours", "at"),
    [
        ("Pacific/Pago_Pago", "20:00-19:00", utc(2026, 1, 1, 0, 30)),
        ("Pacific/Kiritimati", "00:00-12:00", utc(2026, 12, 31, 21)),
        ("Pacific/Kiritimati", "20:00-19:00", utc(2026, 1, 1, 0, 30)),
    ],
)
def test_days_that_began_far_away_are_open_here(zone: str, hours: str, at: datetime) -> None:
    """What began the day before yesterday, by the date of Greenwich, or begins tomorrow, counts."""
    working = WorkingTime(Calendar("x", Schedule(zone, {"mon-sun": [hours]})))

    assert working.is_open(at)
    assert timedelta(minutes=10) == working.explain(at, at + timedelta(minutes=10)).elapsed
    assert 1 == len(working.explain(at, at + timedelta(minutes=10)).counted)


def test_who_opens_when_clocks_go_back_opens_once() -> None:
    """At three by the new time: the first three o'clock is over before it has begun. Nothing empty is counted."""
    early = WorkingTime(Calendar("x", Schedule("Europe/Madrid", {"sun": ["03:00-05:00"]})))

    assert utc(2026, 10, 25, 2) == early.next_open(utc(2026, 10, 25))
    assert () == early.explain(utc(2026, 10, 25), utc(2026, 10, 25, 2)).counted
    assert () == office.explain(utc(2026, 3, 3), utc(2026, 3, 3, 9)).counted


def test_the_ends_of_time_can_be_due() -> None:
    """The first and the last instant that there is are instants as any other."""
    hour = timedelta(hours=1)

    assert (FIRST, LAST) == (always.deadline(FIRST + hour, -hour), always.deadline(LAST - hour, hour))


@given(st.datetimes(timezones=st.just(UTC)))
def test_any_instant_can_be_asked_about(at: datetime) -> None:
    """From the first year to the last, in zones far from Greenwich too."""
    far = WorkingTime(Calendar("far", Schedule("Pacific/Kiritimati", {"mon-sun": ["00:00-24:00"]})))
    west = WorkingTime(Calendar("west", Schedule("Pacific/Pago_Pago", {"mon-sun": ["00:00-24:00"]})))

    for working in (far, west):
        assert timedelta(0) == working.elapsed(at, at)
        if 2 <= at.year <= 9998:
            assert working.is_open(at)


@pytest.mark.parametrize("at", [FIRST, LAST])
def test_the_ends_of_time_are_no_error(at: datetime) -> None:
    """The first and the last instant that there is can be asked about."""
    assert always.is_open(at)
    assert timedelta(0) == office.elapsed(at, at)


def test_instants_of_any_zone_are_the_same_instants() -> None:
    """Only the answers are always in UTC."""
    here = timezone(timedelta(hours=-7))
    start = datetime(2026, 3, 3, 3, tzinfo=here)

    assert timedelta(hours=8) == office.elapsed(start, datetime(2026, 3, 4, 2, tzinfo=here))
    assert UTC is office.deadline(start, timedelta(hours=1)).tzinfo


def test_what_is_no_instant_is_refused() -> None:
    """A date, or a text, is not taken for midnight."""
    for wrong in (date(2026, 3, 3), "2026-03-03", None):
        with pytest.raises(TimeError, match="until: must be a datetime"):
            office.elapsed(utc(2026, 3, 3), wrong)  # type: ignore[arg-type]
        with pytest.raises(TimeError, match="since: must be a datetime"):
            office.elapsed(wrong, utc(2026, 3, 3))  # type: ignore[arg-type]


def test_a_change_takes_effect_on_its_second() -> None:
    """Each schedule counts while it is in force, wherever in a day or a year that ends."""
    day, none = Schedule.always(), Schedule("UTC", {}, {date(2000, 1, 1): ["00:00-00:01"]})
    changed = WorkingTime(Calendar("x", day, (CalendarChange(utc(2026, 3, 3, 12, 30, 1), none),)))

    assert timedelta(hours=12, minutes=30, seconds=1) == changed.elapsed(utc(2026, 3, 3), utc(2027, 1, 1))
    assert [True, False] == [changed.is_open(utc(2026, 3, 3, 12, 30, second)) for second in (0, 1)]


def test_a_change_of_zone_moves_the_days_too() -> None:
    """Days are those of the clock that hangs on the wall at the time; where hours changed, a day stands there twice."""
    moved = Schedule("Asia/Tokyo", {"mon-fri": ["09:00-18:00"]})
    changed = WorkingTime(Calendar("x", OFFICE, (CalendarChange(utc(2026, 3, 3, 12), moved),)))

    told = changed.explain(utc(2026, 3, 3, 8), utc(2026, 3, 4, 8))
    assert [date(2026, 3, 3), date(2026, 3, 3), date(2026, 3, 4)] == [day.date for day in told.days]
    assert timedelta(hours=11) == told.elapsed
    assert [date(2026, 3, 3)] == [day.date for day in changed.explain(utc(2026, 3, 3, 8), utc(2026, 3, 3, 12)).days]
    assert [date(2026, 3, 3)] == [day.date for day in changed.explain(utc(2026, 3, 3, 12), utc(2026, 3, 3, 13)).days]


def test_a_day_belongs_to_the_schedule_in_force_on_it() -> None:
    """Between two seconds of a change at midnight too, in whichever direction they lie."""
    changed, half = WorkingTime(Calendar("x", OFFICE, (CalendarChange(utc(2026, 3, 4), FAIR),))), timedelta(seconds=0.5)
    mine, yours = (Hours.parse("09:00-18:00"),), ()

    after = changed.explain(utc(2026, 3, 3, 23), utc(2026, 3, 4) + half)
    assert [(date(2026, 3, 3), mine), (date(2026, 3, 4), yours)] == [(day.date, day.hours) for day in after.days]
    within = changed.explain(utc(2026, 3, 4) + half, utc(2026, 3, 4) + 1.5 * half)
    assert [(date(2026, 3, 4), yours)] == [(day.date, day.hours) for day in within.days]
    before = changed.explain(utc(2026, 3, 3, 23), utc(2026, 3, 4) - half)
    assert [(date(2026, 3, 3), mine)] == [(day.date, day.hours) for day in before.days]


def test_an_explanation_looks_backwards_too() -> None:
    """The later instant first gives the same stretches, and the elapsed time with its sign."""
    there, back = office.explain(utc(2026, 3, 3), utc(2026, 3, 5)), office.explain(utc(2026, 3, 5), utc(2026, 3, 3))

    assert (there.counted, there.days, -there.elapsed) == (back.counted, back.days, back.elapsed)
    assert [(Hours.parse("09:00-18:00"),)] * 2 == [day.usual for day in there.days]
    assert "office" == there.calendar


def test_no_time_has_no_days() -> None:
    """Between an instant and itself there is nothing to explain."""
    told = office.explain(utc(2026, 3, 3, 9, 0, 1), utc(2026, 3, 3, 9, 0, 1))

    assert (timedelta(0), (), ()) == (told.elapsed, told.counted, told.days)


def test_threads_may_share_a_calendar() -> None:
    """What many work out at once is what one works out."""
    shared, found = WorkingTime(Calendar("shared", OFFICE)), []

    def ask() -> None:
        found.append([shared.elapsed(utc(year, 1, 1), utc(year + 3, 1, 1)) for year in range(2000, 2020)])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [[office.elapsed(utc(year, 1, 1), utc(year + 3, 1, 1)) for year in range(2000, 2020)]] * 8 == found


# --- Public holidays ---------------------------------------------------------------------------------------------


def with_holidays(*places: str, **other: object) -> Schedule:
    return Schedule("Europe/Madrid", {"mon-fri": ["09:00-18:00"]}, holidays=[PublicHolidays.parse(p) for p in places], **other)  # type: ignore[arg-type]


def test_holidays_of_a_region_are_those_of_the_country_and_its_own() -> None:
    """Madrid keeps the second of May, Spain does not."""
    country, region = (public_holidays(PublicHolidays.parse(place), 2025) for place in ("ES", "ES-MD"))

    assert "New Year's Day" == country[date(2025, 1, 1)] == region[date(2025, 1, 1)]
    assert ("Madrid Day", None) == (region[date(2025, 5, 2)], country.get(date(2025, 5, 2)))
    assert {2025} == {day.year for day in region}


def test_holidays_of_several_places_add_up() -> None:
    """A team that serves two countries can keep the holidays of both."""
    both = WorkingTime(Calendar("both", with_holidays("ES", "FR")))

    assert [False, False, True] == [both.is_open(utc(2026, month, day, 12)) for month, day in ((10, 12), (7, 14), (7, 15))]


def test_other_hours_by_date_go_before_all_else() -> None:
    """A shop may open on a public holiday, and on no day of its own is it a holiday twice."""
    day = date(2026, 10, 12)
    opened, named = with_holidays("ES", dates={day: ["10:00-14:00"]}), with_holidays("ES", closed={day: "Our own"})

    assert WorkingTime(Calendar("opened", opened)).is_open(utc(2026, 10, 12, 10))
    told = WorkingTime(Calendar("named", named)).explain(utc(2026, 10, 12), utc(2026, 10, 12, 12))
    assert [("closed", "Our own")] == [(day.reason, day.name) for day in told.days]


@pytest.mark.parametrize("place", ["ZZ", "ES-NOWHERE"])
def test_holidays_that_nobody_knows_are_refused_at_once(place: str) -> None:
    """When the calendar is prepared, not when the day comes; also where they stand in a change."""
    for calendar in (
        Calendar("x", with_holidays(place)),
        Calendar("x", OFFICE, (CalendarChange(utc(2030, 1, 1), with_holidays(place)),)),
    ):
        with pytest.raises(InvalidInput, match=f"must be a country or region that the package holidays knows; got '{place}'"):
            WorkingTime(calendar)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package for holidays, the error says what to install."""
    monkeypatch.setitem(sys.modules, "holidays", None)

    with pytest.raises(MissingExtra, match=r"incidentkit\[locale\]") as caught:
        WorkingTime(Calendar("x", with_holidays("ES")))
    assert "locale" == caught.value.extra
    assert WorkingTime(Calendar("x", OFFICE)).is_open(utc(2026, 3, 3, 9))


def test_names_do_not_follow_the_machines_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same calendar explains itself alike everywhere."""
    public_holidays.cache_clear()
    monkeypatch.setenv("LANGUAGE", "ca")
    monkeypatch.setenv("LANG", "ca_ES.UTF-8")

    assert "New Year's Day" == public_holidays(PublicHolidays("ES"), 2026)[date(2026, 1, 1)]
