"""Events of payments: what became of the money that a remedy gives back, beside that it is carried out."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import IncidentId, RemedyId
from incidentkit.domain.money import Money
from incidentkit.domain.payments import FoundRefund

__all__ = ["PaymentDoubted", "PaymentFailed", "PaymentRetried", "PaymentSettled", "RefundFound"]


@frozen
class PaymentFailed(Happening):
    """Nothing was paid, for certain, and nobody tries again by themselves; ``reason`` is a code."""

    type = "incident.payment_failed"
    remedy: RemedyId
    amount: Money
    payer: str
    reason: str


@frozen
class PaymentDoubted(Happening):
    """It may have been paid: the payer gave no answer, or has not done yet what it took on; ``reason`` is a code."""

    type = "incident.payment_doubted"
    remedy: RemedyId
    amount: Money
    payer: str
    reason: str


@frozen
class PaymentSettled(Happening):
    """Somebody found out whether it was paid, of which nobody knew."""

    type = "incident.payment_settled"
    remedy: RemedyId
    amount: Money
    paid: bool


@frozen
class PaymentRetried(Happening):
    """Somebody has it paid once more, after nothing was paid; or asked about once more, while nobody knows."""

    type = "incident.payment_retried"
    remedy: RemedyId
    amount: Money


@frozen
class RefundFound(Happening):
    """Money of the order was given back outside: ``incident`` and ``remedy`` say which remedy that carried out, if any."""

    type = "order.refund_found"
    refund: FoundRefund
    incident: IncidentId | None = None
    remedy: RemedyId | None = None
