"""Questions about corrective actions: which there are, how often their signature came about, and among how many orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from incidentkit.domain.corrective_actions import Counted
from incidentkit.domain.times import micros
from incidentkit.rules.signatures import Signature
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.unit import Unit

__all__ = ["Span", "counted_weeks", "find_analyses", "find_corrective_actions", "recurrences"]

_orders = FACT_TABLES["facts_orders"]
_products = FACT_TABLES["facts_order_products"]
_carriers = FACT_TABLES["facts_order_carriers"]
_links = FACT_TABLES["facts_incident_orders"]
_signatures = FACT_TABLES["facts_incident_signatures"]
_actions = FACT_TABLES["facts_corrective_actions"]
_action_incidents = FACT_TABLES["facts_corrective_action_incidents"]
_analyses = FACT_TABLES["facts_analyses"]
_analysis_incidents = FACT_TABLES["facts_analysis_incidents"]

_WEEK = 7 * 86_400_000_000


@frozen
class Span:
    """Orders placed after ``since`` and until ``until``, whose trouble came to light within ``settle``.

    What was ordered at the very instant at which something was done could not be helped by it.
    """

    since: datetime
    until: datetime
    settle: timedelta


# --- How often ---------------------------------------------------------------------------------------------------


def counted_weeks(unit: Unit, signature: Signature, span: Span) -> list[Counted]:
    """For each week of a span, the orders that it could have happened to, and those that it did happen to.

    An incident without an order counts by the week in which it was detected. Weeks at the beginning in which there was
    no order yet are left out.
    """
    exposed = _by_week(unit, _exposed(unit, signature, span))
    hits = _by_week(unit, _hit(unit, signature, span)) + _by_week(unit, _hit_without_order(unit, signature, span))
    weeks = range(min((*exposed, *hits), default=0), max((*exposed, *hits), default=-1) + 1)
    return [Counted(hits[week], exposed[week]) for week in weeks]


def recurrences(unit: Unit, signature: Signature, span: Span) -> list[str]:
    """The incidents behind the hits of a span, the oldest first."""
    s, o, i = _signatures.c, _orders.c, _links.c
    of_orders = (
        select(s.incident_id, s.detected_at)
        .join(_links, (i.tenant == s.tenant) & (i.incident_id == s.incident_id))
        .join(_orders, (o.tenant == i.tenant) & (o.order_id == i.order_id))
        .where(*_of(unit, signature), *_placed(span), *_in_time(span))
    )
    alone = select(s.incident_id, s.detected_at).where(*_of(unit, signature), *_alone(span))
    found = of_orders.union(alone).subquery().c
    query = select(found.incident_id, found.detected_at).distinct().order_by(found.detected_at, found.incident_id)
    return [row.incident_id for row in unit.connection.execute(query)]


def _by_week(unit: Unit, query: Select[int, int]) -> Counter[int]:
    return Counter({row[0]: row[1] for row in unit.connection.execute(query)})


def _exposed(unit: Unit, signature: Signature, span: Span) -> Select[int, int]:
    """Orders by week: those with the product or carrier, or all of them for a step of the process."""
    o, p, c = _orders.c, _products.c, _carriers.c
    placed = p.placed_at if signature.subject_kind == "product" else o.placed_at
    week = _week(placed, span)
    query: Select[int, int] = select(week, func.count()).where(*_within(placed, span)).group_by(week)
    if signature.subject_kind == "product":
        return query.where(p.tenant == unit.tenant, p.product == signature.subject)
    query = query.where(o.tenant == unit.tenant)
    if signature.subject_kind == "carrier":
        query = query.join(_carriers, (c.tenant == o.tenant) & (c.order_id == o.order_id)).where(c.carrier == signature.subject)
    if signature.subject_kind == "line":
        query = query.where(o.order_id == signature.subject.partition("/")[0])
    return query


def _hit(unit: Unit, signature: Signature, span: Span) -> Select[int, int]:
    """Orders with such an incident, by week."""
    s, o, i, week = _signatures.c, _orders.c, _links.c, _week(_orders.c.placed_at, span)
    query: Select[int, int] = (
        select(week, func.count(o.order_id.distinct()))
        .select_from(_signatures)
        .join(_links, (i.tenant == s.tenant) & (i.incident_id == s.incident_id))
        .join(_orders, (o.tenant == i.tenant) & (o.order_id == i.order_id))
        .where(*_of(unit, signature), *_placed(span), *_in_time(span))
        .group_by(week)
    )
    return query


def _hit_without_order(unit: Unit, signature: Signature, span: Span) -> Select[int, int]:
    """Such incidents without an order, by week."""
    week = _week(_signatures.c.detected_at, span)
    query: Select[int, int] = select(week, func.count()).where(*_of(unit, signature), *_alone(span)).group_by(week)
    return query


def _of(unit: Unit, signature: Signature) -> tuple[ColumnElement[bool], ...]:
    s = _signatures.c
    return s.tenant == unit.tenant, s.signature == signature.key, s.counts == 1


def _placed(span: Span) -> tuple[ColumnElement[bool], ...]:
    # As a sum, so that no index goes by it: the few orders of the incidents are looked up, not all of the span.
    return _within(_orders.c.placed_at + 0, span)


def _within(column: ColumnElement[int], span: Span) -> tuple[ColumnElement[bool], ...]:
    return column > micros(span.since), column <= micros(span.until)


def _in_time(span: Span) -> tuple[ColumnElement[bool], ...]:
    """It came to light soon enough; the outer bounds are there for the index."""
    settle, s = span.settle // timedelta(microseconds=1), _signatures.c
    within = s.detected_at - _orders.c.placed_at <= settle
    return within, s.detected_at >= micros(span.since), s.detected_at <= micros(span.until) + settle


def _alone(span: Span) -> tuple[ColumnElement[bool], ...]:
    s, i = _signatures.c, _links.c
    linked = exists().where(i.tenant == s.tenant, i.incident_id == s.incident_id)
    return ~linked, s.detected_at > micros(span.since), s.detected_at <= micros(span.until)


def _week(column: ColumnElement[int], span: Span) -> ColumnElement[int]:
    return ((column - micros(span.since) - 1) // _WEEK).label("week")


# --- Which there are ---------------------------------------------------------------------------------------------


def find_analyses(
    unit: Unit, *, open_: bool | None, incident: str | None, cause: str | None, step: str | None, team: str | None, limit: int
) -> list[str]:
    """Ids of analyses, the latest first."""
    a, n = _analyses.c, _analysis_incidents.c
    query = select(a.analysis_id).where(a.tenant == unit.tenant).order_by(a.begun_at.desc(), a.analysis_id.desc()).limit(limit)
    query = _where(query, ((a.cause, cause), (a.step, step), (a.team, team), (a.open, open_)))
    if incident is not None:
        query = query.where(exists().where(n.tenant == a.tenant, n.analysis_id == a.analysis_id, n.incident_id == incident))
    return list(unit.connection.execute(query).scalars())


def find_corrective_actions(
    unit: Unit,
    *,
    open_: bool | None,
    state: str | None,
    sponsor: str | None,
    doer: str | None,
    signature: str | None,
    analysis: str | None,
    incident: str | None,
    limit: int,
) -> list[str]:
    """Ids of corrective actions, the soonest due first."""
    a, n = _actions.c, _action_incidents.c
    query = select(a.action_id).where(a.tenant == unit.tenant).order_by(a.due, a.planned_at, a.action_id).limit(limit)
    given = ((a.state, state), (a.sponsor, sponsor), (a.signature, signature), (a.analysis_id, analysis), (a.open, open_))
    query = _where(query, given)
    if doer is not None:
        query = query.where(or_(a.owner_team == doer, a.owner_agent == doer, a.asked == doer))
    if incident is not None:
        query = query.where(exists().where(n.tenant == a.tenant, n.action_id == a.action_id, n.incident_id == incident))
    return list(unit.connection.execute(query).scalars())


def _where(query: Select[Any], given: Iterable[tuple[ColumnElement[Any], str | bool | None]]) -> Select[Any]:
    for column, value in given:
        if value is not None:
            query = query.where(column == (int(value) if isinstance(value, bool) else value))
    return query
