"""Payments: each remedy that gives money is paid once, by whichever door, and the record knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.effects import IntentState
from incidentkit.domain.incidents import Incident
from incidentkit.domain.money import Money
from incidentkit.domain.payments import PaymentRecord, PaymentSettings
from incidentkit.domain.remedies import Offer
from incidentkit.domain.retrying import RetryPolicy
from incidentkit.errors import (
    ConfigurationError,
    InvalidInput,
    PermanentPayerError,
    TransientPayerError,
    TransitionRefused,
    UnknownIdError,
)
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing.clocks import ManualClock
from tests.desk.bank import PAYING, Bank
from tests.desk.world import agreed, placed, told

Made = Callable[..., Desk]


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    """Takes every payment, and forgets every key at once."""
    return Bank(tmp_path / "ledger.tsv")


@pytest.fixture
def made(store_url: str, clock: ManualClock) -> Iterator[Made]:
    """Opens desks on the store, whose record is looked over in the end."""
    with ExitStack() as stack:

        def open_(bank: Bank, **given: Any) -> Desk:
            return stack.enter_context(open_desk(store_url, **{"shop": PAYING, "plugins": (bank,), "clock": clock, **given}))

        yield open_
    copy = Copy(store_url)

    assert [] == faults(copy, PAYING, "default")


@pytest.fixture
def desk(made: Made, bank: Bank) -> Desk:
    """A desk whose payer is the bank."""
    return made(bank)


def only(desk: Desk) -> PaymentRecord:
    """The one payment that there is."""
    (found,) = desk.payments.find()
    return found


def pay_tasks(desk: Desk) -> list[str]:
    """Why somebody is asked to see to payments."""
    return [task.rule for task in desk.tasks.find(kind="pay")]


def sound(desk: Desk) -> bool:
    """Whether nothing is wrong with the record."""
    return desk.verify().damaged == 0


# --- The usual way -----------------------------------------------------------------------------------------------


def test_an_agreed_refund_is_paid_by_the_worker(desk: Desk, bank: Bank) -> None:
    """The worker pays it, and the same transaction carries the remedy out under the payer's reference."""
    case = agreed(desk, "5.00")
    report = desk.send_due()
    after = desk.incidents.get(case.id)

    assert (1, 1) == (report.done, report.payments)
    assert [("5.00 EUR", "RF-1")] == [(line[2], line[3]) for line in bank.lines()]
    assert "RF-1" == after.remedies[0].reference
    assert Money("5.00", "EUR") == desk.orders.get(case.orders[0]).refunded
    assert IntentState.DONE is only(desk).state
    assert sound(desk)


def test_b53_a_payment_names_its_lines(desk: Desk, bank: Bank) -> None:
    """A payer is told which units of which line it pays for, and what for each, to the cent."""
    seen: list[Any] = []
    bank.before = seen.append
    case = told(desk)
    case = desk.incidents.offer(case.id, [Offer("refund", desk.clock() + timedelta(days=3), lines={"A": 2, "B": 1})])
    desk.incidents.accept(case.id, "offer-1", by="customer")
    desk.send_due()
    (payment,) = seen

    assert [("1", 2, "20.00 EUR"), ("2", 1, "5.00 EUR")] == [(p.line, p.units, str(p.amount)) for p in payment.lines]
    assert payment.amount == Money("25.00", "EUR")
    assert payment.key == f"money/default/{case.id}/remedy-1"


def test_what_gives_no_money_is_not_paid(desk: Desk) -> None:
    """An apology has no payment."""
    case = told(desk)
    case = desk.incidents.offer(case.id, [Offer("apology", desk.clock() + timedelta(days=3))])
    desk.incidents.accept(case.id, "offer-1", by="customer")

    assert () == tuple(desk.payments.find())


def test_a_second_round_pays_nothing_more(desk: Desk, bank: Bank) -> None:
    """What is done is done, however often the worker looks."""
    agreed(desk)
    desk.send_due()
    again = desk.send_due()

    assert 0 == again.payments
    assert 1 == len(bank.lines())


