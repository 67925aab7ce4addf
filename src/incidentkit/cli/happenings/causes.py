"""What is told of analyses and corrective actions."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells, reason
from incidentkit.domain import events as ev
from incidentkit.domain.corrective_actions import Effect

__all__ = ["TELLS", "signature_words"]


def signature_words(phrases: Phrases, key: str) -> str:
    """A signature as people read it: ``packaging · packing``."""
    cause, kind, subject = key.split("/", 2)
    about = phrases.named("steps", subject) if kind == "step" else subject
    return f"{phrases.labels.label('causes', cause)} · {about}"


def _begun(phrases: Phrases, data: ev.AnalysisBegun, stream: str) -> Said:
    return {"problem": phrases.quoted(data.problem)}


def _why(phrases: Phrases, data: ev.WhyAdded, stream: str) -> Said:
    return {
        "step": phrases.named("steps", data.step),
        "because": phrases.quoted(data.because),
        "evidence": phrases.text(data.evidence),
    }


def _retracted(phrases: Phrases, data: ev.WhysRetracted, stream: str) -> Said:
    return {"place": str(data.place), "reason": phrases.text(data.reason)}


def _cases(phrases: Phrases, data: ev.IncidentsExplained | ev.ActionRecurred, stream: str) -> Said:
    return {"count": str(len(data.incidents))}


def _heard(phrases: Phrases, data: ev.CustomerHeard, stream: str) -> Said:
    return {"words": phrases.quoted(data.words)}


def _concluded(phrases: Phrases, data: ev.AnalysisConcluded, stream: str) -> Said:
    return {"cause": phrases.labels.label("causes", data.cause), "step": phrases.named("steps", data.step)}


def _planned(phrases: Phrases, data: ev.ActionPlanned, stream: str) -> Said:
    return {
        "what": phrases.quoted(data.what),
        "signature": signature_words(phrases, data.signature),
        "owner": data.asked,
        "sponsor": data.sponsor,
        "day": phrases.values.moment(data.due),
    }


def _taken(phrases: Phrases, data: ev.ActionTaken, stream: str) -> Said:
    return {"owner": data.owner.label}


def _done(phrases: Phrases, data: ev.ActionDone, stream: str) -> Said:
    return {"outcome": phrases.quoted(data.outcome)}


def _overdue(phrases: Phrases, data: ev.ActionOverdue, stream: str) -> Said:
    return {"day": phrases.values.moment(data.due)}


def _reopened(phrases: Phrases, data: ev.ActionReopened, stream: str) -> Said:
    return {"reason": phrases.text(data.reason), **_effect(phrases, data.effect)}


def _judged(phrases: Phrases, data: ev.ActionJudged, stream: str) -> Said:
    return {"verdict": phrases.named("effects", data.effect.verdict), **_effect(phrases, data.effect)}


def _effect(phrases: Phrases, effect: Effect | None) -> Said:
    if effect is None:
        return dict.fromkeys(("after", "orders", "before", "earlier"), "")
    counts = (effect.after.hits, effect.after.exposed, effect.before.hits, effect.before.exposed)
    return dict(zip(("after", "orders", "before", "earlier"), map(phrases.values.number, counts), strict=True))


def _extended(phrases: Phrases, data: ev.ActionExtended, stream: str) -> Said:
    return {"days": phrases.values.number(data.window.days)}


TELLS: Tells = {
    ev.AnalysisBegun: _begun,
    ev.WhyAdded: _why,
    ev.WhysRetracted: _retracted,
    ev.IncidentsExplained: _cases,
    ev.CustomerHeard: _heard,
    ev.AnalysisConcluded: _concluded,
    ev.AnalysisReopened: reason,
    ev.AnalysisDropped: reason,
    ev.ActionPlanned: _planned,
    ev.ActionTaken: _taken,
    ev.ActionDone: _done,
    ev.ActionOverdue: _overdue,
    ev.ActionRecurred: _cases,
    ev.ActionReopened: _reopened,
    ev.ActionJudged: _judged,
    ev.ActionExtended: _extended,
    ev.ActionCancelled: reason,
}
