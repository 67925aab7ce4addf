"""Strategies for payments, refunds that were found, and the events that say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.effects import IntentState
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import IncidentId, RemedyId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Order
from incidentkit.domain.payments import FoundRefund, PaymentRecord, PaymentSettings
from incidentkit.domain.remedies import Remedy
from incidentkit.rules.paying import payment_key
from incidentkit.testing.strategies._basics import codes, currencies, ids, instants, money
from incidentkit.testing.strategies._channels import breaker_policies, retry_policies

__all__ = [
    "PAYMENT_HAPPENINGS",
    "find_refund",
    "found_refunds",
    "pay_in_vain",
    "payment_records",
    "payment_settings",
    "unpaid",
]

Happenings = tuple[Happening, ...]

_PAYERS = ("", "local", "platform")


def _remedy_ids() -> st.SearchStrategy[RemedyId]:
    return st.integers(1, 9).map(lambda place: RemedyId(f"remedy-{place}"))


def found_refunds(currency: str | None = None) -> st.SearchStrategy[FoundRefund]:
    """Money that was given back somewhere; in any currency by default."""
    amounts = currencies().flatmap(money) if currency is None else money(currency)
    return st.builds(FoundRefund, ids(), amounts, instants())


def payment_settings() -> st.SearchStrategy[PaymentSettings]:
    """How payers are treated."""
    return st.builds(PaymentSettings, retry_policies(), breaker_policies())


@st.composite
def payment_records(draw: st.DrawFn) -> PaymentRecord:
    """Payments in any state, of an order as a whole or of some of its lines."""
    incident, remedy, currency = draw(ids()), draw(_remedy_ids()), draw(currencies())
    parts = draw(st.lists(st.tuples(st.sampled_from("123"), st.integers(1, 5), money(currency)), max_size=2))
    amount = sum((part for _, _, part in parts), Money.zero(currency)) if parts else draw(money(currency))
    state = draw(st.sampled_from(IntentState))
    tried = draw(st.none() | instants())
    return PaymentRecord(
        key=payment_key("default", incident, remedy),
        incident=incident,
        remedy=remedy,
        order=draw(ids()),
        number=draw(st.just("") | codes()),
        amount=amount,
        lines=tuple(parts),
        reason=draw(st.sampled_from(("refund", "discount"))),
        payer=draw(st.sampled_from(_PAYERS)),
        state=state,
        note="" if state in (IntentState.PLANNED, IntentState.DONE) else draw(codes()),
        attempts=draw(st.integers(0, 8)),
        due=draw(instants()),
        reference=draw(ids()) if state is IntentState.DONE else "",
        tried_at=tried,
        key_until=draw(st.none() | instants()) if tried else None,
    )


def _of_payment(kind: type[Happening], *more: st.SearchStrategy[object]) -> Callable[[], st.SearchStrategy[Happening]]:
    return lambda: st.builds(kind, _remedy_ids(), currencies().flatmap(money), *more)


def _found() -> st.SearchStrategy[Happening]:
    remedies = st.builds(ev.RefundFound, found_refunds(), ids().map(IncidentId), _remedy_ids())
    return st.builds(ev.RefundFound, found_refunds()) | remedies


PAYMENT_HAPPENINGS: Mapping[str, Callable[[], st.SearchStrategy[Happening]]] = {
    "incident.payment_failed": _of_payment(ev.PaymentFailed, st.sampled_from(_PAYERS), codes()),
    "incident.payment_doubted": _of_payment(ev.PaymentDoubted, st.sampled_from(_PAYERS), codes()),
    "incident.payment_settled": _of_payment(ev.PaymentSettled, st.booleans()),
    "incident.payment_retried": _of_payment(ev.PaymentRetried),
    "order.refund_found": _found,
}
"""Strategies for these events, by type."""


# --- As they follow from a case, and from an order -----------------------------------------------------------------


def unpaid(incident: Incident) -> list[tuple[Remedy, Money]]:
    """The remedies of a case that owe money, and how much."""
    return [(remedy, remedy.amount) for remedy in incident.remedies if remedy.owed and remedy.amount is not None]


def pay_in_vain(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    """A payment that was not made, or perhaps, and what a person does about it."""
    remedy, amount = draw(st.sampled_from(unpaid(incident)))
    if draw(st.booleans()):
        retried = ev.PaymentRetried(remedy.id, amount)
        return (ev.PaymentFailed(remedy.id, amount, "local", draw(codes())), *((retried,) if draw(st.booleans()) else ()))
    doubted = ev.PaymentDoubted(remedy.id, amount, "local", draw(codes()))
    return (doubted, ev.PaymentSettled(remedy.id, amount, paid=False)) if draw(st.booleans()) else (doubted,)


def find_refund(draw: st.DrawFn, order: Order, now: datetime) -> Happenings:
    """Money that was given back elsewhere."""
    return (ev.RefundFound(FoundRefund(draw(ids()), draw(money(order.currency)), now)),)
