"""A fact: one flat row with every time and duration already computed, and how those are said.

Instants are microseconds since 1970 in UTC and durations are microseconds; a duration below zero says that the source
gave an end before its start. Flags are 0 or 1. What is not there is None, never an empty text.
"""

from __future__ import annotations

from datetime import datetime

from incidentkit.domain.times import micros

__all__ = ["Fact", "at", "between"]

Fact = dict[str, int | str | None]
"""One row of a fact table, without the tenant."""


def at(value: datetime | None) -> int | None:
    """An instant, if there is one."""
    return None if value is None else micros(value)


def between(start: datetime, end: datetime | None) -> int | None:
    """How long something took, if it is over."""
    return None if end is None else micros(end) - micros(start)
