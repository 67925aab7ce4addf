"""Working time by one calendar: prepared once, asked often."""

from __future__ import annotations

from calendar import isleap
from datetime import UTC, datetime, timedelta
from itertools import chain

from attrs import field, frozen

from incidentkit.domain.calendars import Calendar
from incidentkit.domain.incidents import Period
from incidentkit.domain.times import instant
from incidentkit.errors import TimeError
from incidentkit.worktime.explanation import Explanation, days_between
from incidentkit.worktime.public_holidays import check_known
from incidentkit.worktime.reigns import reigns_of
from incidentkit.worktime.spans import Span, joined, open_spans
from incidentkit.worktime.years import MICROSECOND, Year
from incidentkit.worktime.zones import DAY, EPOCH

__all__ = ["WorkingTime"]

_SECOND = timedelta(seconds=1)
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_FAR = 100
"""For so many years a calendar is looked through: who is open a minute a week never makes a command wait."""


@frozen(eq=False)
class WorkingTime:
    """Real elapsed time inside the open hours of a calendar.

    Make one for each calendar and keep it: what it has worked out of a year, it remembers. It may be shared by threads: what
    two work out at once is the same. Instants need a zone; answers are in UTC.

    Laws, for all instants and durations: ``elapsed(a, b) + elapsed(b, c) == elapsed(a, c)``;
    ``elapsed(b, a) == -elapsed(a, b)``; ``elapsed(s, deadline(s, d)) == d``; a later end never makes it less.

    Raises:
        InvalidInput: the calendar names public holidays that nobody knows.
        MissingExtra: it names public holidays, and the extra ``locale`` is not installed.
    """

    calendar: Calendar
    _years: dict[int, Year] = field(init=False, repr=False, factory=dict)
    _totals: dict[int, int] = field(init=False, repr=False, factory=dict)
    _between: dict[tuple[int, int], int] = field(init=False, repr=False, factory=dict)
    _alone: dict[int, WorkingTime] = field(init=False, repr=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        for where in {where for schedule in self.calendar.schedules for where in schedule.holidays}:
            check_known(where)

    def elapsed(self, since: datetime, until: datetime) -> timedelta:
        """The open time from one instant to another, to the microsecond; negative where ``until`` is the earlier one.

        Raises:
            TimeError: an instant without a zone.
        """
        if type(since) is not datetime or since.tzinfo is not UTC:
            since = instant(since, "since")
        if type(until) is not datetime or until.tzinfo is not UTC:
            until = instant(until, "until")
        first, last = since.year, until.year
        worked = self._year(last).worked(until) - self._year(first).worked(since)
        if first != last:
            worked += self._total(first, last)
        return worked * MICROSECOND

    def deadline(self, start: datetime, within: timedelta) -> datetime:
        """The first instant by which so much open time has passed since ``start``; ``start`` itself for none.

        For a negative duration, the last instant from which so much passes until ``start``.

        Raises:
            TimeError: an instant without a zone, or the calendar has not that much open time left within a hundred years.
        """
        if type(start) is not datetime or start.tzinfo is not UTC:
            start = instant(start, "start")
        left = within // MICROSECOND
        # Open time never passes quicker than time.
        if not _FIRST - start <= within <= _LAST - start:
            raise self._never(within)
        return self._forward(start, left) if left > 0 else self._back(start, left) if left else start

    def is_open(self, at: datetime) -> bool:
        """Whether time counts at ``at``. The instant of opening is open, that of closing is not.

        Raises:
            TimeError: an instant without a zone.
        """
        at = instant(at)
        return self._year(at.year).is_open(at)

    def next_open(self, at: datetime) -> datetime:
        """``at`` where that is open, else the next instant of opening.

        Raises:
            TimeError: an instant without a zone, or the calendar does not open again within a hundred years.
        """
        at = instant(at)
        if self.is_open(at):
            return at
        if start := self._year(at.year).next_start(at):
            return start
        for year in range(at.year + 1, self._ends_in(at) + 1):
            # The first instant of a year may be open already.
            if self._year(year).total:
                return self._year(year).latest(0)
        raise self._never(MICROSECOND)

    def explain(self, since: datetime, until: datetime) -> Explanation:
        """What `elapsed` counts between two instants, in either order, and why every day has the hours that it has.

        Raises:
            TimeError: an instant without a zone.
        """
        since, until = instant(since, "since"), instant(until, "until")
        low, high = min(since, until), max(since, until)
        spans = self._spans((low - EPOCH) // _SECOND, -((EPOCH - high) // _SECOND)) if low < high else []
        counted = (Period(max(low, EPOCH + start * _SECOND), min(high, EPOCH + end * _SECOND)) for start, end in spans)
        days = chain.from_iterable(days_between(reign, low, high) for reign in reigns_of(self.calendar))
        return Explanation(self.calendar.name, self.elapsed(since, until), tuple(counted), tuple(days))

    def for_clock(self, began: datetime, as_of: datetime) -> WorkingTime:
        """What a clock counts on that began at ``began``, as things are at ``as_of``: the calendar's policy of change.

        With ``keep_used`` that is the calendar as it stands; with ``freeze`` the hours in force when the clock began, with
        ``recompute`` those in force at ``as_of``, for all of its time.
        """
        policy = self.calendar.on_change
        if policy == "keep_used" or not self.calendar.changes:
            return self
        place = self.calendar.in_force(instant(began, "began") if policy == "freeze" else instant(as_of, "as_of"))
        alone = self._alone.get(place)
        if alone is None:
            alone = self._alone[place] = WorkingTime(Calendar(self.calendar.name, self.calendar.schedules[place]))
        return alone

    # --- Years, worked out when they are first asked for -------------------------------------------------------------

    def _year(self, year: int) -> Year:
        # Whoever comes second overwrites it with the same.
        found = self._years.get(year)
        if found is None:
            low, _ = _bounds(year)
            spans = (((start - low) * 1_000_000, (end - low) * 1_000_000) for start, end in self._spans(*_bounds(year)))
            found = self._years[year] = Year.of(datetime(year, 1, 1, tzinfo=UTC), spans)
        return found

    def _total(self, first: int, last: int) -> int:
        """The open time from the beginning of one year to that of another."""
        if last < first:
            return -self._total(last, first)
        found = self._between.get((first, last))
        if found is None:
            found = self._between[first, last] = sum(self._open_time(year) for year in range(first, last))
        return found

    def _open_time(self, year: int) -> int:
        """Of a year that is not kept whole: between two that are asked for may lie thousands."""
        found = self._totals.get(year)
        if found is None:
            found = self._totals[year] = sum(end - start for start, end in self._spans(*_bounds(year))) * 1_000_000
        return found

    def _spans(self, low: int, high: int) -> list[Span]:
        """The open stretches between two instants in seconds, each schedule while it was in force."""
        reigns = ((reign.schedule, max(low, reign.since), min(high, reign.until)) for reign in reigns_of(self.calendar))
        return list(
            joined(span for schedule, begun, ended in reigns if begun < ended for span in open_spans(schedule, begun, ended))
        )

    # --- Deadlines ---------------------------------------------------------------------------------------------------

    def _forward(self, start: datetime, left: int) -> datetime:
        year = self._year(start.year)
        left += year.worked(start)
        if left <= year.total:
            return year.earliest(left)  # as most do
        for number in range(start.year, self._ends_in(start) + 1):
            if left <= (total := self._open_time(number)):
                return self._year(number).earliest(left)
            left -= total
        raise self._never(left * MICROSECOND)

    def _back(self, start: datetime, left: int) -> datetime:
        left += self._year(start.year).worked(start)
        number = start.year
        while left < 0:
            number -= 1
            if not number or number < start.year - _FAR:
                raise self._never(left * MICROSECOND)
            left += self._open_time(number)
        return self._year(number).latest(left)

    def _ends_in(self, at: datetime) -> int:
        """The last year to look for open hours in: a schedule without weekly ones comes to its end."""
        last, far = self.calendar.schedules[-1], min(at.year + _FAR, _LAST.year)
        if any(last.week):
            return far
        changed = [change.since.year for change in self.calendar.changes]
        # A night may end, and a day of the west begin, in the year after.
        return min(far, max(at.year, *changed, *(day.year + 1 for day, hours in last.dates.items() if hours)))

    def _never(self, within: timedelta) -> TimeError:
        return TimeError(
            f"The calendar {self.calendar.name}",
            "must have enough open hours left",
            got=f"{abs(within)} to count, and no more hours before the calendar ends or a hundred years are over",
            next="Give it weekly hours, or ask for less.",
        )


def _bounds(year: int) -> tuple[int, int]:
    """Its first second and that of the next one, since 1970 in UTC."""
    first = datetime(year, 1, 1, tzinfo=UTC)
    days = 366 if isleap(year) else 365
    low = (first - EPOCH) // _SECOND
    return low, low + days * DAY
