"""Strategies for effects: intents in every state, receipts, timers."""

from __future__ import annotations

from hypothesis import strategies as st

from incidentkit.domain.effects import Intent, IntentState, Receipt, Timer
from incidentkit.domain.messages import LostReason, ReceiptKind
from incidentkit.testing.strategies._basics import codes, ids, instants, one_liners, words

__all__ = ["intents", "receipts", "timers"]

_STEPS = ("order.placed", "order.shipped", "order.delivered", "incident.detected", "incident.resolved", "survey.csat")
# An intent gets there only with a reason.
_REASONED = frozenset({IntentState.FAILED, IntentState.SUPPRESSED, IntentState.UNKNOWN, IntentState.ABANDONED})
_UNTRIED = frozenset({IntentState.PLANNED, IntentState.SUPPRESSED})
_SENT = frozenset({IntentState.DONE})
_PURPOSES = ("service", "legal", "survey", "staff", "marketing")


@st.composite
def intents(draw: st.DrawFn, state: IntentState | None = None) -> Intent:
    """Messages to send, in ``state`` or in any, with the attempts and the reason that such a state comes with."""
    where = state or draw(st.sampled_from(IntentState))
    return Intent(
        key=draw(ids()),
        kind="message",
        channel=draw(st.sampled_from(("local", "email", "sms"))),
        stream=draw(ids()),
        step=draw(st.sampled_from(_STEPS)),
        due=draw(instants()),
        customer=draw(st.none() | ids()),
        values=tuple(draw(st.dictionaries(codes(), one_liners(), max_size=3)).items()),
        state=where,
        attempts=draw(st.integers(0 if where in _UNTRIED else 1, 8)),
        reason=draw(codes()) if where in _REASONED else "",
        purpose=draw(st.sampled_from(_PURPOSES)),
        not_after=draw(st.none() | instants()),
        reference=draw(st.just("") | ids()) if where in _SENT else "",
        sent_at=draw(instants()) if where in _SENT else None,
        carrier=draw(st.none() | ids()),
        cause=draw(st.just("") | codes()),
    )


def receipts(kind: ReceiptKind | None = None, *, token: str = "") -> st.SearchStrategy[Receipt]:
    """Receipts of ``kind`` or of any, with the channel's own words.

    Args:
        token: woven into the channel's own words, to look for where it must not be.
    """
    raw = words(token) if token else st.just("") | words()
    kinds = st.just(kind) if kind else st.sampled_from(ReceiptKind)
    return st.builds(Receipt, kinds, st.just("") | ids(), raw, st.none() | st.sampled_from(LostReason))


def timers() -> st.SearchStrategy[Timer]:
    """Timers that are set, and those that are taken back."""
    return st.builds(Timer, ids(), st.sampled_from(("communicate_by", "resolve_by")), st.none() | instants())
