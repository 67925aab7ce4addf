"""What the journeys of needs, customers and orders cost: each cost once in every way of cutting them, and frozen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.incidents import Incident
from incidentkit.domain.money import Money
from incidentkit.domain.rates import Rate
from incidentkit.domain.remedies import Offer
from incidentkit.domain.shop import Shop
from incidentkit.errors import IncidentkitError, InvalidInput, UnknownIdError
from incidentkit.learning.journey_costs import JourneyCost
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import JOAN, MARTA, SHOP, placed, reported

RATED: Shop = evolve(
    SHOP,
    rates=(
        Rate("phone", "2.51"),
        Rate("email", 1),
        Rate(remedy="substitution", amount="7.01"),
        Rate(remedy="refund", amount="0.35"),
        Rate(remedy="replacement", amount="4.99", per="unit", share="0.333"),
    ),
)
NOTHING = Money(0, "EUR")


@pytest.fixture
def rated(opened: Opened) -> Desk:
    """A desk of a shop with rates."""
    return opened(shop=RATED)


def total(found: Iterable[JourneyCost]) -> Money:
    """Their sum."""
    return sum((each.total for each in found), NOTHING)


def made_good(desk: Desk, case: Incident, rng: Random) -> None:
    """A refund, a substitution or a replacement is offered, agreed and done."""
    by = desk.clock() + timedelta(days=3)
    line = desk.orders.get(case.orders[0]).lines[0].id
    wishes = (
        Offer("refund", by, "1.11"),
        Offer("substitution", by, product="C"),
        Offer("replacement", by, lines={line: 1}),
        Offer("apology", by),
    )
    wish = rng.choice(wishes)
    offer = desk.incidents.offer(case.id, [wish]).offers[-1]
    remedy = desk.incidents.accept(case.id, offer.id, by="customer").remedies[-1]
    desk.incidents.carry_out(case.id, remedy.id, reference=f"done-{remedy.id}")


def lived(desk: Desk, clock: ManualClock, seed: int) -> None:
    """Orders of two customers, contacts about several of their cases, remedies, mergers and joined needs."""
    rng = Random(seed)
    cases = {who.key: [reported(desk, placed(desk, customer=who)) for _ in range(2)] for who in (MARTA, JOAN)}
    for _ in range(18):
        who = rng.choice((MARTA, JOAN))
        case = rng.choice(cases[who.key])
        try:
            match rng.randrange(8):
                case 0 | 1:
                    made_good(desk, desk.incidents.get(case.id), rng)
                case 2:
                    stopped = desk.incidents.blocked(case.id, rule="no_refund_after_30_days", wanted="a refund", by="ana")
                    block, cost = stopped.blocks[-1].id, Money("3.10", "EUR")
                    desk.incidents.work_around(case.id, block, how="a coupon", allowed_by="eva", cost=cost, by="ana")
                case 3:
                    one, other = rng.sample(cases[who.key], 2)
                    desk.incidents.merge(one.id, into=other.id)
                case 4:
                    needs = [need.id for need in desk.needs.find(customer=who)]
                    first, second = rng.sample(needs, 2) if len(needs) > 1 else (needs[0], needs[0])
                    desk.needs.join(first, into=second)
                case _:
                    about = rng.sample([each.id for each in cases[who.key]], rng.randint(0, 2))
                    channel = rng.choice(("phone", "email", "counter"))
                    desk.contacts.log(channel=channel, customer=who, incident=about or None)
        except (IncidentkitError, IndexError):
            pass  # not every step is possible in every state: what it cost is then nothing
        clock.advance(hours=5)


@pytest.mark.parametrize("seed", range(4))
def test_every_cost_is_in_one_journey_of_each_kind(rated: Desk, clock: ManualClock, seed: int) -> None:
    """The sums over customers and over incidents are what was spent; those over orders and needs are never more than that."""
    lived(rated, clock, seed)
    costs = rated.review(date(2026, 3, 1), clock.now + timedelta(days=1)).costs
    customers = [rated.journey_cost(customer=who) for who in {order.customer for order in rated.orders.find()} if who]
    orders = [rated.journey_cost(order=order.id) for order in rated.orders.find()]
    needs = [rated.journey_cost(need=need.id) for need in rated.needs.find()]
    cases = sum((rated.cost_of(case.id).total for case in rated.incidents.find()), NOTHING)

    assert costs.total == costs.contacts + costs.remedies + costs.calls + costs.workarounds
    assert costs.total == costs.incidents + costs.none + costs.left_out
    assert (costs.total, costs.total) == (total(customers), cases + costs.none)
    assert total(orders) == costs.total - nowhere(rated)
    assert total(needs) <= costs.total


def nowhere(desk: Desk) -> Money:
    """What was spent on contacts that are about no order at all."""
    spent = NOTHING
    for need in desk.needs.find():
        for contact in need.contacts:
            about = contact.orders or need.orders or [o for i in contact.incidents for o in desk.incidents.get(i).orders]
            spent += contact.cost if contact.cost is not None and not about else NOTHING
    return spent


def test_a_need_has_the_remedies_of_its_incidents(rated: Desk) -> None:
    """A call about a case, and the refund that followed: both are what the customer's one need cost."""
    case = reported(rated)
    call = rated.contacts.log(channel="phone", incident=case.id)
    rated.contacts.log(channel="fax", incident=case.id)
    offer = rated.incidents.offer(case.id, [Offer("refund", date(2026, 3, 9), "4.00")]).offers[-1]
    rated.incidents.accept(case.id, offer.id, by="customer")
    rated.incidents.carry_out(case.id, "remedy-1", reference="RF-1")
    found = rated.journey_cost(need=call.need)

    assert (Money("6.86", "EUR"), 1) == (found.total, found.unpriced)
    assert [Money("2.51", "EUR"), Money("4.35", "EUR")] == [found.spent_on("contact"), found.spent_on("remedy")]
    assert Money("6.86", "EUR") == rated.journey_cost(order=case.orders[0]).total
    assert 1 == rated.cost_of(case.id).unpriced


def test_a_contact_about_two_orders_is_shared_to_the_cent(rated: Desk) -> None:
    """2.51 euros about two orders of one customer are 1.26 and 1.25."""
    one, two = placed(rated), placed(rated)
    rated.contacts.log(channel="phone", order=[one.id, two.id])
    shares = sorted(rated.journey_cost(order=order.id).total.amount for order in (one, two))

    assert [Money("1.25", "EUR").amount, Money("1.26", "EUR").amount] == shares


def test_b59_a_later_rate_alters_no_past_remedy(rated: Desk, opened: Opened, clock: ManualClock) -> None:
    """A rebuild under dearer rates leaves every cost as it was; only what comes then costs more."""
    case = reported(rated)
    made_good(rated, case, Random(1))
    before = rated.cost_of(case.id)
    clock.advance(days=2)
    dearer = opened(shop=evolve(RATED, rates=tuple(evolve(rate, amount=9) for rate in RATED.rates)))
    dearer.rebuild()

    assert before == dearer.cost_of(case.id)
    assert before.total == dearer.journey_cost(customer=case.customer).total


def test_a_journey_is_that_of_one_thing(rated: Desk) -> None:
    """Not of none, not of two, and not of what there is not."""
    order = placed(rated)

    with pytest.raises(InvalidInput, match="that of one need=, customer="):
        rated.journey_cost()
    with pytest.raises(InvalidInput, match="of one need="):
        rated.journey_cost(order=order.id, customer="c")
    for name in ("need", "customer", "order"):
        with pytest.raises(UnknownIdError):
            rated.journey_cost(**{name: "nobody"})
