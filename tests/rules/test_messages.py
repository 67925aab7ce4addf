"""What a message's text is given: by when, what was offered, and what became later than promised."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve as changed

from incidentkit.domain import events as ev
from incidentkit.domain.actors import Actor
from incidentkit.domain.effects import Intent
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import evolve
from incidentkit.domain.ids import CustomerId, IncidentId, OrderId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.promises import Promise
from incidentkit.domain.remedies import Offer
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.domain.times import Due
from incidentkit.rules import incidents as rules
from incidentkit.rules import orders
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.messages import incident_message

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOP = Shop(zone="Europe/Madrid")
SOON = date(2026, 3, 6)


def now(days: float = 0) -> Circumstances:
    """So many days after the start."""
    return Circumstances(SHOP, START + timedelta(days=days), Actor("host", "shop"), confirms={"local": True})


def after(state: Any, decision: Decision) -> Any:
    """The state once a decision's events have happened."""
    for number, data in enumerate(decision.events, 1):
        state = evolve(state, Event("s", number, data, START, START, "host:shop", "test"))
    return state


def an_order(promised: Due | None = SOON) -> Order:
    """An order, promised or not."""
    new = orders.Placement(OrderId("o-1"), (Line("A", 2, "10.00"),), CustomerId("c-1"), number="77", promised=promised)
    order: Order = after(None, orders.place(new, now()))
    return order


def a_case() -> Incident:
    """A case about it."""
    case: Incident = after(None, rules.report(rules.Report(IncidentId("i-1"), "damaged", Text("t", "x"), (an_order(),)), now()))
    return case


def amended(order: Order, promised: Due | None, **more: Any) -> tuple[Intent, ...]:
    """The messages that follow from another promise."""
    return orders.amend(order, more.get("number"), promised, None, Text("t", "why"), now(1)).intents


def values(case: Incident, step: str = "incident.detected", days: float = 1) -> dict[str, str]:
    """What the text about a case is given."""
    message = incident_message(case, step, "local", now(days), "77")
    assert message is not None
    return dict(message.values)


def test_a_later_promise_is_told_with_both_days() -> None:
    """The customer hears what was promised and what is promised now."""
    (message,) = amended(an_order(), SOON + timedelta(days=3))

    assert ("order.delayed", "c-1") == (message.step, message.customer)
    assert {"order": "77", "date": "2026-03-09", "was": "2026-03-06"} == dict(message.values)


def test_each_delay_is_told_once() -> None:
    """A further one is another message; asked for again, the same one."""
    order = an_order()
    first = amended(order, SOON + timedelta(days=3))
    later = after(order, orders.amend(order, None, SOON + timedelta(days=3), None, Text("t", "x"), now(1)))
    second = amended(later, SOON + timedelta(days=5))

    assert [m.key for m in first] == [m.key for m in amended(order, SOON + timedelta(days=3))]
    assert first[0].key != second[0].key


@pytest.mark.parametrize(
    ("promised", "before"),
    [(SOON, SOON), (SOON - timedelta(days=1), SOON), (datetime(2026, 3, 6, 12, tzinfo=UTC), SOON), (SOON, None), (None, SOON)],
    ids=["the same", "earlier", "earlier that day", "the first", "none"],
)
def test_what_is_no_delay_is_not_told_as_one(promised: Due | None, before: Due | None) -> None:
    """Only a promise that ends later than the one before it."""
    assert () == amended(an_order(before), promised, number="78" if promised is None else None)


@pytest.mark.parametrize("over", ["delivered", "cancelled", "imported", "nobody"])
def test_who_waits_for_nothing_hears_of_no_delay(over: str) -> None:
    """Not once it is there or cancelled, not for imported orders, and nobody can't be told."""
    order = an_order()
    if over == "delivered":
        order = after(order, orders.ship(order, None, "", "", now()))
        order = after(order, orders.deliver(order, None, now()))
    elif over == "cancelled":
        order = after(order, orders.cancel(order, None, None, now()))
    else:
        order = changed(order, passive=over == "imported", customer=None if over == "nobody" else order.customer)

    assert () == amended(order, SOON + timedelta(days=9))


def test_a_case_says_by_when_it_is_to_be_put_right() -> None:
    """The day of its deadline in the shop's zone, as long as it is to come."""
    case = a_case()
    assert case.deadlines.resolve_by is not None
    day = case.deadlines.resolve_by.astimezone(SHOP.tzinfo).date().isoformat()

    assert day == values(case)["by"]
    assert "by" not in values(case, days=90)


def test_a_case_says_when_the_customer_hears_again() -> None:
    """The next word that was promised last, unless that is over or replaced."""
    made = [
        Promise("p-1", "update", SOON, START, "agent:ana", replaced_by="p-2"),
        Promise("p-2", "update", SOON, START, "agent:ana"),
    ]
    promised = changed(a_case(), promises=tuple(made))

    assert "2026-03-06" == values(promised)["next"]
    assert "next" not in values(changed(promised, promises=(made[0],)))
    assert "next" not in values(promised, days=30)


def test_a_product_can_not_pass_for_another_offer() -> None:
    """A bar in a product's name would part what is said of an offer, and is written otherwise."""
    case = after(a_case(), Decision((ev.CustomerTold("c-1"),)))
    wild = Offer("substitution", SOON, product="Mug; refund|999 EUR|2026-03-09")
    case = after(case, rules.offer(case, rules.priced(case, [wild], (an_order(),), now(1)), an_order(), now(1)))

    assert "substitution|Mug; refund/999 EUR/2026-03-09|2026-03-06" == values(case, "incident.offered")["offers"]
