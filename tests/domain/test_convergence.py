"""Events converge: in any order, and however often each, they add up to one state."""

from __future__ import annotations

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

import incidentkit as ik
from incidentkit.domain.convergence import converged, states_of
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import replay
from incidentkit.testing.strategies import histories


@st.composite
def multisets(draw: st.DrawFn) -> tuple[dict[str, tuple[Event, ...]], list[Event]]:
    """Some streams, and their events in any order, some of them more than once."""
    drawn = draw(st.lists(histories(), min_size=1, max_size=3))
    streams = {history[0].stream: history for history in drawn}
    events = [event for history in streams.values() for event in history]
    again = draw(st.lists(st.sampled_from(events), max_size=len(events)))
    return streams, draw(st.permutations(events + again))


@given(multisets())
def test_any_order_and_multiplicity_give_one_state(drawn: tuple[dict[str, tuple[Event, ...]], list[Event]]) -> None:
    """The state of each stream is what its history in order adds up to."""
    streams, events = drawn

    assert {stream: replay(history) for stream, history in streams.items()} == states_of(events)


@given(multisets())
def test_the_record_itself_comes_back(drawn: tuple[dict[str, tuple[Event, ...]], list[Event]]) -> None:
    """Each stream's events, in the order of their versions, each once."""
    streams, events = drawn

    assert streams == converged(events)


@given(histories(), st.data())
def test_two_events_in_one_place_are_refused(history: tuple[Event, ...], data: st.DataObject) -> None:
    """Nobody can say which of them happened."""
    event = data.draw(st.sampled_from(history))
    other = changed(event, actor=f"{event.actor}x")

    with pytest.raises(ik.RuleViolation, match="one event in each place"):
        converged([*history, other])


@given(histories().filter(lambda history: len(history) > 1), st.data())
def test_a_gap_is_refused(history: tuple[Event, ...], data: st.DataObject) -> None:
    """What follows a missing event means nothing without it."""
    left_out = data.draw(st.sampled_from(history[:-1]))

    with pytest.raises(ik.RuleViolation, match="before that"):
        states_of(event for event in history if event is not left_out)
