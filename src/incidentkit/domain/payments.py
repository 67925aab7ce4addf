"""Payments: money of an order on its way back to its customer, once for each remedy that gives it."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from incidentkit.domain.effects import IntentState
from incidentkit.domain.money import Money
from incidentkit.domain.retrying import BreakerPolicy, RetryPolicy

__all__ = ["BY_HAND", "MONEY", "FoundRefund", "PaymentRecord", "PaymentSettings"]

MONEY = "money"
"""The kind of an intent that pays."""

BY_HAND = ""
"""The payer of what a person pays and then carries out by its reference."""


@frozen
class PaymentSettings:
    """``[payments]``: how payers are treated.

    Args:
        retry: when a payment is tried again of which it is certain that nothing was paid, and when one in doubt is asked about.
        breaker: when a payer that keeps failing is left alone for a while.
    """

    retry: RetryPolicy = field(factory=RetryPolicy)
    breaker: BreakerPolicy = field(factory=BreakerPolicy)


@frozen
class FoundRefund:
    """Money of an order that was given back, by whomever and wherever, such as on the platform's own page.

    Args:
        reference: what the payer or the platform calls it: that of the receipt, where it was paid through us. Noted once.
        at: when it was given back, in UTC.
    """

    reference: str
    amount: Money
    at: datetime


@frozen
class PaymentRecord:
    """The payment of one remedy, as it stands. There is one for each remedy that gives money, whoever pays it and how.

    Args:
        key: that of the remedy: the same whoever tries, however often. A payer that is idempotent is given it each time.
        incident, remedy: what is paid.
        order: whose money it is; empty where the case has none.
        number: what the order is called.
        amount: how much.
        lines: what it is for: (line, units, amount) each; empty where it is for the order as a whole.
        reason: the kind of the remedy, such as ``refund``.
        payer: who pays; empty for a person.
        state: ``planned``; ``claimed`` while a worker may be paying; ``done``; ``failed`` or ``abandoned``: nothing was paid;
            ``unknown``: it may have been paid; ``suppressed``: not to be paid any more.
        note: why it is not done, as a code.
        attempts: how often it was handed to its payer or asked about.
        due: not before.
        reference: what its payer calls it.
        tried_at: when it was last handed to its payer.
        key_until: until when that payer is known to take the same key for the same payment; None before the first try, and
            for a payer that is not idempotent.
    """

    key: str
    incident: str
    remedy: str
    order: str
    number: str
    amount: Money
    lines: tuple[tuple[str, int, Money], ...]
    reason: str
    payer: str
    state: IntentState
    note: str
    attempts: int
    due: datetime
    reference: str = ""
    tried_at: datetime | None = None
    key_until: datetime | None = None
