"""Payments: what is to be paid for a remedy, under which key, whether it still is, and what follows from how it went.

The law: a remedy is paid once. Its payment has one key, made of the tenant, the case and the remedy alone, and one row, which
whoever wants to pay takes first: a worker, a person, or whoever finds the money given back on the platform's own page. Nothing
is paid anew before it is certain, and written down, that nothing was paid.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import RemedyId, TaskId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Order
from incidentkit.domain.payments import BY_HAND, MONEY, FoundRefund, PaymentRecord
from incidentkit.domain.remedies import Remedy
from incidentkit.domain.times import due_instant
from incidentkit.errors import TransitionRefused
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.lifecycles import INTENT
from incidentkit.rules.tasks import NewTask

__all__ = [
    "ASK",
    "DOUBTS",
    "MARGIN",
    "MAYBE",
    "NEEDLESS",
    "SURE",
    "UNPLACED",
    "again",
    "by_hand",
    "given_up",
    "key_end",
    "key_lives",
    "lately",
    "matching",
    "may_ask",
    "paid",
    "payment",
    "payment_key",
    "record_of",
    "settled",
    "to_pay",
    "unwanted",
    "withdrawn",
]

DOUBTS = frozenset({"no_answer", "unexpected", "pending", "refused"})
"""Why nobody knows whether it was paid, while the payer is still asked by itself."""

ASK = "ask"
"""Nobody knows whether it was paid, and only a person can find out."""

SURE = "sure"
"""A person has decided that it is to be paid, whatever was given back outside before it was agreed."""

MAYBE = "maybe_paid"
"""As much was given back outside shortly before it was agreed: a person has to say whether that was it."""

UNPLACED = "unplaced"
"""It was paid, and its remedy could not be carried out any more by then."""

NEEDLESS = frozenset({"carried_out", "dropped", "case_withdrawn", "case_merged"})
"""Why it need not be paid any more; any other reason against it is for a person to look at."""

MARGIN = timedelta(minutes=10)
"""A payer's key is not trusted for the last of its life: clocks differ, and a request takes its time."""

_BEFORE = timedelta(days=1)
_LONGEST = timedelta(days=36_500)

_UNPAID = (IntentState.FAILED, IntentState.ABANDONED)
_TO_DONE = {
    IntentState.PLANNED: ("claim", "finish"),
    IntentState.CLAIMED: ("finish",),
    IntentState.UNKNOWN: ("finish",),
    IntentState.FAILED: ("retry", "claim", "finish"),
    IntentState.ABANDONED: ("retry", "claim", "finish"),
    # Not wanted any more, and paid all the same.
    IntentState.SUPPRESSED: (),
}


# --- Planning ----------------------------------------------------------------------------------------------------


def payment_key(tenant: str, incident: str, remedy: str) -> str:
    """The key of a remedy's payment: the same whoever pays it, by whichever payer, and however often it is tried."""
    return f"{MONEY}/{tenant}/{incident}/{remedy}"


def payment(
    incident: Incident,
    remedy: Remedy,
    order: Order | None,
    now: Circumstances,
    lines: Iterable[tuple[str, int, Money]] = (),
) -> tuple[Intent, ...]:
    """The payment of a remedy that gives money and is due; none for what gives none, or comes from a source.

    Args:
        order: whose money it is; without one a person pays.
        lines: what it is for: line, units and amount.
    """
    if incident.passive or remedy.money is None:
        return ()
    said = {
        "incident": incident.id,
        "remedy": remedy.id,
        "order": order.id if order else "",
        "number": order.number if order else "",
        "amount": str(remedy.money),
        "reason": remedy.kind,
        "lines": json.dumps([[line, units, str(amount)] for line, units, amount in lines], separators=(",", ":")),
    }
    return (
        Intent(
            key=payment_key(now.tenant, incident.id, remedy.id),
            kind=MONEY,
            channel=now.shop.payer if order else BY_HAND,
            stream=incident.id,
            step=f"payment.{remedy.kind}",
            due=now.at,
            values=tuple((name, value) for name, value in said.items() if value),
            purpose=MONEY,
        ),
    )


