"""Legal holds, and being forgotten, as rules decide and events leave it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.evolve import evolve
from incidentkit.domain.ids import CustomerId
from incidentkit.domain.legal_holds import PersonHold
from incidentkit.domain.preferences import Preferences
from incidentkit.errors import InvalidInput, LegalHold, RuleViolation, TimeError
from incidentkit.rules import people as rules
from incidentkit.rules.decision import Decision
from incidentkit.testing.strategies import instants, person_histories

NOBODY = Preferences(CustomerId("c"))
AT = datetime.fromisoformat("2026-03-02T09:00:00+00:00")


def after(known: Preferences, decision: Decision, at: datetime = AT) -> Preferences:
    """What is known then."""
    state = known
    for version, data in enumerate(decision.events, 1):
        state = evolve(state, ev.Event("c", version, data, at, at, "agent:eva", "test"))  # type: ignore[assignment]
    return state


@given(st.none() | st.integers(1, 10_000_000), st.integers(-10, 10_000_010))
def test_a_hold_stands_until_its_end(length: int | None, later: int) -> None:
    """Not a moment longer; without an end for ever."""
    until = None if length is None else AT + timedelta(seconds=length)
    known = after(NOBODY, rules.hold(NOBODY, "tax", until, AT))
    now = AT + timedelta(seconds=later)
    stands = until is None or now < until

    assert stands is (known.held(now) is not None)
    if stands:
        with pytest.raises(LegalHold):
            rules.check_hold(known, now)
    else:
        rules.check_hold(known, now)


def test_the_longest_is_named() -> None:
    """Of several that stand."""
    known = after(NOBODY, rules.hold(NOBODY, "tax", AT + timedelta(days=9), AT))
    known = after(known, rules.hold(known, "court", None, AT))
    known = after(known, rules.hold(known, "audit", AT + timedelta(days=3), AT))

    assert PersonHold("court", "agent:eva", AT) == known.held(AT)


def test_the_same_hold_is_set_once() -> None:
    """With another end it replaces the first."""
    known = after(NOBODY, rules.hold(NOBODY, "tax", None, AT))

    assert Decision() == rules.hold(known, "tax", None, AT)
    assert [AT + timedelta(days=1)] == [
        hold.until for hold in after(known, rules.hold(known, "tax", AT + timedelta(days=1), AT)).holds
    ]


def test_what_makes_no_sense_is_refused() -> None:
    """No reason, an end that has come, a release of what was not set, a hold on somebody forgotten."""
    with pytest.raises(InvalidInput):
        rules.hold(NOBODY, "", None, AT)
    with pytest.raises(TimeError):
        rules.hold(NOBODY, "tax", AT, AT)
    with pytest.raises(RuleViolation):
        rules.release(NOBODY, "tax")
    with pytest.raises(RuleViolation):
        rules.hold(after(NOBODY, rules.forget(NOBODY, "", True)), "tax", None, AT)


@given(person_histories(), instants())
def test_whoever_is_forgotten_wants_nothing(history: tuple[ev.Event, ...], at: datetime) -> None:
    """Whatever they had said: nothing of it is left, and being forgotten again changes nothing."""
    known = NOBODY
    for event in history:
        known = evolve(known, event)  # type: ignore[assignment]
    gone = after(known, rules.forget(known, "request", False), at)

    assert Preferences(known.id, forgotten_at=at) == gone
    assert Decision() == rules.forget(gone, "request", False)
    assert gone == after(gone, Decision((ev.PersonForgotten("again"),)), at + timedelta(days=1))
