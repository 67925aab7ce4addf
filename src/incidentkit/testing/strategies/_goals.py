"""Strategies for Objectives, each folded from its history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import replay
from incidentkit.domain.goals import (
    Baseline,
    Initiative,
    KeptForecast,
    KeyResult,
    KeyResultKind,
    Objective,
    ObjectiveState,
    Segment,
    Stated,
)
from incidentkit.domain.ids import InitiativeId, ObjectiveId
from incidentkit.domain.texts import Text
from incidentkit.testing.strategies._basics import codes, handles, ids, instants, one_liners, texts
from incidentkit.testing.strategies._stream import Stream

__all__ = [
    "GOAL_HAPPENINGS",
    "baselines",
    "goal_segments",
    "initiatives",
    "kept_forecasts",
    "key_results",
    "objective_histories",
    "objectives",
    "stated",
]

Drawn = st.SearchStrategy[Happening]

_TITLES = one_liners(min_size=1)
_FIGURES = st.floats(0, 1e6, allow_nan=False).map(lambda value: round(value, 6))
_ENDS = st.sampled_from((ObjectiveState.REACHED, ObjectiveState.MISSED, ObjectiveState.DROPPED))
_FIRST_DAYS = st.dates(date(2015, 1, 1), date(2035, 1, 1))


# --- Parts -------------------------------------------------------------------------------------------------------


def goal_segments() -> st.SearchStrategy[Segment]:
    """Parts of a measure's subjects."""
    return st.builds(Segment, st.sampled_from(("team", "type", "carrier")), codes())


def baselines() -> st.SearchStrategy[Baseline]:
    """Days that a start was read off."""
    days = st.integers(1, 365).map(lambda count: timedelta(days=count))
    return st.builds(lambda day, span, n: Baseline(day, day + span, n), _FIRST_DAYS, days, st.none() | st.integers(0, 10_000))


def stated() -> st.SearchStrategy[Stated]:
    """Starts in another clock."""
    return st.builds(Stated, _FIGURES, st.sampled_from(("elapsed", "working")))


@st.composite
def key_results(draw: st.DrawFn, id: str | None = None) -> KeyResult:
    """Key Results of every kind, some of a baseline."""
    since = draw(_FIRST_DAYS)
    start, target = draw(st.tuples(_FIGURES, _FIGURES).filter(lambda pair: pair[0] != pair[1]))
    kind: KeyResultKind = draw(st.sampled_from(("absolute", "relative", "milestone")))
    return KeyResult(
        id=id or draw(codes()),
        title=draw(_TITLES),
        measure=draw(st.sampled_from(("first_response_time", "incident_rate", "csat_mean"))),
        kind=kind,
        start=start,
        target=target,
        since=since,
        by_date=since + timedelta(days=draw(st.integers(7, 400))),
        statistic=draw(st.sampled_from(("value", "p50", "p90"))),
        window=draw(st.sampled_from(("day", "week", "month", "quarter"))),
        clock=draw(st.sampled_from(("elapsed", "working"))),
        segment=draw(st.none() | goal_segments()),
        baseline=draw(baselines()) if kind == "relative" else None,
        stated=draw(st.none() | stated()),
        change=-0.5 if kind == "relative" else None,
        lead_measures=draw(st.lists(codes(), max_size=2, unique=True).map(tuple)),
        team=draw(codes()),
        owner=draw(handles()),
        least_n=draw(st.integers(1, 50)),
    )


def initiatives() -> st.SearchStrategy[Initiative]:
    """What is done differently, not ended."""
    due = st.none() | _FIRST_DAYS
    lead = st.just("") | codes()
    return st.builds(Initiative, ids().map(InitiativeId), _TITLES, codes(), codes(), st.just("") | handles(), lead, due)


