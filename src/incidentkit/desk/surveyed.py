"""What surveys come to: their figures by team, agent, account, step or time, and the steps that move the score."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from incidentkit.desk.runtime import Runtime
from incidentkit.domain.shop import Survey
from incidentkit.domain.surveys import ANSWERABLE
from incidentkit.domain.times import Due, from_micros
from incidentkit.errors import InvalidInput
from incidentkit.learning.drivers import Driver, drivers
from incidentkit.measures.survey_figures import AskCounts, ScoreSums, SurveyFigures, SurveyRow, survey_row
from incidentkit.measures.windows import WINDOWS, first_instant, windows
from incidentkit.store.surveyed import SEGMENTS, Span, ask_counts, first_answered, score_sums
from incidentkit.store.unit import Unit

__all__ = ["SurveyDrivers", "survey_drivers", "survey_figures"]


@frozen
class SurveyDrivers:
    """What moves a survey's score, step by step; ``unnamed`` answers are about no step that is known."""

    survey: str
    as_of: datetime
    unnamed: int
    drivers: tuple[Driver, ...]


def survey_figures(
    runtime: Runtime, survey: str, by: str | None, since: Due | None, until: Due | None, as_of: datetime
) -> SurveyFigures:
    """The body of `Desk.survey_figures`."""
    found, span = _survey(runtime, survey), _span(runtime, since, until)
    if by is not None and by not in (*SEGMENTS, *WINDOWS):
        raise InvalidInput("by", f"must be one of {', '.join((*SEGMENTS, *WINDOWS))}", got=repr(by)[:40])
    with runtime.store.reading() as unit:
        make = _Rows(unit, found, as_of)
        rows = make.by_window(by, runtime.shop.zone, span) if by in WINDOWS else make.by_segment(by, span)
    return SurveyFigures(found.name, found.kind, found.scale, as_of, by, rows)


def survey_drivers(runtime: Runtime, survey: str, since: Due | None, until: Due | None, as_of: datetime) -> SurveyDrivers:
    """The body of `Desk.survey_drivers`."""
    found, span = _survey(runtime, survey), _span(runtime, since, until)
    with runtime.store.reading() as unit:
        sums = score_sums(unit, found.name, "step", span)
    unnamed = sums.get(None, ScoreSums())
    named = {step: some for step, some in sums.items() if step is not None}
    return SurveyDrivers(found.name, as_of, unnamed.n, drivers(named, unnamed, found.scale))


@frozen
class _Rows:
    unit: Unit
    survey: Survey
    as_of: datetime

    def by_segment(self, by: str | None, span: Span) -> tuple[SurveyRow, ...]:
        """One row for each segment, those with the most answers first, and what has none last; or one for all."""
        sums, asks = self._sums(by, span)
        segments = {*sums, *asks} if by is not None else {None}
        order = sorted(segments, key=lambda s: (s is None, -sums.get(s, ScoreSums()).n, s or ""))
        return tuple(self._row(sums.get(s, ScoreSums()), asks.get(s, AskCounts()), span, s) for s in order)

    def by_window(self, by: str | None, zone: str, span: Span) -> tuple[SurveyRow, ...]:
        """One row for each window, the earliest first."""
        first = first_answered(self.unit, self.survey.name)
        since = span[0] or (from_micros(first) if first is not None else None)
        if since is None:
            return ()
        spans = windows(by or "", zone, since, span[1] or self.as_of + timedelta(microseconds=1))
        return tuple(self._window(window.from_, window.until) for window in spans)

    def _window(self, from_: datetime, until: datetime) -> SurveyRow:
        sums, asks = self._sums(None, (from_, until))
        return self._row(sums.get(None, ScoreSums()), asks.get(None, AskCounts()), (from_, until), None)

    def _sums(self, by: str | None, span: Span) -> tuple[dict[str | None, ScoreSums], dict[str | None, AskCounts]]:
        name = self.survey.name
        asks = ask_counts(self.unit, name, by, span, self.as_of - ANSWERABLE)
        return dict(score_sums(self.unit, name, by, span)), dict(asks)

    def _row(self, sums: ScoreSums, asks: AskCounts, span: Span, segment: str | None) -> SurveyRow:
        return survey_row(self.survey.kind, self.survey.scale, sums, asks, from_=span[0], until=span[1], segment=segment)


def _survey(runtime: Runtime, name: str) -> Survey:
    found = runtime.shop.survey(name)
    if found is None:
        known = ", ".join(s.name for s in runtime.shop.surveys)
        raise InvalidInput("A survey", "must be one of the shop's", got=repr(name)[:40], next=f"Known: {known}.")
    return found


def _span(runtime: Runtime, since: Due | None, until: Due | None) -> Span:
    zone = runtime.shop.zone
    first = None if since is None else first_instant(since, zone, "since")
    return first, (None if until is None else first_instant(until, zone, "until"))
