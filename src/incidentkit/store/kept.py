"""Figures of windows that have ended, kept until one of their facts changes or something in them has been waited for.

Whatever changes a fact marks the day on which its subject began, in the same transaction. A kept figure holds how many marks
there were on the days of its window, read before it was computed: as long as there are no more, nothing has changed. Marks
are only ever added, so nothing needs to be cleared, and a figure that two readers compute at once is right in any order.

Of a measure whose subjects count only once an instant has come, a kept figure also holds when the next of them will count.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import accumulate
from typing import Any

from attrs import astuple, frozen
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Executable,
    Select,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite

from incidentkit.domain.times import Due, micros
from incidentkit.measures.figures import Figures
from incidentkit.measures.marks import BACKLOG, REPEATS, can_be_kept, cut, day_of, repeats
from incidentkit.measures.measure import Measure
from incidentkit.rules.signatures import REPEATS_WITHIN
from incidentkit.store import tables as t
from incidentkit.store.clauses import TICK
from incidentkit.store.counted import Span
from incidentkit.store.facts import FACT_TABLES, figure_marks, upsert
from incidentkit.store.facts import figures as kept_table
from incidentkit.store.figures import Question
from incidentkit.store.tallies import Cell, Cells, next_counted

__all__ = ["Found", "adding_mark", "figures_kept", "fresh_cells", "keep", "marking_around", "marking_asked", "marking_repeats"]

_DAY = 86_400_000_000


@frozen
class Found:
    """Figures, and the rows of the table of kept ones that were computed for them."""

    figures: Figures
    new: tuple[dict[str, Any], ...] = ()


def figures_kept(
    connection: Connection,
    tenant: str,
    measure: Measure | str,
    *,
    zone: str,
    as_of: datetime,
    by: str | Sequence[str] | None = None,
    since: Due | None = None,
    until: Due | None = None,
) -> Found:
    """As `figures`, but finished windows whose facts have not changed since are not computed again.

    Nothing is written: `keep` the new ones in a transaction of their own.
    """
    question = Question.of(measure, zone, as_of, by, since, until)
    spans = question.spans(connection, tenant)
    ended = [span for span in spans if span.whole and question.ended(span)]
    if not ended or not can_be_kept(question.measure):
        return Found(question.answer(spans, question.computed(connection, tenant, spans)))
    # The marks are read first: what changes while we compute makes the figure stale, never falsely fresh.
    marks = _marks(connection, tenant, question, ended)
    kept = _kept(connection, tenant, question, ended, marks)
    found: list[Cells] = []
    new: list[dict[str, Any]] = []
    for run, there in _runs(spans, kept):
        cells = [kept[span] for span in run] if there else question.computed(connection, tenant, run)
        found += cells
        if not there:
            new += _rows(connection, tenant, question, marks, run, cells)
    return Found(question.answer(spans, found), tuple(new))


def keep(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new rows in place of older ones, and take away what other definitions and zones left of the same measure."""
    if not rows:
        return
    k, one = kept_table.c, rows[0]
    others = or_(k.definition != one["definition"], k.zone != one["zone"])
    connection.execute(delete(kept_table).where(k.tenant == one["tenant"], k.measure == one["measure"], others))
    connection.execute(upsert(kept_table, connection.dialect.name), list(rows))


def _runs(spans: Sequence[Span], kept: Mapping[Span, Cells]) -> Iterator[tuple[list[Span], bool]]:
    """The spans in order, those that are kept and those that are not in turn."""
    run: list[Span] = []
    for span in spans:
        if run and (span in kept) != (run[-1] in kept):
            yield run, run[-1] in kept
            run = []
        run.append(span)
    if run:
        yield run, run[-1] in kept


# --- What is kept ------------------------------------------------------------------------------------------------


def fresh_cells(connection: Connection, tenant: str, question: Question, spans: Sequence[Span]) -> dict[Span, Cells]:
    """What is kept for those windows, as far as whoever asks would be given it."""
    return _kept(connection, tenant, question, spans, _marks(connection, tenant, question, spans))


def _kept(
    connection: Connection, tenant: str, question: Question, spans: Sequence[Span], marks: Mapping[Span, int]
) -> dict[Span, Cells]:
    """The cells of those spans that are kept and not stale."""
    k, now = kept_table.c, micros(question.as_of)
    same = [k[name] == value for name, value in _key(tenant, question).items()]
    first, last = _bounds(spans[0])[0], _bounds(spans[-1])[0]
    fresh = (k.known_at <= now, or_(k.turns_at.is_(None), k.turns_at > now))
    query = select(k.since, k.until, k.marks, k.cells).where(*same, k.since >= first, k.since <= last, *fresh)
    rows = {(row.since, row.until, row.marks): row.cells for row in connection.execute(query)}
    found = {span: rows.get((*_bounds(span), marks[span])) for span in spans}
    return {span: _unpacked(text) for span, text in found.items() if text is not None}