def test_messages_and_payments_can_be_performed_apart(desk: Desk, bank: Bank) -> None:
    """A worker for messages alone leaves payments to others."""
    agreed(desk)
    desk.send_due(only="messages")

    assert [] == bank.lines()
    assert 1 == desk.send_due(only="payments").payments


def test_only_is_one_of_two_words(desk: Desk) -> None:
    """Another word for what to perform is refused."""
    with pytest.raises(InvalidInput, match="messages or payments"):
        desk.send_due(only="money")  # type: ignore[arg-type]


def test_a_payer_that_is_not_there_is_named(made: Made, bank: Bank) -> None:
    """A shop whose payer no plugin brings does not open."""
    with pytest.raises(ConfigurationError, match="payer"):
        made(bank, shop=evolve(PAYING, payer="nobody"))


# --- By hand -------------------------------------------------------------------------------------------------------


def test_without_a_payer_a_person_is_asked(made: Made, bank: Bank) -> None:
    """With no payer set the payment is a task, which ends when the remedy is carried out by its reference."""
    desk = made(bank, shop=evolve(PAYING, payer=""))
    case = agreed(desk)
    asked = pay_tasks(desk)
    desk.send_due()
    desk.incidents.carry_out(case.id, "remedy-1", reference="RF-9")

    assert ["pay_by_hand"] == asked
    assert [] == pay_tasks(desk)
    assert (IntentState.DONE, "RF-9") == (only(desk).state, only(desk).reference)
    assert sound(desk)


def test_what_a_person_paid_the_worker_does_not(desk: Desk, bank: Bank) -> None:
    """Carried out by hand before its turn, it is not handed to the payer."""
    case = agreed(desk)
    desk.incidents.carry_out(case.id, "remedy-1", reference="RF-9")
    desk.send_due()

    assert [] == bank.lines()
    assert sound(desk)


def test_by_hand_waits_while_a_worker_pays(desk: Desk, bank: Bank) -> None:
    """While the payer has it, nobody else may say that they paid it."""
    case = agreed(desk)
    refused: list[Exception] = []

    def interfere(_: object) -> None:
        with pytest.raises(TransitionRefused, match="worker may be paying") as caught:
            desk.incidents.carry_out(case.id, "remedy-1", reference="RF-9")
        refused.append(caught.value)

    bank.before = interfere
    desk.send_due()

    assert 1 == len(refused)
    assert "RF-1" == desk.incidents.get(case.id).remedies[0].reference


def test_by_hand_waits_while_it_is_in_doubt(desk: Desk, bank: Bank) -> None:
    """What may have been paid is not paid by hand before somebody has found out."""
    case = agreed(desk)
    bank.lost = [ConnectionResetError()]
    desk.send_due()

    with pytest.raises(TransitionRefused, match="known whether it was paid"):
        desk.incidents.carry_out(case.id, "remedy-1", reference="RF-9")


def test_a_remedy_that_is_dropped_is_not_paid(desk: Desk, bank: Bank) -> None:
    """Given up before its turn, nothing is paid."""
    case = agreed(desk)
    desk.incidents.drop(case.id, "remedy-1", reason="the customer keeps it")
    desk.send_due()

    assert [] == bank.lines()
    assert IntentState.SUPPRESSED is only(desk).state
    assert sound(desk)


def test_a_withdrawn_case_is_not_paid(desk: Desk, bank: Bank) -> None:
    """What is no case any more gives no money back."""
    case = agreed(desk)
    desk.incidents.withdraw(case.id, reason="a mistake")
    desk.send_due()

    assert [] == bank.lines()
    assert IntentState.SUPPRESSED is only(desk).state


# --- It did not happen -------------------------------------------------------------------------------------------


def test_a_definite_failure_is_tried_again_under_the_same_key(desk: Desk, bank: Bank, clock: ManualClock) -> None:
    """B27: the payer's own failure leads to another attempt of the same payment, never to another payment."""
    agreed(desk)
    bank.refusals = [TransientPayerError("The bank", "is open")]
    keys: list[str] = []
    bank.before = lambda payment: keys.append(payment.key)
    first = desk.send_due()
    clock.advance(hours=1)
    second = desk.send_due()

    assert (1, 1) == (first.retried, second.done)
    assert 1 == len(set(keys))
    assert 1 == len(bank.lines())


