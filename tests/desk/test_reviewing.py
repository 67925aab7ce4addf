"""The review at a desk: which span, what it cost at the rates of then, what is new, and what it cannot say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.causes import Cause
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.rates import Rate
from incidentkit.domain.remedies import Offer
from incidentkit.domain.shop import Shop
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import JOAN, MARTA, SHOP, agreed, placed, reported, resolved

RATED = evolve(
    SHOP,
    protocols=(Protocol("damaged", severity="critical", step="transit"), *SHOP.protocols[1:]),
    rates=(Rate("phone", "2.51"), Rate("email", 1), Rate(remedy="substitution", amount="7.00")),
)
DEARER = evolve(RATED, rates=(*RATED.rates, Rate("phone", 9, since=date(2026, 3, 3))))


def euros(amount: object) -> Money:
    """So much."""
    return Money(str(amount), "EUR")


@pytest.fixture
def rated(opened: Opened) -> Desk:
    """A desk of a shop with rates."""
    return opened(shop=RATED)


# --- Spans -------------------------------------------------------------------------------------------------------


def test_without_bounds_it_is_the_last_complete_week(desk: Desk) -> None:
    """On Monday morning that is the week before, by the shop's clock."""
    review = desk.review()

    assert (datetime(2026, 2, 22, 23, tzinfo=UTC), datetime(2026, 3, 1, 23, tzinfo=UTC)) == (review.since, review.until)
    assert (True, "week") == (review.complete, review.by)


def test_a_date_is_its_beginning_and_without_an_end_it_goes_up_to_now(desk: Desk, clock: ManualClock) -> None:
    """The day that runs is in it, with what happens at this instant, and it is not over."""
    reported(desk)
    today, open_ = desk.review(date(2026, 3, 2), date(2026, 3, 3)), desk.review(date(2026, 3, 1))

    assert (False, "day", False, None) == (today.complete, today.by, open_.complete, open_.by)
    assert (1, clock.now) == (open_.incidents, open_.until - timedelta(microseconds=1))


def test_without_a_beginning_it_is_the_week_before_the_end(desk: Desk) -> None:
    """Seven days by the clock on the wall, also where it changed between: 167 hours in spring."""
    review = desk.review(until=date(2026, 3, 30))

    assert timedelta(hours=7 * 24 - 1) == review.until - review.since


@pytest.mark.parametrize("bounds", [(date(2026, 3, 2), date(2026, 3, 2)), (date(2026, 3, 2), date(2026, 3, 1))])
def test_an_empty_span_is_refused(desk: Desk, bounds: tuple[date, date]) -> None:
    """Nothing can be learned from no time at all."""
    with pytest.raises(InvalidInput, match="since: must be before until"):
        desk.review(*bounds)


def test_an_unknown_team_is_refused(desk: Desk) -> None:
    """The error names those that there are."""
    with pytest.raises(InvalidInput, match="team: must be one of after-sales, warehouse"):
        desk.review(team="moon")


def test_an_empty_record_says_so(desk: Desk) -> None:
    """No incident, no cost, and no verdict of any kind."""
    review = desk.review()

    assert (0, 0, (), None, euros(0)) == (review.orders, review.incidents, review.places, review.worst, review.costs.total)
    assert ("cannot_say", "cannot_say", ()) == (review.patterns.verdict, review.avoided.verdict, review.alarms)


# --- Costs -------------------------------------------------------------------------------------------------------


def test_a_contact_is_shared_among_its_incidents_to_the_cent(rated: Desk) -> None:
    """2.51 euros about two cases are 1.26 and 1.25: together what the contact cost."""
    one, two = reported(rated), reported(rated)
    rated.contacts.log(channel="phone", incident=[one.id, two.id], customer=MARTA)
    costs = [rated.cost_of(case.id).total for case in (one, two)]

    assert [euros("1.26"), euros("1.25")] == costs


def test_a_new_rate_alters_no_past_cost(rated: Desk, opened: Opened, clock: ManualClock) -> None:
    """What was noted at 2.51 stays so after a rebuild under dearer rates; only what comes then costs more."""
    case = reported(rated)
    rated.contacts.log(channel="phone", incident=case.id)
    before = rated.cost_of(case.id).total
    clock.advance(days=2)
    dearer = opened(shop=DEARER)
    dearer.rebuild()
    unchanged = dearer.cost_of(case.id).total
    dearer.contacts.log(channel="phone", incident=case.id)

    assert (euros("2.51"), euros("2.51"), euros("11.51")) == (before, unchanged, dearer.cost_of(case.id).total)


