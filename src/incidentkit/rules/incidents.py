"""What may happen to a case, and what follows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import evolve, frozen

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Timer
from incidentkit.domain.events import Happening
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.ids import CustomerId, IncidentId, LineId, RemedyId
from incidentkit.domain.incidents import (
    Deadlines,
    Incident,
    Phase,
    next_conversation,
    next_notice,
    next_offer,
    next_remedy,
)
from incidentkit.domain.orders import Order
from incidentkit.domain.remedies import Offer, OfferState, Remedy
from incidentkit.domain.shop import Protocol
from incidentkit.domain.texts import Text
from incidentkit.domain.times import due_instant
from incidentkit.errors import InvalidInput, TransitionRefused, UnknownIdError
from incidentkit.rules import ownership
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.evidence import check_evidence
from incidentkit.rules.lifecycles import INCIDENT
from incidentkit.rules.messages import incident_message, incident_step
from incidentkit.rules.orders import returned_money

__all__ = [
    "Report",
    "accept",
    "amend",
    "answered",
    "carry_out",
    "claim",
    "close",
    "confirm_satisfaction",
    "decline",
    "log_conversation",
    "notify",
    "offer",
    "reopen",
    "report",
    "resolve",
    "withdraw",
]

_CHANNEL = re.compile(r"[A-Za-z][\w-]{0,39}", re.ASCII)


@frozen
class Report:
    """What a caller gives for a new case, with its names already resolved.

    ``orders`` are the orders themselves; the first is the one that lines and money belong to.
    """

    incident: IncidentId
    type: str
    description: Text
    orders: Sequence[Order] = ()
    customer: CustomerId | None = None
    severity: str | None = None
    cause: str | None = None
    lines: Sequence[str] = ()
    reported_by: str = "shop"


# --- Registration ------------------------------------------------------------------------------------------------


def report(new: Report, now: Circumstances) -> Decision:
    """A new case, with an accountable owner and its deadlines from the first instant."""
    protocol = _protocol(new.type, now)
    severity = _severity(new.severity or protocol.severity, now)
    _words(new.description, "An incident", "description")
    if new.reported_by not in ("shop", "customer"):
        raise InvalidInput("reported_by", "is shop or customer", got=repr(new.reported_by)[:40])
    deadlines = Deadlines() if now.passive else _deadlines(protocol, new.orders, now)
    reported = ev.IncidentReported(
        incident=new.incident,
        kind=new.type,
        severity=severity,
        description=new.description,
        owner=ownership.first_owner(new.type, now.shop),
        orders=tuple(order.id for order in new.orders),
        customer=new.customer or next((o.customer for o in new.orders if o.customer), None),
        lines=_lines(new.lines, new.orders),
        cause=_cause(new.cause, now),
        reported_by=new.reported_by,
        currency=new.orders[0].currency if new.orders else now.shop.currency,
        deadlines=deadlines,
        passive=now.passive,
    )
    timers = (
        Timer(new.incident, "communicate_by", deadlines.communicate_by),
        Timer(new.incident, "resolve_by", deadlines.resolve_by),
    )
    return Decision((reported,), timers=tuple(t for t in timers if t.due is not None))


def _protocol(type_: str, now: Circumstances) -> Protocol:
    protocol = now.shop.protocol(type_)
    if protocol is None:
        known = ", ".join(p.type for p in now.shop.protocols)
        raise InvalidInput(
            "An incident's type", "must be one that the shop has a protocol for", got=repr(type_)[:40], next=f"Known: {known}."
        )
    return protocol


def _severity(severity: str, now: Circumstances) -> str:
    if severity not in now.shop.severities:
        known = ", ".join(now.shop.severities)
        raise InvalidInput(
            "An incident's severity", "must be one of the shop's", got=repr(severity)[:40], next=f"Known: {known}."
        )
    return severity


def _cause(cause: str | None, now: Circumstances) -> str | None:
    if cause is not None and cause not in now.shop.causes:
        known = ", ".join(now.shop.causes)
        raise InvalidInput("An incident's cause", "must be one of the shop's", got=repr(cause)[:40], next=f"Known: {known}.")
    return cause


def _lines(lines: Sequence[str], orders: Sequence[Order]) -> tuple[LineId, ...]:
    if isinstance(lines, str):
        raise InvalidInput("An incident's lines", "must be a list of line ids", got="one text")
    if not lines:
        return ()
    if len(orders) != 1:
        raise InvalidInput("An incident's lines", "can be named when it has exactly one order", got=f"{len(orders)} orders")
    known = {line.id for line in orders[0].lines}
    for line in lines:
        if line not in known:
            raise UnknownIdError(f"Order {orders[0].label}", f"has the lines {', '.join(sorted(known))}", got=repr(line)[:40])
    return tuple(LineId(line) for line in lines)


def _deadlines(protocol: Protocol, orders: Sequence[Order], now: Circumstances) -> Deadlines:
    """Elapsed from now; and the customer is told before the promised delivery at the latest."""
    tell = _after(now.at, protocol.communicate_within)
    for order in orders:
        promised = due_instant(order.promise.due, now.shop.zone) if order.promise else None
        if promised is not None and promised > now.at and order.delivered_at is None:
            tell = min(tell, promised) if tell else promised
    return Deadlines(tell, _after(now.at, protocol.resolve_within))


def _after(at: datetime, within: timedelta | None) -> datetime | None:
    return None if within is None else at + within


# --- Telling the customer ----------------------------------------------------------------------------------------


def notify(incident: Incident, channel: str | None, order: Order | None, now: Circumstances) -> Decision:
    """Write to the customer where the case stands. The same text is sent once in each round of the case."""
    if incident.passive:
        raise _refused(incident, "notify", "an imported case is silent until it is adopted", "imported", "Adopt it first.")
    if incident.customer is None:
        raise _refused(
            incident, "notify", "needs a customer", "a case without one", "Log a conversation, or report with customer=."
        )
    channel = channel or now.shop.channel
    if channel not in now.confirms:
        known = ", ".join(sorted(now.confirms)) or "none"
        raise InvalidInput(
            f"Incident {incident.id}", "is told on a channel that is there", got=repr(channel)[:40], next=f"Channels: {known}."
        )
    return _tell(incident, incident_step(incident), order, now, channel)


def _tell(incident: Incident, step: str, order: Order | None, now: Circumstances, channel: str | None = None) -> Decision:
    """The notice and its message; none where it was already sent, or nobody can be written to."""
    channel = channel or now.shop.channel
    message = incident_message(incident, step, channel, now, order.label if order else "")
    if message is None or channel not in now.confirms or any(n.key == message.key for n in incident.notices):
        return Decision()
    planned = ev.NoticePlanned(next_notice(incident), step, channel, message.key, now.confirms[channel])
    return Decision((planned,), intents=(message,))


def log_conversation(incident: Incident, channel: str, summary: Text, now: Circumstances) -> Decision:
    """Somebody spoke with the customer, who is told by that."""
    if incident.phase in INCIDENT.final:
        raise _refused(incident, "log_conversation", "nothing is added to a final case", incident.phase.value)
    _words(summary, f"Incident {incident.id}", "summary")
    if not isinstance(channel, str) or not _CHANNEL.fullmatch(channel):
        rule = "a conversation's channel is one word of letters, digits, _ and -, e.g. phone"
        raise InvalidInput(f"Incident {incident.id}", rule, got=f"{len(str(channel))} characters")
    agent = now.actor.name if now.shop.agent(now.actor.name) else ""
    spoken = ev.ConversationLogged(next_conversation(incident), channel, agent, summary)
    return _also_told(incident, spoken, spoken.conversation)


def _also_told(incident: Incident, event: Happening, by: str) -> Decision:
    if incident.phase is not Phase.DETECTED:
        return Decision((event,))
    return Decision((event, ev.CustomerTold(by)), timers=(Timer(incident.id, "communicate_by", None),))


# --- Offers and remedies -----------------------------------------------------------------------------------------


def offer(incident: Incident, offers: Sequence[Offer], order: Order | None, now: Circumstances) -> Decision:
    """Concrete offers with realistic dates, written to the customer."""
    _workable(incident, "offer")
    if not offers:
        raise InvalidInput(f"Incident {incident.id}", "an offer needs at least one Offer", got="none")
    made = tuple(_priced(incident, offer, place, order, now) for place, offer in enumerate(offers))
    after = evolve(incident, offers=incident.offers + made)
    told = _tell(after, incident_step(after), order, now)
    return Decision((ev.OffersMade(made), *told.events), intents=told.intents)


def _priced(incident: Incident, offer: Offer, place: int, order: Order | None, now: Circumstances) -> Offer:
    if offer.id or offer.state is not OfferState.OPEN:
        raise InvalidInput(
            f"Incident {incident.id}", "an offer is made once", got="one that was made before", next="Make a new Offer."
        )
    if due_instant(offer.by, now.shop.zone) < now.at:
        raise InvalidInput(f"Incident {incident.id}", "an offer needs a date that can still be kept", got=str(offer.by))
    amount = offer.amount.in_currency(incident.currency) if offer.amount is not None else None
    if amount is not None and order is not None:
        returned_money(order, amount)
    return evolve(offer, id=next_offer(incident, place), amount=amount)


def accept(incident: Incident, offer_id: str, order: Order | None, now: Circumstances) -> Decision:
    """The customer takes an offer: it becomes an agreed remedy, which is put to them in writing."""
    _workable(incident, "accept")
    taken = _open_offer(incident, offer_id, "accept")
    remedy = Remedy(next_remedy(incident), taken.id, taken.kind, taken.by, taken.amount, taken.product)
    after = evolve(incident, remedies=(*incident.remedies, remedy))
    told = _tell(after, "incident.accepted", order, now)
    return Decision((ev.OfferAccepted(taken.id, remedy), *told.events), intents=told.intents)


def decline(incident: Incident, offer_id: str, now: Circumstances) -> Decision:
    """The customer does not want an offer."""
    _workable(incident, "decline")
    return Decision((ev.OfferDeclined(_open_offer(incident, offer_id, "decline").id),))


def _open_offer(incident: Incident, offer_id: str, attempted: str) -> Offer:
    found = incident.offer(offer_id)
    if found is None:
        known = ", ".join(o.id for o in incident.offers) or "none yet"
        raise UnknownIdError(f"Incident {incident.id}", f"has the offers {known}", got=repr(offer_id)[:40])
    if found.state is not OfferState.OPEN:
        raise _refused(incident, attempted, f"{offer_id} must be open", found.state.value, "Make a new offer.")
    return found


def carry_out(incident: Incident, remedy_id: str, reference: str, order: Order | None, now: Circumstances) -> Decision:
    """An agreed remedy is done; the reference says where to find it. The same again changes nothing."""
    remedy = incident.remedy(remedy_id)
    if remedy is None:
        known = ", ".join(r.id for r in incident.remedies) or "none yet"
        raise UnknownIdError(f"Incident {incident.id}", f"has the remedies {known}", got=repr(remedy_id)[:40])
    if not isinstance(reference, str) or not reference.strip() or len(reference) > 200:
        raise InvalidInput(
            f"Incident {incident.id}", "a remedy needs its reference: a refund's id, an order, a coupon", got="none"
        )
    if remedy.carried_out_at is not None:
        if remedy.reference == reference:
            return Decision()
        raise _refused(incident, "carry_out", f"{remedy_id} is carried out once", f"done as {remedy.reference}")
    _workable(incident, "carry_out")
    done = ev.RemedyCarriedOut(RemedyId(remedy_id), reference)
    elsewhere: tuple[tuple[str, Happening], ...] = ()
    if remedy.amount is not None and order is not None:
        elsewhere = ((order.id, ev.MoneyReturned(remedy.amount, incident.id, remedy.id)),)
    finished = evolve(remedy, reference=reference, carried_out_at=now.at)
    after = evolve(incident, remedies=tuple(finished if r is remedy else r for r in incident.remedies))
    told = _tell(after, "incident.carried_out", order, now)
    return Decision((done, *told.events), elsewhere, told.intents)


# --- Resolution and closing --------------------------------------------------------------------------------------


def resolve(incident: Incident, reason: Text | None, order: Order | None, now: Circumstances) -> Decision:
    """What was agreed is done, or a reason says why nothing was due. Every remedy needs its reference first."""
    missing = tuple(f"{r.id} carried out" for r in incident.remedies if r.carried_out_at is None)
    if not incident.remedies and not (reason and reason.value and reason.value.strip()):
        missing = ("an agreed remedy carried out, or a reason why none was due",)
    hint = "" if incident.phase is not Phase.DETECTED else _TELL_FIRST
    hint = hint or (
        "carry_out() each, with its reference." if incident.remedies else "Give reason=, or offer() and carry_out()."
    )
    INCIDENT.check(_name(incident), incident.phase, "resolve", missing, hint if incident.phase in _WORKABLE else "")
    after = evolve(incident, phase=Phase.RESOLVED)
    told = _tell(after, "incident.resolved", order, now)
    timers = (Timer(incident.id, "resolve_by", None),)
    return Decision((ev.IncidentResolved(reason), *told.events), intents=told.intents, timers=timers)


def claim(incident: Incident) -> Decision:
    """A source says that it is resolved; we did not see it."""
    INCIDENT.check(_name(incident), incident.phase, "claim")
    return Decision((ev.IncidentResolved(claimed=True),))


def confirm_satisfaction(incident: Incident, evidence: Evidence, now: Circumstances) -> Decision:
    """Record what shows that the customer is satisfied. Closing is a step of its own."""
    if incident.phase not in (Phase.RESOLVED, Phase.LAPSED):
        raise _refused(
            incident, "confirm_satisfaction", "the case must be resolved first", incident.phase.value, "resolve() it."
        )
    check_evidence(incident, evidence, now.shop)
    # Who and when are the desk's to say.
    return Decision((ev.SatisfactionConfirmed(Evidence(evidence.kind, evidence.reference)),))


def close(incident: Incident, order: Order | None, now: Circumstances) -> Decision:
    """The customer was told, and there is evidence that they are satisfied. A closed case stays as it is."""
    if incident.phase is Phase.CLOSED:
        return Decision()
    missing: tuple[str, ...] = () if incident.communicated_at is not None else ("the customer told",)
    missing += () if incident.evidence is not None else ("evidence of satisfaction",)
    hint = "confirm_satisfaction() with an answer at or above the threshold, or a conversation."
    hints = {Phase.DETECTED: _TELL_FIRST, Phase.COMMUNICATED: "resolve() it first.", Phase.RESOLVED: hint, Phase.LAPSED: hint}
    INCIDENT.check(_name(incident), incident.phase, "close", missing, hints.get(incident.phase, ""))
    told = _tell(evolve(incident, phase=Phase.CLOSED), "incident.closed", order, now)
    return Decision((ev.IncidentClosed(), *told.events), intents=told.intents)


def reopen(incident: Incident, reason: Text, order: Order | None, now: Circumstances) -> Decision:
    """It was not solved after all. The severity stays, and evidence starts anew."""
    claimed_untold = incident.phase is Phase.RESOLVED and incident.communicated_at is None
    target = INCIDENT.check(_name(incident), incident.phase, "unclaim" if claimed_untold else "reopen")
    _words(reason, f"Incident {incident.id}", "reason")
    after = evolve(incident, phase=Phase(target), reopened=incident.reopened + 1, remedies=(), offers=())
    told = _tell(after, "incident.reopened", order, now)
    timers = (Timer(incident.id, "resolve_by", incident.deadlines.resolve_by),) if incident.deadlines.resolve_by else ()
    return Decision((ev.IncidentReopened(reason), *told.events), intents=told.intents, timers=timers)


def withdraw(incident: Incident, reason: Text, order: Order | None, now: Circumstances) -> Decision:
    """It was no incident. Somebody who was told hears that too."""
    INCIDENT.check(_name(incident), incident.phase, "withdraw")
    _words(reason, f"Incident {incident.id}", "reason")
    told = _tell(evolve(incident, phase=Phase.WITHDRAWN), "incident.withdrawn", order, now) if incident.told else Decision()
    timers = tuple(Timer(incident.id, name, None) for name in ("communicate_by", "resolve_by"))
    return Decision((*told.events, ev.IncidentWithdrawn(reason)), intents=told.intents, timers=timers)


def amend(
    incident: Incident,
    reason: Text,
    now: Circumstances,
    type: str | None = None,
    severity: str | None = None,
    cause: str | None = None,
    description: Text | None = None,
) -> Decision:
    """Corrections; the record keeps the old values."""
    if incident.phase in INCIDENT.final:
        raise _refused(incident, "amend", "a final case stays as it is", incident.phase.value)
    _words(reason, f"Incident {incident.id}", "reason")
    changes = []
    if type is not None:
        changes.append(ev.Change("type", incident.type, _protocol(type, now).type))
    if severity is not None:
        changes.append(ev.Change("severity", incident.severity, _severity(severity, now)))
    if cause is not None:
        changes.append(ev.Change("cause", incident.cause, _cause(cause, now)))
    if description is not None:
        _words(description, f"Incident {incident.id}", "description")
        changes.append(ev.Change("description", incident.description.ref, description.ref))
    if not changes:
        raise InvalidInput(
            f"Incident {incident.id}",
            "a correction must change something",
            got="no field",
            next="Give type=, severity=, cause= or description=.",
        )
    return Decision((ev.IncidentAmended(tuple(changes), reason, description),))


def answered(incident: Incident, event: ev.SurveyAnswerReceived) -> Decision:
    """A survey answer about the case; it changes no phase by itself."""
    return Decision((event,))


_WORKABLE = (Phase.DETECTED, Phase.COMMUNICATED)
_TELL_FIRST = "Tell the customer first: notify() and send_due(), or log_conversation()."


def _workable(incident: Incident, attempted: str) -> None:
    if incident.phase not in _WORKABLE:
        hint = "Reopen it first." if incident.phase in INCIDENT.move("reopen").sources else ""
        raise _refused(incident, attempted, "the case must be detected or communicated", incident.phase.value, hint)


def _words(text: Text, subject: str, what: str) -> None:
    if not text.value or not text.value.strip():
        raise InvalidInput(subject, f"needs a {what} in words", got="nothing")


def _name(incident: Incident) -> str:
    return f"Incident {incident.id}"


def _refused(incident: Incident, attempted: str, rule: str, got: str, next: str = "") -> TransitionRefused:
    return TransitionRefused(
        _name(incident), rule, got=got, next=next, phase=incident.phase.value, attempted=attempted, missing=()
    )
