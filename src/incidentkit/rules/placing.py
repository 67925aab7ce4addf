"""Where in the record a message belongs, by what is known of it; and a person's correction of that.

What a sender can't make up counts first. A number in the subject or the text counts for nothing: anybody can guess one, and
would write into a stranger's case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from incidentkit.domain import events as ev
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import CustomerId, NeedId, OrderId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.errors import RuleViolation
from incidentkit.rules import needs as need_rules
from incidentkit.rules.decision import Circumstances, Decision

__all__ = ["Clues", "Placement", "answered", "assign", "place"]


@frozen
class Clues:
    """What is known of a message.

    Args:
        answers: the names of messages that it answers, the nearest first: In-Reply-To, then References from their end.
        sent: of these names, those of messages of ours, each with the streams that the message was about.
        received: of these names, those of earlier messages to us, each with the need that it became a contact of.
        token: the stream that a signed address it was sent to stands for; None for none.
        customers: who has the address that it says it comes from.
        cases: their open incidents.
    """

    answers: tuple[str, ...] = ()
    sent: Mapping[str, tuple[str, ...]] = {}
    received: Mapping[str, str] = {}
    token: str | None = None
    customers: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


@frozen
class Placement:
    """Where a message belongs.

    Args:
        because: by which of its clues: ``reference``, ``thread``, ``token``, ``sender``, or ``none``.
        streams: the orders, incidents or surveys that it is about.
        need: the need that it goes on with, where no stream is known.
        customer: who wrote it, where only that is known.
    """

    because: str
    streams: tuple[str, ...] = ()
    need: str | None = None
    customer: str | None = None


def answered(in_reply_to: Sequence[str], references: Sequence[str]) -> tuple[str, ...]:
    """The names of what a message answers, the nearest first, each once."""
    return tuple(dict.fromkeys((*in_reply_to, *reversed(references))))


def place(clues: Clues) -> Placement:
    """By the first clue that leads anywhere: what it answers, the address it was sent to, its sender's one open case.

    A sender is whoever the message says; it decides only where there is exactly one case, and only a customer's own.
    """
    for name in clues.answers:
        if clues.sent.get(name):
            return Placement("reference", clues.sent[name])
        if name in clues.received:
            return Placement("thread", need=clues.received[name])
    if clues.token is not None:
        return Placement("token", (clues.token,))
    customer = clues.customers[0] if len(clues.customers) == 1 else None
    if len(clues.cases) == 1:
        return Placement("sender", clues.cases, customer=customer)
    return Placement("none", customer=customer)


def assign(
    need: Need,
    into: Need | None,
    fresh: NeedId,
    orders: Sequence[OrderId],
    case: Incident | None,
    customer: CustomerId | None,
    now: Circumstances,
) -> tuple[NeedId, Decision]:
    """A person says what the contacts of a need are about that nobody could place: the need that they belong to then.

    Args:
        into: the open need that is about the same; None to begin one.
        fresh: its id.
        orders, case: what it is about.
        customer: whose that is.

    Raises:
        RuleViolation: the need is about something already.
    """
    if need.orders or need.incidents or need.joined is not None:
        rule, step = "is placed once", "Use needs.split or needs.join."
        raise RuleViolation(f"Need {need.id}", rule, got="one that is about something already", next=step)
    about = tuple(dict.fromkeys((*orders, *(case.orders if case else ()))))
    named = tuple(
        evolve(contact, orders=about, incidents=(case.id,) if case else (), customer=contact.customer or customer)
        for contact in need.contacts
    )
    placed = evolve(need, contacts=named, orders=about, customer=need.customer or customer)
    target = into or Need(fresh, now.at, customer)
    joined = need_rules.join(placed, target)
    begun: tuple[tuple[str, Happening], ...] = () if into else ((target.id, ev.NeedOpened(target.id, customer, now.passive)),)
    case_hears: tuple[tuple[str, Happening], ...] = ()
    if case is not None:
        linked = () if case.id in target.incidents else ((target.id, need_rules.link(case)),)
        case_hears = (*linked, *((case.id, need_rules.noted(evolve(contact, need=target.id))) for contact in named))
    return target.id, Decision(joined.events, (*begun, *joined.elsewhere, *case_hears))
