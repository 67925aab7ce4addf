"""Strategies for advice, and for when a rule asks."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.advice import ADVICE_CODES, Advice, Advised
from incidentkit.domain.ids import IncidentId, OrderId
from incidentkit.domain.surveys import Asked, Asking
from incidentkit.testing.strategies._basics import codes, ids, instants

__all__ = ["advice", "advised", "advisings", "asked", "askings"]


def advice() -> st.SearchStrategy[Advice]:
    """Reasons from history to take care with an order."""
    reasons = st.dictionaries(st.sampled_from(("count", "days", "orders")), st.integers(1, 400).map(str)).map(
        lambda found: tuple(sorted(found.items()))
    )
    behind = st.lists(ids().map(IncidentId), max_size=3, unique=True).map(tuple)
    return st.builds(Advice, st.sampled_from(ADVICE_CODES), st.just("") | codes(), reasons, behind)


def advised() -> st.SearchStrategy[Advised]:
    """Advice with the instant at which it was shown."""
    return st.builds(Advised, advice(), instants())


def advisings() -> st.SearchStrategy[ev.OrderAdvised]:
    """What is shown at once."""
    return st.builds(ev.OrderAdvised, st.lists(advice(), min_size=1, max_size=3).map(tuple))


def asked() -> st.SearchStrategy[Asked]:
    """That somebody was asked, about an order or about nothing."""
    return st.builds(Asked, st.sampled_from(("csat", "nps")), instants(), st.none() | ids().map(OrderId))


def askings() -> st.SearchStrategy[Asking]:
    """When rules ask, at either moment."""
    days = st.integers(0, 400).map(lambda n: timedelta(days=n))
    return st.builds(
        Asking,
        st.sampled_from(("after_delivery", "regularly")),
        days,
        st.none() | days,
        st.integers(1, 400).map(lambda n: timedelta(days=n)),
        days,
    )
