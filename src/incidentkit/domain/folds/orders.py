"""What events do to an order."""

from __future__ import annotations

from typing import Any

from incidentkit.domain import events as ev
from incidentkit.domain.advice import Advised
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.folds.shared import with_promise
from incidentkit.domain.ids import NoticeId
from incidentkit.domain.messages import Notice
from incidentkit.domain.money import Money
from incidentkit.domain.orders import STATUS_UPDATES, Line, Order
from incidentkit.domain.shipments import FailedAttempt, Shipment, Units, add_units

__all__ = [
    "adopted",
    "advised",
    "amended",
    "anomaly",
    "cancelled",
    "confirmed",
    "delivered",
    "delivery_failed",
    "placed",
    "promised",
    "published",
    "receipt",
    "returned",
    "shipped",
]


def placed(data: ev.OrderPlaced, event: Event) -> Order:
    return Order(
        id=data.order,
        placed_at=event.occurred_at,
        captured=data.captured,
        lines=data.lines,
        number=data.number,
        customer=data.customer,
        account=data.account,
        passive=data.passive,
    )


def _with_units(lines: tuple[Line, ...], units: Units, counter: str) -> tuple[Line, ...]:
    more = dict(units)
    return tuple(
        changed(line, **{counter: getattr(line, counter) + more[line.id]}) if line.id in more else line for line in lines
    )


def promised(order: Order, data: ev.PromiseMade, event: Event) -> Order:
    return changed(order, promises=with_promise(order.promises, data))


def confirmed(order: Order, data: ev.OrderConfirmed, event: Event) -> Order:
    return changed(order, confirmed_at=order.confirmed_at or event.occurred_at)


def shipped(order: Order, data: ev.OrderShipped, event: Event) -> Order:
    parcel = Shipment(data.shipment, data.units, event.occurred_at, data.carrier, data.tracking)
    return changed(order, lines=_with_units(order.lines, data.units, "shipped"), shipments=(*order.shipments, parcel))


def delivered(order: Order, data: ev.OrderDelivered, event: Event) -> Order:
    lines, parcels = order.lines, {s.id: s for s in order.shipments}
    for portion in data.portions:
        lines = _with_units(lines, portion.units, "delivered")
        parcel = parcels[portion.shipment]
        parcel = changed(parcel, delivered=add_units(parcel.delivered, portion.units))
        if not parcel.outstanding():
            parcel = changed(parcel, delivered_at=event.occurred_at)
        parcels[portion.shipment] = parcel
    order = changed(order, lines=lines, shipments=tuple(parcels.values()))
    return _perhaps_all_delivered(order)


def delivery_failed(order: Order, data: ev.DeliveryFailed, event: Event) -> Order:
    tried = {portion.shipment: FailedAttempt(event.occurred_at, portion.units) for portion in data.portions}
    parcels = (changed(s, failures=(*s.failures, tried[s.id])) if s.id in tried else s for s in order.shipments)
    return changed(order, shipments=tuple(parcels))


def _perhaps_all_delivered(order: Order) -> Order:
    remaining = sum(line.remaining for line in order.lines)
    if order.delivered_at or not remaining or sum(line.delivered for line in order.lines) < remaining:
        return order
    # The last unit's own time, which an event that completes the order later (a cancellation) or earlier is not.
    return changed(order, delivered_at=max(parcel.delivered_at for parcel in order.shipments if parcel.delivered_at))


def cancelled(order: Order, data: ev.OrderCancelled, event: Event) -> Order:
    order = changed(order, lines=_with_units(order.lines, data.units, "cancelled"))
    if not any(line.remaining for line in order.lines):
        return changed(order, cancelled_at=event.occurred_at)
    # Cancelling the last units that were still out makes what has arrived the whole order.
    return _perhaps_all_delivered(order)


def returned(order: Order, data: ev.OrderReturned, event: Event) -> Order:
    return changed(order, lines=_with_units(order.lines, data.units, "returned"))


def published(order: Order, data: ev.StatusPublished, event: Event) -> Order:
    return changed(order, status_text=data.text, published=(*order.published, event.occurred_at))


def receipt(order: Order, data: ev.MessageReceipt, event: Event) -> Order:
    if data.step not in STATUS_UPDATES:
        return order
    known = {notice.key: notice for notice in order.notices}
    notice = known.get(data.key) or _first_heard_of(data, NoticeId(str(len(known) + 1)), event)
    known[data.key] = notice.received(data.receipt, event.occurred_at)
    return changed(order, notices=tuple(known.values()))


def _first_heard_of(data: ev.MessageReceipt, id_: NoticeId, event: Event) -> Notice:
    return Notice(id_, data.step, data.channel, data.key, data.confirms, event.occurred_at)


def amended(order: Order, data: ev.OrderAmended, event: Event) -> Order:
    new: dict[str, Any] = {c.field: c.new for c in data.changes if c.field in ("number", "account")}
    for change in data.changes:
        if change.field == "captured" and change.new is not None:
            new["captured"] = Money.parse(change.new)
    return changed(order, **new)


def adopted(order: Order, data: ev.OrderAdopted, event: Event) -> Order:
    return changed(order, passive=False)


def advised(order: Order, data: ev.OrderAdvised, event: Event) -> Order:
    shown = tuple(Advised(advice, event.occurred_at) for advice in data.advice)
    return changed(order, advised=(*order.advised, *shown))


def anomaly(order: Order, data: ev.AnomalyNoted, event: Event) -> Order:
    return changed(order, anomalies=(*order.anomalies, data.anomaly))
