"""Events of readings."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import ReadingId
from incidentkit.domain.texts import Text

__all__ = ["ReadingCorrected", "ReadingEntered", "ReadingWithdrawn"]


@frozen
class ReadingEntered(Happening):
    """Somebody entered a number: a value in ten thousandths, or hits out of so many. It was taken when it occurred."""

    type = "reading.entered"
    reading: ReadingId
    measure: str
    value: int | None = None
    hits: int | None = None
    of: int | None = None
    team: str = ""
    agent: str = ""
    note: Text | None = None


@frozen
class ReadingCorrected(Happening):
    """It was another number; the words say why."""

    type = "reading.corrected"
    reason: Text
    value: int | None = None
    hits: int | None = None
    of: int | None = None


@frozen
class ReadingWithdrawn(Happening):
    """It was entered by mistake; the words say why."""

    type = "reading.withdrawn"
    reason: Text
