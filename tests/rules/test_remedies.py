"""Offers are priced and checked, taken, answered with others, agreed on, done and dropped: the rules, without a store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Intent, Timer
from incidentkit.domain.ids import IncidentId, LineId, OfferId, OrderId, RemedyId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.ledger import Claim, Part, Replaced
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.payments import BY_HAND
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.rates import Rate
from incidentkit.domain.remedies import Offer, OfferState, Remedy
from incidentkit.domain.remedy_kinds import KINDS, RemedyKind
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, MoneyError, QuantityError, RuleViolation, TransitionRefused, UnknownIdError
from incidentkit.rules import remedies as rules
from incidentkit.rules.around import Around
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.expiring import EXPIRY, expire, expires_first, too_late
from incidentkit.rules.pricing import left_after, priced
from incidentkit.rules.replacing import lines_instead, sent_instead, stands_for
from incidentkit.rules.returns import received
from tests.rules.test_incidents import SHOP, START, agreed, now, told

SOON = date(2026, 3, 9)
ONE, TWO = LineId("1"), LineId("2")
WORDS = Text("t", "they keep it")


def eur(amount: str) -> Money:
    return Money(amount, "EUR")


def an_order(**more: Any) -> Order:
    """Two of A at 10 and one of B at 5, of which 20 were captured."""
    lines = (Line("A", 2, eur("10.00"), ONE), Line("B", 1, eur("5.00"), TWO))
    return Order(OrderId("o-1"), START, eur("20.00"), lines, **more)


def a_case(**more: Any) -> Incident:
    """A case about that order whose customer knows."""
    return evolve(told(), orders=(OrderId("o-1"),), lines=(), **more)


def price(offer: Offer, case: Incident | None = None, order: Order | None = None, **more: Any) -> Offer:
    """One offer as it would be made."""
    (made,) = priced(case or a_case(), [offer], (order or an_order(),), now(2, **more))
    return made


# --- Pricing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offer", "amount", "worth", "lines"),
    [
        (Offer("refund", SOON, lines={"A": 1}), "8.00", "8.00", (("1", 1),)),
        (Offer("refund", SOON, "3", lines={"1": 1}), "3.00", "3.00", (("1", 1),)),
        (Offer("refund", SOON, "7.50"), "7.50", "7.50", ()),
        (Offer("discount", SOON, "2"), "2.00", "2.00", ()),
        (Offer("store_credit", SOON, "30"), "30.00", "30.00", ()),
        (Offer("store_credit", SOON, lines={"B": 1}), "4.00", "4.00", (("2", 1),)),
        (Offer("replacement", SOON, lines={"1": 2}), None, "16.00", (("1", 2),)),
        (Offer("substitution", SOON, product="C"), None, "25.00", ()),
        (Offer("restock", SOON, lines={"1": 1}), None, "0.00", (("1", 1),)),
        (Offer("apology", SOON), None, "0.00", ()),
    ],
    ids=lambda value: value.kind if isinstance(value, Offer) else None,
)
def test_what_an_offer_comes_to(offer: Offer, amount: str | None, worth: str, lines: Any) -> None:
    """Its amount to the cent, what it gives away, and its units by line id."""
    made = price(offer)

    assert (None if amount is None else eur(amount), eur(worth), lines) == (made.amount, made.worth, made.lines)
    assert ("offer-1", 1, "o-1") == (made.id, made.round, made.order)


def test_goods_without_lines_are_worth_the_affected_ones() -> None:
    """Where the case names lines, no others count."""
    assert eur("5.00") == price(Offer("replacement", SOON), evolve(a_case(), lines=(TWO,))).worth


@pytest.mark.parametrize(
    ("offer", "error", "rule"),
    [
        (Offer("lottery", SOON), InvalidInput, "is one that the shop has; got lottery. Allowed: substitution, restock"),
        (Offer("refund", SOON), InvalidInput, r"needs an amount; got none. Give amount=, or lines="),
        (Offer("discount", SOON), InvalidInput, r"needs an amount; got none. Give amount=\."),
        (Offer("refund", SOON, "0"), MoneyError, "has an amount above zero"),
        (Offer("restock", SOON, "1"), InvalidInput, r"An offer of restock: takes no amount; got 1"),
        (Offer("discount", SOON, "1", lines={"1": 1}), InvalidInput, "is not for units of lines"),
        (Offer("refund", SOON, "1", product="C"), InvalidInput, "names no other product"),
        (Offer("refund", SOON, "20.01"), MoneyError, r"20\.01 EUR, and 20\.00 EUR left"),
        (Offer("refund", SOON, "8.01", lines={"1": 1}), MoneyError, r"8\.01 EUR of 8\.00 EUR\. Give at most 8\.00 EUR"),
        (Offer("refund", SOON, Money("1", "USD")), MoneyError, "must be in EUR"),
        (Offer("refund", SOON, lines={"1": 3}), QuantityError, "has 2 units left to be made good; got 3"),
        (Offer("refund", SOON, lines={"X": 1}), InvalidInput, "'X' is no line of it"),
        (Offer("restock", date(2026, 3, 1)), InvalidInput, "a date that can still be kept"),
        (Offer("restock", SOON, until=date(2026, 3, 1)), InvalidInput, "a last day that is not over"),
        (Offer("restock", SOON, order=OrderId("o-9")), InvalidInput, "is about the orders o-1; got o-9"),
        (Offer("restock", SOON, id=OfferId("offer-1")), InvalidInput, "an offer is made once"),
    ],
)
def test_what_is_not_offered(offer: Offer, error: type[RuleViolation], rule: str) -> None:
    """Each refusal says why, and what to do instead."""
    with pytest.raises(error, match=rule):
        price(offer)


def test_nothing_is_offered_where_no_money_is_left() -> None:
    """The units are there, and what they cost was given back already."""
    with pytest.raises(MoneyError, match="has money left for the units that are offered; got nothing"):
        price(Offer("refund", SOON, lines={"1": 1}), order=an_order(refunded=eur("20.00")))


def test_an_offer_may_give_all_that_is_left() -> None:
    """And not a cent more."""
    assert eur("20.00") == price(Offer("refund", SOON, "20.00")).amount


def test_offers_made_together_are_a_round_of_their_own() -> None:
    """Counted on from the last one."""
    case = a_case(offers=(price(Offer("apology", SOON)),))
    made = priced(case, [Offer("apology", SOON), Offer("restock", SOON)], (an_order(),), now(2))

    assert [("offer-2", 2), ("offer-3", 2)] == [(offer.id, offer.round) for offer in made]


@pytest.mark.parametrize("allowed", [("apology",), ("apology", "restock")])
def test_a_protocol_may_allow_some_kinds_only(allowed: tuple[str, ...]) -> None:
    """The refusal names those."""
    protocol = Protocol(a_case().type, remedies=allowed)
    case = a_case(protocol=protocol)
    with pytest.raises(InvalidInput, match=f"is one that a case of {case.type} may have; got refund.*Allowed: .*apology"):
        price(Offer("refund", SOON, "1"), case)

    assert "apology" == price(Offer("apology", SOON), case).kind


def test_a_case_without_an_order_has_no_lines() -> None:
    """Money can still be promised, in the case's own currency."""
    case = evolve(told(), orders=())
    (made,) = priced(case, [Offer("refund", SOON, "5")], (), now(2))

    assert (eur("5.00"), eur("5.00"), None) == (made.amount, made.worth, made.order)
    with pytest.raises(InvalidInput, match="is about no order, and so about no lines"):
        priced(case, [Offer("refund", SOON, lines={"1": 1})], (), now(2))


