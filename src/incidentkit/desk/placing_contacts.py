"""Contacts that came in, on the orders and cases that they are about."""

from __future__ import annotations

from collections.abc import Sequence

from incidentkit.desk.contacts import customer_of, decided
from incidentkit.desk.needs import named_once
from incidentkit.desk.work import Work
from incidentkit.domain.ids import ContactId, CustomerId, IncidentId, NeedId, OrderId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.surveys import Ask
from incidentkit.domain.times import instant
from incidentkit.ports import InboundMessage
from incidentkit.rules import needs as rules
from incidentkit.rules.placing import Placement, assign
from incidentkit.store.matching import needs_about
from incidentkit.store.unit import Held

__all__ = ["contact_of", "placed"]

_LONGEST = 20_000


def contact_of(work: Work, message: InboundMessage, placement: Placement) -> Need:
    """A message as a contact, where it was placed: the need that it belongs to."""
    streams = placement.streams
    need = _standing(work, placement.need) if placement.need is not None else None
    if need is not None:
        streams = (*need.incidents, *need.orders)
    cases, orders = _subjects(work, streams)
    about = tuple(dict.fromkeys((*orders, *(order for case in cases for order in case.orders))))
    customer = customer_of(work, cases, about) or (need.customer if need else None) or _id(placement.customer)
    new = rules.NewContact(
        contact=ContactId(work.new_id()),
        fresh=NeedId(work.new_id()),
        channel=message.channel,
        direction="in",
        incidents=cases,
        orders=about,
        customer=customer,
        named=need if need is not None and not streams and _goes_on(work, need) else None,
        summary=work.text(_summary(message)),
    )
    need_id, decision = decided(work, new)
    found = work.apply(need_id, decision).state
    assert isinstance(found, Need)
    return found


def _summary(message: InboundMessage) -> str:
    """What is new in it, else its subject; what a contact can hold of that."""
    said = (message.reply or message.text or message.subject)[:_LONGEST].replace("\0", "")
    return said.encode("utf-8", "replace").decode()


def _id(customer: str | None) -> CustomerId | None:
    return CustomerId(customer) if customer else None


def _standing(work: Work, need_id: str) -> Need:
    need = work.need(need_id)
    return need if need.joined is None else _standing(work, need.joined)


def _goes_on(work: Work, need: Need) -> bool:
    """Whether a message about nothing that is known still belongs to a need that it answers."""
    return need.resolved_at is None or work.now.at - need.resolved_at <= rules.REPEAT_WITHIN


def _subjects(work: Work, streams: Sequence[str]) -> tuple[tuple[Incident, ...], tuple[OrderId, ...]]:
    """The incidents and orders that these streams are, or that a survey was about."""
    cases: dict[IncidentId, Incident] = {}
    orders: list[OrderId] = []
    waiting = list(streams)
    while waiting:
        held = work.unit.any(waiting.pop(0))
        state = held.state if held is not None else None
        if isinstance(state, Incident):
            case = work.survivor(state.id)
            cases[case.id] = case
        elif isinstance(state, Order):
            orders.append(state.id)
        elif isinstance(state, Ask):
            waiting += [stream for stream in (state.incident, state.order) if stream is not None][:1]
    return tuple(cases.values()), tuple(dict.fromkeys(orders))


def placed(work: Work, need_id: str, order: str | None, incident: str | None) -> Held:
    """The body of placing what nobody could place."""
    need = _standing(work, need_id)
    case = work.survivor(incident) if incident is not None else None
    orders = (work.order(order).id,) if order is not None else case.orders if case else ()
    cases = (case,) if case else ()
    customer = customer_of(work, cases, orders)
    subjects = (*(case.id for case in cases), *orders)
    now = instant(work.now.at)
    about = needs_about(work.unit, customer, subjects, now - rules.REPEAT_WITHIN)
    fresh = NeedId(work.new_id())
    like = rules.NewContact(ContactId(""), fresh, "email", "in", cases, orders, customer)
    into = rules.joining(like, (work.need(other) for other in about.needs if other != need.id), now).need
    target, decision = assign(need, into, fresh, orders, case, customer, work.now)
    if target == fresh:
        named_once(work, fresh, customer, subjects, about.had)
    work.apply(need.id, decision)
    return work.unit.load("need", target)
