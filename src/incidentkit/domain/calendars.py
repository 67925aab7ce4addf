"""Working calendars: when a team or a channel is open, by weekday, by date, by holidays, and since when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import Literal

from attrs import field, frozen

from incidentkit.domain.times import instant, zone_names
from incidentkit.errors import InvalidInput, TimeError

__all__ = [
    "WEEKDAYS",
    "Calendar",
    "CalendarChange",
    "ChangePolicy",
    "Hours",
    "PublicHolidays",
    "Schedule",
    "hours_of_day",
    "weekdays",
]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of the week as settings name them."""

ChangePolicy = Literal["keep_used", "freeze", "recompute"]
"""What a clock that is running does when its calendar changes: see `Calendar`."""

_DAY = 24 * 60
_PLACE = "must be a country such as ES, or a region such as ES-MD"
_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")


@frozen
class Hours:
    """Open hours that begin on a day, on its wall clock, to the whole minute.

    Args:
        opens: the first minute that is open.
        closes: the first that is not; at or before ``opens`` it lies on the next day, so 22:00 to 06:00 is a night and
            00:00 to 00:00 a whole day.

    Raises:
        InvalidInput: a time with a zone, or with seconds.
    """

    opens: time
    closes: time

    def __attrs_post_init__(self) -> None:
        for at in (self.opens, self.closes):
            if not isinstance(at, time) or at.tzinfo is not None or at.second or at.microsecond:
                raise InvalidInput("Open hours", "must be times of day in whole minutes, without a zone", got=repr(at)[:40])

    @classmethod
    def parse(cls, text: str) -> Hours:
        """The hours that ``09:00-14:00`` or ``22:00-06:00`` says; ``24:00`` is the end of the day.

        Raises:
            InvalidInput: another text.
        """
        found = _HOURS.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise InvalidInput("Open hours", "must be hours such as 09:00-14:00 or 22:00-06:00", got=repr(text)[:40])
        opens, closes = (int(found[1]), int(found[2])), (int(found[3] or 0), int(found[4] or 0))
        return cls(time(*opens), time(*closes))

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}" if self.closes != time() else f"{self.opens:%H:%M}-24:00"

    @property
    def minutes(self) -> tuple[int, int]:
        """Both ends in minutes of the wall clock from the day's 00:00; the second one past 1440 is on the next day."""
        opens, closes = (at.hour * 60 + at.minute for at in (self.opens, self.closes))
        return opens, closes if closes > opens else closes + _DAY


@frozen
class PublicHolidays:
    """The public holidays of a country, or of a region of it.

    Args:
        country: ISO 3166-1, two letters: ``ES``.
        region: as ISO 3166-2 writes it behind the country: ``MD``; empty for what the whole country keeps.
    """

    country: str
    region: str = ""

    def __attrs_post_init__(self) -> None:
        if not re.fullmatch(r"[A-Z]{2}", self.country) or not re.fullmatch(r"(?:\w[\w -]{0,39})?", self.region):
            raise InvalidInput("Public holidays", _PLACE, got=repr(str(self))[:40])

    @classmethod
    def parse(cls, text: str) -> PublicHolidays:
        """``ES``, or ``ES-MD`` with a region.

        Raises:
            InvalidInput: another text.
        """
        found = re.fullmatch(r"([^-]*)(?:-(.+))?", text) if isinstance(text, str) else None
        if found is None:
            raise InvalidInput("Public holidays", _PLACE, got=repr(text)[:40])
        return cls(found[1], found[2] or "")

    def __str__(self) -> str:
        return f"{self.country}-{self.region}" if self.region else self.country


def weekdays(text: str) -> tuple[int, ...]:
    """The days that ``mon``, or ``mon-fri``, names, as numbers from 0 for Monday; ``sat-mon`` goes over the week's end.

    Raises:
        InvalidInput: another text.
    """
    first, dash, last = text.partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        raise InvalidInput("Weekdays", "must be days such as mon or mon-fri", got=repr(text)[:40])
    start = WEEKDAYS.index(first)
    days = (WEEKDAYS.index(last) - start) % 7 + 1 if dash else 1
    return tuple((start + day) % 7 for day in range(days))


Week = Mapping[str, Iterable[Hours | str]] | Sequence[Iterable[Hours | str]]


def hours_of_day(given: Iterable[Hours | str]) -> tuple[Hours, ...]:
    """The hours that begin on one day, in order.

    Raises:
        InvalidInput: they overlap.
    """
    every = [Hours.parse(item) if isinstance(item, str) else item for item in given]
    ordered = tuple(sorted(every, key=lambda hours: hours.minutes))
    for one, other in pairwise(ordered):
        if other.minutes[0] < one.minutes[1]:
            raise InvalidInput("The hours of one day", "must not overlap", got=f"{one} and {other}")
    return ordered


