"""Strategies for rotas, swaps and absences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from incidentkit.domain.rotas import Absence, Rota, Swap
from incidentkit.testing.strategies._basics import handles, instants
from incidentkit.testing.strategies._calendars import schedules

__all__ = ["absences", "rotas", "swaps"]


def _agent(agents: Sequence[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(agents) if agents else handles()


def rotas(agents: Sequence[str] = (), days: st.SearchStrategy[date] | None = None) -> st.SearchStrategy[Rota]:
    """Shifts of some of ``agents``, or of any, in every zone, nights among them.

    Args:
        days: which dates may have other hours.
    """
    crew = st.lists(_agent(agents), min_size=1, max_size=3, unique=True).map(tuple)
    return st.builds(Rota, crew, schedules(days=days))


def swaps(agents: Sequence[str] = (), days: st.SearchStrategy[date] | None = None) -> st.SearchStrategy[Swap]:
    """Shifts of one date, taken from ``days``, that somebody else does."""
    return st.builds(Swap, _days() if days is None else days, _agent(agents), _agent(agents))


@st.composite
def absences(draw: st.DrawFn, agents: Sequence[str] = (), days: st.SearchStrategy[date] | None = None) -> Absence:
    """Absences of days, and of parts of a day, that begin on one of ``days``."""
    agent, first = draw(_agent(agents)), draw(_days() if days is None else days)
    if draw(st.booleans()):
        return Absence(agent, first, first + timedelta(days=draw(st.integers(0, 30))))
    since = datetime.combine(first, draw(st.times()), UTC)
    return Absence(agent, since, since + timedelta(minutes=draw(st.integers(1, 10_000))))


def _days() -> st.SearchStrategy[date]:
    return instants().map(datetime.date)
