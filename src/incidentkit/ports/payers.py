"""What gives money back: a platform or a bank, and the payment that it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol, runtime_checkable

from attrs import field, frozen

from incidentkit.domain.money import Money
from incidentkit.domain.payments import FoundRefund

__all__ = ["FoundRefund", "Payer", "PayerFeatures", "PayerLookUp", "PayerRefunds", "Payment", "PaymentLine", "PaymentReceipt"]


@frozen
class PayerFeatures:
    """What a payer can do, said before it is used; the conformance kit holds a payer to it.

    Args:
        idempotent_for: for how long after a key was first given the same payment under it is paid once, also after a restart;
            None where a payment that is asked for again is paid again.
        lookup: it can say what became of a key: it has `PayerLookUp.look_up`.
        partial: it can give back a part of what an order captured.
        refunds: it can list what was given back of an order, whoever did: it has `PayerRefunds.refunds_of`.
    """

    idempotent_for: timedelta | None = None
    lookup: bool = False
    partial: bool = True
    refunds: bool = False


@frozen
class PaymentLine:
    """What a part of a payment is for: units of one line of the order, by our id of the line."""

    line: str
    units: int
    amount: Money


@frozen(kw_only=True)
class Payment:
    """One payment, ready to be made.

    Args:
        key: the same for the same payment, however often it is asked for; of no other one ever.
        order: our id of the order whose money it is.
        number: the shop's own number of it, which the platform knows it by; empty where it has none.
        amount: how much; above zero.
        lines: what it is for, summing to ``amount``; empty where it is for the order as a whole.
        reason: the kind of the remedy, such as ``refund`` or ``discount``.
        at: when it is asked for, in UTC.
    """

    key: str
    order: str
    number: str
    amount: Money
    lines: tuple[PaymentLine, ...] = ()
    reason: str = "refund"
    at: datetime


@frozen
class PaymentReceipt:
    """What a payer says of a payment.

    Args:
        reference: what the payer calls it; needed once it is paid.
        state: ``paid``: the money is on its way, for certain. ``pending``: it was taken on and is not certain yet: the payer is
            asked again by `PayerLookUp.look_up`, or reports it. ``refused``: nothing was paid under that key, nor will be.
        raw: the payer's own words, as they came; for the author's log, never kept.
    """

    reference: str
    state: Literal["paid", "pending", "refused"] = "paid"
    raw: str = field(default="", repr=False)


@runtime_checkable
class Payer(Protocol):
    """Gives money of an order back to its customer.

    Making a payer does no I/O. It is used by one thread at a time.
    """

    @property
    def name(self) -> str:
        """What shop.toml calls it: small letters, digits, ``-`` and ``_``; unique among the loaded payers."""
        ...

    @property
    def features(self) -> PayerFeatures:
        """What it can do. Never changes."""
        ...

    def pay(self, payment: Payment) -> PaymentReceipt:
        """Give the money back, and say what became of that.

        A key that was used for another amount or order is refused as permanent, with the reason ``key_reused``. Any other
        exception than those below counts as "it may or may not have been paid": whoever can't tell raises what came.

        Raises:
            TransientPayerError: nothing was paid, for certain, and it may work later.
            PermanentPayerError: nothing was paid, for certain, and the same payment never will be.
        """
        ...


@runtime_checkable
class PayerLookUp(Protocol):
    """A payer that can be asked afterwards, which settles a payment that never answered."""

    def look_up(self, key: str) -> PaymentReceipt | None:
        """What became of the payment with that key; None where the payer knows of none so far: it may still be on its way."""
        ...


@runtime_checkable
class PayerRefunds(Protocol):
    """A payer that lists what was given back, also by others: on the platform's own page, say."""

    def refunds_of(self, order: str, number: str, since: datetime | None = None) -> Sequence[FoundRefund]:
        """What was given back of an order, the earliest first.

        Args:
            order, number: as a `Payment` has them.
            since: not before that.
        """
        ...