def test_reshipping_costs_what_its_rate_says(rated: Desk) -> None:
    """A substitution has the cost of that rate when it is carried out, a refund its amount."""
    told = rated.incidents.log_conversation(reported(rated).id, channel="phone", summary="said so", by="ana")
    offered = rated.incidents.offer(told.id, [Offer("substitution", rated.clock() + timedelta(days=3), product="C")])
    rated.incidents.accept(told.id, offered.offers[-1].id, by="customer")
    rated.incidents.carry_out(told.id, "remedy-1", reference="order-9")
    kinds = {item.channel: item.amount for item in rated.cost_of(told.id).items if item.kind == "remedy"}
    refunded = {item.channel: item.amount for item in rated.cost_of(resolved(rated).id).items if item.kind == "remedy"}

    assert ({"substitution": euros(7)}, {"refund": euros(5)}) == (kinds, refunded)


def test_the_sum_over_incidents_is_the_sum_over_contacts(rated: Desk, clock: ManualClock) -> None:
    """Every contact's cost is with its incidents, with withdrawn ones, or with none: nothing is lost or counted twice."""
    rng = Random(4)
    cases = [reported(rated, customer_order) for customer_order in (placed(rated), placed(rated, customer=JOAN), None)]
    logged = []
    for _ in range(25):
        about = rng.sample([case.id for case in cases], rng.randint(0, 2))
        who = rng.choice((MARTA, JOAN)) if not about else MARTA
        subject = {"incident": about} if about else {"order": placed(rated, customer=who).id}
        logged.append(rated.contacts.log(channel=rng.choice(("phone", "email")), customer=who, **subject))
        clock.advance(hours=1)
    rated.incidents.merge(cases[0].id, into=cases[2].id)
    rated.incidents.withdraw(cases[1].id, reason="never happened")
    costs = rated.review(date(2026, 3, 2)).costs
    spent = sum((contact.cost for contact in logged if contact.cost), euros(0))

    assert spent == costs.contacts == costs.incidents + costs.left_out + costs.none
    assert costs.incidents == sum((part.amount for part in costs.parts), euros(0))
    assert costs.left_out != euros(0)


def test_what_has_no_rate_is_counted_and_not_summed(rated: Desk) -> None:
    """A contact at the counter, without a rate, is named beside the total."""
    rated.contacts.log(channel="counter", customer=MARTA)
    rated.contacts.log(channel="email", customer=MARTA)
    costs = rated.review(date(2026, 3, 2), date(2026, 3, 3)).costs

    assert (euros(1), euros(1), 1) == (costs.total, costs.none, costs.unpriced_contacts)


def test_an_unknown_incident_costs_nothing_that_is_known(desk: Desk) -> None:
    """It is refused, not free."""
    with pytest.raises(UnknownIdError):
        desk.cost_of("nothing")


# --- What there is to see ----------------------------------------------------------------------------------------


def test_places_have_what_was_detected_and_answered(rated: Desk) -> None:
    """A damaged parcel is of transit, a cause says where else; a low score makes its customer an unhappy one."""
    case = resolved(rated)
    reported(rated, cause="picking")
    ask = rated.surveys.ask("csat", incident=case.id)
    rated.surveys.answer(ask=ask.id, score=2)
    places = {place.whole.step: place.whole for place in rated.review(date(2026, 3, 2), date(2026, 3, 3)).places}

    assert {"transit": (1, 1, 1), "picking": (1, 0, 0)} == {
        step: (cell.incidents, cell.answers, cell.unhappy) for step, cell in places.items()
    }


def test_a_false_resolution_is_told_in_the_span_in_which_it_came_out(desk: Desk, clock: ManualClock) -> None:
    """Resolved in one week and disproved in the next: the next week's review has it."""
    case = resolved(desk)
    clock.advance(days=7)
    desk.incidents.complain(case.id, reason="it broke again")
    weeks = [desk.review(date(2026, 3, day), date(2026, 3, day + 7)).false_resolutions for day in (2, 9)]

    assert [(0, ()), (1, (case.id,))] == [(found.count, found.incidents) for found in weeks]


def test_a_team_has_its_own_review(desk: Desk) -> None:
    """Only what it owns counts."""
    reported(desk)
    reported(desk, type="out_of_stock")
    bounds = date(2026, 3, 2), date(2026, 3, 3)

    assert [2, 1, 1] == [desk.review(*bounds, team).incidents for team in (None, "after-sales", "warehouse")]


def shop_in_trouble(desk: Desk, clock: ManualClock, weeks: int, worse: int) -> None:
    """Weeks of 20 orders with one incident each, and in the last one so many about one product."""
    for week in range(weeks):
        orders = [desk.orders.place(customer=None, lines=(Line("A" if n % 2 else "B", 1, "5.00"),)) for n in range(20)]
        for order in orders[1 : 2 * worse : 2] if week == weeks - 1 else orders[:1]:
            desk.incidents.report(order.id, type="damaged", description="crushed", cause="packaging")
        clock.advance(days=7)


