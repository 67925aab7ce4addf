"""Questions to the facts: which orders, incidents, tasks, needs and accounts there are, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, literal_column, or_, select

from incidentkit.domain.pages import Page
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.paging import Stretch, Wanted, page_of
from incidentkit.store.unit import Unit

__all__ = [
    "find_accounts",
    "find_incidents",
    "find_needs",
    "find_orders",
    "find_tasks",
    "flag",
    "given",
    "owned_tasks",
    "stated",
]

_orders = FACT_TABLES["facts_orders"]
_incidents = FACT_TABLES["facts_incidents"]
_links = FACT_TABLES["facts_incident_orders"]
_tasks = FACT_TABLES["facts_tasks"]
_needs = FACT_TABLES["facts_needs"]
_need_orders = FACT_TABLES["facts_need_orders"]
_accounts = FACT_TABLES["facts_accounts"]


def flag(*, value: bool) -> ColumnElement[int]:
    """Spelt out, so that an index of some rows alone can be seen to fit."""
    return literal_column("1" if value else "0")


def stated(state: str) -> ColumnElement[str]:
    """A state of ours, spelt out for the same reason."""
    return literal_column(f"'{state}'")


def given(query: Select[Any], *conditions: tuple[ColumnElement[Any], str | bool | None]) -> Select[Any]:
    """The same query, for what was asked for; None is everything."""
    for column, value in conditions:
        if value is not None:
            query = query.where(column == (flag(value=value) if isinstance(value, bool) else value))
    return query


def _ids(page: Page[Any]) -> Page[str]:
    return page.map(lambda row: str(row[0]))


def find_orders(
    unit: Unit,
    wanted: Wanted,
    *,
    number: str | None = None,
    customers: Iterable[str] | None = None,
    in_incident: bool | None = None,
    status: str | None = None,
) -> Page[str]:
    """Ids of orders, the latest first.

    Args:
        customers: only theirs; None for everybody's.
    """
    o, named = _orders.c, None if number is None else unit.named("order", number)
    if number is not None and named is None:
        return Page()
    query = given(select(o.order_id).where(o.tenant == unit.tenant), (o.status, status))
    if in_incident is not None:
        open_ = exists().where(_links.c.tenant == o.tenant, _links.c.order_id == o.order_id, _links.c.open == flag(value=True))
        query = query.where(open_ if in_incident else ~open_)
    # Each person's by themselves, in the order of their own index.
    queries = [query] if customers is None else [query.where(o.customer == each) for each in customers]
    by = (o.placed_at, o.order_id)
    if named is None:
        return _ids(page_of(unit, wanted, Stretch(by, queries, descending=True)))
    return _ids(page_of(unit, wanted, Stretch(by, few=[each.where(o.order_id == named) for each in queries], descending=True)))


def find_incidents(
    unit: Unit,
    wanted: Wanted,
    *,
    order: str | None = None,
    open_: bool | None = None,
    type_: str | None = None,
    false_: bool | None = None,
) -> Page[str]:
    """Ids of incidents, the latest first."""
    i = _incidents.c
    query = given(select(i.incident_id).where(i.tenant == unit.tenant), (i.type, type_), (i.open, open_))
    if false_ is not None:
        query = query.where(i.false_resolutions > 0 if false_ else i.false_resolutions == 0)
    by = (i.detected_at, i.incident_id)
    if order is None:
        return _ids(page_of(unit, wanted, Stretch(by, [query], descending=True)))
    about = select(_links.c.incident_id).where(_links.c.tenant == unit.tenant, _links.c.order_id == order)
    return _ids(page_of(unit, wanted, Stretch(by, few=[query.where(i.incident_id.in_(about))], descending=True)))


def find_tasks(
    unit: Unit,
    wanted: Wanted,
    *,
    owner: str | None = None,
    order: str | None = None,
    incident: str | None = None,
    kind: str | None = None,
    open_: bool | None = None,
) -> Page[str]:
    """Ids of tasks, the soonest due first, then the oldest; those without a date last."""
    k = _tasks.c
    about = ((k.order_id, order), (k.incident_id, incident))
    query = given(select(k.task_id).where(k.tenant == unit.tenant), *about, (k.kind, kind), (k.open, open_))
    query = query.where(*owned_tasks(owner))
    dated, undated = query.where(k.due.is_not(None)), query.where(k.due.is_(None))
    by = (k.due, k.opened_at, k.task_id)
    if order is not None or incident is not None:
        stretches = (Stretch(by, few=[dated]), Stretch(by[1:], few=[undated]))
    else:
        stretches = (Stretch(by, [dated]), Stretch(by[1:], [undated], led_by=(k.due,)))
    return _ids(page_of(unit, wanted, *stretches))


def owned_tasks(owner: str | None) -> list[ColumnElement[bool]]:
    """Which tasks a team or an agent has or was asked to take; of everybody all."""
    k = _tasks.c
    return [] if owner is None else [or_(k.owner_team == owner, k.owner_agent == owner, k.asked == owner)]


def find_needs(
    unit: Unit, wanted: Wanted, *, customer: str | None = None, order: str | None = None, open_: bool | None = None
) -> Page[str]:
    """Ids of needs, the latest first; without those that were joined into others."""
    n, o = _needs.c, _need_orders.c
    query = given(select(n.need_id).where(n.tenant == unit.tenant, n.counts == 1), (n.customer, customer), (n.open, open_))
    by = (n.opened_at, n.need_id)
    if order is None:
        return _ids(page_of(unit, wanted, Stretch(by, [query], descending=True)))
    about = select(o.need_id).where(o.tenant == unit.tenant, o.order_id == order)
    return _ids(page_of(unit, wanted, Stretch(by, few=[query.where(n.need_id.in_(about))], descending=True)))


def find_accounts(unit: Unit, wanted: Wanted, *, manager: str | None = None) -> Page[str]:
    """Ids of accounts, by the shop's keys for them."""
    a = _accounts.c
    query = given(select(a.account_id).where(a.tenant == unit.tenant), (a.manager, manager))
    return _ids(page_of(unit, wanted, Stretch((a.account,), [query])))
