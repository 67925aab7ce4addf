"""Commands and questions about incidents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from incidentkit.desk.calls import By, Call, given
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.work import Work
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.people import Customer
from incidentkit.domain.remedies import Offer
from incidentkit.errors import InvalidInput
from incidentkit.rules import incidents as rules
from incidentkit.rules import ownership
from incidentkit.rules.decision import Decision
from incidentkit.store.reading import find_incidents
from incidentkit.store.unit import Held

__all__ = ["Incidents"]

Decide = Callable[[Incident, Work], Decision]


class Incidents:
    """Incidents of one desk.

    Every command takes ``by=`` (who; the host vouches for it), ``at=`` (when it happened, with a zone; default: the desk's
    clock; never in the future) and ``key=`` (idempotency: the same key and arguments return the first result), and returns
    the incident as it stands then.

    Raises, from any command:
        UnknownIdError: no such incident, order, offer or remedy.
        TransitionRefused: not from where the case stands now; says what is missing and how to go on.
        RuleViolation: another rule forbids it. The record is as it was.
        ConflictError: somebody else changed the same case again and again.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def report(
        self,
        order: str | Sequence[str] | None = None,
        type: str = "other",
        description: str = "",
        cause: str | None = None,
        severity: str | None = None,
        lines: Sequence[str] = (),
        *,
        customer: Customer | str | None = None,
        reported_by: str = "shop",
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """Something has gone wrong. The case has an accountable owner and its deadlines from this instant on.

        Args:
            order: the id of the affected order, several of them, or none.
            type: one of the shop's types, e.g. ``out_of_stock``.
            description: what happened, in words; kept in the vault.
            cause: the code of the cause, once known.
            severity: default: what the protocol says.
            lines: the affected lines, by id; default: the whole order.
            customer: whose case it is; default: the order's customer.
            reported_by: ``shop`` or ``customer``: who saw it first.
        """
        orders, lines = _ids("order", order), _ids("lines", lines)

        def body(work: Work) -> Held:
            return report(work, orders, type, description, cause, severity, lines, customer, reported_by)

        arguments = given(
            orders=orders,
            type=type,
            description=description,
            cause=cause,
            severity=severity,
            lines=lines,
            customer=customer,
            reported_by=reported_by,
        )
        return self._run("incidents.report", arguments, body, by, at, key)

    def notify(
        self, incident_id: str, channel: str | None = None, *, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """Write to the customer where the case stands. `Desk.send_due` sends it; the case is communicated once it has arrived.

        Args:
            channel: default: the shop's.
        """
        return self._change(
            "incidents.notify",
            incident_id,
            lambda i, w: rules.notify(i, channel, w.order_of(i), w.now),
            given(channel=channel),
            by,
            at,
            key,
        )

    def log_conversation(
        self,
        incident_id: str,
        *,
        channel: str,
        summary: str,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """Somebody of the shop spoke with the customer, who is told by that.

        Args:
            channel: ``phone``, ``counter``, ...
            summary: what was said; kept in the vault.
        """
        return self._change(
            "incidents.log_conversation",
            incident_id,
            lambda i, w: rules.log_conversation(i, channel, w.words(summary), w.now),
            given(channel=channel, summary=summary),
            by,
            at,
            key,
        )

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
            lambda i, w: rules.offer(i, made, w.order_of(i), w.now),
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

    def confirm_satisfaction(
        self, incident_id: str, evidence: Evidence, *, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """Record what shows that the customer is satisfied. It never closes by itself."""
        if not isinstance(evidence, Evidence):
            raise InvalidInput(
                "evidence",
                "must be Evidence",
                got=type(evidence).__name__,
                next="Use Evidence.answer(...) or .conversation(...).",
            )
        return self._change(
            "incidents.confirm_satisfaction",
            incident_id,
            lambda i, w: rules.confirm_satisfaction(i, evidence, w.now),
            given(evidence=evidence),
            by,
            at,
            key,
        )

    def close(self, incident_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None) -> Incident:
        """The customer was told and there is evidence that they are satisfied. A closed case is returned as it is."""
        return self._change("incidents.close", incident_id, lambda i, w: rules.close(i, w.order_of(i), w.now), {}, by, at, key)

    def reopen(
        self, incident_id: str, *, reason: str, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """It was not solved after all."""
        return self._change(
            "incidents.reopen",
            incident_id,
            lambda i, w: rules.reopen(i, w.words(reason), w.order_of(i), w.now),
            given(reason=reason),
            by,
            at,
            key,
        )

    def withdraw(
        self, incident_id: str, *, reason: str, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """It was no incident. It counts nowhere, and can't be taken up again."""
        return self._change(
            "incidents.withdraw",
            incident_id,
            lambda i, w: rules.withdraw(i, w.words(reason), w.order_of(i), w.now),
            given(reason=reason),
            by,
            at,
            key,
        )

    def hand_over(
        self, incident_id: str, *, to: str, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """Ask a team or an agent to take the case. The owner stays accountable until they accept."""
        return self._change(
            "incidents.hand_over", incident_id, lambda i, w: ownership.hand_over(i, to, w.now), given(to=to), by, at, key
        )

    def accept_handover(
        self, incident_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """The agent ``by`` takes the case that they, or their team, were asked to take."""
        return self._change(
            "incidents.accept_handover", incident_id, lambda i, w: ownership.accept_handover(i, w.now), {}, by, at, key
        )

    def amend(
        self,
        incident_id: str,
        *,
        reason: str,
        type: str | None = None,
        severity: str | None = None,
        cause: str | None = None,
        description: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """Correct a case. The record keeps the old values."""

        def decide(incident: Incident, work: Work) -> Decision:
            return rules.amend(incident, work.words(reason), work.now, type, severity, cause, work.text(description))

        arguments = given(reason=reason, type=type, severity=severity, cause=cause, description=description)
        return self._change("incidents.amend", incident_id, decide, arguments, by, at, key)

    def get(self, incident_id: str) -> Incident:
        """The incident with that id.

        Raises:
            UnknownIdError: there is none.
        """
        with self._runtime.store.reading() as unit:
            return _incident(unit.view(unit.load("incident", incident_id)))

    def find(
        self, *, order: str | None = None, open: bool | None = None, type: str | None = None, limit: int = 100
    ) -> tuple[Incident, ...]:
        """Incidents, the latest first.

        Args:
            order: those of one order.
            open: whether its orders count as in incident.
            limit: how many at the most, 1 to 10,000.
        """
        if not 1 <= limit <= 10_000:
            raise InvalidInput("limit", "must be from 1 to 10,000", got=limit)
        with self._runtime.store.reading() as unit:
            found = find_incidents(unit, order=order, open_=open, type_=type, limit=limit)
            return tuple(_incident(unit.view(unit.load("incident", incident_id))) for incident_id in found)

    def _change(
        self,
        command: str,
        incident_id: str,
        decide: Decide,
        arguments: dict[str, Any],
        by: By,
        at: datetime | None,
        key: str | None,
    ) -> Incident:
        def body(work: Work) -> Held:
            return work.apply(incident_id, decide(work.incident(incident_id), work))

        return self._run(command, given(incident=incident_id) | arguments, body, by, at, key)

    def _run(
        self,
        command: str,
        arguments: dict[str, Any],
        body: Callable[[Work], Held],
        by: By,
        at: datetime | None,
        key: str | None,
    ) -> Incident:
        return _incident(self._runtime.run(Call(command, arguments, by, at, key), body))


def report(
    work: Work,
    orders: Sequence[str],
    type: str,
    description: str,
    cause: str | None,
    severity: str | None,
    lines: Sequence[str],
    customer: Customer | str | None,
    reported_by: str,
) -> Held:
    """The body of reporting an incident, which importing shares."""
    incident_id = IncidentId(work.new_id())
    new = rules.Report(
        incident=incident_id,
        type=type,
        description=work.words(description),
        orders=tuple(work.order(o) for o in orders),
        customer=work.customer(customer),
        severity=severity,
        cause=cause,
        lines=lines,
        reported_by=reported_by,
    )
    held = work.apply(incident_id, rules.report(new, work.now))
    for order in orders:
        work.unit.link(order, incident_id)
    return held


def _ids(what: str, given_: str | Sequence[str] | None) -> tuple[str, ...]:
    """One id or several, each once."""
    if given_ is None or isinstance(given_, str):
        return () if given_ is None else (given_,)
    try:
        return tuple(dict.fromkeys(given_))
    except TypeError:
        raise InvalidInput(what, "must be an id or a list of ids", got=type(given_).__name__) from None


def _offers(offers: Sequence[Offer]) -> tuple[Offer, ...]:
    given_ = (offers,) if isinstance(offers, Offer) else tuple(offers)
    for one in given_:
        if not isinstance(one, Offer):
            raise InvalidInput(
                "offers", "must be Offer values", got=type(one).__name__, next="Use Offer(kind, by, amount=None)."
            )
    return given_


def _incident(state: Any) -> Incident:
    assert isinstance(state, Incident)
    return state
