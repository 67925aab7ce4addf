"""One cause, many orders, through the desk, on both stores."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.authority import Authority
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.mass import MassIncident, OrderRule
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.people import Customer
from incidentkit.domain.remedies import Offer
from incidentkit.errors import InvalidInput, RuleViolation, UnknownIdError
from incidentkit.ports import Message
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import JOAN, MARTA, SHOP, SOON

MUG, CUP = Line("mug", 2, "10.00"), Line("cup", 1, "5.00")


def bought(desk: Desk, customer: Customer | None = MARTA, number: str | None = None, *lines: Line) -> Order:
    """An order with a mug and a cup."""
    return desk.orders.place(customer=customer, lines=lines or (MUG, CUP), number=number)


def sold_out(desk: Desk) -> MassIncident:
    """The mug has run out: two orders of Marta's and one of Joan's are affected, and one with a cup alone is not."""
    for customer, number in ((MARTA, "S-1"), (MARTA, "S-2"), (JOAN, "S-3")):
        bought(desk, customer, number)
    bought(desk, JOAN, "S-4", CUP)
    return desk.mass.open("out_of_stock", "the mug has run out", rule=OrderRule(product="mug"), cause="stock_count")


def cases(desk: Desk) -> dict[str, Incident]:
    """The cases by the numbers of their orders."""
    found = [desk.incidents.get(case.id) for case in desk.incidents.find()]
    return {"+".join(case.mass.labels) if case.mass else case.id: case for case in found}


def letters(post: Post, customer: Customer = MARTA) -> list[Message]:
    """What somebody got about their cases."""
    return [message for message in post.post.letters if message.to == customer.email and "/incident." in message.key]


def written(post: Post, customer: Customer = MARTA) -> list[str]:
    """The subjects of what somebody got about their cases."""
    return [message.subject for message in letters(post, customer)]


def test_each_customer_has_one_case_over_their_affected_orders(desk: Desk) -> None:
    """With the type, the cause and the words of the mass incident; orders without the product are in none."""
    mass = sold_out(desk)
    report = desk.mass.work(mass.id)
    found = cases(desk)

    assert {"S-1+S-2", "S-3"} == found.keys()
    assert (3, 2, 0, 0, ()) == (report.covered, report.cases, report.joined, report.left, report.refused)
    assert ("out_of_stock", "stock_count", "the mug has run out", ("mug",)) == (
        found["S-3"].type,
        found["S-3"].cause,
        str(found["S-3"].description),
        found["S-3"].products,
    )


def test_working_on_it_again_changes_nothing(desk: Desk) -> None:
    """Neither a case nor an event is added by that, nor by listing the same orders once more."""
    mass = sold_out(desk)
    desk.mass.notify(mass.id)
    before = desk.feed().watermark
    desk.mass.work(mass.id, again=True)
    desk.mass.notify(mass.id)
    desk.mass.add(mass.id, mass.orders)
    desk.mass.extend(mass.id)

    assert before == desk.feed().watermark


def test_a_customer_is_written_to_once_about_all_of_their_orders(desk: Desk, post: Post) -> None:
    """In their own language; somebody with one order gets the usual text."""
    mass = sold_out(desk)
    desk.mass.notify(mass.id)
    desk.send_due()

    assert ["Un problema con tus pedidos"] == written(post)
    assert ["A problem with your order S-3"] == written(post, JOAN)
    text = letters(post)[0].text
    assert "- S-1" in text
    assert "- S-2" in text


def test_a_late_order_joins_the_case_and_brings_no_second_message(desk: Desk, post: Post) -> None:
    """Somebody is asked to tell of it, until the next text names it."""
    mass = sold_out(desk)
    desk.mass.notify(mass.id)
    desk.send_due()
    late = bought(desk, MARTA, "S-5")
    desk.mass.add(mass.id, late.id)
    report = desk.mass.work(mass.id)
    desk.send_due()
    (task,) = desk.tasks.find()

    assert (1, 1, 0) == (report.covered, report.joined, report.cases)
    assert ("tell", "mass_late_order", late.id) == (task.kind, task.rule, task.order)
    assert 1 == len(written(post))
    desk.mass.offer(mass.id, [Offer("refund", SOON)])
    desk.send_due()
    assert () == tuple(desk.tasks.find())
    assert "S-5" in letters(post)[-1].text


def test_an_order_that_joins_before_the_message_went_out_is_in_it(desk: Desk, post: Post) -> None:
    """A message says how the case stands when it goes out."""
    mass = sold_out(desk)
    desk.mass.notify(mass.id)
    desk.mass.add(mass.id, bought(desk, JOAN, "S-6").id)
    desk.mass.work(mass.id)
    desk.send_due()

    assert ["A problem with your orders"] == written(post, JOAN)
    assert "- S-6" in letters(post, JOAN)[0].text


def test_everybody_is_offered_what_their_affected_units_cost(desk: Desk) -> None:
    """One round for each of their orders, for units of the affected product alone; offered once, whatever is repeated."""
    mass = sold_out(desk)
    for _ in range(2):
        desk.mass.offer(mass.id, [Offer("refund", SOON), Offer("restock", SOON)])
    marta = cases(desk)["S-1+S-2"]

    assert [1, 1, 2, 2] == [offer.round for offer in marta.offers]
    assert {"20.00 EUR"} == {str(offer.amount) for offer in marta.offers if offer.kind == "refund"}
    assert [("1", 2)] == list(dict.fromkeys(line for offer in marta.offers for line in offer.lines))


def test_what_goes_beyond_an_authority_is_asked_for_once_for_all_of_a_case(opened: Opened, post: Post) -> None:
    """One approval over all orders of a customer, and once it is given one message; then nothing is refused any more."""
    limits = {"agent": Authority(per_incident=Decimal(25)), "supervisor": Authority(may_approve=True)}
    desk = opened(shop=evolve(SHOP, authority=limits))
    mass = sold_out(desk)
    report = desk.mass.offer(mass.id, [Offer("refund", SOON), Offer("restock", SOON)], by="ana")
    marta = cases(desk)["S-1+S-2"]
    desk.mass.work(mass.id, again=True)
    (approval,) = desk.incidents.get(marta.id).approvals

    assert [(marta.id, "authority-exceeded")] == [(r.incident, r.code) for r in report.refused]
    assert (1, 1) == (desk.mass.progress(mass.id).offered, desk.mass.progress(mass.id).refused)
    desk.incidents.approve(marta.id, approval.id, by="eva")
    desk.send_due()
    assert ["Lo que te ofrecemos por tus pedidos"] == written(post)
    assert [1, 1, 2, 2] == [offer.round for offer in desk.incidents.get(marta.id).offers]
    assert (2, 0) == (desk.mass.progress(mass.id).offered, desk.mass.progress(mass.id).refused)
    assert desk.verify().ok


def test_a_late_order_is_offered_the_same(desk: Desk) -> None:
    """What was done for everybody is done for whoever joins; what was offered before stays as it is."""
    mass = sold_out(desk)
    desk.mass.offer(mass.id, [Offer("refund", SOON)])
    desk.mass.add(mass.id, [bought(desk, MARTA, "S-5").id, bought(desk, Customer("c-new"), "S-6").id])
    report = desk.mass.work(mass.id)

    assert {1: 2} == report.done
    assert [1, 2, 3] == [offer.round for offer in cases(desk)["S-1+S-2+S-5"].offers]
    assert [1] == [offer.round for offer in cases(desk)["S-6"].offers]


def test_what_one_case_refuses_stops_no_other(desk: Desk) -> None:
    """It is listed with the reason, and done for the others."""
    mass = sold_out(desk)
    desk.mass.notify(mass.id)
    desk.send_due()
    desk.incidents.withdraw(cases(desk)["S-3"].id, reason="she did not want it")
    marta = cases(desk)["S-1+S-2"]
    desk.incidents.resolve(marta.id, reason="the mugs were found")
    bought(desk, Customer("c-2", email="c2@example.com"), "S-7")
    desk.mass.extend(mass.id)
    report = desk.mass.offer(mass.id, [Offer("refund", SOON)])

    assert [(marta.id, 2, "transition-refused")] == [(r.incident, r.stage, r.code) for r in report.refused]
    assert 1 == len(cases(desk)["S-7"].offers)
    assert ((2, "transition-refused"),) == desk.incidents.get(marta.id).mass.refused  # type: ignore[union-attr]


def test_what_was_refused_is_tried_again_when_that_is_asked_for(desk: Desk) -> None:
    """And not by itself."""
    mass = sold_out(desk)
    desk.mass.resolve(mass.id, reason="the mugs were found")
    assert 2 == desk.mass.progress(mass.id).refused
    for case in cases(desk).values():
        desk.incidents.log_conversation(case.id, channel="phone", summary="told", by="ana")

    assert {} == desk.mass.work(mass.id).done
    assert {1: 2} == desk.mass.work(mass.id, again=True).done
    assert 0 == desk.mass.progress(mass.id).refused


def test_each_closes_on_their_own_word(desk: Desk) -> None:
    """One satisfied customer closes one case."""
    mass = sold_out(desk)
    desk.mass.work(mass.id)
    for case in cases(desk).values():
        desk.incidents.log_conversation(case.id, channel="phone", summary="told", by="ana")
    desk.mass.resolve(mass.id, reason="the mugs were found")
    case = cases(desk)["S-3"]
    spoken = desk.incidents.log_conversation(case.id, channel="phone", summary="all is well", by="ana")
    desk.incidents.confirm_satisfaction(case.id, Evidence.conversation(spoken.conversations[-1].id), by="ana")
    desk.incidents.close(case.id)
    progress = desk.mass.progress(mass.id)

    assert {"resolved": 1, "closed": 1} == progress.phases
    assert (1, 2, 0) == (progress.closed, progress.told, progress.left)


def test_what_was_agreed_is_carried_out_and_told_once_all_of_it_is_done(desk: Desk, post: Post) -> None:
    """Each remedy has its own reference, and the customer one message."""
    mass = sold_out(desk)
    desk.mass.offer(mass.id, [Offer("restock", SOON)])
    marta = cases(desk)["S-1+S-2"]
    for offer in marta.offers:
        desk.incidents.accept(marta.id, offer.id, by="customer")
    desk.send_due()
    report = desk.mass.carry_out(mass.id, reference="GR-{order}", remedy="restock")
    desk.send_due()
    marta = cases(desk)["S-1+S-2"]

    assert {2: 2} == report.done
    assert ["GR-S-1", "GR-S-2"] == [remedy.reference for remedy in marta.remedies]
    assert 1 == len([subject for subject in written(post) if subject.startswith("Hecho")])
    assert (1, 1) == (desk.mass.progress(mass.id).accepted, desk.mass.progress(mass.id).carried_out)


def test_what_is_agreed_one_after_the_other_is_confirmed_in_one_message(desk: Desk, post: Post, clock: ManualClock) -> None:
    """It waits a while for what the customer says of their other orders."""
    mass = sold_out(desk)
    desk.mass.offer(mass.id, [Offer("refund", SOON)])
    desk.send_due()
    marta = cases(desk)["S-1+S-2"]
    desk.incidents.accept(marta.id, marta.offers[0].id, by="customer")
    desk.send_due()
    desk.incidents.accept(marta.id, marta.offers[1].id, by="customer")
    clock.advance(hours=1)
    desk.send_due()

    assert 1 == written(post).count("Acordado para tus pedidos")
    text = letters(post)[-1].text
    assert "S-1: " in text
    assert "S-2: " in text


def test_a_customer_whose_case_is_over_gets_another_one_that_follows_it(desk: Desk, post: Post) -> None:
    """They are not written to a second time of the same thing; somebody is asked to tell them."""
    mass = sold_out(desk)
    desk.mass.notify(mass.id)
    desk.send_due()
    first = cases(desk)["S-3"]
    desk.incidents.resolve(first.id, reason="she found another")
    desk.send_due()
    desk.mass.add(mass.id, bought(desk, JOAN, "S-8").id)
    desk.mass.work(mass.id)
    desk.send_due()
    later = cases(desk)["S-8"]

    assert first.id == later.follows
    assert Counter({"A problem with your order S-3": 1, "Is it solved? Your order S-3": 1}) == Counter(written(post, JOAN))
    assert [later.id] == [task.incident for task in desk.tasks.find(kind="tell")]


def test_orders_without_a_customer_have_a_case_each(desk: Desk) -> None:
    """Nobody knows whether they are one person's."""
    found = [bought(desk, None, number).id for number in ("S-1", "S-2")]
    mass = desk.mass.open("out_of_stock", "the mug has run out", orders=found)
    report = desk.mass.notify(mass.id)

    assert {"S-1", "S-2"} == cases(desk).keys()
    assert ["transition-refused"] * 2 == [refusal.code for refusal in report.refused]


