"""Pace: where a Key Result should stand on its way from start to target."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from incidentkit.domain.goals import KeyResult
from incidentkit.domain.times import due_instant
from incidentkit.measures.windows import Window, windows

__all__ = ["begins", "ends", "final_window", "meets", "pace", "pace_in", "within"]

_TICK = timedelta(microseconds=1)


def begins(key_result: KeyResult, zone: str) -> datetime:
    """The first instant of its first day."""
    return datetime.combine(key_result.since, time(), ZoneInfo(zone)).astimezone(UTC)


def ends(key_result: KeyResult, zone: str) -> datetime:
    """The last instant of its last day."""
    return due_instant(key_result.by_date, zone)


@lru_cache(maxsize=1024)
def final_window(key_result: KeyResult, zone: str) -> Window:
    """The window that decides: the last whole one up to the date; the one with the date in it where none is whole."""
    since, until = begins(key_result, zone), ends(key_result, zone)
    found = windows(key_result.window, zone, since, until + _TICK)
    whole = [window for window in found if since <= window.from_ and window.until <= until + _TICK]
    return (whole or found)[-1]


def within(key_result: KeyResult, window: Window, zone: str) -> bool:
    """Whether most of a window lies in its time."""
    return begins(key_result, zone) <= _middle(window) and window.until <= final_window(key_result, zone).until


def pace(key_result: KeyResult, at: datetime, zone: str) -> float:
    """Where it should stand at an instant: evenly from start to target, a milestone all at once when its date has come."""
    since, until = begins(key_result, zone), ends(key_result, zone)
    if at >= until:
        return key_result.target
    if at <= since or key_result.kind == "milestone":
        return key_result.start
    return key_result.start + (at - since) / (until - since) * (key_result.target - key_result.start)


def pace_in(key_result: KeyResult, window: Window, zone: str) -> float:
    """Where the figure of a window should stand: the pace in its middle, which is what an even way comes to in it.

    The window that decides, and all after it, have to reach the target.
    """
    if window.until >= final_window(key_result, zone).until:
        return key_result.target
    return pace(key_result, _middle(window), zone)


def meets(key_result: KeyResult, value: float, wanted: float) -> bool:
    """Whether a figure is as good as ``wanted``, or better."""
    return value >= wanted if key_result.better == "up" else value <= wanted


def _middle(window: Window) -> datetime:
    return window.from_ + (window.until - window.from_) / 2
