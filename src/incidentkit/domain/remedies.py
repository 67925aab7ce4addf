"""Offers, and the remedy that the customer and the shop agreed on."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import field, frozen
from attrs.converters import optional

from incidentkit.domain.ids import OfferId, RemedyId
from incidentkit.domain.money import Money, as_money
from incidentkit.domain.times import Due, due
from incidentkit.errors import InvalidInput

__all__ = ["MONEY_KINDS", "Offer", "OfferKind", "OfferState", "Remedy"]


class OfferKind(StrEnum):
    """What can be offered."""

    SUBSTITUTION = "substitution"
    RESTOCK = "restock"
    DISCOUNT = "discount"
    REFUND = "refund"


MONEY_KINDS = frozenset({OfferKind.DISCOUNT, OfferKind.REFUND})
"""Offers that give money back, and so need an amount."""


class OfferState(StrEnum):
    """Where an offer stands with the customer."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


def _kind(value: OfferKind | str) -> OfferKind:
    try:
        return OfferKind(value)
    except ValueError:
        known = ", ".join(OfferKind)
        raise InvalidInput("An offer's kind", f"must be one of {known}", got=repr(value)[:40]) from None


def _offer_date(value: Due) -> Due:
    return due(value, "An offer's date")


@frozen
class Offer:
    """Something concrete that the customer may take, with a realistic date.

    Args:
        kind: ``substitution``, ``restock``, ``discount`` or ``refund``.
        by: when it will be done: an instant, or a date that lasts to its end in the shop's zone.
        amount: for a discount or refund: how much; a bare number takes the order's currency.
        product: for a substitution: the product instead.
        id, state, made_by: given by the desk; the last is the actor who made it, as text.
    """

    kind: OfferKind = field(converter=_kind)
    by: Due = field(converter=_offer_date)
    amount: Money | None = field(default=None, converter=optional(as_money))
    product: str = ""
    id: OfferId = OfferId("")
    state: OfferState = OfferState.OPEN
    made_by: str = ""

    def __attrs_post_init__(self) -> None:
        if (self.kind in MONEY_KINDS) == (self.amount is None):
            rule = "needs an amount" if self.amount is None else "takes no amount"
            raise InvalidInput(f"An offer of {self.kind.value}", rule, got=self.amount)


@frozen
class Remedy:
    """What was agreed, and whether it has been carried out.

    ``reference`` says where to find it: the refund's id, the replacement's order, the coupon. ``cost`` is what carrying it out
    cost where it gives no money back, such as a new parcel: at the rate in force then, None where the shop had none.
    """

    id: RemedyId
    offer: OfferId
    kind: OfferKind
    by: Due
    amount: Money | None = None
    product: str = ""
    reference: str = ""
    carried_out_at: datetime | None = None
    cost: Money | None = None

    @property
    def paid(self) -> Money | None:
        """What it cost the shop: the money given back, else the cost of carrying it out."""
        return self.cost if self.amount is None else self.amount
