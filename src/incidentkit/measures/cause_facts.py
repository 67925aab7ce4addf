"""Facts of analyses and corrective actions: their rows, with the cases that they are about."""

from __future__ import annotations

from incidentkit.domain.analyses import Analysis
from incidentkit.domain.corrective_actions import CorrectiveAction
from incidentkit.domain.times import micros
from incidentkit.measures.fact import Fact, at
from incidentkit.rules.signatures import Signature

__all__ = ["action_rows", "analysis_rows"]


def analysis_rows(analysis: Analysis) -> dict[str, list[Fact]]:
    """The rows of an analysis by the name of their table."""
    return {
        "facts_analyses": [_analysis_fact(analysis)],
        "facts_analysis_incidents": [
            {"analysis_id": analysis.id, "incident_id": incident} for incident in dict.fromkeys(_shown_by(analysis))
        ],
    }


def _shown_by(analysis: Analysis) -> tuple[str, ...]:
    """What it explains, and what shows its whys."""
    return (*analysis.incidents, *(incident for why in analysis.whys for incident in why.incidents))


def _analysis_fact(analysis: Analysis) -> Fact:
    return {
        "analysis_id": analysis.id,
        "state": analysis.state.value,
        "open": int(analysis.open),
        "team": analysis.team,
        "signature": analysis.signature or None,
        "cause": analysis.cause or None,
        "step": analysis.step or None,
        "whys": len(analysis.whys),
        "begun_at": micros(analysis.begun_at),
        "ended_at": at(analysis.ended_at),
    }


def action_rows(action: CorrectiveAction) -> dict[str, list[Fact]]:
    """The rows of a corrective action by the name of their table."""
    return {
        "facts_corrective_actions": [_action_fact(action)],
        "facts_corrective_action_incidents": [
            {"action_id": action.id, "incident_id": incident, "recurred": int(incident in action.recurrences)}
            for incident in dict.fromkeys((*action.incidents, *action.recurrences))
        ],
    }


def _action_fact(action: CorrectiveAction) -> Fact:
    signature = Signature.of_key(action.signature)
    return {
        "action_id": action.id,
        "analysis_id": action.analysis,
        "state": action.state.value,
        "open": int(action.open),
        "to_do": int(action.to_do),
        "signature": action.signature,
        "cause": signature.cause,
        "subject_kind": signature.subject_kind,
        "subject": signature.subject,
        "sponsor": action.sponsor,
        "owner_team": action.owner.team,
        "owner_agent": action.owner.agent or None,
        "asked": action.asked,
        "due": micros(action.due),
        "planned_at": micros(action.planned_at),
        "done_at": at(action.done_at),
        "judged_from": at(action.judged_from),
        "judged_at": at(action.judged_at),
        "ended_at": at(action.ended_at),
        "verdict": action.effect.verdict.value if action.effect else None,
        "reason": action.effect.reason.value if action.effect else None,
        "reopened": action.reopened,
        "recurrences": len(action.recurrences),
    }
