"""What payments do to an order. What they do to a case is that its remedy is carried out."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.orders import Order

__all__ = ["found"]


def found(order: Order, data: ev.RefundFound, event: Event) -> Order:
    if data.remedy is not None:
        return order  # the remedy has it
    return changed(order, outside=(*order.outside, data.refund))
