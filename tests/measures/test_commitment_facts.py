"""The rows that commitments and check-ins come to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given

from incidentkit.domain.checkins import CheckIn
from incidentkit.domain.commitments import Commitment, CommitmentState
from incidentkit.domain.ids import CheckInId, CommitmentId
from incidentkit.domain.texts import Text
from incidentkit.domain.times import micros
from incidentkit.measures.commitment_facts import checkin_rows, commitment_rows
from incidentkit.testing.strategies import commitments

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DUE = AT + timedelta(days=7)


def test_a_commitment_is_one_row() -> None:
    """Without its words: they lie in the vault."""
    one = Commitment(CommitmentId("c-1"), "ana", "after-sales", Text("text:1", "ring"), "told_first_rate", "leo", AT, DUE)
    expected = {
        "commitment_id": "c-1",
        "agent": "ana",
        "team": "after-sales",
        "measure": "told_first_rate",
        "asked_by": "leo",
        "objective": None,
        "key_result": None,
        "made_at": micros(AT),
        "due": micros(DUE),
        "kept": 0,
        "reported_at": None,
        "open": 1,
    }

    assert {"facts_commitments": [expected]} == commitment_rows(one)


@given(commitments())
def test_only_what_is_kept_counts_as_kept(commitment: Commitment) -> None:
    """And only what nobody has ended is open."""
    (row,) = commitment_rows(commitment)["facts_commitments"]

    assert (int(commitment.state is CommitmentState.KEPT), int(commitment.state is CommitmentState.OPEN)) == (
        row["kept"],
        row["open"],
    )


def test_a_check_in_is_one_row() -> None:
    """By which it is found."""
    held = CheckIn(CheckInId("m-1"), "after-sales", AT)

    assert {"facts_checkins": [{"checkin_id": "m-1", "team": "after-sales", "held_at": micros(AT)}]} == checkin_rows(held)
