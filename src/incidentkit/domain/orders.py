"""Orders: lines, shipments, promises and money, with conservation held by construction."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from incidentkit.domain.advice import Advised
from incidentkit.domain.ids import CustomerId, LineId, OrderId
from incidentkit.domain.ledger import Claim, Replaced
from incidentkit.domain.messages import Notice
from incidentkit.domain.money import Money, as_money
from incidentkit.domain.payments import FoundRefund
from incidentkit.domain.promises import Promise
from incidentkit.domain.shipments import Shipment
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, MoneyError, QuantityError

__all__ = ["STATUS_UPDATES", "WHOLE", "Line", "Order", "OrderStatus", "SourceStatus"]

WHOLE = LineId("whole")
"""The one line of an order whose lines are not known: it is shipped and delivered as a whole."""

STATUS_UPDATES = frozenset({"order.shipped", "order.delayed", "order.delivered", "order.cancelled"})
"""The texts that say how a confirmed order stands."""


def _product(line: Line, attribute: object, value: str) -> None:
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise InvalidInput("A line's product", "must be the shop's own code for it, 1 to 200 characters", got=repr(value)[:40])


def _quantity(line: Line, attribute: object, value: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise QuantityError("A line's quantity", "must be a whole number above zero", got=repr(value)[:20])


@frozen
class Line:
    """What was ordered, and what has become of it.

    Args:
        product: the shop's code.
        quantity: units ordered, above zero.
        price: per unit; a bare number takes the shop's currency.
        id: given by the desk: "1", "2", ... in the order of the lines.
        cancelled, shipped, delivered, returned: units so far. Always ``0 ≤ delivered ≤ shipped ≤ quantity − cancelled`` and
            ``0 ≤ returned ≤ delivered``.

    Raises:
        QuantityError: the counts would break those bounds.
    """

    product: str = field(validator=_product)
    quantity: int = field(validator=_quantity)
    price: Money = field(converter=as_money)
    id: LineId = LineId("")
    cancelled: int = 0
    shipped: int = 0
    delivered: int = 0
    returned: int = 0

    def __attrs_post_init__(self) -> None:
        counts = (self.cancelled, self.shipped, self.delivered, self.returned)
        whole = all(type(count) is int for count in counts)
        if whole and self.cancelled >= 0 and 0 <= self.returned <= self.delivered <= self.shipped <= self.remaining:
            return
        raise QuantityError(
            f"Line {self.id or self.product}",
            "returned ≤ delivered ≤ shipped ≤ ordered − cancelled, in whole units",
            got=f"returned {self.returned}, delivered {self.delivered}, shipped {self.shipped}, ordered {self.quantity}, "
            f"cancelled {self.cancelled}",
            next="Correct the units.",
        )

    @property
    def remaining(self) -> int:
        """Units ordered and not cancelled."""
        return self.quantity - self.cancelled


class OrderStatus(StrEnum):
    """Derived from the lines, never stored beside them."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    PARTLY_DELIVERED = "partly_delivered"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"


@frozen
class SourceStatus:
    """What a source (an import, a platform) says of the thing, with its time; never a decision of ours."""

    status: str
    at: datetime


@frozen
class Order:
    """One order as it stands.

    Args:
        id: UUIDv7.
        number: the shop's own number, unique in the record; empty when it gave none.
        customer: the person, by an id that says nothing about them; None when unknown.
        account: the key of the company they buy for; empty for none.
        captured: what the customer has paid; ``refunded`` never exceeds it.
        published: when a status was published for its customer to see.
        notices: the `STATUS_UPDATES` that its customer was sent, from the first word of their channel on.
        in_incident: derived: whether an incident on it is open.
        passive: imported: nothing is sent about it.
        anomalies: what its source got wrong, by code.
        advised: what whoever handles it was shown to look out for.
        outside: money of it that was given back elsewhere, and is part of no remedy nor of ``refunded``.
        claims: what remedies claim of its money, of its units, and of those of orders that were sent instead.
        replaces: what it was sent for, where it is a replacement: it captured nothing, and its money is of another order.
    """

    id: OrderId
    placed_at: datetime
    captured: Money
    lines: tuple[Line, ...]
    number: str = ""
    customer: CustomerId | None = None
    account: str = ""
    shipments: tuple[Shipment, ...] = ()
    promises: tuple[Promise, ...] = ()
    refunded: Money = field()
    confirmed_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    status_text: Text | None = None
    source_status: SourceStatus | None = None
    anomalies: tuple[str, ...] = ()
    passive: bool = False
    in_incident: bool = False
    published: tuple[datetime, ...] = ()
    notices: tuple[Notice, ...] = ()
    advised: tuple[Advised, ...] = ()
    outside: tuple[FoundRefund, ...] = ()
    claims: tuple[Claim, ...] = ()
    replaces: Replaced | None = None

    @refunded.default
    def _nothing(self) -> Money:
        return Money.zero(self.captured.currency)

    def __attrs_post_init__(self) -> None:
        if self.refunded > self.captured:
            raise MoneyError(
                f"Order {self.number or self.id}",
                "money out must not exceed the money captured",
                got=f"{self.refunded} out of {self.captured}",
                next="Lower the amount.",
            )

    @property
    def currency(self) -> str:
        """The one currency of everything in it."""
        return self.captured.currency

    @property
    def label(self) -> str:
        """What to call it in front of people: the shop's number, else the id."""
        return self.number or self.id

    @property
    def status(self) -> OrderStatus:
        """Where the order stands, by its units."""
        remaining = sum(line.remaining for line in self.lines)
        shipped = sum(line.shipped for line in self.lines)
        delivered = sum(line.delivered for line in self.lines)
        if not remaining:
            return OrderStatus.CANCELLED
        if delivered == remaining:
            all_back = all(line.returned == line.delivered for line in self.lines)
            return OrderStatus.RETURNED if all_back else OrderStatus.DELIVERED
        if delivered:
            return OrderStatus.PARTLY_DELIVERED
        if shipped:
            return OrderStatus.SHIPPED if shipped == remaining else OrderStatus.PARTLY_SHIPPED
        return OrderStatus.CONFIRMED if self.confirmed_at else OrderStatus.PLACED

    @property
    def promise(self) -> Promise | None:
        """The delivery promise in force."""
        return next((p for p in reversed(self.promises) if p.what == "delivery" and p.replaced_by is None), None)

    @property
    def first_promise(self) -> Promise | None:
        """The first delivery promise: the one that being on time is measured by."""
        return next((p for p in self.promises if p.what == "delivery"), None)

    @property
    def updated_at(self) -> datetime | None:
        """When its customer could first see, after the confirmation, how it stands: it was published, or a message arrived."""
        if self.confirmed_at is None:
            return None
        sent = [notice.told_at for notice in self.notices if notice.effective and notice.told_at is not None]
        return min((at for at in (*self.published, *sent) if at >= self.confirmed_at), default=None)

    def line(self, line_id: str) -> Line | None:
        """The line with that id."""
        return next((line for line in self.lines if line.id == line_id), None)
