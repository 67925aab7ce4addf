"""The same trouble before, for whoever answers: the earlier cases of a case, and how often its goods were on their way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from attrs import frozen

from incidentkit.domain.ids import IncidentId, LineId, OrderId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.orders import Order
from incidentkit.domain.remedies import Remedy
from incidentkit.domain.shop import Shop
from incidentkit.rules.attempts import attempts, sent_instead
from incidentkit.rules.ledger import money_order
from incidentkit.store.recurring import chain_of
from incidentkit.store.unit import Unit

__all__ = ["EarlierCase", "LineAttempts", "attempts_in", "chains_in"]

_GONE = (Phase.WITHDRAWN, Phase.MERGED)


@frozen
class EarlierCase:
    """The same trouble of the same customer before.

    Args:
        signature: what both are a case of, as its key.
        agreed: what was agreed then, with what became of it.
    """

    incident: IncidentId
    type: str
    severity: str
    phase: Phase
    detected_at: datetime
    resolved_at: datetime | None
    signature: str
    agreed: tuple[Remedy, ...]


@frozen
class LineAttempts:
    """A line of an order that had to be taken to its customer more than once.

    Args:
        order: which captured the money; ``line`` and ``product`` are of that.
        count: how many attempts there were, the one that is under way among them.
    """

    order: OrderId
    line: LineId
    product: str
    count: int


def chains_in(unit: Unit, cases: Iterable[Incident], shop: Shop) -> dict[str, tuple[EarlierCase, ...]]:
    """By case, its earlier ones, the latest first: each so shortly before the next that it was the same again."""
    return {case.id: _chain(unit, case, shop) for case in cases}


def _chain(unit: Unit, case: Incident, shop: Shop) -> tuple[EarlierCase, ...]:
    if case.customer is None or case.cause is None:
        return ()
    found = dict(chain_of(unit, case.id, shop.recurrence.within))
    noted = {earlier: each.subject for each in case.recurrences for earlier in each.earlier}
    unit.load_all([*found, *noted])
    states = {id_: unit.load("incident", id_).state for id_ in (*found, *noted)}
    earlier = [
        (state, found.get(id_) or noted[IncidentId(id_)]) for id_, state in states.items() if isinstance(state, Incident)
    ]
    chain = (_earlier(state, signature) for state, signature in earlier if state.phase not in _GONE)
    return tuple(sorted(chain, key=lambda each: (each.detected_at, each.incident), reverse=True))


def _earlier(case: Incident, signature: str) -> EarlierCase:
    when = case.detected_at, case.resolved_at
    return EarlierCase(case.id, case.type, case.severity, case.phase, *when, signature, case.remedies)


def attempts_in(unit: Unit, order: Order) -> tuple[LineAttempts, ...]:
    """The lines that had to be taken to their customer more than once, with those of what was sent instead."""
    root = order if order.replaces is None else _order(unit, money_order(order))
    family: Mapping[OrderId, Order] = {root.id: root} | {each: _order(unit, each) for each in sent_instead(root)}
    counted = [LineAttempts(root.id, line.id, line.product, attempts(family, root.id, line.id)) for line in root.lines]
    return tuple(each for each in counted if each.count > 1)


def _order(unit: Unit, order: OrderId) -> Order:
    state = unit.load("order", order).state
    assert isinstance(state, Order), "an order's stream holds an order"
    return state