def to_pay(intent: Intent, incident: Incident, task: str, now: Circumstances) -> NewTask:
    """The task of a payment that no payer makes: somebody pays it, and carries the remedy out by its reference.

    Args:
        incident: after the remedy was agreed.
        task: a fresh id.
    """
    remedy = incident.remedy(record_of(intent).remedy)
    assert remedy is not None, "what is paid was agreed"
    due = due_instant(remedy.by, now.shop.zone)
    return NewTask(TaskId(task), "pay", rule="pay_by_hand", incident=incident, due=due, remedy=remedy.id)


def record_of(intent: Intent) -> PaymentRecord:
    """The intent of a payment in its own words."""
    said = dict(intent.values)
    lines = [(line, units, Money.parse(amount)) for line, units, amount in json.loads(said.get("lines", "[]"))]
    return PaymentRecord(
        key=intent.key,
        incident=said["incident"],
        remedy=said["remedy"],
        order=said.get("order", ""),
        number=said.get("number", ""),
        amount=Money.parse(said["amount"]),
        lines=tuple(lines),
        reason=said["reason"],
        payer=intent.channel,
        state=intent.state,
        note=intent.reason,
        attempts=intent.attempts,
        due=intent.due,
        reference=intent.reference,
        tried_at=intent.sent_at,
        key_until=intent.not_after,
    )


# --- Just before it is paid ----------------------------------------------------------------------------------------


def unwanted(record: PaymentRecord, incident: Incident | None, order: Order | None) -> str:
    """Why it must not be paid any more, as a code; empty while it must.

    Args:
        order: whose money it is.
    """
    remedy = incident.remedy(record.remedy) if incident is not None else None
    if incident is None or remedy is None or order is None:
        return "not_in_record"
    if remedy.carried_out_at is not None:
        return "carried_out"
    if remedy.dropped_at is not None:
        return "dropped"
    if incident.phase in (Phase.WITHDRAWN, Phase.MERGED):
        return f"case_{incident.phase.value}"
    if remedy.amount != record.amount:
        return "another_amount"
    return "beyond_captured" if _beyond(record.amount, order) else ""


def _beyond(amount: Money, order: Order) -> bool:
    """Whether paying it would give back more than was captured, with what was given back outside."""
    out = sum((refund.amount for refund in order.outside), order.refunded + amount)
    return out > order.captured


def matching(record: PaymentRecord, refunds: Iterable[FoundRefund], agreed_at: datetime | None) -> FoundRefund | None:
    """The refund, of those that nobody here knows of, that is this payment: as much, and given back since it was agreed."""
    fit = (refund for refund in refunds if refund.amount == record.amount)
    return next((refund for refund in fit if agreed_at is not None and refund.at >= agreed_at), None)


def lately(record: PaymentRecord, refunds: Iterable[FoundRefund], agreed_at: datetime | None) -> bool:
    """Whether as much was given back outside so shortly before it was agreed that it may be what was agreed."""
    since = None if agreed_at is None else agreed_at - _BEFORE
    return any(refund.amount == record.amount and (since is None or refund.at >= since) for refund in refunds)


def key_end(intent: Intent, life: timedelta | None, now: datetime) -> datetime | None:
    """Until when its payer takes its key for the same payment, counted from when it may first have been given it.

    Args:
        life: as the payer says; None for one that is not idempotent.
    """
    if life is None or intent.not_after is not None:
        return intent.not_after
    first = (intent.sent_at or intent.due) if intent.state is IntentState.UNKNOWN else now
    return first + min(life, _LONGEST)


def key_lives(record: PaymentRecord, now: datetime) -> bool:
    """Whether the payer still takes the same key for the same payment, so that trying again can't pay twice."""
    return record.key_until is not None and now + MARGIN < record.key_until


# --- How it went ---------------------------------------------------------------------------------------------------


def paid(intent: Intent, reference: str, at: datetime) -> Intent:
    """The payment once it is certain that it was paid, wherever it stood."""
    state = intent.state
    for move in _TO_DONE.get(state, ()):
        state = IntentState(INTENT.check(f"Payment {intent.key}", state, move))
    return evolve(intent, state=IntentState.DONE, reason="", reference=reference, sent_at=intent.sent_at or at)


