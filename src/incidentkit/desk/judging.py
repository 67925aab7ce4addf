"""Commands by which people judge cases: waived, reopened, merged, moved to a sub-state of the shop's own."""

from __future__ import annotations

from datetime import datetime

from incidentkit.desk.calls import By, given
from incidentkit.desk.casework import Casework
from incidentkit.desk.work import Work
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.rules import incidents as rules
from incidentkit.rules.decision import Decision
from incidentkit.store.unit import Held

__all__ = ["Judging"]

_OVER = (Phase.RESOLVED, Phase.CLOSED, Phase.LAPSED)


class Judging(Casework):
    """The part of `Incidents` that asks for a person's judgement."""

    def waive(
        self, incident_id: str, *, reason: str, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """A supervisor who does not own the case does without the customer's word. Closing stays a step of its own.

        The case is shown apart from then on, and never counts as satisfied. A later word of the customer takes the waiver's
        place.
        """
        return self._change(
            "incidents.waive",
            incident_id,
            lambda i, w: rules.waive(i, w.words(reason), w.now),
            given(reason=reason),
            by,
            at,
            key,
        )

    def reopen(
        self,
        incident_id: str,
        *,
        reason: str,
        disproved: bool | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """It was not solved after all. Later than the protocol's ``reopen_within`` it is refused: report a new case then.

        Args:
            disproved: the customer found that what was said to be done was not: a false resolution, which is counted.
                Default: where the customer reopens it, or answered below the threshold or came back since the resolution.
        """
        return self._change(
            "incidents.reopen",
            incident_id,
            lambda i, w: rules.reopen(i, w.words(reason), w.order_of(i), w.now, disproved),
            given(reason=reason, disproved=disproved),
            by,
            at,
            key,
        )

    def complain(
        self, incident_id: str, *, reason: str, by: By = "customer", at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """The customer says that it is not solved: the same case again, or, past its time, a new one that goes on from it.

        The new one has the orders, lines, type, cause and customer of the old, and is no less severe.

        Returns:
            the case that goes on: look at its ``id``.
        """

        def body(work: Work) -> Held:
            incident = work.survivor(incident_id)
            until = rules.reopens_until(incident, work.now) if incident.phase in _OVER else None
            if incident.phase is Phase.WITHDRAWN or (until is not None and until < work.now.at):
                return _goes_on(work, incident, reason)
            return work.apply(incident.id, rules.reopen(incident, work.words(reason), work.order_of(incident), work.now))

        return self._run("incidents.complain", given(incident=incident_id, reason=reason), body, by, at, key)

    def merge(
        self, incident_id: str, *, into: str, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """It is the same trouble as another open case, of the same customer, which goes on for both.

        What the customer says about it goes to that case from now on; what is decided is refused here. That case is about its
        orders too, is at least as severe, and a customer who was told hears of it. Where the other was merged itself, it goes
        to the one that goes on for that. People take it back with `unmerge`.

        Returns:
            the merged case; its ``merged_into`` names the other.

        Raises:
            RuleViolation: another customer's case, one with an open offer or a remedy that is owed, or a circle, with its path.
        """

        def decide(incident: Incident, work: Work) -> Decision:
            chain = work.chain(into)
            decision = rules.merge(incident, chain, work.order_of(chain[-1]), work.now)
            for order in incident.orders:
                work.show(order, chain[-1])
            return decision

        return self._change("incidents.merge", incident_id, decide, given(into=into), by, at, key)

    def unmerge(
        self, incident_id: str, *, reason: str, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """It is a case of its own after all: it stands where it stood, and the other gives back what it had brought."""

        def body(work: Work) -> Held:
            incident = work.incident(incident_id)
            parent = work.incident(incident.merged_into) if incident.merged_into is not None else None
            words = work.words(reason)
            return work.apply(incident.id, rules.unmerge(incident, parent, words, work.order_of(incident), work.now))

        return self._run("incidents.unmerge", given(incident=incident_id, reason=reason), body, by, at, key)

    def enter(
        self, incident_id: str, substate: str, *, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Incident:
        """The case goes to one of the shop's own sub-states inside its phase, see ``substates`` in shop.toml."""
        return self._change(
            "incidents.enter",
            incident_id,
            lambda i, w: rules.enter(i, substate, w.now),
            given(substate=substate),
            by,
            at,
            key,
        )


def _goes_on(work: Work, old: Incident, reason: str) -> Held:
    new = rules.Report(
        incident=IncidentId(work.new_id()),
        type=old.type,
        description=work.words(reason),
        orders=tuple(work.order(order) for order in old.orders),
        customer=old.customer,
        cause=old.cause,
        lines=old.lines,
        reported_by="customer",
        follows=old,
    )
    held = work.apply(new.incident, rules.report(new, work.now))
    for order in old.orders:
        work.unit.link(order, new.incident)
    return held
