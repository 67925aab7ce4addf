"""What events do to a need."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.contacts import Contact
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.folds.shared import added
from incidentkit.domain.needs import Need

__all__ = ["contact_logged", "joined", "linked", "opened", "remedied", "reopened", "resolved", "split", "took_in"]


def opened(data: ev.NeedOpened, event: Event) -> Need:
    return Need(data.need, event.occurred_at, data.customer, passive=data.passive)


def _with_contacts(need: Need, contacts: tuple[Contact, ...]) -> Need:
    """A need begins with the first of its contacts, whenever that was noted."""
    return changed(need, contacts=contacts, opened_at=min((c.at for c in contacts), default=need.opened_at))


def contact_logged(need: Need, data: ev.ContactLogged, event: Event) -> Need:
    need = changed(need, customer=need.customer or data.contact.customer, orders=added(need.orders, data.contact.orders))
    return _with_contacts(need, (*need.contacts, data.contact))


def linked(need: Need, data: ev.NeedLinked, event: Event) -> Need:
    return changed(
        need,
        incidents=added(need.incidents, (data.incident,)),
        orders=added(need.orders, data.orders),
        type=need.type or data.kind,
        remedied=need.remedied + data.remedied,
    )


def remedied(need: Need, data: ev.NeedRemedied, event: Event) -> Need:
    return changed(need, remedied=(*need.remedied, data.remedied))


def resolved(need: Need, data: ev.NeedResolved, event: Event) -> Need:
    first = need.first_resolved_at or event.occurred_at
    return changed(need, resolved_at=event.occurred_at, first_resolved_at=first)


def reopened(need: Need, data: ev.NeedReopened, event: Event) -> Need:
    return changed(need, resolved_at=None, reopened=need.reopened + 1)


def joined(need: Need, data: ev.NeedJoined, event: Event) -> Need:
    return changed(need, joined=data.into, contacts=(), remedied=())


def took_in(need: Need, data: ev.NeedTookIn, event: Event) -> Need:
    need = changed(
        need,
        customer=need.customer or data.customer,
        orders=added(need.orders, data.orders),
        incidents=added(need.incidents, data.incidents),
        type=need.type or data.kind,
        remedied=need.remedied + data.remedied,
    )
    return _with_contacts(need, need.contacts + tuple(changed(contact, need=need.id) for contact in data.contacts))


def split(need: Need, data: ev.NeedSplit, event: Event) -> Need:
    return _with_contacts(need, tuple(contact for contact in need.contacts if contact.id not in data.contacts))
