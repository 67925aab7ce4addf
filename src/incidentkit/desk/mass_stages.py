"""One thing that is done for everybody, done for one customer's case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from incidentkit.desk.approving import offering
from incidentkit.desk.remedying import carrying_out
from incidentkit.desk.work import Work
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.mass import MassStage
from incidentkit.domain.remedies import Offer
from incidentkit.domain.texts import Text
from incidentkit.errors import RuleViolation
from incidentkit.rules import approvals, incidents, mass
from incidentkit.store.unit import Held

__all__ = ["Tried", "try_stage"]


@frozen
class Tried:
    """What came of it.

    Args:
        held: the case, as it is then.
        refused: why it could not be done, or not all of it.
        orders: those that the case covers.
    """

    held: Held
    refused: RuleViolation | None
    orders: tuple[str, ...]


def try_stage(work: Work, case: IncidentId, stage: MassStage) -> Tried:
    """Do it for one case, or for the one that goes on for it, and say on the case that it was tried."""
    own = work.incident(case)
    assert own.mass is not None, "a case of a mass incident"
    refused = None
    for attempt in _ATTEMPTS[stage.kind](work, work.survivor(case), stage, own):
        refused = refused or attempt
    passed = mass.passed(stage.number, "" if refused is None else refused.code)
    return Tried(work.apply(case, passed), refused, own.mass.orders)


_Refusals = Iterator[RuleViolation | None]


def _notify(work: Work, case: Incident, stage: MassStage, own: Incident) -> _Refusals:
    try:
        decision = incidents.notify(case, stage.channel or None, work.order_of(case), work.now)
        if decision.events:
            work.apply(case.id, decision)
    except RuleViolation as error:
        yield error


def _offer(work: Work, case: Incident, stage: MassStage, own: Incident) -> _Refusals:
    """A round of alternatives for each order, all of them at once: one message, and one approval where that is needed."""
    orders, rounds = work.orders_of(case), []
    for order in own.mass.orders if own.mass is not None else ():
        try:
            offers = mass.offered_for(case, work.order(order), orders, own.products, stage.offers, work.now)
            if offers:
                # Each for itself: what is not left of one order does not keep the others from theirs.
                incidents.priced(case, offers, orders, work.now)
                rounds.append(offers)
        except RuleViolation as error:
            yield error
    if rounds:
        yield _offered(work, case, approvals.together(rounds))
    # What was asked for before goes on waiting.
    yield from (approvals.still_asked(case, each.offers) for each in case.approvals if each.pending and each.agrees is None)


def _offered(work: Work, case: Incident, offers: Sequence[Offer]) -> RuleViolation | None:
    try:
        held = work.apply(case.id, offering(work, case, offers))
    except RuleViolation as error:
        return error
    assert isinstance(held.state, Incident), "a case stays one"
    return approvals.still_asked(held.state, offers)


def _carry_out(work: Work, case: Incident, stage: MassStage, own: Incident) -> _Refusals:
    """Every remedy of that kind that is owed and waits for nothing."""
    owed = [r for r in case.remedies if r.payable and stage.remedy in ("", r.kind)]
    for remedy in owed:
        order = work.order(remedy.order or case.orders[0]) if case.orders else None
        reference = stage.reference.replace("{order}", order.label if order is not None else case.id)
        try:
            work.apply(case.id, carrying_out(work.incident(case.id), remedy.id, reference, work))
        except RuleViolation as error:
            yield error


def _resolve(work: Work, case: Incident, stage: MassStage, own: Incident) -> _Refusals:
    said = stage.reason.value if stage.reason is not None else None
    try:
        # Looked at with words that are put nowhere, so that a refusal leaves none behind.
        incidents.resolve(case, None if said is None else Text("", said), work.order_of(case), work.now)
        work.apply(case.id, incidents.resolve(case, work.text(said), work.order_of(case), work.now))
    except RuleViolation as error:
        yield error


_ATTEMPTS = {"notify": _notify, "offer": _offer, "carry_out": _carry_out, "resolve": _resolve}
