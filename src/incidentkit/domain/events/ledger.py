"""Events of what remedies claim of an order."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import IncidentId, OrderId, RemedyId
from incidentkit.domain.ledger import Claim, Replaced
from incidentkit.domain.shipments import Units

__all__ = ["ClaimDone", "ClaimDropped", "ClaimMade", "ClaimReceived", "OrderReplaced", "OrderSentInstead"]


@frozen
class ClaimMade(Happening):
    """A remedy that was agreed claims money or units of the order, or of what was sent instead of it."""

    type = "order.remedy_agreed"
    claim: Claim


@frozen
class ClaimReceived(Happening):
    """Units that a remedy waited for have come back: its claim is for those, and what is missing is a claim of its own."""

    type = "order.remedy_received"
    claim: Claim
    rest: Claim | None = None


@frozen
class OrderReplaced(Happening):
    """Another order was sent for what a remedy claimed; ``sent``: the units of that one."""

    type = "order.replaced"
    incident: IncidentId
    remedy: RemedyId
    by: OrderId
    sent: Units


@frozen
class ClaimDone(Happening):
    """A remedy that claimed units is done, without money and without an order of its own."""

    type = "order.remedy_done"
    incident: IncidentId
    remedy: RemedyId


@frozen
class ClaimDropped(Happening):
    """A remedy was given up: what it claimed is free again."""

    type = "order.remedy_dropped"
    incident: IncidentId
    remedy: RemedyId


@frozen
class OrderSentInstead(Happening):
    """The order was sent for units of another, by the remedy of a case."""

    type = "order.sent_instead"
    replaces: Replaced
