"""Events of mass incidents, and what cases hear of theirs."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import MassId, OrderId
from incidentkit.domain.mass import OrderRule, StageKind
from incidentkit.domain.remedies import Offer
from incidentkit.domain.texts import Text

__all__ = ["IncidentOrdersAdded", "IncidentStagePassed", "MassOpened", "MassOrdersListed", "MassStageBegun"]


@frozen
class MassOpened(Happening):
    """One cause has gone wrong for many orders; which ones, the events that follow say."""

    type = "mass.opened"
    mass: MassId
    kind: str
    description: Text
    cause: str | None = None
    severity: str = ""
    rule: OrderRule | None = None
    products: tuple[str, ...] = ()


@frozen
class MassOrdersListed(Happening):
    """These orders are affected, and were not known to be."""

    type = "mass.orders_listed"
    orders: tuple[OrderId, ...]


@frozen
class MassStageBegun(Happening):
    """Something is done for every customer, as `MassStage` says."""

    type = "mass.stage_begun"
    kind: StageKind
    offers: tuple[Offer, ...] = ()
    channel: str = ""
    remedy: str = ""
    reference: str = ""
    reason: Text | None = None


@frozen
class IncidentOrdersAdded(Happening):
    """The case is about further orders of the same customer; ``labels`` are what they are called."""

    type = "incident.orders_added"
    orders: tuple[OrderId, ...]
    labels: tuple[str, ...]


@frozen
class IncidentStagePassed(Happening):
    """A stage of its mass incident was done for the case; with ``refused`` it could not be, by the code of an error."""

    type = "incident.stage_passed"
    stage: int
    refused: str = ""
