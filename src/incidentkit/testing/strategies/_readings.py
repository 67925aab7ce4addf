"""Strategies for readings, folded from their history, and for the shop's own measures over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import replay
from incidentkit.domain.ids import ReadingId
from incidentkit.domain.readings import OwnMeasure, Reading
from incidentkit.testing.strategies._basics import codes, handles, ids, one_liners, texts
from incidentkit.testing.strategies._stream import Stream

__all__ = ["ENTRIES", "own_measures", "reading_histories", "readings"]

_NAMES = ("packaging_checks", "calls_made", "goods_in_order")


@st.composite
def _figures(draw: st.DrawFn) -> dict[str, int | None]:
    """A value, or hits out of so many."""
    if draw(st.booleans()):
        return {"value": draw(st.integers(-(10**9), 10**9)), "hits": None, "of": None}
    of = draw(st.integers(1, 10_000))
    return {"value": None, "hits": draw(st.integers(0, of)), "of": of}


def _entered(reading: str | None = None) -> st.SearchStrategy[ev.ReadingEntered]:
    whose = st.tuples(st.just("") | codes(), st.just("") | handles())
    parts: st.SearchStrategy[Any] = st.tuples(
        ids() if reading is None else st.just(reading), st.sampled_from(_NAMES), _figures(), whose, st.none() | texts()
    )
    return parts.map(
        lambda p: ev.ReadingEntered(ReadingId(p[0]), p[1], **p[2], team=p[3][0], agent=p[3][1], note=p[4]),
    )


def _corrected() -> st.SearchStrategy[ev.ReadingCorrected]:
    return st.tuples(texts(), _figures()).map(lambda p: ev.ReadingCorrected(p[0], **p[1]))


ENTRIES: Mapping[str, Callable[[], st.SearchStrategy[ev.Happening]]] = {
    "reading.corrected": _corrected,
    "reading.entered": _entered,
    "reading.withdrawn": lambda: st.builds(ev.ReadingWithdrawn, texts()),
}
"""Single events of readings, by their type."""


@st.composite
def reading_histories(draw: st.DrawFn) -> tuple[Event, ...]:
    """Events of one reading: entered, perhaps put right, perhaps withdrawn."""
    reading = draw(ids())
    stream: Stream[Reading] = Stream(draw, reading, passive=False)
    stream.add("readings.enter", draw(_entered(reading)))
    for _ in range(draw(st.integers(0, 2))):
        stream.later()
        stream.add("readings.correct", draw(_corrected()))
    if draw(st.booleans()):
        stream.add("readings.withdraw", ev.ReadingWithdrawn(draw(texts())))
    return stream.events


def readings() -> st.SearchStrategy[Reading]:
    """Readings of every kind."""
    return reading_histories().map(_as_reading)


def own_measures() -> st.SearchStrategy[OwnMeasure]:
    """Measures of a shop's own over what people enter."""
    return st.builds(
        OwnMeasure,
        name=st.sampled_from(_NAMES),
        kind=st.sampled_from(("count", "score", "share")),
        unit=st.just("") | codes(),
        better=st.sampled_from(("up", "down")),
        role=st.sampled_from(("lead", "lag")),
        title=st.just("") | one_liners(),
        definition=st.just("") | one_liners(),
        maturity=st.integers(0, 14).map(lambda days: timedelta(days=days)),
    )


def _as_reading(events: tuple[Event, ...]) -> Reading:
    state = replay(events)
    assert isinstance(state, Reading)
    return state
