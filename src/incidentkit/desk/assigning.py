"""Commands and questions about who has a case: handed over, taken, raised to the next level."""

from __future__ import annotations

from datetime import datetime

from incidentkit.desk.calls import By, given
from incidentkit.desk.casework import Casework
from incidentkit.domain.incidents import Incident
from incidentkit.rules import escalation, ownership
from incidentkit.rules.tenures import Tenure, tenures

__all__ = ["Assigning"]


class Assigning(Casework):
    """The part of `Incidents` that is about who has them."""

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

    def escalate(
        self,
        incident_id: str,
        *,
        reason: str,
        to: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Incident:
        """Raise the case to the next level. Whoever that belongs to is asked to take it; the owner stays until they accept.

        Args:
            to: a team or an agent; default: the next in the team's chain of escalation.
        """
        return self._change(
            "incidents.escalate",
            incident_id,
            lambda i, w: escalation.escalate(i, w.words(reason), to, w.now),
            given(reason=reason, to=to),
            by,
            at,
            key,
        )

    def owners(self, incident_id: str) -> tuple[Tenure, ...]:
        """Who had the case from when to when, the first first; the last has it now.

        Raises:
            UnknownIdError: there is none.
        """
        with self._runtime.store.reading() as unit:
            return tenures(unit.history(unit.load("incident", incident_id).stream))
