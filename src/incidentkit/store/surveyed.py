"""What asks and answers add up to, by whatever they are cut by; and the open answers that nobody has read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, null, select

from incidentkit.domain.pages import Page
from incidentkit.domain.times import micros
from incidentkit.measures.survey_figures import AskCounts, ScoreSums
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.finding import flag
from incidentkit.store.paging import Stretch, Wanted, page_of
from incidentkit.store.unit import Unit

__all__ = ["SEGMENTS", "Span", "ask_counts", "first_answered", "score_sums", "unread"]

_asks = FACT_TABLES["facts_asks"]
_answers = FACT_TABLES["facts_answers"]
_orders = FACT_TABLES["facts_orders"]

SEGMENTS = ("team", "agent", "account", "step")
"""What a survey is cut by, beside windows of time."""

Span = tuple[datetime | None, datetime | None]
"""From the first to without the second; None for no bound."""


def score_sums(unit: Unit, survey: str, by: str | None, span: Span) -> Mapping[str | None, ScoreSums]:
    """What the answers that were given inside add up to, by segment; all together under None without one."""
    a = _answers.c
    counted = (
        func.count(),
        func.sum(a.score),
        func.sum(a.score * a.score),
        func.sum(a.top),
        func.sum(case((a.score >= 9, 1), else_=0)),
        func.sum(case((a.score <= 6, 1), else_=0)),
    )
    query, cut = _cut(_answers, by)
    inside = and_(a.tenant == unit.tenant, a.survey == survey, *_within(a.answered_at, span))
    rows = unit.connection.execute(query.add_columns(*counted).where(inside).group_by(*cut))
    return {row[0]: ScoreSums(*map(int, row[1:])) for row in rows if row[1]}


def ask_counts(unit: Unit, survey: str, by: str | None, span: Span, waits_since: datetime) -> Mapping[str | None, AskCounts]:
    """What became of the asks that this desk put inside, by segment.

    Args:
        waits_since: what was put before can no longer be answered.
    """
    a = _asks.c
    silent = a.answered_at.is_(None)
    waits = and_(silent, a.lost == 0, a.asked_at >= micros(waits_since))
    counted = (
        func.count(),
        func.count(a.answered_at),
        func.sum(case((and_(silent, a.lost == 1), 1), else_=0)),
        func.sum(case((waits, 1), else_=0)),
    )
    query, cut = _cut(_asks, by)
    inside = and_(a.tenant == unit.tenant, a.survey == survey, a.ours == 1, *_within(a.asked_at, span))
    rows = unit.connection.execute(query.add_columns(*counted).where(inside).group_by(*cut))
    return {row[0]: AskCounts(*map(int, row[1:])) for row in rows if row[1]}


def first_answered(unit: Unit, survey: str) -> int | None:
    """When the first answer was given, or the first ask put, in microseconds; None where there is neither."""
    a, k = _answers.c, _asks.c
    given = select(func.min(a.answered_at)).where(a.tenant == unit.tenant, a.survey == survey)
    put = select(func.min(k.asked_at)).where(k.tenant == unit.tenant, k.survey == survey)
    found = [unit.connection.execute(query).scalar() for query in (given, put)]
    return min((int(at) for at in found if at is not None), default=None)


def unread(unit: Unit, wanted: Wanted, survey: str | None) -> tuple[int, Page[str]]:
    """How many open answers have no step yet, and the ids of some of their asks, the latest first."""
    a = _asks.c
    mine = [a.tenant == unit.tenant, a.commented == flag(value=True), a.coded == flag(value=False)]
    if survey is not None:
        mine.append(a.survey == survey)
    count = unit.connection.execute(select(func.count()).where(*mine)).scalar_one()
    latest = Stretch((a.answered_at, a.ask_id), [select(a.ask_id).where(*mine)], descending=True)
    return int(count), page_of(unit, wanted, latest).map(lambda row: str(row[0]))


def _cut(table: Any, by: str | None) -> tuple[Select[Any], Sequence[ColumnElement[Any]]]:
    """What is selected first, and what it is grouped by."""
    if by is None:
        return select(null()).select_from(table), ()
    if by == "account":
        of_order = and_(_orders.c.tenant == table.c.tenant, _orders.c.order_id == table.c.order_id)
        return select(_orders.c.account).select_from(table.outerjoin(_orders, of_order)), (_orders.c.account,)
    return select(table.c[by]).select_from(table), (table.c[by],)


def _within(column: ColumnElement[Any], span: Span) -> list[ColumnElement[bool]]:
    since, until = span
    bounds = [column >= micros(since)] if since is not None else []
    return [*bounds, column < micros(until)] if until is not None else bounds