def test_a_planted_pattern_is_found_with_its_incidents(opened: Opened, clock: ManualClock) -> None:
    """Nine of ten orders with one product damaged, after weeks of one in twenty: named, and where it was never seen, new.

    The record begins on a Monday morning, so that its first week is no whole one.
    """
    desk = opened(shop=evolve(RATED, causes={"packaging": Cause("packaging", "warehouse", "packing")}))
    with desk.batch():
        shop_in_trouble(desk, clock, weeks=7, worse=9)
    patterns = desk.review().patterns
    found = {(p.seen.kind, p.seen.segment or p.seen.cause or p.seen.step): p for p in patterns.found}
    product = found["product", "A"]

    assert ("told", 5) == (patterns.verdict, patterns.spans)
    assert (9, True, 5) == (product.seen.count, product.new, len(product.incidents))
    assert {"A"} == {line.product for case in product.incidents for line in lines_of(desk, case)}


def lines_of(desk: Desk, case: str) -> tuple[Line, ...]:
    """The lines of an incident's order."""
    return desk.orders.get(desk.incidents.get(case).orders[0]).lines


def test_a_quiet_shop_has_no_pattern(opened: Opened, clock: ManualClock) -> None:
    """One incident a week, as ever: nothing is new, of several combinations that were looked at."""
    desk = opened(shop=RATED)
    with desk.batch():
        shop_in_trouble(desk, clock, weeks=7, worse=1)
    patterns = desk.review().patterns

    assert ("told", ()) == (patterns.verdict, patterns.found)
    assert patterns.tried > 3


def test_an_alarm_comes_once_the_figure_has_settled(opened: Opened, clock: ManualClock) -> None:
    """Ten times the orders of every earlier week is an alarm of that week, and none of the week before."""
    desk = opened(shop=Shop(zone="Europe/Madrid", channel="", blocked_plugins=("local",)))
    with desk.batch():
        for week in range(12):
            for _ in range(40 if week == 11 else 4 + week % 2):
                desk.orders.place(customer=None, lines=(Line("A", 1, "5.00"),))
            clock.advance(days=7)
    end = clock.now.date() - timedelta(days=clock.now.weekday())
    last, before = desk.review(end - timedelta(days=7), end), desk.review(end - timedelta(days=14), end - timedelta(days=7))

    assert ["orders_received"] == [alarm.measure for alarm in last.alarms]
    assert (40.0, last.until, False) == (last.alarms[0].alarm.value, last.alarms[0].alarm.until, last.alarms[0].alarm.worse)
    assert () == before.alarms


def test_what_came_back_is_told_by_its_signature(desk: Desk, clock: ManualClock) -> None:
    """The same customer with the same cause twice in a month is one repeat, another customer none."""
    reported(desk, cause="picking")
    clock.advance(days=7)
    reported(desk, cause="picking")
    reported(desk, placed(desk, customer=JOAN), cause="picking")
    found = desk.review(date(2026, 3, 9), date(2026, 3, 16)).recurrences

    assert (2, 1, [("picking/step/picking", 1)]) == (
        found.known,
        found.incidents,
        [(worst.signature, worst.incidents) for worst in found.worst],
    )


def test_an_agreed_remedy_costs_nothing_until_it_is_carried_out(rated: Desk) -> None:
    """Only the call counts, not what was promised on it."""
    cost = rated.cost_of(agreed(rated).id)

    assert ([("contact", "phone")], euros("2.51")) == ([(item.kind, item.channel) for item in cost.items], cost.total)


def test_an_action_is_listed_once_it_is_due_and_until_it_is_done(desk: Desk, clock: ManualClock) -> None:
    """Not before its day, with its owner and what happened since; not for a team that does not have it."""
    signature = "picking/step/picking"
    reported(desk, cause="picking")
    plan = {"what": "scan each item", "sponsor": "eva", "doer": "leo", "signature": signature, "by": "eva"}
    action = desk.corrective_actions.plan(due=clock.now + timedelta(days=9), **plan)  # type: ignore[arg-type]
    clock.advance(days=14)
    weeks = [desk.review(date(2026, 3, day), date(2026, 3, day + 7)) for day in (2, 9)]
    (due,) = weeks[1].actions
    other = desk.review(date(2026, 3, 9), date(2026, 3, 16), "after-sales")

    assert [0, 1, 0] == [review.actions_in_all for review in (*weeks, other)]
    assert (action.id, signature, "warehouse") == (due.action, due.signature, due.owner)

    desk.corrective_actions.take(action.id, by="leo")
    desk.corrective_actions.done(action.id, outcome="scanners bought", by="leo")

    assert () == desk.review(date(2026, 3, 9), date(2026, 3, 16)).actions
