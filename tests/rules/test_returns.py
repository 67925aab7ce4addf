"""Units that come back: which remedies they are for, what is due for them, and what is still owed for the others."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Intent
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import evolve as fold
from incidentkit.domain.ids import IncidentId, OrderId, RemedyId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.ledger import Part
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.remedies import Offer
from incidentkit.domain.shipments import Units
from incidentkit.rules import remedies as rules
from incidentkit.rules.decision import Decision
from incidentkit.rules.pricing import priced
from incidentkit.rules.returns import awaited_by, received
from tests.rules.test_incidents import START, now
from tests.rules.test_remedies import ONE, SOON, TWO, a_case, claims_of, eur


def an_order(captured: str = "50.00") -> Order:
    """Four of A at 10 and two of B at 5, for what was captured of that."""
    lines = (Line("A", 4, eur("10.00"), ONE), Line("B", 2, eur("5.00"), TWO))
    return Order(OrderId("o-1"), START, eur(captured), lines, number="1001")


def back(kind: str, units: dict[str, int], amount: str | None = None) -> Offer:
    """An offer that waits for these units."""
    return Offer(kind, SOON, amount, lines=units, after_return=True)


def awaiting(*offers: Offer, order: Order | None = None) -> tuple[Incident, Order]:
    """A case that has agreed on these offers, one after the other, and its order with their claims."""
    case, order = a_case(), order or an_order()
    for offer in offers:
        case = evolve(case, offers=(*case.offers, *priced(case, [offer], (order,), now(2))))
        decision = rules.accept(case, case.offers[-1].id, (order,), now(3))
        agreed = [event.remedy for event in decision.events if isinstance(event, ev.OfferAccepted)]
        case = evolve(case, remedies=(*case.remedies, *agreed))
        order = evolve(order, claims=(*order.claims, *claims_of(decision)))
    return case, order


def come(case: Incident, order: Order, **units: int) -> Decision:
    """What follows from these units coming back, by product."""
    lines = {line.product: line.id for line in order.lines}
    return received(order, order, {case.id: case}, tuple((lines[name], count) for name, count in units.items()), now(5))


def on_case(decision: Decision) -> list[ev.RemedyReceived]:
    return [event for _, event in decision.elsewhere if isinstance(event, ev.RemedyReceived)]


def on_order(decision: Decision) -> list[ev.ClaimReceived]:
    return [event for _, event in decision.elsewhere if isinstance(event, ev.ClaimReceived)]


def said(intent: Intent, *names: str) -> tuple[str, ...]:
    """What a payment says."""
    values = dict(intent.values)
    return tuple(values[name] for name in names)


# --- Of one remedy -----------------------------------------------------------------------------------------------


def test_what_did_not_come_is_owed_as_it_was_agreed() -> None:
    """The rest differs from the remedy in its id, its units, and its share of the money alone."""
    case, order = awaiting(back("refund", {"A": 2, "B": 1}, "20"))
    (event,) = on_case(come(case, order, A=1))
    rest = evolve(
        case.remedies[0], id=RemedyId("remedy-2"), lines=((ONE, 1), (TWO, 1)), amount=eur("12.00"), worth=eur("12.00")
    )

    assert ev.RemedyReceived(RemedyId("remedy-1"), ((ONE, 1),), eur("8.00"), eur("8.00"), rest) == event


def test_the_claim_is_parted_like_its_remedy() -> None:
    """What came is claimed for good, and what did not come is waited for under the other remedy."""
    case, order = awaiting(back("refund", {"A": 2}))
    (event,) = on_order(come(case, order, A=1))
    (whole,) = order.claims
    half = evolve(whole, parts=(Part(ONE, 1, eur("10.00")),), amount=eur("10.00"))

    assert ev.ClaimReceived(evolve(half, awaited=False), evolve(half, remedy=RemedyId("remedy-2"))) == event


def test_a_claim_that_came_as_a_whole_leaves_none() -> None:
    """There is nothing to wait for any more."""
    case, order = awaiting(back("refund", {"A": 2}))

    assert [ev.ClaimReceived(evolve(order.claims[0], awaited=False), None)] == on_order(come(case, order, A=2))


def test_what_came_is_paid_out_of_its_order_by_lines() -> None:
    """The payment says the share of what came, the order that captured it, and the units that it is for."""
    case, order = awaiting(back("refund", {"A": 2, "B": 1}))
    (intent,) = come(case, order, A=1, B=1).intents

    assert ("remedy-1", "15.00 EUR", "o-1", "1001", '[["1",1,"10.00 EUR"],["2",1,"5.00 EUR"]]') == said(
        intent, "remedy", "amount", "order", "number", "lines"
    )


def test_nothing_is_paid_for_what_cost_nothing() -> None:
    """A gift that comes back before what it came with."""
    lines = (Line("A", 1, eur("10.00"), ONE), Line("gift", 1, eur("0.00"), TWO))
    case, order = awaiting(back("refund", {"A": 1, "gift": 1}), order=evolve(an_order("10.00"), lines=lines))
    decision = come(case, order, gift=1)

    assert ([eur("0.00")], ()) == ([event.amount for event in on_case(decision)], decision.intents)


@pytest.mark.parametrize(
    ("offer", "amount", "worth"),
    [
        (back("store_credit", {"A": 2}), eur("10.00"), eur("10.00")),
        (back("store_credit", {"A": 2}, "6"), eur("3.00"), eur("3.00")),
        (back("replacement", {"A": 2}), None, eur("10.00")),
        (back("restock", {"A": 2}), None, eur("0.00")),
    ],
    ids=("credit", "less credit", "goods", "nothing"),
)
def test_what_gives_no_money_is_parted_without_any(offer: Offer, amount: Money | None, worth: Money) -> None:
    """Both halves are worth the same, and neither claims money of the order."""
    case, order = awaiting(offer)
    decision = come(case, order, A=1)
    (event,), (claim,) = on_case(decision), on_order(decision)
    assert event.rest is not None
    assert claim.rest is not None

    assert [(amount, worth)] * 2 == [(event.amount, event.worth), (event.rest.amount, event.rest.worth)]
    assert (None, None, ()) == (claim.claim.amount, claim.rest.amount, decision.intents)


def test_what_nobody_knows_the_worth_of_stays_so() -> None:
    """A remedy from before worth was kept is parted into two of unknown worth."""
    case, order = awaiting(back("replacement", {"A": 2}))
    old = evolve(case, remedies=(evolve(case.remedies[0], worth=None),))
    (event,) = on_case(come(old, order, A=1))

    assert (None, None) == (event.worth, event.rest and event.rest.worth)


# --- Of several --------------------------------------------------------------------------------------------------


def test_one_parcel_may_be_for_several_remedies_of_a_case() -> None:
    """Each is due for what came of it, and each rest is a remedy of its own."""
    case, order = awaiting(back("refund", {"A": 2}), back("refund", {"B": 2}))
    decision = come(case, order, A=1, B=1)
    rests = [(event.remedy, event.rest.id if event.rest else None) for event in on_case(decision)]

    assert [("remedy-1", "remedy-3"), ("remedy-2", "remedy-4")] == rests
    assert [("remedy-1", "10.00 EUR"), ("remedy-2", "5.00 EUR")] == [
        said(intent, "remedy", "amount") for intent in decision.intents
    ]
    assert ["i-1", "o-1"] * 2 == [stream for stream, _ in decision.elsewhere]


def test_a_remedy_that_all_came_for_leaves_no_gap_in_the_numbers() -> None:
    """The next rest takes the next id."""
    case, order = awaiting(back("refund", {"A": 1}), back("refund", {"B": 2}))
    rests = [event.rest.id if event.rest else None for event in on_case(come(case, order, A=1, B=1))]

    assert [None, "remedy-3"] == rests


def test_what_is_waited_for_longer_does_not_hold_up_others() -> None:
    """The first agreed gets nothing of a parcel with none of its units, and the second what it waits for."""
    case, order = awaiting(back("refund", {"B": 1}), back("refund", {"A": 1}))

    assert ["remedy-2"] == [event.remedy for event in on_case(come(case, order, A=1))]


@pytest.mark.parametrize(("units", "lines"), [(3, [2, 1]), (2, [2]), (1, [1]), (9, [2, 2])])
def test_a_unit_is_for_one_remedy(units: int, lines: list[int]) -> None:
    """Those agreed first get theirs first, and what is beyond all of them is for none."""
    case, order = awaiting(back("refund", {"A": 2}), back("refund", {"A": 2}))

    assert lines == [sum(count for _, count in event.lines) for event in on_case(come(case, order, A=units))]


def test_a_case_or_a_remedy_that_is_not_at_hand_is_passed_over() -> None:
    """Nothing is said of it, and others get their units."""
    case, order = awaiting(back("refund", {"A": 1}))
    elsewhere = evolve(order.claims[0], incident=IncidentId("i-9"))
    unknown = evolve(order.claims[0], remedy=RemedyId("remedy-9"))
    both = evolve(order, claims=(elsewhere, unknown, *order.claims))

    assert ["remedy-1"] == [event.remedy for event in on_case(come(case, both, A=1))]


@pytest.mark.parametrize(
    ("change", "waits"), [({}, 1), ({"of": OrderId("r-1")}, 0), ({"awaited": False}, 0), ({"state": "dropped"}, 0)]
)
def test_which_claims_wait_for_units_of_an_order(change: dict[str, Any], waits: int) -> None:
    """Those that are agreed, wait, and are for units of this order."""
    _, order = awaiting(back("refund", {"A": 1}))
    order = evolve(order, claims=(evolve(order.claims[0], **change),))

    assert waits == len(awaited_by(order, order))


# --- In any number of parcels ------------------------------------------------------------------------------------


def arrived(case: Incident, order: Order, units: Units) -> tuple[Incident, Order, list[Money]]:
    """The case and the order once these units are back, and what is paid for them."""
    decision = received(order, order, {case.id: case}, units, now(5))
    states: dict[str, Any] = {case.id: case, order.id: order}
    for number, (stream, data) in enumerate(decision.elsewhere, 1):
        event = Event(stream, number, data, now(5).at, now(5).at, "agent:ana", "test")
        states[stream] = fold(states[stream], event)
    return states[case.id], states[order.id], [Money.parse(*said(intent, "amount")) for intent in decision.intents]


@given(captured=st.integers(1, 5_000), units=st.integers(1, 4), cuts=st.sets(st.integers(1, 3)))
def test_in_however_many_parcels_it_is_paid_what_was_agreed(captured: int, units: int, cuts: set[int]) -> None:
    """All units together bring what was agreed for them, to the coin, and each parcel leaves nothing that is due unpaid."""
    case, order = awaiting(back("refund", {"A": units}), order=an_order(str(Decimal(captured).scaleb(-2))))
    (agreed,) = case.remedies
    ends = sorted({0, units, *(cut for cut in cuts if cut < units)})
    paid = eur("0")
    for before, after in pairwise(ends):
        case, order, sums = arrived(case, order, ((ONE, after - before),))
        paid = sum(sums, paid)
        due = [remedy.amount for remedy in case.remedies if remedy.received_at is not None and remedy.amount is not None]

        assert paid == sum(due, eur("0"))

    assert agreed.amount == paid
    assert () == awaited_by(order, order)
