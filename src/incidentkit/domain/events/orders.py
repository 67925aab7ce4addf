"""Events of orders."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.advice import Advice
from incidentkit.domain.events.base import Change, Happening, Portion
from incidentkit.domain.ids import CustomerId, IncidentId, OrderId, RemedyId
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line
from incidentkit.domain.shipments import Units
from incidentkit.domain.texts import Text

__all__ = [
    "AnomalyNoted",
    "DeliveryFailed",
    "MoneyReturned",
    "OrderAdopted",
    "OrderAdvised",
    "OrderAmended",
    "OrderCancelled",
    "OrderConfirmed",
    "OrderDelivered",
    "OrderPlaced",
    "OrderReturned",
    "OrderShipped",
    "SourceStatusNoted",
    "StatusPublished",
]


@frozen
class OrderPlaced(Happening):
    """A customer has ordered."""

    type = "order.placed"
    order: OrderId
    lines: tuple[Line, ...]
    captured: Money
    number: str = ""
    customer: CustomerId | None = None
    account: str = ""
    passive: bool = False


@frozen
class OrderConfirmed(Happening):
    """The shop has accepted the order."""

    type = "order.confirmed"


@frozen
class OrderShipped(Happening):
    """A parcel has left, with the units in it by line."""

    type = "order.shipped"
    shipment: str
    units: Units
    carrier: str = ""
    tracking: str = ""


@frozen
class OrderDelivered(Happening):
    """Units have arrived at the customer's, by the parcels that they came in."""

    type = "order.delivered"
    portions: tuple[Portion, ...]


@frozen
class DeliveryFailed(Happening):
    """Units could not be handed over, by the parcels that they are in; they are still on their way."""

    type = "order.delivery_failed"
    portions: tuple[Portion, ...]
    reason: Text | None = None


@frozen
class OrderCancelled(Happening):
    """Units will not be sent."""

    type = "order.cancelled"
    units: Units
    reason: Text | None = None


@frozen
class OrderReturned(Happening):
    """Delivered units have come back."""

    type = "order.returned"
    units: Units
    reason: Text | None = None


@frozen
class StatusPublished(Happening):
    """A word about the order that the customer can read."""

    type = "order.status_published"
    text: Text


@frozen
class OrderAmended(Happening):
    """A correction of the order, with the old values."""

    type = "order.amended"
    changes: tuple[Change, ...]
    reason: Text


@frozen
class OrderAdopted(Happening):
    """An imported order is live from here on."""

    type = "order.adopted"


@frozen
class OrderAdvised(Happening):
    """Whoever handles the order was shown what the history says to look out for."""

    type = "order.advised"
    advice: tuple[Advice, ...]


@frozen
class AnomalyNoted(Happening):
    """The source contradicts itself here; kept as given."""

    type = "order.anomaly"
    anomaly: str


@frozen
class MoneyReturned(Happening):
    """Money of the order has gone back to the customer, by the remedy that it belongs to."""

    type = "order.money_returned"
    amount: Money
    incident: IncidentId
    remedy: RemedyId


@frozen
class SourceStatusNoted(Happening):
    """What a source says of the order or incident; never a decision of the desk."""

    type = "source.status"
    status: str
