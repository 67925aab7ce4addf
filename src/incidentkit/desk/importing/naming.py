"""Keys: those of records that name an order, and those that events are known by for ever."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from incidentkit.desk.importing.records import joined
from incidentkit.desk.importing.rows import Row
from incidentkit.desk.importing.tables import Tables

__all__ = ["UNKNOWN", "OrderNaming", "order_event"]

UNKNOWN = ""
"""The key of an order that is only half named; no record has it."""


@frozen
class OrderNaming:
    """The columns by which a record names its order. ``label`` names them."""

    label: str
    _places: tuple[int, ...]
    _missing: frozenset[str]

    @classmethod
    def of(cls, columns: Sequence[str], source: str, tables: Tables) -> OrderNaming:
        """The naming of a rule."""
        return cls(
            " ".join(columns), tuple(tables.place(source, column) for column in columns), frozenset(tables.profile.missing)
        )

    def key(self, rows: Sequence[Row]) -> str | None:
        """The key of the order's record; None for a record without an order."""
        parts = tuple([rows[0][i] for i in self._places])
        there = [part not in self._missing for part in parts]
        if all(there) and parts:
            return joined(parts)
        return UNKNOWN if any(there) else None


def order_event(key: str, event: str) -> str:
    """The source key of what happened to an order."""
    return f"order:{key}:{event}"
