"""When a case is resolved, when it is closed, and when it never was one."""

from __future__ import annotations

from collections.abc import Sequence

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.rules.cases import TELL_FIRST, WORKABLE, in_words, name, refused
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.evidence import check_evidence, contradiction
from incidentkit.rules.extensions import check_step
from incidentkit.rules.lifecycles import INCIDENT
from incidentkit.rules.messages import incident_step
from incidentkit.rules.remedies import released
from incidentkit.rules.telling import tell

__all__ = ["claim", "close", "confirm_satisfaction", "resolve", "withdraw"]


def resolve(incident: Incident, reason: Text | None, order: Order | None, now: Circumstances) -> Decision:
    """What was agreed is done, or a reason says why nothing was due. Every remedy needs its reference first."""
    missing = tuple(f"{r.id} carried out or dropped" for r in incident.remedies if r.owed)
    agreed = [r for r in incident.remedies if r.dropped_at is None]
    if not agreed and not (reason and reason.value and reason.value.strip()):
        missing = ("an agreed remedy carried out, or a reason why none was due",)
    hint = "" if incident.phase is not Phase.DETECTED else TELL_FIRST
    hint = hint or (
        "carry_out() each, with its reference, or drop() it." if agreed else "Give reason=, or offer() and carry_out()."
    )
    check_step(incident, "resolve", now, missing, hint if incident.phase in WORKABLE else "")
    after = changed(incident, phase=Phase.RESOLVED)
    told = tell(after, "incident.resolved", order, now)
    return Decision((ev.IncidentResolved(reason), *told.events), intents=told.intents)


def claim(incident: Incident) -> Decision:
    """A source says that it is resolved; we did not see it."""
    INCIDENT.check(name(incident), incident.phase, "claim")
    return Decision((ev.IncidentResolved(claimed=True),))


def confirm_satisfaction(incident: Incident, evidence: Evidence, now: Circumstances) -> Decision:
    """Record what shows that the customer is satisfied. Closing is a step of its own."""
    if incident.phase not in (Phase.RESOLVED, Phase.LAPSED):
        raise refused(
            incident, "confirm_satisfaction", "the case must be resolved first", incident.phase.value, "resolve() it."
        )
    check_evidence(incident, evidence, now.shop)
    # Who and when are the desk's to say.
    return Decision((ev.SatisfactionConfirmed(Evidence(evidence.kind, evidence.reference)),))


def close(incident: Incident, order: Order | None, now: Circumstances) -> Decision:
    """The customer was told, and there is evidence that they are satisfied. A closed case stays as it is."""
    if incident.phase is Phase.CLOSED:
        return Decision()
    missing: tuple[str, ...] = () if incident.communicated_at is not None else ("the customer told",)
    missing += _proof_missing(incident, now.shop)
    hint = "confirm_satisfaction() with an answer at or above the threshold, or a conversation."
    hints = {Phase.DETECTED: TELL_FIRST, Phase.COMMUNICATED: "resolve() it first.", Phase.RESOLVED: hint, Phase.LAPSED: hint}
    check_step(incident, "close", now, missing, hints.get(incident.phase, ""))
    closed = changed(incident, phase=Phase.CLOSED)
    told = tell(closed, incident_step(closed), order, now)
    return Decision((ev.IncidentClosed(), *told.events), intents=told.intents)


def _proof_missing(incident: Incident, shop: Shop) -> tuple[str, ...]:
    if incident.evidence is None:
        return ("evidence of satisfaction",)
    later = contradiction(incident, incident.evidence, shop)
    return () if later is None else (f"evidence that still holds after an answer of {later.score}",)


def withdraw(incident: Incident, reason: Text, orders: Sequence[Order], now: Circumstances) -> Decision:
    """It was no incident. Somebody who was told hears that too, and what was agreed claims nothing any more."""
    check_step(incident, "withdraw", now)
    in_words(reason, f"Incident {incident.id}", "reason")
    order, after = next(iter(orders), None), changed(incident, phase=Phase.WITHDRAWN)
    told = tell(after, "incident.withdrawn", order, now) if incident.told else Decision()
    free = released(incident, [remedy for remedy in incident.remedies if remedy.owed], orders)
    return Decision((*told.events, ev.IncidentWithdrawn(reason)), free, told.intents)
