from __future__ import annotations

import sys
from datetime import UTC, date, datetime

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentkit.codec.settings import parse_shop, shop_from_json, shop_to_json
from incidentkit.domain.calendars import Calendar, CalendarChange, PublicHolidays, Schedule
from incidentkit.domain.shop import ChannelSettings, Shop, Team
from incidentkit.errors import ConfigurationError
from incidentkit.testing.strategies import calendars

MADRID = '[shop]\nzone = "Europe/Madrid"\n'
OPEN = 'week = { mon-fri = ["09:00-18:00"] }\n'


def problems_of(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        parse_shop(text)
    return [str(problem) for problem in caught.value.problems]


def of(body: str) -> str:
    """The text of a shop with one calendar."""
    return f"[calendars.office]\n{body}"


# --- What a file says --------------------------------------------------------------------------------------------


def test_a_calendar_says_week_dates_closings_and_holidays() -> None:
    """All of it is a `Schedule` in the shop's zone."""
    shop = parse_shop(
        MADRID
        + """
        [calendars.office]
        week = { mon-fri = ["09:00-14:00", "16:00-19:00"], sat = ["22:00-06:00"] }
        holidays = ["ES-MD", "FR"]
        [calendars.office.dates]
        2026-12-24 = ["09:00-14:00"]
        2026-12-31 = []
        [calendars.office.closed]
        2026-05-15 = "San Isidro"
        """
    )

    schedule = Schedule(
        "Europe/Madrid",
        {"mon-fri": ["09:00-14:00", "16:00-19:00"], "sat": ["22:00-06:00"]},
        {date(2026, 12, 24): ["09:00-14:00"], date(2026, 12, 31): []},
        {date(2026, 5, 15): "San Isidro"},
        (PublicHolidays("ES", "MD"), PublicHolidays("FR")),
    )
    assert {"office": Calendar("office", schedule)} == shop.calendars


def test_a_calendar_may_have_a_zone_and_a_policy_of_its_own() -> None:
    """Both go before what the shop has."""
    office = parse_shop(MADRID + of(f'{OPEN}zone = "Asia/Tokyo"\non_change = "freeze"')).calendars["office"]

    assert ("Asia/Tokyo", "freeze") == (office.schedule.zone, office.on_change)


def test_what_a_change_leaves_out_stays_as_it_was() -> None:
    """Each change is built on the one before; a date begins in its own zone."""
    office = parse_shop(
        MADRID
        + of(
            OPEN
            + """closed = { 2026-05-15 = "San Isidro" }
        [[calendars.office.changes]]
        since = 2027-01-01
        week = { mon = ["10:00-12:00"] }
        [[calendars.office.changes]]
        since = 2027-06-01
        zone = "Atlantic/Canary"
        closed = {}
        [[calendars.office.changes]]
        since = 2027-06-02T10:00:00+02:00
        zone = "UTC"
        """
        )
    ).calendars["office"]

    first = Schedule("Europe/Madrid", {"mon-fri": ["09:00-18:00"]}, closed={date(2026, 5, 15): "San Isidro"})
    second = evolve(first, week=Schedule("UTC", {"mon": ["10:00-12:00"]}).week)
    third = evolve(second, zone="Atlantic/Canary", closed={})
    assert (
        CalendarChange(datetime(2026, 12, 31, 23, tzinfo=UTC), second),
        CalendarChange(datetime(2027, 5, 31, 23, tzinfo=UTC), third),
        CalendarChange(datetime(2027, 6, 2, 8, tzinfo=UTC), evolve(third, zone="UTC")),
    ) == office.changes
    assert first == office.schedule


def test_the_shop_its_teams_and_its_channels_have_calendars() -> None:
    """The channel's goes before the team's, that before the shop's."""
    tables = "".join(f"[calendars.{name}]\n{OPEN}" for name in ("office", "nights", "phones"))
    teams = '[[teams]]\nname = "day"\n[[teams]]\nname = "night"\ncalendar = "nights"\n'
    channels = '[channels.phone]\ncalendar = "phones"\n[channels.chat]\n'
    shop = parse_shop(f'[shop]\ncalendar = "office"\n{teams}{channels}{tables}')

    asked = [("", ""), ("day", ""), ("night", ""), ("night", "chat"), ("night", "phone"), ("", "phone"), ("gone", "gone")]
    expected = ["office", "office", "nights", "nights", "phones", "phones", "office"]
    assert expected == [shop.calendar_of(team, channel).name for team, channel in asked]
    assert (ChannelSettings("phone", "phones"), ChannelSettings("chat")) == shop.channels


def test_without_calendars_a_shop_works_office_hours() -> None:
    """Monday to Friday from 09:00 to 18:00, in its zone."""
    office = Schedule("Europe/Madrid", {"mon-fri": ["09:00-18:00"]})

    assert Calendar("default", office) == parse_shop(MADRID).calendar_of("after-sales", "phone")


# --- Mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (of('week = { mon = ["9-14"] }'), ["week.mon[0]: expected hours such as 09:00-14:00 or 22:00-06:00, found '9-14'"]),
        (of("week = { mon = [9] }"), ["week.mon[0]: expected hours such as 09:00-14:00 or 22:00-06:00, found 9"]),
        (
            of('week = { mon = ["09:00-14:00", "13:00-15:00"] }'),
            ["week.mon: expected it to not overlap, found 09:00-14:00 and 13:00-15:00"],
        ),
        (of('week = { mun = ["09:00-14:00"] }'), ["week.mun: expected days such as mon or mon-fri, found 'mun'"]),
        (of("week = { mon = [] }"), [": expected it to have open hours at some time, found none"]),
        (of(""), [": expected it to have open hours at some time, found none"]),
        (of("week = 3"), ["week: expected a table, found 3"]),
        (of(f'{OPEN}zone = "Mars"'), [": expected an IANA time zone such as Europe/Madrid, found 'Mars'"]),
        (
            of(f'{OPEN}holidays = ["ES", "es"]'),
            ["holidays[1]: expected a country such as ES, or a region such as ES-MD, found 'es'"],
        ),
        (
            of(f'{OPEN}holidays = ["ES-QQ", 5, "ZZ"]'),
            [
                "holidays[0]: expected a country or region that the package holidays knows, found 'ES-QQ'",
                "holidays[1]: expected a country such as ES, or a region such as ES-MD, found 5",
                "holidays[2]: expected a country or region that the package holidays knows, found 'ZZ'",
            ],
        ),
        (of(f"{OPEN}dates = {{ 2026-13-01 = [] }}"), ["dates.2026-13-01: expected a date, found '2026-13-01'"]),
        (of(f"{OPEN}closed = {{ 2026-12-01 = 5 }}"), ["closed.2026-12-01: expected a text, found 5"]),
        (
            of(f'{OPEN}on_change = "freze"'),
            ["on_change: expected one of keep_used, freeze, recompute, found 'freze' (did you mean freeze?)"],
        ),
        (
            of(f"{OPEN}[[calendars.office.changes]]\n{OPEN}"),
            ["changes[0].since: expected a date with its time or a date, found nothing"],
        ),
        (
            of(f'{OPEN}[[calendars.office.changes]]\nsince = "soon"'),
            ["changes[0].since: expected a date, or a date with its time and offset, found 'soon'"],
        ),
        (
            of(f"{OPEN}[[calendars.office.changes]]\nsince = 2026-01-02T00:00:00"),
            ["changes[0].since: expected it to have a zone, found the naive time 2026-01-02T00:00:00"],
        ),
        (
            of(f"{OPEN}[[calendars.office.changes]]\nsince = 2026-01-02\n[[calendars.office.changes]]\nsince = 2026-01-02"),
            ["changes[1].since: expected it to each be later than the one before, found 2026-01-02T00:00:00+00:00"],
        ),
        (
            of(f"{OPEN}[[calendars.office.changes]]\nsince = 2026-01-02\nweek = {{ x = [], y = [] }}"),
            [f"changes[0].week.{day}: expected days such as mon or mon-fri, found '{day}'" for day in "xy"],
        ),
        (
            of(f"{OPEN}[[calendars.office.changes]]\nsince = 2026-01-02\nweek = {{ mon = [] }}"),
            ["changes[0]: expected it to have open hours at some time, found none"],
        ),
    ],
)
def test_a_mistake_in_a_calendar_is_told_at_its_place(text: str, problems: list[str]) -> None:
    """Each mistake once, with its path."""
    expected = [f"calendars.office{'' if problem.startswith(':') else '.'}{problem}" for problem in problems]

    assert expected == problems_of(text)


