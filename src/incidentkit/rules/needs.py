"""Which need a contact belongs to and why, when a need is resolved, and how people correct both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from attrs import evolve, frozen

from incidentkit.domain import events as ev
from incidentkit.domain.contacts import Contact, Direction
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import ContactId, CustomerId, IncidentId, NeedId, OrderId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need, Remedied
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, RuleViolation, UnknownIdError
from incidentkit.rules.cases import WORKABLE
from incidentkit.rules.decision import Circumstances, Decision

__all__ = [
    "REPEAT_WITHIN",
    "Joining",
    "NewContact",
    "follow",
    "followed",
    "join",
    "joining",
    "link",
    "linked",
    "log",
    "noted",
    "reopen",
    "resolve",
    "split",
]

REPEAT_WITHIN = timedelta(days=7)
"""A question that comes so soon after a need was resolved shows that it was not."""

_CHANNEL = re.compile(r"[A-Za-z][\w-]{0,39}", re.ASCII)


@frozen
class NewContact:
    """What a caller gives for a new contact, with its names already resolved.

    Args:
        contact, fresh: ids that the shell gives: the contact's, and that of the need which it may open.
        incidents: those that it names, themselves.
        orders: those that it names, and those of its incidents.
        named: the need that it was said to be about; None to find it.
        agent: the handle of who of the shop had it; empty for whoever notes it down.
        noted: whether the incidents are told of it; a conversation has told its own already.
        ticket: the number of its case in the shop's other ticket desk.
    """

    contact: ContactId
    fresh: NeedId
    channel: str
    direction: Direction
    incidents: Sequence[Incident] = ()
    orders: tuple[OrderId, ...] = ()
    customer: CustomerId | None = None
    named: Need | None = None
    automatic: bool = False
    live: bool = False
    expects_answer: bool = True
    summary: Text | None = None
    agent: str = ""
    noted: bool = True
    ticket: str = ""


@frozen
class Joining:
    """The need that a contact belongs to, None for a new one; and the reason, by code.

    ``named``: somebody said so. ``incident``, ``order``: it is about the same. ``only``: it names neither, and the customer has
    one open need. ``unnamed``: the customer's one open need that has named neither so far. ``repeat_`` with any of these: the
    need had been resolved a short time before. ``new``: none of them.
    """

    need: Need | None
    because: str


# --- Joining -----------------------------------------------------------------------------------------------------


def joining(new: NewContact, needs: Iterable[Need], at: datetime) -> Joining:
    """Which of the needs a contact at that instant belongs to: the first rule that fits, of several needs the latest."""
    if new.named is not None:
        return Joining(new.named, "named")
    mine = [need for need in needs if need.joined is None and _may_share(new, need)]
    current = [need for need in mine if need.resolved_at is None or at <= need.resolved_at]
    recent = [need for need in mine if need.resolved_at is not None and timedelta(0) < at - need.resolved_at <= REPEAT_WITHIN]
    for prefix, among in (("", current), ("repeat_", recent)):
        for because, fits in _SAME.items():
            found = [need for need in among if fits(new, need)]
            if found:
                return Joining(max(found, key=lambda need: (need.opened_at, need.id)), prefix + because)
    return _without_subject(new, current, recent)


def _may_share(new: NewContact, need: Need) -> bool:
    """Nobody's words go into somebody else's need; where a person is not known, only the subject can join."""
    if new.customer is not None and need.customer is not None:
        return new.customer == need.customer
    return _same_incident(new, need) or _same_order(new, need)


def _same_incident(new: NewContact, need: Need) -> bool:
    return any(incident.id in need.incidents for incident in new.incidents)


def _same_order(new: NewContact, need: Need) -> bool:
    return any(order in need.orders for order in new.orders)


_SAME: dict[str, Callable[[NewContact, Need], bool]] = {"incident": _same_incident, "order": _same_order}


def _without_subject(new: NewContact, current: list[Need], recent: list[Need]) -> Joining:
    if new.orders or new.incidents:
        silent = [need for need in current if not need.orders and not need.incidents]
        return Joining(silent[0], "unnamed") if len(silent) == 1 else Joining(None, "new")
    if len(current) == 1:
        return Joining(current[0], "only")
    if not current and len(recent) == 1:
        return Joining(recent[0], "repeat_only")
    return Joining(None, "new")


def log(
    new: NewContact, needs: Sequence[Need], open_cases: Callable[[Need], Sequence[Incident]], now: Circumstances
) -> tuple[NeedId, Decision]:
    """A contact, in the need that it belongs to or in a new one; the incidents that it is about are told of it.

    Args:
        needs: those that it may belong to.
        open_cases: gives the incidents of a need that are not resolved.

    Returns:
        The need, and what follows for it.
    """
    _check(new)
    if new.named is not None:
        _stands(new.named)
        if None not in (new.customer, new.named.customer) and new.customer != new.named.customer:
            raise RuleViolation(_name(new.named), "has contacts of one customer", got="another's", next="Leave need= out.")
    found = joining(new, needs, now.at)
    need = found.need or Need(new.fresh, now.at, new.customer)
    cases = new.incidents or open_cases(need)
    contact = _contact(new, need.id, found.because, cases, now)
    linked = [link(case) for case in new.incidents if case.id not in need.incidents]
    opened = () if found.need is not None else (ev.NeedOpened(need.id, new.customer, now.passive),)
    again = need.resolved_at is not None and contact.asks and contact.at > need.resolved_at
    reopened = (ev.NeedReopened(contact=contact.id),) if again else ()
    elsewhere = tuple((case.id, noted(contact)) for case in cases) if new.noted else ()
    return need.id, Decision((*opened, ev.ContactLogged(contact), *linked, *reopened), elsewhere)


def _check(new: NewContact) -> None:
    if not isinstance(new.channel, str) or not _CHANNEL.fullmatch(new.channel):
        rule = "a contact's channel is one word of letters, digits, _ and -, e.g. phone"
        raise InvalidInput("channel", rule, got=f"{len(str(new.channel))} characters")
    if new.direction not in ("in", "out"):
        raise InvalidInput("direction", "is in, where the customer began it, or out", got=repr(new.direction)[:20])
    if not isinstance(new.ticket, str) or len(new.ticket) > 100 or not new.ticket.isprintable():
        raise InvalidInput("ticket", "is a number or name of at most 100 characters in one line", got="something else")
    if new.automatic and new.live:
        raise InvalidInput("A contact", "is automatic or live", got="both", next="Leave one of them out.")


def _contact(new: NewContact, need: NeedId, because: str, cases: Sequence[Incident], now: Circumstances) -> Contact:
    agent = now.shop.agent(new.agent or now.actor.name)
    return Contact(
        id=new.contact,
        need=need,
        channel=new.channel,
        direction=new.direction,
        at=now.at,
        orders=new.orders,
        incidents=tuple(case.id for case in cases),
        customer=new.customer,
        automatic=new.automatic or now.actor.kind == "rule",
        live=new.live,
        expects_answer=new.expects_answer,
        agent=agent.name if agent else "",
        team=agent.team if agent else "",
        because=because,
        cost=now.shop.cost(new.channel, new.direction, now.at),
        summary=new.summary,
        ticket=new.ticket,
        imported=now.passive,
    )


def link(case: Incident) -> ev.NeedLinked:
    """A need hears that it is about an incident."""
    # What a case cost goes to one need only, the first that it is about: sums over needs are sums over cases.
    paid = () if case.needs else tuple(_paid(case))
    return ev.NeedLinked(case.id, case.type, case.orders, paid)


def linked(
    need: Need, incident: IncidentId, kind: str, orders: tuple[OrderId, ...], customer: CustomerId | None
) -> tuple[Happening, ...]:
    """What a need that an incident was reported from hears of it; one that was resolved is owed something again."""
    _stands(need)
    if None not in (need.customer, customer) and need.customer != customer:
        raise RuleViolation(_name(need), "is reported as an incident of its own customer", got="another's")
    again = () if need.resolved_at is None else (ev.NeedReopened(incident=incident),)
    return (ev.NeedLinked(incident, kind, orders), *again)


def _paid(case: Incident) -> Iterable[Remedied]:
    for remedy in case.remedies:
        if remedy.carried_out_at is not None and remedy.paid is not None and remedy.id not in case.counted:
            yield Remedied(case.id, remedy.id, remedy.paid)


def noted(contact: Contact) -> ev.IncidentContactNoted:
    """A contact as the incidents that it is about hear of it."""
    return ev.IncidentContactNoted(
        contact.id,
        contact.channel,
        contact.direction,
        contact.automatic,
        contact.live,
        contact.expects_answer,
        contact.need,
    )


# --- Resolution --------------------------------------------------------------------------------------------------


def resolve(need: Need, cases: Sequence[Incident]) -> Decision:
    """Nothing is owed any more. A need with an open incident is resolved with that; one that is resolved stays as it is."""
    _stands(need)
    owing = [case.id for case in cases if case.phase in WORKABLE]
    if owing:
        raise RuleViolation(
            _name(need), "is resolved with its incident", got=f"{owing[0]} is not resolved", next="Resolve that incident."
        )
    return Decision(() if need.resolved_at is not None else (ev.NeedResolved(),))


def reopen(need: Need, reason: Text) -> Decision:
    """It was not resolved after all."""
    _stands(need)
    if not reason.value or not reason.value.strip():
        raise InvalidInput(_name(need), "needs a reason in words", got="nothing")
    if need.resolved_at is None:
        raise RuleViolation(_name(need), "is reopened once it was resolved", got="an open one")
    return Decision((ev.NeedReopened(reason=reason),))


_FOLLOWED = (ev.RemedyCarriedOut, ev.IncidentResolved, ev.IncidentReopened, ev.IncidentTookIn)


def followed(happenings: Iterable[Happening]) -> bool:
    """Whether anything may follow for a need from what has happened to an incident."""
    return any(isinstance(happening, _FOLLOWED) for happening in happenings)


def follow(
    need: Need, case: Incident, happenings: Iterable[Happening], others: Sequence[Incident], *, pays: bool = True
) -> tuple[Happening, ...]:
    """What follows for a need from what has happened to one of its incidents.

    Args:
        case: as it is afterwards.
        others: the need's other incidents.
        pays: it is the first need of the incident, the one that its remedies are counted in.
    """
    follows: list[Happening] = []
    for happening in happenings:
        if isinstance(happening, ev.RemedyCarriedOut) and pays:
            follows += [ev.NeedRemedied(paid) for paid in _paid(case) if paid.remedy == happening.remedy]
        elif isinstance(happening, ev.IncidentTookIn) and pays and case.needs == happening.needs:
            # It had no need to be counted in before.
            follows += [ev.NeedRemedied(paid) for paid in _paid(case)]
        elif isinstance(happening, ev.IncidentResolved) and need.open:
            follows += [] if any(other.phase in WORKABLE for other in others) else [ev.NeedResolved(case.id)]
        elif isinstance(happening, ev.IncidentReopened) and need.resolved_at is not None:
            follows.append(ev.NeedReopened(incident=case.id))
    return tuple(follows)


# --- Corrections -------------------------------------------------------------------------------------------------


def join(need: Need, into: Need) -> Decision:
    """Two needs were one: the other has all of it from now on. What was still owed here is owed there."""
    _stands(need)
    _stands(into)
    if need.id == into.id:
        raise InvalidInput(_name(need), "is joined into another need", got="itself")
    if need.customer is not None and into.customer is not None and need.customer != into.customer:
        raise RuleViolation(_name(need), "is joined into a need of the same customer", got="another's")
    taken = ev.NeedTookIn(
        need.id, need.contacts, need.customer, need.orders, need.incidents, need.type, _not_in(into, need.remedied)
    )
    asked = need.asked
    again = (ev.NeedReopened(contact=asked.id if asked else None),) if need.open and not into.open else ()
    elsewhere = tuple((into.id, event) for event in (taken, *again))
    return Decision((ev.NeedJoined(into.id),), elsewhere)


def _not_in(need: Need, remedied: Iterable[Remedied]) -> tuple[Remedied, ...]:
    return tuple(paid for paid in remedied if paid not in need.remedied)


def split(need: Need, contacts: Sequence[str], fresh: NeedId) -> Decision:
    """Some contacts are about another need, which is open from now on; what the incidents cost stays here."""
    _stands(need)
    unknown = [contact for contact in contacts if need.contact(contact) is None]
    if unknown:
        raise UnknownIdError(_name(need), f"has {len(need.contacts)} contacts", got=repr(unknown[0])[:48])
    moved = tuple(contact for contact in need.contacts if contact.id in contacts)
    if not moved or len(moved) == len(need.contacts):
        raise InvalidInput(_name(need), "is split in two: some contacts go, some stay", got=f"{len(moved)} to go")
    orders = tuple(dict.fromkeys(order for contact in moved for order in contact.orders))
    plain = tuple(evolve(contact, because="split") for contact in moved)
    taken = ev.NeedTookIn(need.id, plain, need.customer, orders)
    elsewhere = ((fresh, ev.NeedOpened(fresh, need.customer, need.passive)), (fresh, taken))
    return Decision((ev.NeedSplit(tuple(contact.id for contact in moved), fresh),), elsewhere)


def _stands(need: Need) -> None:
    if need.joined is not None:
        raise RuleViolation(_name(need), "is part of another need", got=f"joined into {need.joined}", next="Name that one.")


def _name(need: Need) -> str:
    return f"Need {need.id}"
