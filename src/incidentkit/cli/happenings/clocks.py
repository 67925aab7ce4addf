"""What is told of clocks, waiting, escalation and promises."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells, nothing
from incidentkit.domain import events as ev

__all__ = ["TELLS"]


def _promise(phrases: Phrases, data: ev.PromiseMade, stream: str) -> Said:
    what = data.promise.what
    kind = phrases.named("things", what) if what in ("delivery", "update") else phrases.labels.label("offers", what)
    return {"what": kind, "day": phrases.values.due(data.promise.due)}


def _waiting(phrases: Phrases, data: ev.CustomerAwaited, stream: str) -> Said:
    return {"reason": phrases.text(data.reason), "day": phrases.values.due(data.until)}


def _clock(phrases: Phrases, data: ev.ClockWarned | ev.ClockBroken, stream: str) -> Said:
    return {"clock": phrases.named("clocks", data.clock), "moment": phrases.values.moment(data.due)}


def _escalated(phrases: Phrases, data: ev.IncidentEscalated, stream: str) -> Said:
    rule = phrases.named("escalations", data.rule) if data.rule else ""
    return {"level": str(data.level), "to": data.to, "reason": phrases.text(data.reason), "rule": rule}


def _promise_broken(phrases: Phrases, data: ev.PromiseBroken, stream: str) -> Said:
    return {"moment": phrases.values.moment(data.due)}


TELLS: Tells = {
    ev.PromiseMade: _promise,
    ev.CustomerAwaited: _waiting,
    ev.WaitEnded: nothing,
    ev.ClockWarned: _clock,
    ev.ClockBroken: _clock,
    ev.IncidentEscalated: _escalated,
    ev.PromiseBroken: _promise_broken,
}
