"""Contacts and needs on a desk: joined across channels, resolved with their incidents, corrected by people."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.contacts import Contact
from incidentkit.domain.money import Money
from incidentkit.domain.rates import Rate
from incidentkit.errors import InvalidInput, RuleViolation, UnknownIdError
from incidentkit.measures.measure import Clock
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import JOAN, MARTA, SHOP, agreed, placed, reported, resolved, told

CLOCKS: tuple[Clock, ...] = ("elapsed", "working")
RATED = evolve(SHOP, rates=(Rate("phone", "2.50"), Rate("email", 1)))


@pytest.fixture
def shop_desk(opened: Opened) -> Desk:
    """A desk of a shop with rates."""
    return opened(shop=RATED)


# --- Joining -----------------------------------------------------------------------------------------------------


def test_a_journey_over_channels_is_one_need(shop_desk: Desk, clock: ManualClock, record: Callable[[], Copy]) -> None:
    """Mail, phone and counter are one journey: every switch seen, every contact costed, all on the order's timeline."""
    order = placed(shop_desk)
    first = shop_desk.contacts.log(channel="email", order=order.id, summary="where is it?")
    clock.advance(hours=3)
    shop_desk.contacts.log(channel="email", direction="out", order=order.id, by="ana")
    second = shop_desk.contacts.log(channel="phone", customer=MARTA, live=True, by="ana")
    need = shop_desk.needs.get(first.need)

    assert (first.need, "only", "new") == (second.need, second.because, first.because)
    assert (1, 1, ("email", "phone"), Money("4.50", "EUR")) == (
        need.journey.switches,
        need.journey.repeats,
        need.journey.channels,
        need.journey.cost,
    )
    assert {"need.opened", "contact.logged"} <= {entry.type for entry in shop_desk.orders.timeline(order.id)}
    assert [] == faults(record(), RATED)


def test_a_need_may_have_no_order(desk: Desk) -> None:
    """A person who only asks; and somebody whom nobody knows, who opens one each time."""
    asked = desk.contacts.log(channel="counter", customer=JOAN)
    strangers = {desk.contacts.log(channel="phone").need for _ in range(2)}

    assert ((), 2) == (desk.needs.get(asked.need).orders, len(strangers))


def test_a_contact_takes_the_customer_of_its_order(desk: Desk) -> None:
    """Or of its incident."""
    case = reported(desk)
    by_order, by_case = (
        desk.contacts.log(channel="sms", order=case.orders[0]),
        desk.contacts.log(channel="sms", incident=case.id),
    )

    assert case.customer is not None
    assert {case.customer} == {by_order.customer, by_case.customer}


def test_needs_are_found(desk: Desk, clock: ManualClock) -> None:
    """By customer, by order, and by what is still owed; the latest first."""
    order = placed(desk)
    first = desk.contacts.log(channel="email", order=order.id)
    clock.advance(hours=1)
    second = desk.contacts.log(channel="email", customer=JOAN)
    desk.needs.resolve(second.need)

    assert [second.need, first.need] == [need.id for need in desk.needs.find()]
    assert [first.need] == [need.id for need in desk.needs.find(customer=MARTA)]
    assert [first.need] == [need.id for need in desk.needs.find(order=order.id)]
    assert [second.need] == [need.id for need in desk.needs.find(open=False)]
    assert () == desk.needs.find(customer="nobody")
    with pytest.raises(InvalidInput, match="limit"):
        desk.needs.find(limit=0)


def test_two_first_contacts_at_once_are_one_need(opened: Opened) -> None:
    """Two desks that hear of one person at the same moment agree on one need."""
    desks = [opened(), opened()]
    order = placed(desks[0])
    for _ in range(3):
        start = Barrier(2)

        def log(desk: Desk, start: Barrier = start) -> Contact:
            start.wait()
            return desk.contacts.log(channel="phone", order=order.id)

        with ThreadPoolExecutor(2) as pool:
            one, other = pool.map(log, desks)
        desks[0].needs.resolve(one.need)

        assert one.need == other.need


def test_a_batch_sees_its_own_contacts(desk: Desk) -> None:
    """The second of a batch joins what the first opened."""
    with desk.batch():
        first, second = (desk.contacts.log(channel="email", customer=MARTA) for _ in range(2))

    assert first.need == second.need


def test_a_batch_may_split_what_it_joined(desk: Desk) -> None:
    """The new need has a number of its own."""
    with desk.batch():
        first, _ = (desk.contacts.log(channel="email", customer=MARTA) for _ in range(2))
        fresh = desk.needs.split(first.need, first.id)

    assert {first.need, fresh.id} == {need.id for need in desk.needs.find(customer=MARTA)}