def by_hand(intent: Intent, reference: str, at: datetime) -> Intent:
    """The payment after a person has paid it and says so.

    Raises:
        TransitionRefused: a worker may be paying it, or may have paid it.
    """
    _check_free(intent, "carry_out")
    if intent.state is IntentState.DONE:
        if intent.reference == reference:
            return intent
        rule, step = "is paid once", f"Carry it out with reference {intent.reference}."
        raise _refused(intent, "carry_out", rule, f"paid as {intent.reference}", step)
    return evolve(paid(intent, reference, at), reason="by_hand")


def withdrawn(intent: Intent) -> Intent:
    """The payment of a remedy that is given up: not to be paid any more.

    Raises:
        TransitionRefused: a worker may be paying it, or it was or may have been paid.
    """
    _check_free(intent, "drop")
    if intent.state is IntentState.DONE:
        raise _refused(intent, "drop", "is given up before it is paid", "paid", "")
    state: IntentState = intent.state
    for move in ("retry", "suppress") if state in _UNPAID else ("suppress",) if state is IntentState.PLANNED else ():
        state = IntentState(INTENT.check(f"Payment {intent.key}", state, move))
    return evolve(intent, state=IntentState.SUPPRESSED, reason="dropped")


def _check_free(intent: Intent, attempted: str) -> None:
    if intent.state is IntentState.CLAIMED:
        rule, step = "waits while a worker may be paying", "Look again in two minutes: `payments.find`."
        raise _refused(intent, attempted, rule, "a payment under way", step)
    if intent.state is IntentState.UNKNOWN:
        rule, step = "waits until it is known whether it was paid", "Find out, and say so: `payments.settle`."
        raise _refused(intent, attempted, rule, "a payment in doubt", step)


def settled(intent: Intent, was_paid: bool, reference: str, at: datetime) -> Intent:
    """The payment after a person found out whether it was paid.

    Raises:
        TransitionRefused: that is known, or a worker is at it.
    """
    if intent.state is not IntentState.UNKNOWN:
        step = "Look again in two minutes." if intent.state is IntentState.CLAIMED else ""
        raise _refused(intent, "settle", "is settled while nobody knows whether it was paid", intent.state.value, step)
    if was_paid:
        return paid(intent, reference, at)
    failed = IntentState(INTENT.check(f"Payment {intent.key}", intent.state, "fail"))
    return evolve(intent, state=failed, reason="not_paid", sent_at=None, due=at)


def again(intent: Intent, at: datetime) -> Intent:
    """The payment as it is tried once more, after it certainly failed; one in doubt is asked about once more.

    Raises:
        TransitionRefused: it is on its way, done or given up; or a person pays it.
    """
    if intent.channel == BY_HAND:
        raise _refused(intent, "retry", "is tried again by its payer", "one that a person pays", "Carry it out.")
    if intent.state is IntentState.UNKNOWN:
        return evolve(intent, reason="no_answer" if intent.reason == ASK else intent.reason, due=at, attempts=0)
    if intent.state not in _UNPAID:
        rule = "is tried again once it is certain that nothing was paid"
        raise _refused(intent, "retry", rule, intent.state.value, "")
    state = IntentState(INTENT.check(f"Payment {intent.key}", intent.state, "retry"))
    return evolve(intent, state=state, reason=SURE, due=at, attempts=0, sent_at=None)


def may_ask(intent: Intent) -> bool:
    """Whether its payer is still asked by itself about a payment in doubt."""
    return intent.state is IntentState.UNKNOWN and intent.reason in DOUBTS


def given_up(record: PaymentRecord, before: str) -> tuple[Happening, ...]:
    """What the record says of a payment that was not made, or of which nobody knows; nothing where it says so already.

    Args:
        before: the code of why it was not done, before that try.
    """
    remedy = RemedyId(record.remedy)
    if record.state in _UNPAID:
        return (ev.PaymentFailed(remedy, record.amount, record.payer, record.note),)
    if record.state is IntentState.UNKNOWN and record.note != before:
        return (ev.PaymentDoubted(remedy, record.amount, record.payer, record.note),)
    return ()


def _refused(intent: Intent, attempted: str, rule: str, got: str, next: str) -> TransitionRefused:
    said = dict(intent.values)
    return TransitionRefused(
        f"The payment of {said['remedy']}",
        rule,
        got=got,
        next=next,
        phase=intent.state.value,
        attempted=attempted,
        missing=(),
    )
