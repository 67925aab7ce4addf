"""Durations as people write them: ``90m``, ``4h``, ``3d``, ``1w``, ``1d 12h``."""

from __future__ import annotations

import re
from datetime import timedelta

from incidentkit.errors import InvalidInput

__all__ = ["duration_text", "parse_duration"]

_UNITS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "us": timedelta(microseconds=1),
}
_PART = re.compile(r"([0-9]{1,12}) ?(us|[wdhms])")
_LONGEST = timedelta(days=36_500)


def parse_duration(text: str) -> timedelta:
    """The span that ``text`` says: whole numbers of w, d, h, m, s (or us), added up. A day is 24 hours.

    Raises:
        InvalidInput: not such a text, or more than a hundred years.
    """
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip() or len(text) > 80:
        raise InvalidInput("A duration", 'must be such as "90m", "4h", "3d" or "1d 12h"', got=repr(text)[:40])
    microseconds = sum(int(number) * (_UNITS[unit] // _UNITS["us"]) for number, unit in parts)
    if microseconds > _LONGEST // _UNITS["us"]:
        raise InvalidInput("A duration", "must be at most a hundred years", got=repr(text)[:40])
    return timedelta(microseconds=microseconds)


def duration_text(span: timedelta) -> str:
    """The inverse of `parse_duration`, in the largest units that fit; ``0s`` for none.

    Raises:
        InvalidInput: ``span`` is negative.
    """
    if span < timedelta(0):
        raise InvalidInput("A duration", "must not be negative", got=str(span))
    parts = []
    for unit, size in _UNITS.items():
        count, span = divmod(span, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0s"
