"""Days and times as they are given on the command line."""

from __future__ import annotations

from datetime import date, datetime

import typer

__all__ = ["day_or_time"]


def day_or_time(given: str | None, option: str) -> date | datetime | None:
    """A day, or an instant; None for nothing.

    Raises:
        BadParameter: it is neither.
    """
    if given is None:
        return None
    try:
        return date.fromisoformat(given) if len(given) == 10 else datetime.fromisoformat(given)
    except ValueError:
        wanted = "no day such as 2026-09-01 and no time such as 2026-09-01T10:00+02:00"
        raise typer.BadParameter(f"{given[:40]!r} is {wanted}.", param_hint=option) from None
