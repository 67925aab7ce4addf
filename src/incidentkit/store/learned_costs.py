"""What the facts say of costs and unhappy customers, by step, cause and segment; and of contacts after a landmark."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from attrs import frozen
from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from incidentkit.domain.money import AMOUNT_UNIT, Money
from incidentkit.domain.times import from_micros, micros
from incidentkit.learning.costs import Arm, CostItem, CostPart, Costs, Stratum
from incidentkit.learning.diagnosis import Cell, SegmentKind
from incidentkit.measures.cost_facts import CALL, CONTACT, KINDS, REMEDY, WORKAROUND
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.learned import ways, word
from incidentkit.store.unit import Unit

__all__ = ["Asked", "cells_in", "cost_of", "costs_in", "strata_in"]

_incidents = FACT_TABLES["facts_incidents"]
_links = FACT_TABLES["facts_incident_orders"]
_answers = FACT_TABLES["facts_answers"]
_costs = FACT_TABLES["facts_costs"]
_contacts = FACT_TABLES["facts_contacts"]
_need_orders = FACT_TABLES["facts_need_orders"]

_MOST = 300
_LONGEST_CHAIN = 100


@frozen
class Asked:
    """What is asked for.

    Args:
        thresholds: of surveys, the lowest score that counts as satisfied: of the survey about cases of a type, or of any.
        team: only incidents that it owns, and contacts that it had; None for all.
    """

    since: datetime
    until: datetime
    currency: str
    thresholds: tuple[tuple[str, str | None, int], ...] = ()
    team: str | None = None

    def within(self, at: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether something was then."""
        return and_(at >= micros(self.since), at < micros(self.until))

    def owned(self, team: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        """Whether it is the team's."""
        return [] if self.team is None else [team == self.team]


# --- Costs -------------------------------------------------------------------------------------------------------


def _heirs(unit: Unit, asked: Asked) -> CTE:
    """Of merged incidents that anything was spent on then, the one that goes on for each."""
    c, i = _costs.c, _incidents.alias("merged").c
    spent = select(c.incident_id).where(c.tenant == unit.tenant, asked.within(c.at), c.incident_id.is_not(None))
    first = select(i.incident_id, i.merged_into.label("heir"), literal(1).label("depth")).where(
        i.tenant == unit.tenant, i.merged_into.is_not(None), i.incident_id.in_(spent)
    )
    way = first.cte("heirs", recursive=True)
    further = _incidents.alias("further").c
    return way.union_all(
        select(way.c.incident_id, further.merged_into, way.c.depth + 1).where(
            further.tenant == unit.tenant,
            further.incident_id == way.c.heir,
            further.merged_into.is_not(None),
            way.c.depth < _LONGEST_CHAIN,
        )
    )


def _spent(unit: Unit, asked: Asked) -> Select[Any]:
    """Each cost of the span, with the incident that it counts for: of a merged one, the one that goes on for it."""
    way, c = _heirs(unit, asked), _costs.c
    deepest = select(way.c.incident_id, func.max(way.c.depth).label("depth")).group_by(way.c.incident_id).subquery()
    heirs = (
        select(way.c.incident_id, way.c.heir)
        .join(deepest, and_(deepest.c.incident_id == way.c.incident_id, deepest.c.depth == way.c.depth))
        .subquery()
    )
    counted = func.coalesce(heirs.c.heir, c.incident_id)
    known = case((c.currency == asked.currency, c.cost), else_=null())
    return (
        select(counted.label("incident_id"), c.kind, c.stream, c.item, c.part, c.team, known.label("cost"))
        .select_from(_costs.outerjoin(heirs, heirs.c.incident_id == c.incident_id))
        .where(c.tenant == unit.tenant, asked.within(c.at))
    )


def costs_in(unit: Unit, asked: Asked, most: int = _MOST) -> Costs:
    """What was spent in a span, and on what.

    Args:
        most: how many parts at the most, the dearest first.
    """
    s, i = _spent(unit, asked).subquery("spent"), _incidents.c
    tables = s.outerjoin(_incidents, and_(i.tenant == unit.tenant, i.incident_id == s.c.incident_id))
    whose = func.coalesce(i.owner_team, s.c.team)
    group = case((s.c.incident_id.is_(None), _of("none")), (i.counts == 1, _of("incidents")), else_=_of("left_out"))
    query = (
        select(
            s.c.kind,
            group.label("of"),
            func.sum(s.c.cost),
            func.sum(case((and_(s.c.cost.is_(None), s.c.part == 0), 1), else_=0)),
        )
        .select_from(tables)
        .where(*asked.owned(whose))
        .group_by(s.c.kind, group)
    )
    sums: dict[str, int] = {}
    unpriced = dict.fromkeys(KINDS, 0) | {CONTACT: _without_rate(unit, asked)}
    for kind, of, amount, unknown in unit.connection.execute(query):
        for name in ("total", kind, of):
            sums[name] = sums.get(name, 0) + int(amount or 0)
        unpriced[kind] += unknown
    amounts = {name: _money(sums.get(name, 0), asked.currency) for name in ("total", "incidents", "left_out", "none")}
    parts = tuple(_parts(unit, asked, most))
    return Costs(
        **amounts,
        contacts=_money(sums.get(CONTACT, 0), asked.currency),
        remedies=_money(sums.get(REMEDY, 0), asked.currency),
        calls=_money(sums.get(CALL, 0), asked.currency),
        workarounds=_money(sums.get(WORKAROUND, 0), asked.currency),
        unpriced_contacts=unpriced[CONTACT],
        unpriced_remedies=unpriced[REMEDY],
        unpriced_calls=unpriced[CALL],
        unpriced_workarounds=unpriced[WORKAROUND],
        parts=parts,
    )


def _of(name: str) -> ColumnElement[str]:
    return literal_column(f"'{name}'", Text)


def _without_rate(unit: Unit, asked: Asked) -> int:
    """Contacts whose cost nobody knows: they are in no row of costs."""
    k = _contacts.c
    query = select(func.count()).where(k.tenant == unit.tenant, asked.within(k.at), k.cost.is_(None), *asked.owned(k.team))
    return int(unit.connection.execute(query).scalar() or 0)


def _parts(unit: Unit, asked: Asked, most: int) -> Sequence[CostPart]:
    s, i = _spent(unit, asked).subquery("spent"), _incidents.c
    tables = s.join(_incidents, and_(i.tenant == unit.tenant, i.incident_id == s.c.incident_id, i.counts == 1))
    step, cause, amount = word(i.step), word(i.cause), func.sum(s.c.cost)
    item = case((s.c.kind == CONTACT, s.c.stream + "/" + s.c.item))
    query = (
        select(step, cause, func.count(s.c.incident_id.distinct()), func.count(item.distinct()), amount)
        .select_from(tables)
        .where(s.c.cost.is_not(None), *asked.owned(i.owner_team))
        .group_by(step, cause)
        .order_by(amount.desc(), step, cause)
        .limit(most)
    )
    found = unit.connection.execute(query)
    return [CostPart(of, why, cases, said, _money(int(spent), asked.currency)) for of, why, cases, said, spent in found]


def _money(units: int, currency: str) -> Money:
    return Money(Decimal(units) / AMOUNT_UNIT, currency)


def cost_of(unit: Unit, incident_id: str) -> list[CostItem]:
    """Each cost of one incident by its time; its own alone, not those of cases that were merged into it."""
    c = _costs.c
    query = (
        select(c.kind, c.channel, c.at, c.cost, c.currency, c.item, c.incident_id)
        .where(c.tenant == unit.tenant, c.incident_id == incident_id)
        .order_by(c.at, c.stream, c.item, c.part)
    )
    return [
        CostItem(kind, channel, from_micros(at), None if currency is None else _money(cost, currency), item, incident)
        for kind, channel, at, cost, currency, item, incident in unit.connection.execute(query)
    ]


# --- Cells -------------------------------------------------------------------------------------------------------


def cells_in(unit: Unit, asked: Asked, kind: SegmentKind | None, *, causes: bool = True, most: int = _MOST) -> list[Cell]:
    """What happened in a span by step, by step and cause, or by step, cause and segment; the most frequent first.

    Args:
        kind: the segment; None for none. causes: whether to tell causes apart.
        most: how many at the most.
    """
    rows = union_all(_detected(unit, asked), _spent_on(unit, asked), _answered(unit, asked)).subquery("rows")
    r = rows.c
    parts: list[ColumnElement[Any]] = [r.step, *([r.cause] if causes else [])]
    tables: Any = rows
    if kind == "type":
        parts.append(r.type.label("segment"))
    elif kind is not None:
        i = _incidents.c
        way = ways(kind, [i.tenant == unit.tenant, i.incident_id.in_(select(r.incident_id))])
        tables = rows.join(way, way.c.incident_id == r.incident_id)
        parts.append(way.c.segment.label("segment"))
    incidents, amount = func.sum(r.incidents), func.sum(r.cost)
    query = (
        select(
            *parts,
            incidents.label("incidents"),
            func.count(case((r.incidents == 1, r.customer)).distinct()).label("customers"),
            func.sum(r.by_customer).label("by_customer"),
            func.sum(r.answers).label("answers"),
            func.sum(r.unhappy).label("unhappy"),
            amount.label("cost"),
        )
        .select_from(tables)
        .group_by(*parts)
        .order_by(incidents.desc(), amount.desc(), *parts)
        .limit(most)
    )
    found = unit.connection.execute(query).mappings()
    return [_cell(row, kind, asked.currency) for row in found]


def _cell(row: Any, kind: SegmentKind | None, currency: str) -> Cell:
    return Cell(
        row["step"],
        row.get("cause"),
        kind,
        row.get("segment", ""),
        int(row["incidents"]),
        int(row["customers"]),
        int(row["by_customer"]),
        int(row["answers"]),
        int(row["unhappy"]),
        _money(int(row["cost"]), currency),
    )


def _row(**columns: Any) -> list[ColumnElement[Any]]:
    """One row of what is added up, each kind of row with the same columns."""
    given = {"incidents": literal(0), "by_customer": literal(0), "answers": literal(0), "unhappy": literal(0)}
    whole = {"cost": literal(0), "customer": null().cast(Text), **given, **columns}
    names = (
        "incident_id", "step", "cause", "type", "customer", "incidents", "by_customer", "answers", "unhappy", "cost",
    )  # fmt: skip
    return [whole[name].label(name) for name in names]


def _detected(unit: Unit, asked: Asked) -> Select[Any]:
    i = _incidents.c
    reported = case((i.reported_by == "customer", 1), else_=0)
    row = _row(
        incident_id=i.incident_id,
        step=word(i.step),
        cause=word(i.cause),
        type=i.type,
        customer=i.customer,
        incidents=literal(1),
        by_customer=reported,
    )
    return select(*row).where(i.tenant == unit.tenant, i.counts == 1, asked.within(i.detected_at), *asked.owned(i.owner_team))


def _spent_on(unit: Unit, asked: Asked) -> Select[Any]:
    s, i = _spent(unit, asked).subquery("spent"), _incidents.alias("spent_on")
    row = _row(
        incident_id=i.c.incident_id,
        step=word(i.c.step),
        cause=word(i.c.cause),
        type=i.c.type,
        cost=func.coalesce(s.c.cost, 0),
    )
    same = and_(i.c.tenant == unit.tenant, i.c.incident_id == s.c.incident_id, i.c.counts == 1)
    return select(*row).select_from(s.join(i, same)).where(*asked.owned(i.c.owner_team))


def _answered(unit: Unit, asked: Asked) -> Select[Any]:
    a = _answers.c
    judged = [(_about(a, survey, type_), threshold) for survey, type_, threshold in asked.thresholds]
    unhappy = case(*((and_(about, a.score < threshold), 1) for about, threshold in judged), else_=0) if judged else literal(0)
    row = _row(
        incident_id=a.incident_id,
        step=word(a.step),
        cause=word(a.cause),
        type=word(a.type),
        answers=literal(1),
        unhappy=unhappy,
    )
    known = or_(*(about for about, _ in judged)) if judged else literal(0) == 1
    return select(*row).where(
        a.tenant == unit.tenant, asked.within(a.answered_at), a.incident_id.is_not(None), known, *asked.owned(a.team)
    )


def _about(a: Any, survey: str, type_: str | None) -> ColumnElement[bool]:
    return a.survey == survey if type_ is None else and_(a.survey == survey, a.type == type_)


# --- Contacts after a landmark -----------------------------------------------------------------------------------


def strata_in(unit: Unit, asked: Asked, landmark: timedelta, followed: timedelta) -> list[Stratum]:
    """Incidents of the span that the shop found itself, by type and by whether their customer was told by the landmark.

    Left out are those whose customer had asked by then. Counted is what customers asked about their orders afterwards.

    Args:
        landmark: how long after the detection.
        followed: for how long after the landmark contacts are counted.
    """
    i, after = _incidents.c, _micros(landmark)
    mark = i.detected_at + after
    about = [
        _links.c.tenant == i.tenant,
        _links.c.incident_id == i.incident_id,
        _need_orders.c.tenant == i.tenant,
        _need_orders.c.order_id == _links.c.order_id,
        _contacts.c.tenant == i.tenant,
        _contacts.c.need_id == _need_orders.c.need_id,
        _contacts.c.direction == "in",
        _contacts.c.automatic == 0,
    ]
    at = _contacts.c.at
    asked_before = exists().where(*about, at >= i.detected_at, at <= mark)
    item = _contacts.c.need_id + "/" + _contacts.c.contact_id
    contacts = (
        select(func.count(item.distinct())).where(*about, at > mark, at <= mark + _micros(followed)).correlate(_incidents)
    ).scalar_subquery()
    told = case((and_(i.told_at.is_not(None), i.told_at <= mark), 1), else_=0)
    each = (
        select(i.type, told.label("told"), contacts.label("contacts"))
        .where(
            i.tenant == unit.tenant,
            i.counts == 1,
            i.reported_by == "shop",
            asked.within(i.detected_at),
            *asked.owned(i.owner_team),
            exists().where(_links.c.tenant == i.tenant, _links.c.incident_id == i.incident_id),
            ~asked_before,
        )
        .subquery()
        .c
    )
    query = select(
        each.type, each.told, func.count(), func.sum(each.contacts), func.sum(each.contacts * each.contacts)
    ).group_by(each.type, each.told)
    arms: dict[str, dict[int, Arm]] = {}
    for type_, was_told, n, whole, squares in unit.connection.execute(query):
        arms.setdefault(type_, {})[was_told] = Arm(n, int(whole), int(squares))
    none = Arm(0, 0, 0)
    return [Stratum(type_, found.get(1, none), found.get(0, none)) for type_, found in sorted(arms.items())]


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