def test_an_unknown_calendar_is_told() -> None:
    """Wherever a calendar is named, it must be there."""
    text = f'[shop]\ncalendar = "a"\n[[teams]]\nname = "t"\ncalendar = "b"\n[channels.p]\ncalendar = "c"\n{of(OPEN)}'

    assert [
        "shop.calendar: expected one of office, found 'a'",
        "teams.t.calendar: expected one of office, found 'b'",
        "channels.p.calendar: expected one of office, found 'c'",
    ] == problems_of(text)


def test_a_calendar_with_mistakes_is_still_there() -> None:
    """Who names it makes no mistake."""
    assert ["calendars.office.week: expected a table, found 3"] == problems_of(f'[shop]\ncalendar = "office"\n{of("week = 3")}')


def test_names_are_handles() -> None:
    """Calendars and channels are named like everything else."""
    problems = problems_of(f'[calendars."a b"]\n{OPEN}[channels."c d"]')

    assert ['calendars."a b"', 'channels."c d"'] == [problem.split(":")[0] for problem in problems]


def test_a_bad_zone_of_the_shop_is_told_once() -> None:
    """A calendar that would take it adds nothing."""
    assert 1 == len(problems_of(f'[shop]\nzone = "Mars"\n{of(OPEN)}'))


def test_a_missing_extra_is_a_mistake_at_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the extra that public holidays need."""
    monkeypatch.setitem(sys.modules, "holidays", None)

    (problem,) = problems_of(of(f'{OPEN}holidays = ["ES"]'))
    assert "calendars.office.holidays[0]: expected it to have the extra locale installed, found no package holidays" == problem


# --- The shop kept in the store ----------------------------------------------------------------------------------


@given(st.lists(calendars(), max_size=2, unique_by=lambda calendar: calendar.name))
@settings(max_examples=30)
def test_calendars_come_back_from_json_as_they_were(drawn: list[Calendar]) -> None:
    """JSON keeps all of a calendar, and who goes by it."""
    named = {calendar.name: calendar for calendar in drawn}
    first = next(iter(named), "")
    shop = Shop(
        calendar=first, calendars=named, channels=(ChannelSettings("phone", first),), teams=(Team("after-sales", first),)
    )

    assert shop == shop_from_json(shop_to_json(shop))


def test_a_kept_shop_needs_no_extra_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Holidays are looked up when a calendar is used."""
    calendar = Calendar("office", Schedule("UTC", {"mon": ["09:00-10:00"]}, holidays=[PublicHolidays("ES", "MD")]))
    shop = Shop(calendars={"office": calendar})
    monkeypatch.setitem(sys.modules, "holidays", None)

    assert shop == shop_from_json(shop_to_json(shop))


def test_a_calendar_stands_under_its_own_name() -> None:
    """In Python as in a file."""
    calendar = Calendar("office", Schedule.always())

    with pytest.raises(ConfigurationError, match=r"calendars\.other: expected a calendar of that name, found 'office'"):
        Shop(calendars={"other": calendar})