@pytest.mark.parametrize(
    ("offer", "money", "units"),
    [
        (Offer("refund", SOON, lines={"1": 1}), "12.00", (("1", 1), ("2", 1))),
        (Offer("replacement", SOON, lines={"1": 2}), "20.00", (("1", 0), ("2", 1))),
        (Offer("store_credit", SOON, "9"), "20.00", (("1", 2), ("2", 1))),
    ],
)
def test_what_an_offer_leaves(offer: Offer, money: str, units: Any) -> None:
    """Credit and goods leave the money, and money without lines the units."""
    left = left_after(a_case(), price(offer), (an_order(),), now(2))

    assert ("offer-1", eur(money), units) == (left.offer, left.money, left.units)


def test_an_offer_without_an_order_leaves_nothing_to_say() -> None:
    """There is no money that it is of."""
    case = evolve(told(), orders=())

    assert left_after(case, priced(case, [Offer("apology", SOON)], (), now(2))[0], (), now(2)).money is None


# --- Offering ----------------------------------------------------------------------------------------------------


def message(decision: Decision) -> Intent:
    """The one message to the customer that follows."""
    (intent,) = [intent for intent in decision.intents if intent.kind == "message"]
    return intent


def planned(decision: Decision) -> list[str]:
    """The texts that are noted as written."""
    return [event.step for event in decision.events if isinstance(event, ev.NoticePlanned)]


def test_offers_are_written_to_the_customer() -> None:
    """All of them at once, with the order that they are about, and noted as a notice."""
    made = priced(a_case(), [Offer("refund", SOON, "5"), Offer("restock", SOON)], (an_order(),), now(2))
    decision = rules.offer(a_case(), made, an_order(number="1001"), now(2))
    written = message(decision)

    assert (ev.OffersMade(made), ["incident.offered"]) == (decision.events[0], planned(decision))
    assert ("incident.offered", "1001", "refund|5.00 EUR|2026-03-09; restock||2026-03-09") == (
        written.step,
        dict(written.values)["order"],
        dict(written.values)["offers"],
    )


# --- Taking ------------------------------------------------------------------------------------------------------


def offered(*offers: Offer, order: Order | None = None) -> Incident:
    """The case with these offers, as they are priced."""
    return a_case(offers=priced(a_case(), offers, (order or an_order(),), now(2)))


def claims_of(decision: Decision) -> list[Claim]:
    return [event.claim for _, event in decision.elsewhere if isinstance(event, ev.ClaimMade)]


@pytest.mark.parametrize(
    ("offer", "claim"),
    [
        (Offer("refund", SOON, lines={"1": 1}), ((Part(ONE, 1, eur("8.00")),), eur("8.00"), False, True)),
        (Offer("refund", SOON, lines={"1": 1}, after_return=True), ((Part(ONE, 1, eur("8.00")),), eur("8.00"), True, True)),
        (Offer("discount", SOON, "3"), ((), eur("3.00"), False, True)),
        (Offer("store_credit", SOON, lines={"2": 1}), ((Part(TWO, 1, eur("4.00")),), None, False, True)),
        (Offer("replacement", SOON, lines={"2": 1}), ((Part(TWO, 1, eur("4.00")),), None, False, False)),
        (Offer("restock", SOON, lines={"2": 1}), ((Part(TWO, 1, eur("4.00")),), None, False, False)),
    ],
)
def test_what_is_agreed_claims_money_and_units(offer: Offer, claim: Any) -> None:
    """On the order that the money is of."""
    decision = rules.accept(offered(offer), "offer-1", (an_order(),), now(3))
    (made,) = claims_of(decision)

    assert claim == (made.parts, made.amount, made.awaited, made.moved)
    assert ["o-1"] == [stream for stream, _ in decision.elsewhere]


