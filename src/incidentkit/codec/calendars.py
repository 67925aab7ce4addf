"""Working calendars in shop.toml: ``[calendars.NAME]``, with its changes, to a `Calendar`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from attrs import fields_dict, frozen
from cattrs import Converter

from incidentkit.codec.problems import Location, Problem, Wrong, problem_path, shown
from incidentkit.codec.reading import as_expected
from incidentkit.domain.calendars import (
    Calendar,
    CalendarChange,
    ChangePolicy,
    Hours,
    PublicHolidays,
    Schedule,
    hours_of_day,
    weekdays,
)
from incidentkit.domain.times import zone_names
from incidentkit.errors import RuleViolation
from incidentkit.worktime.public_holidays import check_known

__all__ = ["CalendarTable", "read_calendar", "register_calendars"]

_DayHours = tuple[Hours, ...]


@frozen(kw_only=True)
class _ScheduleTable:
    zone: str | None = None
    week: Mapping[str, _DayHours] | None = None
    dates: Mapping[date, _DayHours] | None = None
    closed: Mapping[date, str] | None = None
    holidays: tuple[PublicHolidays, ...] | None = None


@frozen(kw_only=True)
class _ChangeTable(_ScheduleTable):
    """What it leaves out stays as it was before."""

    since: datetime | date


@frozen(kw_only=True)
class CalendarTable(_ScheduleTable):
    """A table ``[calendars.NAME]``."""

    on_change: ChangePolicy = "keep_used"
    changes: tuple[_ChangeTable, ...] = ()


def register_calendars(reader: Converter, *, check: bool) -> None:
    """Teach a converter how hours, holidays and days are written.

    Args:
        check: whether public holidays must be known here and now, which needs the extra ``locale``.
    """
    reader.register_structure_hook(Hours, lambda raw, _: Hours.parse(raw))
    reader.register_unstructure_hook(Hours, str)
    reader.register_structure_hook(PublicHolidays, _checked_holidays if check else lambda raw, _: PublicHolidays.parse(raw))
    reader.register_unstructure_hook(PublicHolidays, str)
    reader.register_structure_hook_func(lambda kind: kind == datetime | date, _since)
    apart = reader.get_structure_hook(_DayHours)
    reader.register_structure_hook_func(lambda kind: kind == _DayHours, lambda raw, kind: hours_of_day(apart(raw, kind)))


def read_calendar(name: str, table: CalendarTable, zone: str) -> tuple[Calendar, list[Problem]]:
    """The calendar that a table says, and what is wrong with it; in place of hours that are wrong it is open day and night.

    Args:
        zone: where the table names none.
    """
    said = {"zone": zone if zone in zone_names() else "UTC", "week": {}, **_given(table)}
    problems: list[Problem] = []
    first = _schedule(("calendars", name), said, table, problems)
    changes: list[CalendarChange] = []
    for i, change in enumerate(table.changes):
        at: Location = ("calendars", name, "changes", i)
        said |= _given(change)
        schedule = _schedule(at, said, change, problems)
        try:
            changes = [*Calendar("any", first, (*changes, CalendarChange(_start(change.since, schedule), schedule))).changes]
        except RuleViolation as error:
            problems.append(_problem((*at, "since"), error))
    return Calendar(name.strip() or "unnamed", first, changes, table.on_change), problems


def _given(table: _ScheduleTable) -> dict[str, Any]:
    values = {key: getattr(table, key) for key in fields_dict(_ScheduleTable)}
    return {key: value for key, value in values.items() if value is not None}


def _schedule(at: Location, said: Mapping[str, Any], table: _ScheduleTable, problems: list[Problem]) -> Schedule:
    """The schedule that is said until here, of which ``table`` was added last; after a mistake, nothing more is sure."""
    problems += _bad_days(at, table)
    if not problems:
        try:
            return Schedule(**said)
        except RuleViolation as error:
            problems.append(_problem(at, error))
    return Schedule.always()


def _bad_days(at: Location, table: _ScheduleTable) -> Iterator[Problem]:
    for days in table.week or ():
        try:
            weekdays(days)
        except RuleViolation as error:
            yield _problem((*at, "week", days), error)


def _problem(at: Location, error: RuleViolation) -> Problem:
    return Problem(problem_path(at), as_expected(error.rule), str(error.got))


def _checked_holidays(raw: Any, _: Any) -> PublicHolidays:
    where = PublicHolidays.parse(raw)
    check_known(where)
    return where


def _since(raw: Any, _: Any) -> datetime | date:
    """A date, or a date with its time and offset, as TOML has them or as text."""
    if isinstance(raw, str):
        with suppress(ValueError):
            raw = datetime.fromisoformat(raw) if "T" in raw else date.fromisoformat(raw)
    if not isinstance(raw, date):
        raise Wrong("a date, or a date with its time and offset", shown(raw))
    return raw


def _start(since: datetime | date, schedule: Schedule) -> datetime:
    """A date begins as the schedule's own clock shows its first instant."""
    return since if isinstance(since, datetime) else datetime.combine(since, time(), ZoneInfo(schedule.zone))
