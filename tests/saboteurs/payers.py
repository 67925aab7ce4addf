"""Payers that each break one promise, and the honest one that they are made from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from incidentkit.domain.money import Money
from incidentkit.errors import PermanentPayerError, TransientPayerError
from incidentkit.ports import FoundRefund, PayerFeatures, Payment, PaymentReceipt
from incidentkit.testing.contracts import PayerFault

__all__ = ["SABOTEURS", "SECRET", "Honest"]

SECRET = "s3cret-t0ken"


class _Books:
    """What the far side has paid, for all payers on one folder."""

    by_folder: ClassVar[dict[Path, _Books]] = {}

    def __init__(self) -> None:
        self.paid: list[tuple[Payment, str]] = []
        self.turn = threading.Lock()


class Honest:
    """Keeps every promise, in memory."""

    name = "honest"
    features = PayerFeatures(idempotent_for=timedelta(days=1), lookup=True, refunds=True)

    def __init__(self, directory: Path, fault: PayerFault | None = None) -> None:
        self.books = _Books.by_folder.setdefault(directory, _Books())
        self.fault = fault

    def pay(self, payment: Payment) -> PaymentReceipt:
        with self.books.turn:
            self.meet()
            known = self.known(payment)
            if known is None:
                known = self.reference(payment)
                self.put(payment, known)
        if self.fault is PayerFault.UNANSWERED:
            return self.unanswered(known)
        return PaymentReceipt(known)

    def meet(self) -> None:
        if self.fault is PayerFault.BUSY:
            raise TransientPayerError("The payer", "is not busy")
        if self.fault is PayerFault.REFUSING:
            raise PermanentPayerError("The payer", "takes it")

    def known(self, payment: Payment) -> str | None:
        for other, reference in self.books.paid:
            if other.key == payment.key:
                if other.amount != payment.amount:
                    raise PermanentPayerError("The payer", "takes a key once", reason="key_reused")
                return reference
        return None

    def reference(self, payment: Payment) -> str:
        return f"RF-{len(self.books.paid) + 1}"

    def put(self, payment: Payment, reference: str) -> None:
        self.books.paid.append((payment, reference))

    def unanswered(self, reference: str) -> PaymentReceipt:
        raise ConnectionResetError

    def look_up(self, key: str) -> PaymentReceipt | None:
        found = [reference for payment, reference in self.books.paid if payment.key == key]
        return PaymentReceipt(found[0]) if found else None

    def refunds_of(self, order: str, number: str, since: datetime | None = None) -> Sequence[FoundRefund]:
        return [FoundRefund(ref, paid.amount, paid.at) for paid, ref in self.books.paid if paid.order == order]

    def paid(self) -> tuple[Money, ...]:
        return tuple(payment.amount for payment, _ in self.books.paid)


class Speechless:
    """Says that it can look up, and can't."""

    name = "speechless"
    features = PayerFeatures(lookup=True)

    def __init__(self, directory: Path, fault: PayerFault | None = None) -> None:
        self._honest = Honest(directory, fault)
        self.pay, self.paid = self._honest.pay, self._honest.paid


class Twice(Honest):
    """Pays each payment twice."""

    def put(self, payment: Payment, reference: str) -> None:
        super().put(payment, reference)
        super().put(payment, reference)


class Blurred(Honest):
    """Calls every payment the same."""

    def reference(self, payment: Payment) -> str:
        return "RF"


class Eager(Honest):
    """Pays again whatever it is given."""

    def known(self, payment: Payment) -> str | None:
        return None


class Trusting(Honest):
    """Pays another amount under a known key."""

    def known(self, payment: Payment) -> str | None:
        same = [ref for other, ref in self.books.paid if (other.key, other.amount) == (payment.key, payment.amount)]
        return same[0] if same else None


class Forgetful(Honest):
    """Finds what this process has paid alone."""

    def __init__(self, directory: Path, fault: PayerFault | None = None) -> None:
        super().__init__(directory, fault)
        self.mine: set[str] = set()

    def put(self, payment: Payment, reference: str) -> None:
        super().put(payment, reference)
        self.mine.add(payment.key)

    def look_up(self, key: str) -> PaymentReceipt | None:
        return super().look_up(key) if key in self.mine else None


class Generous(Honest):
    """Lists what was paid of every order."""

    def refunds_of(self, order: str, number: str, since: datetime | None = None) -> Sequence[FoundRefund]:
        return [FoundRefund(ref, paid.amount, paid.at) for paid, ref in self.books.paid]


class Hurried(Honest):
    """Pays, and then says "not now"."""

    def pay(self, payment: Payment) -> PaymentReceipt:
        if self.fault is PayerFault.BUSY:
            self.put(payment, "RF")
        return super().pay(payment)


class Stubborn(Honest):
    """Calls what will never be paid a matter of time."""

    def meet(self) -> None:
        if self.fault is PayerFault.REFUSING:
            raise TransientPayerError("The payer", "may take it later")
        super().meet()


class Guessing(Honest):
    """Calls what was never answered unpaid."""

    def unanswered(self, reference: str) -> PaymentReceipt:
        raise TransientPayerError("The payer", "answers")


class Chatty(Honest):
    """Shows its secret."""

    def __repr__(self) -> str:
        return f"Chatty({SECRET!r})"


SABOTEURS: dict[str, Callable[..., Any]] = {
    "it_is_a_payer": Speechless,
    "a_payment_is_made_once": Twice,
    "payments_are_told_apart": Blurred,
    "a_key_that_lives_pays_once": Eager,
    "a_key_is_for_one_payment": Trusting,
    "a_look_up_tells_what_was_paid": Forgetful,
    "refunds_are_listed": Generous,
    "not_now_pays_nothing": Hurried,
    "never_pays_nothing": Stubborn,
    "a_lost_answer_is_no_failure": Guessing,
    "nothing_secret_is_shown": Chatty,
}
"""For each promise, a payer that breaks it."""