def test_the_same_key_is_the_same_contact(desk: Desk, clock: ManualClock) -> None:
    """Also after others have come."""
    first = desk.contacts.log(channel="email", customer=MARTA, summary="hello", key="k-1")
    clock.advance(hours=1)
    desk.contacts.log(channel="phone", customer=MARTA)

    assert first == desk.contacts.log(channel="email", customer=MARTA, summary="hello", key="k-1")


# --- Incidents ---------------------------------------------------------------------------------------------------


def test_a_need_lives_with_its_incident(desk: Desk, record: Callable[[], Copy]) -> None:
    """Resolved with it and reopened with it, in the same transaction."""
    case = resolved(desk)
    need = desk.incidents.get(case.id).needs[0]
    closed = desk.needs.get(need)
    desk.incidents.reopen(case.id, reason="it broke again")

    assert (False, True, 1) == (closed.open, desk.needs.get(need).open, desk.needs.get(need).reopened)
    assert [] == faults(record(), SHOP)


def test_a_conversation_is_a_contact(shop_desk: Desk) -> None:
    """Of the incident's need, live, by the one who spoke; the words are the same ones."""
    case = told(shop_desk)
    need = shop_desk.needs.get(case.needs[0])
    (contact,) = need.contacts

    assert ("phone", "out", True, "ana", Money("2.50", "EUR")) == (
        contact.channel,
        contact.direction,
        contact.live,
        contact.agent,
        contact.cost,
    )
    assert ((case.id,), str(case.conversations[0].summary)) == (need.incidents, str(contact.summary))


def test_a_customer_may_begin_a_conversation(desk: Desk) -> None:
    """Then it is a question that was answered as it was asked."""
    case = reported(desk)
    spoken = desk.incidents.log_conversation(case.id, channel="phone", summary="asked", direction="in", by="ana")
    need = desk.needs.get(spoken.needs[0])

    assert need.asked is not None
    assert need.asked == need.answered


def test_a_report_links_the_contact_that_made_it(desk: Desk) -> None:
    """The need is about the incident from then on, and the incident about the customer."""
    asked = desk.contacts.log(channel="phone", customer=JOAN, summary="it is broken", by="ana", live=True)
    case = desk.incidents.report(None, "damaged", "broken", reported_by="customer", need=asked.need)
    need = desk.needs.get(asked.need)

    assert ((asked.need,), (case.id,), "damaged") == (case.needs, need.incidents, need.type)
    assert asked.customer == case.customer


def test_a_contact_about_a_need_reaches_its_incident(desk: Desk) -> None:
    """Though it names the order only."""
    case = told(desk)
    contact = desk.contacts.log(channel="delivery_note", order=case.orders[0], summary="still waiting")

    assert [contact.id] == [note.contact for note in desk.incidents.get(case.id).contacts]


def test_a_remedy_costs_the_need(shop_desk: Desk, record: Callable[[], Copy]) -> None:
    """Once, in the first need of its incident, also when another person's need joins in."""
    case = agreed(shop_desk)
    shop_desk.contacts.log(channel="email", incident=case.id, customer=JOAN)
    shop_desk.incidents.carry_out(case.id, "remedy-1", reference="RF-1")
    first, second = (shop_desk.needs.get(need) for need in shop_desk.incidents.get(case.id).needs)

    assert (Money("7.50", "EUR"), Money(1, "EUR")) == (first.journey.cost, second.journey.cost)
    assert [] == faults(record(), RATED)


def test_a_need_with_an_open_incident_is_not_resolved_by_hand(desk: Desk) -> None:
    """The refusal says what to do."""
    case = told(desk)

    with pytest.raises(RuleViolation, match="Resolve that incident"):
        desk.needs.resolve(case.needs[0])


# --- Corrections -------------------------------------------------------------------------------------------------


def test_people_join_and_split(desk: Desk, clock: ManualClock, record: Callable[[], Copy]) -> None:
    """Contacts, timelines, facts and names follow."""
    orders = [placed(desk), placed(desk)]
    first, second = (desk.contacts.log(channel="email", order=order.id) for order in orders)
    clock.advance(hours=1)
    whole = desk.needs.join(first.need, into=second.need, by="ana")
    fresh = desk.needs.split(whole.id, [first.id], by="ana")

    assert (second.need, 2) == (whole.id, len(whole.contacts))
    assert ([first.id], [second.id]) == (
        [contact.id for contact in fresh.contacts],
        [contact.id for contact in desk.needs.get(whole.id).contacts],
    )
    assert fresh.id not in (first.need, second.need)
    assert {fresh.id, second.need} == {need.id for need in desk.needs.find()}
    assert [] == faults(record(), SHOP)