def test_a_refusal_for_good_asks_a_person(desk: Desk, bank: Bank) -> None:
    """It is named with the payer's reason, nobody tries again by themselves, and a person may then pay by hand."""
    case = agreed(desk)
    bank.refusals = [PermanentPayerError("The bank", "pays in time", reason="too_late")]
    desk.send_due()
    desk.send_due()
    found, asked = only(desk), pay_tasks(desk)
    desk.incidents.carry_out(case.id, "remedy-1", reference="cash-1")

    assert (IntentState.FAILED, "too_late") == (found.state, found.note)
    assert ["payment_failed"] == asked
    assert "incident.payment_failed" in [entry.type for entry in desk.orders.timeline(case.orders[0])]
    assert [] == bank.lines()
    assert sound(desk)


def test_after_a_definite_failure_it_can_be_tried_again(desk: Desk, bank: Bank) -> None:
    """A person has it paid once more, under the same key."""
    case = agreed(desk)
    bank.refusals = [PermanentPayerError("The bank", "has the account")]
    desk.send_due()
    desk.payments.retry(case.id, "remedy-1", by="eva")
    desk.send_due()

    assert 1 == len(bank.lines())
    assert IntentState.DONE is only(desk).state
    assert [] == pay_tasks(desk)


def test_what_is_done_is_not_tried_again(desk: Desk) -> None:
    """A payment that was made can't be made once more."""
    case = agreed(desk)
    desk.send_due()

    with pytest.raises(TransitionRefused, match="certain that nothing was paid"):
        desk.payments.retry(case.id, "remedy-1")


def test_a_payer_without_parts_is_not_asked_for_one(made: Made, tmp_path: Path) -> None:
    """A payer that only gives back whole orders leaves a part to a person."""
    bank = Bank(tmp_path / "ledger.tsv", "whole")
    desk = made(bank)
    agreed(desk)
    desk.send_due()

    assert (IntentState.FAILED, "not_partial") == (only(desk).state, only(desk).note)
    assert [] == bank.lines()


# --- Nobody knows ------------------------------------------------------------------------------------------------


def test_an_answer_that_is_lost_leaves_it_in_doubt(desk: Desk, bank: Bank) -> None:
    """B27: a payer that pays and drops the reply is not asked to pay again where it is not idempotent."""
    agreed(desk)
    bank.lost = [ConnectionResetError()]
    desk.send_due()
    desk.send_due()

    assert 1 == len(bank.lines())
    assert (IntentState.UNKNOWN, "ask") == (only(desk).state, only(desk).note)
    assert ["payment_unknown"] == pay_tasks(desk)


def test_a_person_settles_that_it_was_paid(desk: Desk, bank: Bank) -> None:
    """The remedy is carried out by what they found."""
    case = agreed(desk)
    bank.lost = [ConnectionResetError()]
    desk.send_due()
    after = desk.payments.settle(case.id, "remedy-1", paid=True, reference="RF-1", by="eva")

    assert "RF-1" == after.remedies[0].reference
    assert [] == pay_tasks(desk)
    assert sound(desk)


def test_a_person_settles_that_it_was_not_paid(desk: Desk, bank: Bank) -> None:
    """Then nothing was paid for certain, and it can be tried again."""
    case = agreed(desk)
    bank.lost = [ConnectionResetError()]
    desk.send_due()
    desk.payments.settle(case.id, "remedy-1", paid=False, by="eva")

    assert (IntentState.FAILED, "not_paid") == (only(desk).state, only(desk).note)
    assert sound(desk)


def test_that_it_was_paid_has_a_reference(desk: Desk) -> None:
    """Without the payer's reference nobody can say that it was paid."""
    case = agreed(desk)

    with pytest.raises(InvalidInput, match="reference"):
        desk.payments.settle(case.id, "remedy-1", paid=True)


def test_an_idempotent_payer_is_given_the_same_key_again(made: Made, tmp_path: Path, clock: ManualClock) -> None:
    """While its key lives, what is in doubt is asked for again, and paid once."""
    bank = Bank(tmp_path / "ledger.tsv", "idempotent")
    desk = made(bank)
    agreed(desk)
    bank.lost = [ConnectionResetError()]
    desk.send_due()
    clock.advance(hours=1)
    desk.send_due()

    assert 1 == len(bank.lines())
    assert (IntentState.DONE, "RF-1") == (only(desk).state, only(desk).reference)
    assert sound(desk)


