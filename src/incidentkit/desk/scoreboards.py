"""Scoreboards: read in one look at the record, every figure asked once, only finished windows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from attrs import evolve

from incidentkit.desk.figure_reader import FigureReader
from incidentkit.desk.progressing import progress_of
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.goals import MOST_GOALS, KeyResult, Objective
from incidentkit.domain.shop import ScoreboardLine
from incidentkit.domain.times import instant
from incidentkit.goals.board import Commitments, Scoreboard, TeamBoard
from incidentkit.goals.public import PublicBoard, PublicTeam, goal_cells, public_commitments, public_goal
from incidentkit.measures.freshness import is_stale
from incidentkit.measures.measure import Measure
from incidentkit.measures.public import Code, MeasureNote, PublicLine, Wording, cells_of, public_line
from incidentkit.measures.scoreboard import TREND, BoardLine, verdict
from incidentkit.measures.suppression import Cell, hidden
from incidentkit.store.freshness import last_news
from incidentkit.store.objectives import running_objectives
from incidentkit.store.unit import Unit

__all__ = ["public_scoreboard", "scoreboard"]

_KEPT = "commitments_kept_rate"


def scoreboard(runtime: Runtime, objective: str | None) -> Scoreboard:
    """See `Desk.scoreboard`."""
    return _read(runtime, objective)[0]


def public_scoreboard(runtime: Runtime, objective: str | None) -> PublicBoard:
    """See `Desk.public_scoreboard`."""
    board, measures = _read(runtime, objective)
    cells = hidden(_cells(board, measures))

    def public(lines: Iterable[BoardLine]) -> tuple[PublicLine, ...]:
        return tuple(public_line(line, measures[line.measure], cells) for line in lines)

    return PublicBoard(
        as_of=board.as_of,
        shop_name=Wording(board.shop_name),
        lines=public(board.lines),
        goals=tuple(public_goal(goal, measures, cells) for goal in board.goals),
        measures=board.measures,
        teams=tuple(PublicTeam(Code(t.team), public(t.lines), public_commitments(t.commitments)) for t in board.teams),
        known_until=board.known_until,
        stale=board.stale,
    )


def _cells(board: Scoreboard, measures: Mapping[str, Measure]) -> Iterator[Cell]:
    for goal in board.goals:
        yield from goal_cells(goal, measures)
    for line in _all_lines(board):
        yield from cells_of(measures[line.measure], line.trend)


def _all_lines(board: Scoreboard) -> Iterator[BoardLine]:
    yield from (line for team in board.teams for line in team.lines)
    yield from board.lines


def _read(runtime: Runtime, objective: str | None) -> tuple[Scoreboard, Mapping[str, Measure]]:
    """The board, and the measures on it by their names."""
    with runtime.store.reading() as unit:
        reader = FigureReader(runtime, unit, instant(runtime.clock(), "The desk's clock"))
        board = _Making(runtime, reader, unit).board(_goals(unit, objective))
        names = [each.measure for goal in board.goals for each in goal.objective.key_results]
        names += [line.measure for line in _all_lines(board)]
        measures = {name: reader.measure(name) for name in names}
    reader.keep()
    return evolve(board, measures=tuple(MeasureNote.of(measure) for measure in measures.values())), measures


def _goals(unit: Unit, objective: str | None) -> tuple[Objective, ...]:
    """The goal that was asked for; else those that matter most, two at the most."""
    if objective is not None:
        state = unit.load("objective", objective).state
        assert isinstance(state, Objective), "a stream keeps its kind"
        return (state,)
    running = running_objectives(unit)
    wildly = [goal for goal in running if goal.importance == "wildly_important"]
    return tuple(wildly or running)[:MOST_GOALS]


class _Making:
    def __init__(self, runtime: Runtime, reader: FigureReader, unit: Unit) -> None:
        self._runtime = runtime
        self._shop = runtime.shop
        self._reader = reader
        self._known_until = last_news(unit)
        self._stale = is_stale(self._known_until, reader.as_of, runtime.shop.stale_after)

    def board(self, goals: Sequence[Objective]) -> Scoreboard:
        leads = self._leads(goals)
        of_teams = [line for lines in leads.values() for line in lines.values()]
        return Scoreboard(
            as_of=self._reader.as_of,
            shop_name=self._shop.name,
            # A line stands once on a board.
            lines=tuple(self._judged(line) for line in self._shop.scoreboard if not line.team and line not in of_teams),
            goals=tuple(progress_of(self._runtime, self._reader, goal, self._known_until) for goal in goals),
            teams=tuple(self._teams(leads)),
            known_until=self._known_until,
            stale=self._stale,
        )

    # --- Teams ---

    def _teams(self, leads: Mapping[str, Mapping[str, ScoreboardLine]]) -> Iterator[TeamBoard]:
        kept = self._commitments()
        for team in (*(team.name for team in self._shop.teams), ""):
            lines, commitments = leads.get(team, {}), kept.get(team)
            if lines or commitments:
                yield TeamBoard(team, tuple(self._judged(line) for line in lines.values()), commitments)

    def _leads(self, goals: Sequence[Objective]) -> Mapping[str, Mapping[str, ScoreboardLine]]:
        """Each team's lead measures: its own lines, and what its Key Results name beside them."""
        found: dict[str, dict[str, ScoreboardLine]] = {}
        for line in self._shop.scoreboard:
            if line.team:
                found.setdefault(line.team, {})[f"{line.measure} {line.statistic} {line.window}"] = line
        for key_result in (each for goal in goals for each in goal.key_results):
            of_team = found.setdefault(key_result.team, {})
            for name in key_result.lead_measures:
                if not any(line.measure == name for line in of_team.values()):
                    of_team[name] = self._line_of(name, key_result)
        return found

    def _line_of(self, name: str, key_result: KeyResult) -> ScoreboardLine:
        """A lead measure that the shop has set no target for: a line of the shop's own, without a team, may have one."""
        own = next((line for line in self._shop.scoreboard if line.measure == name and not line.team), None)
        if own is not None:
            return own
        measure = self._reader.measure(name)
        statistic: Literal["value", "p50"] = "p50" if measure.kind == "duration" else "value"
        return ScoreboardLine(name, None, measure.better, "week", key_result.least_n, statistic)

    def _commitments(self) -> Mapping[str, Commitments]:
        """What came of each team's commitments that fell due in the last complete week."""
        figures = self._reader.recent(_KEPT, "week", 1, segment="team")
        return {
            row.segment or "": Commitments(row.from_, row.until, row.n, round((row.value or 0) * row.n))
            for row in figures.rows
            if row.n and row.from_ is not None and row.until is not None
        }

    def _judged(self, line: ScoreboardLine) -> BoardLine:
        figures = self._reader.recent(line.measure, line.window, TREND)
        return verdict(line, figures, self._reader.as_of, stale=self._stale)
