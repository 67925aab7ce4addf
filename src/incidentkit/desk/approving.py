"""Granting within an authority: what goes beyond it is asked of those who may, and answered by one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from attrs import evolve as changed

from incidentkit.desk.calls import By, given
from incidentkit.desk.casework import Casework
from incidentkit.desk.work import Work
from incidentkit.domain.actors import Actor
from incidentkit.domain.approvals import Approval
from incidentkit.domain.authority import Budget, Granted
from incidentkit.domain.events import ApprovalGiven
from incidentkit.domain.ids import OfferId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.remedies import Offer
from incidentkit.errors import TimeError
from incidentkit.rules import approvals as rules
from incidentkit.rules import authority
from incidentkit.rules import incidents as remedies
from incidentkit.rules.decision import Decision
from incidentkit.store.granted import granted

__all__ = ["Approving", "agreeing", "offering", "raise_if_asked"]

_Make = Callable[[Sequence[Offer]], Decision]


class Approving(Casework):
    """The part of `Incidents` about what people may grant."""

    def approve(
        self, incident_id: str, approval_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """Grant what somebody else asked for: it is offered, or agreed to, with that.

        ``by`` is an agent whose role may approve, and neither whoever asked nor on whose behalf; their own limits hold, as they
        are at this instant.

        Raises:
            AuthorityExceeded: it goes beyond their limits too; the request goes on waiting.
            TransitionRefused: it was answered, it has expired, or the case is over.
            RuleViolation: it is not theirs to answer.
        """
        arguments = given(approval=approval_id)
        return self._change("incidents.approve", incident_id, lambda i, w: _approved(i, approval_id, w), arguments, by, at, key)

    def refuse_approval(
        self,
        incident_id: str,
        approval_id: str,
        *,
        reason: str,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """Do not grant what somebody else asked for.

        Args:
            reason: why, in words; kept in the vault.

        Raises:
            TransitionRefused: it was answered, or it has expired.
            RuleViolation: it is not theirs to answer.
        """
        return self._change(
            "incidents.refuse_approval",
            incident_id,
            lambda i, w: rules.refuse(i, approval_id, w.words(reason), w.now),
            given(approval=approval_id, reason=reason),
            by,
            at,
            key,
        )

    def budgets(self, incident_id: str, *, by: By = None) -> tuple[Budget, ...]:
        """What somebody may still grant in a case, one for each limit; none where nothing limits them.

        A merged case has what is left for the one that goes on for it.

        Raises:
            UnknownIdError: no such incident.
        """
        with self._runtime.store.reading() as unit:
            incident = self._known(unit.load("incident", incident_id).state)
            while incident.merged_into is not None:
                incident = self._known(unit.load("incident", incident.merged_into).state)
            now = self._runtime.circumstances(by)
            left = granted(unit, self._runtime.shop.currency, alone=False)
            return authority.budgets(now.actor, incident, left, now)


# --- Within an authority or not ----------------------------------------------------------------------------------


def offering(work: Work, incident: Incident, offers: Sequence[Offer]) -> Decision:
    """Offers are made, or where they go beyond the authority of whoever makes them, asked for.

    `raise_if_asked` says which, once that is written.

    Args:
        offers: one round of them, or several that `together` has numbered: what they come to together is granted or not.
    """
    made = _priced(work, incident, offers)
    return _within(work, incident, offers, made, _making(work, incident))


def agreeing(work: Work, incident: Incident, offer_id: str) -> Decision:
    """The customer's counter-offer is agreed to, or asked for in the same way."""
    return _within(work, incident, (), _countered(incident, offer_id), _agreement(work, incident, offer_id), offer_id)


def raise_if_asked(incident: Incident, offers: Sequence[Offer], agrees: str | None = None) -> None:
    """Tell a caller that nothing was granted, for it waits for an approval.

    Args:
        incident: as their command left it.
        offers: as they were given; none for the counter-offer ``agrees``.

    Raises:
        AuthorityExceeded: a request for that is waiting.
    """
    refusal = rules.still_asked(incident, offers, _offer_id(agrees))
    if refusal is not None:
        raise refusal


