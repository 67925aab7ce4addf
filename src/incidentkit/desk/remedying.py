"""Commands about what makes a case good: offers, remedies, and that they are done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from incidentkit.desk.approving import agreeing, offering, raise_if_asked
from incidentkit.desk.calls import By, Call, given
from incidentkit.desk.casework import Casework
from incidentkit.desk.paying import settle_by_hand, withdraw
from incidentkit.desk.previewing import OfferPreview, preview_of
from incidentkit.desk.replacing import sent_by
from incidentkit.desk.work import Work
from incidentkit.domain.incidents import Incident
from incidentkit.domain.remedies import Offer
from incidentkit.errors import InvalidInput
from incidentkit.rules import incidents as rules
from incidentkit.rules.decision import Decision

__all__ = ["Remedying", "carrying_out", "offers_given"]


class Remedying(Casework):
    """The part of `Incidents` that makes good."""

    def offer(
        self,
        incident_id: str,
        offers: Sequence[Offer],
        *,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """Make concrete offers, and write them to the customer.

        Raises:
            MoneyError: more than what is left of the captured money.
            AuthorityExceeded: more than whoever offers may grant: nothing was offered, and those who may were asked.
        """
        made = offers_given(offers)
        case = self._change(
            "incidents.offer",
            incident_id,
            lambda i, w: offering(w, i, made),
            given(offers=made),
            by,
            at,
            key,
        )
        raise_if_asked(case, made)
        return case

    def accept(
        self, incident_id: str, offer_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """The customer takes an offer: it becomes an agreed remedy, which is put to them in writing."""
        return self._change(
            "incidents.accept",
            incident_id,
            lambda i, w: rules.accept(i, offer_id, w.orders_of(i), w.now),
            given(offer=offer_id),
            by,
            at,
            key,
        )

    def decline(
        self, incident_id: str, offer_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """The customer does not want an offer, or the shop not what they asked for instead."""
        return self._change(
            "incidents.decline", incident_id, lambda i, w: rules.decline(i, offer_id, w.now), given(offer=offer_id), by, at, key
        )

    def counter(
        self,
        incident_id: str,
        offer_id: str,
        offer: Offer,
        *,
        by: By = "customer",
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """The customer asks for something else instead of an offer, which waits for the shop: `agree` to it, or `decline` it.

        Raises:
            TransitionRefused: the offer was answered, or can't be any more.
            MoneyError, QuantityError: more than is left.
        """
        (asked,) = offers_given((offer,))
        return self._change(
            "incidents.counter",
            incident_id,
            lambda i, w: rules.counter(i, offer_id, asked, w.orders_of(i), w.now),
            given(offer=offer_id, asked=asked),
            by,
            at,
            key,
        )

    def agree(
        self, incident_id: str, offer_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """The shop takes what the customer asked for instead: it becomes an agreed remedy, which is put to them in writing.

        Raises:
            MoneyError, QuantityError: other remedies have used up what it is of.
            AuthorityExceeded: more than whoever agrees may grant: nothing was agreed, and those who may were asked.
        """
        arguments = given(offer=offer_id)
        case = self._change("incidents.agree", incident_id, lambda i, w: agreeing(w, i, offer_id), arguments, by, at, key)
        raise_if_asked(case, (), offer_id)
        return case

    def preview(self, incident_id: str, offers: Sequence[Offer], *, by: By = None) -> OfferPreview:
        """What `offer` would come to now, to the cent; nothing is written.

        Raises:
            UnknownIdError: no such incident.
            InvalidInput, MoneyError, QuantityError, TransitionRefused: as `offer` would.
        """
        asked = offers_given(offers)
        with self._runtime.store.reading() as unit:
            work = self._runtime.work(unit, Call("incidents.preview", {}, by))
            return preview_of(work, work.survivor(incident_id), asked)

    def carry_out(
        self,
        incident_id: str,
        remedy_id: str,
        *,
        reference: str,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """An agreed remedy is done.

        Args:
            reference: where to find it: the refund's id, the replacement's order by its id or number, the coupon. An order of
                the record that captured nothing counts as sent instead: what becomes of it is made good out of the first.

        Raises:
            MoneyError: the order would have given back more than it captured.
            TransitionRefused: it was done under another reference, waits for a return, or somebody may be paying it.
        """
        return self._change(
            "incidents.carry_out",
            incident_id,
            lambda i, w: carrying_out(i, remedy_id, reference, w),
            given(remedy=remedy_id, reference=reference),
            by,
            at,
            key,
        )

    def drop(
        self,
        incident_id: str,
        remedy_id: str,
        *,
        reason: str,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """Give up what was agreed: it can't be done, or its customer does not want it any more. What it claimed is free again.

        Args:
            reason: why, in words; kept in the vault.

        Raises:
            TransitionRefused: it is done, was dropped before, or somebody may be paying it.
        """
        return self._change(
            "incidents.drop",
            incident_id,
            lambda i, w: _dropping(i, remedy_id, reason, w),
            given(remedy=remedy_id, reason=reason),
            by,
            at,
            key,
        )

    def resolve(
        self,
        incident_id: str,
        *,
        reason: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """What was agreed is done. Every agreed remedy needs its reference first; with none agreed, ``reason`` says why."""
        return self._change(
            "incidents.resolve",
            incident_id,
            lambda i, w: rules.resolve(i, w.text(reason), w.order_of(i), w.now),
            given(reason=reason),
            by,
            at,
            key,
        )


def carrying_out(incident: Incident, remedy_id: str, reference: str, work: Work) -> Decision:
    """A person says that a remedy is done: its payment, if it has one, is nobody else's from then on."""
    remedy = incident.remedy(remedy_id)
    if remedy is not None:
        settle_by_hand(work, incident, remedy, reference)
    sent = sent_by(work, incident, remedy_id, reference)
    return rules.carry_out(incident, remedy_id, reference, work.orders_of(incident), work.now, sent)


def _dropping(incident: Incident, remedy_id: str, reason: str, work: Work) -> Decision:
    decision = rules.drop(incident, remedy_id, work.words(reason), work.orders_of(incident), work.now)
    remedy = incident.remedy(remedy_id)
    if remedy is not None:
        withdraw(work, incident, remedy)
    return decision


def offers_given(offers: Sequence[Offer]) -> tuple[Offer, ...]:
    """One offer or several, as offers."""
    given_ = (offers,) if isinstance(offers, Offer) else tuple(offers)
    for one in given_:
        if not isinstance(one, Offer):
            raise InvalidInput(
                "offers", "must be Offer values", got=type(one).__name__, next="Use Offer(kind, by, amount=None)."
            )
    return given_
