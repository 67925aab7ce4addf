"""Events of incidents."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from incidentkit.domain.events.base import Change, Happening
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.ids import AskId, CustomerId, IncidentId, LineId, NeedId, OrderId
from incidentkit.domain.incidents import Deadlines, Owner
from incidentkit.domain.mass import MassPart
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.texts import Text

__all__ = [
    "IncidentAdopted",
    "IncidentAmended",
    "IncidentAttempted",
    "IncidentClosed",
    "IncidentGaveBack",
    "IncidentLapsed",
    "IncidentLinked",
    "IncidentMerged",
    "IncidentReopened",
    "IncidentReported",
    "IncidentResolved",
    "IncidentTookIn",
    "IncidentUnmerged",
    "IncidentUnreached",
    "IncidentWaived",
    "IncidentWithdrawn",
    "SatisfactionConfirmed",
    "SubstateEntered",
    "SurveyAnswerReceived",
]


@frozen
class IncidentReported(Happening):
    """Something has gone wrong: the case begins, with its owner and deadlines; ``follows`` names one that it goes on from.

    ``asked``: who is asked first to take it, until ``accept_by``; empty for the owning team. ``protocol``: what it goes by from
    here on, whatever the settings say later; None for an imported case.
    """

    type = "incident.reported"
    incident: IncidentId
    kind: str
    severity: str
    description: Text
    owner: Owner
    orders: tuple[OrderId, ...] = ()
    customer: CustomerId | None = None
    lines: tuple[LineId, ...] = ()
    cause: str | None = None
    reported_by: str = "shop"
    currency: str = ""
    deadlines: Deadlines = Deadlines()
    passive: bool = False
    needs: tuple[NeedId, ...] = ()
    follows: IncidentId | None = None
    asked: str = ""
    accept_by: datetime | None = None
    protocol: Protocol | None = None
    mass: MassPart | None = None
    products: tuple[str, ...] = ()


@frozen
class IncidentResolved(Happening):
    """``claimed``: a source said so; we did not see it."""

    type = "incident.resolved"
    reason: Text | None = None
    claimed: bool = False


@frozen
class SurveyAnswerReceived(Happening):
    """The customer has answered a survey about the case."""

    type = "incident.answer"
    ask: AskId
    survey: str
    score: int


@frozen
class SatisfactionConfirmed(Happening):
    """There is evidence that the customer is satisfied."""

    type = "incident.satisfaction_confirmed"
    evidence: Evidence


@frozen
class IncidentClosed(Happening):
    """The case is over: the customer was told and is satisfied."""

    type = "incident.closed"


@frozen
class IncidentReopened(Happening):
    """It was not solved after all; ``disproved``: the customer found that what was said to be done was not."""

    type = "incident.reopened"
    reason: Text
    disproved: bool = False


@frozen
class IncidentAttempted(Happening):
    """The customer was asked once more whether all is well; ``number`` counts from 1 since the resolution."""

    type = "incident.attempted"
    ask: AskId
    number: int


@frozen
class IncidentLapsed(Happening):
    """The customer was asked as often as the protocol says, and was silent."""

    type = "incident.lapsed"


@frozen
class IncidentUnreached(Happening):
    """None of the asks reached the customer: somebody must find another way."""

    type = "incident.unreached"


@frozen
class IncidentWaived(Happening):
    """A supervisor lets the case be closed without the customer's word."""

    type = "incident.waived"
    reason: Text


@frozen
class IncidentLinked(Happening):
    """A later case goes on from this one."""

    type = "incident.linked"
    incident: IncidentId


@frozen
class IncidentMerged(Happening):
    """It is the same trouble as another case, which goes on for both."""

    type = "incident.merged"
    into: IncidentId


@frozen
class IncidentTookIn(Happening):
    """Another case was merged into this one. What it gained: orders, a customer, a higher severity, needs."""

    type = "incident.took_in"
    incident: IncidentId
    orders: tuple[OrderId, ...] = ()
    customer: CustomerId | None = None
    severity: str = ""
    needs: tuple[NeedId, ...] = ()


@frozen
class IncidentUnmerged(Happening):
    """It is a case of its own after all, and stands where it stood."""

    type = "incident.unmerged"
    reason: Text


@frozen
class IncidentGaveBack(Happening):
    """A case that had been merged into this one is one of its own again, with what it had brought."""

    type = "incident.gave_back"
    incident: IncidentId


@frozen
class SubstateEntered(Happening):
    """It is in another sub-state of its phase, in the shop's own words."""

    type = "incident.substate_entered"
    substate: str


@frozen
class IncidentWithdrawn(Happening):
    """It was no incident."""

    type = "incident.withdrawn"
    reason: Text


@frozen
class IncidentAdopted(Happening):
    """An imported case is live from here on: its deadlines count from now, and ``owner`` is asked to take it."""

    type = "incident.adopted"
    owner: Owner
    deadlines: Deadlines = Deadlines()
    protocol: Protocol | None = None


@frozen
class IncidentAmended(Happening):
    """A correction of the case, with the old values; old and new words are references.

    ``pushed_down``: where more are of the first severity than the shop's policy allows, whom raising it put behind, the most
    pressing first. ``protocol``: that of its new type, where that was corrected.
    """

    type = "incident.amended"
    changes: tuple[Change, ...]
    reason: Text
    description: Text | None = None
    deadlines: Deadlines | None = None
    pushed_down: tuple[IncidentId, ...] = ()
    protocol: Protocol | None = None
