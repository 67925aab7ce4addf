"""Strategies for needs: contacts, journeys, rates, and histories of needs with everything that can happen to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from attrs import evolve
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.contacts import Contact, ContactNote
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import replay
from incidentkit.domain.ids import ContactId, CustomerId, IncidentId, NeedId, OrderId, RemedyId
from incidentkit.domain.journeys import Journey, Step, journey_of
from incidentkit.domain.needs import Need, Remedied
from incidentkit.domain.rates import Rate
from incidentkit.testing.strategies._basics import codes, handles, ids, instants, money, texts
from incidentkit.testing.strategies._incidents import INCIDENT_TYPES
from incidentkit.testing.strategies._stream import Stream

__all__ = [
    "CHANNELS",
    "contact_notes",
    "contacts",
    "journeys",
    "need_happenings",
    "need_histories",
    "needs",
    "rates",
    "remedied",
    "steps",
]

CHANNELS = ("phone", "email", "counter", "sms", "social", "self_service", "delivery_note")

_REASONS = ("new", "named", "incident", "order", "only", "unnamed", "repeat_incident", "repeat_order", "repeat_only", "split")


def rates() -> st.SearchStrategy[Rate]:
    """Rates of channels and of remedies, from a day on or always; in whole units, which every currency has."""
    amounts, since = st.integers(0, 500).map(Decimal), st.none() | instants().map(lambda at: at.date())
    channels = st.builds(
        Rate,
        channel=st.sampled_from(CHANNELS),
        amount=amounts,
        direction=st.sampled_from(("in", "out", "both")),
        since=since,
    )
    remedies = st.builds(
        Rate,
        remedy=codes(),
        amount=amounts,
        since=since,
        per=st.sampled_from(("remedy", "unit")),
        share=st.integers(0, 100).map(lambda percent: Decimal(percent).scaleb(-2)),
    )
    return channels | remedies


def contacts() -> st.SearchStrategy[Contact]:
    """Contacts in both directions, about no order, one or several; live ones are no machine's."""
    return st.builds(
        Contact,
        id=ids().map(ContactId),
        need=ids().map(NeedId),
        channel=st.sampled_from(CHANNELS),
        direction=st.sampled_from(("in", "out")),
        at=instants(),
        orders=cast("st.SearchStrategy[tuple[OrderId, ...]]", _some()),
        incidents=cast("st.SearchStrategy[tuple[IncidentId, ...]]", _some()),
        customer=st.none() | ids().map(CustomerId),
        automatic=st.booleans(),
        live=st.booleans(),
        expects_answer=st.booleans(),
        agent=st.just("") | handles(),
        team=st.just("") | codes(),
        because=st.sampled_from(_REASONS),
        cost=st.none() | money("EUR"),
        summary=st.none() | texts(),
    ).map(lambda contact: evolve(contact, live=contact.live and not contact.automatic))


def _some() -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(ids(), max_size=2, unique=True).map(tuple)


def contact_notes() -> st.SearchStrategy[ContactNote]:
    """Contacts as incidents know them."""
    return contacts().map(lambda c: ContactNote(c.id, c.channel, c.direction, c.at, c.automatic, c.live, c.expects_answer))


def remedied() -> st.SearchStrategy[Remedied]:
    """What remedies cost."""
    return st.builds(
        Remedied, ids().map(IncidentId), st.integers(1, 9).map(lambda n: RemedyId(f"remedy-{n}")), money("EUR", above_zero=True)
    )


def journeys() -> st.SearchStrategy[Journey]:
    """Journeys of up to five contacts."""
    paid = st.lists(money("EUR"), max_size=2)
    return st.builds(journey_of, st.lists(contacts(), min_size=1, max_size=5, unique_by=lambda c: c.id), paid)


def steps() -> st.SearchStrategy[Step]:
    """Contacts on a journey."""
    return journeys().flatmap(lambda journey: st.sampled_from(journey.steps))


# --- Events ------------------------------------------------------------------------------------------------------


def _reopenings() -> st.SearchStrategy[ev.NeedReopened]:
    return st.one_of(
        st.builds(ev.NeedReopened, contact=ids().map(ContactId)),
        st.builds(ev.NeedReopened, incident=ids().map(IncidentId)),
        st.builds(ev.NeedReopened, reason=texts()),
    )


def _takings() -> st.SearchStrategy[ev.NeedTookIn]:
    return st.builds(
        ev.NeedTookIn,
        of=ids().map(NeedId),
        contacts=st.lists(contacts(), min_size=1, max_size=2, unique_by=lambda c: c.id).map(tuple),
        customer=st.none() | ids().map(CustomerId),
        orders=cast("st.SearchStrategy[tuple[OrderId, ...]]", _some()),
        incidents=cast("st.SearchStrategy[tuple[IncidentId, ...]]", _some()),
        kind=st.just("") | st.sampled_from(INCIDENT_TYPES),
        remedied=st.lists(remedied(), max_size=1).map(tuple),
    )


