"""How many commitments were kept."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.commitments import Commitment, CommitmentState
from incidentkit.domain.events import CommitmentKept, CommitmentMade, CommitmentMissed, Event
from incidentkit.domain.evolve import replay
from incidentkit.domain.ids import CommitmentId
from incidentkit.domain.texts import Text
from incidentkit.goals.commitments import Tally, tally, tally_by_person
from incidentkit.testing.strategies import commitment_histories, instants

AT = datetime(2026, 3, 9, 8, tzinfo=UTC)
OPEN = Commitment(
    CommitmentId("c-1"), "ana", "after-sales", Text("text:1", "ring"), "told_first_rate", "leo", AT - timedelta(days=7), AT
)
KEPT = changed(OPEN, state=CommitmentState.KEPT, reported_at=AT)
MISSED = changed(OPEN, state=CommitmentState.MISSED, reported_at=AT)
SILENT = changed(OPEN, state=CommitmentState.MISSED, ended_by="no_report")


def test_what_is_due_and_not_kept_counts_against() -> None:
    """Called missed, passed in silence, or not looked at yet; what is due later counts nowhere."""
    later = AT + timedelta(days=1)
    found = tally([KEPT, MISSED, SILENT, OPEN, changed(OPEN, due=later), changed(KEPT, due=later)], AT)

    assert Tally(kept=1, missed=1, unreported=2, early=1, open=1) == found
    assert (4, 0.25) == (found.due, found.share)


def test_of_nothing_due_no_share_is_known() -> None:
    """It is not zero."""
    assert None is tally([changed(OPEN, due=AT + timedelta(days=1))], AT).share


def test_people_stand_in_the_order_of_the_alphabet() -> None:
    """Whoever kept most."""
    found = tally_by_person([changed(KEPT, person="zoe"), changed(SILENT, person="ana")], AT)

    assert [("ana", 0.0), ("zoe", 1.0)] == [(person, counts.share) for person, counts in found.items()]


@given(st.lists(commitment_histories(), max_size=6), instants())
def test_the_kept_ratio_follows_from_the_log(histories: list[tuple[Event, ...]], as_of: datetime) -> None:
    """Counted from the events alone, it is the same."""
    found: Counter[str] = Counter()
    for events in histories:
        made = events[0].data
        assert isinstance(made, CommitmentMade)
        if made.due <= as_of:
            last = [e.data for e in events if isinstance(e.data, (CommitmentKept, CommitmentMissed))][-1:]
            found["due"] += 1
            found["kept"] += any(isinstance(data, CommitmentKept) for data in last)
    states = [state for state in map(replay, histories) if isinstance(state, Commitment)]

    assert (found["kept"], found["due"]) == (tally(states, as_of).kept, tally(states, as_of).due)
