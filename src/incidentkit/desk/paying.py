"""Where payments meet the record: whoever wants a remedy paid, or finds it paid, goes through here, in one transaction.

A payment is moved only by who has the tenant's turn, and is as the database has it at that instant.
"""

from __future__ import annotations

from attrs import evolve

from incidentkit.desk.work import Work
from incidentkit.domain import events as ev
from incidentkit.domain.effects import IntentState
from incidentkit.domain.ids import IncidentId, RemedyId, TaskId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.ledger import Claim
from incidentkit.domain.orders import Order
from incidentkit.domain.payments import FoundRefund, PaymentRecord
from incidentkit.domain.remedies import Remedy
from incidentkit.errors import RuleViolation
from incidentkit.rules import paying
from incidentkit.rules.decision import Decision
from incidentkit.rules.hours import after_hours, hours_of
from incidentkit.rules.incidents import carry_out
from incidentkit.rules.tasks import NewTask, open_task
from incidentkit.store.payments import Taken, move_payment, payment_row

__all__ = ["ask_person", "found", "note_outside", "note_paid", "row_of", "settle_by_hand", "withdraw"]


def row_of(work: Work, incident: str, remedy: str) -> Taken | None:
    """The payment of a remedy, with the turn to move it; None where there is none: agreed before there were payments."""
    work.unit.flush()  # one that the same batch has planned is there too
    work.unit.wait_turn()
    return payment_row(work.unit, paying.payment_key(work.now.tenant, incident, remedy))


def settle_by_hand(work: Work, incident: Incident, remedy: Remedy, reference: str) -> None:
    """A person has paid a remedy, and says under which reference; the payment is nobody else's from then on.

    Raises:
        TransitionRefused: a worker may be paying it, or may have paid it.
    """
    if remedy.money is None or remedy.carried_out_at is not None:
        return
    row = row_of(work, incident.id, remedy.id)
    if row is not None:
        move_payment(work.unit, paying.by_hand(row.intent, reference, work.now.at), row)
    _assign(work, incident, remedy, reference)


def _assign(work: Work, incident: Incident, remedy: Remedy, reference: str) -> None:
    """What was noted as given back outside is that remedy's from now on."""
    for order in work.orders_of(incident):
        for refund in order.outside:
            if (refund.reference, refund.amount) == (reference, remedy.money):
                work.apply(order.id, Decision((ev.RefundFound(refund, incident.id, remedy.id),)))


def withdraw(work: Work, incident: Incident, remedy: Remedy) -> None:
    """A remedy is given up: it is not to be paid any more.

    Raises:
        TransitionRefused: a worker may be paying it, or it was or may have been paid.
    """
    row = row_of(work, incident.id, remedy.id) if remedy.money is not None else None
    if row is not None:
        move_payment(work.unit, paying.withdrawn(row.intent), row)


# --- What is paid ------------------------------------------------------------------------------------------------


def note_paid(work: Work, row: Taken, reference: str) -> None:
    """It is certain that it was paid, wherever it stands in the record.

    What was paid a second time, or can't be part of its case any more, is noted on the order, for a person to see to.
    """
    record = paying.record_of(row.intent)
    if row.intent.state is IntentState.DONE:
        if row.intent.reference != reference:
            note_outside(work, record.order, FoundRefund(reference, record.amount, work.now.at), "paid_twice", record)
        return
    incident = work.incident(record.incident)
    done = paying.paid(row.intent, reference, work.now.at)
    try:
        decision = carry_out(incident, record.remedy, reference, work.orders_of(incident), work.now)
    except RuleViolation:
        # It is paid all the same, and must not be paid again.
        move_payment(work.unit, evolve(done, reason=paying.UNPLACED), row)
        note_outside(work, record.order, FoundRefund(reference, record.amount, work.now.at), "payment_unplaced", record)
        return
    move_payment(work.unit, done, row)
    work.apply(incident.id, decision)


def found(work: Work, order: Order, refund: FoundRefund) -> None:
    """Money of an order was given back elsewhere: it is the one payment that it fits, or noted on the order.

    It fits what is owed out of that order with the same amount, and was agreed by then: what may have been paid already before
    what was not begun, and of those the one that was agreed first.
    """
    if _known(work, order, refund.reference):
        return
    owed = [claim for claim in order.claims if claim.state == "agreed" and claim.amount == refund.amount]
    owed = [claim for claim in owed if _agreed_by(work, claim, refund)]
    rows = [(claim, row_of(work, claim.incident, claim.remedy)) for claim in owed]
    rows.sort(key=lambda each: each[1] is None or each[1].intent.state not in (IntentState.CLAIMED, IntentState.UNKNOWN))
    if not rows:
        note_outside(work, order.id, refund, "refund_found")
        return
    claim, row = rows[0]
    work.apply(order.id, Decision((ev.RefundFound(refund, IncidentId(claim.incident), RemedyId(claim.remedy)),)))
    if row is None:
        case = work.incident(claim.incident)
        work.apply(case.id, carry_out(case, claim.remedy, refund.reference, work.orders_of(case), work.now))
    else:
        note_paid(work, row, refund.reference)


def _agreed_by(work: Work, claim: Claim, refund: FoundRefund) -> bool:
    remedy = work.incident(claim.incident).remedy(claim.remedy)
    return remedy is not None and (remedy.agreed_at is None or remedy.agreed_at <= refund.at)


def _known(work: Work, order: Order, reference: str) -> bool:
    if any(refund.reference == reference for refund in order.outside):
        return True
    cases = (work.incident(case) for case in dict.fromkeys(claim.incident for claim in order.claims))
    return any(remedy.reference == reference for case in cases for remedy in case.remedies)


def note_outside(work: Work, order_id: str, refund: FoundRefund, rule: str, record: PaymentRecord | None = None) -> None:
    """Note what was given back beside every remedy, once, and have a person see to it.

    Args:
        rule: the code of what the person is asked to look at.
        record: the payment that it came from.
    """
    order = work.order(order_id)
    if any(known.reference == refund.reference for known in order.outside):
        return
    work.apply(order.id, Decision((ev.RefundFound(refund),)))
    if record is not None:
        ask_person(work, record, rule)
    elif not order.passive:
        new = NewTask(TaskId(work.new_id()), "pay", rule=rule, order=order)
        work.apply(new.task, open_task(new, work.now))


# --- People ------------------------------------------------------------------------------------------------------


def ask_person(work: Work, record: PaymentRecord, rule: str) -> None:
    """Ask a person to see to a payment, unless one is asked to already.

    Args:
        rule: why, as a code.
    """
    incident = work.incident(record.incident)
    work.unit.flush()
    known = [work.task(task) for task in work.unit.open_tasks(incident.id)]
    if incident.passive or any(task.remedy == record.remedy and task.open for task in known):
        return
    hours = hours_of(work.now.shop, incident.owner.team, incident.deadlines.clock)
    new = NewTask(
        TaskId(work.new_id()),
        "pay",
        rule=rule,
        incident=incident,
        due=after_hours(hours, work.now.at, work.now.shop.escalate_every),
        remedy=RemedyId(record.remedy),
    )
    work.apply(new.task, open_task(new, work.now))
