"""When the customer counts as satisfied. Silence never does."""

from __future__ import annotations

from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Incident
from incidentkit.domain.shop import Shop
from incidentkit.errors import RuleViolation

__all__ = ["check_evidence"]


def check_evidence(incident: Incident, evidence: Evidence, shop: Shop) -> None:
    """Refuse evidence that does not show what it should.

    Raises:
        RuleViolation: no such answer or conversation, from before the resolution, or an answer below the threshold.
    """
    if evidence.kind == "answer":
        _check_answer(incident, evidence, shop)
    elif evidence.kind == "conversation":
        _check_conversation(incident, evidence)
    else:
        raise RuleViolation(
            f"Incident {incident.id}",
            "a waiver is a supervisor's decision, not the customer's satisfaction",
            got="evidence of the kind waiver",
            next="Confirm an answer or a conversation.",
        )


def _check_answer(incident: Incident, evidence: Evidence, shop: Shop) -> None:
    answer = next((a for a in incident.answers if a.ask == evidence.reference), None)
    if answer is None:
        raise _unknown(incident, "answer", [a.ask for a in incident.answers])
    if incident.resolved_at is None or answer.at < incident.resolved_at:
        raise _too_early(incident, "answer")
    protocol = shop.protocol(incident.type)
    if protocol is not None and answer.survey != protocol.survey:
        # Another survey has another scale, on which the threshold says nothing.
        raise RuleViolation(
            f"Incident {incident.id}",
            f"satisfaction is shown by an answer to {protocol.survey}",
            got=f"one to {answer.survey}",
            next="Ask with that survey.",
        )
    threshold = protocol.threshold if protocol else 0
    if answer.score < threshold:
        raise RuleViolation(
            f"Incident {incident.id}",
            f"an answer shows satisfaction from {threshold} on",
            got=answer.score,
            next="Ask the customer what is still wrong, and reopen the case.",
            threshold=threshold,
            score=answer.score,
        )


def _check_conversation(incident: Incident, evidence: Evidence) -> None:
    spoken = incident.conversation(evidence.reference)
    if spoken is None:
        raise _unknown(incident, "conversation", [c.id for c in incident.conversations])
    if not spoken.agent:
        raise RuleViolation(
            f"Incident {incident.id}",
            "a conversation counts when a named agent logged it",
            got="one logged by nobody named",
            next="Log it with by= and an agent's handle.",
        )
    if incident.resolved_at is None or spoken.at < incident.resolved_at:
        raise _too_early(incident, "conversation")


def _unknown(incident: Incident, what: str, known: list[str]) -> RuleViolation:
    return RuleViolation(
        f"Incident {incident.id}",
        f"evidence names one of its own {what}s",
        got="another",
        next=f"Its {what}s: {', '.join(known) or 'none yet'}.",
    )


def _too_early(incident: Incident, what: str) -> RuleViolation:
    return RuleViolation(
        f"Incident {incident.id}",
        f"the {what} must come after the resolution",
        got="an earlier one",
        next="Ask the customer again.",
    )