@st.composite
def kept_forecasts(draw: st.DrawFn) -> KeptForecast:
    """What was foreseen of a window to come."""
    low, mid, high = sorted(draw(st.tuples(_FIGURES, _FIGURES, _FIGURES)))
    made = draw(instants())
    begins = made + timedelta(days=draw(st.integers(0, 90)))
    return KeptForecast(
        key_result=draw(codes()),
        made_at=made,
        horizon=draw(st.sampled_from(("next", "end"))),
        from_=begins,
        until=begins + timedelta(days=7),
        low=low,
        mid=mid,
        high=high,
        against=draw(_FIGURES),
        chance=draw(st.floats(0, 1)),
        confidence=0.8,
        method="structural",
    )


# --- Events ------------------------------------------------------------------------------------------------------


def _named_key_results() -> st.SearchStrategy[tuple[KeyResult, ...]]:
    count = st.integers(1, 3)
    return count.flatmap(lambda number: st.tuples(*(key_results(id=f"kr-{place}") for place in range(number))))


@st.composite
def _set(draw: st.DrawFn, objective: str | None = None) -> ev.ObjectiveSet:
    since = draw(_FIRST_DAYS)
    return ev.ObjectiveSet(
        objective=ObjectiveId(objective or draw(ids())),
        title=draw(_TITLES),
        importance=draw(st.sampled_from(("wildly_important", "important"))),
        team=draw(st.just("") | codes()),
        owner=draw(handles()),
        since=since,
        until=since + timedelta(days=draw(st.integers(7, 400))),
        why=draw(one_liners()),
        key_results=draw(_named_key_results()),
    )


def _changed() -> st.SearchStrategy[ev.ObjectiveChanged]:
    def as_changed(new: ev.ObjectiveSet, reason: Text) -> ev.ObjectiveChanged:
        return ev.ObjectiveChanged(
            new.title, new.importance, new.team, new.owner, new.since, new.until, new.why, new.key_results, reason
        )

    return st.builds(as_changed, _set(), texts())


def _kept() -> st.SearchStrategy[ev.ForecastsKept]:
    return st.lists(kept_forecasts(), min_size=1, max_size=3).map(lambda several: ev.ForecastsKept(tuple(several)))


GOAL_HAPPENINGS: Mapping[str, Callable[[], Drawn]] = {
    "objective.changed": _changed,
    "objective.ended": lambda: st.builds(ev.ObjectiveEnded, _ENDS, texts()),
    "objective.forecasts_kept": _kept,
    "objective.initiative_begun": lambda: initiatives().map(ev.InitiativeBegun),
    "objective.initiative_ended": lambda: st.builds(ev.InitiativeEnded, ids().map(InitiativeId), texts()),
    "objective.set": _set,
}
"""Events of Objectives, each right in itself."""


@st.composite
def objective_histories(draw: st.DrawFn) -> tuple[Event, ...]:
    """Events of one Objective: set, worked for with initiatives and forecasts, changed, ended or not."""
    objective = draw(ids())
    stream: Stream[Objective] = Stream(draw, objective, passive=False)
    stream.add("objectives.set", draw(_set(objective)))
    for initiative in draw(st.lists(initiatives(), max_size=2, unique_by=lambda one: one.id)):
        stream.later()
        stream.add("objectives.add_initiative", ev.InitiativeBegun(initiative))
        if draw(st.booleans()):
            stream.later()
            stream.add("objectives.end_initiative", ev.InitiativeEnded(initiative.id, draw(texts())))
    for step in draw(st.lists(st.sampled_from((_changed, _kept)), max_size=2)):
        stream.later()
        stream.add("tick" if step is _kept else "objectives.set", draw(step()))
    if draw(st.booleans()):
        stream.later()
        stream.add("objectives.end", ev.ObjectiveEnded(draw(_ENDS), draw(texts())))
    return stream.events


def objectives() -> st.SearchStrategy[Objective]:
    """Objectives that are worked for, reached, missed or dropped."""
    return objective_histories().map(_as_objective)


def _as_objective(events: tuple[Event, ...]) -> Objective:
    state = replay(events)
    assert isinstance(state, Objective)
    return state
