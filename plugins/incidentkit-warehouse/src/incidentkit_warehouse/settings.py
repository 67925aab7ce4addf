"""What a shop may set."""

from __future__ import annotations

from datetime import timedelta

from attrs import frozen

__all__ = ["Settings"]


@frozen
class Settings:
    """The settings under ``[plugins.warehouse]``.

    Args:
        measures: which of them the shop wants, by their names; empty for all.
        late_entries: how long after a window's end its numbers may still be entered.
    """

    measures: tuple[str, ...] = ()
    late_entries: timedelta = timedelta(days=1)
