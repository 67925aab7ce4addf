"""What is told of surveys."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells
from incidentkit.domain import events as ev

__all__ = ["TELLS"]


def _asked(phrases: Phrases, data: ev.SurveyAsked, stream: str) -> Said:
    return {"survey": phrases.named("surveys", data.survey), "low": str(data.scale.low), "high": str(data.scale.high)}


def _answered(phrases: Phrases, data: ev.SurveyAnswered, stream: str) -> Said:
    return {"score": str(data.score), "comment": phrases.quoted(data.comment)}


def _coded(phrases: Phrases, data: ev.SurveyCoded, stream: str) -> Said:
    return {"step": phrases.named("steps", data.step)}


TELLS: Tells = {
    ev.SurveyAsked: _asked,
    ev.SurveyAnswered: _answered,
    ev.SurveyCoded: _coded,
}
