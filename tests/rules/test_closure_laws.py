"""Proof-carrying closure over random lives of a case: nothing is closed without evidence, and all can be brought to rest."""

from __future__ import annotations

from contextlib import suppress
from random import Random

from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from incidentkit.domain import events as ev
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.rules.evidence import contradiction
from incidentkit.testing._states import bad_state
from tests.rules.lives import COMMANDS, SHOP, Life, drain

# Those that get a case on are drawn more often, or few would get anywhere.
OFTEN = ("converse", "resolve", "resolve", "praise", "confirm", "close", "tick", "tick", "wait", "reopen")
QUIET = ("converse", "resolve", "tick", "tick", "tick", "wait", "machine")
BUSY = (*COMMANDS, *OFTEN, *OFTEN)
# A customer who says nothing for a while, between busier times.
steps = st.tuples(*(st.lists(st.sampled_from(some), max_size=20) for some in (BUSY, QUIET, BUSY))).map(
    lambda parts: [step for part in parts for step in part]
)
lives = st.tuples(st.booleans(), steps)

AT_MOST = 12
"""So many commands bring any case to rest."""


def lived(passive: bool, commands: list[str]) -> list[tuple[str, Incident, Incident, Life]]:
    """What each command that was not refused has changed."""
    life, changes = Life.begin(passive=passive), []
    for command in commands:
        before = life.incident
        if life.take(command):
            changes.append((command, before, life.incident, life))
    return changes


@given(lives)
def test_law_nothing_is_closed_without_evidence(life: tuple[bool, list[str]]) -> None:
    """Whatever was tried: a closed case was told, has evidence, and nothing that came since speaks against it."""
    for command, before, after, _ in lived(*life):
        if after.phase is Phase.CLOSED and before.phase is not Phase.CLOSED:
            assert "close" == command
            assert after.communicated_at is not None
            assert after.evidence is not None
            assert contradiction(after, after.evidence, SHOP) is None


@given(lives)
def test_law_evidence_is_the_customers_own_or_a_supervisors_waiver(life: tuple[bool, list[str]]) -> None:
    """An answer that the customer or who speaks for them brought, a conversation of a named agent, or a waiver, apart."""
    for _, _, after, _ in lived(*life):
        if after.evidence is None:
            continue
        answers = {a.ask: a for a in after.answers}
        if after.evidence.kind == "answer":
            answer = answers[after.evidence.reference]
            assert answer.by.partition(":")[0] in ("customer", "host", "agent")
        elif after.evidence.kind == "conversation":
            spoken = after.conversation(after.evidence.reference)
            assert spoken is not None
            assert spoken.agent
        else:
            assert after.waived
            assert "agent:eva" == after.evidence.by


@given(lives)
def test_law_silence_never_closes(life: tuple[bool, list[str]]) -> None:
    """Time alone leads to lapsed, after as many asks as the protocol says, and only where nothing was said."""
    for command, before, after, _ in lived(*life):
        if command in ("tick", "wait", "wait long"):
            assert after.phase in (before.phase, Phase.LAPSED)
        if after.phase is Phase.LAPSED and before.phase is not Phase.LAPSED:
            assert (2, False, None) == (before.attempts, before.heard, before.evidence)


@given(lives)
def test_law_machines_move_nothing(life: tuple[bool, list[str]]) -> None:
    """Automatic replies and notes of machines change no phase and silence nobody's silence."""
    for command, before, after, _ in lived(*life):
        if command in ("auto-replied", "machine"):
            assert (before.phase, before.heard, before.asked) == (after.phase, after.heard, after.asked)


@given(lives)
def test_law_reopening_never_makes_it_less_severe(life: tuple[bool, list[str]]) -> None:
    """It leads back to work, without the old evidence, and is counted."""
    for _, before, after, _ in lived(*life):
        if after.reopened > before.reopened:
            assert SHOP.rank(after.severity) <= SHOP.rank(before.severity)
            assert (None, None, None) == (after.evidence, after.resolved_at, after.closed_at)
            assert after.phase is (Phase.COMMUNICATED if before.communicated_at else Phase.DETECTED)


@given(lives)
def test_law_what_is_final_stays(life: tuple[bool, list[str]]) -> None:
    """Nothing leaves withdrawn; only unmerge leaves merged, to where it stood."""
    for command, before, after, _ in lived(*life):
        if before.phase is Phase.WITHDRAWN:
            assert Phase.WITHDRAWN is after.phase
        if before.phase is Phase.MERGED and after.phase is not Phase.MERGED:
            assert ("unmerge", before.merged_from) == (command, after.phase)


@given(lives)
def test_law_sub_states_lie_in_their_phase(life: tuple[bool, list[str]]) -> None:
    """A case stands in a sub-state of the phase that it is in, or in none."""
    phases = {s.name: s.phase for s in SHOP.substates}
    for _, _, after, _ in lived(*life):
        if after.substate and after.phase is not Phase.MERGED:
            assert phases[after.substate] == after.phase


@given(lives)
def test_law_every_state_is_one_that_can_be(life: tuple[bool, list[str]]) -> None:
    """The audit of a whole store finds nothing wrong with any of them."""
    for _, _, after, _ in lived(*life):
        assert [] == bad_state(after)


@given(lives)
def test_law_every_case_can_be_brought_to_rest(life: tuple[bool, list[str]]) -> None:
    """From wherever it got, a few commands lead to closed, lapsed or withdrawn; or it is merged."""
    passive, commands = life
    case = Life.begin(passive=passive)
    for command in commands:
        case.take(command)

    assert drain(case) <= AT_MOST
    assert case.incident.phase in (Phase.CLOSED, Phase.LAPSED, Phase.WITHDRAWN, Phase.MERGED)


def test_the_lives_reach_every_phase_and_event() -> None:
    """What the laws are tried on is no small corner."""
    wanted: set[object] = {*Phase, ev.IncidentLapsed, ev.IncidentWaived, ev.IncidentUnmerged, ev.SubstateEntered}
    met: set[object] = set()

    def enough(life: tuple[bool, list[str]]) -> bool:
        for _, _, after, whole in lived(*life):
            met.update((after.phase, *(type(event) for event in whole.events)))
        return wanted <= met

    effort = settings(max_examples=3_000, suppress_health_check=list(HealthCheck), database=None)
    with suppress(NoSuchExample):
        find(lives, enough, settings=effort, random=Random(0))

    assert set() == wanted - met
