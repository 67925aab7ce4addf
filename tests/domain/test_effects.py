"""Intents and receipts use different words, and a channel's own words are never shown."""

from __future__ import annotations

from hypothesis import given

from incidentkit.domain.effects import Intent, IntentState, Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.testing.strategies import intents, receipts

TOKEN = "hunter2-token"


@given(receipts(token=TOKEN))
def test_a_receipts_repr_hides_the_channels_words(receipt: Receipt) -> None:
    """They may repeat an address."""
    assert TOKEN in receipt.raw
    assert TOKEN not in repr(receipt)


def test_an_intent_never_carries_a_receipts_word() -> None:
    """What we did and what a channel says about it can't be mixed up."""
    assert set() == set(IntentState) & {str(kind) for kind in ReceiptKind}


@given(intents())
def test_what_was_not_done_says_why(intent: Intent) -> None:
    """Failed, suppressed, unknown and abandoned intents have a reason; the others none."""
    reasoned = {IntentState.FAILED, IntentState.SUPPRESSED, IntentState.UNKNOWN, IntentState.ABANDONED}

    assert (intent.state in reasoned) == bool(intent.reason)
