"""What is worked out of a case once: the same as if it were worked out each time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given

from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import evolve, replay
from incidentkit.domain.incidents import Incident
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.measures.clock_facts import _columns, clock_columns
from incidentkit.rules.clocks import SEEN, _all, clocks, hand_on
from incidentkit.rules.timers import _of_clocks, following, moved, timers_of
from incidentkit.testing.strategies import incident_histories

SHOP = Shop(agents=(Agent("ana", "after-sales", "supervisor"),))
_ALSO = {"id", "worked_out", "open"}
"""What never changes, is no part of the state, or follows from its phase."""


class Looked:
    """A case that notes what is looked at in it."""

    def __init__(self, case: Incident) -> None:
        self._case = case
        self.at: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.at.add(name)
        return getattr(self._case, name)


def case_of(events: Sequence[Event]) -> Incident:
    """The case after some events, with nothing worked out."""
    case = replay(events)
    assert isinstance(case, Incident)
    return case


@given(incident_histories())
def test_what_is_worked_out_once_looks_at_nothing_but_what_is_named(events: Sequence[Event]) -> None:
    """Else it would outlive what it follows from."""
    works: tuple[Callable[[Any, Shop], object], ...] = (_all, _of_clocks, _columns)
    for work in works:
        looked = Looked(case_of(events))
        work(looked, SHOP)

        assert looked.at <= {*SEEN, *_ALSO}, work


@given(incident_histories())
def test_what_is_handed_on_is_what_would_be_worked_out(events: Sequence[Event]) -> None:
    """Through a whole life, clocks, columns and timers are those of the state alone."""
    before = case_of(events[:1])
    for event in events[1:]:
        after = evolve(before, event)
        assert isinstance(after, Incident)
        alone, alone_before = changed(after), changed(before)
        expected = moved(after.id, timers_of(alone_before, SHOP), timers_of(alone, SHOP))

        assert expected == following(after.id, before, after, SHOP)
        assert (clocks(alone, SHOP), clock_columns(alone, SHOP)) == (clocks(after, SHOP), clock_columns(after, SHOP))
        before = after


@given(incident_histories())
def test_each_shop_has_its_own(events: Sequence[Event]) -> None:
    """What was worked out by one shop's settings does not stand for another's."""
    case, other = case_of(events), Shop(teams=(Team("after-sales"),), warn_at=0.5)
    hand_on(case, case)
    timers_of(case, SHOP)

    assert timers_of(changed(case), other) == timers_of(case, other)
