"""The vault page by page, with what retention has to know of each part of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from attrs import field, frozen
from sqlalchemy import delete, func, literal_column, select

from incidentkit.domain.evolve import State
from incidentkit.domain.orders import Order
from incidentkit.domain.preferences import Preferences
from incidentkit.domain.surveys import Ask
from incidentkit.domain.tasks import Task
from incidentkit.domain.times import from_micros, micros
from incidentkit.rules.retention import is_over
from incidentkit.store import tables as t
from incidentkit.store.bodies import handfuls
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.forgetting import states_of
from incidentkit.store.unit import Unit

__all__ = [
    "Part",
    "Surrounded",
    "active",
    "count_parts",
    "drop_old_keys",
    "parts_after",
    "parts_called",
    "quiet_since",
    "surrounded",
    "waiting",
]


@frozen
class Part:
    """A row of the vault: what it is, whose, and about what."""

    ref: str
    customer: str | None
    stream: str | None


@frozen
class Surrounded:
    """What the parts of a page belong to.

    Args:
        states: by id, without words.
        quiet: since when nothing has happened to a thing that is over; a thing that is not over has no entry.
        received: of mails, when they came in, as far as they were dealt with.
        people: what is known of the wishes of the people whose parts they are.
    """

    states: Mapping[str, State] = field(factory=dict)
    quiet: Mapping[str, datetime] = field(factory=dict)
    received: Mapping[str, datetime] = field(factory=dict)
    people: Mapping[str, Preferences] = field(factory=dict)


def count_parts(unit: Unit) -> int:
    """How many parts the vault has."""
    return unit.connection.execute(
        select(func.count()).select_from(t.vault).where(t.vault.c.tenant == unit.tenant)
    ).scalar_one()


def parts_after(unit: Unit, after: str, limit: int) -> list[Part]:
    """A page of the vault in the order of its references."""
    v = t.vault.c
    query = select(v.ref, v.customer, v.stream).where(v.tenant == unit.tenant, v.ref > after).order_by(v.ref).limit(limit)
    return [Part(*row) for row in unit.connection.execute(query)]


def parts_called(unit: Unit, refs: Iterable[str]) -> list[Part]:
    """Those parts of the vault that are still there."""
    v, found = t.vault.c, list[Part]()
    for some in handfuls(refs):
        query = select(v.ref, v.customer, v.stream).where(v.tenant == unit.tenant, v.ref.in_(some)).order_by(v.ref)
        found += [Part(*row) for row in unit.connection.execute(query)]
    return found


def surrounded(unit: Unit, parts: Sequence[Part]) -> Surrounded:
    """What these parts belong to, in a number of statements that does not grow with their number."""
    customers = {part.customer for part in parts if part.customer is not None}
    states = states_of(unit, {*customers, *(part.stream for part in parts if part.stream is not None)})
    others = {whose for state in states.values() if (whose := getattr(state, "customer", None)) is not None} - states.keys()
    known = {**states, **states_of(unit, others)}
    people = {stream: state for stream, state in known.items() if isinstance(state, Preferences)}
    mails = [part.ref for part in parts if part.stream is None and part.ref.startswith("inbox:")]
    return Surrounded(states, quiet_since(unit, states), _received(unit, mails), people)


def quiet_since(unit: Unit, states: Mapping[str, State]) -> dict[str, datetime]:
    """Since when nothing has happened to things that are over, nor to the case or order that they are about."""
    about = {stream: _about(state) for stream, state in states.items()}
    cases = states_of(unit, {one for some in about.values() for one in some} - states.keys())
    busy = _with_open_cases(unit, [stream for stream, state in states.items() if isinstance(state, Order)])
    known = {**states, **cases}
    over = {stream for stream, state in known.items() if is_over(state) and stream not in busy}
    last = _last_events(unit, over)
    quiet = {}
    for stream in states:
        if stream in over and all(one in over for one in about[stream] if one in known):
            quiet[stream] = max(last[one] for one in (stream, *about[stream]) if one in last)
    return quiet


def _about(state: State) -> tuple[str, ...]:
    """What a thing waits for before it is over itself."""
    return (state.incident,) if isinstance(state, (Ask, Task)) and state.incident is not None else ()


def _with_open_cases(unit: Unit, orders: Iterable[str]) -> set[str]:
    i, found = FACT_TABLES["facts_incident_orders"].c, set[str]()
    for some in handfuls(orders):
        query = select(i.order_id).where(i.tenant == unit.tenant, i.order_id.in_(some), i.open == literal_column("1"))
        found.update(unit.connection.execute(query).scalars())
    return found


def _last_events(unit: Unit, streams: Iterable[str]) -> dict[str, datetime]:
    e, found = t.events.c, dict[str, datetime]()
    for some in handfuls(streams):
        query = select(e.stream, func.max(e.occurred_at)).where(e.tenant == unit.tenant, e.stream.in_(some)).group_by(e.stream)
        found.update((row[0], from_micros(row[1])) for row in unit.connection.execute(query))
    return found


def _received(unit: Unit, raws: Iterable[str]) -> dict[str, datetime]:
    i, found = t.inbox.c, dict[str, datetime]()
    for some in handfuls(raws):
        done = (i.tenant == unit.tenant, i.raw.in_(some), i.state != literal_column("'waiting'"))
        for row in unit.connection.execute(select(i.raw, i.received_at).where(*done)):
            found[row.raw] = from_micros(row.received_at)
    return found


def active(unit: Unit, customers: Collection[str], since: datetime) -> set[str]:
    """Those who ordered something, or had a case, after an instant."""
    found: set[str] = set()
    for name, at in (("facts_orders", "placed_at"), ("facts_incidents", "detected_at")):
        table = FACT_TABLES[name]
        for some in handfuls(customers):
            late = (table.c.tenant == unit.tenant, table.c.customer.in_(some), table.c[at] > micros(since))
            found.update(unit.connection.execute(select(table.c.customer).where(*late).distinct()).scalars())
    return found


def waiting(unit: Unit, customer: str, now: datetime) -> bool:
    """Whether a message to somebody is still to come due."""
    i = t.intents.c
    mine = (i.tenant == unit.tenant, i.customer == customer, i.state == literal_column("'planned'"), i.due > micros(now))
    return unit.connection.execute(select(i.key).where(*mine).limit(1)).first() is not None


def drop_old_keys(unit: Unit, before: datetime) -> int:
    """Delete idempotency keys that are older than they are kept; how many."""
    k = t.keys.c
    return unit.connection.execute(delete(t.keys).where(k.tenant == unit.tenant, k.made_at < micros(before))).rowcount
