"""What a broken promise of delivery means: a case, before the customer has to ask."""

from __future__ import annotations

from collections.abc import Iterable

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Timer
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.rules.around import Around
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.promises import first_broken
from incidentkit.rules.reporting import Report, report

__all__ = ["LATE", "delivery_due", "opens_case"]

LATE = "late"
"""The type of the case that a broken promise of delivery opens, where the shop has a protocol for it."""


def delivery_due(order: Order, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """The promise is noted as broken; a case is opened, unless one about the delivery is open already."""
    found = first_broken(order, now.shop.zone)
    if found is None or found[1] >= now.at:
        return Decision()
    promise, due = found
    if around.words is None or not opens_case(around.cases, now.shop):
        return Decision((ev.PromiseBroken(promise.id, due),))
    case = IncidentId(around.ids[0])
    opened = report(Report(case, LATE, around.words, orders=(order,)), now)
    elsewhere = tuple((case, event) for event in opened.events)
    return Decision((ev.PromiseBroken(promise.id, due, case),), (*elsewhere, *opened.elsewhere), opened.intents, opened.timers)


def opens_case(cases: Iterable[Incident], shop: Shop) -> bool:
    """Whether a broken promise opens a case beside those that are open: not where one of the same group is."""
    late = shop.protocol(LATE)
    if late is None:
        return False
    protocols = [shop.protocol_of(case) for case in cases]
    return not any(p is not None and (p.type == LATE or (p.group and p.group == late.group)) for p in protocols)
