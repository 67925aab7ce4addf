"""What is what in a chart: each part is drawn in a colour of its own, which the page replaces by one of its classes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CLASSES", "COLOURS"]

_PARTS = ("text", "grid", "line", "last", "alarm", "target", "pace", "fan", "limit", "card")

COLOURS: Mapping[str, str] = MappingProxyType({part: f"#00000{place:x}" for place, part in enumerate(_PARTS, 1)})
"""The colour that a part is drawn in."""

CLASSES: Mapping[str, str] = MappingProxyType({colour: part for part, colour in COLOURS.items()})
"""The part that a colour stands for."""
