"""Merging: what a case has taken in with another."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.ids import CustomerId, IncidentId, NeedId, OrderId

__all__ = ["Joined"]


@frozen
class Joined:
    """What a case gained when another was merged into it; taking that back takes away exactly this.

    Args:
        incident: the case that was merged.
        orders: those of its orders that this case was not reported with; another merged case may have brought them too.
        customer: whose case it turned out to be; None where this case had a customer of its own.
        needs: those that this case was not about before.
    """

    incident: IncidentId
    orders: tuple[OrderId, ...] = ()
    customer: CustomerId | None = None
    needs: tuple[NeedId, ...] = ()
