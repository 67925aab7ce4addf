"""What one journey cost: that of a need, of a customer, or of an order; every cost is in exactly one journey of each kind.

A contact is in the journey of its need and of the need's customer; a remedy, and a way around a rule, in that of the first need
that its incident is about, and of the incident's customer; a verification call in its customer's. What something cost is
shared among the orders that it is about, equally and in whole coins: those that a contact named, else those of the incidents
that it is about, else those of its need; of a remedy its own order, else those of its incident. So the sum over all journeys
of a kind, with what is in none, is the sum over all that was spent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Literal

from attrs import evolve, frozen

from incidentkit.domain.calls import VerificationCall
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.money import AMOUNT_UNIT, Money
from incidentkit.domain.needs import Need
from incidentkit.domain.times import from_micros
from incidentkit.learning.costs import CostItem, CostKind
from incidentkit.measures.cost_facts import costs_of

__all__ = ["JourneyCost", "JourneyOf", "costs_of_order", "costs_of_states", "journey_cost", "unpriced_for"]

JourneyOf = Literal["need", "customer", "order"]
"""Whose journey it is."""

OrdersOf = Callable[[str], Sequence[str]]
"""The orders of the incident with that id."""


@frozen
class JourneyCost:
    """What one journey cost, as far as it is known in the shop's currency.

    Args:
        of, id: whose journey.
        total: the sum of what is known. ``unpriced``: how many items are not in it.
        items: what it was spent on, by time; of an order its share of each.
    """

    of: JourneyOf
    id: str
    total: Money
    unpriced: int
    items: tuple[CostItem, ...]

    def spent_on(self, kind: CostKind) -> Money:
        """What of the total was spent on contacts, remedies, calls or workarounds."""
        known = (item.amount for item in self.items if item.kind == kind and item.amount is not None)
        return sum((amount for amount in known if amount.currency == self.total.currency), Money(0, self.total.currency))


def journey_cost(of: JourneyOf, id_: str, items: Iterable[CostItem], currency: str) -> JourneyCost:
    """The sum of a journey's costs."""
    every = tuple(sorted(items, key=lambda item: (item.at, item.kind, item.channel)))
    known = [item.amount for item in every if item.amount is not None and item.amount.currency == currency]
    return JourneyCost(of, id_, sum(known, Money(0, currency)), len(every) - len(known), every)


def costs_of_states(states: Iterable[State]) -> Iterator[CostItem]:
    """Every cost of these needs, incidents and calls: one for each thing, however many incidents it was for."""
    for state in states:
        yield from _unpriced(state)
        whole: dict[str, CostItem] = {}
        for row in _rows(state):
            item = _item(row)
            known = whole.get(row["item"])
            whole[row["item"]] = item if known is None else _joined(known, item)
        yield from whole.values()


def _joined(one: CostItem, other: CostItem) -> CostItem:
    amount = None if one.amount is None or other.amount is None else one.amount + other.amount
    return evolve(one, amount=amount, incident=None)


def costs_of_order(order: str, states: Iterable[State], orders_of: OrdersOf) -> Iterator[CostItem]:
    """The order's share of each cost of these needs, incidents and calls; what is not about it is left out."""
    for state in states:
        for item, orders in [(item, _about(state, item.item, None, orders_of)) for item in _unpriced(state)]:
            if order in orders:
                yield item
        for row in _rows(state):
            orders = _about(state, row["item"], row["incident_id"], orders_of)
            if order in orders:
                yield _share(_item(row), orders, order)


def unpriced_for(state: State, incident: str) -> Iterator[CostItem]:
    """The contacts of a need about an incident whose cost nobody knows."""
    if isinstance(state, Need):
        for item in _unpriced(state):
            contact = state.contact(item.item)
            if contact is not None and incident in (contact.incidents or state.incidents):
                yield evolve(item, incident=incident)


def _share(item: CostItem, orders: Sequence[str], order: str) -> CostItem:
    if item.amount is None:
        return item
    return evolve(item, amount=item.amount.share([1] * len(orders))[orders.index(order)])


def _about(state: State, item: str, incident: str | None, orders_of: OrdersOf) -> tuple[str, ...]:
    """The orders that one cost is shared among."""
    if isinstance(state, Incident):
        remedy = state.remedy(item)
        return (remedy.order,) if remedy is not None and remedy.order is not None else state.own_orders or state.orders
    if isinstance(state, Need):
        contact = state.contact(item)
        named = contact.orders if contact is not None else ()
        return named or (tuple(orders_of(incident)) if incident is not None else ()) or state.orders
    return (state.order,) if isinstance(state, VerificationCall) else ()


def _unpriced(state: State) -> Iterator[CostItem]:
    """Contacts whose cost nobody knows: they are in no row of costs."""
    if isinstance(state, Need):
        for contact in state.contacts:
            if contact.cost is None:
                yield CostItem("contact", contact.channel, contact.at, None, contact.id)


def _rows(state: State) -> list[Any]:
    return list(costs_of(state))


def _item(row: Any) -> CostItem:
    amount = None if row["currency"] is None else _money(row["cost"], row["currency"])
    return CostItem(row["kind"], row["channel"], from_micros(row["at"]), amount, row["item"], row["incident_id"])


def _money(units: int, currency: str) -> Money:
    return Money(Decimal(units) / AMOUNT_UNIT, currency)
