"""Readings: what people count or rate themselves and enter by hand, and the shop's own measures over them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from attrs import frozen

from incidentkit.domain.ids import ReadingId
from incidentkit.domain.texts import Text

__all__ = ["READING_UNIT", "OwnMeasure", "Reading", "ReadingKind"]

ReadingKind = Literal["count", "score", "share"]

READING_UNIT = 10_000
"""How many of what a reading's value is kept in are one of its measure's unit."""


@frozen
class Reading:
    """One number that somebody entered.

    Args:
        measure: what it is a reading of.
        at: when it was taken: it belongs to the window in which that is.
        value: for counts and scores, in ten thousandths.
        hits, of: for shares: how many out of how many.
        team, agent: whose it is; empty for nobody's in particular.
        note: anything to remember, in words; kept in the vault.
        corrected: how often it was put right.
        withdrawn: it was entered by mistake, and counts nowhere.
    """

    id: ReadingId
    measure: str
    at: datetime
    value: int | None = None
    hits: int | None = None
    of: int | None = None
    team: str = ""
    agent: str = ""
    note: Text | None = None
    corrected: int = 0
    withdrawn: bool = False

    @property
    def figure(self) -> float:
        """What it says: the value, or the share."""
        if self.value is not None:
            return self.value / READING_UNIT
        assert self.hits is not None, "a reading has a value, or hits out of so many"
        assert self.of is not None, "a reading has a value, or hits out of so many"
        return self.hits / self.of


@frozen
class OwnMeasure:
    """A measure of the shop's own, over readings that people enter.

    Args:
        name: small letters, digits and _; no other measure has it.
        kind: ``count`` adds the readings up, ``score`` takes their mean, ``share`` divides all hits by all that there were.
        unit: what is counted or rated in; a share's is ``share``.
        better: which way is good.
        role: ``lead`` for what people can do this week and what moves results later, ``lag`` for results.
        title: what people call it; default: the name, read as words.
        definition: what it says, in a sentence or two.
        maturity: how long after a window's end people may still enter what belongs to it.
    """

    name: str
    kind: ReadingKind
    unit: str = ""
    better: Literal["up", "down"] = "up"
    role: Literal["lead", "lag"] = "lead"
    title: str = ""
    definition: str = ""
    maturity: timedelta = timedelta(0)
