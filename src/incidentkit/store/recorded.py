"""What the record says happened in a span: cases, messages with when they were planned, and who granted something."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from datetime import datetime

from attrs import frozen
from sqlalchemy import ColumnElement, and_, func, or_, select

from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.sending import Sent
from incidentkit.domain.times import from_micros, micros
from incidentkit.store import tables as t
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.intents import intent_of
from incidentkit.store.unit import Unit

__all__ = [
    "Stretch",
    "Written",
    "cases_in",
    "count_cases",
    "count_people",
    "granting",
    "looks",
    "messages_to",
    "people_in",
    "stretch",
]

_incidents = FACT_TABLES["facts_incidents"].c
_GRANTING = ("incident.offered", "incident.offer_accepted", "incident.approval_asked")
_MAY_HAVE_GONE = (IntentState.DONE.value, IntentState.CLAIMED.value, IntentState.UNKNOWN.value)


@frozen
class Stretch:
    """A part of the record: the places of its first event and of the first one behind it, and the last of the whole."""

    first: int
    behind: int
    last: int


@frozen
class Written:
    """A message, with when it became known that it was to go out, and when that happened."""

    intent: Intent
    known_at: datetime
    happened_at: datetime


def stretch(unit: Unit, since: datetime, until: datetime) -> Stretch:
    """The part of the record that became known in a span."""
    e = t.events.c
    last = int(unit.connection.execute(select(func.max(e.seq)).where(e.tenant == unit.tenant)).scalar() or 0)
    return Stretch(_place(unit, since, last) + 1, _place(unit, until, last) + 1, last)


def _place(unit: Unit, at: datetime, last: int) -> int:
    """The place of the last event that was known before an instant; 0 for none."""
    e, low, high = t.events.c, 0, last
    while low < high:
        middle = (low + high + 1) // 2
        query = select(e.known_at).where(e.tenant == unit.tenant, e.seq <= middle).order_by(e.seq.desc()).limit(1)
        known = unit.connection.execute(query).scalar()
        low, high = (middle, high) if known is None or known < micros(at) else (low, middle - 1)
    return low


# --- Cases -------------------------------------------------------------------------------------------------------


def count_cases(unit: Unit, since: datetime, until: datetime) -> int:
    """How many live cases were detected in a span."""
    query = select(func.count()).where(_incidents.tenant == unit.tenant, *_live(since, until))
    return int(unit.connection.execute(query).scalar_one())


def cases_in(unit: Unit, since: datetime, until: datetime, after: tuple[int, str] | None, most: int) -> list[tuple[int, str]]:
    """Live cases that were detected in a span, the first first: when, and the id. A page, from behind ``after`` on."""
    i = _incidents
    query = select(i.detected_at, i.incident_id).where(i.tenant == unit.tenant, *_live(since, until))
    if after is not None:
        at, id_ = after
        query = query.where(or_(i.detected_at > at, and_(i.detected_at == at, i.incident_id > id_)))
    rows = unit.connection.execute(query.order_by(i.detected_at, i.incident_id).limit(most))
    return [(row[0], row[1]) for row in rows]


def _live(since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    i = _incidents
    return [i.passive == 0, i.detected_at >= micros(since), i.detected_at < micros(until)]


# --- Messages ----------------------------------------------------------------------------------------------------


def count_people(unit: Unit, within: Stretch) -> int:
    """How many customers a message was planned for in a part of the record."""
    i = t.intents.c
    query = select(func.count(i.customer.distinct())).where(i.tenant == unit.tenant, *_planned(within))
    return int(unit.connection.execute(query).scalar_one())


def people_in(unit: Unit, within: Stretch, after: str, most: int) -> list[str]:
    """Those customers: a page of them, from behind ``after`` on."""
    i = t.intents.c
    query = select(i.customer).distinct().where(i.tenant == unit.tenant, *_planned(within), i.customer > after)
    return list(unit.connection.execute(query.order_by(i.customer).limit(most)).scalars())


def _planned(within: Stretch) -> list[ColumnElement[bool]]:
    i = t.intents.c
    return [i.customer.is_not(None), i.kind == "message", i.purpose != "staff", i.seq >= within.first, i.seq < within.behind]


def messages_to(
    unit: Unit, customers: Sequence[str], within: Stretch, since: datetime
) -> tuple[dict[str, list[Written]], dict[str, list[Sent]]]:
    """What was planned for each of these customers in a part of the record, and what they were sent before, since then."""
    i, e = t.intents.c, t.events.c
    joined = t.intents.join(t.events, and_(e.tenant == i.tenant, e.seq == i.seq))
    mine = [i.tenant == unit.tenant, *_planned(within), i.customer.in_(customers)]
    query = select(t.intents, e.known_at, e.occurred_at).select_from(joined).where(*mine)
    planned: dict[str, list[Written]] = {}
    for row in unit.connection.execute(query.order_by(i.seq, i.key)):
        written = Written(intent_of(row), from_micros(row.known_at), from_micros(row.occurred_at))
        planned.setdefault(row.customer, []).append(written)
    earlier = (i.tenant == unit.tenant, i.customer.in_(customers), i.carrier.is_(None), i.state.in_(_MAY_HAVE_GONE))
    gone = select(i.customer, i.sent_at, i.purpose, i.channel).where(
        *earlier, i.kind == "message", i.seq < within.first, i.sent_at >= micros(since)
    )
    sent: dict[str, list[Sent]] = {}
    for row in unit.connection.execute(gone.order_by(i.sent_at)):
        sent.setdefault(row.customer, []).append(Sent(from_micros(row.sent_at), row.purpose, row.channel))
    return planned, sent


def looks(unit: Unit, since: datetime) -> Sequence[int]:
    """Every instant since then at which a message was handed over, in microseconds."""
    i = t.intents.c
    query = select(i.sent_at).distinct().where(i.tenant == unit.tenant, i.sent_at >= micros(since), i.kind == "message")
    rows = unit.connection.execute(query.order_by(i.sent_at).execution_options(yield_per=1000))
    return array("q", rows.scalars())


# --- Grants ------------------------------------------------------------------------------------------------------


def granting(unit: Unit, within: Stretch) -> Iterable[str]:
    """The cases in which something was granted, or asked for, in a part of the record."""
    e = t.events.c
    query = select(e.stream).distinct()
    query = query.where(e.tenant == unit.tenant, e.seq >= within.first, e.seq < within.behind, e.type.in_(_GRANTING))
    return sorted(unit.connection.execute(query).scalars())
