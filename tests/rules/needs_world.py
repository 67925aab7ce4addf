"""Needs and cases for the rules about them, and how to let something happen to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from incidentkit.domain import events as ev
from incidentkit.domain.actors import Actor
from incidentkit.domain.contacts import Contact
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import evolve
from incidentkit.domain.ids import ContactId, CustomerId, IncidentId, NeedId, OrderId
from incidentkit.domain.incidents import Incident, Owner, Phase
from incidentkit.domain.needs import Need
from incidentkit.domain.rates import Rate
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.texts import Text
from incidentkit.rules import needs as rules
from incidentkit.rules.decision import Circumstances, Decision

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOP = Shop(
    teams=(Team("after-sales"), Team("warehouse")),
    agents=(Agent("ana", "after-sales"), Agent("leo", "warehouse")),
    rates=(Rate("phone", "2.50"), Rate("email", "1")),
)
MARTA, JOAN = CustomerId("c-marta"), CustomerId("c-joan")


def now(hours: float = 0, by: str = "ana", kind: str = "agent", **more: Any) -> Circumstances:
    """Circumstances so many hours after the start."""
    return Circumstances(SHOP, START + timedelta(hours=hours), Actor(kind, by), **more)  # type: ignore[arg-type]


def a_case(id: str = "i-1", phase: Phase = Phase.COMMUNICATED, **more: Any) -> Incident:
    """A case."""
    given = {"orders": (OrderId("o-1"),), "customer": MARTA, **more}
    return Incident(IncidentId(id), "damaged", "critical", Text("t"), START, Owner("after-sales"), phase, **given)


def said(id: str = "k-1", channel: str = "email", direction: str = "in", **more: Any) -> rules.NewContact:
    """A contact of Marta's, which opens ``n-`` with its own number if it opens a need."""
    orders = tuple(OrderId(order) for order in more.pop("orders", ()))
    given = {"customer": MARTA, "expects_answer": direction == "in", **more}
    fresh = NeedId(id.replace("k", "n"))
    return rules.NewContact(ContactId(id), fresh, channel, direction, orders=orders, **given)  # type: ignore[arg-type]


def happened(need: Need | None, events: Iterable[Happening], at: Circumstances) -> Need:
    """The need once these have happened."""
    state: Any = need
    for number, data in enumerate(events, 1):
        state = evolve(state, Event("n-1", number, data, at.at, at.at, str(at.actor), "test"))
    assert isinstance(state, Need)
    return state


def logged(needs: Iterable[Need], new: rules.NewContact, at: Circumstances, *cases: Incident) -> Need:
    """The need that a contact belongs to, with it."""
    among = list(needs)
    need_id, decision = rules.log(new, among, lambda _: cases, at)
    return happened(next((need for need in among if need.id == need_id), None), decision.events, at)


def decided(new: rules.NewContact, at: Circumstances, *needs: Need) -> Decision:
    """What follows from a contact."""
    return rules.log(new, needs, lambda _: (), at)[1]


def opened(*contacts: tuple[float, rules.NewContact]) -> Need:
    """One need, with these contacts so many hours after the start."""
    need: Need | None = None
    for hours, new in contacts:
        need = logged([need] if need else [], new, now(hours))
    assert need is not None
    return need


def resolved(need: Need, hours: float = 1) -> Need:
    """The need once it is resolved."""
    return happened(need, rules.resolve(need, []).events, now(hours))


def contact(at: datetime = START, **more: Any) -> Contact:
    """A contact that is there already."""
    given = {"channel": "email", "direction": "in", "at": at, **more}
    return Contact(ContactId(given.pop("id", "k-1")), NeedId("n-1"), **given)


__all__ = [
    "JOAN",
    "MARTA",
    "SHOP",
    "START",
    "a_case",
    "contact",
    "decided",
    "ev",
    "happened",
    "logged",
    "now",
    "opened",
    "resolved",
    "said",
]