def test_an_expired_key_is_never_tried_again(made: Made, tmp_path: Path, clock: ManualClock) -> None:
    """Once the payer may have forgotten the key, the same payment would be another one: a person has to find out."""
    bank = Bank(tmp_path / "ledger.tsv", "idempotent")
    desk = made(bank)
    case = agreed(desk)
    bank.lost = [ConnectionResetError()]
    desk.send_due()
    clock.advance(days=2)
    desk.send_due()
    desk.payments.retry(case.id, "remedy-1")
    desk.send_due()

    assert 1 == len(bank.lines())
    assert (IntentState.UNKNOWN, "ask") == (only(desk).state, only(desk).note)
    assert ["payment_unknown"] == pay_tasks(desk)


def test_the_life_of_a_key_begins_with_its_first_use(made: Made, tmp_path: Path, clock: ManualClock) -> None:
    """A later attempt does not make the key younger: what it left in doubt is not paid after the first day."""
    bank = Bank(tmp_path / "ledger.tsv", "idempotent")
    hourly = PaymentSettings(RetryPolicy(wait="fixed", start=timedelta(hours=23)))
    desk = made(bank, shop=evolve(PAYING, payments=hourly))
    agreed(desk)
    bank.refusals = [TransientPayerError("The bank", "is open")]
    desk.send_due()
    clock.advance(hours=23)
    bank.lost = [ConnectionResetError()]
    desk.send_due()
    clock.advance(hours=23)
    desk.send_due()

    assert 1 == len(bank.lines())
    assert IntentState.UNKNOWN is only(desk).state


def test_a_payer_that_can_tell_is_asked(made: Made, tmp_path: Path) -> None:
    """A look-up right after the lost answer settles it."""
    bank = Bank(tmp_path / "ledger.tsv", "look-up")
    desk = made(bank)
    agreed(desk)
    bank.lost = [ConnectionResetError()]
    desk.send_due()

    assert IntentState.DONE is only(desk).state
    assert 1 == len(bank.lines())


def test_that_nothing_is_known_pays_nothing(made: Made, tmp_path: Path, clock: ManualClock) -> None:
    """A payer that knows of no such payment may still be at it: it is asked again, and never made to pay by that."""
    bank = Bank(tmp_path / "ledger.tsv", "look-up")
    desk = made(bank)
    agreed(desk)

    def drop(_: object) -> None:
        raise ConnectionResetError

    bank.before = drop
    for _ in range(20):
        desk.send_due()
        clock.advance(hours=7)

    assert [] == bank.lines()
    assert 1 < len(bank.asked)
    assert (IntentState.UNKNOWN, "ask") == (only(desk).state, only(desk).note)


def test_what_is_taken_on_waits_for_its_payer(made: Made, tmp_path: Path, clock: ManualClock) -> None:
    """A payment that is pending is asked about, and carried out once it is paid."""
    bank = Bank(tmp_path / "ledger.tsv", "look-up")
    desk = made(bank)
    case = agreed(desk)
    bank.state = "pending"
    desk.send_due()
    pending, owed = only(desk), desk.incidents.get(case.id).remedies[0].owed
    clock.advance(hours=1)
    desk.send_due()

    assert (IntentState.UNKNOWN, "pending") == (pending.state, pending.note)
    assert owed
    assert IntentState.DONE is only(desk).state
    assert 1 == len(bank.lines())


def test_what_a_dead_worker_had_is_in_doubt(made: Made, bank: Bank, clock: ManualClock) -> None:
    """A worker that dies with a payment in hand leaves it to a person, once its lease is over."""
    desk = made(bank)
    agreed(desk)

    def die(_: object) -> None:
        raise KeyboardInterrupt

    bank.after = die
    with pytest.raises(KeyboardInterrupt):
        desk.send_due()
    bank.after = lambda _: None
    early = desk.send_due()
    clock.advance(minutes=3)
    late = desk.send_due()

    assert (0, 1) == (early.payments, late.unknown)
    assert 1 == len(bank.lines())
    assert (IntentState.UNKNOWN, "ask") == (only(desk).state, only(desk).note)


