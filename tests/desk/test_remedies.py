"""Offers, what is agreed, and what is done or dropped, through the desk."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.remedies import Offer, OfferState
from incidentkit.errors import InvalidInput, MoneyError, QuantityError, TransitionRefused
from tests.desk.world import MARTA, SOON, placed, told


def euros(amount: str) -> Money:
    return Money(amount, "EUR")


def delivered(desk: Desk, paid: str = "10.00", units: int = 3) -> Order:
    """An order of three of A, which its customer has."""
    order = desk.orders.place(MARTA, [Line("A", units, "10.00")], paid=paid)
    desk.orders.ship(order.id)
    return desk.orders.deliver(order.id)


def case_of(desk: Desk, order: Order) -> Incident:
    """A case on that order whose customer knows."""
    return told(desk, order=order)


def agreed_on(desk: Desk, case: Incident, *offers: Offer) -> Incident:
    """The case with the first of these offers agreed on."""
    case = desk.incidents.offer(case.id, offers)
    first = case.offers[-len(offers)]
    return desk.incidents.accept(case.id, first.id, by="customer")


def test_a_refund_of_units_is_what_they_cost_their_customer(desk: Desk) -> None:
    """Units refunded one by one give exactly what was captured, to the cent."""
    case = case_of(desk, delivered(desk))
    for _ in range(3):
        case = agreed_on(desk, case, Offer("refund", SOON, lines={"A": 1}))

    assert ["3.34 EUR", "3.33 EUR", "3.33 EUR"] == [str(r.amount) for r in case.remedies]


def test_a_unit_is_made_good_once(desk: Desk) -> None:
    """What a replacement claims can't be refunded as well."""
    case = agreed_on(desk, case_of(desk, delivered(desk)), Offer("replacement", SOON, lines={"1": 2}))

    with pytest.raises(QuantityError, match="has 1 units left to be made good"):
        desk.incidents.offer(case.id, [Offer("refund", SOON, lines={"1": 2})])


def test_what_is_agreed_is_not_left_for_another(desk: Desk) -> None:
    """Money that is agreed on, and not paid yet, can't be offered again."""
    case = agreed_on(desk, case_of(desk, delivered(desk)), Offer("refund", SOON, "6.00"))

    with pytest.raises(MoneyError, match=r"5\.00 EUR, and 4\.00 EUR left of 10\.00 EUR"):
        desk.incidents.offer(case.id, [Offer("discount", SOON, "5.00")])


def test_of_several_offers_one_is_taken(desk: Desk) -> None:
    """The others of its round are passed, and those of another round stand."""
    case = desk.incidents.offer(case_of(desk, delivered(desk)).id, [Offer("apology", SOON)])
    case = agreed_on(desk, case, Offer("refund", SOON, "1.00"), Offer("store_credit", SOON, "3.00"))

    assert [OfferState.OPEN, OfferState.ACCEPTED, OfferState.PASSED] == [offer.state for offer in case.offers]


def test_a_passed_offer_is_not_accepted(desk: Desk) -> None:
    """At most one of the alternatives becomes a remedy."""
    case = agreed_on(desk, case_of(desk, delivered(desk)), Offer("refund", SOON, "1.00"), Offer("store_credit", SOON, "3"))

    with pytest.raises(TransitionRefused, match="offer-2 must be open; got passed"):
        desk.incidents.accept(case.id, "offer-2", by="customer")


def test_a_counter_offer_waits_for_the_shop(desk: Desk) -> None:
    """The customer asks for something else, the shop agrees, and the other alternatives are passed."""
    case = desk.incidents.offer(case_of(desk, delivered(desk)).id, [Offer("refund", SOON, "1.00"), Offer("apology", SOON)])
    asked = desk.incidents.counter(case.id, "offer-1", Offer("refund", SOON, "2.00"))
    case = desk.incidents.agree(case.id, "offer-3", by="eva")

    assert ["countered", "open", "asked"] == [offer.state.value for offer in asked.offers]
    assert ["countered", "passed", "accepted"] == [offer.state.value for offer in case.offers]
    assert (euros("2.00"), "agent:eva") == (case.remedies[0].amount, case.remedies[0].agreed_by)


def test_an_offer_expires(desk: Desk, clock) -> None:  # type: ignore[no-untyped-def]
    """After its last day nobody can take it, be it that nobody has looked; the tick then says that it has expired."""
    until = desk.clock() + timedelta(hours=5)
    case = desk.incidents.offer(case_of(desk, delivered(desk)).id, [Offer("refund", SOON, "1.00", until=until)])
    clock.advance(hours=6)
    with pytest.raises(TransitionRefused, match="could be taken until"):
        desk.incidents.accept(case.id, "offer-1", by="customer")
    desk.tick()

    assert OfferState.EXPIRED is desk.incidents.get(case.id).offers[0].state


