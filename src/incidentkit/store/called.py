"""Questions about verification calls: what arrived, who was rung, which carriers trouble their orders, which calls wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal_column, select

from incidentkit.domain.ids import CustomerId, OrderId
from incidentkit.domain.incidents import Phase
from incidentkit.domain.pages import Page
from incidentkit.domain.times import from_micros, micros
from incidentkit.rules.calls import Delivery
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.finding import flag, given
from incidentkit.store.paging import Stretch, Wanted, page_of
from incidentkit.store.unit import Unit

__all__ = ["carriers_counted", "count_waiting", "deliveries_between", "find_calls", "last_list", "list_of"]

_orders = FACT_TABLES["facts_orders"]
_calls = FACT_TABLES["facts_calls"]
_lists = FACT_TABLES["facts_call_lists"]
_incidents = FACT_TABLES["facts_incidents"]
_links = FACT_TABLES["facts_incident_orders"]
_carriers = FACT_TABLES["facts_order_carriers"]

_AT_ONCE = 500
_WORKED_ON = (Phase.DETECTED.value, Phase.COMMUNICATED.value)


def last_list(unit: Unit, before: date | None = None) -> tuple[str, datetime] | None:
    """The day of the latest list, as text, and until when deliveries stood on it; None where there is none.

    Args:
        before: only of earlier days.
    """
    c = _lists.c
    query = select(c.day, c.until).where(c.tenant == unit.tenant).order_by(c.day.desc()).limit(1)
    row = unit.connection.execute(query if before is None else query.where(c.day < before.isoformat())).first()
    return None if row is None else (row.day, from_micros(row.until))


def list_of(unit: Unit, day: date) -> str | None:
    """The id of a day's list; None where there is none."""
    c = _lists.c
    query = select(c.list_id).where(c.tenant == unit.tenant, c.day == day.isoformat())
    found: str | None = unit.connection.execute(query).scalar()
    return found


def count_waiting(unit: Unit) -> int:
    """How many calls are still to be made."""
    c = _calls.c
    query = select(func.count()).where(c.tenant == unit.tenant, c.open == flag(value=True))
    return int(unit.connection.execute(query).scalar_one())


def find_calls(
    unit: Unit,
    wanted: Wanted,
    *,
    open_: bool | None,
    order: str | None,
    customer: str | None,
    list_id: str | None,
) -> Page[str]:
    """Ids of calls: those that wait, as soon as they may be made; of others the latest first."""
    c = _calls.c
    about = ((c.order_id, order), (c.customer, customer), (c.list_id, list_id))
    by = (c.not_before, c.call_id) if open_ else (c.listed_at, c.call_id)
    few = any(value is not None for _, value in about)
    # Of a sum, so that no database looks through all that wait for those few.
    still = c.open + literal_column("0") if few else c.open
    query = given(select(c.call_id).where(c.tenant == unit.tenant), *about, (still, open_))
    stretch = Stretch(by, few=[query], descending=not open_) if few else Stretch(by, [query], descending=not open_)
    rows = page_of(unit, wanted, stretch)
    return rows.map(lambda row: str(row[0]))


def deliveries_between(
    unit: Unit, since: datetime, until: datetime, *, troubled_since: datetime, rung_since: datetime
) -> Iterator[Delivery]:
    """Live orders of somebody that arrived whole in that time and stand on no list; what was drawn for them is not known here.

    Args:
        troubled_since: from when on an earlier case of their customer counts.
        rung_since: from when on another call to them counts.
    """
    rows = unit.connection.execute(_deliveries(unit.tenant, since, until, troubled_since, rung_since)).all()
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        carried = _carried(unit, [row.order_id for row in some])
        for row in some:
            yield Delivery(
                order=OrderId(row.order_id),
                customer=CustomerId(row.customer),
                delivered_at=from_micros(row.delivered_at),
                first=not row.ordered,
                troubled=bool(row.troubled),
                carriers=carried.get(row.order_id, ()),
                in_case=bool(row.in_case),
                rested=bool(row.rung),
                refused=bool(row.refused),
            )


def _deliveries(tenant: str, since: datetime, until: datetime, troubled_since: datetime, rung_since: datetime) -> Any:
    o, i, k, n = _orders.c, _incidents.c, _links.c, _calls.c
    earlier = _orders.alias("earlier").c
    ordered = _there(earlier.tenant == o.tenant, earlier.customer == o.customer, earlier.placed_at < o.placed_at)
    theirs = (i.tenant == o.tenant, i.customer == o.customer, i.counts == 1)
    troubled = _there(*theirs, i.detected_at >= micros(troubled_since))
    about = and_(k.tenant == o.tenant, k.order_id == o.order_id, k.incident_id == i.incident_id, k.tenant == i.tenant)
    in_case = _there(about, i.phase.in_(_WORKED_ON), of=_links)
    rung = (n.tenant == o.tenant, n.customer == o.customer)
    listed = exists().where(n.tenant == o.tenant, n.order_id == o.order_id)
    return select(
        o.order_id,
        o.customer,
        o.delivered_at,
        ordered.label("ordered"),
        troubled.label("troubled"),
        in_case.label("in_case"),
        _there(*rung, n.listed_at >= micros(rung_since)).label("rung"),
        _there(*rung, n.refused == 1).label("refused"),
    ).where(
        o.tenant == tenant,
        o.delivered_at >= micros(since),
        o.delivered_at < micros(until),
        o.passive == 0,
        o.customer.is_not(None),
        o.status == "delivered",
        ~listed,
    )


def _there(*conditions: ColumnElement[bool], of: Any = None) -> ColumnElement[int]:
    found = exists() if of is None else exists().select_from(of)
    return case((found.where(*conditions), 1), else_=0)


def _carried(unit: Unit, orders: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    c = _carriers.c
    query = select(c.order_id, c.carrier).where(c.tenant == unit.tenant, c.order_id.in_(orders))
    found: dict[str, list[str]] = {}
    for row in unit.connection.execute(query.order_by(c.order_id, c.carrier)):
        found.setdefault(row.order_id, []).append(row.carrier)
    return {order: tuple(carriers) for order, carriers in found.items()}


def carriers_counted(unit: Unit, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """By carrier: of the orders that arrived in that time, those with an incident that counts, and all."""
    o, c, k = _orders.c, _carriers.c, _links.c
    troubled = exists().where(k.tenant == o.tenant, k.order_id == o.order_id, k.counts == 1)
    tables = _orders.join(_carriers, and_(c.tenant == o.tenant, c.order_id == o.order_id))
    query = (
        select(c.carrier, func.sum(case((troubled, 1), else_=0)), func.count())
        .select_from(tables)
        .where(o.tenant == unit.tenant, o.delivered_at >= micros(since), o.delivered_at < micros(until))
        .group_by(c.carrier)
    )
    rows: Iterable[Any] = unit.connection.execute(query)
    return {carrier: (int(hits), int(orders)) for carrier, hits, orders in rows}
