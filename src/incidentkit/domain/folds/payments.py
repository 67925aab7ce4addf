"""What payments do to an order. What they do to a case is that its remedy is carried out."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.orders import Order

__all__ = ["found"]


def found(order: Order, data: ev.RefundFound, event: Event) -> Order:
    others = tuple(refund for refund in order.outside if refund.reference != data.refund.reference)
    # What a remedy has is part of that, whoever noted it before.
    return changed(order, outside=others if data.remedy is not None else (*others, data.refund))
