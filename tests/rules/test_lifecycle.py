"""Lifecycle tables are checked when they are defined: the unsound ones of each kind are refused, with the way that shows it."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.errors import LifecycleError, TransitionRefused
from incidentkit.rules.lifecycle import Lifecycle, Move
from incidentkit.rules.lifecycles import COMMITMENT, INCIDENT, INTENT, OFFER, TASK

TABLES = [INCIDENT, INTENT, OFFER, TASK, COMMITMENT]


_OVER = {"declined", "passed", "expired", "carried_out", "dropped"}


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
    """A state that leads to no state of rest is shown with the way into it."""
    assert ("a", "go", "m", "fall", "trap") == refused(Move("fall", ("m",), "trap")).path


def test_an_unreachable_state_is_refused() -> None:
    """A state that nothing leads to is named."""
    assert "lonely" == refused(Move("leave", ("lonely",), "m")).path[-1]


def test_a_way_out_of_a_final_state_is_refused() -> None:
    """Nothing leaves a final state."""
    assert ("z", "undo", "m") == refused(Move("undo", ("z",), "m")).path


def test_a_final_state_is_left_by_taking_back_what_led_there() -> None:
    """A move that undoes another leads to each state that the other starts from, and to no other."""
    undone = table(
        Move("drop", ("a", "m"), "bin"), Move("fish", ("bin",), undoes="drop"), resting=("z", "bin"), final=("z", "bin")
    )

    assert [("bin", "a"), ("bin", "m")] == [(s, t) for s, move, t in undone.arrows() if move.name == "fish"]
    assert "" == undone.check("It", "bin", "fish")


@pytest.mark.parametrize(
    "undo",
    [
        Move("undo", ("z",), "m", undoes="end"),
        Move("undo", ("a",), undoes="end"),
        Move("undo", ("z",), undoes="nothing"),
        Move("undo", ("z",), undoes="undo"),
    ],
    ids=["with a target", "from elsewhere", "of no move", "of itself"],
)
def test_an_undo_that_opens_a_new_way_is_refused(undo: Move) -> None:
    """What undoes a move starts where that leads, and leads nowhere else."""
    assert undo.name == refused(undo, final=()).path[0]


def test_a_move_without_a_target_is_refused() -> None:
    """Every move but an undo leads somewhere."""
    assert ("drift",) == refused(Move("drift", ("m",))).path


def test_two_moves_of_one_name_are_refused() -> None:
    """A command's word stands for one move."""
    assert ("go",) == refused(Move("go", ("m",), "z")).path


def test_a_state_that_gets_on_only_by_stepping_aside_is_a_trap() -> None:
    """Going back or leaving is no way to get on."""
    back = (Move("stray", ("m",), "side", aside=True), Move("back", ("side",), "a", aside=True))

    assert ("a", "go", "m", "stray", "side") == refused(*back, goals=("z",)).path
    assert ("a", "m", "z", "side") == table(*back).states


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

    assert all(f"{source} --> {target}: {move.name}" in drawn for source, move, target in lifecycle.arrows())


def test_a_diagram_names_states_and_guards() -> None:
    """A sub-state by a name that Mermaid takes, and what a move asks for after it."""
    life = table(Move("look", ("m",), "m/seen"), Move("done", ("m/seen",), "z", ("proof",)))
    drawn = life.mermaid().splitlines()

    assert ["stateDiagram-v2", "    [*] --> a", "    a --> m: go", "    m --> z: end [proof]"] == drawn[:4]
    assert "    m --> m__seen: look" in drawn


def test_a_refusal_helps_in_the_callers_words() -> None:
    """Where the caller gave none, with what is possible; a guard that does not hold says what was tried, from where."""
    with pytest.raises(TransitionRefused, match=r"got a\. Do this\.$"):
        table().check("It", "a", "end", next="Do this.")
    with pytest.raises(TransitionRefused, match=r"got m without it\. Do this\.$") as caught:
        table().check("It", "m", "end", ("proof",), "Do this.")

    assert ("m", "end", ("proof",)) == (caught.value.phase, caught.value.attempted, caught.value.missing)


def test_an_undo_of_an_undo_is_refused() -> None:
    """Both are named: the move, and what it would take back."""
    undo = Move("undo", ("z",), undoes="end")

    assert ("redo", "undo") == refused(undo, Move("redo", ("",), undoes="undo"), final=()).path


def test_what_nothing_leads_to_is_shown_from_the_beginning() -> None:
    """With a gap where the way would be."""
    assert ("a", "...", "lonely") == refused(Move("leave", ("lonely",), "m")).path


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


