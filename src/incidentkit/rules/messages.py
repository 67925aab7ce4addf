"""Which message follows from what, to whom, and under which key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from attrs import evolve

from incidentkit.domain.effects import Intent
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.orders import Order
from incidentkit.domain.protocols import POINTS
from incidentkit.domain.remedies import Offer, OfferState, Remedy
from incidentkit.domain.surveys import Ask
from incidentkit.domain.times import Due, due_instant
from incidentkit.rules.bundling import patience
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.mass_texts import mass_values, order_called, patience_for, round_of
from incidentkit.rules.promises import UPDATE

__all__ = ["TEXTS", "VERIFICATION", "ask_message", "day", "incident_message", "incident_step", "order_message"]

VERIFICATION = "survey.verification"
"""The text that asks a silent customer whether it is solved, and puts the survey's question with it."""


def _key(now: Circumstances, stream: str, step: str, customer: str, channel: str, generation: int) -> str:
    return "/".join(("message", now.tenant, stream, step, customer, channel, str(generation)))


def _message(
    now: Circumstances, stream: str, step: str, customer: str, channel: str, generation: int, values: dict[str, str]
) -> Intent:
    return Intent(
        key=_key(now, stream, step, customer, channel, generation),
        kind="message",
        channel=channel,
        stream=stream,
        step=step,
        customer=customer,
        due=now.at + patience(step, now.shop),
        values=tuple((name, value) for name, value in values.items() if value),
        purpose=now.shop.sending.purpose_of(step),
    )


def order_message(order: Order, step: str, now: Circumstances, generation: int = 1, **values: str) -> tuple[Intent, ...]:
    """The message about an order, or none: imported, nobody to write to, or a shop that sends nothing."""
    channel = now.shop.channel
    if order.passive or order.customer is None or not channel:
        return ()
    promise = order.promise
    values = {"order": order.label, "date": day(promise.due, now) if promise else "", **values}
    return (_message(now, order.id, step, order.customer, channel, generation, values),)


TEXTS: Mapping[str, tuple[str, ...]] = {
    "communicate": ("incident.detected", "incident.offered", "incident.accepted", "incident.carried_out"),
    "resolve": ("incident.resolved",),
    "close": ("incident.closed", "incident.waived"),
    "reopen": ("incident.reopened",),
    "unclaim": ("incident.reopened",),
    "withdraw": ("incident.withdrawn",),
    "merge": ("incident.merged",),
    "unmerge": ("incident.unmerged",),
    # The customer hears nothing of what a channel, a source or their own silence did.
    "untell": (),
    "claim": (),
    "lapse": (),
}
"""What a customer who was told hears of each move of a case: the texts that may follow from it."""


def incident_step(incident: Incident) -> str:
    """Which text says where the case stands now."""
    if incident.phase is Phase.CLOSED and incident.waived:
        return "incident.waived"
    if incident.phase is Phase.LAPSED:
        return "incident.resolved"
    if incident.phase in (Phase.CLOSED, Phase.WITHDRAWN, Phase.RESOLVED):
        return f"incident.{incident.phase.value}"
    if any(r.carried_out_at for r in incident.remedies):
        return "incident.carried_out"
    if any(r.owed for r in incident.remedies):
        return "incident.accepted"
    if any(o.state is OfferState.OPEN for o in incident.offers):
        return "incident.offered"
    return "incident.reopened" if incident.reopened else "incident.detected"


def incident_message(incident: Incident, step: str, channel: str, now: Circumstances, label: str) -> Intent | None:
    """The message about a case as it stands after the step; ``label`` is what its order is called.

    None where there is nobody to write to. The same text goes out once for the same standing of the case.
    """
    if incident.passive or incident.customer is None or not channel:
        return None
    values = {
        "order": label,
        "type": incident.type,
        "cause": incident.cause or "unknown",
        "responsible": incident.owner.team,
        "offers": "; ".join(dict.fromkeys(_said(offer, incident, now) for offer in _worth_saying(incident, step))),
        "reference": _reference(incident) if step == "incident.carried_out" else "",
        **_expected(incident, now),
        "text": _own_text(incident, step, now),
        **mass_values(incident),
    }
    message = _message(now, incident.id, step, incident.customer, channel, _generation(incident, step), values)
    waits = patience_for(incident, step)
    return evolve(message, due=message.due + waits) if waits else message


