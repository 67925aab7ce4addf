"""Facts of orders: their rows, with their products and carriers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from incidentkit.domain.money import AMOUNT_UNIT
from incidentkit.domain.orders import WHOLE, Order
from incidentkit.domain.promises import Promise
from incidentkit.domain.times import due_instant, micros
from incidentkit.measures.fact import Fact, at, between

__all__ = ["advice_rows", "deliveries", "line_of", "order_carriers", "order_fact", "order_products", "products_of"]

_JUDGED = timedelta(days=30)
"""How old an order is at most when what its customer was told of it is judged."""

_MOST = 2**62
"""What whole numbers of the store can hold for certain."""


def order_fact(order: Order, zone: str) -> Fact:
    """The row of ``facts_orders``. A promise given as a date lasts to the end of that day in ``zone``."""
    return {
        "order_id": order.id,
        "number": order.number or None,
        "customer": order.customer,
        "account": order.account or None,
        "status": order.status.value,
        "passive": int(order.passive),
        "cancelled": int(order.cancelled_at is not None),
        "placed_at": micros(order.placed_at),
        "confirmed_at": at(order.confirmed_at),
        "delivered_at": at(order.delivered_at),
        "cancelled_at": at(order.cancelled_at),
        "promised_first": _promised(order.first_promise, zone),
        "promised_due": _promised(order.promise, zone),
        "confirmation": between(order.placed_at, order.confirmed_at),
        "handover": between(order.placed_at, min((parcel.shipped_at for parcel in order.shipments), default=None)),
        "delivery": between(order.placed_at, order.delivered_at),
        "on_time": _on_time(order, zone),
        "value": min(int(order.captured.amount * AMOUNT_UNIT), _MOST),
        "updated_at": at(order.updated_at),
        "judged_at": micros(min(filter(None, (order.delivered_at, order.cancelled_at, order.placed_at + _JUDGED)))),
    }


def order_products(order: Order) -> list[Fact]:
    """The rows of ``facts_order_products``: one for each product in it; none where its lines are not known."""
    units: dict[str, int] = {}
    for line in order.lines:
        if line.id != WHOLE:
            units[line.product] = units.get(line.product, 0) + line.quantity
    placed_at = micros(order.placed_at)
    return [{"order_id": order.id, "product": p, "placed_at": placed_at, "units": n} for p, n in units.items()]


def advice_rows(order: Order) -> list[Fact]:
    """The rows of ``facts_advice``: one for each piece of advice that was shown about it, from the first time on."""
    first: dict[tuple[str, str], Fact] = {}
    for shown in order.advised:
        code, subject = shown.advice.code, shown.advice.subject
        row: Fact = {
            "order_id": order.id,
            "code": code,
            "subject": subject,
            "at": micros(shown.at),
            "placed_at": micros(order.placed_at),
            "customer": order.customer,
        }
        first.setdefault((code, subject), row)
    return list(first.values())


def products_of(order: Order, lines: Sequence[str] = ()) -> Iterable[str]:
    """The products of some of its lines, or of all where none is named; none where its lines are not known."""
    of = [line.product for line in order.lines if line.id != WHOLE and (not lines or line.id in lines)]
    return dict.fromkeys(of)


def order_carriers(order: Order) -> list[Fact]:
    """The rows of ``facts_order_carriers``: one for each carrier of its parcels."""
    return [{"order_id": order.id, "carrier": c} for c in dict.fromkeys(s.carrier for s in order.shipments if s.carrier)]


def deliveries(order: Order) -> list[Fact]:
    """The rows of ``facts_deliveries``: one for each line of each parcel that has arrived whole, at each such instant."""
    arrived = [(line, parcel.delivered_at) for parcel in order.shipments if parcel.delivered_at for line, _ in parcel.units]
    return [
        {"order_id": order.id, "order_line": line_of(order.id, line), "at": micros(when)}
        for line, when in dict.fromkeys(arrived)
    ]


def line_of(order: str, line: str) -> str:
    """What names a line among those of all orders."""
    return f"{order}/{line}"


def _promised(promise: Promise | None, zone: str) -> int | None:
    return None if promise is None else micros(due_instant(promise.due, zone))


def _on_time(order: Order, zone: str) -> int | None:
    if order.delivered_at is None or order.first_promise is None:
        return None
    return int(order.delivered_at <= due_instant(order.first_promise.due, zone))
