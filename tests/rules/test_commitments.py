"""Decisions about commitments: who asks for one, for what, and when one is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve as changed
from hypothesis import given

from incidentkit.domain import events as ev
from incidentkit.domain.actors import HOST
from incidentkit.domain.commitments import Commitment, CommitmentState
from incidentkit.domain.effects import Timer
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import evolve
from incidentkit.domain.ids import CommitmentId
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.texts import Text
from incidentkit.errors import IncidentkitError, InvalidInput, RuleViolation, TransitionRefused
from incidentkit.rules import commitments as rules
from incidentkit.rules.around import Around
from incidentkit.rules.commitments import NewCommitment
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.timers import timers_of
from incidentkit.testing.strategies import commitments

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DUE = START + timedelta(days=7)
SHOP = Shop(teams=(Team("after-sales"), Team("warehouse")), agents=(Agent("ana", "after-sales"), Agent("leo", "warehouse")))
WORDS, SEEN, WHY = Text("text:1", "ring ten customers"), Text("text:2", "the list"), Text("text:3", "no time")
TIMER = Timer("c-1", rules.UNREPORTED, DUE)


def now(after: timedelta = timedelta()) -> Circumstances:
    return Circumstances(SHOP, START + after, HOST)


def new(**given_: Any) -> NewCommitment:
    said = {"person": "ana", "what": WORDS, "measure": "told_first_rate", "role": "lead", "asked_by": "leo", "due": DUE}
    return NewCommitment(commitment=CommitmentId("c-1"), **{**said, **given_})


def after(decision: Decision, commitment: Commitment | None = None, at: datetime = START) -> Commitment:
    (data,) = decision.events
    state = evolve(commitment, Event("c-1", 1, data, at, at, "host", "test"))
    assert isinstance(state, Commitment)
    return state


MADE = after(rules.commit(new(), now()))


def kept(commitment: Commitment = MADE, at: timedelta = timedelta(days=1), evidence: Text | None = SEEN) -> Decision:
    return rules.report_on(commitment, True, evidence, None, now(at))


def missed(commitment: Commitment = MADE, at: timedelta = timedelta(days=1), reason: Text | None = None) -> Decision:
    return rules.report_on(commitment, False, None, reason, now(at))


SILENT = after(rules.unreported(MADE, TIMER, Around(), now(timedelta(days=8))), MADE)


# --- Made --------------------------------------------------------------------------------------------------------


def test_a_commitment_names_who_what_for_what_who_asks_and_when() -> None:
    """All of it stands in what was decided, with the team that its person is of."""
    expected = ev.CommitmentMade(CommitmentId("c-1"), "ana", "after-sales", WORDS, "told_first_rate", "leo", DUE)

    assert Decision((expected,)) == rules.commit(new(), now())


@pytest.mark.parametrize(
    ("given_", "kind", "rule"),
    [
        ({"asked_by": "ana"}, RuleViolation, "is asked for by a colleague"),
        ({"role": "lag", "measure": "nps"}, RuleViolation, "names a lead measure"),
        ({"person": "bob"}, InvalidInput, "must be an agent of the shop"),
        ({"asked_by": ""}, InvalidInput, "must be an agent of the shop"),
        ({"asked_by": None}, InvalidInput, "must be an agent of the shop"),
        ({"what": Text("text:1", " \n")}, InvalidInput, "says what will be done"),
        ({"due": START}, InvalidInput, "is due after it is made"),
        ({"due": START + timedelta(days=93)}, InvalidInput, "within 92 days"),
    ],
)
def test_a_commitment_that_binds_nobody_is_refused(given_: dict[str, Any], kind: type[IncidentkitError], rule: str) -> None:
    """Without a person, a colleague who asks, words, a lead measure or a date within reach."""
    with pytest.raises(kind, match=rule):
        rules.commit(new(**given_), now())


# --- Kept or missed ----------------------------------------------------------------------------------------------


def test_what_was_kept_has_its_evidence() -> None:
    """And when somebody said so."""
    state = after(kept(), MADE, START + timedelta(days=1))

    assert (CommitmentState.KEPT, SEEN, START + timedelta(days=1)) == (state.state, state.evidence, state.reported_at)


@pytest.mark.parametrize("evidence", [None, Text("text:2", ""), Text("text:2", "  ")])
def test_nothing_is_kept_without_evidence(evidence: Text | None) -> None:
    """However it is left out."""
    with pytest.raises(TransitionRefused, match="evidence"):
        kept(evidence=evidence)


def test_a_report_at_the_last_instant_is_in_time() -> None:
    """One microsecond later it is not."""
    assert ev.CommitmentKept(SEEN) == kept(at=timedelta(days=7)).events[0]

    with pytest.raises(RuleViolation, match="by its due time"):
        kept(at=timedelta(days=7, microseconds=1))


def test_silence_is_a_miss_from_the_first_instant_after_its_due_time() -> None:
    """Not before; and the rule that says so stands in it."""
    assert Decision() == rules.unreported(MADE, TIMER, Around(), now(timedelta(days=7)))
    assert (CommitmentState.MISSED, "no_report", None) == (SILENT.state, SILENT.ended_by, SILENT.reported_at)


def test_a_timer_waits_for_an_open_commitment_only() -> None:
    """It is due when the miss is."""
    assert {rules.UNREPORTED: DUE + timedelta(microseconds=1)} == timers_of(MADE, SHOP)
    assert {} == timers_of(SILENT, SHOP)


def test_silence_about_what_is_over_means_nothing() -> None:
    """A timer that comes late finds nothing to do."""
    over = after(kept(), MADE)

    assert Decision() == rules.unreported(over, TIMER, Around(), now(timedelta(days=8)))


def test_what_was_said_in_time_may_be_written_down_after_silence_was_noted() -> None:
    """It is kept then, and no more a miss by silence."""
    state = after(kept(SILENT), SILENT, START + timedelta(days=1))

    assert (CommitmentState.KEPT, "") == (state.state, state.ended_by)


def test_silence_may_be_explained_later() -> None:
    """It stays a miss, now with a reason."""
    state = after(missed(SILENT, timedelta(days=9), WHY), SILENT, START + timedelta(days=9))

    assert (CommitmentState.MISSED, WHY, "") == (state.state, state.reason, state.ended_by)


@pytest.mark.parametrize("again", [kept, missed])
def test_what_somebody_has_called_missed_stays_missed(again: Callable[..., Decision]) -> None:
    """No second report makes it anything else."""
    said = after(missed(reason=WHY), MADE)

    with pytest.raises(TransitionRefused, match="no earlier report"):
        again(said)


def test_what_was_called_kept_can_be_taken_back_with_a_reason() -> None:
    """And then it is missed, for good."""
    said = after(kept(), MADE)
    with pytest.raises(InvalidInput, match="needs a reason"):
        missed(said)
    taken = after(missed(said, reason=WHY), said)

    assert CommitmentState.MISSED == taken.state
    with pytest.raises(TransitionRefused):
        kept(taken)


def test_nothing_is_called_kept_twice() -> None:
    """The first report stands."""
    with pytest.raises(TransitionRefused):
        kept(after(kept(), MADE))


@given(commitments())
def test_only_what_has_evidence_and_a_report_is_kept(commitment: Commitment) -> None:
    """Of every state that can be reached."""
    assert (commitment.state is CommitmentState.KEPT) <= (
        commitment.evidence is not None and commitment.reported_at is not None
    )


def test_an_evidence_free_state_can_not_be_decided_into_being() -> None:
    """Whatever the state before, keeping without evidence is refused."""
    for state in (MADE, SILENT, changed(MADE, state=CommitmentState.MISSED), after(kept(), MADE)):
        with pytest.raises(TransitionRefused):
            kept(state, evidence=None)