def test_it_can_be_worked_on_a_part_at_a_time(desk: Desk) -> None:
    """Each part goes on where the one before ended, and says what is left."""
    mass = sold_out(desk)
    made = [desk.mass.work(mass.id, limit=1) for _ in range(3)]

    assert [1, 1, 0] == [report.cases for report in made]
    assert made[0].left == 3 - made[0].covered
    assert 0 == made[1].left


def test_progress_is_told_while_it_is_worked_on(desk: Desk) -> None:
    """It grows, and ends with all of it."""
    mass = sold_out(desk)
    said: list[tuple[int, int]] = []
    desk.mass.work(mass.id, progress=lambda done, all_: said.append((done, all_)))

    assert (3, 3) == said[-1]


def test_facts_of_a_case_are_about_the_affected_products(desk: Desk) -> None:
    """Not about what else was in those orders."""
    mass = sold_out(desk)
    desk.mass.work(mass.id)
    by_product = {row.segment: row.n for row in desk.measure("escalation_rate", by="product").rows}

    assert {"mug": 2} == by_product


@pytest.mark.parametrize("given", [{}, {"orders": ["nobody"]}, {"orders": [], "rule": None}])
def test_a_mass_incident_has_orders_that_there_are(desk: Desk, given: dict[str, object]) -> None:
    """Or a rule that finds them."""
    with pytest.raises((InvalidInput, UnknownIdError)):
        desk.mass.open("out_of_stock", "the mug has run out", **given)  # type: ignore[arg-type]


