"""Evidence is an answer, a conversation or a waiver, and names what shows it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from incidentkit.domain.evidence import Evidence
from incidentkit.errors import InvalidInput
from incidentkit.testing.strategies import evidence, ids


@given(ids())
def test_evidence_names_what_the_customer_said(reference: str) -> None:
    """An answer by its ask, a conversation by its id; who and when are the desk's to add."""
    assert Evidence("answer", reference, "", None) == Evidence.answer(reference)
    assert Evidence("conversation", reference, "", None) == Evidence.conversation(reference)


@pytest.mark.parametrize("kind", ["silence", "", None, 5])
def test_nothing_else_is_evidence(kind: Any) -> None:
    """Silence, above all, is not."""
    with pytest.raises(InvalidInput, match="an answer, a conversation or a waiver"):
        Evidence(kind, "x")


@given(evidence())
def test_recorded_evidence_says_who_and_when(given_evidence: Evidence) -> None:
    """Both or neither."""
    assert bool(given_evidence.by) == (given_evidence.at is not None)
