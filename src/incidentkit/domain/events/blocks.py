"""Events of what the process does not allow."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import BlockId
from incidentkit.domain.money import Money
from incidentkit.domain.texts import Text

__all__ = ["BlockLeft", "BlockWorkedAround", "IncidentBlocked"]


@frozen
class IncidentBlocked(Happening):
    """A rule stands in the way of what would make the case good."""

    type = "incident.blocked"
    block: BlockId
    rule: str
    wanted: Text


@frozen
class BlockWorkedAround(Happening):
    """There was a way around; ``allowed_by`` is the agent who allowed it."""

    type = "incident.worked_around"
    block: BlockId
    how: Text
    allowed_by: str
    cost: Money | None = None


@frozen
class BlockLeft(Happening):
    """It stays as it is."""

    type = "incident.block_left"
    block: BlockId
    reason: Text
