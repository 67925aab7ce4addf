"""A worker's payments: each is taken, decided on and marked in one transaction, made, and put down with what follows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar

from attrs import evolve, frozen

from incidentkit.delivery.breaker import PAYER, Gate
from incidentkit.delivery.paying import PaymentOutcome, hand_over, listed, look_into
from incidentkit.desk.calls import Call
from incidentkit.desk.paying import ask_person, found, note_paid
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.sending.claiming import LEASE
from incidentkit.desk.sending.reports import SendReport
from incidentkit.desk.work import Work
from incidentkit.domain.actors import RULE
from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.payments import FoundRefund, PaymentRecord
from incidentkit.errors import OutcomeUnknown, StoreBusy
from incidentkit.ports import Payer
from incidentkit.rules import paying
from incidentkit.rules.decision import Decision
from incidentkit.store.payments import (
    Taken,
    claim_payment,
    expired_payments,
    move_payment,
    next_due_payment,
    payment_row,
)
from incidentkit.store.unit import Unit

__all__ = ["Payments"]

T = TypeVar("T")

_CALL = Call("send_due", {}, by=RULE)

_QUICK = timedelta(seconds=1)
"""For so long a worker goes on with payments before it looks for messages again."""

_PATIENCE = 2
"""How often a store that is busy is asked again: what is known only here must not be lost."""

_UNPAID = (IntentState.FAILED, IntentState.ABANDONED)


@frozen
class _Job:
    """One payment in hand.

    Args:
        record: as it is handed over; its ``attempts`` count this one.
        doubted: it may have been paid before.
        agreed_at: when its remedy was agreed.
        sure: a person has decided that nothing was paid.
    """

    record: PaymentRecord
    payer: Payer
    doubted: bool
    agreed_at: datetime | None
    sure: bool


class Payments:
    """The payments that one worker makes, one after the other."""

    def __init__(self, runtime: Runtime, name: str, gate: Gate, report: SendReport) -> None:
        self._runtime, self._name, self._gate, self._report = runtime, name, gate, report

    def work(self, most: int | None, stopping: Callable[[], bool]) -> None:
        """Make what is due for as long as that is quick, ``most`` at the most."""
        start, before = self._runtime.clock(), self._report.total
        with self._runtime.store.reading() as unit:
            over, due = expired_payments(unit, start), next_due_payment(unit)
        if over:
            self._take_over()
        elif due is None or due > start:
            return
        while not stopping() and (most is None or self._report.total - before < most):
            if not self._next() or self._runtime.clock() > start + _QUICK:
                break

    # --- What another worker had when it died -----------------------------------------------------------------------

    def _take_over(self) -> None:
        """Nobody knows what became of it: its payer is asked next, or a person."""

        def take(unit: Unit) -> int:
            now = self._runtime.clock()
            unit.wait_turn()
            left = expired_payments(unit, now)
            for row in left:
                self._doubt(self._runtime.work(unit, _CALL), row, now)
            return len(left)

        for _ in range(self._runtime.transaction(take)):
            self._report.count(IntentState.UNKNOWN, payment=True)

    def _doubt(self, work: Work, row: Taken, now: datetime) -> None:
        payer = self._runtime.plugins.payers.get(row.intent.channel)
        able = payer is not None and (payer.features.lookup or payer.features.idempotent_for is not None)
        outcome = PaymentOutcome(IntentState.UNKNOWN, reason="no_answer" if able else paying.ASK, due=now)
        self._put_down(work, row, outcome, row.worker)

    # --- One payment -----------------------------------------------------------------------------------------------

    def _next(self) -> bool:
        """Take on what has been due for longest, and make it; False where nothing is due."""
        job = self._runtime.transaction(self._take)
        if isinstance(job, _Job):
            now = self._runtime.clock()
            outcome, seen = self._perform(job, now)
            self._gate.note(PAYER + job.payer.name, outcome.heard, self._runtime.clock(), outcome.retry_after)
            state = self._conclude(job, outcome, seen)
            self._report.count(state, payment=True)
        elif job is not None:
            self._report.count(job, payment=True)
        return job is not None

    def _take(self, unit: Unit) -> _Job | IntentState | None:
        """What is to be made now, marked as begun; or what became of it without that; None where nothing is due."""
        unit.wait_turn()
        now = self._runtime.clock()
        resting = self._gate.blocked([PAYER + name for name in self._runtime.plugins.payers], now)
        row = claim_payment(unit, now, [name.removeprefix(PAYER) for name in resting])
        if row is None:
            return None
        work = self._runtime.work(unit, _CALL)
        record, payer = paying.record_of(row.intent), self._runtime.plugins.payers.get(row.intent.channel)
        case, order = _about(work, record)
        doubted = row.intent.state is IntentState.UNKNOWN
        why = "" if doubted else paying.unwanted(record, case, order) or _unable(payer, record, order)
        if not why and not doubted and order is not None and row.intent.reason != paying.SURE:
            remedy = case.remedy(record.remedy) if case is not None else None
            agreed = remedy.agreed_at if remedy is not None else None
            why = paying.MAYBE if paying.lately(record, order.outside, agreed) else ""
        if why or payer is None:
            return self._put_down(work, row, _instead(why or "no_payer", doubted=doubted), "")
        return self._begin(unit, row, payer, case, now)

    def _begin(self, unit: Unit, row: Taken, payer: Payer, case: Incident | None, now: datetime) -> _Job:
        intent = row.intent
        until = paying.key_end(intent, payer.features.idempotent_for, now)
        begun = evolve(intent, state=IntentState.CLAIMED, attempts=intent.attempts + 1, sent_at=now, not_after=until)
        move_payment(unit, begun, row, self._name, now + LEASE)
        record = paying.record_of(begun)
        remedy = case.remedy(record.remedy) if case is not None else None
        agreed = remedy.agreed_at if remedy is not None else None
        return _Job(record, payer, intent.state is IntentState.UNKNOWN, agreed, intent.reason == paying.SURE)

    def _perform(self, job: _Job, now: datetime) -> tuple[PaymentOutcome, tuple[FoundRefund, ...]]:
        """What became of it, and what was given back elsewhere as far as its payer lists that."""
        settings = self._runtime.shop.payments
        if job.doubted:
            return look_into(job.payer, job.record, settings, now), ()
        seen = listed(job.payer, job.record) or ()
        strange = self._strange(job.record, seen)
        if paying.matching(job.record, strange, job.agreed_at) is not None:
            # It may be another one's of that amount, of which nobody knows: that is settled first.
            return PaymentOutcome(IntentState.PLANNED, due=now), strange
        if paying.lately(job.record, strange, job.agreed_at) and not job.sure:
            return PaymentOutcome(IntentState.FAILED, reason=paying.MAYBE), strange
        return hand_over(job.payer, job.record, settings, now), strange

    def _strange(self, record: PaymentRecord, seen: tuple[FoundRefund, ...]) -> tuple[FoundRefund, ...]:
        """What nobody here knows of."""
        if not seen:
            return ()
        with self._runtime.store.reading() as unit:
            work = self._runtime.work(unit, _CALL)
            known = _references(work, work.order(record.order))
        return tuple(refund for refund in seen if refund.reference not in known)

    # --- Putting it down -------------------------------------------------------------------------------------------

    def _conclude(self, job: _Job, outcome: PaymentOutcome, seen: tuple[FoundRefund, ...]) -> IntentState:
        """Write down what became of it, with what follows, in one transaction."""

        def write(unit: Unit) -> IntentState:
            unit.wait_turn()
            work = self._runtime.work(unit, _CALL)
            row = payment_row(unit, job.record.key)
            assert row is not None, "the row of a payment stays"
            state = self._written(work, row, outcome)
            for refund in seen:
                unit.flush()
                found(work, work.order(job.record.order), refund)
            after = payment_row(unit, job.record.key)
            return after.intent.state if after is not None and seen else state

        return _patiently(lambda: self._runtime.transaction(write))

    def _written(self, work: Work, row: Taken, outcome: PaymentOutcome) -> IntentState:
        mine = row.worker == self._name and row.intent.state in (IntentState.CLAIMED, IntentState.UNKNOWN)
        if outcome.state is IntentState.DONE:
            # Whoever has it by now: it is paid, and must not be paid again.
            note_paid(work, row, outcome.reference)
            return IntentState.DONE
        return self._put_down(work, row, outcome, self._name) if mine else row.intent.state

    def _put_down(self, work: Work, row: Taken, outcome: PaymentOutcome, worker: str) -> IntentState:
        """Where it stands when it was not made, or nobody knows; and what the record and a person hear of it."""
        before = row.intent
        keeps = worker if outcome.state is IntentState.UNKNOWN else ""
        after = evolve(
            before,
            state=outcome.state,
            reason=outcome.reason,
            reference=outcome.reference or before.reference,
            due=outcome.due or before.due,
            sent_at=before.sent_at if outcome.state is IntentState.UNKNOWN else None,
        )
        move_payment(work.unit, after, row, keeps)
        self._tell(work, before, after)
        return outcome.state

    def _tell(self, work: Work, before: Intent, after: Intent) -> None:
        record = paying.record_of(after)
        said = paying.given_up(record, before.reason)
        if said:
            work.apply(record.incident, Decision(said))
        if after.state in _UNPAID:
            ask_person(work, record, "payment_failed")
        elif after.state is IntentState.UNKNOWN and after.reason == paying.ASK:
            ask_person(work, record, "payment_unknown")


def _about(work: Work, record: PaymentRecord) -> tuple[Incident | None, Order | None]:
    held = work.unit.any(record.incident)
    case = held.state if held is not None and isinstance(held.state, Incident) else None
    order = work.unit.any(record.order) if record.order else None
    return case, order.state if order is not None and isinstance(order.state, Order) else None


def _unable(payer: Payer | None, record: PaymentRecord, order: Order | None) -> str:
    if payer is None:
        return "no_payer"
    whole = order is not None and record.amount == order.captured
    return "" if payer.features.partial or whole else "not_partial"


def _instead(why: str, *, doubted: bool) -> PaymentOutcome:
    """What becomes of it where it is not made."""
    if doubted:
        return PaymentOutcome(IntentState.UNKNOWN, reason=paying.ASK)
    state = IntentState.SUPPRESSED if why in paying.NEEDLESS else IntentState.FAILED
    return PaymentOutcome(state, reason=why)


def _references(work: Work, order: Order) -> frozenset[str]:
    """What is known of the order by its reference: its remedies', and what was noted as given back outside."""
    cases = [work.incident(case) for case in dict.fromkeys(claim.incident for claim in order.claims)]
    done = {remedy.reference for case in cases for remedy in case.remedies if remedy.reference}
    return frozenset(done | {refund.reference for refund in order.outside})


def _patiently(write: Callable[[], T]) -> T:
    for _ in range(_PATIENCE):
        with suppress(StoreBusy, OutcomeUnknown):
            return write()
    return write()
