"""What is paid for a remedy: one key, one amount, and no second payment before it is certain that there was none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.actors import RULE
from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.ids import IncidentId, OfferId, OrderId, RemedyId
from incidentkit.domain.incidents import Incident, Owner, Phase
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.payments import FoundRefund
from incidentkit.domain.remedies import Remedy
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.errors import TransitionRefused
from incidentkit.rules import paying
from incidentkit.rules.decision import Circumstances

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
FIVE = Money("5.00", "EUR")
REMEDY = Remedy(RemedyId("remedy-1"), OfferId("offer-1"), "refund", AT + DAY, FIVE, agreed_at=AT)
ORDER = Order(OrderId("order"), AT, Money("20.00", "EUR"), (Line("A", 2, Money("10.00", "EUR")),), number="1001")
NOW = Circumstances(Shop(payer="bank"), AT, RULE)

STATES = st.sampled_from(IntentState)


@pytest.fixture
def case() -> Incident:
    """One that owes five euros."""
    return _case()


def _case() -> Incident:
    return Incident(
        id=IncidentId("case"),
        type="damaged",
        severity="minor",
        description=Text("text:0", "words"),
        detected_at=AT,
        phase=Phase.COMMUNICATED,
        owner=Owner("after-sales"),
        currency="EUR",
        orders=(ORDER.id,),
        remedies=(REMEDY,),
    )


def planned() -> Intent:
    """Its payment."""
    (intent,) = paying.payment(_case(), REMEDY, ORDER, NOW, [("1", 1, FIVE)])
    return intent


# --- Planning ----------------------------------------------------------------------------------------------------


def test_the_key_is_of_the_remedy_alone() -> None:
    """Neither payer nor time nor attempt is part of it."""
    other = evolve(NOW, shop=Shop(payer=""), at=AT + DAY)
    (later,) = paying.payment(_case(), REMEDY, ORDER, other)

    assert "money/default/case/remedy-1" == planned().key == later.key


def test_a_payment_says_all_in_its_own_words() -> None:
    """The record of it has the case, the order, the amount and the lines."""
    record = paying.record_of(planned())

    assert ("case", "remedy-1", "order", "1001", FIVE, "refund", "bank") == (
        record.incident,
        record.remedy,
        record.order,
        record.number,
        record.amount,
        record.reason,
        record.payer,
    )
    assert (("1", 1, FIVE),) == record.lines


def test_what_comes_from_a_source_is_not_paid(case: Incident) -> None:
    """An imported case pays nothing."""

    assert () == paying.payment(evolve(case, passive=True), REMEDY, ORDER, NOW)


def test_without_an_amount_nothing_is_paid(case: Incident) -> None:
    """A remedy that gives no money has no payment."""

    assert () == paying.payment(case, evolve(REMEDY, amount=None), ORDER, NOW)


def test_without_an_order_a_person_pays(case: Incident) -> None:
    """No payer knows whose money it is."""
    (intent,) = paying.payment(case, REMEDY, None, NOW)

    assert "" == intent.channel


# --- Just before -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, ""),
        ({"phase": Phase.WITHDRAWN}, "case_withdrawn"),
        ({"phase": Phase.MERGED}, "case_merged"),
        ({"remedies": ()}, "not_in_record"),
        ({"remedies": (evolve(REMEDY, carried_out_at=AT),)}, "carried_out"),
        ({"remedies": (evolve(REMEDY, dropped_at=AT),)}, "dropped"),
        ({"remedies": (evolve(REMEDY, amount=Money("4.00", "EUR")),)}, "another_amount"),
    ],
)
def test_what_need_not_be_paid_is_known(case: Incident, change: dict[str, Any], why: str) -> None:
    """By what became of its case since it was planned."""

    assert why == paying.unwanted(paying.record_of(planned()), evolve(case, **change), ORDER)


@pytest.mark.parametrize(
    ("refunded", "outside", "why"), [("15", "0", ""), ("15.01", "0", "beyond_captured"), ("10", "5.01", "beyond_captured")]
)
def test_no_more_goes_out_than_came_in(case: Incident, refunded: str, outside: str, why: str) -> None:
    """With what was given back elsewhere."""
    refunds = (FoundRefund("p", Money(outside, "EUR"), AT),)
    order = evolve(ORDER, refunded=Money(refunded, "EUR"), outside=refunds)

    assert why == paying.unwanted(paying.record_of(planned()), case, order)


def test_without_its_case_or_order_it_is_not_paid(case: Incident) -> None:
    """What is not in the record is not paid for."""
    record = paying.record_of(planned())

    assert {"not_in_record"} == {paying.unwanted(record, None, ORDER), paying.unwanted(record, case, None)}


# --- The life of a key -------------------------------------------------------------------------------------------


@given(st.integers(0, 200), st.integers(1, 100))
def test_a_key_is_trusted_short_of_its_life(minutes: int, life: int) -> None:
    """Ten minutes before the end of the payer's promise, and not a moment later."""
    begun = evolve(planned(), not_after=paying.key_end(planned(), timedelta(minutes=life), AT))
    now = AT + timedelta(minutes=minutes)

    assert (minutes + 10 < life) == paying.key_lives(paying.record_of(begun), now)


