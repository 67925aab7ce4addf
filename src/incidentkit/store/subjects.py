"""The subjects that a figure counts, one by one: found by the very clauses that the figure is computed by."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Table, Text, and_, cast, func, or_, select

from incidentkit.domain.pages import Page
from incidentkit.domain.times import Due, from_micros
from incidentkit.errors import InvalidInput
from incidentkit.measures.measure import Measure
from incidentkit.measures.segments import NOWHERE
from incidentkit.measures.subjects import MeasureRows, SubjectRow, subject_of
from incidentkit.store.counted import INVALID, OPEN, Span, cut_of, hit_of, rows_in, state_of, subjects_of
from incidentkit.store.figures import Question
from incidentkit.store.paging import Wanted

__all__ = ["MOST", "Asked", "subjects"]

MOST = 100_000
"""More rows than that are given page by page."""


@frozen
class Asked:
    """Which rows are asked for.

    Args:
        value: the segment's value; empty for those without one.
        page: which of them.
    """

    question: Question
    value: str | None
    page: Wanted

    @classmethod
    def of(
        cls,
        measure: Measure,
        zone: str,
        as_of: datetime,
        since: Due | None,
        until: Due | None,
        segment: tuple[str, str] | None,
        page: Wanted,
    ) -> Asked:
        """The same, checked.

        Raises:
            InvalidInput: a span that is empty, or a segment that the measure has not.
        """
        name, value = segment or (None, None)
        question = Question.of(measure, zone, as_of, None if name is None else [name], since, until)
        if name is not None and question.segment is None:
            raise InvalidInput("segment", "must be a segment and its value, not a window of time", got=name)
        return cls(question, value, page)


def subjects(connection: Connection, tenant: str, asked: Asked) -> MeasureRows:
    """One page of them, by when they began and then by what names them."""
    question, wanted, found = asked.question, asked.page, _found(asked).subquery().c
    own = {"tenant": tenant}
    total = connection.execute(select(func.count()).select_from(found.at.table), own).scalar_one()
    page = select(found.at.table).order_by(found.at, found.id).limit(wanted.limit + 1)
    if wanted.place is not None:
        at, id_ = wanted.place
        page = page.where(or_(found.at > at, and_(found.at == at, found.id > id_)))
    rows = connection.execute(page, own).mappings().all()
    some = rows[: wanted.limit]
    following = wanted.cursor((some[-1]["at"], some[-1]["id"])) if len(rows) > len(some) else None
    shown = Page((_row(question.measure, row) for row in some), following)
    return MeasureRows(question.measure.name, question.measure.version, question.as_of, total, shown)


def _found(asked: Asked) -> Select[Any]:
    """A row for each subject: its name, when it began, and what it brings."""
    question = asked.question
    measure = question.measure
    part = subjects_of(measure, [Span(question.since, question.until)], question.as_of)
    cut = None if question.source is None else cut_of(part, question.source)
    when = part.table.c[measure.when]
    columns: list[ColumnElement[Any]] = [_named(part.table, measure).label("id"), when.label("at")]
    columns += [part.amount.label("amount"), hit_of(part.table, measure).label("hit")]
    columns += [state_of(measure, part.amount).label("state")]
    columns += [part.table.c[name].label(as_) for name, as_ in ((measure.weight, "weight"),) if name]
    columns += [] if cut is None else [cut.value.label("segment")]
    s = rows_in(part, cut, columns)
    mine = [] if cut is None else [s.segment == (asked.value or NOWHERE)]
    if measure.distinct is None:
        return select(s.id, s.at, s.amount, s.hit, s.state, *([s.weight] if measure.weight else [])).where(*mine)
    once = [func.max(s[name]).label(name) for name in ("amount", "hit", "state")]
    return select(s.id, func.min(s.at).label("at"), *once).where(*mine).group_by(s.id)


def _named(table: Table, measure: Measure) -> ColumnElement[str]:
    parts: list[ColumnElement[str]] = [cast(table.c[name], Text) for name in subject_of(measure).columns]
    return reduce(lambda first, part: first + "/" + part, parts)


def _row(measure: Measure, row: RowMapping) -> SubjectRow:
    state = row["state"] if measure.kind in ("amount", "duration") else None
    counted = state not in (OPEN, INVALID)
    return SubjectRow(
        id=row["id"],
        kind=subject_of(measure).kind,
        at=from_micros(row["at"]),
        value=_value(measure, row, counted=counted),
        counted=counted,
        hit=_hit(measure, row),
        open=state == OPEN,
        invalid=state == INVALID,
        weight=row.get("weight", 1),
    )


def _value(measure: Measure, row: RowMapping, *, counted: bool) -> float | None:
    if measure.hits is not None:
        return row["hit"] / row["weight"] if row["weight"] else None
    if measure.kind in ("count", "nps", "share"):
        return float(row["weight"]) if measure.weight else None
    return None if row["amount"] is None or (not counted and row["amount"] < 0) else row["amount"] / measure.units


def _hit(measure: Measure, row: RowMapping) -> bool | None:
    if measure.kind == "nps":
        return None if not row["hit"] else row["hit"] > 0
    return bool(row["hit"]) if measure.kind == "share" and measure.hits is None else None
