"""A clock that stands still until it is told to move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from incidentkit.domain.times import instant

__all__ = ["ManualClock"]

_START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class ManualClock:
    """Gives the same instant until it is moved: ``open_desk(url, clock=ManualClock())``.

    Args:
        now: where it stands first, with a zone; default: a Monday morning.

    Raises:
        TimeError: ``now`` has no zone.
    """

    def __init__(self, now: datetime = _START) -> None:
        self.now = instant(now, "now")

    def __call__(self) -> datetime:
        """The present, in UTC."""
        return self.now

    def __repr__(self) -> str:
        return f"ManualClock({self.now.isoformat()})"

    def advance(self, **by: float) -> datetime:
        """Move on by so much, in the words of ``timedelta``: ``advance(hours=2)``. Gives the new present.

        A negative amount moves it back, which real clocks do too.
        """
        self.now += timedelta(**by)
        return self.now
