"""Days and times as they are given on the command line."""

from __future__ import annotations

from datetime import date, datetime

from incidentkit.cli.usage import Misused

__all__ = ["day_or_time"]


def day_or_time(given: str | None, option: str) -> date | datetime | None:
    """A day, or an instant; None for nothing.

    Raises:
        Misused: it is neither.
    """
    if given is None:
        return None
    try:
        return date.fromisoformat(given) if len(given) == 10 else datetime.fromisoformat(given)
    except ValueError:
        raise Misused("day", option, got=given[:40] or '""') from None