def _rows(
    connection: Connection,
    tenant: str,
    question: Question,
    marks: Mapping[Span, int],
    spans: Sequence[Span],
    cells: Sequence[Cells],
) -> Iterator[dict[str, Any]]:
    """The rows to keep of spans that meet, as far as they have ended."""
    if not any(span in marks for span in spans):
        return
    waits = question.waits
    turns = next_counted(connection, tenant, question.measure, spans, question.as_of) if waits else {}
    for place, (span, each) in enumerate(zip(spans, cells, strict=True)):
        if span in marks:
            since, until = _bounds(span)
            yield {
                **_key(tenant, question),
                "since": since,
                "until": until,
                "marks": marks[span],
                "cells": _packed(each),
                # What nobody waits for was the same at any instant since the window ended.
                "known_at": micros(question.as_of) if waits else until,
                "turns_at": turns.get(place),
            }


def _key(tenant: str, question: Question) -> dict[str, str]:
    return {
        "tenant": tenant,
        "measure": _kept_as(question.measure),
        "definition": _definition(question.measure),
        "zone": question.zone,
        "by": question.window or "",
        "segment": question.segment or "",
    }


def _kept_as(measure: Measure) -> str:
    return measure.name if measure.clock == "elapsed" else f"{measure.name} {measure.clock}"


def _definition(measure: Measure) -> str:
    """The version, and a print of all that is counted: a definition that changed without one finds nothing kept."""
    counted = [value for name, value in zip(Measure.__match_args__, astuple(measure, recurse=False), strict=True)]
    return f"{measure.version}:{sha256(repr(counted).encode()).hexdigest()[:16]}"


def _packed(cells: Cells) -> str:
    return json.dumps([[segment, *astuple(cell)] for segment, cell in cells.items()], separators=(",", ":"))


def _unpacked(text: str) -> Cells:
    return {segment: Cell(*rest) for segment, *rest in json.loads(text)}


def _bounds(span: Span) -> tuple[int, int]:
    assert span.from_ is not None, "a window has bounds"
    assert span.until is not None, "a window has bounds"
    return micros(span.from_), micros(span.until)


# --- Marks -------------------------------------------------------------------------------------------------------


def _marks(connection: Connection, tenant: str, question: Question, spans: Sequence[Span]) -> dict[Span, int]:
    """How many marks there are on the days of each span: for what stands at its end, on every day until then."""
    m, standing = figure_marks.c, question.measure.at_end is not None
    query = select(m.day, func.sum(m.n)).where(m.tenant == tenant, m.what.in_(_matters(question))).group_by(m.day)
    if not standing:
        query = query.where(m.day >= day_of(_bounds(spans[0])[0]))
    rows = sorted((row[0], int(row[1])) for row in connection.execute(query.where(m.day <= _last_day(spans[-1]))))
    days = [day for day, _ in rows]
    until = [0, *accumulate(n for _, n in rows)]

    def before(day: int) -> int:
        return until[bisect_left(days, day)]

    return {span: before(_last_day(span) + 1) - (0 if standing else before(day_of(_bounds(span)[0]))) for span in spans}


def _last_day(span: Span) -> int:
    assert span.until is not None, "a window has bounds"
    return day_of(micros(span.until - TICK))


def _matters(question: Question) -> list[str]:
    """Which marks make a figure stale."""
    facts = question.measure.facts
    own = BACKLOG if question.measure.at_end is not None else facts
    others = [REPEATS] if repeats(question.measure) else []
    return [own, *others] if question.segment is None else [own, *others, cut(facts)]


