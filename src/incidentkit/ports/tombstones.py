"""Who was forgotten, written down apart from the database: a copy of it that is restored does not know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from attrs import frozen

__all__ = ["Tombstone", "TombstoneLedger"]


@frozen
class Tombstone:
    """That somebody was forgotten. Nothing personal is in it.

    Args:
        store: which store, as a keyed hash: a store that was made anew in its place has another.
        tenant: whose record.
        customer: the id that orders and cases carry.
        at: when.
    """

    store: str
    tenant: str
    customer: str
    at: datetime


@runtime_checkable
class TombstoneLedger(Protocol):
    """Keeps tombstones, of several stores and tenants, where no restored copy of a database can undo it."""

    def add(self, tombstones: Sequence[Tombstone]) -> None:
        """Keep them for good before this returns; one that is there already may be there twice afterwards."""
        ...

    def read(self) -> Iterable[Tombstone]:
        """All of them."""
        ...
