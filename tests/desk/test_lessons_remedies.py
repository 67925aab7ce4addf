"""Lessons from other systems about putting things right, each by its number. On both stores."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.authority import Authority
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.people import Customer
from incidentkit.domain.protocols import ProtocolStep
from incidentkit.domain.remedies import Offer
from incidentkit.domain.shop import Agent
from incidentkit.errors import AuthorityExceeded, IncidentkitError, RuleViolation
from incidentkit.hooks import RemedyKind, hookimpl
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk import world
from tests.desk.bank import PAYING, Bank
from tests.desk.conftest import Opened
from tests.desk.world import placed

SOON = date(2026, 3, 9)


def euros(amount: str) -> Money:
    """So much."""
    return Money(amount, "EUR")


def delivered(desk: Desk, **given: Any) -> Order:
    """Three cups at ten euros, a third off the whole order, with their customer."""
    order = placed(desk, **{"lines": [Line("cup", 3, "10.00")], "paid": "20.00", **given})
    desk.orders.ship(order.id)
    return desk.orders.deliver(order.id)


def case_of(desk: Desk, *orders: Order) -> Incident:
    """A case on these orders whose customer was told."""
    case = desk.incidents.report([order.id for order in orders], type="damaged", description="broken", cause="picking")
    return desk.incidents.log_conversation(case.id, channel="phone", summary="we are sorry", by="ana")


def agreed(desk: Desk, case: Incident, offer: Offer) -> Incident:
    """The case with that offer taken."""
    offered = desk.incidents.offer(case.id, [offer])
    return desk.incidents.accept(case.id, offered.offers[-1].id, by="customer")


# --- B47: whatever is one is made one on purpose, and can be told apart again ------------------------------------------


def test_b47_people_who_are_alike_stay_two(desk: Desk) -> None:
    """The same address and telephone under two of the shop's keys are two customers, with needs and wishes of their own."""
    one = Customer("c-1", name="Marta", email="home@example.com", phone="+34600000001")
    two = Customer("c-2", name="Joan", email="home@example.com", phone="+34600000001")
    orders = [placed(desk, customer=who) for who in (one, two)]
    needs = [desk.contacts.log(channel="phone", customer=who, summary="where is it?").need for who in (one, two)]
    desk.people.opt_out(one, purpose="marketing")

    assert (2, 2) == (len({order.customer for order in orders}), len(set(needs)))
    assert ((), [orders[1].id]) == (desk.people.preferences(two).choices, [o.id for o in desk.orders.find(person=two)])
    assert 2 == len(desk.orders.find(email="home@example.com"))


def test_b47_cases_are_merged_by_somebody_and_told_apart_again(desk: Desk) -> None:
    """Two cases on one order stay two until somebody says otherwise, and are what they were after it was a mistake."""
    order = delivered(desk)
    one, two = case_of(desk, order), case_of(desk, order)
    desk.incidents.merge(two.id, into=one.id, by="ana")
    merged = desk.incidents.get(two.id)
    desk.incidents.unmerge(two.id, reason="not the same", by="ana")
    apart = desk.incidents.get(two.id)

    assert (one.id, None) == (merged.merged_into, apart.merged_into)
    assert (two.phase, two.orders, two.description) == (apart.phase, apart.orders, apart.description)


def test_b47_needs_are_joined_by_somebody_and_split_again(desk: Desk) -> None:
    """Contacts go to another need when somebody says so, and back."""
    first = desk.contacts.log(channel="phone", order=placed(desk).id, summary="where is it?")
    second = desk.contacts.log(channel="email", order=placed(desk).id, summary="and the other?")
    desk.needs.join(second.need, into=first.need)
    apart = desk.needs.split(first.need, [second.id])

    assert [second.id] == [contact.id for contact in apart.contacts]
    assert [first.id] == [contact.id for contact in desk.needs.get(first.need).contacts]


# --- B48, B49: returns, replacements, and replacements of those --------------------------------------------------------


def test_b48_a_return_needs_no_refund(desk: Desk) -> None:
    """Units come back with nothing agreed for them, or for a replacement: no money goes out by itself."""
    order = delivered(desk)
    desk.orders.take_back(order.id, {"cup": 1})
    case = agreed(desk, case_of(desk, order), Offer("replacement", SOON, lines={"cup": 1}, after_return=True))
    desk.orders.take_back(order.id, {"cup": 1})
    sent = desk.orders.place(replaces=(order.id, case.id, "remedy-1"))

    assert (euros("0"), euros("0"), 2) == (
        desk.orders.get(order.id).refunded,
        sent.captured,
        desk.orders.get(order.id).lines[0].returned,
    )
    assert Phase.RESOLVED is desk.incidents.resolve(case.id).phase


