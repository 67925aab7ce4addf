"""Imported cases made live, by the rules alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from incidentkit.domain import events as ev
from incidentkit.domain.actors import Actor
from incidentkit.domain.ids import OrderId
from incidentkit.domain.incidents import Incident, Owner, Phase
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Order
from incidentkit.domain.promises import Promise
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.errors import InvalidInput, TransitionRefused
from incidentkit.rules.adopting import adopt
from incidentkit.rules.decision import Circumstances, Decision
from tests.rules.test_evidence import case, hours

SHOP = Shop(teams=(Team("after-sales"),), agents=(Agent("ana", "after-sales"),), protocols=(Protocol("damaged"),))
NOW = Circumstances(SHOP, hours(100), Actor("agent", "ana"))


def imported(**given: Any) -> Incident:
    """A case of a source that is being worked out."""
    return case(**{"phase": Phase.DETECTED, "resolved_at": None, "passive": True, **given})


def order(*promises: Promise, **given: Any) -> Order:
    """An order of a source with the promises made about it."""
    return Order(OrderId("o-1"), hours(0), Money.zero("EUR"), (), promises=promises, **{"passive": True, **given})


def promise(day: date = date(2026, 3, 4), **given: Any) -> Promise:
    """A delivery promised for a day that is over."""
    return Promise("promise-1", "delivery", day, hours(0), "source:file", **given)


def about(orders: Order) -> list[Any]:
    """What happens to an order with its case."""
    return [event for _, event in adopt(imported(), [orders], NOW).elsewhere]


def test_a_live_case_stays_as_it_is() -> None:
    """Adopting it again changes nothing."""
    assert Decision() == adopt(imported(passive=False), [order()], NOW)


@pytest.mark.parametrize("phase", [Phase.RESOLVED, Phase.CLOSED, Phase.LAPSED, Phase.WITHDRAWN])
def test_only_what_is_worked_out_is_adopted(phase: Phase) -> None:
    """What ended in its source stays as the source has it."""
    with pytest.raises(TransitionRefused, match="while its solution is being worked out"):
        adopt(imported(phase=phase), (), NOW)


def test_a_case_of_a_type_without_protocol_is_corrected_first() -> None:
    """Nothing would say what it is due by."""
    with pytest.raises(InvalidInput, match=r"got the type gone, which has none\. Correct it with amend"):
        adopt(imported(type="gone"), (), NOW)


@pytest.mark.parametrize(("expected", "agent"), [("ana", "ana"), ("", "")], ids=["a person", "a team alone"])
def test_who_owns_it_by_name_still_does(expected: str, agent: str) -> None:
    """Otherwise the team of its protocol is accountable."""
    (event, *_) = adopt(imported(owner=Owner("elsewhere", agent)), (), NOW).events
    assert isinstance(event, ev.IncidentAdopted)

    assert (expected, "elsewhere" if agent else "after-sales") == (event.owner.agent, event.owner.team)


def test_deadlines_count_from_the_adoption() -> None:
    """Nothing of the past is made up for."""
    (event, *_) = adopt(imported(), (), NOW).events
    assert isinstance(event, ev.IncidentAdopted)

    assert NOW.at == event.deadlines.since


def test_its_orders_are_adopted_with_it() -> None:
    """Those that are live already stay as they are."""
    assert [ev.OrderAdopted()] == about(order())
    assert [] == about(order(passive=False))


@pytest.mark.parametrize(
    ("noted", "of"),
    [
        (True, order(promise())),
        (False, order(promise(date(2030, 1, 1)))),
        (False, order(promise(replaced_by="promise-2"))),
        (False, order(promise(broken_at=hours(90)))),
        (False, order(promise(), cancelled_at=hours(90))),
        (False, order(promise(), delivered_at=hours(1))),
    ],
    ids=["over", "still to come", "replaced", "noted before", "cancelled", "kept"],
)
def test_a_promise_that_broke_before_is_noted(noted: bool, of: Order) -> None:
    """With the instant when it broke, so that nothing is done about it as if it broke today."""
    broken = [event for event in about(of) if isinstance(event, ev.PromiseBroken)]

    assert noted is bool(broken)
    assert all(event.due < NOW.at for event in broken)