@pytest.mark.parametrize("offer", [Offer("apology", SOON), Offer("store_credit", SOON, "4"), Offer("restock", SOON)])
def test_what_is_of_no_money_and_no_units_claims_nothing(offer: Offer) -> None:
    """The order need not know."""
    assert () == rules.accept(offered(offer), "offer-1", (an_order(),), now(3)).elsewhere


@pytest.mark.parametrize(
    ("offer", "paid"),
    [
        (Offer("refund", SOON, lines={"1": 1}), 1),
        (Offer("discount", SOON, "3"), 1),
        (Offer("refund", SOON, lines={"1": 1}, after_return=True), 0),
        (Offer("store_credit", SOON, "4"), 0),
        (Offer("replacement", SOON, lines={"2": 1}), 0),
    ],
)
def test_money_is_paid_once_it_is_due(offer: Offer, paid: int) -> None:
    """What waits for a return is not due yet, and credit is no money."""
    decision = rules.accept(offered(offer), "offer-1", (an_order(),), now(3))

    assert paid == len([intent for intent in decision.intents if intent.kind == "money"])


def test_an_offer_becomes_a_remedy_as_it_stands() -> None:
    """What was offered is what is owed, under its own id."""
    taken = offered(Offer("apology", SOON), Offer("substitution", SOON, product="C", lines={"1": 1}, after_return=True))
    (event, *_) = rules.accept(taken, "offer-2", (an_order(),), now(3)).events
    remedy = Remedy(
        RemedyId("remedy-1"),
        OfferId("offer-2"),
        "substitution",
        SOON,
        product="C",
        lines=((ONE, 1),),
        order=OrderId("o-1"),
        after_return=True,
        worth=eur("8.00"),
        gives="goods",
    )

    assert ev.OfferAccepted(OfferId("offer-2"), remedy) == event


def test_a_claim_says_whose_it_is_and_of_what() -> None:
    """The case, the remedy and its kind, and the order whose units are meant."""
    (made,) = claims_of(rules.accept(offered(Offer("refund", SOON, lines={"1": 1})), "offer-1", (an_order(),), now(3)))

    assert ("i-1", "remedy-1", "refund", "o-1", "agreed") == (made.incident, made.remedy, made.kind, made.of, made.state)


def test_what_is_agreed_is_put_in_writing() -> None:
    """That remedy, and no other, in the first text about one."""
    decision = rules.accept(offered(Offer("refund", SOON, "5")), "offer-1", (an_order(number="1001"),), now(3))
    written = message(decision)

    assert ("incident.accepted", "1") == (written.step, written.key.rpartition("/")[2])
    assert ("1001", "refund|5.00 EUR|2026-03-09") == (dict(written.values)["order"], dict(written.values)["offers"])


def test_a_payment_says_what_it_is_for() -> None:
    """The order that the money is of, its number, and what each line gets."""
    order = an_order(number="1001")
    decision = rules.accept(offered(Offer("refund", SOON, lines={"1": 1, "2": 1})), "offer-1", (order,), now(3))
    (paid,) = [dict(intent.values) for intent in decision.intents if intent.kind == "money"]

    assert ("o-1", "1001", '[["1",1,"8.00 EUR"],["2",1,"4.00 EUR"]]') == (paid["order"], paid["number"], paid["lines"])


def test_credit_may_be_more_than_the_money_that_is_left() -> None:
    """It takes nothing out of what the order captured."""
    case = offered(Offer("store_credit", SOON, "30", lines={}))

    assert rules.accept(case, "offer-1", (an_order(),), now(3)).events


@pytest.mark.parametrize(("kind", "paid"), [("refund", 1), ("store_credit", 0)])
def test_without_an_order_money_is_paid_by_hand(kind: str, paid: int) -> None:
    """There is no payer for it and nothing to claim; credit is no money."""
    bare = evolve(told(), orders=())
    case = evolve(bare, offers=priced(bare, [Offer(kind, SOON, "5")], (), now(2)))
    decision = rules.accept(case, "offer-1", (), now(3))
    payments = [intent for intent in decision.intents if intent.kind == "money"]

    assert () == decision.elsewhere
    assert [(BY_HAND, "5.00 EUR")] * paid == [(intent.channel, dict(intent.values)["amount"]) for intent in payments]


def test_an_offer_that_names_no_order_is_of_the_first() -> None:
    """As offers from before an order was said in them."""
    case = offered(Offer("refund", SOON, "5"))
    old = evolve(case, offers=(evolve(case.offers[0], order=None),))

    assert ["o-1"] == [stream for stream, _ in rules.accept(old, "offer-1", (an_order(),), now(3)).elsewhere]


def test_what_is_of_a_kind_that_is_gone_is_not_taken() -> None:
    """Nobody knows any more whether its amount was money: what was offered as credit must not be paid out."""
    kinds = {**KINDS, "gift_card": RemedyKind("gift_card", "credit", evidence="coupon")}
    (made,) = priced(a_case(), [Offer("gift_card", SOON, "5")], (an_order(),), evolve(now(2), kinds=kinds))
    case = a_case(offers=(made,))

    with pytest.raises(InvalidInput, match=r"offer-1: is of a kind that the shop has; got gift_card\. .*decline\(\) it"):
        rules.accept(case, "offer-1", (an_order(),), now(3))


