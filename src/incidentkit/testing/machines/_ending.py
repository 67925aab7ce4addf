"""Nothing is stuck: from wherever a history has led, few commands bring every case, task and need to an end."""

from __future__ import annotations

from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.orders import Order
from incidentkit.errors import RuleViolation
from incidentkit.testing.machines._base import Driven
from incidentkit.testing.machines._drawn import PERSONAL

__all__ = ["Ending"]

_OVER = (Phase.CLOSED, Phase.LAPSED, Phase.WITHDRAWN)
_MOST = 16
"""Steps of a case to its end; it may owe several remedies."""


class Ending(Driven):
    """A good shop at the end of a history."""

    def bring_to_an_end(self) -> None:
        """Every case is closed, unless it was over; then every task is done and every need resolved."""
        with self.desk.batch():
            for case in self.desk.incidents.find(limit=10_000):
                self.lead_to(case.id)
            for task in self.desk.tasks.find(limit=10_000):
                self.desk.tasks.done(task.id, outcome=PERSONAL, by="eva")
            for need in self.desk.needs.find(open=True, limit=10_000):
                self.desk.needs.resolve(need.id, by="ana")
        assert not self.desk.queue(limit=10_000), "something waits for somebody, and everything is done"

    def _lead(self, incident: str, to: Phase | None) -> None:
        """The quickest way to a phase, where one is given."""
        if to is not None:
            with self.desk.batch():
                self.lead_to(incident, to)
            self.the_record_holds()

    def lead_to(self, incident: str, *phases: Phase) -> None:
        """Take a case, or the one that goes on for it, the quickest way to one of these phases or to an end."""
        way: list[str] = []
        while len(way) < _MOST:
            case = self.desk.incidents.get(incident)
            way.append(f"{case.phase}/{case.substate}")
            if case.phase in (*_OVER, *phases):
                return
            if case.merged_into is not None:
                incident = case.merged_into
            else:
                self._next_step(case)
        raise AssertionError(f"{incident} gets nowhere: {' → '.join(way)}")

    def _next_step(self, case: Incident) -> None:
        desk = self.desk.incidents
        if case.phase is Phase.DETECTED and not case.passive:
            desk.log_conversation(case.id, channel="phone", summary=PERSONAL, by="ana")
        elif case.phase is Phase.RESOLVED and case.communicated_at is None:
            # A source said so, and nobody told the customer.
            desk.reopen(case.id, reason=PERSONAL, by="ana")
        elif case.phase is not Phase.RESOLVED and case.passive:
            desk.adopt(case.id, by="ana")
        elif case.phase is Phase.COMMUNICATED:
            self._put_right(case)
        else:
            self._close(case)

    def _put_right(self, case: Incident) -> None:
        desk = self.desk.incidents
        owed = next((r.id for r in case.remedies if r.carried_out_at is None), None)
        if case.substate == "waiting_for_photo":
            self.photos.add(case.id)
            desk.enter(case.id, "photo_here")
        elif owed is None:
            desk.resolve(case.id, reason=PERSONAL, by="ana")
        else:
            try:
                desk.carry_out(case.id, owed, reference="RF-9", by="ana")
            except RuleViolation:
                # Other cases of the order have used the money up: there must be more of it than was known.
                order: Order = self.desk.orders.get(case.orders[0])
                self.desk.orders.amend(order.id, reason=PERSONAL, paid=str(order.captured.amount + 5000))

    def _close(self, case: Incident) -> None:
        desk = self.desk.incidents
        if case.substate == "in_review" and case.conversations:
            desk.enter(case.id, "reviewed")
        elif case.evidence is None or case.substate == "in_review" or not self._closes(case):
            spoken = desk.log_conversation(case.id, channel="phone", summary=PERSONAL, by="leo").conversations[-1]
            desk.confirm_satisfaction(case.id, Evidence.conversation(spoken.id), by="leo")

    def _closes(self, case: Incident) -> bool:
        """Whether it can be closed, and is, or a later word of the customer speaks against what was said before."""
        try:
            self.desk.incidents.close(case.id, by="ana")
        except RuleViolation:
            return False
        return True
