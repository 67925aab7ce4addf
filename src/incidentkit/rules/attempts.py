"""Attempts to deliver: how often units of one line were on their way to their customer, in whatever parcel of whatever order.

A parcel is an attempt; each time that it could not be handed over and is still on its way, there is one more. What was sent
instead of units goes on counting for them: a replacement, and what replaced that. Parcels that carry different units of a line
are one attempt each at units of their own, and are not added up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from incidentkit.domain import events as ev
from incidentkit.domain.ids import LineId, OrderId
from incidentkit.domain.ledger import Claim
from incidentkit.domain.orders import Order
from incidentkit.domain.shipments import Shipment, check_units
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, QuantityError
from incidentkit.rules.decision import Decision

__all__ = ["attempts", "delivery_failed", "retried", "sent_instead"]

Family = Mapping[OrderId, Order]
"""The order that captured the money, and every order that was sent instead of some of it, by id."""


def delivery_failed(order: Order, units: Mapping[str, int] | None, shipment: str | None, reason: Text | None) -> Decision:
    """Units could not be handed over: those given, or all that are on their way; of one parcel, or of the oldest first.

    Raises:
        InvalidInput: no such parcel or line.
        QuantityError: more than are on their way.
    """
    parcels = [parcel for parcel in order.shipments if shipment is None or parcel.id == shipment]
    if not parcels and shipment is not None:
        known = ", ".join(parcel.id for parcel in order.shipments) or "none"
        raise InvalidInput(f"Order {order.label}", "has no such parcel", got=repr(shipment)[:40], next=f"It has: {known}.")
    wanted = None if units is None else {_line_of(order, name): count for name, count in check_units(units)}
    portions = tuple(_portions(parcels, wanted))
    left = {line: count for line, count in (wanted or {}).items() if count}
    if left or not portions:
        got = "none" if not left else ", ".join(f"{count} more of line {line}" for line, count in left.items())
        raise QuantityError(f"Order {order.label}", "only fails to hand over units on their way", got=got)
    return Decision((ev.DeliveryFailed(portions, reason),))


def _line_of(order: Order, name: str) -> str:
    found = [line.id for line in order.lines if name in (line.id, line.product)]
    if len(found) != 1:
        known = ", ".join(line.id for line in order.lines)
        raise InvalidInput(f"Order {order.label}", "needs lines of its own", got=repr(name)[:40], next=f"Its lines: {known}.")
    return found[0]


def _portions(parcels: list[Shipment], wanted: dict[str, int] | None) -> Iterator[ev.Portion]:
    for parcel in parcels:
        out = parcel.outstanding()
        if wanted is not None:
            out = {line: min(count, wanted.get(line, 0)) for line, count in out.items()}
            wanted.update({line: wanted[line] - count for line, count in out.items() if line in wanted})
        units = tuple((line, count) for line, count in out.items() if count)
        if units:
            yield ev.Portion(parcel.id, units)


# --- Counting ----------------------------------------------------------------------------------------------------


def retried(before: Family, after: Family, root: OrderId, most: int) -> dict[LineId, int]:
    """The lines of an order of which a further attempt has begun that is one too many, each with which one it is.

    Args:
        before, after: its family as it was and as it is.
        most: which attempt is the first that is one too many.
    """
    now = {line.id: attempts(after, root, line.id) for line in after[root].lines}
    return {line: n for line, n in now.items() if n >= most and (root not in before or n > attempts(before, root, line))}


def attempts(family: Family, order: OrderId, line: LineId, root: OrderId | None = None) -> int:
    """How many attempts there were to deliver a unit of a line, the one that is under way among them.

    Args:
        order: whose line it is; ``root``: the one that captured its money, where that is another.
    """
    money = root or order
    own, quantity = family[order], _quantity(family[order], line)
    layers: dict[int, int] = {}
    taken = 0
    for claim in family[money].claims if money in family else ():
        count = sum(part.units for part in claim.parts if part.line == line)
        if claim.of == order and claim.by is not None and claim.by in family and count:
            taken += count
            sent = max(
                (attempts(family, claim.by, other, money) for other in _sent(claim, own, line, family[claim.by])), default=0
            )
            # Units that were replaced before are replaced again only once all others were.
            place = (taken - 1) // quantity
            layers[place] = max(layers.get(place, 0), sent)
    later = sum(layers.values())
    return later + max((_tries(parcel, line, over=later > 0) for parcel in own.shipments), default=0)


def _tries(parcel: Shipment, line: LineId, *, over: bool) -> int:
    """How often a parcel was on its way with units of a line; ``over``: others have gone in its place since."""
    if not any(carried == line for carried, _ in parcel.units):
        return 0
    failed = sum(any(tried == line for tried, _ in failure.units) for failure in parcel.failures)
    arrived = any(there == line for there, _ in parcel.delivered)
    return failed + 1 if arrived or not failed or not over else failed


def _sent(claim: Claim, own: Order, line: LineId, instead: Order) -> list[LineId]:
    """The lines of the order that was sent for units of a line: those with the same product, else all that were sent."""
    product = next((each.product for each in own.lines if each.id == line), "")
    sent = {name for name, _ in claim.sent} or {each.id for each in instead.lines}
    lines = [each for each in instead.lines if each.id in sent]
    return [each.id for each in lines if each.product == product] or [each.id for each in lines]


def _quantity(order: Order, line: LineId) -> int:
    return max(1, next((each.quantity for each in order.lines if each.id == line), 1))


def sent_instead(root: Order) -> tuple[OrderId, ...]:
    """The orders that were sent instead of some of an order, or instead of one of those."""
    return tuple(dict.fromkeys(claim.by for claim in root.claims if claim.by is not None))
