"""The scoreboard in the terminal: are we winning or losing, in five seconds."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from incidentkit.cli.screen import Piece, Screen
from incidentkit.cli.table import Column, show_table
from incidentkit.cli.values import Values, sparkline
from incidentkit.goals.board import Scoreboard
from incidentkit.measures.scoreboard import BoardLine, Reason, Verdict
from incidentkit.phrases.measures import measure_name

__all__ = ["show_scoreboard"]

_SHAPES = {Verdict.WINNING: "▲", Verdict.LOSING: "▼", Verdict.UNKNOWN: "●"}
_STYLES = {Verdict.WINNING: "bold green", Verdict.LOSING: "bold red", Verdict.UNKNOWN: "yellow"}


def show_scoreboard(screen: Screen, values: Values, board: Scoreboard) -> None:
    """One line per measure: state, name, value, target, n, how many of n are only claimed, window, trend."""
    _Board(screen, values, board).show()


@frozen
class _Board:
    screen: Screen
    values: Values
    board: Scoreboard

    def show(self) -> None:
        words = self.values.words
        as_of = self.values.moment(self.board.as_of)
        self.screen.line((f"{self.board.shop_name} · {words.say('board.title')}", "bold"), (f" · {as_of}", "dim"))
        if not self.board.lines:
            self.screen.say("board.empty")
            return
        common = self._common_window()
        if common:
            self.screen.line((common, "dim"))
        self.screen.line()
        show_table(self.screen, self._columns(bool(common)), [self._row(line) for line in self.board.lines])
        notes = [self._note(line) for line in self.board.lines if line.reason is not None]
        if notes:
            self.screen.line()
        for note in notes:
            self.screen.hanging(f"{_SHAPES[Verdict.UNKNOWN]} ", note, "dim")

    def _common_window(self) -> str:
        """The one window that all lines are judged by, where it is one."""
        spans = {(line.window, line.from_, line.until) for line in self.board.lines if line.from_ is not None}
        if len(spans) != 1 or len({line.window for line in self.board.lines}) != 1:
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
        values, style = self.values, _STYLES[line.verdict]
        value, target = values.apart(line.value, line.target, line.unit)
        sign = "≥" if line.better == "up" else "≤"
        return (
            (f"{_SHAPES[line.verdict]} {values.words.named('verdicts', line.verdict.value)}", style),
            self._name(line),
            (value, style),
            f"{sign} {target}" if line.target is not None else "",
            values.number(line.n),
            values.number(line.claimed) if line.claimed else "",
            "" if line.from_ is None else values.window(line.from_, line.until, line.window),
            sparkline([point.value for point in line.trend]),
        )

    def _name(self, line: BoardLine) -> str:
        """What the measure is called, and which statistic of it is meant."""
        name = measure_name(self.values.words, line.measure, brief=True)
        return name if line.statistic == "value" else f"{name}, {self.values.words.named('statistics', line.statistic)}"

    def _note(self, line: BoardLine) -> str:
        assert line.reason is not None, "only unknown lines have notes"
        words, name = self.values.words, self._name(line)
        if line.reason is Reason.TOO_FEW:
            why = words.say("reasons.too_few", n=self.values.number(line.n), least=self.values.number(line.least_n))
        else:
            why = words.say(f"reasons.{line.reason.value}")
        return f"{name}: {why}"