def test_a_key_does_not_grow_younger() -> None:
    """Once it has an end, a later attempt leaves that."""
    begun = evolve(planned(), not_after=AT + DAY)

    assert AT + DAY == paying.key_end(begun, DAY, AT + 2 * DAY)


def test_a_key_in_doubt_counts_from_when_it_may_have_been_used() -> None:
    """One of which it is not known when it was first used counts from the earliest instant that it can have been."""
    doubtful = evolve(planned(), state=IntentState.UNKNOWN, sent_at=AT)

    assert AT + DAY == paying.key_end(doubtful, DAY, AT + 5 * DAY)
    assert paying.key_end(doubtful, None, AT) is None


def test_a_payer_for_ever_has_an_end() -> None:
    """However long a payer promises, the instant can be written down."""

    assert paying.key_end(planned(), timedelta.max, AT) == AT + timedelta(days=36_500)


# --- Who may move it ---------------------------------------------------------------------------------------------


@given(STATES)
def test_by_hand_only_where_nobody_may_have_paid(state: IntentState) -> None:
    """A person takes it unless a worker may be paying, may have paid, or did pay under another reference."""
    intent = evolve(planned(), state=state, reference="RF-1" if state is IntentState.DONE else "")
    refused = state in (IntentState.CLAIMED, IntentState.UNKNOWN, IntentState.DONE)
    try:
        after = paying.by_hand(intent, "hand", AT)
    except TransitionRefused:
        assert refused
        return

    assert not refused
    assert (IntentState.DONE, "hand", "by_hand") == (after.state, after.reference, after.reason)


def test_by_hand_the_same_again_changes_nothing() -> None:
    """Under the reference that it was paid as."""
    done = evolve(planned(), state=IntentState.DONE, reference="RF-1")

    assert done == paying.by_hand(done, "RF-1", AT)


@given(STATES)
def test_given_up_only_where_nothing_was_paid(state: IntentState) -> None:
    """A payment is withdrawn where it is certain that nothing was paid."""
    intent = evolve(planned(), state=state)
    refused = state in (IntentState.CLAIMED, IntentState.UNKNOWN, IntentState.DONE)
    try:
        after = paying.withdrawn(intent)
    except TransitionRefused:
        assert refused
        return

    assert not refused
    assert IntentState.SUPPRESSED is after.state


@given(STATES)
def test_what_is_certain_is_done_from_anywhere(state: IntentState) -> None:
    """Money that went out went out, wherever the payment stood."""
    after = paying.paid(evolve(planned(), state=state), "RF-1", AT)

    assert (IntentState.DONE, "RF-1", "") == (after.state, after.reference, after.reason)