def test_a_late_answer_is_heard(made: Made, bank: Bank, clock: ManualClock) -> None:
    """A payer that answers after the lease is over is believed that it paid."""
    desk, other = made(bank), made(bank)
    case = agreed(desk)

    def slow(_: object) -> None:
        bank.after = lambda _: None
        clock.advance(minutes=3)
        other.send_due()

    bank.after = slow
    desk.send_due()

    assert 1 == len(bank.lines())
    assert (IntentState.DONE, "RF-1") == (only(desk).state, only(desk).reference)
    assert "RF-1" == desk.incidents.get(case.id).remedies[0].reference
    assert sound(desk)


def test_an_older_copy_pays_nothing_again(desk: Desk, bank: Bank, clock: ManualClock) -> None:
    """After an older copy was put back, what was due then may have been paid since: a person finds out."""
    agreed(desk)
    clock.advance(minutes=1)
    desk.messages.put_back()
    desk.send_due()

    assert [] == bank.lines()
    assert (IntentState.UNKNOWN, "ask") == (only(desk).state, only(desk).note)


# --- The platform's own page -------------------------------------------------------------------------------------


def test_what_is_found_paid_elsewhere_is_not_paid_again(desk: Desk, bank: Bank) -> None:
    """A refund on the platform's page with the same amount carries the one open remedy out."""
    case = agreed(desk, "5.00")
    order = desk.payments.found(case.orders[0], "5.00", "page-1")
    desk.send_due()

    assert [] == bank.lines()
    assert "page-1" == desk.incidents.get(case.id).remedies[0].reference
    assert () == order.outside
    assert sound(desk)


def test_the_same_find_twice_changes_nothing(desk: Desk) -> None:
    """A webhook that comes twice is one refund, also where two remedies have that amount."""
    order = placed(desk)
    first, second = agreed(desk, "5.00", order=order), agreed(desk, "5.00", order=order)
    for _ in range(3):
        desk.payments.found(order.id, "5.00", "page-1")
    references = [desk.incidents.get(case.id).remedies[0].reference for case in (first, second)]

    assert ["page-1", ""] == references


def test_what_fits_no_remedy_is_noted(desk: Desk) -> None:
    """Another amount is noted on the order once, and a person is asked to look."""
    case = agreed(desk, "5.00")
    desk.payments.found(case.orders[0], "4.00", "page-1")
    order = desk.payments.found(case.orders[0], "4.00", "page-1")

    assert [("page-1", Money("4.00", "EUR"))] == [(refund.reference, refund.amount) for refund in order.outside]
    assert Money.zero("EUR") == order.refunded
    assert ["refund_found"] == pay_tasks(desk)
    assert sound(desk)


def test_what_was_noted_is_taken_by_its_remedy(desk: Desk) -> None:
    """Carried out by hand with the reference of a refund that was noted, the remedy has it."""
    order = placed(desk)
    desk.payments.found(order.id, "5.00", "page-1")
    case = agreed(desk, "5.00", order=order)
    desk.incidents.carry_out(case.id, "remedy-1", reference="page-1")
    after = desk.orders.get(order.id)

    assert ((), Money("5.00", "EUR")) == (after.outside, after.refunded)
    assert sound(desk)


def test_a_refund_shortly_before_is_looked_at(desk: Desk, bank: Bank) -> None:
    """As much given back outside just before it was agreed may be just that: a person says, and only then it is paid."""
    order = placed(desk)
    desk.payments.found(order.id, "5.00", "page-1")
    case = agreed(desk, "5.00", order=order)
    desk.send_due()
    first, paid = only(desk), len(bank.lines())
    desk.payments.retry(case.id, "remedy-1", by="eva")
    desk.send_due()

    assert (IntentState.FAILED, "maybe_paid", 0) == (first.state, first.note, paid)
    assert 1 == len(bank.lines())