def test_the_shop_agrees_to_what_the_customer_asked_for() -> None:
    """It becomes a remedy like any other, with its claim, its payment and its text."""
    case = offered(Offer("apology", SOON))
    (event,) = rules.counter(case, "offer-1", Offer("refund", SOON, "5"), (an_order(),), now(3)).events
    assert isinstance(event, ev.OfferCountered)
    case = evolve(case, offers=(evolve(case.offers[0], state=OfferState.COUNTERED), event.counter))
    decision = rules.agree(case, "offer-2", (an_order(),), now(4))

    assert [eur("5.00")] == [claim.amount for claim in claims_of(decision)]
    assert {"money", "message"} == {intent.kind for intent in decision.intents}


def test_an_apology_is_done_when_it_is_agreed() -> None:
    """Nothing is left to do, and it costs nothing."""
    decision = rules.accept(offered(Offer("apology", SOON)), "offer-1", (an_order(),), now(3))

    assert [ev.RemedyCarriedOut(RemedyId("remedy-1"), "", eur("0.00"))] == [
        event for event in decision.events if isinstance(event, ev.RemedyCarriedOut)
    ]


def test_what_others_have_used_up_is_not_agreed() -> None:
    """Between the offer and its acceptance somebody else agreed on the same."""
    case, first = offered(Offer("refund", SOON, "15")), offered(Offer("replacement", SOON, lines={"2": 1}))
    taken = Claim(IncidentId("i-9"), RemedyId("remedy-1"), "refund", OrderId("o-1"), (Part(TWO, 1, eur("4")),), eur("6"))

    with pytest.raises(MoneyError, match=r"15\.00 EUR, and 14\.00 EUR left of 20\.00 EUR"):
        rules.accept(case, "offer-1", (an_order(claims=(taken,)),), now(3))
    with pytest.raises(QuantityError, match="has 0 units left to be made good"):
        rules.accept(first, "offer-1", (an_order(claims=(taken,)),), now(3))


@pytest.mark.parametrize(
    ("command", "state", "rule"),
    [
        (rules.accept, OfferState.ASKED, r"offer-1 must be open; got asked\. agree\(\) or decline\(\) it"),
        (rules.agree, OfferState.OPEN, r"offer-1 must be asked; got open\. accept\(\), counter\(\) or decline\(\) it"),
        (rules.accept, OfferState.PASSED, r"must be open; got passed\. Make a new offer"),
        (rules.agree, OfferState.EXPIRED, r"must be asked; got expired\. Make a new offer"),
    ],
)
def test_an_offer_is_taken_by_whom_it_waits_for(command: Any, state: OfferState, rule: str) -> None:
    """The customer takes the shop's, the shop the customer's, and nobody what is over."""
    (made,) = offered(Offer("apology", SOON)).offers
    with pytest.raises(TransitionRefused, match=rule):
        command(a_case(offers=(evolve(made, state=state),)), "offer-1", (an_order(),), now(3))


def test_an_offer_that_is_not_there_is_named() -> None:
    """With those that are."""
    with pytest.raises(UnknownIdError, match=r"has the offers offer-1; got 'offer-2'"):
        rules.accept(offered(Offer("apology", SOON)), "offer-2", (an_order(),), now(3))


def test_a_counter_offer_is_of_the_same_round() -> None:
    """So that agreeing to it passes the others."""
    case = offered(Offer("apology", SOON), Offer("restock", SOON))
    (event,) = rules.counter(case, "offer-1", Offer("refund", SOON, lines={"1": 1}), (an_order(),), now(3)).events
    assert isinstance(event, ev.OfferCountered)

    assert ("offer-1", "offer-3", 1, "offer-1", OfferState.ASKED, eur("8.00")) == (
        event.offer,
        event.counter.id,
        event.counter.round,
        event.counter.answers,
        event.counter.state,
        event.counter.amount,
    )


@pytest.mark.parametrize("state", [OfferState.OPEN, OfferState.ASKED])
def test_what_waits_can_be_declined(state: OfferState) -> None:
    """By the customer or the shop."""
    (made,) = offered(Offer("apology", SOON)).offers

    assert (ev.OfferDeclined(OfferId("offer-1")),) == rules.decline(
        a_case(offers=(evolve(made, state=state),)), "offer-1", now(3)
    ).events


# --- Expiring ----------------------------------------------------------------------------------------------------

UNTIL = START + timedelta(hours=5)


@pytest.mark.parametrize(("hours", "late"), [(5, False), (5.001, True)])
def test_an_offer_can_be_taken_to_the_end_of_its_last_day(hours: float, late: bool) -> None:
    """To the instant; one without a last day always."""
    case = offered(Offer("apology", SOON, until=UNTIL))

    assert late == too_late(case.offers[0], SHOP, now(hours).at)
    assert not too_late(evolve(case.offers[0], until=None), SHOP, now(999).at)
    if late:
        with pytest.raises(TransitionRefused, match="could be taken until"):
            rules.accept(case, "offer-1", (an_order(),), now(hours))
    else:
        assert rules.accept(case, "offer-1", (an_order(),), now(hours)).events


@pytest.mark.parametrize(
    ("change", "expires"),
    [
        ({}, UNTIL + timedelta(microseconds=1)),
        ({"state": OfferState.ASKED}, UNTIL + timedelta(microseconds=1)),
        ({"state": OfferState.DECLINED}, None),
        ({"until": None}, None),
    ],
)
def test_when_an_offer_is_looked_at(change: dict[str, Any], expires: Any) -> None:
    """At the first instant that is too late, while somebody can still take it."""
    made = evolve(offered(Offer("apology", SOON, until=UNTIL)).offers[0], **change)
    case = a_case(offers=(made,))

    assert expires == expires_first(case, SHOP)
    assert expires_first(evolve(case, phase=Phase.RESOLVED), SHOP) is None


