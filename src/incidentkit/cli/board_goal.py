"""The goal on the scoreboard in the terminal, with its Key Results."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from incidentkit.cli.board_marks import SHAPES, STYLES, why
from incidentkit.cli.screen import Piece, Screen
from incidentkit.cli.table import Column, show_table
from incidentkit.cli.values import Values, sparkline
from incidentkit.goals.verdicts import KeyResultProgress, ObjectiveProgress
from incidentkit.measures.scoreboard import Verdict

__all__ = ["show_goal"]


def show_goal(screen: Screen, values: Values, goal: ObjectiveProgress) -> None:
    """The goal in one line, and below it a line for each Key Result: state, title, from, now, should be, target, expected."""
    _Goal(screen, values, goal).show()


@frozen
class _Goal:
    screen: Screen
    values: Values
    goal: ObjectiveProgress

    def show(self) -> None:
        self.screen.line(self._mark(self.goal.verdict), " ", (self.goal.objective.title, "bold"))
        self.screen.line((self._standing(), "dim"))
        self.screen.line()
        show_table(self.screen, self._columns(), [self._row(each) for each in self.goal.key_results])
        for each in self.goal.key_results:
            if each.reason is not None:
                n = each.reading.n if each.reading else 0
                told = why(self.values, each.reason, n, each.key_result.least_n)
                self.screen.hanging(f"{SHAPES[Verdict.UNKNOWN]} ", f"{each.key_result.title}: {told}", "dim")

    def _mark(self, verdict: Verdict) -> Piece:
        return f"{SHAPES[verdict]} {self.values.words.named('verdicts', verdict.value)}", STYLES[verdict]

    def _standing(self) -> str:
        words, objective = self.values.words, self.goal.objective
        won = sum(each.verdict is Verdict.WINNING for each in self.goal.key_results)
        days = (objective.until - self.values.local(self.goal.as_of).date()).days
        left = words.say("board.days_left", days=self.values.number(days)) if days >= 0 else words.say("board.over")
        counted = words.say(
            "board.key_results", winning=self.values.number(won), total=self.values.number(len(self.goal.key_results))
        )
        return " · ".join((counted, words.say("board.until", day=self.values.day(objective.until)), left))

    def _columns(self) -> Sequence[Column]:
        say = self.values.words.say
        return (
            Column(""),
            Column("", flexible=True),
            Column(say("board.from"), right=True, spare=4),
            Column(say("board.now"), right=True),
            Column(say("board.should_be"), right=True),
            Column(say("board.target"), right=True),
            Column(say("board.expected"), right=True, spare=3),
            Column("n", right=True, spare=1),
            Column(say("board.trend"), spare=2),
        )

    def _row(self, each: KeyResultProgress) -> Sequence[Piece]:
        values, about, style = self.values, each.key_result, STYLES[each.verdict]
        now, should_be = values.apart(each.reading.value if each.reading else None, self._should_be(each), each.unit)
        sign = "≥" if about.better == "up" else "≤"
        return (
            self._mark(each.verdict),
            about.title,
            values.target(about.start, each.unit),
            (now, style),
            should_be,
            f"{sign} {values.target(about.target, each.unit)}",
            self._expected(each),
            values.number(each.reading.n) if each.reading else "",
            sparkline(tuple(point.value for point in each.trend[-13:])),
        )

    def _should_be(self, each: KeyResultProgress) -> float:
        return each.should_be if each.expected is None else each.expected

    def _expected(self, each: KeyResultProgress) -> str:
        if each.forecast is None:
            return ""
        low, high = (self.values.figure(value, each.unit) for value in (each.forecast.low, each.forecast.high))
        return self.values.words.say(
            "board.chance", span=f"{low}–{high}", chance=self.values.figure(each.forecast.chance, "share")
        )
