"""Commands and questions about incidents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from incidentkit.desk.approving import Approving
from incidentkit.desk.assigning import Assigning
from incidentkit.desk.blocking import Blocking
from incidentkit.desk.by_protocol import ByProtocol
from incidentkit.desk.calls import By, given, ids
from incidentkit.desk.judging import Judging
from incidentkit.desk.paging import wanted
from incidentkit.desk.queue import pushed_down
from incidentkit.desk.remedying import Remedying
from incidentkit.desk.telling import Telling
from incidentkit.desk.work import Work
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.pages import Page
from incidentkit.domain.people import Customer
from incidentkit.errors import InvalidInput
from incidentkit.rules import adopting
from incidentkit.rules import incidents as rules
from incidentkit.rules.clock_readings import ClockReading, read_clocks
from incidentkit.rules.decision import Decision
from incidentkit.rules.priority import Scoring
from incidentkit.store.finding import find_incidents
from incidentkit.store.unit import Held

__all__ = ["Incidents", "report"]


class Incidents(Telling, Remedying, Approving, Assigning, Judging, ByProtocol, Blocking):
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
        need: str | None = None,
        follows: str | None = None,
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
            need: the need whose contact it was reported by, see `Contacts.log`; it is resolved with the case from now on.
            follows: an earlier case that this one goes on from, because it is too late to reopen that.
        """
        orders, lines = ids("order", order), ids("lines", lines)

        def body(work: Work) -> Held:
            return report(work, orders, type, description, cause, severity, lines, customer, reported_by, need, follows)

        arguments = given(
            orders=orders,
            type=type,
            description=description,
            cause=cause,
            severity=severity,
            lines=lines,
            customer=customer,
            reported_by=reported_by,
            need=need,
            follows=follows,
        )
        return self._run("incidents.report", arguments, body, by, at, key)

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

    def withdraw(
        self, incident_id: str, *, reason: str, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """It was no incident. It counts nowhere, and can't be taken up again."""
        return self._change(
            "incidents.withdraw",
            incident_id,
            lambda i, w: rules.withdraw(i, w.words(reason), w.orders_of(i), w.now),
            given(reason=reason),
            by,
            at,
            key,
        )

    def clocks(self, incident_id: str) -> tuple[ClockReading, ...]:
        """The clocks of a case as they stand now, each with the time that it counted and why.

        Raises:
            UnknownIdError: there is no such case.
        """
        return read_clocks(self.get(incident_id), self._runtime.shop, self._runtime.clock())

    def adopt(self, incident_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None) -> Incident:
        """An imported case that is still open becomes live, with its orders: its deadlines count from now on.

        Nothing is sent by that, and nothing of the past is made up for. One that is live already is returned as it is. Many
        at once: `Desk.adopt`.
        """
        return self._change(
            "incidents.adopt",
            incident_id,
            lambda i, w: adopting.adopt(i, [w.order(order) for order in i.orders], w.now),
            {},
            by,
            at,
            key,
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
        """Correct a case. The record keeps the old values.

        Raised to the first severity beyond the share that the shop's policy allows, it names whom it pushes down, in its
        ``pushed_down`` and on the timeline.
        """

        def decide(incident: Incident, work: Work) -> Decision:
            shop = work.now.shop
            behind = pushed_down(work.unit, incident, severity, Scoring.of(shop, work.now.at), shop.priority.most_critical)
            words, described = work.words(reason), work.text(description)
            return rules.amend(incident, words, work.now, type, severity, cause, described, behind)

        arguments = given(reason=reason, type=type, severity=severity, cause=cause, description=description)
        return self._change("incidents.amend", incident_id, decide, arguments, by, at, key)

    def get(self, incident_id: str) -> Incident:
        """The incident with that id.

        Raises:
            UnknownIdError: there is none.
        """
        return self._get(incident_id)

    def find(
        self,
        *,
        order: str | None = None,
        open: bool | None = None,
        type: str | None = None,
        false_resolution: bool | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> Page[Incident]:
        """Incidents, the latest first.

        Args:
            order: those of one order.
            open: whether its orders count as in incident.
            false_resolution: whether it was ever said to be solved, and the customer found that it was not.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        asked = {"order": order, "open_": open, "type_": type, "false_": false_resolution}
        page = wanted(self._runtime, "incidents.find", asked, limit, after)
        with self._runtime.store.reading() as unit:
            found = find_incidents(unit, page, order=order, open_=open, type_=type, false_=false_resolution)
            return self._seen_all(unit, found)


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
    need: str | None = None,
    follows: str | None = None,
    team: str = "",
) -> Held:
    """The body of reporting an incident, which importing shares. ``team``: who is accountable, by what a source says."""
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
        need=None if need is None else work.need(need),
        follows=None if follows is None else work.survivor(follows),
        team=team,
    )
    held = work.apply(incident_id, rules.report(new, work.now))
    for order in orders:
        work.unit.link(order, incident_id)
    return held
