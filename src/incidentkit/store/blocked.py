"""What the facts say of the rules that stand in the way."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, select

from incidentkit.domain.money import AMOUNT_UNIT, Money
from incidentkit.domain.pages import Page
from incidentkit.domain.times import micros
from incidentkit.learning.blocks import Counted
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.finding import given
from incidentkit.store.learned import Spans
from incidentkit.store.paging import Stretch, Wanted, page_of
from incidentkit.store.unit import Unit

__all__ = ["blocks_in", "cases_blocked_by", "find_blocks_of"]

_blocks = FACT_TABLES["facts_blocks"]

_MOST = 200
"""So many rules are looked at: those that blocked most."""


def blocks_in(unit: Unit, spans: Spans, currency: str, examples: int = 5) -> tuple[list[Counted], int]:
    """What each rule blocked that blocked anything in the spans, the one that blocked most in the last first.

    Returns:
        With it, in how many cases anything was not allowed in the last span.
    """
    b = _blocks.c
    now = spans.within(b.at, all_of_them=False)
    each = spans.split(b.at)
    query = (
        select(b.rule, *each, *_sums(now, currency))
        .where(*_counted(unit, spans))
        .group_by(b.rule)
        .order_by(each[-1].desc(), b.rule)
        .limit(_MOST)
    )
    found = [_read(unit, spans, row, currency, examples) for row in unit.connection.execute(query)]
    whole = select(func.count(b.incident_id.distinct())).where(*_counted(unit, spans), now)
    return found, unit.connection.execute(whole).scalar() or 0


def _counted(unit: Unit, spans: Spans) -> list[ColumnElement[bool]]:
    b = _blocks.c
    own = [] if spans.team is None else [b.team == spans.team]
    return [b.tenant == unit.tenant, b.counts == 1, spans.within(b.at), *own]


def _sums(now: ColumnElement[bool], currency: str) -> list[ColumnElement[Any]]:
    b = _blocks.c
    around = and_(now, b.around == 1)
    priced = and_(around, b.currency == currency)
    return [
        func.count(case((now, b.incident_id)).distinct()).label("cases"),
        func.count(case((now, b.customer)).distinct()).label("customers"),
        func.coalesce(func.sum(case((around, 1), else_=0)), 0).label("around"),
        func.coalesce(func.sum(case((and_(now, b.open == 1), 1), else_=0)), 0).label("waiting"),
        func.count(case((around, b.allowed_by)).distinct()).label("allowed"),
        func.coalesce(func.sum(case((priced, b.cost), else_=0)), 0).label("spent"),
        func.coalesce(func.sum(case((priced, 1), else_=0)), 0).label("priced"),
    ]


def _read(unit: Unit, spans: Spans, row: Any, currency: str, examples: int) -> Counted:
    counts = [int(row[1 + place]) for place in range(len(spans.bounds) - 1)]
    shown = cases_blocked_by(unit, row.rule, spans.since, spans.until, examples) if counts[-1] else ()
    return Counted(
        rule=row.rule,
        count=counts[-1],
        cases=row.cases,
        customers=row.customers,
        around=int(row.around),
        open=int(row.waiting),
        allowed=row.allowed,
        cost=Money(Decimal(int(row.spent)) / AMOUNT_UNIT, currency),
        unpriced=int(row.around) - int(row.priced),
        before=tuple(counts[:-1]),
        incidents=shown,
    )


def cases_blocked_by(unit: Unit, rule: str, since: datetime, until: datetime, most: int) -> tuple[str, ...]:
    """The ids of cases in which a rule stood in the way in a time, the latest first."""
    b = _blocks.c
    query = (
        select(b.incident_id)
        .where(b.tenant == unit.tenant, b.rule == rule, b.counts == 1, b.at >= micros(since), b.at < micros(until))
        .group_by(b.incident_id)
        .order_by(func.max(b.at).desc(), b.incident_id.desc())
        .limit(most)
    )
    return tuple(unit.connection.execute(query).scalars())


def find_blocks_of(
    unit: Unit, wanted: Wanted, *, rule: str | None = None, incident: str | None = None, open_: bool | None = None
) -> Page[tuple[str, str]]:
    """Blocks of cases that count, each as its case's id and its own, the latest first."""
    b = _blocks.c
    query = given(select(b.incident_id, b.block).where(b.tenant == unit.tenant, b.counts == 1), (b.rule, rule), (b.open, open_))
    by = (b.at, b.incident_id, b.block)
    if incident is not None:
        stretch = Stretch(by, few=[query.where(b.incident_id == incident)], descending=True)
    else:
        stretch = Stretch(by, [query], descending=True, led_by=() if rule is None else (b.rule,))
    return page_of(unit, wanted, stretch).map(_place)


def _place(row: Row[Any]) -> tuple[str, str]:
    return str(row.incident_id), str(row.block)
