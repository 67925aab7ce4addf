"""What the decisions about a batch of messages need to know, gathered in a number of statements that does not grow with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import field, frozen
from sqlalchemy import Select, and_, or_, select

from incidentkit.codec.record import text_refs
from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.people import Customer
from incidentkit.domain.preferences import Preferences
from incidentkit.domain.sending import Sent, Standing
from incidentkit.domain.shop import Shop
from incidentkit.domain.surveys import Ask
from incidentkit.domain.tasks import Task
from incidentkit.domain.times import from_micros, micros
from incidentkit.domain.verdicts import Matter
from incidentkit.rules.bundling import goes_along, patience
from incidentkit.rules.notices import addressee
from incidentkit.store import tables as t
from incidentkit.store.finding import stated
from incidentkit.store.intents import intent_of
from incidentkit.store.unit import Unit

__all__ = ["Gathered", "companions", "customer_of", "gather", "planned", "standing_of", "standings_of"]

_AT_ONCE = 500
"""Ids in one statement: a batch of messages is one handful."""

_MAY_HAVE_GONE = (IntentState.DONE.value, IntentState.CLAIMED.value, IntentState.UNKNOWN.value)
_NOTHING = timedelta(0)


@frozen
class Gathered:
    """What there is to know about some messages."""

    _shop: Shop
    _people: Mapping[str, Standing] = field(repr=False)
    _states: Mapping[str, State] = field(repr=False)

    def of(self, intent: Intent) -> tuple[Standing, Matter]:
        """Whom a message goes to, and what it is about."""
        state = self._states.get(intent.stream)
        about = state.incident if isinstance(state, (Ask, Task)) else None
        case = self._states.get(about) if about is not None else None
        matter = Matter(state, case if isinstance(case, Incident) else None)
        if intent.purpose == "staff":
            return Standing(addressee(intent, self._shop)), matter
        return self._people.get(intent.customer or "", Standing()), matter


def gather(unit: Unit, intents: Sequence[Intent], at: datetime, shop: Shop) -> Gathered:
    """What there is to know about these messages, in at most five statements for every 500 of them.

    What is claimed now, or may have gone out, counts as sent to a person, as long as it is not one of these.
    """
    customers = sorted({intent.customer for intent in intents if intent.customer is not None})
    states = _states(unit, {*customers, *(intent.stream for intent in intents)})
    cases = {s.incident for s in states.values() if isinstance(s, (Ask, Task)) and s.incident is not None}
    states |= _states(unit, cases - states.keys())
    people = _people(unit, customers)
    sent = _sent(unit, intents, customers, at, shop)
    standings = {}
    for customer in customers:
        wishes = states.get(customer)
        known = wishes if isinstance(wishes, Preferences) else None
        standings[customer] = Standing(people.get(customer), known, tuple(sent.get(customer, ())))
    return Gathered(shop, standings, states)


def standing_of(unit: Unit, customer: str) -> Standing:
    """Where one person can be written to, and what they want; without what they were sent lately."""
    return standings_of(unit, [customer])[customer]


def standings_of(unit: Unit, customers: Sequence[str]) -> dict[str, Standing]:
    """The same for several people, by their ids, in a number of statements that hardly grows with them."""
    known, people = _states(unit, customers), _people(unit, customers)
    wishes = {customer: state for customer, state in known.items() if isinstance(state, Preferences)}
    return {customer: Standing(people.get(customer), wishes.get(customer)) for customer in customers}


def companions(unit: Unit, intents: Sequence[Intent], at: datetime, shop: Shop) -> list[Intent]:
    """Messages that are planned and not yet due, and go along with these: for the same people, on the same channels."""
    found: list[Intent] = []
    for kind in ("order.", "staff."):
        window = patience(kind, shop)
        here = [i for i in intents if i.step.startswith(kind) and goes_along(i, shop)] if window > _NOTHING else []
        if here:
            theirs = {_to_whom(intent) for intent in here}
            waiting = _waiting(unit, kind, sorted({i.customer for i in here if i.customer is not None}), at, at + window)
            found += [i for i in waiting if goes_along(i, shop) and _to_whom(i) in theirs]
    return found


def planned(unit: Unit, key: str) -> Intent | None:
    """The message with that key, however it stands."""
    i = t.intents.c
    if not key.isprintable():
        return None
    row = unit.connection.execute(select(t.intents).where(i.tenant == unit.tenant, i.key == key)).first()
    return None if row is None else intent_of(row)


def _to_whom(intent: Intent) -> tuple[str, str, str]:
    return intent.customer or dict(intent.values).get("agent", ""), intent.channel, intent.purpose


def _waiting(unit: Unit, kind: str, customers: Sequence[str], after: datetime, until: datetime) -> Iterator[Intent]:
    i = t.intents.c
    planned = (i.tenant == unit.tenant, i.state == stated(IntentState.PLANNED), i.due > micros(after), i.due <= micros(until))
    query = select(t.intents).where(*planned, i.step.startswith(kind, autoescape=True)).order_by(i.due, i.seq, i.key)
    # Notices to people of the shop have no customer.
    for some in _handfuls(customers) if customers else [[]]:
        whom = i.customer.in_(some) if some else i.customer.is_(None)
        yield from map(intent_of, unit.connection.execute(query.where(whom)))


def customer_of(unit: Unit, id: str) -> bool:
    """Whether somebody who is known has that id."""
    p = t.people.c
    query = select(p.customer).where(p.tenant == unit.tenant, p.customer == id).limit(1)
    return unit.connection.execute(query).first() is not None


def _handfuls(items: Iterable[str]) -> Iterator[list[str]]:
    every = sorted(items)
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]


def _states(unit: Unit, streams: Iterable[str]) -> dict[str, State]:
    """As they stand, without words but the addresses in what people said: what was written about them decides nothing."""
    s = t.streams.c
    rows: list[Any] = []
    for some in _handfuls(streams):
        query = select(s.stream, s.kind, s.document).where(s.tenant == unit.tenant, s.stream.in_(some))
        rows += unit.connection.execute(query)
    words = unit.bodies(ref for row in rows if row.kind == "person" for ref in text_refs(row.document))
    return {row.stream: unit.said(row.kind, row.document, lambda: words) for row in rows}


def _people(unit: Unit, customers: Sequence[str]) -> dict[str, Customer]:
    return {ref: Customer(**json.loads(body)) for ref, body in unit.bodies(customers).items()}


def _sent(unit: Unit, intents: Sequence[Intent], customers: Sequence[str], at: datetime, shop: Shop) -> dict[str, list[Sent]]:
    """What counts against a cap of any of these messages; nothing is asked for where none has one."""
    planned = {(intent.purpose, intent.channel) for intent in intents}
    capped = [cap for cap in shop.sending.caps if any(cap.counts(*each) for each in planned)]
    found: dict[str, list[Sent]] = {}
    if not capped:
        return found
    these = {intent.key for intent in intents}
    since = at - max(cap.per for cap in capped)
    for some in _handfuls(customers):
        for row in unit.connection.execute(_gone_out(unit, some, since)):
            if row.key not in these:
                when = at if row.sent_at is None else from_micros(row.sent_at)
                found.setdefault(row.customer, []).append(Sent(when, row.purpose, row.channel))
    return {customer: sorted(sent, key=lambda s: s.at) for customer, sent in found.items()}


def _gone_out(unit: Unit, customers: Sequence[str], since: datetime) -> Select[Any]:
    """What is not carried by another, and went out since then or may be going out right now."""
    i = t.intents.c
    mine = (i.tenant == unit.tenant, i.customer.in_(customers), i.carrier.is_(None), i.state.in_(_MAY_HAVE_GONE))
    under_way = and_(i.sent_at.is_(None), i.state == IntentState.CLAIMED.value)
    return select(i.key, i.customer, i.purpose, i.channel, i.sent_at).where(*mine, or_(i.sent_at > micros(since), under_way))
