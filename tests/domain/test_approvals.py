"""What a request for approval can never be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain.approvals import Approval, ApprovalState
from incidentkit.domain.ids import ApprovalId, IncidentId
from incidentkit.domain.incidents import Incident, Owner
from incidentkit.domain.laws import broken_laws
from tests.rules.lives import START, WORDS

ASKED = Approval(ApprovalId("approval-1"), IncidentId("i-1"), (), "agent:ana", START)
LATER = START + timedelta(hours=1)


def broken(**given: Any) -> tuple[str, ...]:
    """Which laws a case with that request breaks."""
    case = Incident(IncidentId("i-1"), "damaged", "minor", WORDS, START, Owner("after-sales", since=START))
    return broken_laws(evolve(case, approvals=(evolve(ASKED, **given),)))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"state": ApprovalState.APPROVED, "by": "agent:eva", "ended_at": LATER},
        {"state": ApprovalState.REFUSED, "by": "agent:eva", "ended_at": LATER},
        {"state": ApprovalState.EXPIRED, "ended_at": LATER},
        {"state": ApprovalState.SUPERSEDED, "ended_at": LATER},
    ],
)
def test_what_can_become_of_a_request_breaks_no_law(given: dict[str, Any]) -> None:
    """Answered by somebody else, or over without an answer."""
    assert () == broken(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"ended_at": LATER},
        {"by": "agent:eva"},
        {"state": ApprovalState.APPROVED, "by": "agent:eva"},
        {"state": ApprovalState.REFUSED, "ended_at": LATER},
        {"state": ApprovalState.EXPIRED, "by": "agent:eva", "ended_at": LATER},
    ],
)
def test_an_end_is_one(given: dict[str, Any]) -> None:
    """With its time; and with whoever answered, where somebody did."""
    assert ("approval-1 ended without an end, or was answered by nobody",) == broken(**given)


@pytest.mark.parametrize("by", ["agent:ana", "cli:ana", "host:ana"])
def test_b56_a_record_in_which_somebody_approved_their_own_request_is_damaged(by: str) -> None:
    """However it came to be: whoever looks the record over is told."""
    given = {"state": ApprovalState.APPROVED, "by": by, "ended_at": LATER}

    assert ("approval-1 was answered by whoever asked",) == broken(**given)
