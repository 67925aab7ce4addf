"""The built-in local payer: a ledger of files beside the store, one for each payment, which a person or a program pays from."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from incidentkit.domain.money import Money
from incidentkit.errors import PermanentPayerError, TransientPayerError
from incidentkit.ports import FoundRefund, PayerFeatures, Payment, PaymentReceipt

__all__ = ["LocalPayer"]

_EVER = timedelta(days=36_500)


class LocalPayer:
    """Writes each payment into a folder, and calls it paid once its file is there, whole and on the disk.

    A file is named by the payment's key, so that the same key leaves one, by however many processes it is written at once. For
    shops whose bank or cash desk is fed from files, for trying things out, and for tests. The folder is made with the first
    payment; a ``temporary`` one in the machine's folder for such.
    """

    name = "local"
    features = PayerFeatures(idempotent_for=_EVER, lookup=True, partial=True, refunds=True)

    def __init__(self, folder: Path, *, temporary: bool = False) -> None:
        self.folder = folder
        self._temporary = temporary

    def __repr__(self) -> str:
        return f"LocalPayer({str(self.folder)!r})"

    def pay(self, payment: Payment) -> PaymentReceipt:
        """Write the payment down, unless it is there.

        Raises:
            PermanentPayerError: its key was used for another payment.
            TransientPayerError: the folder can't be written to.
        """
        said = _said(payment)
        try:
            self._make()
            known = self._read(_name(payment.key)) or self._write(_name(payment.key), said)
        except OSError as error:
            got = errno.errorcode.get(error.errno or 0, "an error of the file system")
            raise TransientPayerError("The local payer", "must be able to write to its folder", got=got) from error
        if any(known[name] != said[name] for name in ("order", "amount")):
            raise PermanentPayerError(
                "The local payer", "takes a key for one payment", got="another one under it", reason="key_reused"
            )
        return _receipt(payment.key)

    def look_up(self, key: str) -> PaymentReceipt | None:
        """Paid where the file of that key is there."""
        return _receipt(key) if self._read(_name(key)) is not None else None

    def refunds_of(self, order: str, number: str, since: datetime | None = None) -> Sequence[FoundRefund]:  # noqa: ARG002
        """What the folder has of an order."""
        found = [
            FoundRefund(_reference(each["key"]), Money.parse(each["amount"]), datetime.fromisoformat(each["at"]))
            for each in self._all()
            if each["order"] == order
        ]
        return sorted((f for f in found if since is None or f.at >= since), key=lambda f: (f.at, f.reference))

    def _make(self) -> None:
        if self._temporary:
            self.folder = Path(tempfile.mkdtemp(prefix="incidentkit-")) / self.folder
            self._temporary = False
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            known: dict[str, Any] = json.loads((self.folder / name).read_bytes())
        except FileNotFoundError:
            return None
        return known

    def _all(self) -> Iterator[dict[str, Any]]:
        for path in sorted(self.folder.glob("*.json")):
            known = self._read(path.name)
            if known is not None:
                yield known

    def _write(self, name: str, said: dict[str, Any]) -> dict[str, Any]:
        """Put the file there in one step, unless somebody else was quicker: then theirs stays."""
        handle, draft = tempfile.mkstemp(".draft", dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(said, indent=1).encode())
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, self.folder / name)
        finally:
            Path(draft).unlink(missing_ok=True)
        known = self._read(name)
        assert known is not None, "it is there, by whomever"
        return known


def _said(payment: Payment) -> dict[str, Any]:
    return {
        "key": payment.key,
        "order": payment.order,
        "number": payment.number,
        "amount": str(payment.amount),
        "lines": [[line.line, line.units, str(line.amount)] for line in payment.lines],
        "reason": payment.reason,
        "at": payment.at.isoformat(),
    }


def _name(key: str) -> str:
    return f"{hashlib.sha256(key.encode()).hexdigest()}.json"


def _reference(key: str) -> str:
    return f"local-{hashlib.sha256(key.encode()).hexdigest()[:20]}"


def _receipt(key: str) -> PaymentReceipt:
    return PaymentReceipt(_reference(key))
