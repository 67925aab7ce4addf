"""A control chart in the terminal: what is news first, then every window."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from incidentkit.cli.screen import Piece, Screen
from incidentkit.cli.table import Column, show_table
from incidentkit.cli.values import Values
from incidentkit.measures.chart import ENOUGH, ChartPoint
from incidentkit.measures.charting import Alarm, MeasureChart
from incidentkit.phrases.measures import measure_name

__all__ = ["show_chart"]

_WIDE = 25
_STYLES = {True: "bold red", False: "bold green"}


def show_chart(screen: Screen, values: Values, found: MeasureChart, title: str) -> None:
    """What is news, the limits of noise, and one line for each window."""
    _Shown(screen, values, found).show(title)


@frozen
class _Shown:
    screen: Screen
    values: Values
    found: MeasureChart

    def show(self, title: str) -> None:
        words, name = self.values.words, measure_name(self.values.words, self.found.measure, brief=True)
        statistic = self.found.statistic
        named = name if statistic == "value" else f"{name}, {words.named('statistics', statistic)}"
        self.screen.line((f"{title} · {named}", "bold"), (f" · {self.values.moment(self.found.as_of)}", "dim"))
        if not self.found.windows:
            self.screen.say("chart.none")
            return
        self._news()
        self.screen.line((self._noise(), "dim"))
        if self.found.chart.provisional:
            self.screen.line((words.say("chart.provisional", enough=ENOUGH), "dim"))
        self.screen.line()
        show_table(self.screen, self._columns(), [self._row(place) for place in range(len(self.found.windows))])

    def _news(self) -> None:
        alarms, windows = self.found.alarms, len(self.found.windows)
        if not alarms:
            self.screen.say("chart.calm", windows=windows)
            return
        self.screen.say("chart.signals", count=len(alarms), windows=windows)
        for alarm in alarms:
            self.screen.line("  ", (self._told(alarm), _STYLES[alarm.worse]))

    def _told(self, alarm: Alarm) -> str:
        window = self.values.window(alarm.from_, alarm.until, self.found.by)
        why = ", ".join(self.values.words.say(f"chart.rules.{rule}") for rule in alarm.signals)
        side = self.values.words.say("chart.worse" if alarm.worse else "chart.better")
        return f"{side}  {window}  {self._figure(alarm.value)}  ({why})"

    def _noise(self) -> str:
        chart, say = self.found.chart, self.values.words.say
        limits = {(point.lower, point.upper) for point in chart.points if point.upper is not None}
        if not limits:
            return say("chart.no_limits")
        if len(limits) > 1:
            return say("chart.noise_by_size", centre=self._figure(chart.centre))
        [(lower, upper)] = limits
        return say("chart.noise", lower=self._figure(lower), upper=self._figure(upper), centre=self._figure(chart.centre))

    def _columns(self) -> Sequence[Column]:
        say = self.values.words.say
        return (
            Column(say("measure.from")),
            Column("n", right=True),
            Column(say("measure.value"), right=True),
            Column(say("chart.lower"), right=True, spare=2),
            Column(say("chart.upper"), right=True, spare=2),
            Column("", spare=1),
            Column(say("chart.news")),
        )

    def _row(self, place: int) -> Sequence[Piece]:
        point, window = self.found.chart.points[place], self.found.windows[place]
        worse = next((a.worse for a in self.found.alarms if a.from_ == window.from_), None)
        style = "" if worse is None else _STYLES[worse]
        news = "" if worse is None else self.values.words.say("chart.worse" if worse else "chart.better")
        return (
            self.values.window(window.from_, window.until, self.found.by),
            self.values.number(self.found.counts[place]),
            (self._figure(point.value), style or "bold"),
            "" if point.lower is None else self._figure(point.lower),
            "" if point.upper is None else self._figure(point.upper),
            self._strip(point),
            (news, style),
        )

    def _strip(self, point: ChartPoint) -> str:
        """The figure between its limits, all windows to one scale."""
        if point.value is None:
            return ""
        ends = [x for p in self.found.chart.points for x in (p.value, p.lower, p.upper) if x is not None]
        low, reach = min(ends), max(ends) - min(ends)
        cells = [" "] * _WIDE
        for value, sign in ((point.lower, "┊"), (point.upper, "┊"), (self.found.chart.centre, "│"), (point.value, "●")):
            if value is not None and reach:
                cells[round((value - low) / reach * (_WIDE - 1))] = sign
        return "".join(cells)

    def _figure(self, value: float | None) -> str:
        return self.values.figure(value, self.found.unit)
