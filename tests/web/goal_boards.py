"""A board with a goal: Key Results in every state, teams with lead measures, commitments kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from attrs import evolve

from incidentkit.domain.goals import KeyResult, Objective, Stated
from incidentkit.domain.ids import ObjectiveId
from incidentkit.goals.board import Commitments, Scoreboard, TeamBoard
from incidentkit.goals.forecast import Forecast
from incidentkit.goals.public import PublicBoard, PublicTeam, goal_cells, public_commitments, public_goal
from incidentkit.goals.verdicts import KeyResultPoint, KeyResultProgress, ObjectiveProgress, Reading
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.public import Code, MeasureNote, Wording, public_line
from incidentkit.measures.scoreboard import Reason, Verdict
from incidentkit.measures.suppression import hidden
from tests.web.boards import LOSING, TOO_FEW, WINNING

__all__ = ["GOAL", "GOAL_BOARD", "PUBLIC_GOAL_BOARD"]

SINCE, UNTIL = date(2026, 8, 3), date(2026, 12, 31)
START, WEEK = datetime(2026, 8, 2, 22, tzinfo=UTC), timedelta(days=7)
AS_OF = datetime(2026, 10, 5, 8, tzinfo=UTC)
HOUR = 3600.0


def _key_result(
    id: str, title: str, measure: str, way: tuple[float, float], figures: list[float | None], verdict: Verdict, **more: Any
) -> KeyResultProgress:
    """With a forecast where it is judged, of 214 subjects a week, or of 7 where it is not."""
    known, n = verdict is not Verdict.UNKNOWN, 214 if verdict is not Verdict.UNKNOWN else 7
    about = KeyResult(id, title, measure, "absolute", *way, SINCE, UNTIL, team="after-sales", owner="ana", **more)
    trend = tuple(
        KeyResultPoint(START + at * WEEK, START + (at + 1) * WEEK, value, n, way[0], verdict)
        for at, value in enumerate(figures)
    )
    last, now = trend[-1], figures[-1] or 0.0
    should_be = way[0] + (way[1] - way[0]) * 9 / 21
    step = (way[1] - way[0]) / 10
    low, high = sorted((now + step, now + 4 * step))
    return KeyResultProgress(
        about,
        MEASURES[measure].unit,
        Reading(last.value, n, last.from_, last.until, AS_OF, 1, complete=True),
        should_be,
        should_be,
        Forecast(low, (low + high) / 2, high, 0.81 if verdict is Verdict.WINNING else 0.32, 0.8, "local level", 12, 9)
        if known
        else None,
        verdict,
        None if known else Reason.TOO_FEW,
        trend=trend,
    )


_RESULTS = (
    _key_result(
        "answers",
        "First answer within 4 working hours",
        "first_response_time",
        (8.5 * HOUR, 4 * HOUR),
        [hours * HOUR for hours in (8.4, 8.8, 7.6, 7.9, 6.6, 6.1, 6.4, 5.4, 5.1)],
        Verdict.WINNING,
        statistic="p50",
        clock="working",
        stated=Stated(24 * HOUR, "elapsed"),
    ),
    _key_result(
        "first-contact",
        "Solved at the first contact",
        "first_contact_resolution_rate",
        (0.4, 0.75),
        [0.41, 0.4, 0.44, 0.42, 0.43, 0.46, 0.45, 0.44, 0.46],
        Verdict.LOSING,
    ),
    _key_result(
        "incidents",
        "Fewer orders go wrong",
        "incident_rate",
        (0.124, 0.062),
        [0.122, 0.118, 0.11, 0.104, 0.109, 0.098, 0.094, 0.09, 0.081],
        Verdict.WINNING,
    ),
    _key_result("told", "We tell them first", "told_first_rate", (0.5, 0.9), [0.5, 0.55, None, 0.6, 0.7], Verdict.UNKNOWN),
)

GOAL = ObjectiveProgress(
    Objective(
        ObjectiveId("o-1"),
        "Nobody has to ask where their order is",
        "wildly_important",
        "after-sales",
        "ana",
        SINCE,
        UNTIL,
        "",
        tuple(each.key_result for each in _RESULTS),
        START,
    ),
    AS_OF,
    _RESULTS,
    Verdict.LOSING,
)

_TEAMS = (
    TeamBoard("after-sales", (WINNING, LOSING), Commitments(START + 8 * WEEK, START + 9 * WEEK, 16, 10)),
    TeamBoard("warehouse", (TOO_FEW,), Commitments(START + 8 * WEEK, START + 9 * WEEK, 6, 3)),
    TeamBoard("", (), Commitments(START + 8 * WEEK, START + 9 * WEEK, 4, 4)),
)
_NAMES = dict.fromkeys([*(each.key_result.measure for each in _RESULTS), *(line.measure for t in _TEAMS for line in t.lines)])
_NOTES = tuple(MeasureNote.of(MEASURES[name]) for name in _NAMES)

GOAL_BOARD = Scoreboard(AS_OF, "Casa Lumbre", (evolve(LOSING, statistic="value"),), (GOAL,), _TEAMS, _NOTES, AS_OF)

_HIDDEN = hidden(goal_cells(GOAL, MEASURES))
PUBLIC_GOAL_BOARD = PublicBoard(
    AS_OF,
    Wording("Casa Lumbre"),
    (),
    (public_goal(GOAL, MEASURES, _HIDDEN),),
    tuple(
        PublicTeam(
            Code(team.team),
            tuple(public_line(line, MEASURES[line.measure], _HIDDEN) for line in team.lines),
            public_commitments(team.commitments),
        )
        for team in _TEAMS
    ),
    _NOTES,
    AS_OF,
)
