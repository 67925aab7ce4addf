"""Surveys: asked, answered, and answered where nobody asked."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import MultipleResults, rule

from incidentkit.testing.machines._base import ASKS, INCIDENTS, ORDERS, Driven
from incidentkit.testing.machines._drawn import words

__all__ = ["SurveyRules"]


class SurveyRules(Driven):
    """What customers are asked."""

    @rule(target=ASKS, incident=INCIDENTS, survey=st.sampled_from(("csat", "csat", "nps", "no_such_survey")))
    def ask(self, incident: str, survey: str) -> MultipleResults[str]:
        """Ask the customer of a case."""
        return self._id(self._try(lambda: self.desk.surveys.ask(survey, incident=incident)))

    @rule(ask=ASKS, score=st.integers(-1, 11), comment=st.none() | words())
    def answer(self, ask: str, score: int, comment: str | None) -> None:
        """The customer answers, perhaps again, perhaps off the scale."""
        self._try(lambda: self.desk.surveys.answer(ask, score=score, comment=comment))

    @rule(ask=ASKS, step=st.sampled_from(("packing", "transit", "no_such_step")))
    def code(self, ask: str, step: str) -> None:
        """Somebody reads what was written, if anything was."""
        self._try(lambda: self.desk.surveys.code(ask, step))

    @rule(order=ORDERS)
    def advise(self, order: str) -> None:
        """Whoever handles an order is shown what there is to look out for."""
        self._try(lambda: self.desk.orders.advise(order))

    @rule(target=ASKS, order=st.none() | ORDERS, incident=st.none() | INCIDENTS, score=st.integers(0, 6), comment=words())
    def answer_unasked(self, order: str | None, incident: str | None, score: int, comment: str) -> MultipleResults[str]:
        """An answer to a question that was put elsewhere."""
        desk = self.desk.surveys
        return self._id(self._try(lambda: desk.answer(order=order, incident=incident, score=score, comment=comment)))
