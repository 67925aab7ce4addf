from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from incidentkit.worktime.zones import DAY, EPOCH, offsets
from tests.worktime.oracle import utc

MADRID = ZoneInfo("Europe/Madrid")
# In 2026 the clocks of Madrid go forward at this second.
CHANGE = int(utc(2026, 3, 29, 1).timestamp())


def test_a_change_is_found_to_the_second() -> None:
    """The stretches on both sides of it touch there."""
    low, high = CHANGE - 10 * DAY - 1, CHANGE + 10 * DAY + 1

    assert [(low, CHANGE, 3600), (CHANGE, high, 7200)] == list(offsets(MADRID, low, high))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (CHANGE - 5, CHANGE, [(CHANGE - 5, CHANGE, 3600)]),
        (CHANGE, CHANGE + 5, [(CHANGE, CHANGE + 5, 7200)]),
        (CHANGE - 1, CHANGE + 1, [(CHANGE - 1, CHANGE, 3600), (CHANGE, CHANGE + 1, 7200)]),
        (CHANGE - DAY, CHANGE + 1, [(CHANGE - DAY, CHANGE, 3600), (CHANGE, CHANGE + 1, 7200)]),
        (CHANGE, CHANGE, []),
    ],
)
def test_a_change_at_an_end_adds_no_empty_stretch(low: int, high: int, expected: list[tuple[int, int, int]]) -> None:
    """What begins or ends with the change has one offset."""
    assert expected == list(offsets(MADRID, low, high))


@pytest.mark.parametrize("zone", ["Africa/Casablanca", "America/Sao_Paulo", "Asia/Gaza", "Australia/Lord_Howe", "Pacific/Apia"])
def test_the_stretches_are_those_that_one_sees_looking_every_half_hour(zone: str) -> None:
    """Nothing is missed between two looks."""
    low, high, info = utc(2009, 1, 1), utc(2016, 1, 1), ZoneInfo(zone)
    stretches = list(offsets(info, *(int(at.timestamp()) for at in (low, high))))

    seen = 0
    for i in range((high - low) // timedelta(minutes=30)):
        at = low + i * timedelta(minutes=30)
        seen += stretches[seen][1] <= at.timestamp()
        assert stretches[seen][2] == at.astimezone(info).utcoffset().total_seconds()  # type: ignore[union-attr]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_the_ends_of_the_calendar_have_offsets(zone: str) -> None:
    """Where a local time could not be told, the offset is that of the days beside it."""
    first, last = (int((at - EPOCH).total_seconds()) for at in (utc(1, 1, 1), utc(9999, 12, 31)))

    assert 1 == len({offset for *_, offset in offsets(ZoneInfo(zone), first, first + 5 * DAY)})
    assert 1 == len({offset for *_, offset in offsets(ZoneInfo(zone), last - 5 * DAY, last + DAY)})