def test_only_what_is_late_expires() -> None:
    """Others of the case stand."""
    case = offered(Offer("apology", SOON, until=UNTIL), Offer("restock", SOON), Offer("discount", SOON, "1", until=UNTIL))
    timer = Timer(case.id, EXPIRY, UNTIL)

    assert (ev.OffersExpired((OfferId("offer-1"), OfferId("offer-3"))),) == expire(case, timer, Around(), now(6)).events
    assert () == expire(case, timer, Around(), now(5)).events
    assert () == expire(evolve(case, phase=Phase.CLOSED), timer, Around(), now(6)).events


# --- Doing and dropping ------------------------------------------------------------------------------------------


def owing(offer: Offer, **more: Any) -> tuple[Incident, Order]:
    """A case that owes that, and its order with the claim."""
    case = offered(offer)
    decision = rules.accept(case, "offer-1", (an_order(),), now(3))
    (taken,) = [event for event in decision.events if isinstance(event, ev.OfferAccepted)]
    return evolve(case, remedies=(evolve(taken.remedy, **more),)), an_order(claims=tuple(claims_of(decision)))


@pytest.mark.parametrize(
    ("offer", "noted"),
    [
        (Offer("refund", SOON, lines={"1": 1}), ev.MoneyReturned),
        (Offer("store_credit", SOON, lines={"1": 1}), ev.ClaimDone),
        (Offer("replacement", SOON, lines={"1": 1}), ev.ClaimDone),
        (Offer("store_credit", SOON, "4"), None),
    ],
)
def test_what_is_done_is_noted_on_the_order(offer: Offer, noted: Any) -> None:
    """Money as money, claims as done; what claimed nothing is not its business."""
    case, order = owing(offer)
    elsewhere = rules.carry_out(case, "remedy-1", "R-1", (order,), now(4)).elsewhere

    assert ([] if noted is None else [noted]) == [type(event) for _, event in elsewhere]


def test_what_is_done_is_recorded_and_written() -> None:
    """The reference stands in the record and in the customer's text, of this remedy and no other."""
    case, order = owing(Offer("restock", SOON, lines={"1": 1}))
    others = (evolve(case.remedies[0], id=RemedyId(id_)) for id_ in ("remedy-2", "remedy-3"))
    case = evolve(case, remedies=(*case.remedies, *others))
    decision = rules.carry_out(case, "remedy-2", "P-2", (evolve(order, number="1001"),), now(4))
    written = message(decision)

    assert ev.RemedyCarriedOut(RemedyId("remedy-2"), "P-2", eur("0.00")) == decision.events[0]
    assert ["incident.carried_out"] == planned(decision)
    assert ("incident.carried_out", "1") == (written.step, written.key.rpartition("/")[2])
    assert ("1001", "P-2") == (dict(written.values)["order"], dict(written.values)["reference"])


def test_a_text_names_what_was_done_last_in_whichever_order() -> None:
    """The second remedy was done first: the text about the first has the reference of the first."""
    case, order = owing(Offer("restock", SOON, lines={"1": 1}))
    first = evolve(case.remedies[0], id=RemedyId("remedy-2"), carried_out_at=now(4).at, reference="P-2")
    case = evolve(case, remedies=(*case.remedies, first))

    assert "P-1" == dict(message(rules.carry_out(case, "remedy-1", "P-1", (order,), now(5))).values)["reference"]


def test_the_same_done_again_changes_nothing() -> None:
    """Another reference for it is refused, for it is done once."""
    case, order = owing(Offer("restock", SOON, lines={"1": 1}), carried_out_at=now(4).at, reference="P-1")
    with pytest.raises(TransitionRefused, match="remedy-1 is carried out once; got done as P-1"):
        rules.carry_out(case, "remedy-1", "P-2", (order,), now(5))

    assert Decision() == rules.carry_out(case, "remedy-1", "P-1", (order,), now(5))


def test_a_reference_noted_before_is_no_proof() -> None:
    """A remedy that is still owed is done, whatever reference it had."""
    case, order = owing(Offer("restock", SOON, lines={"1": 1}), reference="P-1")

    assert rules.carry_out(case, "remedy-1", "P-1", (order,), now(5)).events


@pytest.mark.parametrize("reference", ["", "  ", "x" * 201, 7, None])
def test_a_remedy_is_not_done_without_a_reference(reference: Any) -> None:
    """Somebody must be able to find it: a text with words, of at most 200 characters."""
    case, order = owing(Offer("restock", SOON, lines={"1": 1}))
    with pytest.raises(InvalidInput, match="needs its reference: that of the parcel"):
        rules.carry_out(case, "remedy-1", reference, (order,), now(4))

    assert rules.carry_out(case, "remedy-1", "x" * 200, (order,), now(4)).events


def test_what_is_asked_for_where_its_kind_is_gone_is_a_refund() -> None:
    """Nothing else says what shows that it was done."""
    case, order = owing(Offer("restock", SOON), kind="lost_kind", gives="")
    with pytest.raises(InvalidInput, match="needs its reference: that of the refund"):
        rules.carry_out(case, "remedy-1", "", (order,), now(4))


RATES = (
    Rate(remedy="replacement", amount=Decimal("4.00"), per="unit", share=Decimal("0.5")),
    Rate(remedy="restock", amount=Decimal("3.00"), per="unit"),
    Rate(remedy="store_credit", share=Decimal("0.5")),
)


