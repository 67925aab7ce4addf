"""The payer that ships keeps what every payer promises."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from incidentkit.delivery.local_payer import LocalPayer
from incidentkit.domain.money import Money
from incidentkit.ports import Payer
from incidentkit.testing.contracts import PayerContract, PayerFault


class TestLocal(PayerContract):
    """The payer ``local``: a folder of files."""

    impossible: ClassVar[dict[str, str]] = {
        "never_pays_nothing": "a folder refuses nothing for good",
        "a_lost_answer_is_no_failure": "a file is there or not",
    }

    def make(self, directory: Path, fault: PayerFault | None = None) -> Payer:
        folder = directory / "payments"
        if fault is PayerFault.BUSY:
            folder.write_text("in the way")
        return LocalPayer(folder)

    def paid_by(self, payer: Payer) -> tuple[Money, ...]:
        assert isinstance(payer, LocalPayer)
        found = [*payer.refunds_of("order-1", "1001"), *payer.refunds_of("order-2", "1002")] if payer.folder.is_dir() else []
        return tuple(refund.amount for refund in found)
