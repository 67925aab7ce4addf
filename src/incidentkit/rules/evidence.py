"""What shows that the customer is satisfied, and who may do without it. Silence shows nothing."""

from __future__ import annotations

from datetime import datetime

from incidentkit.domain import events as ev
from incidentkit.domain.evidence import Evidence, IncidentAnswer
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.shop import Agent, Shop
from incidentkit.domain.texts import Text
from incidentkit.errors import RuleViolation
from incidentkit.rules.cases import in_words, name, refused
from incidentkit.rules.decision import Circumstances, Decision

__all__ = ["check_evidence", "contradiction", "disproved_by", "waive"]

_AUTHENTIC = ("customer", "host", "agent")
"""Who may bring an answer that counts: the customer, the shop's own backend that vouches for it, a named agent. A rule, an
import and a terminal that asks nobody's name may note one, which shows nothing."""


def check_evidence(incident: Incident, evidence: Evidence, shop: Shop) -> None:
    """Refuse evidence that does not show what it should.

    Raises:
        RuleViolation: no such answer or conversation, from before the resolution, not the customer's own, an answer below
            the threshold, or one that a later answer speaks against.
    """
    if evidence.kind == "answer":
        _check_answer(incident, evidence, shop)
    elif evidence.kind == "conversation":
        _check_conversation(incident, evidence)
    else:
        raise RuleViolation(
            name(incident),
            "a waiver is a supervisor's decision, not the customer's satisfaction",
            got="evidence of the kind waiver",
            next="Confirm an answer or a conversation, or waive() it.",
        )
    later = contradiction(incident, evidence, shop)
    if later is not None:
        raise RuleViolation(
            name(incident),
            "the customer's last word counts",
            got=f"a later answer of {later.score}",
            next="Ask the customer what is still wrong, and reopen the case.",
            score=later.score,
        )


def _check_answer(incident: Incident, evidence: Evidence, shop: Shop) -> None:
    answer = _answer(incident, evidence.reference)
    if answer is None:
        raise _unknown(incident, "answer", [a.ask for a in incident.answers])
    if incident.resolved_at is None or answer.at < incident.resolved_at:
        raise _too_early(incident, "answer")
    if _kind_of(answer.by) not in _AUTHENTIC:
        raise RuleViolation(
            name(incident),
            "an answer shows satisfaction when the customer gave it",
            got=f"one that a {_kind_of(answer.by)} wrote down",
            next="Ask the customer, or log a conversation.",
        )
    protocol = shop.protocol_of(incident)
    if protocol is not None and answer.survey != protocol.survey:
        # Another survey has another scale, on which the threshold says nothing.
        raise RuleViolation(
            name(incident),
            f"satisfaction is shown by an answer to {protocol.survey}",
            got=f"one to {answer.survey}",
            next="Ask with that survey.",
        )
    threshold = protocol.threshold if protocol else 0
    if answer.score < threshold:
        raise RuleViolation(
            name(incident),
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
            name(incident),
            "a conversation counts when a named agent logged it",
            got="one logged by nobody named",
            next="Log it with by= and an agent's handle.",
        )
    if incident.resolved_at is None or spoken.at < incident.resolved_at:
        raise _too_early(incident, "conversation")


def contradiction(incident: Incident, evidence: Evidence, shop: Shop) -> IncidentAnswer | None:
    """An answer below the threshold that came after what the evidence rests on; None where nothing speaks against it."""
    said = _said_at(incident, evidence)
    return next((a for a in _dissatisfied(incident, shop) if said is not None and a.at > said), None)


def disproved_by(incident: Incident, shop: Shop) -> IncidentAnswer | None:
    """An answer since the resolution that says that it was none."""
    resolved = incident.resolved_at
    return next((a for a in _dissatisfied(incident, shop) if a.since and resolved is not None and a.at >= resolved), None)


def _dissatisfied(incident: Incident, shop: Shop) -> list[IncidentAnswer]:
    protocol = shop.protocol_of(incident)
    if protocol is None:
        return []
    return [a for a in incident.answers if a.survey == protocol.survey and a.score < protocol.threshold]


def _said_at(incident: Incident, evidence: Evidence) -> datetime | None:
    answer, spoken = _answer(incident, evidence.reference), incident.conversation(evidence.reference)
    if evidence.kind == "answer":
        return answer.at if answer else None
    return spoken.at if evidence.kind == "conversation" and spoken else evidence.at


def _answer(incident: Incident, ask: str) -> IncidentAnswer | None:
    return next((a for a in incident.answers if a.ask == ask), None)


def _kind_of(actor: str) -> str:
    return actor.partition(":")[0]


def _unknown(incident: Incident, what: str, known: list[str]) -> RuleViolation:
    return RuleViolation(
        name(incident),
        f"evidence names one of its own {what}s",
        got="another",
        next=f"Its {what}s: {', '.join(known) or 'none yet'}.",
    )


def _too_early(incident: Incident, what: str) -> RuleViolation:
    return RuleViolation(
        name(incident),
        f"the {what} must come after the resolution",
        got="an earlier one",
        next="Ask the customer again.",
    )


# --- Without the customer's word ---------------------------------------------------------------------------------


def waive(incident: Incident, reason: Text, now: Circumstances) -> Decision:
    """A supervisor who does not own the case lets it be closed without the customer's word. Closing is a step of its own."""
    if incident.phase not in (Phase.RESOLVED, Phase.LAPSED):
        raise refused(incident, "waive", "the case must be resolved or lapsed", incident.phase.value, "resolve() it first.")
    in_words(reason, name(incident), "reason")
    _check_supervisor(incident, now)
    if incident.waived:
        return Decision()
    if incident.evidence is not None:
        raise RuleViolation(
            name(incident), "a waiver stands in for the customer's word", got="a case that has it", next="close() it."
        )
    return Decision((ev.IncidentWaived(reason),))


def _check_supervisor(incident: Incident, now: Circumstances) -> None:
    agent = now.shop.agent(now.actor.name) if now.actor.kind == "agent" else None
    if agent is None or not now.shop.supervises(agent):
        raise RuleViolation(
            name(incident),
            "the customer's word is waived by a supervisor",
            # With the kind: a name that was only said at a terminal is nobody's.
            got=f"{now.actor}",
            next=_ask_one_of(_supervisors(incident, now.shop)),
        )
    if agent.name == incident.owner.agent:
        raise RuleViolation(
            name(incident),
            "the customer's word is waived by a supervisor who does not own the case",
            got=f"its owner {agent.name}",
            next=_ask_one_of(_supervisors(incident, now.shop)),
        )


def _supervisors(incident: Incident, shop: Shop) -> list[Agent]:
    return [agent for agent in shop.supervisors if agent.name != incident.owner.agent]


def _ask_one_of(people: list[Agent]) -> str:
    return f"Ask {' or '.join(agent.name for agent in people)}." if people else "Name another supervisor in shop.toml."
