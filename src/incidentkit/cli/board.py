"""The scoreboard in the terminal: are we winning or losing, in five seconds."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from incidentkit.cli.board_goal import show_goal
from incidentkit.cli.board_marks import SHAPES, STYLES, why
from incidentkit.cli.screen import Piece, Screen
from incidentkit.cli.table import Column, show_table
from incidentkit.cli.values import Values, sparkline
from incidentkit.goals.board import Scoreboard, TeamBoard
from incidentkit.measures.scoreboard import BoardLine, Verdict
from incidentkit.phrases.measures import measure_name

__all__ = ["show_scoreboard"]


def show_scoreboard(screen: Screen, values: Values, board: Scoreboard) -> None:
    """The goal, what each team moves, and one line per measure: state, name, value, target, n, window, trend."""
    _Board(screen, values, board).show()


@frozen
class _Board:
    screen: Screen
    values: Values
    board: Scoreboard

    def show(self) -> None:
        say, board = self.values.words.say, self.board
        as_of = self.values.moment(board.as_of)
        self.screen.line((f"{board.shop_name} · {say('board.title')}", "bold"), (f" · {as_of}", "dim"))
        if board.stale and board.known_until is not None:
            self.screen.say("board.stale", moment=self.values.moment(board.known_until))
        if not (board.lines or board.goals or board.teams):
            self.screen.say("board.empty")
            return
        for goal in board.goals:
            self.screen.line()
            show_goal(self.screen, self.values, goal)
        for team in board.teams:
            self._team(team)
        if board.lines and (board.goals or board.teams):
            self.screen.line()
            self.screen.line((say("board.others"), "bold"))
        if board.lines:
            self._lines(board.lines)

    def _team(self, team: TeamBoard) -> None:
        say = self.values.words.say
        self.screen.line()
        kept = ""
        if team.commitments is not None:
            number = self.values.number
            kept = f" · {say('board.kept', kept=number(team.commitments.kept), due=number(team.commitments.due))}"
        self.screen.line((say("board.team", team=team.team or say("board.everyone")), "bold"), kept)
        if team.lines:
            self._lines(team.lines)

    # --- Lines ---

    def _lines(self, lines: Sequence[BoardLine]) -> None:
        common = self._common_window(lines)
        if common:
            self.screen.line((common, "dim"))
        self.screen.line()
        show_table(self.screen, self._columns(bool(common)), [self._row(line) for line in lines])
        notes = [self._note(line) for line in lines if line.reason is not None]
        if notes:
            self.screen.line()
        for note in notes:
            self.screen.hanging(f"{SHAPES[Verdict.UNKNOWN]} ", note, "dim")

    def _common_window(self, lines: Sequence[BoardLine]) -> str:
        """The one window that all lines are judged by, where it is one."""
        spans = {(line.window, line.from_, line.until) for line in lines if line.from_ is not None}
        if len(spans) != 1 or len({line.window for line in lines}) != 1:
            return ""
        [(by, from_, until)] = spans
        return self.values.words.say(f"board.last.{by}", window=self.values.window(from_, until, by))

    def _columns(self, common: bool) -> Sequence[Column]:
        say = self.values.words.say
        return (
            Column(""),
            Column("", flexible=True),
            Column(say("board.value"), right=True),
            Column(say("board.target"), right=True),
            Column("n", right=True, spare=1),
            Column(say("board.claimed"), right=True, spare=2),
            Column(say("board.window"), spare=4 if common else 0),
            Column(say("board.trend"), spare=3),
        )

    def _row(self, line: BoardLine) -> Sequence[Piece]:
        values, style = self.values, STYLES[line.verdict]
        value, target = values.apart(line.value, line.target, line.unit)
        sign = "≥" if line.better == "up" else "≤"
        return (
            (f"{SHAPES[line.verdict]} {values.words.named('verdicts', line.verdict.value)}", style),
            self._name(line),
            (value, style),
            f"{sign} {target}" if line.target is not None else "",
            values.number(line.n),
            values.number(line.claimed) if line.claimed else "",
            "" if line.from_ is None else values.window(line.from_, line.until, line.window),
            sparkline(tuple(point.value for point in line.trend)),
        )

    def _name(self, line: BoardLine) -> str:
        """What the measure is called, and which statistic of it is meant."""
        name = measure_name(self.values.words, line.measure, brief=True)
        return name if line.statistic == "value" else f"{name}, {self.values.words.named('statistics', line.statistic)}"

    def _note(self, line: BoardLine) -> str:
        assert line.reason is not None, "only unknown lines have notes"
        return f"{self._name(line)}: {why(self.values, line.reason, line.n, line.least_n)}"
