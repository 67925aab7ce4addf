"""Rotas, swaps and absences: which agents are on duty when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import frozen

from incidentkit.domain.calendars import Schedule
from incidentkit.domain.incidents import Period
from incidentkit.domain.times import Due, due_instant

__all__ = ["Absence", "Rota", "Swap"]

_MICROSECOND = timedelta(microseconds=1)


@frozen
class Rota:
    """The shifts that some agents do together, week after week, on the wall clock of one zone.

    An agent may stand in several. A shift belongs to the day that it begins on, and goes on over midnight.
    """

    agents: tuple[str, ...]
    schedule: Schedule


@frozen
class Swap:
    """The shifts that ``agent`` has on a date are done by another."""

    date: date
    agent: str
    by: str


@frozen
class Absence:
    """An agent is not there, whatever the rota says.

    Args:
        since: a time, or a day from its beginning on.
        until: a time, or a day to its end. Days, and times without a zone, are read where the agent works.
    """

    agent: str
    since: Due
    until: Due

    def period(self, zone: str) -> Period:
        """From the first instant up to and without the one at which they are back, read in ``zone``."""
        return Period(_start(self.since, zone), _start(self.until, zone, timedelta(days=1)))


def _start(value: Due, zone: str, later: timedelta = timedelta(0)) -> datetime:
    """A time in UTC, or the beginning of a day that is so much later."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    return due_instant(value + later - timedelta(days=1), zone) + _MICROSECOND
