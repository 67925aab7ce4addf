"""Commands about what makes a case good: offers, remedies, and that they are done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from incidentkit.desk.calls import By, given
from incidentkit.desk.casework import Casework
from incidentkit.domain.incidents import Incident
from incidentkit.domain.remedies import Offer
from incidentkit.errors import InvalidInput
from incidentkit.rules import incidents as rules

__all__ = ["Remedying"]


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
        """
        made = _offers(offers)
        return self._change(
            "incidents.offer",
            incident_id,
            lambda i, w: rules.offer(i, rules.priced(i, made, w.orders_of(i), w.now), w.order_of(i), w.now),
            given(offers=made),
            by,
            at,
            key,
        )

    def accept(
        self, incident_id: str, offer_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """The customer takes an offer: it becomes an agreed remedy, which is put to them in writing."""
        return self._change(
            "incidents.accept",
            incident_id,
            lambda i, w: rules.accept(i, offer_id, w.order_of(i), w.now),
            given(offer=offer_id),
            by,
            at,
            key,
        )

    def decline(
        self, incident_id: str, offer_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """The customer does not want an offer."""
        return self._change(
            "incidents.decline", incident_id, lambda i, w: rules.decline(i, offer_id, w.now), given(offer=offer_id), by, at, key
        )

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
            reference: where to find it: the refund's id, the replacement's order, the coupon.

        Raises:
            MoneyError: the order would have given back more than it captured.
        """
        return self._change(
            "incidents.carry_out",
            incident_id,
            lambda i, w: rules.carry_out(i, remedy_id, reference, w.order_of(i), w.now),
            given(remedy=remedy_id, reference=reference),
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


def _offers(offers: Sequence[Offer]) -> tuple[Offer, ...]:
    given_ = (offers,) if isinstance(offers, Offer) else tuple(offers)
    for one in given_:
        if not isinstance(one, Offer):
            raise InvalidInput(
                "offers", "must be Offer values", got=type(one).__name__, next="Use Offer(kind, by, amount=None)."
            )
    return given_
