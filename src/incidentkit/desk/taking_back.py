"""What units that come back mean for the remedies that wait for them."""

from __future__ import annotations

from attrs import evolve

from incidentkit.desk.work import Work
from incidentkit.domain.events import OrderReturned
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.rules.decision import Decision
from incidentkit.rules.ledger import money_order
from incidentkit.rules.returns import awaited_by, received

__all__ = ["take_back"]


def take_back(order: Order, decided: Decision, work: Work) -> Decision:
    """A return as it was decided on, with what follows from it elsewhere."""
    money = order if order.replaces is None else work.order(money_order(order))
    waiting = awaited_by(money, order)
    units = [event.units for event in decided.events if isinstance(event, OrderReturned)]
    if not waiting or not units:
        return decided
    cases: dict[str, Incident] = {claim.incident: work.incident(claim.incident) for claim in waiting}
    follows = received(order, money, cases, units[0], work.now)
    return evolve(decided, elsewhere=decided.elsewhere + follows.elsewhere, intents=decided.intents + follows.intents)
