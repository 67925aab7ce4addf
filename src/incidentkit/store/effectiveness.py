"""Questions about corrective actions: which there are, how often their signature came about, and among how many orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from attrs import frozen
from sqlalchemy import Select, func, or_, select

from incidentkit.domain.corrective_actions import Counted
from incidentkit.domain.pages import Page
from incidentkit.domain.times import micros
from incidentkit.rules.signatures import Signature
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.finding import given
from incidentkit.store.paging import Stretch, Wanted, page_of
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
_AT_ONCE = 500


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
    exposed = _exposed(unit, signature, span)
    # Two incidents of one order are one hit.
    hit = {subject: at for case in _cases(unit, signature, span) for subject, at in case.hits(span)}
    hits = Counter(_week(at, span) for at in hit.values())
    weeks = range(min((*exposed, *hits), default=0), max((*exposed, *hits), default=-1) + 1)
    return [Counted(hits[week], exposed[week]) for week in weeks]


def recurrences(unit: Unit, signature: Signature, span: Span) -> list[str]:
    """The incidents behind the hits of a span, the oldest first."""
    return [case.incident for case in _cases(unit, signature, span) if any(True for _ in case.hits(span))]


@frozen
class _Case:
    """An incident, with its orders and when each was placed; all instants in microseconds."""

    incident: str
    detected_at: int
    orders: Sequence[tuple[str, int]]

    def hits(self, span: Span) -> Iterator[tuple[str, int]]:
        """What it counts as a hit of, with when: its orders of the span, as far as it came to light soon enough, or itself."""
        since, until = micros(span.since), micros(span.until)
        if not self.orders and since < self.detected_at <= until:
            yield self.incident, self.detected_at
        for order, placed_at in self.orders:
            if since < placed_at <= until and self.detected_at - placed_at <= _micros(span.settle):
                yield order, placed_at


def _cases(unit: Unit, signature: Signature, span: Span) -> list[_Case]:
    """The incidents that may count, by when they were detected."""
    s, since, until = _signatures.c, micros(span.since), micros(span.until) + _micros(span.settle)
    mine = (s.tenant == unit.tenant, s.signature == signature.key, s.counts == 1)
    query = select(s.incident_id, s.detected_at).where(*mine, s.detected_at > since, s.detected_at <= until)
    found = unit.connection.execute(query.order_by(s.detected_at, s.incident_id)).all()
    orders = _orders_of(unit, [row.incident_id for row in found])
    return [_Case(row.incident_id, row.detected_at, orders.get(row.incident_id, ())) for row in found]


def _orders_of(unit: Unit, incidents: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    """The orders of incidents, with when each was placed."""
    i, o = _links.c, _orders.c
    placed = _links.join(_orders, (o.tenant == i.tenant) & (o.order_id == i.order_id))
    found: dict[str, list[tuple[str, int]]] = {}
    for start in range(0, len(incidents), _AT_ONCE):
        # By the incidents, some at a time: joined to their signatures, a database without statistics may begin at the orders.
        some = incidents[start : start + _AT_ONCE]
        query = select(i.incident_id, i.order_id, o.placed_at).select_from(placed)
        for row in unit.connection.execute(query.where(i.tenant == unit.tenant, i.incident_id.in_(some))):
            found.setdefault(row.incident_id, []).append((row.order_id, row.placed_at))
    return found


def _exposed(unit: Unit, signature: Signature, span: Span) -> Counter[int]:
    """Orders by week: those with the product or carrier, or all of them for a step of the process."""
    return Counter({row[0]: row[1] for row in unit.connection.execute(_exposed_query(unit.tenant, signature, span))})


def _exposed_query(tenant: str, signature: Signature, span: Span) -> Select[int, int]:
    o, p, c = _orders.c, _products.c, _carriers.c
    placed = p.placed_at if signature.subject_kind == "product" else o.placed_at
    week = ((placed - micros(span.since) - 1) // _WEEK).label("week")
    query: Select[int, int] = select(week, func.count()).group_by(week)
    query = query.where(placed > micros(span.since), placed <= micros(span.until))
    if signature.subject_kind == "product":
        return query.where(p.tenant == tenant, p.product == signature.subject)
    query = query.where(o.tenant == tenant)
    if signature.subject_kind == "carrier":
        query = query.join(_carriers, (c.tenant == o.tenant) & (c.order_id == o.order_id)).where(c.carrier == signature.subject)
    if signature.subject_kind == "line":
        query = query.where(o.order_id == signature.subject.partition("/")[0])
    return query


def _week(at: int, span: Span) -> int:
    return (at - micros(span.since) - 1) // _WEEK


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


# --- Which there are ---------------------------------------------------------------------------------------------


def find_analyses(
    unit: Unit,
    wanted: Wanted,
    *,
    open_: bool | None,
    incident: str | None,
    cause: str | None,
    step: str | None,
    team: str | None,
) -> Page[str]:
    """Ids of analyses, the latest first."""
    a, n = _analyses.c, _analysis_incidents.c
    query = select(a.analysis_id).where(a.tenant == unit.tenant)
    query = given(query, (a.cause, cause), (a.step, step), (a.team, team), (a.open, open_))
    by = (a.begun_at, a.analysis_id)
    if incident is None:
        return page_of(unit, wanted, Stretch(by, [query], descending=True)).map(lambda row: str(row[0]))
    about = select(n.analysis_id).where(n.tenant == unit.tenant, n.incident_id == incident)
    few = Stretch(by, few=[query.where(a.analysis_id.in_(about))], descending=True)
    return page_of(unit, wanted, few).map(lambda row: str(row[0]))


def find_corrective_actions(
    unit: Unit,
    wanted: Wanted,
    *,
    open_: bool | None,
    state: str | None,
    sponsor: str | None,
    doer: str | None,
    signature: str | None,
    analysis: str | None,
    incident: str | None,
) -> Page[str]:
    """Ids of corrective actions, the soonest due first."""
    a, n = _actions.c, _action_incidents.c
    asked = ((a.state, state), (a.sponsor, sponsor), (a.signature, signature), (a.analysis_id, analysis), (a.open, open_))
    query = given(select(a.action_id).where(a.tenant == unit.tenant), *asked)
    if doer is not None:
        query = query.where(or_(a.owner_team == doer, a.owner_agent == doer, a.asked == doer))
    by = (a.due, a.planned_at, a.action_id)
    if incident is None:
        return page_of(unit, wanted, Stretch(by, [query])).map(lambda row: str(row[0]))
    about = select(n.action_id).where(n.tenant == unit.tenant, n.incident_id == incident)
    return page_of(unit, wanted, Stretch(by, few=[query.where(a.action_id.in_(about))])).map(lambda row: str(row[0]))
