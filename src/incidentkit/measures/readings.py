"""Measures over readings that people enter."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from incidentkit.domain.readings import READING_UNIT, OwnMeasure, ReadingKind
from incidentkit.errors import InvalidInput
from incidentkit.measures.conditions import Equals
from incidentkit.measures.measure import Measure, Role

__all__ = ["own_measure", "reading_kind", "reading_measure"]

_FORMULAS = {
    "count": "sum of the readings",
    "score": "sum of the readings ÷ their number",
    "share": "hits of all readings ÷ what there was in all of them",
}


def reading_measure(
    name: str,
    kind: ReadingKind,
    definition: str,
    *,
    unit: str = "",
    better: Literal["up", "down"] = "up",
    role: Role = "lead",
    title: str = "",
    maturity: timedelta = timedelta(0),
    version: int = 1,
) -> Measure:
    """A measure over what is entered by `Desk.readings` under its own name.

    Args:
        kind: ``count`` adds the readings up, ``score`` takes their mean, ``share`` divides all hits by all that there were.
        unit: what is counted or rated in; default: ``readings`` for counts and ``score`` for scores. A share's is ``share``.
        maturity: how long after a window's end people may still enter what belongs to it.

    Raises:
        InvalidInput: there is no such kind.
    """
    if kind not in _FORMULAS:
        raise InvalidInput(f"Measure {name}", f"is of the kind {', '.join(_FORMULAS)}", got=repr(kind)[:40])
    return Measure(
        name=name,
        unit="share" if kind == "share" else unit or ("readings" if kind == "count" else "score"),
        kind=kind,
        facts="readings",
        when="at",
        where=(Equals("counts", 1), Equals("measure", name)),
        column="value" if kind == "score" else None,
        scale=READING_UNIT if kind == "score" else None,
        hits="hits" if kind == "share" else None,
        weight=None if kind == "score" else "units",
        definition=definition,
        formula=_FORMULAS[kind],
        better=better,
        role=role,
        title=title,
        maturity=maturity,
        version=version,
    )


def own_measure(own: OwnMeasure) -> Measure:
    """A measure of the shop's settings."""
    said = own.definition or f"{_FORMULAS[own.kind]}, as entered under {own.name}"
    return reading_measure(
        own.name,
        own.kind,
        said,
        unit=own.unit,
        better=own.better,
        role=own.role,
        title=own.title,
        maturity=own.maturity,
    )


def reading_kind(measure: Measure) -> ReadingKind:
    """What is entered for a measure.

    Raises:
        InvalidInput: it is not one that anything is entered for.
    """
    if measure.facts == "readings" and Equals("measure", measure.name) in measure.where:
        for kind in ("count", "score", "share"):
            if measure.kind == kind:
                return kind
    raise InvalidInput(
        f"Measure {measure.name}",
        "is worked out from the record, and nothing is entered for it",
        got="a reading",
        next="Name a measure over readings.",
    )
