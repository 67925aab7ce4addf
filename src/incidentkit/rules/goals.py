"""What may happen to an Objective: set, set anew with a reason, worked for by initiatives, ended with what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Timer
from incidentkit.domain.goals import Initiative, Objective, ObjectiveState
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.domain.times import due_instant
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.rules.around import Around
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.lifecycles import OBJECTIVE

__all__ = [
    "FORECAST",
    "begin_initiative",
    "change_objective",
    "end_initiative",
    "end_objective",
    "forecast_at",
    "keep_forecasts",
    "set_objective",
]

FORECAST = "forecast"
"""The name of the timer at which what is foreseen is kept, each Monday."""

_MORNING = timedelta(hours=6)
_WEEK = timedelta(days=7)


def set_objective(new: ev.ObjectiveSet) -> Decision:
    """A goal is worked for."""
    return Decision((new,))


def change_objective(objective: Objective, new: ev.ObjectiveSet, reason: Text) -> Decision:
    """The goal is set anew; the record keeps what it was before, and why.

    Raises:
        TransitionRefused: nobody works for it any more.
        InvalidInput: no reason, or an initiative would be left without its Key Result.
    """
    OBJECTIVE.check(_name(objective), objective.state, "change")
    _words(reason, objective, "reason")
    kept = {key_result.id for key_result in new.key_results}
    lost = [one.title for one in objective.initiatives if one.ended_at is None and one.key_result not in kept]
    if lost:
        raise InvalidInput(
            _name(objective),
            "keeps the Key Results that initiatives are for",
            got=f"none for {len(lost)} of them",
            next="End those initiatives first, or keep the Key Result.",
        )
    changed = ev.ObjectiveChanged(
        new.title, new.importance, new.team, new.owner, new.since, new.until, new.why, new.key_results, reason
    )
    return Decision((changed,))


def begin_initiative(objective: Objective, initiative: Initiative, now: Circumstances) -> Decision:
    """Something is done differently for one of its Key Results.

    Raises:
        TransitionRefused: nobody works for the goal any more.
        InvalidInput: no words, no such Key Result, no such team or agent, or a lead measure that is not tied to it.
    """
    OBJECTIVE.check(_name(objective), objective.state, "change")
    if not initiative.title.strip():
        raise InvalidInput("An initiative", "says what is done differently", got="nothing", next="Give title=.")
    key_result = objective.key_result(initiative.key_result)
    if key_result is None:
        known = ", ".join(one.id for one in objective.key_results)
        raise InvalidInput("An initiative", f"is for one of the Key Results {known}", got=repr(initiative.key_result)[:40])
    if initiative.lead_measure and initiative.lead_measure not in key_result.lead_measures:
        tied = ", ".join(key_result.lead_measures) or "none"
        rule = f"moves a lead measure of its Key Result: {tied}"
        raise InvalidInput("An initiative", rule, got=repr(initiative.lead_measure)[:40])
    _people(initiative, now.shop)
    return Decision((ev.InitiativeBegun(initiative),))


def end_initiative(objective: Objective, initiative: Initiative, outcome: Text) -> Decision:
    """It is done, or given up.

    Raises:
        RuleViolation: it has ended before.
        InvalidInput: no words for what came of it.
    """
    if initiative.ended_at is not None:
        raise RuleViolation("The initiative", "ends once", got="one that has ended")
    _words(outcome, objective, "outcome")
    return Decision((ev.InitiativeEnded(initiative.id, outcome),))


def end_objective(objective: Objective, state: ObjectiveState, outcome: Text) -> Decision:
    """Nobody works for it any more.

    Raises:
        TransitionRefused: it has ended before.
        InvalidInput: no words for what came of it.
    """
    step = {ObjectiveState.REACHED: "reach", ObjectiveState.MISSED: "miss", ObjectiveState.DROPPED: "drop"}[state]
    _words(outcome, objective, "outcome")
    OBJECTIVE.check(_name(objective), objective.state, step)
    return Decision((ev.ObjectiveEnded(state, outcome),))


# --- Forecasts ---------------------------------------------------------------------------------------------------


def forecast_at(objective: Objective, shop: Shop) -> datetime | None:
    """When what is foreseen is to be kept next: the Monday morning after the last time; None once it can't change anything."""
    if not objective.running:
        return None
    zone = ZoneInfo(shop.zone)
    begins = datetime.combine(objective.since, time(), zone).astimezone(UTC)
    after = max(objective.foreseen_at or objective.set_at, begins)
    day = after.astimezone(zone).date()
    monday = day + timedelta(days=7 - day.weekday())
    due = datetime.combine(monday, time(), zone).astimezone(UTC) + _MORNING
    return due if due <= due_instant(objective.until, shop.zone) + _WEEK else None


def keep_forecasts(objective: Objective, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """What is foreseen now is kept, also where that is nothing: the next time is a week later."""
    due = forecast_at(objective, now.shop)
    return Decision() if due is None or due > now.at else Decision((ev.ForecastsKept(around.forecasts),))


# --- Parts -------------------------------------------------------------------------------------------------------


def _people(initiative: Initiative, shop: Shop) -> None:
    if shop.team(initiative.team) is None:
        known = ", ".join(team.name for team in shop.teams)
        raise InvalidInput("An initiative's team", f"is one of {known}", got=repr(initiative.team)[:40])
    if initiative.owner and shop.agent(initiative.owner) is None:
        raise InvalidInput("An initiative's owner", "is an agent of the shop", got="somebody else")


def _words(text: Text, objective: Objective, what: str) -> None:
    if not str(text).strip():
        raise InvalidInput(_name(objective), f"needs its {what} in words", got="nothing", next=f"Give {what}=.")


def _name(objective: Objective) -> str:
    return f"Objective {objective.id}"