def marking_around(dialect_name: str) -> Executable:
    """Marks, for an ``order`` of a ``tenant``, its segments' figures of its actions, incidents, answers and needs."""
    own: ColumnElement[str] = bindparam("order", type_=t.links.c.order_id.type)
    tenant: ColumnElement[str] = bindparam("tenant", type_=t.links.c.tenant.type)
    linked = select(t.links.c.stream).where(t.links.c.tenant == tenant, t.links.c.order_id == own)
    e, i, a = t.events.c, FACT_TABLES["facts_incidents"].c, FACT_TABLES["facts_answers"].c
    d, p, k = (FACT_TABLES[f"facts_{name}"].c for name in ("needs", "promises", "contacts"))
    days: list[Select[str, int]] = [
        _day(cut("actions"), e.occurred_at).where(e.tenant == tenant, e.stream == own),
        _day(cut("actions"), e.occurred_at).where(e.tenant == tenant, e.stream.in_(linked)),
        _day(cut("incidents"), i.detected_at).where(i.tenant == tenant, i.incident_id.in_(linked)),
        _day(cut("answers"), a.answered_at).where(a.tenant == tenant, a.ask_id.in_(linked)),
        _day(cut("promises"), p.due).where(p.tenant == tenant, p.order_id == own),
        _day(cut("needs"), d.opened_at).where(d.tenant == tenant, d.need_id.in_(linked)),
        _day(cut("contacts"), k.at).where(k.tenant == tenant, k.need_id.in_(linked)),
    ]
    return _marking(dialect_name, tenant, days)


def marking_asked(dialect_name: str) -> Executable:
    """Marks the figures of an ``order`` of a ``tenant`` and of its incidents, and those of an ``incident``.

    For what follows from what customers asked and when parcels came. Either of the two may be empty.
    """
    tenant: ColumnElement[str] = bindparam("tenant", type_=t.links.c.tenant.type)
    order: ColumnElement[str] = bindparam("order", type_=t.links.c.order_id.type)
    incident: ColumnElement[str] = bindparam("incident", type_=t.links.c.stream.type)
    o, i, about = (FACT_TABLES[f"facts_{name}"].c for name in ("orders", "incidents", "incident_orders"))
    of_order = select(about.incident_id).where(about.tenant == tenant, about.order_id == order)
    days: list[Select[str, int]] = [
        _day("orders", o.placed_at).where(o.tenant == tenant, o.order_id == order),
        _day("incidents", i.detected_at).where(i.tenant == tenant, i.incident_id.in_(of_order)),
        _day("incidents", i.detected_at).where(i.tenant == tenant, i.incident_id == incident),
    ]
    return _marking(dialect_name, tenant, days)


def marking_repeats(dialect_name: str) -> Executable:
    """Marks what may be a repeat: an ``incident`` of a ``tenant``, and every later one that is like it as it stands."""
    tenant: ColumnElement[str] = bindparam("tenant", type_=t.links.c.tenant.type)
    incident: ColumnElement[str] = bindparam("incident", type_=t.links.c.stream.type)
    own, later = (FACT_TABLES["facts_incident_signatures"].alias(name) for name in ("own", "later"))
    mine = (own.c.tenant == tenant, own.c.incident_id == incident)
    # Of whom it is, and when, stands in each of its rows. Asked for on their own, so that no planner begins with the later.
    customer, at = (select(own.c[name]).where(*mine).limit(1).scalar_subquery() for name in ("customer", "detected_at"))
    same = (later.c.customer == customer, later.c.signature.in_(select(own.c.signature).where(*mine)))
    reach = literal_column(str(REPEATS_WITHIN // TICK), BigInteger)
    days: list[Select[str, int]] = [
        _day(REPEATS, own.c.detected_at).where(*mine),
        _day(REPEATS, later.c.detected_at).where(
            later.c.tenant == tenant, *same, later.c.detected_at > at, later.c.detected_at <= at + reach
        ),
    ]
    return _marking(dialect_name, tenant, days)


def _marking(dialect_name: str, tenant: ColumnElement[str], days: Sequence[Select[str, int]]) -> Executable:
    each = union_all(*days).subquery()
    # Databases take the conflict's clause for a join's without a condition before it.
    marked = select(tenant, each.c.what, each.c.day, literal_column("1")).where(true()).distinct()
    return adding_mark(_insert(dialect_name).from_select([c.name for c in figure_marks.columns], marked))


def _day(mark: str, at: ColumnElement[int]) -> Select[str, int]:
    size: ColumnElement[int] = literal_column(str(_DAY), BigInteger)
    what: ColumnElement[str] = literal_column(f"'{mark}'")
    # Rounded down, as `day_of` does also before 1970.
    day = (at - ((at % size) + size) % size) // size
    return select(what.label("what"), day.label("day"))


def _insert(dialect_name: str) -> Any:
    upsert(figure_marks, dialect_name)  # refuses what is neither
    return (postgresql if dialect_name == "postgresql" else sqlite).insert(figure_marks)


def adding_mark(new: Any) -> Executable:
    """An insert of marks, whose ``n`` is 1, that adds to those that are there."""
    key = [c.name for c in figure_marks.primary_key]
    adding: Executable = new.on_conflict_do_update(index_elements=key, set_={"n": figure_marks.c.n + literal_column("1")})
    return adding
