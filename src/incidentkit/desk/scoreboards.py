"""Scoreboards: read in one look at the record, every figure asked once, only finished windows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from incidentkit.desk.figure_reader import FigureReader
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.shop import ScoreboardLine
from incidentkit.domain.times import instant
from incidentkit.goals.board import Scoreboard, TeamBoard
from incidentkit.goals.public import PublicBoard, PublicTeam, public_commitments
from incidentkit.measures.freshness import is_stale
from incidentkit.measures.measure import Measure
from incidentkit.measures.public import Code, PublicLine, Wording, cells_of, public_line
from incidentkit.measures.scoreboard import TREND, BoardLine, verdict
from incidentkit.measures.suppression import hidden
from incidentkit.store.freshness import last_news

__all__ = ["public_scoreboard", "scoreboard"]


def scoreboard(runtime: Runtime) -> Scoreboard:
    """See `Desk.scoreboard`."""
    return _read(runtime)[0]


def public_scoreboard(runtime: Runtime) -> PublicBoard:
    """See `Desk.public_scoreboard`."""
    board, measures = _read(runtime)
    lines = [*board.lines, *(line for team in board.teams for line in team.lines)]
    cells = hidden(cell for line in lines for cell in cells_of(measures[line.measure], line.trend))

    def public(lines: Iterable[BoardLine]) -> tuple[PublicLine, ...]:
        return tuple(public_line(line, measures[line.measure], cells) for line in lines)

    return PublicBoard(
        as_of=board.as_of,
        shop_name=Wording(board.shop_name),
        lines=public(board.lines),
        teams=tuple(PublicTeam(Code(t.team), public(t.lines), public_commitments(t.commitments)) for t in board.teams),
        known_until=board.known_until,
        stale=board.stale,
    )


def _read(runtime: Runtime) -> tuple[Scoreboard, Mapping[str, Measure]]:
    """The board, and the measures on it by their names."""
    with runtime.store.reading() as unit:
        reader = FigureReader(runtime, unit, instant(runtime.clock(), "The desk's clock"))
        board = _Making(runtime, reader, last_news(unit)).board()
        lines = [*board.lines, *(line for team in board.teams for line in team.lines)]
        measures = {line.measure: reader.measure(line.measure) for line in lines}
    reader.keep()
    return board, measures


class _Making:
    def __init__(self, runtime: Runtime, reader: FigureReader, known_until: datetime | None) -> None:
        self._shop = runtime.shop
        self._reader = reader
        self._known_until = known_until
        self._stale = is_stale(known_until, reader.as_of, runtime.shop.stale_after)

    def board(self) -> Scoreboard:
        teams = [team.name for team in self._shop.teams]
        return Scoreboard(
            as_of=self._reader.as_of,
            shop_name=self._shop.name,
            lines=self._lines(""),
            teams=tuple(TeamBoard(team, lines) for team in teams if (lines := self._lines(team))),
            known_until=self._known_until,
            stale=self._stale,
        )

    def _lines(self, team: str) -> tuple[BoardLine, ...]:
        return tuple(self._judged(line) for line in self._shop.scoreboard if line.team == team)

    def _judged(self, line: ScoreboardLine) -> BoardLine:
        figures = self._reader.recent(line.measure, line.window, TREND)
        return verdict(line, figures, self._reader.as_of, stale=self._stale)
