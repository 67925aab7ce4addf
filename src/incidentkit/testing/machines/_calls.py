"""Verification calls: lists of deliveries to ask about, and what comes of ringing."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import MultipleResults, multiple, rule

from incidentkit.domain.orders import Line
from incidentkit.domain.people import Customer
from incidentkit.testing.machines._base import INCIDENTS, Driven
from incidentkit.testing.machines._drawn import PERSONAL, hours_ago, who

__all__ = ["CallRules"]

_OUTCOMES = ("all_well", "all_well", "no_answer", "no_answer", "damaged", "late", "wrong_number", "refused", "unheard_of")


class CallRules(Driven):
    """What happens to verification calls."""

    @rule(
        target=INCIDENTS,
        number=st.integers(0, 2),
        outcome=st.sampled_from(_OUTCOMES),
        by=who(),
        days=st.sampled_from((1, 1, 2, 0)),
    )
    def something_arrives_and_is_asked_about(
        self, number: int, outcome: str, by: str | None, days: int
    ) -> MultipleResults[str]:
        """An order arrives, some days later a list is made, and once more; then somebody rings."""
        rung = Customer(f"{PERSONAL}-rung-{number}", name=PERSONAL, phone=f"+3460000000{number}")
        order = self._try(lambda: self.desk.orders.place(customer=rung, lines=[Line("A", 1, "5.00")]))
        if order is not None:
            self._then(lambda: self.desk.orders.ship(order.id))
            self._then(lambda: self.desk.orders.deliver(order.id))
        self.the_record_holds()
        self.clock.advance(days=days)
        first = self._then(lambda: self.desk.verification_calls.list(by=by))
        again = self._then(self.desk.verification_calls.list)
        seen, calls = len(self.post.seen), first.calls if first is not None else ()

        assert first == again, "a day has two lists"
        for call in calls[:1]:
            self._then(lambda call=call: self.desk.verification_calls.record(call, outcome, by=by))  # type: ignore[misc]
        return self._new_cases(seen)

    @rule(
        target=INCIDENTS,
        place=st.integers(0, 5),
        outcome=st.sampled_from(_OUTCOMES),
        by=who(),
        hours_ago=hours_ago(),
        over=st.booleans(),
        told=st.booleans(),
    )
    def ring(self, place: int, outcome: str, by: str | None, hours_ago: int, over: bool, told: bool) -> MultipleResults[str]:
        """Somebody rings, perhaps about what is over."""
        found = self.desk.verification_calls.find(open=None if over else True)
        if not found:
            return multiple()
        call, seen, at = found[place % len(found)].id, len(self.post.seen), self.clock.now - timedelta(hours=hours_ago)
        words = PERSONAL if told and outcome in ("damaged", "late") else None
        self._try(lambda: self.desk.verification_calls.record(call, outcome, note=PERSONAL, told=words, by=by, at=at))
        return self._new_cases(seen)
