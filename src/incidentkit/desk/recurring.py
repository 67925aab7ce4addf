"""Whether what was just decided is the same trouble again: what the rule is asked with, and the case that it may open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from incidentkit.domain.evolve import State
from incidentkit.domain.ids import IncidentId, LineId, OrderId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import WHOLE, Order
from incidentkit.domain.shop import Shop
from incidentkit.measures.signature_facts import signed_otherwise
from incidentkit.phrases.words import LANGUAGES, words_in
from incidentkit.rules.attempts import retried, sent_instead
from incidentkit.rules.decision import Decision
from incidentkit.rules.lateness import LATE
from incidentkit.rules.ledger import money_order
from incidentkit.rules.recurrence import Alike, repeated, tried_again
from incidentkit.rules.reporting import Report, report
from incidentkit.rules.signatures import signatures_of
from incidentkit.store.recurring import alike_in, cases_about

if TYPE_CHECKING:
    from incidentkit.desk.work import Work

__all__ = ["Again", "again"]

Standing = Callable[[str], State]
"""What a thing is now, with what this very transaction has decided about it."""


@frozen
class Again:
    """What follows: for one case, which it may open.

    Args:
        stream: the case that was decided about.
        opened: the orders that a case which this opens is about; none where it was there already.
    """

    stream: str
    decision: Decision
    opened: tuple[OrderId, ...] = ()


def again(work: Work, before: State | None, after: State, now: Standing) -> Iterator[Again]:
    """What follows from a change of a case or an order, one after the other: each is asked for once the last is written down.

    Args:
        now: what other things are.
    """
    if work.now.passive:
        return
    if isinstance(after, Incident) and (before is None or isinstance(before, Incident)):
        if signed_otherwise(before, after):
            yield from _repeated(work, after, now)
    elif isinstance(after, Order) and isinstance(before, Order) and before.shipments != after.shipments and not after.passive:
        if _carriers(before) != _carriers(after):
            for case in _open_cases(work, (after.id,), now):
                yield from _repeated(work, case, now)
        yield from _tried_again(work, before, after, now)


def _carriers(order: Order) -> set[str]:
    return {parcel.carrier for parcel in order.shipments}


# --- The same signature ------------------------------------------------------------------------------------------


def _repeated(work: Work, case: Incident, now: Standing) -> Iterator[Again]:
    if case.customer is None or case.cause is None:
        return
    orders = [_order(now(order)) for order in case.own_orders]
    keys = [signature.key for signature in signatures_of(case, orders, work.now.shop) if signature.narrow]
    found = alike_in(work.unit, case, keys, work.now.shop.recurrence.within) if keys else []
    alike = [Alike(_incident(now(other)), signature) for other, signature in found]
    decision = repeated(case, alike, work.now)
    if decision != Decision():
        yield Again(case.id, decision)


# --- A further attempt -------------------------------------------------------------------------------------------


def _tried_again(work: Work, before: Order, after: Order, now: Standing) -> Iterator[Again]:
    root = _order(now(money_order(after)))
    instead = sent_instead(root)
    if not instead and not any(parcel.failures for parcel in after.shipments):
        return
    family = {order: _order(now(order)) for order in dict.fromkeys((root.id, *instead))}
    earlier = {**family, before.id: before}
    hits = retried(earlier, family, root.id, work.now.shop.recurrence.attempts)
    open_ = _open_cases(work, family, now, cases_about(work.unit, family)) if hits else []
    shared: dict[str, dict[LineId, int]] = {}
    for line, count in hits.items():
        case = max(_about(open_, root.id, line), key=lambda c: (c.detected_at, c.id), default=None)
        shared.setdefault("" if case is None else case.id, {})[line] = count
    for case_id, lines in shared.items():
        if case_id:
            yield Again(case_id, _noted(work, _incident(now(case_id)), root, lines))
        else:
            yield from _opened(work, after, root, lines, now)


def _noted(work: Work, case: Incident, root: Order, lines: Mapping[LineId, int]) -> Decision:
    return tried_again(case, f"{root.id}/{','.join(lines)}", max(lines.values()), work.now)


def _about(cases: Iterable[Incident], root: OrderId, line: LineId) -> Iterator[Incident]:
    """Those about a line of an order, or about what was sent instead of some of it."""
    return (case for case in cases if root not in case.orders or not case.lines or line in case.lines)


def _open_cases(work: Work, orders: Iterable[OrderId], now: Standing, known: Iterable[str] = ()) -> list[Incident]:
    """The live cases that are open about one of these orders; ``known``: others that may be."""
    held = [work.unit.load("order", order).open_incidents for order in orders]
    cases = [_incident(now(case)) for case in sorted({*known, *(case for some in held for case in some)})]
    return [case for case in cases if case.open and not case.passive]


def _opened(work: Work, order: Order, root: Order, lines: Mapping[LineId, int], now: Standing) -> Iterator[Again]:
    """A case of its own, for nobody has one: about the order that is on its way."""
    type_ = _type(work.now.shop)
    if not type_:
        return
    language = work.now.shop.language.partition("-")[0]
    texts = words_in(language if language in LANGUAGES else LANGUAGES[0])
    words = work.words(texts.say("opened.tried_again", count=max(lines.values())), customer=order.customer)
    named = tuple(line for line in lines if order.id == root.id and line != WHOLE)
    case = IncidentId(work.new_id())
    yield Again(case, report(Report(case, type_, words, orders=(order,), lines=named), work.now), (order.id,))
    yield Again(case, _noted(work, _incident(now(case)), root, lines))


def _type(shop: Shop) -> str:
    """Of a case that a further attempt opens; empty where the shop has no protocol at all."""
    types = [protocol.type for protocol in shop.protocols]
    return shop.recurrence.type or (LATE if LATE in types else next(iter(types), ""))


def _order(state: State) -> Order:
    assert isinstance(state, Order), "an order's stream holds an order"
    return state


def _incident(state: State) -> Incident:
    assert isinstance(state, Incident), "an incident's stream holds an incident"
    return state