@pytest.mark.parametrize(
    ("offer", "cost"),
    [
        (Offer("replacement", SOON, lines={"1": 2}), "16.00"),  # two parcels, and half of the goods
        (Offer("replacement", SOON), "16.50"),  # one, and half of all that is affected
        (Offer("restock", SOON, lines={"1": 2}), "6.00"),
        (Offer("restock", SOON), "3.00"),
        (Offer("substitution", SOON, lines={"1": 1}), None),  # no rate
        (Offer("refund", SOON, "5"), None),
        (Offer("store_credit", SOON, "5"), None),  # its worth is no goods
    ],
)
def test_what_carrying_out_costs(offer: Offer, cost: str | None) -> None:
    """At the shop's rate of its kind, by its units and the worth of its goods; unknown without one."""
    case, order = owing(offer)
    decision = rules.carry_out(case, "remedy-1", "R", (order,), evolve(now(4), shop=evolve(SHOP, rates=RATES)))

    assert [None if cost is None else eur(cost)] == [
        event.cost for event in decision.events if isinstance(event, ev.RemedyCarriedOut)
    ]


@pytest.mark.parametrize(("currency", "cost"), [("EUR", eur("0.00")), ("", None)])
def test_what_gives_nothing_costs_nothing_without_a_rate(currency: str, cost: Money | None) -> None:
    """In the case's currency, where it has one."""
    case, order = owing(Offer("restock", SOON, lines={"1": 1}))
    (event, *_) = rules.carry_out(evolve(case, currency=currency), "remedy-1", "P-1", (order,), now(4)).events

    assert ev.RemedyCarriedOut(RemedyId("remedy-1"), "P-1", cost) == event


def test_a_claim_that_is_done_is_that_of_its_remedy() -> None:
    """By its case and its own id, on the order that keeps it."""
    case, order = owing(Offer("replacement", SOON, lines={"1": 1}))

    assert (("o-1", ev.ClaimDone(case.id, RemedyId("remedy-1"))),) == rules.carry_out(
        case, "remedy-1", "R", (order,), now(4)
    ).elsewhere


def test_what_waits_for_a_return_is_not_done_before() -> None:
    """It is once its units are back."""
    case, order = owing(Offer("refund", SOON, lines={"1": 1}, after_return=True))
    with pytest.raises(TransitionRefused, match=r"done once its units are back; got they are not\. orders\.take_back\(\)"):
        rules.carry_out(case, "remedy-1", "R-1", (order,), now(4))
    back = evolve(case, remedies=(evolve(case.remedies[0], received_at=now(4).at),))

    assert rules.carry_out(back, "remedy-1", "R-1", (order,), now(4)).events


def test_of_a_kind_that_is_gone_an_amount_is_money() -> None:
    """A plugin was taken away, and what was agreed is still owed."""
    case, order = owing(Offer("refund", SOON, lines={"1": 1}), kind="lost_kind", gives="")

    assert [ev.MoneyReturned] == [
        type(event) for _, event in rules.carry_out(case, "remedy-1", "R", (order,), now(4)).elsewhere
    ]


def test_of_a_kind_that_is_gone_without_an_amount_nothing_is_given() -> None:
    """It costs nothing, and is done on the order like whatever puts a unit in another's place."""
    case, order = owing(Offer("restock", SOON, lines={"1": 1}), kind="lost_kind", gives="")
    decision = rules.carry_out(case, "remedy-1", "R", (order,), now(4))

    assert ev.RemedyCarriedOut(RemedyId("remedy-1"), "R", eur("0.00")) == decision.events[0]
    assert [ev.ClaimDone] == [type(event) for _, event in decision.elsewhere]


def test_from_before_kinds_credit_is_what_its_kind_says() -> None:
    """It is no money, though it has an amount."""
    case, order = owing(Offer("store_credit", SOON, lines={"1": 1}), gives="")

    assert [ev.ClaimDone] == [type(event) for _, event in rules.carry_out(case, "remedy-1", "R", (order,), now(4)).elsewhere]


def test_what_was_agreed_keeps_what_it_gives() -> None:
    """Be it that its kind is gone: credit stays credit, and no money goes out."""
    case, order = owing(Offer("store_credit", SOON, lines={"1": 1}), kind="lost_kind")

    assert [ev.ClaimDone] == [type(event) for _, event in rules.carry_out(case, "remedy-1", "R", (order,), now(4)).elsewhere]


def test_what_is_dropped_claims_nothing() -> None:
    """And can't be done or dropped again."""
    case, order = owing(Offer("refund", SOON, lines={"1": 1}))
    decision = rules.drop(case, "remedy-1", WORDS, (order,), now(4))
    gone = evolve(case, remedies=(evolve(case.remedies[0], dropped_at=now(4).at, reason=WORDS),))

    assert ((ev.RemedyDropped(RemedyId("remedy-1"), WORDS),), (("o-1", ev.ClaimDropped(case.id, RemedyId("remedy-1"))),)) == (
        decision.events,
        decision.elsewhere,
    )
    with pytest.raises(TransitionRefused, match="remedy-1 must be owed; got dropped"):
        rules.drop(gone, "remedy-1", WORDS, (order,), now(5))
    with pytest.raises(TransitionRefused, match="must be owed; got dropped"):
        rules.carry_out(gone, "remedy-1", "R", (order,), now(5))


