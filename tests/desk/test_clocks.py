"""The clock that ships for tests: it moves when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from incidentkit.errors import TimeError
from incidentkit.testing.clocks import ManualClock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_it_stands_still() -> None:
    """Asked twice it says the same."""
    clock = ManualClock(NOON)

    assert NOON == clock() == clock() == clock.now


def test_it_moves_by_the_words_of_timedelta() -> None:
    """And says where it is then."""
    clock = ManualClock(NOON)

    assert NOON + timedelta(days=1, minutes=-5) == clock.advance(days=1, minutes=-5)
    assert clock() == clock.now


def test_it_is_in_utc() -> None:
    """Wherever it was set."""
    assert ManualClock(NOON.astimezone(timezone(timedelta(hours=9))))().tzinfo is UTC


def test_it_needs_a_zone() -> None:
    """A naive time is refused."""
    with pytest.raises(TimeError, match="must have a zone"):
        ManualClock(NOON.replace(tzinfo=None))


def test_it_starts_somewhere() -> None:
    """Always at the same instant, with a zone."""
    assert ManualClock()() == ManualClock()()
    assert "ManualClock(2026-" in repr(ManualClock())