def test_more_than_was_captured_is_not_paid(desk: Desk, bank: Bank) -> None:
    """With what was given back outside, no more goes out than came in."""
    order = placed(desk)
    case = agreed(desk, "35.00", order=order)
    desk.payments.found(order.id, "1.00", "page-1")
    desk.send_due()

    assert (IntentState.FAILED, "beyond_captured") == (desk.payments.get(case.id, "remedy-1").state, only(desk).note)
    assert [] == bank.lines()


def test_the_page_is_looked_at_before_paying(made: Made, tmp_path: Path, clock: ManualClock) -> None:
    """A payer that lists refunds is asked first: what somebody paid on its page since it was agreed is this payment."""
    bank = Bank(tmp_path / "ledger.tsv", "listing")
    desk = made(bank)
    case = agreed(desk, "5.00")
    clock.advance(minutes=1)
    bank.by_page(case.orders[0], "5.00", "page-1", clock())
    desk.send_due()

    assert ["page-1"] == [line[3] for line in bank.lines()]
    assert "page-1" == desk.incidents.get(case.id).remedies[0].reference


def test_paid_by_both_is_told(desk: Desk, bank: Bank, clock: ManualClock) -> None:
    """Money that went out twice, by the worker and by the page while it paid, is noted, for a person to see to."""
    case = agreed(desk, "5.00")

    def by_page(_: object) -> None:
        desk.payments.found(case.orders[0], "5.00", "page-1")

    bank.after = by_page
    desk.send_due()
    order = desk.orders.get(case.orders[0])

    assert "page-1" == desk.incidents.get(case.id).remedies[0].reference
    assert ["RF-1"] == [refund.reference for refund in order.outside]
    assert ["paid_twice"] == pay_tasks(desk)


# --- Looking -----------------------------------------------------------------------------------------------------


def test_payments_are_found(desk: Desk, bank: Bank) -> None:
    """By case, payer and state."""
    case: Incident = agreed(desk)
    agreed(desk)
    desk.send_due(limit=1)

    assert 1 == len(desk.payments.find(incident=case.id))
    assert 1 == len(desk.payments.find(state="done"))
    assert 2 == len(desk.payments.find(payer="bank"))
    assert 0 == len(desk.payments.find(payer=""))


def test_an_unknown_payment_is_named(desk: Desk) -> None:
    """A remedy without a payment can't be settled."""
    case = told(desk)

    with pytest.raises(UnknownIdError, match="payment"):
        desk.payments.retry(case.id, "remedy-1")


def test_messages_know_nothing_of_payments(desk: Desk, bank: Bank) -> None:
    """A payment is no message: it is not listed, resent or dismissed among them."""
    case = agreed(desk)
    bank.refusals = [PermanentPayerError("The bank", "has the account")]
    desk.send_due()

    assert [] == [message for message in desk.messages.find() if message.kind != "message"]
    assert () == tuple(desk.messages.dead())
    with pytest.raises(UnknownIdError):
        desk.messages.resend(desk.payments.get(case.id, "remedy-1").key)


def test_health_knows_of_payments(desk: Desk, bank: Bank, clock: ManualClock) -> None:
    """What is due, failed and in doubt is counted, and what is late is grave."""
    agreed(desk)
    clock.advance(hours=1)
    late = desk.health()
    bank.lost = [ConnectionResetError()]
    desk.send_due()
    doubtful = desk.health()

    assert 1 == late.payments.count
    assert "payments_late" in [problem.code for problem in late.problems if problem.grave]
    assert (0, 1) == (doubtful.payments.count, doubtful.payments_unknown)


def test_a_refund_that_is_listed_settles_a_doubt_first(made: Made, tmp_path: Path) -> None:
    """Of two payments of one amount, the listed refund is that of which nobody knows; the other one is still paid."""
    bank = Bank(tmp_path / "ledger.tsv", "listing")
    desk = made(bank)
    order = placed(desk)
    cases = [agreed(desk, "5.00", order=order) for _ in range(2)]
    bank.lost = [ConnectionResetError()]
    desk.send_due()
    desk.send_due()
    references = {desk.incidents.get(case.id).remedies[0].reference for case in cases}

    assert {"RF-1", "RF-2"} == references == {line[3] for line in bank.lines()}