def test_an_apology_is_done_when_agreed(desk: Desk) -> None:
    """Nothing is due of it, and the case can be resolved."""
    case = agreed_on(desk, case_of(desk, delivered(desk)), Offer("apology", SOON))

    assert Phase.RESOLVED is desk.incidents.resolve(case.id).phase


def test_what_was_dropped_is_free_again(desk: Desk) -> None:
    """A remedy that can't be done is given up, and its units and money can be agreed on anew (B52)."""
    case = agreed_on(desk, case_of(desk, delivered(desk)), Offer("replacement", SOON, lines={"1": 3}))
    case = desk.incidents.drop(case.id, "remedy-1", reason="sold out for good")
    case = agreed_on(desk, case, Offer("refund", SOON, lines={"1": 3}))

    assert (False, euros("10.00")) == (case.remedies[0].owed, case.remedies[1].amount)


def test_a_return_pays_for_what_came(desk: Desk) -> None:
    """Of three units announced two come: two are due, and the third is owed as a remedy of its own (B50)."""
    order = delivered(desk)
    case = agreed_on(desk, case_of(desk, order), Offer("refund", SOON, lines={"1": 3}, after_return=True))
    with pytest.raises(TransitionRefused, match="done once its units are back"):
        desk.incidents.carry_out(case.id, "remedy-1", reference="RF-1")
    desk.orders.take_back(order.id, {"1": 2})
    case = desk.incidents.carry_out(case.id, "remedy-1", reference="RF-1")

    assert [("remedy-1", "6.67 EUR", False), ("remedy-2", "3.33 EUR", True)] == [
        (r.id, str(r.amount), r.owed) for r in case.remedies
    ]
    assert euros("6.67") == desk.orders.get(order.id).refunded


def test_a_return_needs_no_refund(desk: Desk) -> None:
    """Units come back without anything being agreed for them (B48)."""
    order = delivered(desk)

    assert 2 == desk.orders.take_back(order.id, {"A": 2}).lines[0].returned


def test_replacements_of_replacements_draw_on_one_ledger(desk: Desk) -> None:
    """A unit replaced twice and then refunded gives back what it cost, once (B49)."""
    order = delivered(desk)
    case = agreed_on(desk, case_of(desk, order), Offer("replacement", SOON, lines={"1": 1}))
    second = desk.orders.place(replaces=(order.id, case.id, "remedy-1"), number="R-1")
    case2 = agreed_on(desk, case_of(desk, second), Offer("replacement", SOON, lines={"1": 1}))
    third = desk.orders.place(replaces=(second.id, case2.id, "remedy-1"))
    case3 = agreed_on(desk, case_of(desk, third), Offer("refund", SOON, lines={"1": 1}))
    desk.incidents.carry_out(case3.id, "remedy-1", reference="RF-9")
    case = agreed_on(desk, case, Offer("refund", SOON, lines={"1": 2}))

    assert ("R-1", "3.34 EUR", "6.66 EUR") == (
        case.remedies[0].reference,
        str(case3.remedies[0].amount),
        str(case.remedies[1].amount),
    )
    assert (euros("3.34"), euros("0")) == (desk.orders.get(order.id).refunded, third.captured)


def test_preview_is_what_is_offered(desk: Desk) -> None:
    """What a preview says is what the command does, and nothing is written by it."""
    case = case_of(desk, delivered(desk))
    offers = [Offer("refund", SOON, lines={"A": 2}), Offer("apology", SOON)]
    preview = desk.incidents.preview(case.id, offers)

    assert case == desk.incidents.get(case.id)
    made = desk.incidents.offer(case.id, offers).offers
    assert [(o.id, o.amount, o.worth, o.lines) for o in preview.offers] == [(o.id, o.amount, o.worth, o.lines) for o in made]
    assert (euros("6.67"), euros("3.33"), (("1", 1),)) == (preview.worth, preview.left[0].money, preview.left[0].units)


def test_a_kind_that_there_is_not_is_refused(desk: Desk) -> None:
    """The error names those that there are."""
    with pytest.raises(InvalidInput, match="Allowed: substitution, restock, replacement, refund"):
        desk.incidents.offer(case_of(desk, placed(desk)).id, [Offer("lottery_ticket", date(2026, 3, 9))])


def test_what_was_refunded_is_not_sent_too(desk: Desk) -> None:
    """Before it has left: the others are sent, and it is left to be cancelled."""
    order = desk.orders.place(MARTA, [Line("A", 3, "10.00")])
    agreed_on(desk, case_of(desk, order), Offer("refund", SOON, lines={"A": 1}))
    with pytest.raises(QuantityError, match=r"has 2 units left to ship; got 3\. What was refunded is not sent too"):
        desk.orders.ship(order.id, {"A": 3})

    assert 2 == desk.orders.ship(order.id).lines[0].shipped
    assert 1 == desk.orders.cancel(order.id).lines[0].cancelled