def _own_text(incident: Incident, step: str, now: Circumstances) -> str:
    """The text that the case's protocol names for a step; empty for the usual one."""
    protocol = now.shop.protocol_of(incident)
    named = protocol.messages if protocol is not None else {}
    if not named:
        return ""
    return next((name for point, name in named.items() if POINTS[point] == step), "")


def _expected(incident: Incident, now: Circumstances) -> dict[str, str]:
    """By when it is to be put right, and by when the customer was told to hear again; without what is over."""
    words = [p.due for p in incident.promises if p.what == UPDATE and p.replaced_by is None]
    expected: dict[str, Due | None] = {"by": incident.deadlines.resolve_by, "next": words[-1] if words else None}
    still = {name: due for name, due in expected.items() if due is not None and due_instant(due, now.shop.zone) > now.at}
    return {name: day(due, now) for name, due in still.items()}


def _generation(incident: Incident, step: str) -> int:
    """What tells one sending of a text from the next: further offers, further remedies, a further round.

    In a mass incident it is the round alone: each text once for all that there is to say.
    """
    if incident.mass is not None and step not in ("incident.merged", "incident.unmerged"):
        return round_of(incident)
    counted = {
        "incident.offered": len(incident.offers),
        "incident.accepted": len(incident.remedies),
        "incident.carried_out": len(_done(incident)),
        **{text: 1 + sum(n.step == text for n in incident.notices) for text in ("incident.merged", "incident.unmerged")},
    }
    return counted.get(step, incident.reopened + 1)


def _done(incident: Incident) -> list[Remedy]:
    return [remedy for remedy in incident.remedies if remedy.carried_out_at is not None]


def _reference(incident: Incident) -> str:
    """Where to find what was done last; in a mass incident, all that was done."""
    done = _done(incident)
    if incident.mass is not None:
        return ", ".join(dict.fromkeys(remedy.reference for remedy in done))
    return "".join(remedy.reference for remedy in sorted(done, key=attrgetter("carried_out_at"))[-1:])


def _worth_saying(incident: Incident, step: str) -> Sequence[Offer | Remedy]:
    """What is still to be decided, or what was agreed: never one as if it were the other."""
    if step in ("incident.detected", "incident.offered"):
        return [offer for offer in incident.offers if offer.state is OfferState.OPEN]
    if step != "incident.accepted":
        return ()
    return incident.remedies[-1:] if incident.mass is None else [r for r in incident.remedies if r.dropped_at is None]


def _said(offer: Offer | Remedy, incident: Incident, now: Circumstances) -> str:
    """An offer as a message has it; in a mass incident with the order that it is for."""
    of = order_called(incident, offer.order)
    return _offered(offer, now) + (f"|{of.replace('|', '/')}" if of else "")


def _offered(offer: Offer | Remedy, now: Circumstances) -> str:
    # A bar parts what is said of an offer, so that none stands in a product's name.
    what = str(offer.amount or offer.product.replace("|", "/") or "")
    return "|".join((offer.kind, what, day(offer.by, now)))


def ask_message(ask: Ask, now: Circumstances, label: str, step: str = "", **values: str) -> tuple[Intent, ...]:
    """The message that puts a survey's question, by the survey's own text or another."""
    channel = now.shop.channel
    if ask.passive or ask.customer is None or not channel:
        return ()
    said = {"order": label, "survey": ask.survey, "low": str(ask.scale.low), "high": str(ask.scale.high), **values}
    return (_message(now, ask.id, step or f"survey.{ask.survey}", ask.customer, channel, 1, said),)


def day(value: Due, now: Circumstances) -> str:
    """The day of a due time in the shop's zone, as an ISO date."""
    local = value.astimezone(now.shop.tzinfo).date() if isinstance(value, datetime) else value
    return local.isoformat()
