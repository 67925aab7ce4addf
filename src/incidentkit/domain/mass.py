"""Mass incidents: one cause that went wrong for many orders, reported once, with one case for each customer."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from attrs import field, frozen
from attrs.converters import optional

from incidentkit.domain.ids import MassId, OrderId
from incidentkit.domain.remedies import Offer
from incidentkit.domain.texts import Text
from incidentkit.domain.times import Due, due
from incidentkit.errors import InvalidInput

__all__ = ["LATE_ORDER", "MassIncident", "MassPart", "MassStage", "OrderRule", "StageKind"]

StageKind = Literal["notify", "offer", "carry_out", "resolve"]
"""What is done for every customer: they are told, offered something, what was agreed is done, it is resolved."""

LATE_ORDER = "mass_late_order"
"""The rule by which somebody is asked to tell a customer of an order that joined after they were written to."""

_LONGEST = 200


def _instant(value: Due) -> Due:
    return due(value, "A rule of orders")


def _code(rule: OrderRule, attribute: object, value: str) -> None:
    if not isinstance(value, str) or len(value) > _LONGEST or not value.isprintable():
        raise InvalidInput("A rule of orders", f"names codes of at most {_LONGEST} characters", got="something else")


@frozen
class OrderRule:
    """Which orders are affected: those to which all of it applies, and that are not cancelled.

    Args:
        product: an order with that product; its other products are not affected.
        carrier: an order with a parcel of that carrier.
        account: an order of that account.
        placed_since, placed_until: when it was placed, up to and without the last; a date is that day's beginning in the shop's
            zone.
        undelivered: only while it has not arrived whole.
        unshipped: only while none of it has left.
    """

    product: str = field(default="", validator=_code)
    carrier: str = field(default="", validator=_code)
    account: str = field(default="", validator=_code)
    placed_since: Due | None = field(default=None, converter=optional(_instant))
    placed_until: Due | None = field(default=None, converter=optional(_instant))
    undelivered: bool = True
    unshipped: bool = False

    def __attrs_post_init__(self) -> None:
        if not any((self.product, self.carrier, self.account, self.placed_since, self.placed_until)):
            raise InvalidInput(
                "A rule of orders",
                "names a product, a carrier, an account, or when they were placed",
                got="nothing of that",
                next="Every open order would be affected.",
            )


@frozen
class MassStage:
    """What is done for the customers of a mass incident, each of them once; those who join later included.

    Args:
        number: its place among the stages, from 1.
        kind: what is done.
        by: who asked for it, as text.
        at: when.
        offers: with ``offer``: the alternatives that are offered for each affected order.
        channel: with ``notify``: by which they are told; empty for the shop's.
        remedy: with ``carry_out``: the kind of remedy that was carried out; empty for all.
        reference: with ``carry_out``: where to find it; ``{order}`` in it is the order's number.
        reason: with ``resolve``: why nothing was due, in words; None where something was.
    """

    number: int
    kind: StageKind
    by: str
    at: datetime
    offers: tuple[Offer, ...] = ()
    channel: str = ""
    remedy: str = ""
    reference: str = ""
    reason: Text | None = None


@frozen
class MassIncident:
    """One cause, and the orders that it affects; how their customers' cases stand is with these.

    Args:
        id: UUIDv7.
        type, cause: of every case.
        severity: of every case; empty for what the type's protocol says.
        description: what happened, in words; kept in the vault. Name no customer in it.
        opened_at: when it was reported; ``opened_by``: who did, as text.
        rule: which orders are affected; None where they were listed.
        products: which products are affected; empty for everything in those orders.
        orders: the affected orders, each once, in the order in which they became known.
        stages: what is done for everybody, in this order.
    """

    id: MassId
    type: str
    description: Text
    opened_at: datetime
    opened_by: str = ""
    cause: str | None = None
    severity: str = ""
    rule: OrderRule | None = None
    products: tuple[str, ...] = ()
    orders: tuple[OrderId, ...] = ()
    stages: tuple[MassStage, ...] = ()


@frozen
class MassPart:
    """What a case has of the mass incident that it belongs to.

    Args:
        id: the mass incident.
        orders: the affected orders that it covers; ``labels``: what they are called: what is written to the customer names all.
        said: texts that its customer had already, by an earlier case in the same mass incident.
        stage: how many of the stages it has been through.
        refused: those of them that could not be done, each with the code of the error.
    """

    id: MassId
    orders: tuple[OrderId, ...] = ()
    labels: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    stage: int = 0
    refused: tuple[tuple[int, str], ...] = ()
