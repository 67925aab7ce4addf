"""``migrate`` makes the record's tables in the project's database, and brings them up to date."""

from __future__ import annotations

import sys
from typing import Any, TextIO

from incidentkit_django.desks import open_new, present_settings

__all__ = ["migrate_record"]


def migrate_record(*, using: str, verbosity: int = 1, stdout: TextIO | None = None, **_: Any) -> None:
    """Called by Django at the end of ``migrate`` and ``flush``, for each database.

    incidentkit's own migrations run, by a connection of its own and in one transaction: all of them, or none. Then everything
    that an earlier version derived from the events otherwise is made anew.
    """
    settings = present_settings()
    if using != settings.database:
        return
    if verbosity >= 2:
        print(f"Bringing the record up to date: {using}", file=stdout or sys.stdout)
    open_new(settings, shared=True).close()
