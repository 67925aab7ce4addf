"""Events of clocks, waiting, escalation and promises."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.promises import Promise
from incidentkit.domain.texts import Text
from incidentkit.domain.times import Due

__all__ = ["ClockBroken", "ClockWarned", "CustomerAwaited", "IncidentEscalated", "PromiseBroken", "PromiseMade", "WaitEnded"]


@frozen
class PromiseMade(Happening):
    """A promise; ``replaces`` names the earlier one that it takes the place of."""

    type = "promise.made"
    promise: Promise
    replaces: str | None = None


@frozen
class CustomerAwaited(Happening):
    """The shop can go on when the customer has answered: clocks stand still, up to ``until`` at the most."""

    type = "incident.waiting"
    reason: Text
    until: Due


@frozen
class WaitEnded(Happening):
    """The customer was waited for long enough: clocks go on."""

    type = "incident.wait_over"


@frozen
class ClockWarned(Happening):
    """A clock is about to break; ``due`` is the last instant that is in time."""

    type = "incident.clock_warned"
    clock: str
    due: datetime


@frozen
class ClockBroken(Happening):
    """What a clock asks for has not happened by ``due``."""

    type = "incident.clock_broken"
    clock: str
    due: datetime


@frozen
class IncidentEscalated(Happening):
    """The case was raised to a higher level.

    ``to`` is the team or agent who is asked now, empty for nobody further; a person gives a reason, ``rule`` is the code of
    a rule.
    """

    type = "incident.escalated"
    level: int
    to: str = ""
    reason: Text | None = None
    rule: str = ""


@frozen
class PromiseBroken(Happening):
    """A promise was not kept by ``due``; ``incident`` is the case that this opened, if it did."""

    type = "promise.broken"
    promise: str
    due: datetime
    incident: IncidentId | None = None
