"""The measures that there are: the one home of every definition."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from attrs import evolve

from incidentkit.errors import InvalidInput
from incidentkit.measures.definitions.answers import ANSWERS
from incidentkit.measures.definitions.calls import CALLS
from incidentkit.measures.definitions.incidents import ENDINGS, INCIDENTS
from incidentkit.measures.definitions.needs import NEEDS
from incidentkit.measures.definitions.orders import ORDERS
from incidentkit.measures.definitions.people import COMMITMENTS
from incidentkit.measures.definitions.told import TOLD
from incidentkit.measures.measure import Measure

__all__ = ["MEASURES", "measure_named", "on_clock"]

MEASURES: Mapping[str, Measure] = MappingProxyType(
    {m.name: m for m in (*ORDERS, *INCIDENTS, *TOLD, *ENDINGS, *NEEDS, *ANSWERS, *COMMITMENTS, *CALLS)}
)
"""Every measure that ships, by its name."""


def on_clock(measure: Measure, clock: str) -> Measure:
    """The measure with its durations counted by ``elapsed`` time or ``working`` time, the owning team's.

    Raises:
        InvalidInput: it is no such clock, or the measure has no working time; the error names those that have.
    """
    if clock not in ("elapsed", "working"):
        raise InvalidInput("clock", "is elapsed or working", got=repr(clock)[:40])
    if clock == "elapsed":
        return measure
    if measure.working is None:
        able = ", ".join(m.name for m in MEASURES.values() if m.working is not None)
        raise InvalidInput(
            f"Measure {measure.name}", "is not counted in working time", got=clock, next=f"Those that are: {able}."
        )
    return evolve(measure, column=measure.working, clock="working")


def measure_named(name: str) -> Measure:
    """The measure of that name.

    Raises:
        InvalidInput: there is none; the error lists those that there are, and the likeliest one.
    """
    if name in MEASURES:
        return MEASURES[name]
    close = get_close_matches(str(name), MEASURES, n=1)
    guess = f"Did you mean {close[0]}?" if close else "Give one of those."
    raise InvalidInput("A measure", f"must be one of {', '.join(MEASURES)}", got=repr(name)[:40], next=guess)