def test_b49_a_case_on_a_replacement_of_a_replacement(desk: Desk) -> None:
    """Something goes wrong with what was sent instead, twice: it is a case like any other, and all of it one order's money."""
    order = delivered(desk)
    first = agreed(desk, case_of(desk, order), Offer("replacement", SOON, lines={"cup": 3}))
    again = desk.orders.place(replaces=(order.id, first.id, "remedy-1"))
    second = agreed(desk, case_of(desk, again), Offer("replacement", SOON, lines={"cup": 2}))
    last = desk.orders.place(replaces=(again.id, second.id, "remedy-1"))
    third = agreed(desk, case_of(desk, last), Offer("refund", SOON, lines={"cup": 2}))
    desk.incidents.carry_out(third.id, "remedy-1", reference="RF-1")
    with pytest.raises(IncidentkitError):
        desk.incidents.offer(case_of(desk, again).id, [Offer("refund", SOON, lines={"cup": 2})])
    rest = agreed(desk, case_of(desk, again), Offer("refund", SOON, lines={"cup": 1}))
    desk.incidents.carry_out(rest.id, "remedy-1", reference="RF-2")

    assert euros("20.00") == desk.orders.get(order.id).refunded
    assert not desk.verify().damages


# --- B50, B51, B53: how much goes back ---------------------------------------------------------------------------------


def test_b50_what_came_is_refunded_and_not_what_was_announced(desk: Desk) -> None:
    """Three units are announced and two come: two are paid, and the third is owed for itself, or given up."""
    order = delivered(desk)
    case = agreed(desk, case_of(desk, order), Offer("refund", SOON, lines={"cup": 3}, after_return=True))
    desk.orders.take_back(order.id, {"cup": 2})
    case = desk.incidents.carry_out(case.id, "remedy-1", reference="RF-1")
    owed = [remedy.id for remedy in case.remedies if remedy.owed]
    case = desk.incidents.drop(case.id, owed[0], reason="the customer keeps it")
    back = desk.orders.get(order.id).refunded

    assert (1, Phase.RESOLVED) == (len(owed), desk.incidents.resolve(case.id).phase)
    assert (True, euros("20.00")) == (euros("13.32") < back < euros("13.35"), desk.orders.get(order.id).captured)


@pytest.mark.parametrize("paid", ["20.00", "29.99", "0.11", "10.00"])
def test_b51_units_of_a_discounted_order_cost_what_was_paid_for_them(desk: Desk, paid: str) -> None:
    """A discount on the whole order is shared out to the cent: one by one, all units give back exactly what was captured."""
    order = delivered(desk, lines=[Line("cup", 3, "7.77"), Line("lid", 2, "3.33")], paid=paid)
    given = euros("0")
    for line, units in (("cup", 1), ("lid", 2), ("cup", 2)):
        case = agreed(desk, case_of(desk, order), Offer("refund", SOON, lines={line: units}))
        given += case.remedies[0].amount or euros("0")
        desk.incidents.carry_out(case.id, "remedy-1", reference="RF")

    assert (euros(paid), euros(paid)) == (desk.orders.get(order.id).refunded, given)


def test_b53_a_refund_keeps_its_lines_on_every_way(store_url: str, clock: ManualClock, tmp_path: Path) -> None:
    """The offer, the remedy and the payment say which units of which line they are for, and what for each."""
    seen: list[Any] = []
    bank = Bank(tmp_path / "ledger.tsv")
    bank.before = seen.append
    with open_desk(store_url, PAYING, plugins=(bank,), clock=clock) as desk:
        case = agreed(desk, case_of(desk, delivered(desk)), Offer("refund", SOON, lines={"cup": 2}))
        desk.send_due()
        (payment,) = seen
        said = [case.offers[0].lines, case.remedies[0].lines, tuple((part.line, part.units) for part in payment.lines)]

        assert [(("1", 2),)] * 3 == [tuple(lines) for lines in said]
        assert payment.amount == case.remedies[0].amount


# --- B52: no dead states -----------------------------------------------------------------------------------------------


def test_b52_a_changed_order_gives_no_money_back_by_itself(desk: Desk) -> None:
    """Correcting an order, cancelling a part of it, taking units back: only what was agreed in a case goes out."""
    order = placed(desk, lines=[Line("cup", 3, "10.00")], paid="30.00")
    desk.orders.amend(order.id, reason="typo", number="1001-B")
    desk.orders.cancel(order.id, {"cup": 1})
    desk.orders.ship(order.id)
    desk.orders.deliver(order.id)
    desk.orders.take_back(order.id, {"cup": 1})

    assert euros("0") == desk.orders.get(order.id).refunded
    assert [] == list(desk.payments.find())


@pytest.mark.parametrize("moved", ["", "cancelled", "returned", "amended"])
@pytest.mark.parametrize("kind", ["refund", "replacement", "substitution", "store_credit", "discount", "restock"])
def test_b52_every_agreed_remedy_can_be_given_up(desk: Desk, kind: str, moved: str) -> None:
    """Whatever becomes of its order, what was agreed can be dropped, and the case resolved: nothing is stuck."""
    order = placed(desk, lines=[Line("cup", 3, "10.00")], paid="30.00")
    given: dict[str, Any] = {"lines": {"cup": 1}} if kind in ("refund", "replacement", "restock", "substitution") else {}
    given |= {"product": "mug"} if kind == "substitution" else {}
    given |= {"amount": "5.00"} if kind in ("store_credit", "discount") else {}
    case = agreed(desk, case_of(desk, order), Offer(kind, SOON, **given))
    if moved == "cancelled":
        desk.orders.cancel(order.id, {"cup": 2})
    elif moved:
        desk.orders.ship(order.id)
        desk.orders.deliver(order.id)
    if moved == "returned":
        desk.orders.take_back(order.id, {"cup": 2})
    elif moved == "amended":
        desk.orders.amend(order.id, reason="typo", number="1001-B")
    desk.incidents.drop(case.id, "remedy-1", reason="they changed their mind")

    assert Phase.RESOLVED is desk.incidents.resolve(case.id, reason="nothing is due").phase
    assert not desk.verify().damages


