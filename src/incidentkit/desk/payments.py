"""Payments one by one: looked at, tried again, settled, and found to be made elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attrs import evolve

from incidentkit.desk.calls import By, Call, given
from incidentkit.desk.paging import wanted
from incidentkit.desk.paying import ask_person, found, note_paid, row_of
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.work import Work
from incidentkit.domain import events as ev
from incidentkit.domain.effects import IntentState
from incidentkit.domain.ids import RemedyId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.money import Money, as_money
from incidentkit.domain.orders import Order
from incidentkit.domain.pages import Page
from incidentkit.domain.payments import FoundRefund, PaymentRecord
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.rules import paying
from incidentkit.rules.decision import Decision
from incidentkit.store.payments import Taken, find_payments, move_payment, payment_row
from incidentkit.store.unit import Held, Unit

__all__ = ["Payments"]


class Payments:
    """Payments of one desk: one for each remedy that gives money, which is paid once, by a worker, a person or elsewhere.

    Nothing here pays: `Desk.send_due` does, and people do.

    Raises, from any of them:
        UnknownIdError: there is no such case, order or payment.
        InvalidInput: a value that can't be right.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    # --- Looking -------------------------------------------------------------------------------------------------

    def get(self, incident_id: str, remedy_id: str) -> PaymentRecord:
        """The payment of a remedy, as it stands."""
        with self._runtime.store.reading() as unit:
            return paying.record_of(_there(payment_row(unit, self._key(incident_id, remedy_id))).intent)

    def find(
        self,
        *,
        incident: str | None = None,
        payer: str | None = None,
        state: IntentState | str | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> Page[PaymentRecord]:
        """Payments, the latest due first.

        Args:
            payer: who pays; empty for people.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        asked = {"incident": incident, "payer": payer, "state": _state(state)}
        page = wanted(self._runtime, "payments.find", asked, limit, after)
        with self._runtime.store.reading() as unit:
            return find_payments(unit, page, **asked).map(paying.record_of)

    # --- Deciding ------------------------------------------------------------------------------------------------

    def retry(
        self, incident_id: str, remedy_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """Have a payment tried again that certainly was not made; of one in doubt, its payer is asked again.

        It keeps its key. One in doubt is not paid anew by that, unless its payer is idempotent and its key still lives.

        Raises:
            TransitionRefused: it is under way, paid, given up, or a person's to pay.
        """

        def body(work: Work, row: Taken) -> None:
            record = paying.record_of(row.intent)
            work.apply(record.incident, Decision((ev.PaymentRetried(RemedyId(remedy_id), record.amount),)))
            move_payment(work.unit, paying.again(row.intent, work.now.at), row, row.worker)

        return self._change("payments.retry", incident_id, remedy_id, body, {}, by, at, key)

    def settle(
        self,
        incident_id: str,
        remedy_id: str,
        *,
        paid: bool,
        reference: str = "",
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """Say whether a payment was made of which nobody knows.

        Args:
            paid: it was: its remedy is carried out. If not, nothing was paid for certain: it can be tried again, or paid by
                hand.
            reference: what the payer calls it; needed where it was paid.

        Raises:
            TransitionRefused: that is known already, or a worker is at it.
        """
        if paid and not _is_reference(reference):
            raise InvalidInput("A payment", "that was made has its reference", got="none", next="Give reference=.")

        def body(work: Work, row: Taken) -> None:
            after, record = paying.settled(row.intent, paid, reference, work.now.at), paying.record_of(row.intent)
            work.apply(record.incident, Decision((ev.PaymentSettled(RemedyId(remedy_id), record.amount, paid),)))
            if paid:
                note_paid(work, row, reference)
                return
            move_payment(work.unit, after, row)
            ask_person(work, evolve(record, note="not_paid"), "payment_failed")

        return self._change("payments.settle", incident_id, remedy_id, body, given(paid=paid, reference=reference), by, at, key)

    # --- From outside --------------------------------------------------------------------------------------------

    def found(
        self,
        order: str,
        amount: Money | str,
        reference: str,
        *,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Order:
        """Money of an order was given back elsewhere: somebody saw it on the platform's own page, or it was reported.

        It is what a remedy owes out of that order with that amount, which is carried out by it and paid by nobody else; else it
        is noted on the order, for a person to look at. The same reference again changes nothing.

        Args:
            order: its id or number.
            amount: how much; a bare number takes the order's currency.
            reference: what the platform calls it.
            at: when it was given back; default: now.
        """
        if not _is_reference(reference):
            raise InvalidInput("A refund", "has its reference, of at most 200 characters", got="none", next="Give reference=.")
        money = as_money(amount)

        def body(work: Work) -> Held:
            work.unit.flush()
            work.unit.wait_turn()
            held = work.order(_order_id(work.unit, order))
            found(work, held, FoundRefund(reference, money.in_currency(held.currency), work.now.at))
            return work.unit.load("order", held.id)

        arguments = given(order=order, amount=str(money), reference=reference)
        state = self._runtime.run(Call("payments.found", arguments, by, at, key), body)
        assert isinstance(state, Order), "an order's stream has an order"
        return state

    def _change(
        self,
        command: str,
        incident_id: str,
        remedy_id: str,
        change: Callable[[Work, Taken], None],
        arguments: dict[str, object],
        by: By,
        at: datetime | None,
        key: str | None,
    ) -> Incident:
        def body(work: Work) -> Held:
            work.incident(incident_id)
            change(work, _there(row_of(work, incident_id, remedy_id)))
            return work.unit.load("incident", incident_id)

        call = Call(command, given(incident=incident_id, remedy=remedy_id) | arguments, by, at, key)
        state = self._runtime.run(call, body)
        assert isinstance(state, Incident), "a case's stream has a case"
        return state

    def _key(self, incident: str, remedy: str) -> str:
        return paying.payment_key(self._runtime.tenant, incident, remedy)


def _there(row: Taken | None) -> Taken:
    if row is None:
        rule, step = "is of a remedy that gives money, agreed since there are payments", "Look at payments.find()."
        raise UnknownIdError("The payment", rule, got="none of that case and remedy", next=step)
    return row


def _order_id(unit: Unit, order: str) -> str:
    return unit.named("order", order) or order


def _is_reference(reference: str) -> bool:
    return isinstance(reference, str) and bool(reference.strip()) and len(reference) <= 200 and reference.isprintable()


def _state(state: IntentState | str | None) -> str | None:
    try:
        return None if state is None else IntentState(state).value
    except ValueError:
        raise InvalidInput("state", f"must be one of {', '.join(IntentState)}", got=repr(state)[:40]) from None
