"""The conformance kit for payers: what everybody promises who gives money back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from attrs import evolve

from incidentkit.domain.money import Money
from incidentkit.errors import PermanentPayerError, TransientPayerError
from incidentkit.ports import Closing, Payer, PayerLookUp, PayerRefunds, Payment, PaymentLine, PaymentReceipt

__all__ = ["PAYER_PROMISES", "PayerContract", "PayerFault", "PayerStage", "payer_stage"]

_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
_ONE = Payment(
    key="money/default/case-1/remedy-1",
    order="order-1",
    number="1001",
    amount=Money("12.50", "EUR"),
    lines=(PaymentLine("1", 1, Money("12.50", "EUR")),),
    at=_AT,
)
_OTHER = evolve(_ONE, key="money/default/case-2/remedy-1", order="order-2", number="1002", lines=())


class PayerFault(StrEnum):
    """What is wrong with the far side of a payer."""

    BUSY = "busy"
    """It answers: not now."""
    REFUSING = "refusing"
    """It answers: never."""
    UNANSWERED = "unanswered"
    """It pays, and its answer is lost."""


class PayerContract:
    """Subclass it and write `make` and `paid_by`: pytest collects one test per promise.

    Attributes:
        secrets: texts given to `make` that must never be shown.
        impossible: a reason by promise about a fault that the payer's far side can't have; there is no such test then.
    """

    secrets: ClassVar[tuple[str, ...]] = ()
    impossible: ClassVar[dict[str, str]] = {}

    def make(self, directory: Path, fault: PayerFault | None = None) -> Payer:
        """A new payer. Called again with the same folder, it is the same one after a restart."""
        raise NotImplementedError(f"{type(self).__name__}.make(directory, fault) must return your payer")

    def paid_by(self, payer: Payer) -> tuple[Money, ...]:
        """What the far side of ``payer`` has paid, as its own books say."""
        raise NotImplementedError(f"{type(self).__name__}.paid_by(payer) must say what was paid")

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        unknown = set(cls.impossible) - set(PAYER_PROMISES)
        if unknown:
            raise TypeError(f"{cls.__name__}.impossible names no promise: {', '.join(sorted(unknown))}")
        for name, check in PAYER_PROMISES.items():
            if name not in cls.impossible:
                setattr(cls, f"test_{name}", _as_test(check))


class PayerStage:
    """A contract with a folder that is empty at first."""

    def __init__(self, contract: PayerContract, directory: Path) -> None:
        self.contract = contract
        self._directory = directory
        self._made: list[Payer] = []

    def payer(self, fault: PayerFault | None = None) -> Payer:
        """The payer; made again, it is the same one after a restart."""
        made = self.contract.make(self._directory, fault)
        self._made.append(made)
        return made

    def paid(self, payer: Payer) -> list[str]:
        """What its far side has paid."""
        return sorted(map(str, self.contract.paid_by(payer)))

    def close(self) -> None:
        """Close every one that was made and can be closed."""
        for made in self._made:
            if isinstance(made, Closing):
                made.close()


@contextmanager
def payer_stage(contract: PayerContract) -> Iterator[PayerStage]:
    """A stage for one try, with a folder of its own."""
    with TemporaryDirectory() as directory:
        found = PayerStage(contract, Path(directory))
        try:
            yield found
        finally:
            found.close()


PAYER_PROMISES: dict[str, Callable[[PayerStage], None]] = {}
"""Every promise by its name, in the order in which they are checked: each may build on those before."""


def _promise(check: Callable[[PayerStage], None]) -> Callable[[PayerStage], None]:
    PAYER_PROMISES[check.__name__] = check
    return check


def _as_test(check: Callable[[PayerStage], None]) -> Callable[[PayerContract], None]:
    def test(self: PayerContract) -> None:
        with payer_stage(self) as stage:
            check(stage)

    test.__doc__ = check.__doc__
    return test


@_promise
def it_is_a_payer(stage: PayerStage) -> None:
    """It has every method of the port that its features name."""
    payer = stage.payer()

    assert isinstance(payer, Payer)
    assert not payer.features.lookup or isinstance(payer, PayerLookUp), "the feature lookup needs look_up"
    assert not payer.features.refunds or isinstance(payer, PayerRefunds), "the feature refunds needs refunds_of"


@_promise
def a_payment_is_made_once(stage: PayerStage) -> None:
    """A payment gives exactly its amount back, and the receipt has a reference."""
    payer = stage.payer()
    receipt = payer.pay(_ONE)

    assert isinstance(receipt, PaymentReceipt), "pay must return a PaymentReceipt"
    assert receipt.state in ("paid", "pending"), "nothing was wrong with it"
    assert receipt.reference, "a receipt has a reference"
    assert stage.paid(payer) == ["12.50 EUR"], "it must be paid, once"


@_promise
def payments_are_told_apart(stage: PayerStage) -> None:
    """Two keys are two payments, each with a reference of its own."""
    payer = stage.payer()
    references = {payer.pay(each).reference for each in (_ONE, _OTHER)}

    assert len(references) == 2, "each payment has a reference of its own"
    assert len(stage.paid(payer)) == 2, "both must be paid"


@_promise
def a_key_that_lives_pays_once(stage: PayerStage) -> None:
    """While its key lives, the same payment is made once, and says the same; also after a restart and by several at once."""
    payer = stage.payer()
    if payer.features.idempotent_for is None:
        return
    first = payer.pay(_ONE)
    later = evolve(_ONE, at=_AT + min(payer.features.idempotent_for / 2, timedelta(days=300)))
    again = stage.payer().pay(later)
    with ThreadPoolExecutor(4) as pool:
        others = set(pool.map(lambda one: one.pay(_OTHER).reference, [stage.payer() for _ in range(4)]))

    assert again.reference == first.reference, "the same key must give the same reference"
    assert len(others) == 1, "whoever asks at the same time is told of the same payment"
    assert len(stage.paid(payer)) == 2, "each must be paid once"


@_promise
def a_key_is_for_one_payment(stage: PayerStage) -> None:
    """A key that was used for another amount pays nothing more."""
    payer = stage.payer()
    if payer.features.idempotent_for is None:
        return
    payer.pay(_ONE)
    with suppress(PermanentPayerError):
        stage.payer().pay(evolve(_ONE, amount=Money("13.00", "EUR"), lines=()))
        raise AssertionError("another payment under the same key must be refused as permanent")

    assert stage.paid(payer) == ["12.50 EUR"], "nothing more must be paid"


@_promise
def a_look_up_tells_what_was_paid(stage: PayerStage) -> None:
    """What was paid is found by its key, by another process too; of another key nothing is known."""
    payer = stage.payer()
    if not payer.features.lookup:
        return
    receipt = payer.pay(_ONE)
    later = stage.payer()
    assert isinstance(later, PayerLookUp)
    found = later.look_up(_ONE.key)

    assert later.look_up(_OTHER.key) is None, "nothing is known of a key that was never given"
    assert found is not None, "what was paid must be found"
    assert found.reference == receipt.reference, "the look-up must name the same payment"
    assert len(stage.paid(payer)) == 1, "looking pays nothing"


@_promise
def refunds_are_listed(stage: PayerStage) -> None:
    """What was paid of an order is listed with its reference and amount, and not with another order."""
    payer = stage.payer()
    if not payer.features.refunds:
        return
    receipt = payer.pay(_ONE)
    assert isinstance(payer, PayerRefunds)
    listed = payer.refunds_of(_ONE.order, _ONE.number)

    assert [(each.reference, each.amount) for each in listed] == [(receipt.reference, _ONE.amount)]
    assert not payer.refunds_of(_OTHER.order, _OTHER.number), "another order has none"
    assert all(each.at.tzinfo is not None for each in listed), "each has its instant, with a zone"


@_promise
def not_now_pays_nothing(stage: PayerStage) -> None:
    """A far side that says "not now" is a transient failure, and nothing was paid."""
    _fails(stage, PayerFault.BUSY, TransientPayerError)


@_promise
def never_pays_nothing(stage: PayerStage) -> None:
    """A far side that says "never" is a permanent failure, and nothing was paid."""
    _fails(stage, PayerFault.REFUSING, PermanentPayerError)


def _fails(stage: PayerStage, fault: PayerFault, kind: type[Exception]) -> None:
    payer = stage.payer(fault)
    try:
        receipt = payer.pay(_ONE)
    except kind as error:
        said = str(error)
    except Exception as error:
        raise AssertionError(f"a far side that is {fault} must raise {kind.__name__}, not {type(error).__name__}") from error
    else:
        said = repr(receipt)
        assert (kind, receipt.state) == (PermanentPayerError, "refused"), "it must raise, or say refused for good"

    assert not stage.paid(payer), "a definite failure means that nothing was paid"
    assert not any(secret in said for secret in stage.contract.secrets), "an error must not show a secret"


@_promise
def a_lost_answer_is_no_failure(stage: PayerStage) -> None:
    """Where the money may be gone, neither a failure for certain nor a receipt is made up."""
    payer = stage.payer(PayerFault.UNANSWERED)
    try:
        receipt = payer.pay(_ONE)
    except (TransientPayerError, PermanentPayerError) as error:
        raise AssertionError("whoever can't tell whether it was paid must raise what came") from error
    except Exception:  # noqa: BLE001 - whatever came: that is the promise
        return

    assert receipt.state == "pending", "without an answer nothing is known to be paid"


@_promise
def nothing_secret_is_shown(stage: PayerStage) -> None:
    """Neither the payer nor its receipts show a secret."""
    payer = stage.payer()
    shown = repr(payer) + repr(payer.pay(_ONE))

    assert not any(secret in shown for secret in stage.contract.secrets), "a repr must not show a secret"
