"""Strategies for analyses and corrective actions, each folded from its history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.analyses import Analysis, AnalysisState, Voice, Why
from incidentkit.domain.corrective_actions import (
    ActionState,
    CorrectiveAction,
    Counted,
    Effect,
    Effectiveness,
    EffectReason,
    Observed,
    Verification,
)
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import replay
from incidentkit.domain.ids import AnalysisId, CorrectiveActionId, IncidentId
from incidentkit.domain.incidents import Owner
from incidentkit.testing.strategies._basics import actors, codes, handles, ids, instants, texts
from incidentkit.testing.strategies._stream import Stream

__all__ = [
    "analyses",
    "analysis_histories",
    "cause_happenings",
    "corrective_action_histories",
    "corrective_actions",
    "counts",
    "effects",
    "observations",
    "signature_keys",
    "verifications",
    "voices",
    "whys",
]

Drawn = st.SearchStrategy[Happening]

_REASONS: Mapping[Effectiveness, tuple[EffectReason, ...]] = {
    Effectiveness.EFFECTIVE: (EffectReason.RARER,),
    Effectiveness.INEFFECTIVE: (EffectReason.ABOVE_LIMIT,),
    Effectiveness.INCONCLUSIVE: (
        EffectReason.NO_EXPOSURE,
        EffectReason.NO_BASELINE,
        EffectReason.NEVER_BEFORE,
        EffectReason.TOO_FEW,
        EffectReason.TOO_EARLY,
    ),
}


# --- Parts -------------------------------------------------------------------------------------------------------


def signature_keys() -> st.SearchStrategy[str]:
    """Keys of signatures that a corrective action can lower."""
    return st.builds(lambda *parts: "/".join(parts), codes(), st.sampled_from(("product", "carrier", "step")), codes())


def _cases(least: int = 0) -> st.SearchStrategy[tuple[IncidentId, ...]]:
    return st.lists(ids().map(IncidentId), min_size=least, max_size=3, unique=True).map(tuple)


def whys() -> st.SearchStrategy[Why]:
    """Reasons with what shows them."""
    return st.builds(Why, st.integers(1, 9), texts(), texts(), codes(), instants(), actors().map(str), _cases())


def voices() -> st.SearchStrategy[Voice]:
    """What customers say."""
    return st.builds(Voice, texts(), instants(), st.none() | ids().map(IncidentId))


def verifications() -> st.SearchStrategy[Verification]:
    """How actions are judged, from a day to two years."""
    days = st.integers(1, 730).map(lambda count: timedelta(days=count))
    return st.builds(Verification, days, days, days, st.none() | st.floats(0, 0.5))


def counts() -> st.SearchStrategy[Counted]:
    """Orders, and to how many of them something happened."""
    return st.integers(0, 500).flatmap(lambda orders: st.builds(Counted, st.integers(0, orders), st.just(orders)))


@st.composite
def effects(draw: st.DrawFn, verdict: Effectiveness | None = None) -> Effect:
    """Judgements, of ``verdict`` or of any; each with a reason that goes with it."""
    chosen = verdict or draw(st.sampled_from(Effectiveness))
    share = st.none() | st.floats(0, 3)
    return Effect(
        verdict=chosen,
        reason=draw(st.sampled_from(_REASONS[chosen])),
        before=draw(counts()),
        after=draw(counts()),
        limit=draw(st.none() | st.floats(0, 1)),
        allowed=draw(st.integers(0, 9)),
        ratio=draw(share),
        low=draw(share),
        high=draw(share),
        spread=draw(st.floats(1, 5)),
    )


def observations() -> st.SearchStrategy[Observed]:
    """What the record shows at an instant."""
    return st.builds(Observed, effects(), _cases())


# --- Events ------------------------------------------------------------------------------------------------------


def _beginnings(analysis: str | None = None) -> st.SearchStrategy[ev.AnalysisBegun]:
    which = ids() if analysis is None else st.just(analysis)
    return st.builds(ev.AnalysisBegun, which.map(AnalysisId), texts(), codes(), st.just("") | signature_keys(), _cases())


def _plans(action: str | None = None) -> st.SearchStrategy[ev.ActionPlanned]:
    which = ids() if action is None else st.just(action)
    team = codes()
    return st.builds(
        ev.ActionPlanned,
        which.map(CorrectiveActionId),
        texts(),
        signature_keys(),
        handles(),
        team.map(Owner),
        team | handles(),
        instants(),
        verifications(),
        st.none() | ids().map(AnalysisId),
        _cases(),
    )


def cause_happenings() -> Mapping[str, Callable[[], Drawn]]:
    """What happens to analyses and corrective actions, by type."""
    owners = st.builds(Owner, codes(), handles())
    return {
        "analysis.begun": _beginnings,
        "analysis.why_added": lambda: st.builds(ev.WhyAdded, texts(), texts(), codes(), _cases()),
        "analysis.whys_retracted": lambda: st.builds(ev.WhysRetracted, st.integers(1, 9), texts()),
        "analysis.incidents_explained": lambda: st.builds(ev.IncidentsExplained, _cases(1)),
        "analysis.customer_heard": lambda: st.builds(ev.CustomerHeard, texts(), st.none() | ids().map(IncidentId)),
        "analysis.concluded": lambda: st.builds(ev.AnalysisConcluded, st.integers(1, 9), codes(), codes()),
        "analysis.reopened": lambda: st.builds(ev.AnalysisReopened, texts()),
        "analysis.dropped": lambda: st.builds(ev.AnalysisDropped, texts()),
        "corrective_action.planned": _plans,
        "corrective_action.taken": lambda: st.builds(ev.ActionTaken, owners),
        "corrective_action.done": lambda: st.builds(ev.ActionDone, texts()),
        "corrective_action.overdue": lambda: st.builds(ev.ActionOverdue, instants()),
        "corrective_action.recurred": lambda: st.builds(ev.ActionRecurred, _cases(1)),
        "corrective_action.reopened": lambda: (
            st.builds(ev.ActionReopened, texts()) | st.builds(ev.ActionReopened, effect=effects())
        ),
        "corrective_action.judged": lambda: st.builds(ev.ActionJudged, effects()),
        "corrective_action.extended": lambda: st.builds(
            ev.ActionExtended, st.integers(1, 730).map(lambda n: timedelta(days=n))
        ),
        "corrective_action.cancelled": lambda: st.builds(ev.ActionCancelled, texts()),
    }


# --- Histories ---------------------------------------------------------------------------------------------------


@st.composite
def analysis_histories(draw: st.DrawFn) -> tuple[Event, ...]:
    """Events of one analysis: whys that may be taken back, voices, a conclusion that may not hold, or none."""
    analysis = draw(ids())
    stream: Stream[Analysis] = Stream(draw, analysis, passive=False)
    stream.add("analyses.begin", draw(_beginnings(analysis)))
    for _ in range(draw(st.integers(0, 3))):
        stream.later()
        stream.add("analyses.why", ev.WhyAdded(draw(texts()), draw(texts()), draw(codes()), draw(_cases())))
        if draw(st.integers(0, 4)) == 0:
            stream.add("analyses.retract", ev.WhysRetracted(draw(st.integers(1, len(stream.state.whys))), draw(texts())))
        if draw(st.booleans()):
            stream.add("analyses.hear", ev.CustomerHeard(draw(texts()), draw(st.none() | ids().map(IncidentId))))
    stream.later()
    _end_of_analysis(draw, stream)
    return stream.events


def _end_of_analysis(draw: st.DrawFn, stream: Stream[Analysis]) -> None:
    end = draw(st.sampled_from(("concluded", "concluded", "reopened", "dropped", "")))
    if end == "dropped":
        stream.add("analyses.drop", ev.AnalysisDropped(draw(texts())))
    if end in ("concluded", "reopened") and stream.state.whys and stream.state.voices:
        root = draw(st.integers(1, len(stream.state.whys)))
        stream.add("analyses.conclude", ev.AnalysisConcluded(root, draw(codes()), draw(codes())))
        if end == "reopened":
            stream.add("analyses.reopen", ev.AnalysisReopened(draw(texts())))
    if stream.state.state is not AnalysisState.DROPPED and draw(st.booleans()):
        more = tuple(case for case in draw(_cases(1)) if case not in stream.state.incidents)
        if more:
            stream.add("analyses.explain", ev.IncidentsExplained(more))


@st.composite
def corrective_action_histories(draw: st.DrawFn) -> tuple[Event, ...]:
    """Events of one corrective action: late or in time, done once or twice, shown again, judged, given up or still open."""
    action = draw(ids())
    stream: Stream[CorrectiveAction] = Stream(draw, action, passive=False)
    stream.add("corrective_actions.plan", draw(_plans(action)))
    for _ in range(draw(st.integers(0, 2))):
        stream.later()
        _round(draw, stream)
    if stream.state.open and draw(st.integers(0, 4)) == 0:
        stream.later()
        stream.add("corrective_actions.cancel", ev.ActionCancelled(draw(texts())))
    return stream.events


def _round(draw: st.DrawFn, stream: Stream[CorrectiveAction]) -> None:
    """It is taken, done, and something comes of it."""
    if not stream.state.open:
        return
    if draw(st.booleans()) and stream.state.overdue is None and stream.state.to_do:
        stream.add("tick", ev.ActionOverdue(stream.state.due))
    if stream.state.state is not ActionState.DONE:
        stream.add("corrective_actions.take", ev.ActionTaken(Owner(stream.state.owner.team, draw(handles()))))
        stream.add("corrective_actions.done", ev.ActionDone(draw(texts())))
    stream.later()
    new = tuple(case for case in draw(_cases()) if case not in stream.state.recurrences)
    if new:
        stream.add("tick", ev.ActionRecurred(new))
    end = draw(st.sampled_from(("judged", "reopened", "")))
    if end == "judged":
        stream.add("tick", ev.ActionJudged(draw(effects())))
    elif end == "reopened":
        stream.add("tick", ev.ActionReopened(effect=draw(effects())))
    if stream.state.state is ActionState.INCONCLUSIVE and draw(st.booleans()):
        longer = stream.state.verification.window + timedelta(days=30)
        stream.add("corrective_actions.extend", ev.ActionExtended(longer))


def analyses() -> st.SearchStrategy[Analysis]:
    """Analyses that are open, concluded or dropped."""
    return analysis_histories().map(_as_analysis)


def _as_analysis(events: tuple[Event, ...]) -> Analysis:
    state = replay(events)
    assert isinstance(state, Analysis)
    return state


def corrective_actions() -> st.SearchStrategy[CorrectiveAction]:
    """Corrective actions in every state."""
    return corrective_action_histories().map(_as_action)


def _as_action(events: tuple[Event, ...]) -> CorrectiveAction:
    state = replay(events)
    assert isinstance(state, CorrectiveAction)
    return state
