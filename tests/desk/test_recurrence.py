"""The same again, at the desk: found by every way in which it can become known, once, and under concurrency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.recurrence import RecurrencePolicy
from incidentkit.domain.remedies import Offer
from incidentkit.domain.shop import Agent
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import JOAN, LINES, SHOP, placed, reported, told

THERE = evolve(SHOP, severities=("critical", "serious", "minor"))


def again(desk: Desk, order: Order | None = None, **given: Any) -> Incident:
    """A case of Marta's with a known cause."""
    return reported(desk, order, **{"type": "late", "cause": "picking", **given})


def steps(desk: Desk, case: Incident) -> list[str]:
    """What happened to a case, by its events."""
    return [entry.type for entry in desk.orders.timeline(case.orders[0]) if entry.stream == case.id]


@pytest.fixture
def three(opened: Opened) -> Desk:
    """A desk of a shop with three severities."""
    return opened(shop=THERE)


# --- The same signature ------------------------------------------------------------------------------------------


def test_the_second_case_of_a_customer_with_the_same_cause_is_raised(three: Desk, clock: ManualClock) -> None:
    """One more severe, with a supervisor at once, linked both ways; and a third one too."""
    first = again(three)
    clock.advance(days=30)
    second = again(three)
    clock.advance(days=30)
    third = again(three)
    kept = [three.incidents.get(case.id) for case in (first, second, third)]

    assert ["minor", "serious", "serious"] == [case.severity for case in kept]
    assert ["after-sales", "eva", "eva"] == [case.owner.label for case in kept]
    assert [(), (first.id,), (first.id, second.id)] == [case.repeats for case in kept]
    assert [(second.id, third.id), (third.id,), ()] == [case.repeated_by for case in kept]
    assert [0, 1, 1] == [case.level for case in kept]


def test_another_customer_another_cause_and_another_season_are_not_the_same(three: Desk, clock: ManualClock) -> None:
    """Each of them begins anew."""
    again(three)
    others = [again(three, placed(three, customer=JOAN)), again(three, cause="defect"), again(three, cause=None)]
    clock.advance(days=91)
    others.append(again(three))

    assert [()] * 4 == [case.recurrences for case in others]


def test_a_defect_is_the_same_only_of_the_same_product(three: Desk) -> None:
    """What a cause is about is part of what comes again."""
    first, other, same = (
        again(three, placed(three, lines=[Line(product, 1, "5")]), cause="defect") for product in ("A", "B", "A")
    )

    assert ((), (first.id,)) == (other.repeats, same.repeats)


def test_what_a_correction_says_is_looked_at_too(three: Desk, clock: ManualClock) -> None:
    """The cause of the second becomes known later, and then that of the first one."""
    first, second = again(three, cause=None), again(three, cause=None)
    clock.advance(hours=1)
    alone = three.incidents.amend(second.id, reason="looked into", cause="picking")
    three.incidents.amend(first.id, reason="looked into", cause="picking")
    repeated = three.incidents.get(second.id) if second.id in three.incidents.get(first.id).repeated_by else None
    either = repeated or three.incidents.get(first.id)

    assert () == alone.recurrences
    assert 1 == len(either.recurrences)
    assert "eva" == either.owner.agent


def test_a_pair_is_noted_once_whatever_is_corrected(three: Desk, clock: ManualClock) -> None:
    """To another cause and back, and to another type: nothing is said twice."""
    again(three)
    clock.advance(days=1)
    second = again(three)
    for cause in ("defect", "picking"):
        second = three.incidents.amend(second.id, reason="a mistake", cause=cause)

    assert 1 == Counter(steps(three, second))["incident.recurred"]
    assert ("serious", 1) == (second.severity, second.level)


def test_a_withdrawn_case_is_not_repeated(three: Desk, clock: ManualClock) -> None:
    """It was none."""
    three.incidents.withdraw(again(three).id, reason="a test")
    clock.advance(days=1)

    assert () == again(three).recurrences


def test_cases_in_one_batch_see_each_other(three: Desk, clock: ManualClock) -> None:
    """Also those that are not written yet."""
    with three.batch():
        first = again(three)
        clock.advance(minutes=1)
        second = again(three)

    assert (first.id,) == three.incidents.get(second.id).repeats


def test_the_supervisor_is_told(opened: Opened, clock: ManualClock) -> None:
    """Whoever has a case without having asked for it hears of it."""
    crew = tuple(evolve(agent, email=f"{agent.name}@example.com") for agent in SHOP.agents)
    desk = opened(shop=evolve(SHOP, agents=crew))
    again(desk)
    clock.advance(days=1)
    again(desk)
    told_ = [message for message in desk.messages.find() if message.step == "staff.escalated"]

    assert [("eva", "recurrence")] == [(dict(m.values)["agent"], dict(m.values)["rule"]) for m in told_]


def test_the_context_shows_what_was_before(three: Desk, clock: ManualClock) -> None:
    """With when it was, and what was agreed then; what was withdrawn since is left out."""
    gone = again(three)
    clock.advance(days=1)
    first = told(three, type="late", cause="picking")
    offered = three.incidents.offer(first.id, [Offer("refund", clock() + timedelta(days=3), "5.00")])
    three.incidents.accept(first.id, offered.offers[-1].id, by="customer")
    clock.advance(days=1)
    second = again(three)
    three.incidents.withdraw(gone.id, reason="none after all")
    (case,) = three.context(second.orders[0]).cases

    assert [(first.id, "picking/step/picking", ["refund"])] == [
        (each.incident, each.signature, [remedy.kind for remedy in each.agreed]) for each in case.chain
    ]


