"""Rows of a figure: its subjects, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from attrs import frozen

from incidentkit.domain.pages import Page
from incidentkit.measures.measure import FactsName, Measure

__all__ = ["SUBJECTS", "MeasureRows", "SubjectKind", "SubjectRow", "subject_of"]


@frozen
class SubjectKind:
    """What a row of a table of facts is about.

    Args:
        kind: what it is called, e.g. ``order``.
        columns: what names it, the stream that it belongs to first.
    """

    kind: str
    columns: tuple[str, ...]


SUBJECTS: Mapping[FactsName, SubjectKind] = MappingProxyType(
    {
        "actions": SubjectKind("action", ("order_id", "at", "actor")),
        "answers": SubjectKind("answer", ("ask_id",)),
        "calls": SubjectKind("call", ("call_id",)),
        "commitments": SubjectKind("commitment", ("commitment_id",)),
        "contacts": SubjectKind("contact", ("need_id", "contact_id")),
        "incidents": SubjectKind("incident", ("incident_id",)),
        "needs": SubjectKind("need", ("need_id",)),
        "orders": SubjectKind("order", ("order_id",)),
        "promises": SubjectKind("promise", ("stream", "promise")),
        "readings": SubjectKind("reading", ("reading_id",)),
    }
)
"""For each table of facts with subjects: what these are."""


def subject_of(measure: Measure) -> SubjectKind:
    """What a row of a measure is: an order where each counts once, whatever was done about it."""
    if measure.distinct == "order_id":
        return SubjectKind("order", ("order_id",))
    return SUBJECTS[measure.facts]


@frozen
class SubjectRow:
    """One subject of a figure.

    Args:
        id: names it; of what belongs to a stream, the stream's id first, then ``/`` and its own.
        kind: ``order``, ``incident``, ``need``, ``contact``, ``answer``, ``promise``, ``commitment``, ``call`` or ``reading``.
        at: when it began, which places it in its window.
        value: what it brings: a duration in seconds, a score, an amount, a share; None where it brings none.
        counted: whether it is in n.
        hit: of shares, whether it met the numerator; of nps, True for one who promotes and False for one who warns of it.
        open: it has no end yet, or its amount is not known: it is in ``open`` and not in n.
        invalid: its end is before its start: it is in ``invalid`` only.
        weight: how many of n it is: 1, or what a reading counted.
    """

    id: str
    kind: str
    at: datetime
    value: float | None = None
    counted: bool = True
    hit: bool | None = None
    open: bool = False
    invalid: bool = False
    weight: int = 1

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON."""
        return {
            "id": self.id,
            "kind": self.kind,
            "at": self.at.isoformat(),
            "value": self.value,
            "counted": self.counted,
            "hit": self.hit,
            "open": self.open,
            "invalid": self.invalid,
            "weight": self.weight,
        }


@frozen
class MeasureRows:
    """Some of the rows of a figure, the earliest first.

    Args:
        measure, version: what the figure is of.
        as_of: what was known at that instant is in it.
        total: how many rows there are in all.
        rows: a page of them.
    """

    measure: str
    version: int
    as_of: datetime
    total: int
    rows: Page[SubjectRow] = Page()  # noqa: RUF009 - it never changes

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON."""
        return {
            "measure": self.measure,
            "version": self.version,
            "as_of": self.as_of.isoformat(),
            "total": self.total,
            "rows": [row.as_dict() for row in self.rows],
            "next": self.rows.next,
        }
