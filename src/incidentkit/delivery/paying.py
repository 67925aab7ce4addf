"""Paying one payment: it is handed to its payer once, and what became of it is said."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from attrs import frozen

from incidentkit.domain.effects import IntentState
from incidentkit.domain.payments import PaymentRecord, PaymentSettings
from incidentkit.errors import PermanentPayerError, TransientPayerError
from incidentkit.ports import FoundRefund, Payer, PayerLookUp, PayerRefunds, Payment, PaymentLine, PaymentReceipt
from incidentkit.rules.paying import ASK, key_lives

__all__ = ["PaymentOutcome", "hand_over", "listed", "look_into"]

_log = logging.getLogger("incidentkit.delivery")

_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")


@frozen
class PaymentOutcome:
    """What became of a payment.

    Args:
        state: ``done``; ``failed`` or ``abandoned`` where nothing was paid; ``planned`` to be tried again, since nothing was;
            ``unknown`` where it may have been paid.
        reference: what the payer calls it.
        reason: a code where it is not done: the payer's own, ``transient``, ``refused``, ``pending``, ``unexpected``,
            ``no_answer``, ``no_payer``, ``not_partial``, or `ASK` where only a person can find out.
        due: when to try again, or to ask again.
        heard: the payer answered.
        retry_after: how long the payer asked to be left alone.
    """

    state: IntentState
    reference: str = ""
    reason: str = ""
    due: datetime | None = None
    heard: bool = True
    retry_after: timedelta | None = None


def hand_over(payer: Payer, record: PaymentRecord, settings: PaymentSettings, at: datetime) -> PaymentOutcome:
    """Have a payment made of which it is certain that nothing was paid. What a payer raises never comes out.

    Args:
        record: its ``attempts`` count this one.
    """
    return _paid(payer, record, settings, at, doubted=False)


def look_into(payer: Payer, record: PaymentRecord, settings: PaymentSettings, at: datetime) -> PaymentOutcome:
    """Find out about a payment that may have been made: the payer is asked, or given the same key while that lives.

    Only a look-up can say that it failed: what the payer says of a further try says nothing of the one before.
    """
    found = _looked_up(payer, record)
    if found is not None and found.state == "paid":
        return _done(found)
    if found is not None and found.state == "refused":
        return PaymentOutcome(IntentState.FAILED, reason="refused")
    if found is not None:
        return _later(record, settings, at, "pending", found.reference)
    if payer.features.idempotent_for is not None and key_lives(record, at):
        return _paid(payer, record, settings, at, doubted=True)
    if payer.features.lookup:
        return _later(record, settings, at, record.note or "no_answer")
    return PaymentOutcome(IntentState.UNKNOWN, record.reference, ASK)


def _paid(payer: Payer, record: PaymentRecord, settings: PaymentSettings, at: datetime, *, doubted: bool) -> PaymentOutcome:
    try:
        receipt = payer.pay(_payment(record, at))
        if not isinstance(receipt, PaymentReceipt) or (receipt.state == "paid" and not receipt.reference):
            raise TypeError("a payer's pay must return a PaymentReceipt, which has a reference once it is paid")
    except PermanentPayerError as error:
        return _unpaid(record, settings, at, _code(error.context.get("reason")), doubted=doubted)
    except TransientPayerError as error:
        return _not_now(record, settings, at, error, doubted=doubted)
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises, the other payments must be made
        _log.error("payer %s failed unexpectedly: %s", payer.name, type(error).__name__)
        return _in_doubt(payer, record, settings, at)
    if receipt.state == "paid":
        return _done(receipt)
    if receipt.state == "pending":
        return _later(record, settings, at, "pending", receipt.reference)
    return _unpaid(record, settings, at, "refused", doubted=doubted)


def _payment(record: PaymentRecord, at: datetime) -> Payment:
    return Payment(
        key=record.key,
        order=record.order,
        number=record.number,
        amount=record.amount,
        lines=tuple(PaymentLine(*line) for line in record.lines),
        reason=record.reason,
        at=at,
    )


def _done(receipt: PaymentReceipt) -> PaymentOutcome:
    return PaymentOutcome(IntentState.DONE, receipt.reference[:200])


def _unpaid(record: PaymentRecord, settings: PaymentSettings, at: datetime, reason: str, *, doubted: bool) -> PaymentOutcome:
    if doubted:
        return _later(record, settings, at, "refused")
    return PaymentOutcome(IntentState.FAILED, reason=reason)


def _not_now(
    record: PaymentRecord, settings: PaymentSettings, at: datetime, error: TransientPayerError, *, doubted: bool
) -> PaymentOutcome:
    from incidentkit.delivery.retry import named_wait, next_try  # only a failure needs it

    named = named_wait(error.context.get("retry_after"))
    if doubted:
        return _later(record, settings, at, record.note, heard=False, retry_after=named)
    due = next_try(settings.retry, record.attempts, at, named, record.key)
    state = IntentState.ABANDONED if due is None else IntentState.PLANNED
    return PaymentOutcome(state, reason="transient", due=due, heard=False, retry_after=named)


def _in_doubt(payer: Payer, record: PaymentRecord, settings: PaymentSettings, at: datetime) -> PaymentOutcome:
    found = _looked_up(payer, record)
    if found is not None and found.state == "paid":
        return _done(found)
    features = payer.features
    if features.lookup or features.idempotent_for is not None:
        return _later(record, settings, at, "unexpected", heard=False)
    return PaymentOutcome(IntentState.UNKNOWN, reason=ASK, heard=False)


def _later(
    record: PaymentRecord,
    settings: PaymentSettings,
    at: datetime,
    reason: str,
    reference: str = "",
    *,
    heard: bool = True,
    retry_after: timedelta | None = None,
) -> PaymentOutcome:
    """It stays in doubt, and is asked about again; at last a person has to."""
    from incidentkit.delivery.retry import next_try

    due = next_try(settings.retry, max(record.attempts, 1), at, retry_after, record.key)
    known = reference[:200] or record.reference
    return PaymentOutcome(IntentState.UNKNOWN, known, ASK if due is None else reason, due, heard, retry_after)


def _looked_up(payer: Payer, record: PaymentRecord) -> PaymentReceipt | None:
    if not (payer.features.lookup and isinstance(payer, PayerLookUp)):
        return None
    try:
        return payer.look_up(record.key)
    except Exception as error:  # noqa: BLE001 - not knowing is an answer
        _log.error("payer %s could not look up a key: %s", payer.name, type(error).__name__)
        return None


def listed(payer: Payer, record: PaymentRecord) -> tuple[FoundRefund, ...] | None:
    """What the payer lists as given back of the order; None where it can't, or could not just now."""
    if not (payer.features.refunds and isinstance(payer, PayerRefunds)):
        return None
    try:
        return tuple(payer.refunds_of(record.order, record.number))
    except Exception as error:  # noqa: BLE001 - the payment is decided without it
        _log.error("payer %s could not list refunds: %s", payer.name, type(error).__name__)
        return None


def _code(reason: object) -> str:
    """The payer's own code for a failure, if it is one: a word of its own may hold what is personal."""
    said = str(reason or "")
    return said if said and len(said) <= 40 and _ALLOWED.issuperset(said) else "permanent"
