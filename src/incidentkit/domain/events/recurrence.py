"""Events of what happens again."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Deadlines, Owner
from incidentkit.domain.recurrence import RecurrenceRule

__all__ = ["IncidentAppointed", "IncidentRecurred", "IncidentRepeated"]


@frozen
class IncidentRecurred(Happening):
    """The case is the same trouble again.

    ``rule``, ``subject``, ``count`` and ``earlier`` are those of a `Recurrence`; ``severity`` is what it has become by that,
    empty where it stays, and ``deadlines`` what is demanded then.
    """

    type = "incident.recurred"
    rule: RecurrenceRule
    subject: str
    count: int
    earlier: tuple[IncidentId, ...] = ()
    severity: str = ""
    deadlines: Deadlines | None = None


@frozen
class IncidentRepeated(Happening):
    """A later case is the same trouble again."""

    type = "incident.repeated"
    incident: IncidentId


@frozen
class IncidentAppointed(Happening):
    """A rule, by its code, has made somebody accountable at once; nobody has to accept."""

    type = "incident.appointed"
    owner: Owner
    rule: str
