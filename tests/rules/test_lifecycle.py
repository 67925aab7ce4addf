"""Lifecycle tables are checked when they are defined: the unsound ones of each kind are refused, with the way that shows it."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.errors import LifecycleError, TransitionRefused
from incidentkit.rules.lifecycle import Lifecycle, Move
from incidentkit.rules.lifecycles import INCIDENT, INTENT, OFFER

TABLES = [INCIDENT, INTENT, OFFER]


def table(*moves: Move, **changed: Any) -> Lifecycle:
    """A small sound table, unless what is given makes it unsound."""
    given: dict[str, Any] = {
        "name": "thing",
        "initial": "a",
        "resting": ("z",),
        "final": ("z",),
        "moves": (Move("go", ("a",), "m"), Move("end", ("m",), "z", ("proof",)), *moves),
        "must_pass": {"z": ("m", "proof")},
    }
    return Lifecycle(**(given | changed))


def refused(*moves: Move, **changed: Any) -> LifecycleError:
    """The refusal of an unsound table."""
    with pytest.raises(LifecycleError) as caught:
        table(*moves, **changed)
    return caught.value


def test_a_sound_table_is_accepted() -> None:
    """The table that the refusals below start from is sound."""
    assert ("a", "m", "z") == table().states


def test_a_trap_is_refused() -> None:
    """A state that leads to no state of rest is named."""
    assert ("trap",) == refused(Move("fall", ("m",), "trap")).path


def test_an_unreachable_state_is_refused() -> None:
    """A state that nothing leads to is named."""
    assert "lonely" == refused(Move("leave", ("lonely",), "m")).path[-1]


def test_a_way_out_of_a_final_state_is_refused() -> None:
    """Nothing leaves a final state."""
    assert ("z", "undo", "m") == refused(Move("undo", ("z",), "m")).path


def test_a_way_around_a_mark_is_refused() -> None:
    """A shortest way that misses what it must pass is shown step by step."""
    assert ("a", "sneak", "z") == refused(Move("sneak", ("a",), "z", ("proof",))).path


def test_a_way_without_the_guard_is_refused() -> None:
    """Passing the state is not enough where a guard must be passed too."""
    assert ("a", "go", "m", "drop", "z") == refused(Move("drop", ("m",), "z")).path


def test_a_refusal_prints_the_way() -> None:
    """The text of the error shows the offending way."""
    assert "a → sneak → z" in str(refused(Move("sneak", ("a",), "z", ("proof",))))


@pytest.mark.parametrize("guard", ["communicated", "evidence"])
def test_closing_an_incident_without_a_guard_is_refused(guard: str) -> None:
    """The incidents' own table would be refused if closing did not ask for it."""
    close = INCIDENT.move("close")
    weaker = evolve(close, needs=tuple(n for n in close.needs if n != guard))

    with pytest.raises(LifecycleError, match="every way to closed must pass"):
        evolve(INCIDENT, moves=tuple(weaker if m is close else m for m in INCIDENT.moves))


def test_no_incident_is_closed_on_a_claim_alone() -> None:
    """The way through an imported claim still needs the customer told and evidence."""
    assert ("communicated", "evidence") == INCIDENT.move("close").needs


@pytest.mark.parametrize("lifecycle", TABLES, ids=lambda t: t.name)
def test_the_diagram_shows_every_move(lifecycle: Lifecycle) -> None:
    """Each move from each of its sources is an arrow of the Mermaid diagram."""
    drawn = lifecycle.mermaid()

    assert all(f"{source} --> {m.target}: {m.name}" in drawn for m in lifecycle.moves for source in m.sources)


@given(st.sampled_from([(t, s, m) for t in TABLES for s in t.states for m in t.moves]))
def test_a_step_leads_where_the_table_says_or_is_refused(step: tuple[Lifecycle, str, Move]) -> None:
    """From a source of the move `check` gives its target; from anywhere else it refuses."""
    lifecycle, state, move = step
    if state in move.sources:
        assert move.target == lifecycle.check("It", state, move.name)
    else:
        with pytest.raises(TransitionRefused) as caught:
            lifecycle.check("It", state, move.name)
        assert (state, move.name, ()) == (caught.value.phase, caught.value.attempted, caught.value.missing)


def test_what_is_missing_is_said() -> None:
    """A guard that does not hold refuses the step and is named as missing."""
    with pytest.raises(
        TransitionRefused, match=r"^Incident 7: close needs evidence; got resolved without it\. Ask\.$"
    ) as caught:
        INCIDENT.check("Incident 7", "resolved", "close", ("evidence",), "Ask.")

    assert ("evidence",) == caught.value.missing


def test_a_refusal_says_what_is_possible() -> None:
    """Without a better hint, the steps that the state does allow are listed."""
    with pytest.raises(TransitionRefused, match=r"Possible now: close, reopen\.$"):
        INCIDENT.check("Incident 7", "lapsed", "resolve")
