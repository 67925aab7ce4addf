"""Waiting for the customer, and telling them when they hear from the shop again."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.promises import Promise
from incidentkit.domain.texts import Text
from incidentkit.domain.times import Due, due, due_instant
from incidentkit.errors import InvalidInput
from incidentkit.rules.cases import TELL_FIRST, in_words, name, refused, workable
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.promises import UPDATE

__all__ = ["promise", "wait"]


def wait(incident: Incident, reason: Text, until: Due | None, now: Circumstances) -> Decision:
    """The shop can't go on before the customer has answered. Nobody is waited for for ever.

    Raises:
        TransitionRefused: the solution is not being worked out, or the customer knows of nothing.
        InvalidInput: no reason, or an end that is past.
    """
    workable(incident, "wait")
    if incident.phase is not Phase.COMMUNICATED:
        raise refused(incident, "wait", "the customer must have been told", incident.phase.value, TELL_FIRST)
    in_words(reason, name(incident), "reason")
    end = now.at + now.shop.longest_wait if until is None else due(until, "until")
    if due_instant(end, now.shop.zone) <= now.at:
        raise InvalidInput(name(incident), "waits until a time to come", got=end.isoformat(), next="Give a later until=.")
    return Decision((ev.CustomerAwaited(reason, end),))


def promise(incident: Incident, what: str, by: Due, now: Circumstances) -> Decision:
    """The customer was told to expect something by a time; a promise of the same takes the place of the last one.

    Raises:
        TransitionRefused: the case is imported, or over.
        InvalidInput: what is promised is nothing that the record can show, or its time is past.
    """
    if incident.passive:
        raise refused(incident, "promise", "an imported case is silent until it is adopted", "imported", "Adopt it first.")
    if not incident.open:
        raise refused(incident, "promise", "the case must be open", incident.phase.value, "Reopen it first.")
    if what != UPDATE:
        rule = f"what is promised is {UPDATE}: when the customer hears again; the rest is promised by offers and orders"
        raise InvalidInput(name(incident), rule, got=repr(what)[:40])
    end = due(by, "by_when")
    if due_instant(end, now.shop.zone) <= now.at:
        rule = "promises what can still be kept"
        raise InvalidInput(name(incident), rule, got=end.isoformat(), next="Give a later by_when=.")
    earlier = next((p for p in reversed(incident.promises) if p.what == what and p.replaced_by is None), None)
    made = Promise(
        id=f"promise-{len(incident.promises) + 1}",
        what=what,
        due=end,
        made_at=now.at,
        made_by=str(now.actor),
        source="conversation",
    )
    return Decision((ev.PromiseMade(made, earlier.id if earlier is not None else None),))