def _links() -> st.SearchStrategy[ev.NeedLinked]:
    paid = st.lists(remedied(), max_size=2).map(tuple)
    orders = cast("st.SearchStrategy[tuple[OrderId, ...]]", _some())
    return st.builds(ev.NeedLinked, ids().map(IncidentId), st.sampled_from(INCIDENT_TYPES), orders, paid)


def _notes() -> st.SearchStrategy[ev.IncidentContactNoted]:
    return st.builds(
        lambda c, need: ev.IncidentContactNoted(c.id, c.channel, c.direction, c.automatic, c.live, c.expects_answer, need),
        contacts(),
        ids().map(NeedId),
    )


_BY_TYPE: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
    "contact.logged": lambda: st.builds(ev.ContactLogged, contacts()),
    "incident.contact_noted": _notes,
    "need.joined": lambda: st.builds(ev.NeedJoined, ids().map(NeedId)),
    "need.linked": _links,
    "need.opened": lambda: st.builds(ev.NeedOpened, ids().map(NeedId), st.none() | ids().map(CustomerId), st.booleans()),
    "need.remedied": lambda: st.builds(ev.NeedRemedied, remedied()),
    "need.reopened": _reopenings,
    "need.resolved": lambda: st.builds(ev.NeedResolved, st.none() | ids().map(IncidentId)),
    "need.split": lambda: st.builds(
        ev.NeedSplit, st.lists(ids().map(ContactId), min_size=1, max_size=2).map(tuple), ids().map(NeedId)
    ),
    "need.took_in": _takings,
}


def need_happenings() -> dict[str, Callable[[], st.SearchStrategy[Any]]]:
    """What events of needs and contacts carry, by their type."""
    return dict(_BY_TYPE)


# --- Histories ---------------------------------------------------------------------------------------------------


@st.composite
def need_histories(draw: st.DrawFn) -> tuple[Event, ...]:
    """Events of one need: its contacts, what it is linked to, how it is resolved, reopened, joined and split."""
    need, passive = NeedId(draw(ids())), draw(st.booleans())
    stream: Stream[Need] = Stream(draw, need, passive)
    customer = draw(st.none() | ids().map(CustomerId))
    stream.add("contacts.log", ev.NeedOpened(need, customer, passive), _contact(draw, need, customer, stream.now))
    for _ in range(draw(st.integers(0, 6))):
        stream.later()
        command, *happened = draw(st.sampled_from(_possible(stream.state)))(draw, stream.state, stream.now)
        stream.add(cast("str", command), *cast("list[Happening]", happened))
    if draw(st.integers(0, 5)) == 0:
        stream.later()
        stream.add("needs.join", ev.NeedJoined(NeedId(draw(ids()))))
    return stream.events


_Step = Callable[[st.DrawFn, Need, datetime], tuple[object, ...]]


def _possible(need: Need) -> list[_Step]:
    more: list[_Step] = [_log, _link, _take_in]
    more += [_remedy] if need.incidents else []
    more += [_resolve] if need.open else [_reopen]
    return more + ([_split] if len(need.contacts) > 1 else [])


def _contact(draw: st.DrawFn, need: NeedId, customer: CustomerId | None, at: datetime) -> ev.ContactLogged:
    return ev.ContactLogged(evolve(draw(contacts()), need=need, customer=customer, at=at))


def _log(draw: st.DrawFn, need: Need, now: datetime) -> tuple[object, ...]:
    return "contacts.log", _contact(draw, need.id, need.customer, now)


def _link(draw: st.DrawFn, need: Need, now: datetime) -> tuple[object, ...]:
    return "incidents.report", draw(_links())


def _take_in(draw: st.DrawFn, need: Need, now: datetime) -> tuple[object, ...]:
    taken = draw(_takings())
    earlier = tuple(evolve(c, at=now - timedelta(hours=n)) for n, c in enumerate(taken.contacts))
    return "needs.join", evolve(taken, contacts=earlier)


def _remedy(draw: st.DrawFn, need: Need, now: datetime) -> tuple[object, ...]:
    return "incidents.carry_out", ev.NeedRemedied(evolve(draw(remedied()), incident=need.incidents[0]))


def _resolve(draw: st.DrawFn, need: Need, now: datetime) -> tuple[object, ...]:
    return "needs.resolve", ev.NeedResolved(draw(st.sampled_from((None, *need.incidents))))


def _reopen(draw: st.DrawFn, need: Need, now: datetime) -> tuple[object, ...]:
    return "needs.reopen", draw(_reopenings())


def _split(draw: st.DrawFn, need: Need, now: datetime) -> tuple[object, ...]:
    return "needs.split", ev.NeedSplit((need.contacts[-1].id,), NeedId(draw(ids())))


def needs() -> st.SearchStrategy[Need]:
    """Needs, each folded from its history."""
    return need_histories().map(_as_need)


def _as_need(events: tuple[Event, ...]) -> Need:
    state = replay(events)
    assert isinstance(state, Need)
    return state
