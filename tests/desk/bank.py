"""A payer for tests, whose ledger is a file outside every store: each payment that took place is one line of it.

As a worker in a process of its own: ``python -m tests.desk.bank URL FILE KIND MINUTES``.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import evolve

from incidentkit.desk.opening import open_desk
from incidentkit.domain.money import Money
from incidentkit.domain.shop import Shop
from incidentkit.hooks import hookimpl
from incidentkit.ports import FoundRefund, Payer, PayerFeatures, Payment, PaymentReceipt
from tests.desk.world import SHOP

__all__ = ["KINDS", "PAYING", "Bank"]

DAY = timedelta(days=1)

PAYING: Shop = evolve(SHOP, payer="bank", channel="")

KINDS = {
    "once-only": PayerFeatures(),
    "idempotent": PayerFeatures(idempotent_for=DAY),
    "look-up": PayerFeatures(lookup=True),
    "listing": PayerFeatures(refunds=True),
    "whole": PayerFeatures(partial=False),
}


class Bank:
    """Pays into a file. ``lost`` raises after the money is gone; ``before`` and ``after`` are called around each payment."""

    name = "bank"

    def __init__(self, file: Path, kind: str = "once-only") -> None:
        self.features = KINDS[kind]
        self.lost: list[Exception] = []
        self.refusals: list[Exception] = []
        self.before: Callable[[Payment], None] = lambda _: None
        self.after: Callable[[Payment], None] = lambda _: None
        self.state = "paid"
        self.asked: list[str] = []
        self._file = file

    @hookimpl
    def incidentkit_register_payers(self) -> Iterable[Payer]:
        """Itself."""
        return [self]

    def pay(self, payment: Payment) -> PaymentReceipt:
        """One line, unless the key has one and is remembered."""
        self.before(payment)
        if self.refusals:
            raise self.refusals.pop(0)
        reference = self._put(payment)
        self.after(payment)
        if self.lost:
            raise self.lost.pop(0)
        return PaymentReceipt(reference, self.state)  # type: ignore[arg-type]

    def look_up(self, key: str) -> PaymentReceipt | None:
        """Paid where its line is there."""
        self.asked.append(key)
        found = [line for line in self.lines() if line[0] == key]
        return PaymentReceipt(found[0][3]) if found else None

    def refunds_of(self, order: str, number: str, since: datetime | None = None) -> Sequence[FoundRefund]:
        """Every line of the order."""
        lines = (line for line in self.lines() if line[1] == order)
        return [FoundRefund(line[3], Money.parse(line[2]), datetime.fromisoformat(line[4])) for line in lines]

    def by_page(self, order: str, amount: str, reference: str, at: datetime) -> None:
        """Somebody pays on the bank's own page."""
        self._add(f"page\t{order}\t{amount} EUR\t{reference}\t{at.isoformat()}\n")

    def lines(self) -> list[list[str]]:
        """What was paid: key, order, amount, reference, at."""
        return [line.split("\t") for line in self._file.read_text().splitlines()] if self._file.exists() else []

    def _put(self, payment: Payment) -> str:
        life = self.features.idempotent_for
        with self._file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = [line for line in self.lines() if line[0] == payment.key]
            alive = [line for line in known if life is not None and payment.at - datetime.fromisoformat(line[4]) <= life]
            if alive:
                return alive[0][3]
            reference = f"RF-{len(self.lines()) + 1}"
            self._add(f"{payment.key}\t{payment.order}\t{payment.amount}\t{reference}\t{payment.at.isoformat()}\n")
            return reference

    def _add(self, line: str) -> None:
        handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, line.encode())
        os.fsync(handle)
        os.close(handle)


def _live(_: Payment) -> None:
    """A sign of life, right after the money is gone."""
    os.write(1, b".")


def _work(url: str, file: str, kind: str, minutes: str) -> None:
    bank = Bank(Path(file), kind)
    bank.after = _live
    ahead = timedelta(minutes=int(minutes))
    with open_desk(url, PAYING, plugins=(bank,), clock=lambda: datetime.now(UTC) + ahead) as desk:
        desk.send_due()


if __name__ == "__main__":
    _work(*sys.argv[1:])