def _week(given: Week) -> tuple[tuple[Hours, ...], ...]:
    if not isinstance(given, Mapping):
        if len(given) != 7:
            raise InvalidInput("A week", "must have seven days, Monday first", got=str(len(given)))
        return tuple(map(hours_of_day, given))
    week: dict[int, tuple[Hours, ...]] = {}
    for text, hours in given.items():
        for day in weekdays(text):
            if day in week:
                raise InvalidInput("A week", "must name each day once", got=f"{WEEKDAYS[day]} twice")
            week[day] = hours_of_day(hours)
    return tuple(week.get(day, ()) for day in range(7))


def _dates(given: Mapping[date, Iterable[Hours | str]]) -> dict[date, tuple[Hours, ...]]:
    return {day: hours_of_day(hours) for day, hours in sorted(given.items())}


def _closed(given: Mapping[date, str]) -> dict[date, str]:
    return dict(sorted(given.items()))


@frozen
class Schedule:
    """When somebody is open, as the wall clock of one zone says: an instant is open when what the clock shows then is.

    What begins on a day belongs to it: the night from 22:00 to 06:00 that begins before a holiday is worked to its end, the
    one that begins on it is not. For a date, ``dates`` goes before ``closed``, that before ``holidays``, that before ``week``.

    Args:
        zone: IANA name.
        week: hours by weekday, ``{"mon-fri": ["09:00-14:00", "16:00-19:00"]}``, or seven lists, Monday first.
        dates: other hours on these dates; none at all to be closed.
        closed: the shop's own holidays, each with its name.
        holidays: public holidays; they need the extra ``locale``.

    Raises:
        InvalidInput: hours of one day that overlap, no open hours at all, a date that is both in ``dates`` and in
            ``closed``, or an unknown zone.
    """

    zone: str
    week: tuple[tuple[Hours, ...], ...] = field(converter=_week)
    dates: Mapping[date, tuple[Hours, ...]] = field(factory=dict, converter=_dates)
    closed: Mapping[date, str] = field(factory=dict, converter=_closed)
    holidays: tuple[PublicHolidays, ...] = field(default=(), converter=tuple[PublicHolidays, ...])

    def __attrs_post_init__(self) -> None:
        if self.zone not in zone_names():
            raise InvalidInput("A schedule's zone", "must be an IANA time zone such as Europe/Madrid", got=repr(self.zone)[:40])
        if not any(self.week) and not any(self.dates.values()):
            raise InvalidInput("A schedule", "must have open hours at some time", got="none", next="Give it weekly hours.")
        both = sorted(set(self.dates) & set(self.closed))
        if both:
            raise InvalidInput("A date", "must have other hours or be closed, not both", got=both[0].isoformat())

    @classmethod
    def always(cls, zone: str = "UTC") -> Schedule:
        """Open day and night."""
        return cls(zone, {"mon-sun": ("00:00-24:00",)})


def _since(given: datetime) -> datetime:
    at = instant(given, "since")
    if at.microsecond:
        raise TimeError("A calendar's change", "must begin on a whole second", got=at.isoformat())
    return at


@frozen
class CalendarChange:
    """Other hours, in force from an instant on.

    Raises:
        TimeError: an instant without a zone, or between two seconds.
    """

    since: datetime = field(converter=_since)
    schedule: Schedule


@frozen
class Calendar:
    """When a team or a channel works, by name: a first schedule, and those that came after it, each from an instant on.

    To change hours, add a change: a schedule that was in force is never edited, or time that was counted would be too.

    Args:
        schedule: in force until the first change.
        changes: in the order of time.
        on_change: what a clock does that runs while the calendar changes.
            ``keep_used``: time used stays as it was counted, time left runs on the new hours.
            ``freeze``: it runs to its end on the hours that it began with.
            ``recompute``: all of its time is counted by the newest hours in force.

    Raises:
        InvalidInput: a name without letters.
        TimeError: changes out of order, or two at one instant.
    """

    name: str
    schedule: Schedule
    changes: tuple[CalendarChange, ...] = field(default=(), converter=tuple[CalendarChange, ...])
    on_change: ChangePolicy = "keep_used"

    def __attrs_post_init__(self) -> None:
        if not self.name.strip():
            raise InvalidInput("A calendar's name", "must not be empty", got=repr(self.name))
        if self.on_change not in ("keep_used", "freeze", "recompute"):
            raise InvalidInput("on_change", "must be keep_used, freeze or recompute", got=repr(self.on_change)[:40])
        for one, other in pairwise(self.changes):
            if other.since <= one.since:
                raise TimeError("A calendar's changes", "must each be later than the one before", got=other.since.isoformat())

    @property
    def schedules(self) -> tuple[Schedule, ...]:
        """All of them, the first first."""
        return (self.schedule, *(change.schedule for change in self.changes))

    def in_force(self, at: datetime) -> int:
        """The place in ``schedules`` of the one in force at ``at``."""
        return sum(change.since <= at for change in self.changes)