def test_dropping_needs_words_and_a_case_that_lives() -> None:
    """Why stands in the record; of a final case nothing is decided."""
    case, order = owing(Offer("restock", SOON))
    with pytest.raises(InvalidInput, match="needs a reason in words"):
        rules.drop(case, "remedy-1", Text("t", " "), (order,), now(4))
    with pytest.raises(TransitionRefused, match="nothing is decided on a final case; got withdrawn"):
        rules.drop(evolve(case, phase=Phase.WITHDRAWN), "remedy-1", WORDS, (order,), now(4))
    with pytest.raises(UnknownIdError, match=r"has the remedies remedy-1; got 'remedy-7'"):
        rules.drop(case, "remedy-7", WORDS, (order,), now(4))

    assert () == rules.drop(case, "remedy-1", WORDS, (order,), now(4)).elsewhere


def test_what_has_no_order_is_dropped_without_one() -> None:
    """It claimed nothing, so nothing is free again."""
    bare = evolve(told(), orders=(), remedies=(Remedy(RemedyId("remedy-1"), OfferId("offer-1"), "apology", SOON),))
    decision = rules.drop(bare, "remedy-1", WORDS, (), now(4))

    assert Decision((ev.RemedyDropped(RemedyId("remedy-1"), WORDS),)) == decision


def test_a_remedy_that_names_no_order_frees_what_it_claimed() -> None:
    """Its claim is on the first order of its case."""
    case, order = owing(Offer("replacement", SOON, lines={"1": 1}), order=None)

    assert (("o-1", ev.ClaimDropped(case.id, RemedyId("remedy-1"))),) == rules.released(case, case.remedies, (order,))


@pytest.mark.parametrize(
    ("attempted", "command"),
    [
        ("accept", lambda case, order: rules.accept(case, "offer-1", (order,), now(4))),
        ("agree", lambda case, order: rules.agree(case, "offer-1", (order,), now(4))),
        ("decline", lambda case, order: rules.decline(case, "offer-1", now(4))),
        ("counter", lambda case, order: rules.counter(case, "offer-1", Offer("apology", SOON), (order,), now(4))),
        ("carry_out", lambda case, order: rules.carry_out(case, "remedy-1", "R", (order,), now(4))),
        ("drop", lambda case, order: rules.drop(case, "remedy-1", WORDS, (order,), now(4))),
    ],
)
@pytest.mark.parametrize("why", ["the case is over", "it is over"])
def test_a_refusal_says_what_was_attempted(attempted: str, command: Any, why: str) -> None:
    """So that a caller can tell what they may do instead."""
    case, order = owing(Offer("restock", SOON), dropped_at=now(3).at if why == "it is over" else None)
    if why == "it is over":
        case = evolve(case, offers=(evolve(case.offers[0], state=OfferState.DECLINED),))
    else:
        case = evolve(case, phase=Phase.WITHDRAWN)
    with pytest.raises(TransitionRefused) as refused:
        command(case, order)

    assert attempted == refused.value.attempted


@pytest.mark.parametrize(
    ("attempted", "command", "more"),
    [
        ("accept", lambda case, order: rules.accept(case, "offer-1", (order,), now(9)), {}),
        ("carry_out", lambda case, order: rules.carry_out(case, "remedy-1", "R", (order,), now(9)), {"after_return": True}),
        ("drop", lambda case, order: rules.drop(case, "remedy-1", WORDS, (order,), now(9)), {"carried_out_at": UNTIL}),
    ],
)
def test_a_refusal_for_the_time_says_what_was_attempted(attempted: str, command: Any, more: dict[str, Any]) -> None:
    """The last day is over, the units are not back, or it is done already."""
    case, order = owing(Offer("restock", SOON, lines={"1": 1}, until=UNTIL), **more)
    with pytest.raises(TransitionRefused) as refused:
        command(case, order)

    assert attempted == refused.value.attempted


def test_a_remedy_from_before_ledgers_is_paid_from_the_first_order() -> None:
    """It names no order, and has no claim."""
    case = evolve(agreed(), orders=(OrderId("o-1"),))
    old = evolve(case, remedies=(evolve(case.remedies[0], order=None),))

    assert [("o-1", ev.MoneyReturned(eur("5.00"), case.id, RemedyId("remedy-1")))] == list(
        rules.carry_out(old, "remedy-1", "R", (an_order(),), now(4)).elsewhere
    )


# --- Coming back -------------------------------------------------------------------------------------------------


def come_back(offer: Offer, units: Mapping[str, int]) -> tuple[Decision, Incident]:
    """What follows from these units coming back."""
    case, order = owing(offer)
    return received(order, order, {case.id: case}, tuple(units.items()), now(5)), case


def test_all_that_was_announced_comes() -> None:
    """It is due as it was agreed, and paid."""
    decision, case = come_back(Offer("refund", SOON, lines={"1": 2}, after_return=True), {"1": 2})

    assert [ev.RemedyReceived(RemedyId("remedy-1"), (("1", 2),), eur("16.00"), eur("16.00"))] == [
        event for stream, event in decision.elsewhere if stream == case.id
    ]
    assert [("money", "payment.refund")] == [(intent.kind, intent.step) for intent in decision.intents]


def test_what_does_not_come_is_owed_as_a_remedy_of_its_own() -> None:
    """With its share of the money; what came is paid (B50)."""
    decision, case = come_back(Offer("refund", SOON, lines={"1": 2}, after_return=True), {"1": 1})
    (event,) = [event for stream, event in decision.elsewhere if stream == case.id]
    (claim,) = [event for stream, event in decision.elsewhere if stream == "o-1"]
    assert isinstance(event, ev.RemedyReceived)
    assert isinstance(claim, ev.ClaimReceived)
    assert event.rest is not None
    assert claim.rest is not None

    assert (eur("8.00"), (("1", 1),), eur("8.00"), "remedy-2") == (event.amount, event.lines, event.rest.amount, event.rest.id)
    assert (False, True, "remedy-2", eur("8.00")) == (
        claim.claim.awaited,
        claim.rest.awaited,
        claim.rest.remedy,
        claim.rest.amount,
    )


