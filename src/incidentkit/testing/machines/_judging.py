"""Judgement: who has a case, whom it waits for, which cases are one, and what is done without the customer's word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import MultipleResults, multiple, rule

from incidentkit.domain.incidents import Incident, Phase
from incidentkit.testing.machines._base import INCIDENTS
from incidentkit.testing.machines._drawn import PERSONAL, person, who, words
from incidentkit.testing.machines._ending import Ending

__all__ = ["JudgingRules"]

_SOMEBODY = ("ana", "ivo", "leo", "eva", "sam", "warehouse", "after-sales", "nobody")
_PLACES = ("waiting_for_photo", "photo_here", "in_review", "reviewed", "nowhere")

_LEAD = st.sampled_from((None, Phase.COMMUNICATED, Phase.RESOLVED))


class JudgingRules(Ending):
    """What people decide about cases."""

    @rule(incident=INCIDENTS, to=st.sampled_from(_SOMEBODY), by=st.none() | st.sampled_from(_SOMEBODY), again=st.booleans())
    def hand_over(self, incident: str, to: str, by: str | None, again: bool) -> None:
        """Ask somebody to take it, and perhaps somebody takes it."""
        desk = self.desk.incidents
        self._try(lambda: desk.hand_over(incident, to=to))
        if again:
            self._then(lambda: desk.accept_handover(incident, by=by or {"warehouse": "leo", "after-sales": "ivo"}.get(to, to)))

    @rule(incident=INCIDENTS, by=st.sampled_from(_SOMEBODY))
    def accept_handover(self, incident: str, by: str) -> None:
        """Somebody takes what they were asked to, by a person or by rule."""
        self._try(lambda: self.desk.incidents.accept_handover(incident, by=by))

    @rule(incident=INCIDENTS, reason=words(), to=st.none() | st.sampled_from(_SOMEBODY), by=who())
    def escalate(self, incident: str, reason: str, to: str | None, by: str | None) -> None:
        """Raise it, to somebody or to the next in the chain."""
        self._try(lambda: self.desk.incidents.escalate(incident, reason=reason, to=to, by=by))

    @rule(incident=INCIDENTS, reason=words(), days=st.none() | st.integers(-1, 6), dated=st.booleans())
    def wait(self, incident: str, reason: str, days: int | None, dated: bool) -> None:
        """Nothing can be done before the customer answers."""
        at = None if days is None else self.clock.now + timedelta(days=days)
        until = at.date() if at is not None and dated else at
        self._try(lambda: self.desk.incidents.wait(incident, reason=reason, until=until))

    @rule(incident=INCIDENTS, hours=st.integers(-1, 60), what=st.sampled_from(("update", "update", "update", "moon")))
    def promise(self, incident: str, hours: int, what: str) -> None:
        """The customer is told when they hear from the shop again."""
        by_when = self.clock.now + timedelta(hours=hours)
        self._try(lambda: self.desk.incidents.promise(incident, by_when=by_when, what=what, by="ana"))

    @rule(
        incident=INCIDENTS, places=st.lists(st.sampled_from(_PLACES), min_size=1, max_size=3), photo=st.booleans(), lead=_LEAD
    )
    def enter(self, incident: str, places: list[str], photo: bool, lead: Phase | None) -> None:
        """It goes to some of the shop's own places."""
        self._lead(incident, lead)
        if photo:
            self.photos.add(incident)
        for place in places:
            self._then(partial(self.desk.incidents.enter, incident, place))

    @rule(
        incident=INCIDENTS,
        reason=words(),
        by=st.sampled_from((None, "ana", "eva", "eva", "sam", "sam")),
        close=st.booleans(),
        lead=_LEAD,
    )
    def waive(self, incident: str, reason: str, by: str | None, close: bool, lead: Phase | None) -> None:
        """A supervisor does without the customer's word, and perhaps it is closed by that."""
        self._lead(incident, lead)
        self._try(lambda: self.desk.incidents.waive(incident, reason=reason, by=by))
        if close:
            self._then(lambda: self.desk.incidents.close(incident))

    @rule(incident=INCIDENTS, to=st.sampled_from((Phase.COMMUNICATED, Phase.RESOLVED, Phase.RESOLVED, Phase.CLOSED)))
    def lead(self, incident: str, to: Phase) -> None:
        """The quickest way to where judgement is asked for; nothing on it is refused."""
        self._lead(incident, to)

    @rule(
        target=INCIDENTS,
        incident=INCIDENTS,
        whose=st.sampled_from(("same", "same", "nobody's", "another's")),
        merged=st.sampled_from(("no", "merged", "and back", "and back")),
    )
    def report_again(self, incident: str, whose: str, merged: str) -> MultipleResults[str]:
        """The same trouble is reported once more, and seen to be the same, or not to be."""
        desk, case = self.desk.incidents, self.desk.incidents.get(incident)
        customer = None if whose != "another's" else person(2, mail=True)
        orders = case.orders if whose == "same" else ()
        again = self._try(lambda: desk.report(orders, case.type, PERSONAL, customer=customer))
        if again is None:
            return multiple()
        if merged != "no":
            self._then(lambda: desk.merge(again.id, into=incident, by="ana"))
        if merged == "and back":
            self._then(lambda: desk.unmerge(again.id, reason=PERSONAL, by="ana"))
        return multiple(again.id)

    @rule(
        incident=INCIDENTS,
        other=INCIDENTS,
        what=st.sampled_from(("merge", "merge", "back", "unmerge")),
        by=st.sampled_from(("ana", "ana", None, "customer")),
    )
    def merge(self, incident: str, other: str, what: str, by: str | None) -> None:
        """Two cases are one, or were not after all; perhaps in a circle."""
        desk = self.desk.incidents
        commands: dict[str, Callable[[], Incident]] = {
            "merge": lambda: desk.merge(incident, into=other, by=by),
            "back": lambda: desk.merge(other, into=incident, by=by),
            "unmerge": lambda: desk.unmerge(incident, reason=PERSONAL, by=by),
        }
        self._try(commands[what])

    @rule(
        target=INCIDENTS,
        incident=INCIDENTS,
        reason=words(),
        disproved=st.none() | st.booleans(),
        days=st.sampled_from((0, 0, 11)),
        lead=st.sampled_from((None, Phase.RESOLVED, Phase.CLOSED)),
    )
    def complain(
        self, incident: str, reason: str, disproved: bool | None, days: int, lead: Phase | None
    ) -> MultipleResults[str]:
        """It was not solved after all: the same case again, or, past its time, another that goes on from it."""
        self._lead(incident, lead)
        self.clock.advance(days=days)
        self.the_record_holds()
        desk, seen = self.desk.incidents, len(self.post.seen)
        if disproved is None:
            self._try(lambda: desk.complain(incident, reason=reason))
        else:
            self._try(lambda: desk.reopen(incident, reason=reason, disproved=disproved, by="customer"))
        return self._new_cases(seen)
