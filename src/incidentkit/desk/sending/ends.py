"""What became of one message, on its way into the record; and how it is kept until it is there."""

from __future__ import annotations

import json
from datetime import datetime

from attrs import evolve, frozen

from incidentkit.delivery.perform import Outcome
from incidentkit.domain.effects import Intent, IntentState, Receipt
from incidentkit.domain.messages import LostReason, ReceiptKind
from incidentkit.domain.times import from_micros, micros

__all__ = ["MAY_BE_OUT", "NO_ANSWER", "End", "kept", "read_kept", "together"]

NO_ANSWER = "no_answer"
"""Nobody lived to hear what became of it."""

MAY_BE_OUT = (NO_ANSWER, "unexpected")
"""Reasons to try again that leave open whether it went out the first time."""


@frozen
class End:
    """One message that a worker is through with.

    Args:
        intent: as it was claimed.
        sent_at: when it was handed over; None where it was not.
        deferred: it was not its time; the attempt does not count.
        channel: where it is sent in place of its own; empty for no other.
    """

    intent: Intent
    outcome: Outcome
    sent_at: datetime | None = None
    deferred: bool = False
    channel: str = ""

    @property
    def after(self) -> Intent:
        """The message as it stands then."""
        out, intent = self.outcome, self.intent
        gone_out = out.state in (IntentState.DONE, IntentState.UNKNOWN)
        # Tried again, it says the same again.
        again = out.state is IntentState.PLANNED
        return evolve(
            intent,
            state=out.state,
            reason=out.reason,
            due=out.due or intent.due,
            attempts=intent.attempts - 1 if self.deferred else intent.attempts,
            reference=out.receipt.reference if out.receipt is not None else intent.reference,
            sent_at=self.sent_at if gone_out else None,
            carrier=intent.carrier if gone_out or again else None,
        )


def together(first: End, carried: tuple[Intent, ...]) -> list[End]:
    """What became of a message is what became of those that went out as parts of it."""
    others = (evolve(first, intent=intent, outcome=evolve(first.outcome, key=intent.key)) for intent in carried)
    return [first, *others]


def kept(outcome: Outcome) -> str:
    """An outcome as a row keeps it: everything but the channel's own words, which may be personal."""
    receipt = outcome.receipt
    said = {
        "state": outcome.state.value,
        "reason": outcome.reason,
        "due": None if outcome.due is None else micros(outcome.due),
        "receipt": None if receipt is None else [receipt.kind.value, receipt.reference, receipt.reason],
    }
    return json.dumps({name: value for name, value in said.items() if value}, separators=(",", ":"))


def read_kept(key: str, text: str) -> Outcome:
    """What `kept` wrote."""
    said = json.loads(text)
    receipt, due = said.get("receipt"), said.get("due")
    return Outcome(
        key,
        IntentState(said["state"]),
        receipt and Receipt(ReceiptKind(receipt[0]), receipt[1], reason=receipt[2] and LostReason(receipt[2])),
        said.get("reason", ""),
        None if due is None else from_micros(due),
    )
