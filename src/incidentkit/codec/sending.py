"""Quiet hours in shop.toml: hours of every day, or by weekday."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cattrs import Converter

from incidentkit.codec.problems import Wrong, shown
from incidentkit.domain.calendars import WEEKDAYS, Hours
from incidentkit.domain.sending import QuietHours

__all__ = ["register_sending"]

_EXPECTED = 'hours such as "21:00-09:00", a table such as { "mon-fri" = ["21:00-09:00"] }, or "" for none'


def register_sending(reader: Converter) -> None:
    """Teach a converter how quiet hours are written."""
    reader.register_structure_hook(QuietHours, _quiet_hours)
    reader.register_unstructure_hook(QuietHours, _written)


def _quiet_hours(raw: Any, _: Any) -> QuietHours:
    if isinstance(raw, str):
        return QuietHours(raw) if raw else QuietHours()
    if not isinstance(raw, Mapping) or not all(_is_list(hours) for hours in raw.values()):
        raise Wrong(_EXPECTED, shown(raw))
    return QuietHours({day: [Hours.parse(text) for text in hours] for day, hours in raw.items()})


def _is_list(hours: Any) -> bool:
    return isinstance(hours, (list, tuple)) and all(isinstance(text, str) for text in hours)


def _written(quiet: QuietHours) -> dict[str, list[str]]:
    return {day: list(map(str, hours)) for day, hours in zip(WEEKDAYS, quiet.week, strict=True) if hours}