EVERY = {
    "incident": """
        detected: communicate claim withdraw merge
        communicated: untell resolve claim withdraw merge
        resolved: close lapse reopen unclaim withdraw merge
        closed: reopen
        lapsed: close reopen
        withdrawn:
        merged: unmerge
    """,
    "intent": """
        planned: claim suppress abandon
        claimed: finish fail lose suppress retry abandon
        failed: retry abandon
        unknown: finish fail retry abandon
        done:
        suppressed:
        abandoned: retry
    """,
    "offer": """
        open: accept counter decline pass expire
        asked: agree decline pass expire
        accepted: carry_out drop
        declined:
        passed:
        expired:
        carried_out:
        dropped:
    """,
    "task": """
        open: take cancel
        taken: take return finish cancel
        done:
        cancelled:
    """,
    "commitment": """
        open: keep miss pass_unreported
        kept: take_back
        missed: keep miss
    """,
}


@pytest.mark.parametrize("lifecycle", TABLES, ids=lambda t: t.name)
def test_what_is_possible_from_where(lifecycle: Lifecycle) -> None:
    """Every step from every state of the tables, told a second time: a slip in one shows against the other."""
    lines = (line.partition(":") for line in EVERY[lifecycle.name].split("\n") if line.strip())
    expected = {state.strip(): set(moves.split()) for state, _, moves in lines}

    assert expected == {state: {m.name for m in lifecycle.moves if state in m.sources} for state in lifecycle.states}


def test_where_each_step_of_a_case_leads() -> None:
    """With its guards, whether somebody asks for it, and whether a case gets on by it."""
    told = {
        m.name: (m.target or f"back from {m.undoes}", *m.needs, "asked for" if m.command else "", "aside" if m.aside else "")
        for m in INCIDENT.moves
    }

    assert {
        "communicate": ("communicated", "told", "", ""),
        "untell": ("detected", "", "aside"),
        "resolve": ("resolved", "remedies carried out or a reason", "asked for", ""),
        "claim": ("resolved", "", "aside"),
        "close": ("closed", "communicated", "evidence", "asked for", ""),
        "lapse": ("lapsed", "asked in vain", "", "aside"),
        "reopen": ("communicated", "asked for", "aside"),
        "unclaim": ("detected", "", "aside"),
        "withdraw": ("withdrawn", "asked for", "aside"),
        "merge": ("merged", "a case that lives on", "asked for", "aside"),
        "unmerge": ("back from merge", "asked for", "aside"),
    } == told


def test_where_a_thing_may_stay() -> None:
    """At rest, for ever, and what every case gets on to."""
    expected = [
        ("detected", {"closed", "lapsed", "withdrawn", "merged"}, {"withdrawn", "merged"}, ("closed",)),
        ("planned", {"done", "suppressed", "abandoned", "failed"}, {"done", "suppressed"}, ()),
        ("open", {*_OVER, "open"}, _OVER, ()),
        ("open", {"done", "cancelled"}, {"done", "cancelled"}, ()),
        ("open", {"kept", "missed"}, set(), ()),
    ]

    assert expected == [(t.initial, set(t.resting), set(t.final), t.goals) for t in TABLES]


def test_what_each_way_must_pass() -> None:
    """No case is closed, no effect done and no remedy carried out without."""
    expected = [
        {"closed": ("communicated", "evidence")},
        {"done": ("claimed",)},
        {"carried_out": ("accepted", "reference")},
        {"done": ("taken", "outcome")},
        {"kept": ("evidence", "reported in time")},
    ]

    assert expected == [dict(table.must_pass) for table in TABLES]


def test_a_refusal_lists_what_can_be_asked_for() -> None:
    """Nothing that only follows from something else; and says so where nothing leads on."""
    resolve = r"resolve is possible from communicated only; got detected\. Possible now: withdraw, merge\.$"
    with pytest.raises(TransitionRefused, match=resolve):
        INCIDENT.check("Incident 7", "detected", "resolve")
    reopen = r"reopen is possible from resolved or closed or lapsed only; got withdrawn\. Nothing leads on"
    with pytest.raises(TransitionRefused, match=reopen):
        INCIDENT.check("Incident 7", "withdrawn", "reopen")


def test_the_error_has_the_table_and_the_way() -> None:
    """For whoever shows it."""
    error = refused(Move("sneak", ("a",), "z", ("proof",)))

    assert ("thing", ("a", "sneak", "z"), "Change the table.") == (error.lifecycle, error.path, error.next)


def test_a_table_may_ask_for_nothing_on_the_way() -> None:
    """Neither marks nor goals."""
    plain = Lifecycle("thing", "a", ("z",), ("z",), (Move("go", ("a",), "z"),))

    assert ({}, ()) == (plain.must_pass, plain.goals)


def test_tables_are_values() -> None:
    """Equal where they say the same, and shown without what was worked out of them."""
    assert table() == table()
    assert "_targets" not in repr(table())
