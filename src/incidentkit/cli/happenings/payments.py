"""What is told of payments."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells
from incidentkit.domain import events as ev

__all__ = ["TELLS"]


def _not_made(phrases: Phrases, data: ev.PaymentFailed | ev.PaymentDoubted, stream: str) -> Said:
    return {
        "remedy": phrases.recall(stream, data.remedy),
        "amount": phrases.values.money(data.amount),
        "reason": phrases.named("payment_reasons", data.reason),
    }


def _payment(phrases: Phrases, data: ev.PaymentSettled | ev.PaymentRetried, stream: str) -> Said:
    return {"remedy": phrases.recall(stream, data.remedy), "amount": phrases.values.money(data.amount)}


def _found(phrases: Phrases, data: ev.RefundFound, stream: str) -> Said:
    return {"amount": phrases.values.money(data.refund.amount), "reference": data.refund.reference}


TELLS: Tells = {
    ev.PaymentFailed: _not_made,
    ev.PaymentDoubted: _not_made,
    ev.PaymentSettled: _payment,
    ev.PaymentRetried: _payment,
    ev.RefundFound: _found,
}
