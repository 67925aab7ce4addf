"""Goals in the terminal: which there are, how one stands, what one lacks, what is foreseen, and this Monday."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from incidentkit.cli.board_goal import show_goal
from incidentkit.cli.screen import Screen
from incidentkit.cli.table import Column, show_table
from incidentkit.cli.values import Values
from incidentkit.desk.desk import Desk
from incidentkit.domain.goals import KeyResult, Objective
from incidentkit.errors import InvalidInput
from incidentkit.goals.checks import Lack
from incidentkit.goals.initiatives import Monday, MondayStep
from incidentkit.goals.objectives import ObjectiveDraft
from incidentkit.goals.scoring import ForecastRecord, ScoredForecast
from incidentkit.goals.verdicts import ObjectiveProgress

__all__ = ["show_forecasts", "show_goals", "show_lacks", "show_monday", "show_progress"]

_SHOWN_OF_ID = 8


def show_goals(screen: Screen, desk: Desk, goals: Sequence[Objective]) -> None:
    """One line for each."""
    if not goals:
        screen.say("goals.none")
        return
    say, values = screen.words.say, _values(screen, desk)
    columns = (
        Column(say("goals.id")),
        Column(say("goals.title"), flexible=True),
        Column(say("goals.importance"), spare=2),
        Column(say("goals.team"), spare=3),
        Column(say("goals.owner"), spare=1),
        Column(say("goals.until"), right=True),
        Column(say("goals.state")),
    )
    show_table(screen, columns, [_goal(screen, values, goal) for goal in goals])


def _goal(screen: Screen, values: Values, goal: Objective) -> Sequence[str]:
    named = screen.words.named
    return (
        goal.id[-_SHOWN_OF_ID:],
        goal.title,
        named("importances", goal.importance),
        goal.team or screen.words.say("goals.everybody"),
        goal.owner,
        values.day(goal.until),
        named("objective_states", goal.state.value),
    )


# --- How it stands -----------------------------------------------------------------------------------------------


def show_progress(screen: Screen, desk: Desk, found: ObjectiveProgress) -> None:
    """The goal as on the scoreboard, and below it what is known of each Key Result beside its figure."""
    values = _values(screen, desk)
    show_goal(screen, values, found)
    told = [line for one in found.key_results for line in _aside(screen, values, one.key_result, one.unit)]
    screen.section(screen.words.say("goals.starts"), [(line, "") for line in told])
    moved = [
        (screen.words.say(f"goals.signal_{one.signal}", title=one.key_result.title), "")
        for one in found.key_results
        if one.signal
    ]
    screen.section(screen.words.say("goals.signals"), moved)


def _aside(screen: Screen, values: Values, one: KeyResult, unit: str) -> Iterable[str]:
    """The start in both clocks, and the days that it was read off."""
    say = screen.words.say
    start = values.figure(one.start, unit)
    if one.stated is not None:
        clocks = {"start": start, "clock": screen.words.named("goal_clocks", one.clock)}
        said = {"stated": values.figure(one.stated.value, unit), "other": screen.words.named("goal_clocks", one.stated.clock)}
        yield say("goals.both_clocks", title=one.title, **clocks, **said)
    if one.baseline is not None:
        days = {"since": values.day(one.baseline.since), "until": values.day(one.baseline.until)}
        yield say("goals.baseline", title=one.title, start=start, n=values.number(one.baseline.n or 0), **days)


# --- What it lacks -----------------------------------------------------------------------------------------------


def show_lacks(screen: Screen, desk: Desk, draft: ObjectiveDraft, lacks: Sequence[Lack]) -> None:
    """What keeps a goal from being set, and what is only to be thought of."""
    values, units = _values(screen, desk), _units(desk, draft)
    if not lacks:
        screen.say("goals.whole", title=draft.title)
        return
    for grave, heading in ((True, "goals.grave"), (False, "goals.mild")):
        told = [(_lack(screen, values, lack, units), "red" if grave else "") for lack in lacks if lack.grave is grave]
        screen.section(screen.words.say(heading), told)


def _lack(screen: Screen, values: Values, lack: Lack, units: dict[str, str]) -> str:
    figure = "" if lack.figure is None else values.figure(lack.figure, units.get(lack.subject, ""))
    got = figure if lack.figure is not None and lack.code == "beyond_best_window" else lack.got
    said = screen.words.say(f"lacks.{lack.code}", got=got)
    return said if lack.subject == "objective" else f"{lack.subject}: {said}"


def _units(desk: Desk, draft: ObjectiveDraft) -> dict[str, str]:
    """The unit of each Key Result whose measure is known."""
    units: dict[str, str] = {}
    for one in draft.key_results:
        try:
            unit = desk.measures.named(one.measure).unit
        except InvalidInput:  # which is one of the lacks
            continue
        units[one.name] = desk.shop.currency if unit == "money" else unit
    return units


# --- This Monday -------------------------------------------------------------------------------------------------


def show_monday(screen: Screen, desk: Desk, found: Monday) -> None:
    """What is done differently this week, by team and person, and what is stuck."""
    say, values = screen.words.say, _values(screen, desk)
    screen.line((say("monday.title", day=values.day(found.week)), "bold"))
    if not found.steps and not found.stuck:
        screen.say("monday.nothing")
    for (team, person), steps in groupby(found.steps, key=lambda step: (step.team, step.person)):
        whose = f"{team} · {person}" if person else team
        screen.section(whose, [(_step(screen, values, step), "red" if step.late else "") for step in steps])
    screen.section(say("monday.stuck"), [(_stuck(step), "yellow") for step in found.stuck])


def _step(screen: Screen, values: Values, step: MondayStep) -> str:
    due = "" if step.due is None else " · " + values.day(values.local(step.due).date())
    late = " · " + screen.words.say("monday.late") if step.late else ""
    return f"{step.what}{due}{late} · {step.initiative.title} → {step.key_result}"


def _stuck(step: MondayStep) -> str:
    whose = f"{step.team} · {step.person}" if step.person else step.team
    return f"{step.what} → {step.key_result} · {whose}"


# --- What was foreseen -------------------------------------------------------------------------------------------


def show_forecasts(screen: Screen, desk: Desk, goal: Objective, found: ForecastRecord) -> None:
    """Every forecast with what came, and how good they were."""
    say, values = screen.words.say, _values(screen, desk)
    if not found.forecasts:
        screen.say("forecasts.none")
        return
    if found.coverage is not None and found.brier is not None and found.interval is not None:
        share = values.figure
        screen.say(
            "forecasts.coverage",
            covered=found.covered,
            n=found.n,
            share=share(found.coverage, "share"),
            low=share(found.interval.low, "share"),
            high=share(found.interval.high, "share"),
            wanted=share(found.confidence, "share"),
            brier=values.number(found.brier, 3),
        )
    else:
        screen.say("forecasts.nothing_yet")
    screen.line()
    columns = (
        Column(say("forecasts.made")),
        Column(say("forecasts.key_result"), flexible=True),
        Column(say("forecasts.window")),
        Column(say("forecasts.range"), right=True),
        Column(say("forecasts.chance"), right=True, spare=1),
        Column(say("forecasts.came"), right=True),
        Column(""),
    )
    units = {one.id: _unit(desk, one) for one in goal.key_results}
    show_table(screen, columns, [_forecast(screen, values, one, units) for one in found.forecasts])


def _forecast(screen: Screen, values: Values, one: ScoredForecast, units: dict[str, str]) -> Sequence[str]:
    forecast = one.forecast
    unit = units.get(forecast.key_result, "")
    inside = "" if one.inside is None else screen.words.say("forecasts.inside" if one.inside else "forecasts.outside")
    return (
        values.day(values.local(forecast.made_at).date()),
        forecast.key_result,
        values.day(values.local(forecast.from_).date()),
        f"{values.figure(forecast.low, unit)}–{values.figure(forecast.high, unit)}",
        values.figure(forecast.chance, "share"),
        "" if one.came is None else values.figure(one.came, unit),
        inside,
    )


def _unit(desk: Desk, one: KeyResult) -> str:
    unit = desk.measures.named(one.measure).unit
    return desk.shop.currency if unit == "money" else unit


def _values(screen: Screen, desk: Desk) -> Values:
    return Values(screen.words, desk.shop.tzinfo)
