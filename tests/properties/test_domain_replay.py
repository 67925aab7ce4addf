"""The record is the truth: a state is what its events add up to, however they are added up."""

from __future__ import annotations

import pickle
from datetime import timedelta
from itertools import pairwise

from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State, evolve, replay
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.orders import Order, OrderStatus
from incidentkit.domain.texts import Text
from incidentkit.rules.lifecycles import INCIDENT
from incidentkit.testing.strategies import histories, incident_histories

LATER = timedelta(days=10_000)
MOVES = {(Phase(source), Phase(target)) for source, _, target in INCIDENT.arrows()}


def states(history: tuple[Event, ...]) -> list[State]:
    """Every state on the way."""
    return [replay(history[:place]) for place in range(1, len(history) + 1)]


@given(histories(), st.data())
def test_replaying_is_evolving_step_by_step(history: tuple[Event, ...], data: st.DataObject) -> None:
    """A stream can be cut anywhere: the state so far and the rest give the same as all at once."""
    cut = data.draw(st.integers(1, len(history)))
    state = replay(history[:cut])
    for event in history[cut:]:
        state = evolve(state, event)

    assert replay(history) == state


@given(histories())
def test_evolving_leaves_the_state_before_as_it_was(history: tuple[Event, ...]) -> None:
    """States are values: what was true then stays what it was."""
    before = replay(history[:-1] or history)
    copy = pickle.loads(pickle.dumps(before))
    evolve(before, history[-1])

    assert copy == before


@given(histories())
def test_when_it_became_known_changes_no_state(history: tuple[Event, ...]) -> None:
    """The state is made of what happened when; the place in the record and the time of learning are not in it."""
    later = tuple(changed(event, known_at=event.known_at + LATER, seq=7) for event in history)

    assert replay(history) == replay(later)


@given(histories())
def test_forgotten_words_change_no_state(history: tuple[Event, ...]) -> None:
    """Events read without the words in the vault add up to the same state."""
    assert replay(history) == replay([_forgotten(event) for event in history])


def _forgotten(event: Event) -> Event:
    data = event.data
    texts = {
        field: Text(value.ref)
        for field in getattr(data, "__slots__", ())
        if isinstance(value := getattr(data, field, None), Text)
    }
    return changed(event, data=changed(data, **texts)) if texts else event  # type: ignore[misc]


@given(histories())
def test_a_stream_is_numbered_and_its_times_run_on(history: tuple[Event, ...]) -> None:
    """Versions count from one, nothing happens before what came before it, or is known before it happened."""
    assert list(range(1, len(history) + 1)) == [event.version for event in history]
    assert 1 == len({event.stream for event in history})
    assert all(earlier.occurred_at <= later.occurred_at for earlier, later in pairwise(history))
    assert all(event.occurred_at <= event.known_at for event in history)


@given(incident_histories())
def test_incidents_move_as_their_lifecycle_says(history: tuple[Event, ...]) -> None:
    """Every change of phase is a move of the table."""
    phases = [state.phase for state in states(history) if isinstance(state, Incident)]

    assert set() == {(a, b) for a, b in pairwise(phases) if a is not b} - MOVES


@given(incident_histories())
def test_nothing_is_closed_without_evidence(history: tuple[Event, ...]) -> None:
    """A closed incident was communicated and resolved, and has evidence from after its resolution."""
    for state in states(history):
        if isinstance(state, Incident) and state.phase is Phase.CLOSED:
            assert state.communicated_at is not None
            assert state.resolved_at is not None
            assert state.evidence is not None
            assert state.evidence.at is not None
            assert state.resolved_at <= state.evidence.at


@given(incident_histories())
def test_a_resolved_incident_owes_nothing(history: tuple[Event, ...]) -> None:
    """Each agreed remedy is carried out, or a reason says why none was due, or a source claims it."""
    for before, event in pairwise(history):
        if isinstance(event.data, ev.IncidentResolved):
            state = replay(history[: before.version])
            assert isinstance(state, Incident)
            assert all(remedy.carried_out_at for remedy in state.remedies) or event.data.claimed
            assert state.remedies or event.data.reason or event.data.claimed


@given(incident_histories())
def test_exactly_one_is_accountable_at_every_moment(history: tuple[Event, ...]) -> None:
    """From the first event on there is an owner, who changes only by accepting, by a rule that says so, or by adoption."""
    owners = [state.owner for state in states(history) if isinstance(state, Incident)]
    accepted = [isinstance(event.data, ev.HandoverAccepted | ev.IncidentAdopted | ev.IncidentAppointed) for event in history]

    assert all(owner.team for owner in owners)
    assert all(taken or a == b for (a, b), taken in zip(pairwise(owners), accepted[1:], strict=True))


@given(incident_histories())
def test_corrections_keep_what_was(history: tuple[Event, ...]) -> None:
    """Every change of an incident names the value that it had just before."""
    for before, event in pairwise(history):
        if isinstance(event.data, ev.IncidentAmended):
            state = replay(history[: before.version])
            assert isinstance(state, Incident)
            old = {"type": state.type, "severity": state.severity, "cause": state.cause, "description": state.description.ref}

            assert {c.field: old[c.field] for c in event.data.changes} == {c.field: c.old for c in event.data.changes}


@given(histories())
def test_a_state_survives_pickling(history: tuple[Event, ...]) -> None:
    """Hosts may pass states between processes."""
    state = replay(history)

    assert state == pickle.loads(pickle.dumps(state))


@given(histories())
def test_an_order_never_comes_back_to_life(history: tuple[Event, ...]) -> None:
    """Once the whole order is cancelled it stays so."""
    statuses = [state.status for state in states(history) if isinstance(state, Order)]
    first = statuses.index(OrderStatus.CANCELLED) if OrderStatus.CANCELLED in statuses else len(statuses)

    assert {OrderStatus.CANCELLED} >= set(statuses[first:])