def _within(
    work: Work,
    incident: Incident,
    offers: Sequence[Offer],
    made: Sequence[Offer],
    make: _Make,
    agrees: str | None = None,
) -> Decision:
    _check_day(work)
    decision = make(made)  # first of all: nobody is asked for what can't be done
    verdict = authority.verdict(work.now.actor, made, incident, _granted(work, incident, made), work.now)
    if not verdict.allowed:
        return rules.ask(incident, offers, made, verdict, work.now, _offer_id(agrees))
    needless = rules.granted_otherwise(incident, offers, _offer_id(agrees))
    return changed(decision, events=(*needless, *decision.events)) if needless else decision


def _approved(incident: Incident, approval_id: str, work: Work) -> Decision:
    approval = rules.answerable(incident, approval_id, work.now)
    rules.check_approver(incident, approval, work.now)
    _check_day(work)
    made, make = _asked(approval, incident, work)
    verdict = authority.verdict(work.now.actor, made, incident, _granted(work, incident, made), work.now)
    if not verdict.allowed:
        asking = Actor.parse(approval.asked_by).name
        may = tuple(name for name in verdict.may if name != asking)
        raise rules.beyond(incident, verdict.exceeded, approval.worth, may, approval.id)
    decision = make([changed(offer, made_by=approval.asked_by, approved_by=str(work.now.actor)) for offer in made])
    return changed(decision, events=(ApprovalGiven(approval.id), *decision.events))


def _asked(approval: Approval, incident: Incident, work: Work) -> tuple[Sequence[Offer], _Make]:
    """What was asked for, as it would be granted now."""
    if approval.agrees is not None:
        return _countered(incident, approval.agrees), _agreement(work, incident, approval.agrees)
    made = _priced(work, incident, approval.offers)
    return made, _making(work, incident)


def _priced(work: Work, incident: Incident, offers: Sequence[Offer]) -> tuple[Offer, ...]:
    """Offers as they would be made, round by round."""
    orders, known = work.orders_of(incident), incident
    for number in dict.fromkeys(offer.round for offer in offers) or (0,):
        turn = tuple(offer for offer in offers if offer.round == number)
        known = changed(known, offers=known.offers + remedies.priced(known, turn, orders, work.now))
    return known.offers[len(incident.offers) :]


def _making(work: Work, incident: Incident) -> _Make:
    return lambda made: remedies.offer(incident, made, work.order_of(incident), work.now)


def _agreement(work: Work, incident: Incident, offer_id: str) -> _Make:
    return lambda _: remedies.agree(incident, offer_id, work.orders_of(incident), work.now)


def _countered(incident: Incident, offer_id: str) -> tuple[Offer, ...]:
    """The counter-offer itself; of one that is not there, the rule that agrees to it says so."""
    found = incident.offer(offer_id)
    return () if found is None else (found,)


def _granted(work: Work, incident: Incident, made: Sequence[Offer]) -> Granted:
    """What stands granted beside what these take the place of."""
    return authority.beside(incident, made, granted(work.unit, work.now.shop.currency), work.now.shop)


def _check_day(work: Work) -> None:
    """Refuse what a limited role says it granted on an earlier day: each day would have budgets of its own."""
    now, limits = work.now, authority.authority_of(work.now.actor, work.now.shop)
    today = work.known_at.astimezone(now.shop.tzinfo).date()
    if limits is not None and limits.limited and now.at.astimezone(now.shop.tzinfo).date() < today:
        raise TimeError("at", "is the day on which something is granted", got=now.at.isoformat(), next="Leave it out.")


def _offer_id(agrees: str | None) -> OfferId | None:
    return None if agrees is None else OfferId(agrees)
