"""The rows of a figure in the terminal: its subjects, one by one."""

from __future__ import annotations

from collections.abc import Sequence

from incidentkit.cli.screen import Piece, Screen
from incidentkit.cli.table import Column, show_next, show_table
from incidentkit.cli.values import Values
from incidentkit.measures.measure import Measure
from incidentkit.measures.subjects import MeasureRows, SubjectRow
from incidentkit.phrases.measures import measure_about, measure_name

__all__ = ["show_rows"]


def show_rows(screen: Screen, values: Values, measure: Measure, found: MeasureRows, title: str, unit: str) -> None:
    """What the figure counts, when each began, and what it brings.

    Args:
        unit: the measure's; of money the shop's currency.
    """
    words = screen.words
    screen.line(
        (f"{title} · {measure_name(words, measure.name, title=measure.title)}", "bold"),
        (f" · {values.moment(found.as_of)}", "dim"),
    )
    screen.hanging("", measure_about(words, measure.name, measure.definition), "dim")
    screen.line((words.say("rows.total", shown=values.number(len(found.rows)), total=values.number(found.total)), "dim"))
    screen.line()
    columns = (
        Column(words.say("rows.at")),
        Column(words.say("rows.kind")),
        Column(words.say("rows.id"), flexible=True),
        Column(words.say("measure.value"), right=True),
        Column(words.say("rows.counted")),
    )
    show_table(screen, columns, [_row(row, values, unit) for row in found.rows])
    show_next(screen, found.rows.next)


def _row(row: SubjectRow, values: Values, unit: str) -> Sequence[Piece]:
    words = values.words
    kind = words.texts.get(f"row_kinds.{row.kind}") or row.kind
    return (
        values.moment(row.at),
        kind,
        row.id,
        "" if row.value is None else values.figure(row.value, unit),
        _state(row, values),
    )


def _state(row: SubjectRow, values: Values) -> Piece:
    say = values.words.say
    if row.invalid:
        return say("measure.invalid"), "dim"
    if row.open:
        return say("measure.open"), "dim"
    if row.hit is None:
        return say("rows.in_n")
    return (say("rows.hit"), "bold") if row.hit else say("rows.miss")
