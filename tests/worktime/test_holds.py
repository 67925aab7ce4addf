from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.incidents import Period
from incidentkit.errors import InvalidInput, TimeError
from incidentkit.worktime.holds import deadline_past_holds, elapsed_less_holds
from incidentkit.worktime.working_time import WorkingTime
from tests.worktime.oracle import utc

office = WorkingTime(Calendar("office", Schedule("UTC", {"mon-fri": ["09:00-18:00"]})))
HOUR = timedelta(hours=1)


def at(hour: int, minute: int = 0) -> datetime:
    """On a Tuesday."""
    return utc(2026, 3, 3, hour, minute)


@pytest.mark.parametrize(
    ("holds", "expected"),
    [
        ([], 9),
        ([Period(at(10), at(12))], 7),
        ([Period(at(10), at(12)), Period(at(12), at(13))], 6),
        ([Period(at(11), at(13)), Period(at(10), at(12))], 6),
        ([Period(at(10), at(14)), Period(at(11), at(12)), Period(at(13), at(15))], 4),
        ([Period(at(10), at(11)), Period(at(12), at(13))], 7),
        ([Period(at(10), at(10))], 9),
        ([Period(utc(2026, 1, 1), utc(2026, 12, 31))], 0),
        ([Period(utc(2026, 3, 2), at(8)), Period(at(19), utc(2026, 3, 5))], 9),
        ([Period(utc(2026, 3, 2), at(10)), Period(at(17), utc(2026, 3, 5))], 7),
    ],
)
def test_holds_are_taken_away_once(holds: list[Period], expected: int) -> None:
    """Apart, touching, overlapping, inside each other, empty, and longer than what is asked about; backwards too."""
    assert expected * HOUR == elapsed_less_holds(office, at(0), at(23), holds)
    assert -expected * HOUR == elapsed_less_holds(office, at(23), at(0), holds)


@pytest.mark.parametrize(
    ("within", "holds", "due"),
    [
        (1, [Period(at(10), at(12))], at(10)),
        (2, [Period(at(10), at(12))], at(13)),
        (2, [Period(at(10), at(12)), Period(at(11), at(14))], at(15)),
        (2, [Period(at(7), at(9, 30))], at(11, 30)),
        (2, [Period(at(6), at(8))], at(11)),
        (2, [Period(at(6), at(8, 30))], at(11)),
        (2, [Period(at(12), at(13)), Period(at(14), at(15))], at(11)),
        (4, [Period(at(14), at(15)), Period(at(12), at(13))], at(14)),
        (5, [Period(at(14), at(15)), Period(at(12), at(13))], at(16)),
        (0, [Period(at(8), at(12))], at(8)),
    ],
)
def test_a_deadline_moves_by_the_open_time_on_hold(within: int, holds: list[Period], due: datetime) -> None:
    """And only by holds that begin before it."""
    assert due == deadline_past_holds(office, at(8), within * HOUR, holds)


def test_a_deadline_past_holds_lies_ahead() -> None:
    """A negative duration has no meaning for a clock that stood still."""
    with pytest.raises(InvalidInput, match="must lie ahead"):
        deadline_past_holds(office, at(9), -timedelta.resolution, [])


def test_a_hold_that_ends_before_it_begins_is_refused() -> None:
    """It would give time back."""
    backwards = [Period(at(12), at(12) - timedelta.resolution)]

    with pytest.raises(TimeError, match="must not end before it begins"):
        elapsed_less_holds(office, at(9), at(18), backwards)
    with pytest.raises(TimeError, match="must not end before it begins"):
        deadline_past_holds(office, at(9), HOUR, backwards)
