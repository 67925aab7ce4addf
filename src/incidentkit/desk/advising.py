"""History used for the next order: what to look out for, what came of saying so, and which products come up short."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from incidentkit.desk.figure_reader import FigureReader
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.advice import ADVICE_CODES, Advice
from incidentkit.domain.orders import WHOLE, Order
from incidentkit.domain.times import Due
from incidentkit.learning.advice import (
    PRODUCT_REACH,
    AdviceScore,
    CarrierHistory,
    History,
    ProductHistory,
    advice_from,
    score_of,
)
from incidentkit.measures.intervals import Interval, rate_interval
from incidentkit.measures.windows import first_instant
from incidentkit.store import advised as store
from incidentkit.store.unit import Unit

__all__ = ["AdviceRecord", "ShortageRow", "Shortages", "advice_in", "advice_of", "advice_record", "shortages"]

_JUDGED = timedelta(days=30)
"""So old an order is when it is told whether it had trouble."""

_RECORD = timedelta(days=180)
_WEEKS = 4
_MOST_PRODUCTS = 200


@frozen
class AdviceRecord:
    """What came after advice: a score for each kind that was shown."""

    as_of: datetime
    since: datetime
    until: datetime
    scores: tuple[AdviceScore, ...]


@frozen
class ShortageRow:
    """One product: its incidents, and the orders and units that they could have happened to.

    ``rate`` is incidents by order, with the interval that it may truly lie in at 95 %; None where nobody ordered it.
    """

    product: str
    incidents: int
    orders: int
    units: int
    rate: float | None
    interval: Interval | None


@frozen
class Shortages:
    """Products with incidents, those with the most first; ``total`` counts those beyond the rows too."""

    as_of: datetime
    since: datetime
    until: datetime
    type: str | None
    total: int
    rows: tuple[ShortageRow, ...]


def advice_of(runtime: Runtime, order_id: str, carrier: str | None, as_of: datetime) -> tuple[Advice, ...]:
    """The body of `Desk.advice`."""
    with runtime.store.reading() as unit:
        order = unit.load("order", order_id).state
        assert isinstance(order, Order)
        return advice_in(runtime, unit, order, carrier, as_of)


def advice_in(runtime: Runtime, unit: Unit, order: Order, carrier: str | None, as_of: datetime) -> tuple[Advice, ...]:
    """What the history says of an order, in one reading of it."""
    carriers = dict.fromkeys([*([carrier] if carrier else []), *(s.carrier for s in order.shipments if s.carrier)])
    customer = () if order.customer is None else store.customer_cases(unit, order.customer, order.id, as_of)
    ways = _carriers(runtime, unit, tuple(carriers), as_of) if carriers else ()
    return advice_from(History(customer, _products(unit, order, as_of), ways))


def _products(unit: Unit, order: Order, as_of: datetime) -> tuple[ProductHistory, ...]:
    products = list(dict.fromkeys(line.product for line in order.lines if line.id != WHOLE))
    since = as_of - PRODUCT_REACH
    cases = store.product_cases(unit, products, order.id, since) if products else {}
    if not cases:
        return ()
    exposure = store.product_exposure(unit, sorted({p for p, _ in cases}), since, _end(as_of, as_of))
    placed, by_type = store.orders_placed(unit, since), store.incidents_by_type(unit, since)
    return tuple(
        ProductHistory(product, type_, n, exposure.get(product, (0, 0))[0], by_type.get(type_, 0), placed, ids)
        for (product, type_), (n, ids) in cases.items()
    )


def _carriers(runtime: Runtime, unit: Unit, carriers: tuple[str, ...], as_of: datetime) -> tuple[CarrierHistory, ...]:
    """Over the last whole weeks, whose figures are kept."""
    found = FigureReader(runtime, unit, as_of).recent("orders_received", "week", _WEEKS, segment="carrier")
    weeks = [row for row in found.rows if row.from_ is not None and row.until is not None]
    if not weeks:
        return ()
    orders: dict[str, int] = {}
    for row in weeks:
        if row.segment:
            orders[row.segment] = orders.get(row.segment, 0) + row.n
    first, last = min(row.from_ for row in weeks if row.from_), max(row.until for row in weeks if row.until)
    cases, days = store.carrier_cases(unit, first, last), 7 * _WEEKS
    total, every = sum(cases.values()), sum(orders.values())
    return tuple(
        CarrierHistory(c, days, cases.get(c, 0), orders.get(c, 0), total - cases.get(c, 0), every - orders.get(c, 0))
        for c in carriers
    )


def advice_record(runtime: Runtime, since: Due | None, until: Due | None, as_of: datetime) -> AdviceRecord:
    """The body of `Desk.advice_record`."""
    first, last = _span(runtime, since, until, as_of, _RECORD)
    old = min(last, as_of - _JUDGED)
    end = _end(last, as_of)
    with runtime.store.reading() as unit:
        given = {code: store.advice_given(unit, code, first, end, old) for code in ADVICE_CODES}
        scores = [
            score_of(code, *given[code], *store.comparable_orders(unit, code, first, old)) for code in given if given[code][0]
        ]
    return AdviceRecord(as_of, first, last, tuple(scores))


def shortages(runtime: Runtime, since: Due | None, until: Due | None, type_: str | None, as_of: datetime) -> Shortages:
    """The body of `Desk.shortages`."""
    first, last = _span(runtime, since, until, as_of, PRODUCT_REACH)
    with runtime.store.reading() as unit:
        total, found = store.cases_by_product(unit, type_, first, _end(last, as_of), _MOST_PRODUCTS)
        exposure = store.product_exposure(unit, [product for product, _ in found], first, _end(last, as_of))
    rows = [_row(product, n, *exposure.get(product, (0, 0))) for product, n in found]
    return Shortages(as_of, first, last, type_, total, tuple(rows))


def _row(product: str, incidents: int, orders: int, units: int) -> ShortageRow:
    rate = incidents / orders if orders else None
    return ShortageRow(product, incidents, orders, units, rate, rate_interval(incidents, orders))


def _span(
    runtime: Runtime, since: Due | None, until: Due | None, as_of: datetime, reach: timedelta
) -> tuple[datetime, datetime]:
    zone = runtime.shop.zone
    last = as_of if until is None else first_instant(until, zone, "until")
    return (last - reach if since is None else first_instant(since, zone, "since")), last


def _end(last: datetime, as_of: datetime) -> datetime:
    """What happens this very instant counts."""
    return last + timedelta(microseconds=1) if last == as_of else last