@given(STATES)
def test_tried_again_after_a_definite_failure_alone(state: IntentState) -> None:
    """It is planned again where nothing was paid; one in doubt is asked about, and stays in doubt."""
    try:
        after = paying.again(evolve(planned(), state=state, reason="ask", attempts=8), AT + DAY)
    except TransitionRefused:
        assert state not in (IntentState.FAILED, IntentState.ABANDONED, IntentState.UNKNOWN)
        return

    if state is IntentState.UNKNOWN:
        assert (IntentState.UNKNOWN, "no_answer") == (after.state, after.reason)
    else:
        assert (IntentState.PLANNED, paying.SURE) == (after.state, after.reason)
    assert (0, AT + DAY) == (after.attempts, after.due)


def test_what_a_person_pays_is_not_tried_again() -> None:
    """No payer would."""
    with pytest.raises(TransitionRefused, match="by its payer"):
        paying.again(evolve(planned(), channel="", state=IntentState.FAILED), AT)


@given(STATES, st.booleans())
def test_settled_only_while_nobody_knows(state: IntentState, was_paid: bool) -> None:
    """A person's word settles what is in doubt, and nothing else."""
    try:
        after = paying.settled(evolve(planned(), state=state), was_paid, "RF-1", AT)
    except TransitionRefused:
        assert state is not IntentState.UNKNOWN
        return

    assert state is IntentState.UNKNOWN
    assert (IntentState.DONE if was_paid else IntentState.FAILED) is after.state


# --- What was given back elsewhere ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "hours", "matching", "lately"),
    [
        ("5.00", 0, True, True),
        ("5.00", 1, True, True),
        ("5.00", -1, False, True),
        ("5.00", -24, False, True),
        ("5.00", -25, False, False),
        ("4.00", 1, False, False),
    ],
)
def test_a_refund_that_was_seen_is_judged_by_amount_and_time(amount: str, hours: int, matching: bool, lately: bool) -> None:
    """Since it was agreed it is the payment itself; on the day before it may be; else it is another."""
    refund = FoundRefund("p", Money(amount, "EUR"), AT + timedelta(hours=hours))
    record = paying.record_of(planned())

    assert matching == (paying.matching(record, [refund], AT) == refund)
    assert lately == paying.lately(record, [refund], AT)


def test_without_knowing_when_it_was_agreed_anything_may_be_it() -> None:
    """A remedy from before that was kept is never matched by itself, and always looked at."""
    refund = FoundRefund("p", FIVE, AT - 90 * DAY)
    record = paying.record_of(planned())

    assert paying.matching(record, [refund], None) is None
    assert paying.lately(record, [refund], None)


# --- What the record says ----------------------------------------------------------------------------------------


def test_a_failure_is_in_the_record() -> None:
    """Each definite failure is said."""
    failed = paying.record_of(evolve(planned(), state=IntentState.FAILED, reason="refused"))

    assert (ev.PaymentFailed(REMEDY.id, FIVE, "bank", "refused"),) == paying.given_up(failed, "")


def test_a_doubt_is_in_the_record_once() -> None:
    """It is said when it begins, and when it changes."""
    doubtful = paying.record_of(evolve(planned(), state=IntentState.UNKNOWN, reason="no_answer"))

    assert (ev.PaymentDoubted(REMEDY.id, FIVE, "bank", "no_answer"),) == paying.given_up(doubtful, "")
    assert () == paying.given_up(doubtful, "no_answer")


def test_what_waits_is_not_in_the_record() -> None:
    """An attempt that is made again later is nothing that happened to the case."""

    assert () == paying.given_up(paying.record_of(planned()), "transient")


def test_paying_by_hand_is_due_when_it_was_promised(case: Incident) -> None:
    """The task is the owner's team's, about that remedy."""
    task = paying.to_pay(planned(), case, "task", NOW)

    assert ("pay", "pay_by_hand", AT + DAY, REMEDY.id) == (task.kind, task.rule, task.due, task.remedy)
