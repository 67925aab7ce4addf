"""What the rules about cases share: how a case is named, what it is refused with, whether it can be worked on."""

from __future__ import annotations

from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, TransitionRefused
from incidentkit.rules.lifecycles import INCIDENT

__all__ = ["TELL_FIRST", "WORKABLE", "in_words", "name", "refused", "workable"]

WORKABLE = (Phase.DETECTED, Phase.COMMUNICATED)
TELL_FIRST = "Tell the customer first: notify() and send_due(), or log_conversation()."


def workable(incident: Incident, attempted: str) -> None:
    """Refuse what can only be done while the solution is being worked out."""
    if incident.phase not in WORKABLE:
        hint = "Reopen it first." if incident.phase in INCIDENT.move("reopen").sources else ""
        raise refused(incident, attempted, "the case must be detected or communicated", incident.phase.value, hint)


def in_words(text: Text, subject: str, what: str) -> None:
    """Refuse a text without words."""
    if not text.value or not text.value.strip():
        raise InvalidInput(subject, f"needs a {what} in words", got="nothing")


def name(incident: Incident) -> str:
    """How a case is called in an error."""
    return f"Incident {incident.id}"


def refused(incident: Incident, attempted: str, rule: str, got: str, next: str = "") -> TransitionRefused:
    """The error that says that the case does not stand where ``attempted`` is possible."""
    return TransitionRefused(
        name(incident), rule, got=got, next=next, phase=incident.phase.value, attempted=attempted, missing=()
    )
