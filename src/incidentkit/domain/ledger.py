"""What remedies claim of an order: its money, and its units, each of which is made good once."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from incidentkit.domain.ids import IncidentId, LineId, OrderId, RemedyId
from incidentkit.domain.money import Money
from incidentkit.domain.shipments import Units

__all__ = ["Claim", "ClaimState", "Part", "Replaced"]

ClaimState = Literal["agreed", "done", "dropped"]


@frozen
class Part:
    """Units of one line, and what they cost their customer together."""

    line: LineId
    units: int
    value: Money


@frozen
class Claim:
    """What one remedy claims, kept on the order that its money is of.

    Args:
        kind: of the remedy.
        of: the order whose units it is for: this one, or a replacement for some of it.
        parts: those units; none where the remedy is for no units.
        amount: money out of this order; None where the remedy gives none.
        awaited: it is done once those units have come back, and they have not.
        moved: the units are made good for ever once it is done: money or credit was given for them, or another order sent. A
            claim that is done without that leaves its units where they are: another unit has taken their place.
        by: the order that was sent for them; ``sent``: the units of that order.
    """

    incident: IncidentId
    remedy: RemedyId
    kind: str
    of: OrderId
    parts: tuple[Part, ...] = ()
    amount: Money | None = None
    awaited: bool = False
    state: ClaimState = "agreed"
    moved: bool = False
    by: OrderId | None = None
    sent: Units = ()

    @property
    def holds(self) -> bool:
        """Whether its units can be made good by nothing else."""
        return self.state == "agreed" or (self.state == "done" and self.moved)

    def worth(self, currency: str) -> Money:
        """What its units cost their customer."""
        return sum((part.value for part in self.parts), Money.zero(currency))


@frozen
class Replaced:
    """What an order that captured nothing of its own was sent for.

    Args:
        order: whose units it replaces: that of the money, or another replacement.
        incident, remedy: by what that was agreed.
        money: the order that captured the money, at the beginning of the chain.
        worth: what the units that it replaces cost their customer.
    """

    order: OrderId
    incident: IncidentId
    remedy: RemedyId
    money: OrderId
    worth: Money
