"""Offers, and the remedy that the customer and the shop agreed on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from attrs import field, frozen
from attrs.converters import optional

from incidentkit.domain.ids import OfferId, OrderId, RemedyId
from incidentkit.domain.money import Money, as_money
from incidentkit.domain.remedy_kinds import kind_code
from incidentkit.domain.shipments import Units, check_units
from incidentkit.domain.texts import Text
from incidentkit.domain.times import Due, due
from incidentkit.errors import InvalidInput

__all__ = ["ANSWERABLE", "Offer", "OfferState", "Remedy"]


class OfferState(StrEnum):
    """Where an offer stands.

    ``passed``: another one of its round was taken. ``asked``: the customer's own counter-offer, which waits for the shop.
    ``countered``: the customer answered it with one.
    """

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    PASSED = "passed"
    EXPIRED = "expired"
    ASKED = "asked"
    COUNTERED = "countered"


ANSWERABLE = frozenset({OfferState.OPEN, OfferState.ASKED})
"""Offers that somebody still has to answer: the customer, or the shop."""


def _offer_date(value: Due) -> Due:
    return due(value, "An offer's date")


def _last_date(value: Due) -> Due:
    return due(value, "The last date of an offer")


def _units(value: Mapping[str, int] | Units) -> Units:
    try:
        given = dict(value)
    except (TypeError, ValueError):
        rule = "are units by line: a mapping, or pairs of a line and a number"
        raise InvalidInput("An offer's lines", rule, got=type(value).__name__) from None
    if len(given) < len(value):
        raise InvalidInput("An offer's lines", "name each line once", got="a line twice")
    return check_units(given)


def _named(offer: Offer, attribute: object, value: str) -> None:
    if not isinstance(value, str) or len(value) > 200:
        raise InvalidInput(
            "An offer's product", "must be the shop's own code for it, at most 200 characters", got="another value"
        )


@frozen
class Offer:
    """Something concrete that the customer may take, with a realistic date.

    Args:
        kind: ``substitution``, ``restock``, ``replacement``, ``refund``, ``discount``, ``store_credit``, ``apology``, or one
            that a plugin of the host's adds.
        by: when it will be done: an instant, or a date that lasts to its end in the shop's zone.
        amount: of money or credit: how much; a bare number takes the order's currency. A refund or credit of units needs none:
            it is what those units cost their customer.
        product: for a substitution: the product instead.
        lines: which units it is for: how many of which line, by line id or product.
        order: the order of those lines and of the money; default: the first of the case.
        until: the last day or instant on which it can be taken; default: until it is answered.
        after_return: it is done once the units have come back, for as many as came.
        id, state, made_by: given by the desk; the last is the actor who made it, as text.
        round: offers made together are alternatives, of which one is taken; counted from 1.
        worth: what it gives away: money or credit, or the price of the goods sent; None where nothing says so.
        answers: the offer that the customer answered with this one of their own.
        approved_by: who approved it, where that was needed.
        made_at: when it was made.
    """

    kind: str = field(converter=kind_code)
    by: Due = field(converter=_offer_date)
    amount: Money | None = field(default=None, converter=optional(as_money))
    product: str = field(default="", validator=_named)
    id: OfferId = OfferId("")
    state: OfferState = OfferState.OPEN
    made_by: str = ""
    lines: Units = field(default=(), converter=_units)
    order: OrderId | None = None
    until: Due | None = field(default=None, converter=optional(_last_date))
    after_return: bool = False
    round: int = 0
    worth: Money | None = None
    answers: OfferId | None = None
    approved_by: str = ""
    made_at: datetime | None = None

    def __attrs_post_init__(self) -> None:
        if self.after_return and not self.lines:
            rule = "that waits for a return says of which units"
            raise InvalidInput(f"An offer of {self.kind}", rule, got="no lines", next="Give lines=.")


@frozen
class Remedy:
    """What was agreed, and whether it has been carried out.

    ``reference`` says where to find it: the refund's id, the replacement's order, the coupon. ``cost`` is what carrying it out
    cost beside money given back, such as a new parcel: at the rate in force then, None where the shop had none.

    Args:
        amount: money or credit. With ``after_return``, it is for the units of ``lines``; fewer came back: it is for those.
        lines: the units of ``order`` that it makes good.
        after_return: it is done once those units have come back; ``received_at``: when they had.
        worth: what it gives away, as its offer said.
        dropped_at, reason: when it was given up, and why, in words.
        agreed_at, agreed_by: when it was agreed, and who said so, as text.
        gives: what its kind gave when it was agreed; empty for one from before there were kinds, whose amount is money.
    """

    id: RemedyId
    offer: OfferId
    kind: str
    by: Due
    amount: Money | None = None
    product: str = ""
    reference: str = ""
    carried_out_at: datetime | None = None
    cost: Money | None = None
    lines: Units = ()
    order: OrderId | None = None
    after_return: bool = False
    received_at: datetime | None = None
    worth: Money | None = None
    dropped_at: datetime | None = None
    reason: Text | None = None
    agreed_at: datetime | None = None
    agreed_by: str = ""
    gives: str = ""

    @property
    def paid(self) -> Money | None:
        """What it cost the shop: the money given back, and the cost of carrying it out; None where nobody knows."""
        if self.amount is None or self.cost is None:
            return self.cost if self.amount is None else self.amount
        return self.amount + self.cost if self.cost.currency == self.amount.currency else None

    @property
    def money(self) -> Money | None:
        """The money that it gives back, which is none for credit, goods, or nothing."""
        return self.amount if self.gives in ("", "money") else None

    @property
    def owed(self) -> bool:
        """Whether it is agreed, and neither done nor dropped."""
        return self.carried_out_at is None and self.dropped_at is None

    @property
    def payable(self) -> bool:
        """Whether nothing is waited for any more: what had to come back first has come."""
        return self.owed and (not self.after_return or self.received_at is not None)