def test_it_is_reported_with_what_its_cases_can_have(desk: Desk) -> None:
    """A type, a cause and a severity of the shop's, and words."""
    order = bought(desk).id
    for given in ({"type": "flood"}, {"cause": "gremlins"}, {"severity": "dire"}, {"description": ""}):
        with pytest.raises(InvalidInput):
            desk.mass.open(**{"type": "late", "description": "late", "orders": [order], **given})  # type: ignore[arg-type]

    assert () == tuple(desk.mass.find())


def test_a_rule_finds_what_it_says(desk: Desk, clock: ManualClock) -> None:
    """Orders of a carrier, of days, that have not arrived, that have not left."""
    shipped = (bought(desk, MARTA, "S-1"), bought(desk, MARTA, "S-2"))[1]
    desk.orders.ship(shipped.id, carrier="correos")
    clock.advance(days=2)
    arrived, cancelled = bought(desk, JOAN, "S-3"), bought(desk, JOAN, "S-4")
    desk.orders.ship(arrived.id, carrier="correos")
    desk.orders.deliver(arrived.id)
    desk.orders.cancel(cancelled.id, reason="no longer wanted")
    since = clock() - timedelta(days=1)

    def found(rule: OrderRule) -> set[str]:
        return {str(desk.orders.get(order).number) for order in desk.mass.open("late", "late", rule=rule).orders}

    assert {"S-2"} == found(OrderRule(carrier="correos"))
    assert {"S-2", "S-3"} == found(OrderRule(carrier="correos", undelivered=False))
    assert {"S-1", "S-2"} == found(OrderRule(product="mug"))
    assert {"S-1"} == found(OrderRule(product="mug", unshipped=True))
    assert {"S-3"} == found(OrderRule(placed_since=since, undelivered=False))
    assert {"S-1", "S-2"} == found(OrderRule(placed_until=since))


