"""Granting beyond one's authority: it is asked for, answered by others, or expires."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from incidentkit.domain.actors import Actor
from incidentkit.domain.incidents import Incident
from incidentkit.domain.remedies import Offer
from incidentkit.errors import AuthorityExceeded
from incidentkit.testing.machines._base import INCIDENTS, Driven
from incidentkit.testing.machines._drawn import PERSONAL, words

__all__ = ["ApprovingRules"]

_PEOPLE = ("ana", "leo", "eva", "sam")


class ApprovingRules(Driven):
    """What people want to grant, and who may."""

    @rule(incident=INCIDENTS, amount=st.sampled_from(("0.50", "2", "9")), by=st.sampled_from(_PEOPLE), answer=st.booleans())
    def grant(self, incident: str, amount: str, by: str, answer: bool) -> None:
        """Somebody offers as much as they like, and perhaps somebody else approves what is too much for them."""
        soon = self.clock.now + timedelta(days=2)
        self._ask(lambda: self.desk.incidents.offer(incident, [Offer("refund", soon, amount)], by=by))
        if answer:
            self.the_record_holds()
            self._ask(lambda: self.desk.incidents.approve(incident, "approval-1", by="eva" if by != "eva" else "sam"))

    @rule(number=st.integers(0, 3), by=st.sampled_from((*_PEOPLE, "nobody")), yes=st.booleans(), reason=words())
    def answer_approval(self, number: int, by: str, yes: bool, reason: str) -> None:
        """One of the requests that wait is answered, by whoever may or may not."""
        waiting = list(self.desk.approvals.find(limit=4))
        if waiting:
            asked, desk = waiting[number % len(waiting)], self.desk.incidents
            if yes:
                self._ask(lambda: desk.approve(asked.incident, asked.id, by=by))
            else:
                self._try(lambda: desk.refuse_approval(asked.incident, asked.id, reason=reason, by=by))

    def _ask(self, command: Callable[[], Incident]) -> None:
        """A command that may end with a request: that is the one refusal which leaves something."""

        refusals: list[AuthorityExceeded] = []

        def asking() -> Incident | None:
            try:
                return command()
            except AuthorityExceeded as error:
                refusals.append(error)
                return None

        self._try(asking)
        for error in refusals:
            assert PERSONAL not in f"{error} {error!r} {error.context}", "an error shows personal data"
            assert error.exceeded, "a refusal says what it goes beyond"

    @invariant()
    def nobody_answers_themselves(self) -> None:
        """Whatever was answered, was so by an agent other than whoever asked."""
        for asked in self.desk.approvals.find(open=None) if hasattr(self, "desk") else ():
            assert not asked.by or Actor.parse(asked.by).name != Actor.parse(asked.asked_by).name, (
                f"{asked.id} of {asked.incident}"
            )