def test_credit_and_goods_are_split_as_well() -> None:
    """Each with what its units are worth; nothing is paid."""
    for kind, amount in (("store_credit", eur("8.00")), ("replacement", None)):
        decision, case = come_back(Offer(kind, SOON, lines={"1": 2}, after_return=True), {"1": 1, "2": 1})
        (event,) = [event for stream, event in decision.elsewhere if stream == case.id]
        assert isinstance(event, ev.RemedyReceived)

        assert (amount, eur("8.00"), ()) == (event.amount, event.worth, decision.intents)


@pytest.mark.parametrize(
    ("offer", "units"),
    [
        (Offer("refund", SOON, lines={"1": 2}), {"1": 2}),
        (Offer("refund", SOON, lines={"1": 2}, after_return=True), {"2": 1}),
    ],
)
def test_a_return_that_nothing_waits_for_means_nothing(offer: Offer, units: dict[str, int]) -> None:
    """No refund follows from it (B48)."""
    assert Decision() == come_back(offer, units)[0]


def test_the_first_agreed_gets_what_comes_first() -> None:
    """The second waits on."""
    first, order = owing(Offer("refund", SOON, lines={"1": 1}, after_return=True))
    other = evolve(order.claims[0], incident=IncidentId("i-2"), parts=(Part(ONE, 1, eur("8.00")),))
    second = evolve(first, id=IncidentId("i-2"))
    both = evolve(order, claims=(*order.claims, other))
    decision = received(both, both, {first.id: first, second.id: second}, (("1", 1),), now(5))

    assert [first.id] == [stream for stream, event in decision.elsewhere if isinstance(event, ev.RemedyReceived)]


# --- Sent instead ------------------------------------------------------------------------------------------------


def sent(**more: Any) -> Order:
    """An order of one A that captured nothing."""
    return evolve(Order(OrderId("r-1"), START, eur("0"), (Line("A", 1, eur("10.00"), ONE),)), **more)


def test_an_order_sent_instead_carries_the_units_on() -> None:
    """The ledger names it and its units, and it what it stands for."""
    case, order = owing(Offer("replacement", SOON, lines={"1": 1}))
    elsewhere = rules.carry_out(case, "remedy-1", "r-1", (order,), now(4), sent()).elsewhere

    assert [
        ("o-1", ev.OrderReplaced(case.id, RemedyId("remedy-1"), OrderId("r-1"), ((ONE, 1),))),
        (
            "r-1",
            ev.OrderSentInstead(Replaced(OrderId("o-1"), case.id, RemedyId("remedy-1"), OrderId("o-1"), eur("8.00"))),
        ),
    ] == list(elsewhere)


def test_goods_without_units_are_worth_nothing_on_the_ledger() -> None:
    """Nothing says what they stand for, so nothing of them can be refunded by line."""
    case, order = owing(Offer("replacement", SOON))
    ((_, event),) = sent_instead(case, case.remedies[0], None, order, order, sent())
    assert isinstance(event, ev.OrderSentInstead)

    assert eur("0.00") == event.replaces.worth


@pytest.mark.parametrize(
    ("change", "stands"),
    [
        ({}, True),
        ({"id": OrderId("o-1")}, False),
        ({"captured": eur("1.00")}, False),
        ({"captured": Money("0", "USD"), "refunded": Money("0", "USD"), "lines": ()}, False),
        ({"replaces": Replaced(OrderId("x"), IncidentId("i"), RemedyId("r"), OrderId("x"), eur("1"))}, False),
        ({"claims": (Claim(IncidentId("i"), RemedyId("r"), "refund", OrderId("r-1")),)}, False),
    ],
)
def test_which_orders_are_sent_instead(change: dict[str, Any], stands: bool) -> None:
    """Another one of the same currency that captured nothing, and stands for nothing else."""
    case, order = owing(Offer("replacement", SOON, lines={"1": 1}))

    assert stands == stands_for(sent(**change), order)
    assert not stands_for(None, order)
    if not stands:
        with pytest.raises(RuleViolation, match="is sent instead of another once, and captures nothing"):
            sent_instead(case, case.remedies[0], order.claims[0], order, order, sent(**change))


def test_what_is_sent_instead_follows_from_the_remedy() -> None:
    """Its units, of the other product where it names one."""
    remedy = Remedy(RemedyId("r"), OfferId("o"), "substitution", SOON, product="C", lines=(("1", 2),))

    assert (Line("C", 2, eur("10.00")),) == lines_instead(remedy, an_order())
    assert (Line("A", 2, eur("10.00")),) == lines_instead(evolve(remedy, product=""), an_order())
    with pytest.raises(InvalidInput, match="says of no units"):
        lines_instead(evolve(remedy, lines=()), an_order())


def test_a_kind_of_a_hosts_own_is_like_any_other() -> None:
    """What it gives decides what follows."""
    kinds = {**KINDS, "bonus": RemedyKind("bonus", "money", evidence="refund")}
    here: Circumstances = evolve(now(2), kinds=kinds)
    (made,) = priced(a_case(), [Offer("bonus", SOON, "2")], (an_order(),), here)
    decision = rules.accept(a_case(offers=(made,)), "offer-1", (an_order(),), evolve(now(3), kinds=kinds))

    assert [eur("2.00")] == [claim.amount for claim in claims_of(decision)]