def test_nothing_is_worked_on_inside_a_batch(desk: Desk) -> None:
    """It writes in transactions of its own."""
    mass = sold_out(desk)
    with desk.batch(), pytest.raises(RuleViolation):
        desk.mass.work(mass.id)


def test_the_record_is_whole_after_all_of_it(desk: Desk) -> None:
    """What is derived follows from the events, also once it was made anew."""
    mass = sold_out(desk)
    desk.mass.offer(mass.id, [Offer("refund", SOON)])
    desk.mass.add(mass.id, bought(desk, MARTA, "S-5").id)
    desk.mass.work(mass.id)
    before = desk.mass.progress(mass.id)
    assert desk.verify().ok
    desk.rebuild()

    assert before == desk.mass.progress(mass.id)
    assert desk.verify().ok


def test_a_case_that_was_merged_takes_its_part_along(desk: Desk) -> None:
    """What is done for everybody is done for the case that goes on for it."""
    mass = sold_out(desk)
    desk.mass.work(mass.id)
    own = desk.incidents.report(bought(desk, JOAN, "S-9").id, "damaged", "crushed")
    desk.incidents.merge(cases(desk)["S-3"].id, into=own.id)
    report = desk.mass.offer(mass.id, [Offer("refund", SOON)])

    assert ({1: 2}, ()) == (report.done, report.refused)
    assert ["20.00 EUR"] == [str(offer.amount) for offer in desk.incidents.get(own.id).offers]
    assert {Phase.MERGED.value: 1, Phase.DETECTED.value: 1} == desk.mass.progress(mass.id).phases
