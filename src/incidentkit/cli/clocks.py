"""The clocks of a case, each in one line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.rules.clock_readings import ClockReading

__all__ = ["clock_as_dict", "clock_line"]


def clock_line(values: Values, reading: ClockReading) -> str:
    """``Put it right · by 8 Sep 2026 16:00 · waits for the shop``."""
    words, clock = values.words, reading.clock
    state = "late" if reading.late else "met" if clock.stopped_at is not None else reading.waits_for
    due = values.moment(clock.due)
    return f"{words.named('clocks', clock.name)} · {words.say('explain.due', moment=due)} · {words.say(f'explain.{state}')}"


def clock_as_dict(reading: ClockReading) -> dict[str, Any]:
    """Every number of it."""
    clock = reading.clock
    return {
        "clock": clock.name,
        "started_at": clock.started_at.isoformat(),
        "due": clock.due.isoformat(),
        "stopped_at": _at(clock.stopped_at),
        "waits_for": reading.waits_for,
        "late": reading.late,
        "within": None if clock.within is None else clock.within.total_seconds(),
        "used": reading.used.total_seconds(),
        "left": None if reading.left is None else reading.left.total_seconds(),
        "calendar": reading.hours.calendar,
        "counted": [[p.since.isoformat(), p.until.isoformat()] for p in reading.counted],
        "held": [[p.since.isoformat(), p.until.isoformat()] for p in clock.held],
        "passed_over": [[day.date.isoformat(), day.reason, day.name] for day in reading.hours.passed_over],
    }


def _at(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
