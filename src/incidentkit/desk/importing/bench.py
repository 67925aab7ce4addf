"""What a plan can do to bring itself into the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from incidentkit.desk.importing.report import Tally
from incidentkit.desk.work import Work
from incidentkit.store.unit import Held, Unit

__all__ = ["Bench", "Marking"]


class Marking(Protocol):
    """What may mark an order: the key of that order, and the anomalies."""

    @property
    def order(self) -> str | None: ...

    @property
    def anomalies(self) -> tuple[str, ...]: ...


class Bench(Protocol):
    """One source's way into the record, inside one transaction. Everything under it is silent and passive.

    Attributes:
        source: its name.
        tally: what is counted.
    """

    source: str
    tally: Tally

    @property
    def unit(self) -> Unit:
        """The transaction."""

    def stream(self, key: str) -> str | None:
        """The stream of the source's event with that key, of those that the plans at hand look up."""

    def call(self, step: str, key: str, at: datetime, body: Callable[[Work], Held]) -> str:
        """Make one event of the source; the stream that it is in."""

    def mark(self, plan: Marking, order_id: str | None) -> None:
        """Count what could not be used, and mark the order, where there is one."""