def test_the_window_is_the_shops(opened: Opened, clock: ManualClock) -> None:
    """A shop may look back for a shorter time."""
    desk = opened(shop=evolve(SHOP, recurrence=RecurrencePolicy(within=timedelta(days=7))))
    again(desk)
    clock.advance(days=8)

    assert () == again(desk).recurrences


# --- A further attempt -------------------------------------------------------------------------------------------


def test_the_third_attempt_raises_the_case_that_is_open(three: Desk) -> None:
    """The parcel comes back a second time: whoever has the case hears of nothing small any more."""
    order = placed(three, lines=[Line("A", 1, "10.00")])
    three.orders.ship(order.id, carrier="seur")
    case = reported(three, order, type="late")
    three.orders.delivery_failed(order.id, reason="nobody at home")
    before = three.incidents.get(case.id)
    three.orders.delivery_failed(order.id, reason="nobody at home")
    after = three.incidents.get(case.id)

    assert ((), "minor") == (before.recurrences, before.severity)
    assert [("attempts", f"{order.id}/1", 3)] == [(each.rule, each.subject, each.count) for each in after.recurrences]
    assert ("serious", "eva") == (after.severity, after.owner.agent)


def test_the_third_attempt_opens_a_case_where_there_is_none(three: Desk) -> None:
    """About that order and line, with a supervisor from the first instant; it stands on the timeline, and is one."""
    order = placed(three)
    three.orders.ship(order.id, {"A": 1})
    for _ in range(3):
        three.orders.delivery_failed(order.id)
    (case,) = three.incidents.find(order=order.id)

    assert ("late", ("1",), "eva", "shop") == (case.type, case.lines, case.owner.agent, case.reported_by)
    assert [3, 4] == [each.count for each in case.recurrences]
    assert three.orders.get(order.id).in_incident
    assert case.id in {entry.stream for entry in three.orders.timeline(order.id)}


def test_a_replacement_of_a_replacement_is_the_third_attempt(three: Desk, clock: ManualClock) -> None:
    """A wrong product sent three times can't pass as three small cases, whatever anybody says of its cause."""
    order = placed(three, lines=[Line("A", 1, "10.00")])
    three.orders.ship(order.id)
    three.orders.deliver(order.id)
    sent, cases = order, []
    for _ in range(2):
        case = told(three, order=sent, type="damaged")
        offer = Offer("replacement", clock() + timedelta(days=3), lines={"A": 1})
        offered = three.incidents.offer(case.id, [offer])
        agreed = three.incidents.accept(case.id, offered.offers[-1].id, by="customer")
        sent = three.orders.place(replaces=(sent.id, case.id, agreed.remedies[-1].id))
        three.orders.ship(sent.id)
        cases.append(three.incidents.get(case.id))
        three.orders.deliver(sent.id)
        clock.advance(days=2)

    assert [[], [("attempts", f"{order.id}/1", 3)]] == [[(r.rule, r.subject, r.count) for r in c.recurrences] for c in cases]
    assert [3, 3] == [three.context(each).attempts[0].count for each in (order.id, sent.id)]


def test_parcels_with_different_units_are_no_further_attempts(three: Desk) -> None:
    """A line that is sent in three parts is not raised."""
    order = placed(three)
    for _ in range(3):
        three.orders.ship(order.id, {"A": 1})

    assert () == tuple(three.incidents.find(order=order.id))


# --- At the same moment ------------------------------------------------------------------------------------------


def at_once(desks: Sequence[Desk], order: Order) -> list[Incident]:
    """A case from each desk, all at the same moment."""
    barrier = Barrier(len(desks))

    def one(desk: Desk) -> Incident:
        barrier.wait(timeout=60)
        return again(desk, order)

    with ThreadPoolExecutor(len(desks)) as pool:
        return list(pool.map(one, desks))


def test_of_two_reports_at_the_same_moment_one_sees_the_other(opened: Opened) -> None:
    """Every pair of sixteen is noted once: each sees all that were written before it."""
    desks = [opened() for _ in range(4)] * 4
    order = placed(desks[0])
    cases = [desks[0].incidents.get(case.id) for case in at_once(desks, order)]
    pairs = Counter(frozenset((case.id, earlier)) for case in cases for earlier in case.repeats)

    assert 16 * 15 // 2 == len(pairs)
    assert {1} == set(pairs.values())
    assert 15 == len([case for case in cases if case.owner.agent == "eva"])
    assert 0 == desks[0].verify().damaged


def test_a_third_attempt_that_many_tell_of_opens_one_case(opened: Opened) -> None:
    """However many say so at the same moment: what is open is raised, and nothing opened twice."""
    desks = [opened() for _ in range(4)] * 2
    order = placed(desks[0], lines=[Line("A", 1, "10.00")])
    desks[0].orders.ship(order.id)
    barrier = Barrier(len(desks))

    def one(desk: Desk) -> None:
        barrier.wait(timeout=60)
        desk.orders.delivery_failed(order.id)

    with ThreadPoolExecutor(len(desks)) as pool:
        list(pool.map(one, desks))
    (case,) = desks[0].incidents.find(order=order.id)

    assert list(range(3, 10)) == [each.count for each in case.recurrences]
    assert 8 == len(desks[0].orders.get(order.id).shipments[0].failures)


def test_a_rota_decides_which_supervisor(opened: Opened, clock: ManualClock) -> None:
    """Of two who are there, a case is always given to the same one, and many cases to both."""
    crew = (*SHOP.agents, Agent("max", "after-sales", "supervisor"))
    desk = opened(shop=evolve(SHOP, agents=crew))
    order = placed(desk, lines=LINES)
    owners = {again(desk, order).owner.agent for _ in range(12)}

    assert {"", "eva", "max"} == owners
