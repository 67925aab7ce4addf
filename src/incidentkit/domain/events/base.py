"""What every event has: the name and version of its data, and the envelope that the record keeps it in."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from attrs import frozen

from incidentkit.domain.shipments import Units

__all__ = ["Change", "Event", "Happening", "Portion"]


class Happening:
    """What every event's data has: the name and version that it is kept under."""

    __slots__ = ()
    type: ClassVar[str]
    version: ClassVar[int] = 1


@frozen
class Event:
    """One entry of the record.

    Args:
        stream: the id of the order, incident or survey ask.
        version: its place in the stream, from 1.
        seq: its place in the record; 0 until it is written.
        occurred_at: when it happened; known_at: when the desk learned of it.
        actor: who did it.
        cause: the command that it came from.
        source, source_key: where it was imported from, unique for ever; empty for the desk's own.
    """

    stream: str
    version: int
    data: Happening
    occurred_at: datetime
    known_at: datetime
    actor: str
    cause: str
    source: str = ""
    source_key: str = ""
    seq: int = 0

    @property
    def type(self) -> str:
        """The name of what happened, e.g. ``order.shipped``."""
        return self.data.type


@frozen
class Change:
    """A corrected field: what it was, what it is."""

    field: str
    old: str | None
    new: str | None


@frozen
class Portion:
    """Units of one shipment."""

    shipment: str
    units: Units
