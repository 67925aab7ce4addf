"""What is left of an order's money and units for remedies, and what units cost their customer, to the cent.

All money of an order and of what was sent instead of it is kept on the order that captured it. Three laws hold: what was given
back and what is agreed never exceed what was captured; a unit is made good once; all units together cost what was captured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from attrs import frozen

from incidentkit.domain.ids import LineId, OrderId
from incidentkit.domain.ledger import Claim, Part
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Order
from incidentkit.domain.shipments import Units
from incidentkit.errors import MoneyError, UnknownIdError

__all__ = ["Ledger", "ledger_of", "line_shares", "money_order", "split"]


def money_order(order: Order) -> OrderId:
    """The order that captured the money that an order stands for: itself, or the first of its chain of replacements."""
    return order.id if order.replaces is None else order.replaces.money


@frozen
class Ledger:
    """The money and the units of one order, as remedies have claimed them.

    Args:
        order: whose units are meant.
        money: the order that captured the money, which keeps all claims.
    """

    order: Order
    money: Order

    @property
    def agreed(self) -> Money:
        """Money that is agreed on and not given back yet."""
        given = (claim.amount for claim in self.money.claims if claim.state == "agreed" and claim.amount is not None)
        return sum(given, Money.zero(self.money.currency))

    @property
    def left(self) -> Money:
        """Money that can still be agreed on."""
        outside = sum((refund.amount for refund in self.money.outside), Money.zero(self.money.currency))
        taken, captured = self.money.refunded + self.agreed + outside, self.money.captured
        return captured - taken if taken <= captured else Money.zero(captured.currency)

    def free(self) -> dict[LineId, int]:
        """Units that nothing has made good or is to make good, by line."""
        taken = self._taken()
        return {line.id: line.quantity - sum(part.units for part in taken.get(line.id, ())) for line in self.order.lines}

    def parts(self, units: Units) -> tuple[Part, ...]:
        """Units with what they cost their customer.

        What was captured is shared out over the lines by their prices, and what is left of a line over the units that are
        left of it, so that all units together cost what was captured, to the coin. Units without a price cost the same each.
        """
        lines, free, taken = self._lines(), self.free(), self._taken()
        return tuple(
            Part(LineId(line), count, _first(count, free[LineId(line)], _less(lines[line], taken.get(LineId(line), ()))))
            for line, count in units
        )

    def worth(self, parts: Iterable[Part]) -> Money:
        """What units cost their customer."""
        return _total(parts, self.money.currency)

    def price(self, parts: Iterable[Part]) -> Money:
        """What units cost their customer, as far as it is left of the money captured."""
        return min(self.worth(parts), self.left, key=lambda money: money.amount)

    def check(self, amount: Money) -> None:
        """Refuse more money than is left.

        Raises:
            MoneyError: it is more.
        """
        if amount > self.left:
            raise MoneyError(
                f"Order {self.money.label}",
                "gives back no more than is left of the money captured",
                got=f"{amount}, and {self.left} left of {self.money.captured}",
                next="Lower the amount, or drop what was agreed before.",
            )

    def _taken(self) -> Mapping[LineId, list[Part]]:
        found: dict[LineId, list[Part]] = {}
        for claim in self.money.claims:
            if claim.of == self.order.id and claim.holds:
                for part in claim.parts:
                    found.setdefault(part.line, []).append(part)
        return found

    def _lines(self) -> Mapping[str, Money]:
        """What each line cost its customer: a share of what was captured, or of what the order was sent for."""
        total = self.order.captured if self.order.replaces is None else self.order.replaces.worth
        weights = [(line.price * line.quantity).amount for line in self.order.lines]
        shares = total.share(weights if any(weights) else [line.quantity for line in self.order.lines])
        return {line.id: share for line, share in zip(self.order.lines, shares, strict=True)}


def ledger_of(order: Order, orders: Iterable[Order]) -> Ledger:
    """The ledger of an order, whose money's order is among ``orders``.

    Raises:
        UnknownIdError: it is not.
    """
    wanted = money_order(order)
    for money in (order, *orders):
        if money.id == wanted:
            return Ledger(order, money)
    raise UnknownIdError(f"Order {order.label}", "needs the order that its money is of", got=wanted)


def _total(parts: Iterable[Part], currency: str) -> Money:
    return sum((part.value for part in parts), Money.zero(currency))


def _less(line: Money, taken: Iterable[Part]) -> Money:
    spent = _total(taken, line.currency)
    return line - spent if spent <= line else Money.zero(line.currency)


def _first(count: int, of: int, value: Money) -> Money:
    """The value of the first ``count`` of ``of`` units that are worth ``value`` together."""
    return sum(value.share([1] * of)[:count], Money.zero(value.currency))


# --- Units that come back ----------------------------------------------------------------------------------------


def split(
    claim: Claim, came: Mapping[str, int], amount: Money | None
) -> tuple[tuple[Part, ...], tuple[Part, ...], Money | None]:
    """Of units that were awaited, those that came and those that did not, and what is given for those that came.

    Args:
        came: units by line; lines that the claim is not for are passed over.
        amount: what was agreed for all of them, of which each unit has its share by what it cost.
    """
    here = tuple(_came(part, came.get(part.line, 0)) for part in claim.parts if came.get(part.line, 0))
    gone = tuple(_missing(part, came.get(part.line, 0)) for part in claim.parts if came.get(part.line, 0) < part.units)
    if amount is None or not gone:
        return here, gone, amount
    values = [_total(parts, amount.currency).amount for parts in (here, gone)]
    return here, gone, amount.share(values if any(values) else [_count(here), _count(gone)])[0]


def _count(parts: Iterable[Part]) -> int:
    return sum(part.units for part in parts)


def _came(part: Part, count: int) -> Part:
    count = min(count, part.units)
    return Part(part.line, count, _first(count, part.units, part.value))


def _missing(part: Part, count: int) -> Part:
    return Part(part.line, part.units - count, part.value - _first(count, part.units, part.value))


# --- What a payment says of its lines ----------------------------------------------------------------------------


def line_shares(claim: Claim) -> tuple[tuple[LineId, int, Money], ...]:
    """How the money of a claim is made up: units and amount by line, which sum to it; nothing where it is for no units."""
    if claim.amount is None or not claim.parts:
        return ()
    shares = claim.amount.share(_weights(claim.parts))
    return tuple((part.line, part.units, share) for part, share in zip(claim.parts, shares, strict=True))


def _weights(parts: Sequence[Part]) -> list[Decimal] | list[int]:
    values = [part.value.amount for part in parts]
    return values if any(values) else [part.units for part in parts]