# --- B54, B55: of your own ---------------------------------------------------------------------------------------------


class Parts:
    """A host's own kind of remedy."""

    @hookimpl
    def incidentkit_register_remedies(self, context: object) -> list[RemedyKind]:
        """A spare lid."""
        return [RemedyKind("spare_lid", "goods", evidence="parcel", product="other", labels={"en": "a spare lid"})]


def test_b54_a_host_adds_kinds_and_steps(opened: Opened, post: Post) -> None:
    """What counts as putting it right, and which steps lead there, is the shop's to say, by a plugin and its settings."""
    steps = (task_step("photos"), task_step("parcel", after=("photos",)))
    protocols = tuple(evolve(p, steps=steps) if p.type == "damaged" else p for p in world.SHOP.protocols)
    desk = opened(plugins=(post, Parts()), shop=evolve(world.SHOP, protocols=protocols))
    case = agreed(desk, case_of(desk, delivered(desk)), Offer("spare_lid", SOON, product="LID-3"))
    case = desk.incidents.carry_out(case.id, "remedy-1", reference="P-1")

    assert ("spare_lid", "P-1") == (case.remedies[0].kind, case.remedies[0].reference)
    assert ["photos", "parcel"] == [reading.name for reading in desk.incidents.steps(case.id)]


def task_step(name: str, after: tuple[str, ...] = ()) -> ProtocolStep:
    """A step that is a task."""
    return ProtocolStep(name, what={"en": name}, after=after)


def test_b55_one_request_over_several_orders_says_why(desk: Desk) -> None:
    """A case is about as many orders as it must, each with units and money of its own, and has its cause as a code."""
    orders = [delivered(desk), delivered(desk)]
    case = case_of(desk, *orders)
    for order in orders:
        case = agreed(desk, case, Offer("refund", SOON, lines={"1": 1}, order=order.id))
    for remedy in case.remedies:
        desk.incidents.carry_out(case.id, remedy.id, reference="RF")

    assert ("picking", [order.id for order in orders]) == (case.cause, [remedy.order for remedy in case.remedies])
    assert [True, True] == [desk.orders.get(order.id).refunded > euros("6.65") for order in orders]


# --- B56: who asks does not approve ------------------------------------------------------------------------------------

ROLES = {"agent": Authority(per_incident=Money("5.00", "EUR").amount), "lead": Authority(may_approve=True)}


@pytest.fixture
def strict(opened: Opened) -> Desk:
    """A shop in which an agent may grant five euros in a case, and whoever leads may approve of more."""
    crew = (Agent("ana", "after-sales"), Agent("eva", "after-sales", "lead"), Agent("sol", "after-sales", "supervisor"))
    return opened(shop=evolve(world.SHOP, agents=crew, authority=ROLES))


def asked(desk: Desk, by: str) -> tuple[str, str]:
    """A case, and a request for more than an agent may grant in it."""
    case = case_of(desk, delivered(desk))
    with pytest.raises(AuthorityExceeded) as refused:
        desk.incidents.offer(case.id, [Offer("refund", SOON, "12.00")], by=by)
    return case.id, str(refused.value.approval)


@pytest.mark.parametrize("by", ["ana", None])
def test_b56_nobody_approves_what_they_asked_for(strict: Desk, by: str | None) -> None:
    """It is a rule of the record, not of a page: the requester is refused by whatever door, and so is nobody by name."""
    case, approval = asked(strict, "ana")
    with pytest.raises(RuleViolation):
        strict.incidents.approve(case, approval, by=by)

    assert () == strict.incidents.get(case).offers


def test_b56_somebody_else_who_may_approves(strict: Desk) -> None:
    """Then it is offered, and the record says who asked and who let it be."""
    case, approval = asked(strict, "ana")
    offer = strict.incidents.approve(case, approval, by="eva").offers[0]

    assert ("agent:ana", "agent:eva") == (offer.made_by, offer.approved_by)


def test_b56_many_small_ones_stop_where_one_big_one_does(strict: Desk) -> None:
    """Slices add up: after five euros in a case there is nothing left of them, whoever offers the next."""
    case = case_of(strict, delivered(strict))
    for number in range(5):
        case = agreed(strict, case, Offer("discount", SOON + timedelta(days=number), "1.00"))
    with pytest.raises(AuthorityExceeded) as refused:
        strict.incidents.offer(case.id, [Offer("discount", SOON, "0.01")], by="ana")

    assert euros("0.00") == refused.value.remaining
