"""Strategies for the parts of an incident: owners, notices, conversations, offers, remedies, evidence."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

from hypothesis import strategies as st

from incidentkit.domain.evidence import Evidence, EvidenceKind
from incidentkit.domain.ids import ConversationId, NoticeId, OfferId, RemedyId
from incidentkit.domain.incidents import Deadlines, Handover, Owner
from incidentkit.domain.messages import Conversation, Notice, ReceiptKind
from incidentkit.domain.remedies import Offer, OfferState, Remedy
from incidentkit.domain.remedy_kinds import KINDS
from incidentkit.domain.times import Due
from incidentkit.testing.strategies._basics import actors, codes, currencies, dues, handles, ids, instants, money, texts
from incidentkit.testing.strategies._clocks import targets
from incidentkit.testing.strategies._orders import units

__all__ = [
    "CAUSE_CODES",
    "CONVERSATION_CHANNELS",
    "INCIDENT_TYPES",
    "conversations",
    "deadlines",
    "evidence",
    "handovers",
    "notices",
    "offers",
    "owners",
    "references",
    "remedies",
]

INCIDENT_TYPES = (
    "out_of_stock",
    "damaged",
    "wrong_product",
    "missing_item",
    "late",
    "lost",
    "not_received",
    "wrong_address",
    "quality",
    "billing",
    "other",
)
CAUSE_CODES = ("wrong_product", "stock_count", "picking", "carrier_delay", "defect", "unknown")
CONVERSATION_CHANNELS = ("phone", "counter", "chat")

_STEPS = ("incident.detected", "incident.offered", "incident.resolved", "incident.closed", "incident.reopened")


def _counted(kind: str) -> st.SearchStrategy[str]:
    return st.integers(1, 9).map(lambda place: f"{kind}-{place}")


def references() -> st.SearchStrategy[str]:
    """Where to find what was done: a refund's id, a coupon, an order."""
    return st.sampled_from(("refund", "coupon", "order")).flatmap(_counted)


def owners() -> st.SearchStrategy[Owner]:
    """Owners: a team, or a named agent of one."""
    return st.builds(Owner, codes(), st.just("") | handles(), instants())


def handovers() -> st.SearchStrategy[Handover]:
    """Hand-overs that wait, to a team or an agent."""
    return st.builds(Handover, codes() | handles(), actors().map(str), instants(), st.none() | instants())


@st.composite
def deadlines(draw: st.DrawFn) -> Deadlines:
    """Deadlines as protocols give them: none, one or both, the customer told before the case is resolved."""
    start = draw(instants())
    tell = draw(st.none() | st.integers(1, 72).map(lambda hours: start + timedelta(hours=hours)))
    solve = draw(st.none() | st.integers(3, 30).map(lambda days: start + timedelta(days=days)))
    before = draw(st.none() | st.integers(1, 9).map(lambda days: start + timedelta(days=days)))
    return Deadlines(tell, solve, draw(targets()), draw(st.sampled_from(("working", "elapsed"))), before)


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    """Notices before and after any receipt, on channels that can and can't confirm."""
    planned = draw(instants())
    receipt = draw(st.none() | st.sampled_from(ReceiptKind))
    return Notice(
        id=NoticeId(draw(_counted("notice"))),
        step=draw(st.sampled_from(_STEPS)),
        channel=draw(st.sampled_from(("local", "email", "sms"))),
        key=draw(ids()),
        confirms=draw(st.booleans()),
        planned_at=planned,
        receipt=receipt,
        receipt_at=None if receipt is None else draw(instants(min_value=planned)),
    )


def conversations() -> st.SearchStrategy[Conversation]:
    """Conversations, logged by a named agent or by nobody named."""
    return st.builds(
        Conversation,
        id=_counted("conversation").map(ConversationId),
        channel=st.sampled_from(CONVERSATION_CHANNELS),
        agent=st.just("") | handles(),
        at=instants(),
        summary=texts(),
    )


@st.composite
def offers(
    draw: st.DrawFn,
    currency: str | None = None,
    *,
    by: st.SearchStrategy[Due] | None = None,
    id: str = "",
    state: OfferState = OfferState.OPEN,
    answers: OfferId | None = None,
) -> Offer:
    """Offers of every kind as they are given to the desk: open, with an amount where the kind needs one.

    Args:
        currency: of amounts; any by default.
        by: their dates; any by default.
        id: one that the desk has given; by default none. Only such offers have a round.
        state, answers: as they are to stand, and the offer that they answer.
    """
    kind = KINDS[draw(st.sampled_from(tuple(KINDS)))]
    lines = draw(st.just(()) | units()) if kind.takes_units else ()
    return Offer(
        kind=kind.name,
        by=draw(dues() if by is None else by),
        amount=draw(money(currency or draw(currencies()), above_zero=True)) if kind.takes_amount else None,
        product=draw(codes()) if kind.product == "other" else "",
        id=OfferId(id),
        state=state,
        lines=lines,
        until=draw(st.none() | dues()),
        after_return=bool(lines) and draw(st.booleans()),
        round=draw(st.integers(1, 5)) if id else 0,
        answers=answers,
    )


@st.composite
def remedies(draw: st.DrawFn, offer: Offer | None = None, *, id: str | None = None, done: bool | None = None) -> Remedy:
    """Agreed remedies: carried out with their reference, dropped with a reason, or still owed.

    Args:
        offer: what was accepted; any by default.
        done: carried out or not; either by default.
    """
    taken = offer or draw(offers(id=draw(_counted("offer"))))
    finished = draw(st.booleans()) if done is None else done
    dropped = not finished and done is None and draw(st.booleans())
    return Remedy(
        id=RemedyId(id or draw(_counted("remedy"))),
        offer=taken.id,
        kind=taken.kind,
        by=taken.by,
        amount=taken.amount,
        product=taken.product,
        reference=draw(references()) if finished else "",
        carried_out_at=draw(instants()) if finished else None,
        lines=taken.lines,
        after_return=taken.after_return,
        received_at=draw(instants()) if finished and taken.after_return else None,
        dropped_at=draw(instants()) if dropped else None,
        reason=draw(texts()) if dropped else None,
        gives=draw(st.sampled_from(("", KINDS[taken.kind].gives))),
    )


@st.composite
def evidence(draw: st.DrawFn) -> Evidence:
    """Evidence of every kind, as it is given to the desk or as the desk has recorded it."""
    kind: EvidenceKind = draw(st.sampled_from(get_args(EvidenceKind)))
    reference = draw(_counted("conversation") if kind == "conversation" else ids())
    if draw(st.booleans()):
        return Evidence(kind, reference)
    return Evidence(kind, reference, str(draw(actors("agent"))), draw(instants()))
