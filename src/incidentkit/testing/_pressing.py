"""What is most pressing, worked out from the states alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.money import AMOUNT_UNIT
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.tasks import Task
from incidentkit.domain.times import due_instant, micros
from incidentkit.rules.clocks import clocks, waits_for
from incidentkit.rules.priority import Scoring, Subject

__all__ = ["pressing"]

_BEFORE = timedelta(days=90)
_COUNTS_NOT = (Phase.WITHDRAWN, Phase.MERGED)


def pressing(states: Mapping[str, State], shop: Shop, now: datetime) -> list[str]:
    """The ids of every open case and task, the most pressing first."""
    return [subject.id for subject in sorted(_subjects(states, shop), key=Scoring.of(shop, now).key)]


def _subjects(states: Mapping[str, State], shop: Shop) -> Iterator[Subject]:
    for state in states.values():
        if isinstance(state, Incident) and state.open:
            order = states.get(state.orders[0]) if state.orders else None
            yield _case(state, order if isinstance(order, Order) else None, states, shop)
        elif isinstance(state, Task) and state.open:
            yield _task(state, states, shop)


def _case(case: Incident, order: Order | None, states: Mapping[str, State], shop: Shop) -> Subject:
    found = clocks(case, shop)
    # Of a clock that began anew, the newest counts; a resolution has one due time, whatever was reopened.
    running = {clock.name.replace("_again", ""): micros(clock.due) for clock in found if clock.running}
    waits = case.phase is Phase.RESOLVED or waits_for(found) == "customer"
    return Subject(
        case.id,
        2 if case.passive else 1 if waits else 0,
        case.severity,
        micros(case.detected_at),
        tuple(running.items()),
        _awaited(order, shop),
        _value(order),
        _alike(case, states),
    )


def _task(task: Task, states: Mapping[str, State], shop: Shop) -> Subject:
    case = states.get(task.incident or "")
    order = states.get(task.order or "")
    order = order if isinstance(order, Order) else None
    due = () if task.due is None else (("task", micros(task.due)),)
    severity = case.severity if isinstance(case, Incident) else ""
    return Subject(task.id, 0, severity, micros(task.opened_at), due, _awaited(order, shop), _value(order), task=True)


def _awaited(order: Order | None, shop: Shop) -> int | None:
    if order is None or order.promise is None or order.delivered_at is not None or order.cancelled_at is not None:
        return None
    return micros(due_instant(order.promise.due, shop.zone))


def _value(order: Order | None) -> int:
    return 0 if order is None else int(order.captured.amount * AMOUNT_UNIT)


def _alike(case: Incident, states: Mapping[str, State]) -> int:
    """How often the customer had the same trouble in the time before."""
    if case.customer is None:
        return 0
    others = [s for s in states.values() if isinstance(s, Incident) and s.phase not in _COUNTS_NOT]
    same = [s.detected_at for s in others if (s.customer, s.type) == (case.customer, case.type)]
    return sum(case.detected_at - _BEFORE <= at < case.detected_at for at in same)
