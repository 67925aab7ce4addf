"""Values as the terminal shows them: briefly, so that they stand side by side."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from attrs import frozen

from incidentkit.domain.orders import WHOLE
from incidentkit.phrases.amounts import Amounts
from incidentkit.phrases.dates import Dates
from incidentkit.phrases.words import Words

__all__ = ["Values", "span", "sparkline"]

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_BLOCKS = "▁▂▃▄▅▆▇█"
_GAP = "·"


@frozen
class Values(Amounts, Dates):
    """How values are written in one language, for a shop in one zone."""

    words: Words
    zone: ZoneInfo
    short: bool = True

    def figure(self, value: float | None, unit: str, further: int = 0) -> str:
        """A measure's value with all its digits, so that a column of them is even.

        Args:
            further: digits beyond the usual ones.
        """
        return self.words.say("numbers.none") if value is None else str(self.amount(value, unit, further, closing=True))

    def target(self, value: float | None, unit: str, further: int = 0) -> str:
        """A value that somebody set: zeros that close it say nothing."""
        return self.words.say("numbers.none") if value is None else str(self.amount(value, unit, further))

    def apart(self, value: float | None, target: float | None, unit: str) -> tuple[str, str]:
        """A value and its target, with as many digits as it takes to see that they differ."""
        further = 0 if value is None or target is None else self.further(value, target, unit)
        return self.figure(value, unit, further), self.target(target, unit, further)

    def units(self, units: Mapping[str, int], products: Mapping[str, str]) -> str:
        """``2 × tea, 1 × cup``; an order without lines counts as a whole."""
        shown = [
            self.words.say("things.whole") if line == WHOLE else f"{count} × {products.get(line, line)}"
            for line, count in units.items()
        ]
        return ", ".join(shown)


def span(seconds: float) -> str:
    """How long something is ago or ahead, roughly: ``45 min``, ``5 h``, ``12 d``."""
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min"
    return f"{int(seconds // _HOUR)} h" if seconds < 2 * _DAY else f"{int(seconds // _DAY)} d"


def sparkline(values: tuple[float | None, ...]) -> str:
    """A small picture of a series, from its lowest to its highest; a dot where there is no value after the first."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    values = values[values.index(known[0]) :]
    low, reach = min(known), max(known) - min(known)
    return "".join(_GAP if value is None else _block((value - low) / reach if reach else 0.5) for value in values)


def _block(height: float) -> str:
    return _BLOCKS[min(int(height * len(_BLOCKS)), len(_BLOCKS) - 1)]
