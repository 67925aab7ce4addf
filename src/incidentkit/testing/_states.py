"""What an order, a case, a need or an ask can never be, alone or beside the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.laws import broken_laws
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.rules.ledger import Ledger, money_order

__all__ = ["bad_costs", "bad_merges", "bad_money", "bad_state"]


def bad_state(state: State) -> list[str]:
    """What an order, an incident, a need or an ask can never be."""
    return [f"{state.id}: {law}" for law in broken_laws(state)]


def bad_costs(states: Mapping[str, State]) -> Iterator[str]:
    """What a case cost is in one of its needs, and in no other."""
    counted = [paid for need in states.values() if isinstance(need, Need) for paid in need.remedied]
    for case in states.values():
        if isinstance(case, Incident) and case.needs:
            paid = [r for r in case.remedies if r.carried_out_at is not None and r.paid is not None]
            here = [c for c in counted if c.incident == case.id]
            if sorted((r.id, str(r.paid)) for r in paid) != sorted((c.remedy, str(c.amount)) for c in here):
                yield f"{case.id}: what it cost is not what its need says"


def bad_merges(states: Mapping[str, State]) -> Iterator[str]:
    """Who was merged is known where it went, and every such way ends at a case that goes on."""
    cases = {state.id: state for state in states.values() if isinstance(state, Incident)}
    for case in cases.values():
        into = cases.get(case.merged_into) if case.merged_into is not None else None
        if (case.phase is Phase.MERGED) != (into is not None and case.id in {joined.incident for joined in into.took_in}):
            yield f"{case.id}: merged into what does not know of it"
        elif into is not None and not set(case.orders) <= set(into.orders):
            yield f"{case.id}: merged, and orders of it are lost"
        passed, at = {case.id}, into
        while at is not None and at.id not in passed:
            passed.add(at.id)
            at = cases.get(at.merged_into) if at.merged_into is not None else None
        if at is not None:
            yield f"{case.id}: merged in a circle"


def bad_money(states: Mapping[str, State]) -> Iterator[str]:
    """What an order has given back, and what it keeps for remedies, is what the remedies of its cases come to."""
    orders: dict[str, Order] = {state.id: state for state in states.values() if isinstance(state, Order)}
    paid: dict[str, Decimal] = dict.fromkeys(orders, Decimal())
    owed: dict[str, Decimal] = dict.fromkeys(orders, Decimal())
    cases = [state for state in states.values() if isinstance(state, Incident)]
    for case in cases:
        for remedy in case.remedies:
            of = orders.get(remedy.order or next(iter(case.orders), ""))
            if of is None or remedy.money is None:
                continue
            if remedy.carried_out_at is not None:
                paid[money_order(of)] += remedy.money.amount
            elif remedy.owed and case.phase is not Phase.WITHDRAWN:
                owed[money_order(of)] += remedy.money.amount
    for order in orders.values():
        if paid[order.id] != order.refunded.amount:
            yield f"{order.id}: gave back what no remedy was for"
        if owed[order.id] != Ledger(order, order).agreed.amount:
            yield f"{order.id}: keeps money for what nobody owes, or none for what is owed"