def test_a_joined_need_follows_its_incident_still(desk: Desk) -> None:
    """The need that took it in is resolved with the incident."""
    case = agreed(desk)
    into = desk.contacts.log(channel="counter", order=placed(desk).id).need
    desk.needs.join(case.needs[0], into=into)
    desk.incidents.carry_out(case.id, "remedy-1", reference="RF-1")
    desk.incidents.resolve(case.id)

    assert (False, 1) == (desk.needs.get(into).open, len(desk.needs.get(into).remedied))


def test_a_refused_split_leaves_nothing(desk: Desk, record: Callable[[], Copy]) -> None:
    """Not even in a batch that goes on."""
    asked = desk.contacts.log(channel="email", customer=MARTA)
    before = record()
    with desk.batch(), pytest.raises(InvalidInput):
        desk.needs.split(asked.need, asked.id)

    assert before == record()


def test_what_is_unknown_is_named(desk: Desk) -> None:
    """No such need, order or incident."""
    with pytest.raises(UnknownIdError, match="The need"):
        desk.needs.get("n-0")
    with pytest.raises(UnknownIdError, match="The order"):
        desk.contacts.log(channel="email", order="o-0")
    with pytest.raises(InvalidInput, match="an id or a list of ids"):
        desk.contacts.log(channel="email", order=5)  # type: ignore[arg-type]


# --- Figures -----------------------------------------------------------------------------------------------------


def test_the_figures_of_needs(shop_desk: Desk, clock: ManualClock) -> None:
    """One answered after two hours and met at once, one answered live that came again, one waiting."""
    start, measure = clock(), shop_desk.measure
    mail = shop_desk.contacts.log(channel="email", customer=MARTA)
    call = shop_desk.contacts.log(channel="phone", customer=JOAN, live=True, by="ana")
    shop_desk.contacts.log(channel="sms", customer="c-eva")
    clock.advance(hours=2)
    shop_desk.contacts.log(channel="phone", direction="out", customer=MARTA, by="leo")
    for contact in (mail, call):
        shop_desk.needs.resolve(contact.need)
    clock.advance(days=1)
    shop_desk.contacts.log(channel="email", customer=JOAN)

    (response,) = measure("first_response_time").rows
    assert (2, 3600.0, 1) == (response.n, response.value, response.open)
    (at_once,) = measure("first_contact_resolution_rate", since=start, until=clock() + timedelta(days=1)).rows
    assert (3, 1 / 3, False) == (at_once.n, at_once.value, at_once.complete)
    (contacts,) = measure("contacts_per_need").rows
    assert (3, 4 / 3) == (contacts.n, contacts.value)
    (cost,) = measure("cost_per_need").rows
    assert (2, 3.5, 1) == (cost.n, cost.value, cost.open)
    by_team = {row.segment: row.n + (row.open or 0) for row in measure("first_response_time", "team").rows}
    assert {"warehouse": 1, "after-sales": 2} == by_team


def test_a_duration_in_working_time(opened: Opened, clock: ManualClock) -> None:
    """A question on Friday evening that is answered on Monday morning waited one hour of the team's, not three days."""
    hours = Calendar("office", Schedule("Europe/Madrid", {"mon-fri": ["09:00-17:00"]}))
    desk = opened(shop=evolve(SHOP, calendars={"office": hours}, calendar="office"))
    clock.now = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)
    asked = desk.contacts.log(channel="email", customer=JOAN)
    case = told(desk)
    clock.now = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    desk.contacts.log(channel="email", direction="out", need=asked.need, by="ana")
    desk.incidents.resolve(case.id, reason="none due")
    names = ("first_response_time", "incident_resolution_time")

    assert [3600.0, 3600.0] == [desk.measure(name, clock="working").rows[0].value for name in names]
    assert [234000.0, 234000.0] == [desk.measure(name).rows[0].value for name in names]
    with pytest.raises(InvalidInput, match="Those that are: incident_resolution_time, first_response_time"):
        desk.measure("delivery_time", clock="working")
    with pytest.raises(InvalidInput, match="elapsed or working"):
        desk.measure("first_response_time", clock="sideways")  # type: ignore[arg-type]


def test_a_kept_figure_in_working_time_follows_the_facts(desk: Desk, clock: ManualClock) -> None:
    """A late answer makes it stale, as it does the elapsed one; the two are kept apart."""
    asked = desk.contacts.log(channel="email", customer=MARTA)
    at = clock() + timedelta(hours=1)
    clock.advance(days=30)

    def told() -> list[tuple[int, int | None]]:
        both = [desk.measure("first_response_time", "week", clock=c).rows[0] for c in CLOCKS]
        return [(row.n, row.open) for row in both]

    before, again = told(), told()
    desk.contacts.log(channel="phone", direction="out", need=asked.need, by="ana", at=at)

    assert [(0, 1), (0, 1)] == before == again
    assert [(1, 0), (1, 0)] == told()
