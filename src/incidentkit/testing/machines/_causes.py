"""Causes that are looked for, and corrective actions: planned, done, judged, and taken up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from incidentkit.domain.corrective_actions import ActionState, CorrectiveAction
from incidentkit.testing.machines._base import INCIDENTS, Driven
from incidentkit.testing.machines._drawn import PERSONAL, who, words

__all__ = ["CauseRules"]

_SIGNATURES = ("oversold/step/stock", "oversold/step/stock", "packaging/step/packing", "gremlins/step/packing", "defect")
_DAY = timedelta(days=1)


class CauseRules(Driven):
    """What happens to analyses and corrective actions."""

    @rule(
        words=words(),
        incident=st.none() | INCIDENTS,
        signature=st.sampled_from((None, *_SIGNATURES)),
        team=st.sampled_from((None, "warehouse", "nobody")),
    )
    def look_for_a_cause(self, words: str, incident: str | None, signature: str | None, team: str | None) -> None:
        """Somebody wants to know why."""
        self._try(lambda: self.desk.analyses.begin(problem=words, incidents=incident, signature=signature, team=team, by="ana"))

    @rule(
        place=st.integers(0, 9),
        what=st.sampled_from(("why", "why", "hear", "hear", "conclude", "conclude", "retract", "explain", "reopen", "drop")),
        words=words(),
        incident=INCIDENTS,
        step=st.sampled_from(("stock", "packing", "dreaming")),
        by=who(),
    )
    def work_on_a_cause(self, place: int, what: str, words: str, incident: str, step: str, by: str | None) -> None:
        """The next why, a customer's voice, the conclusion, or one step back."""
        desk = self.desk.analyses
        one = self._a_cause(place, incident, told=what in ("conclude", "reopen", "retract"))
        commands: dict[str, Callable[[], object]] = {
            "why": lambda: desk.why(one, because=words, evidence=PERSONAL, step=step, incidents=incident, by=by),
            "hear": lambda: desk.hear(one, words=words, incident=incident, by=by),
            "conclude": lambda: desk.conclude(one, cause="oversold", by=by),
            "retract": lambda: desk.retract(one, 1 + place % 2, reason=words, by=by),
            "explain": lambda: desk.explain(one, incident, by=by),
            "reopen": lambda: desk.reopen(one, reason=words, by=by),
            "drop": lambda: desk.drop(one, reason=words, by=by),
        }
        self._try(commands[what])

    @rule(
        words=words(),
        incident=st.none() | INCIDENTS,
        signature=st.sampled_from(_SIGNATURES),
        sponsor=st.sampled_from(("eva", "eva", "eva", "ana")),
        doer=st.sampled_from(("warehouse", "leo", "leo", "ana", "nobody")),
        days=st.integers(0, 5),
        window=st.sampled_from((1, 1, 60)),
    )
    def plan_an_action(
        self, words: str, incident: str | None, signature: str, sponsor: str, doer: str, days: int, window: int
    ) -> None:
        """Something will be done against a kind of incident."""
        self._try(
            lambda: self.desk.corrective_actions.plan(
                what=words,
                sponsor=sponsor,
                doer=doer,
                due=self.clock.now + days * _DAY,
                signature=signature,
                incidents=incident,
                window=window * _DAY,
                settle=0 * _DAY,
            )
        )

    @rule(
        place=st.integers(0, 9),
        what=st.sampled_from(("take", "done", "verify", "wait", "wait", "forget", "extend", "reopen", "cancel")),
        words=words(),
        by=st.sampled_from(("leo", "leo", "ana", "eva", None)),
        hit=st.booleans(),
    )
    def work_on_an_action(self, place: int, what: str, words: str, by: str | None, hit: bool) -> None:
        """One of them is taken, done, looked at, left alone, taken up again or given up; it may have happened again."""
        desk = self.desk.corrective_actions
        action = self._an_action(place, done=what in ("verify", "wait", "extend", "reopen"))
        if hit and action.state is ActionState.DONE:
            self._again()
        if what in ("wait", "forget"):
            self.clock.advance(days=3)
        commands: dict[str, Callable[[], CorrectiveAction]] = {
            "wait": lambda: desk.verify(action.id),
            "forget": lambda: desk.get(action.id),
            "take": lambda: desk.take(action.id, by=by),
            "done": lambda: desk.done(action.id, outcome=words, by=by),
            "verify": lambda: desk.verify(action.id, by=by),
            "extend": lambda: desk.extend(action.id, window=action.verification.window + 30 * _DAY, by=by),
            "reopen": lambda: desk.reopen(action.id, reason=words, by=by),
            "cancel": lambda: desk.cancel(action.id, reason=words, by=by),
        }
        self._try(commands[what])
        if what == "forget":
            self.desk.tick()

    def _a_cause(self, place: int, incident: str, *, told: bool) -> str:
        """One of the analyses, or a new one; ``told``: with what its conclusion needs."""
        desk = self.desk.analyses
        if not desk.find():
            desk.begin(problem=PERSONAL, incidents=incident, by="ana")
        found = desk.find(limit=10_000)
        analysis = found[place % len(found)]
        if told and analysis.open and not (analysis.whys and analysis.voices):
            with self.desk.batch():
                desk.why(analysis.id, because=PERSONAL, evidence=PERSONAL, step="stock", by="ana")
                desk.hear(analysis.id, words=PERSONAL, incident=incident, by="ana")
        self.the_record_holds()
        return analysis.id

    def _an_action(self, place: int, *, done: bool) -> CorrectiveAction:
        """One of the actions, or a new one; ``done``: carried out."""
        desk = self.desk.corrective_actions
        if not desk.find(open=None):
            soon = self.clock.now + _DAY
            desk.plan(
                what=PERSONAL, sponsor="eva", doer="leo", due=soon, signature=_SIGNATURES[0], window=_DAY, settle=0 * _DAY
            )
        found = desk.find(open=None, limit=10_000)
        action = found[place % len(found)]
        if done and action.to_do:
            action = desk.done(action.id, outcome=PERSONAL, by="leo" if action.owner.team == "warehouse" else "ana")
        self.the_record_holds()
        return action

    def _again(self) -> None:
        """What it was done against happens to a later order."""
        self.clock.advance(minutes=1)
        with self.desk.batch():
            order = self.desk.orders.place(customer=PERSONAL, lines=())
            self.desk.incidents.report(order.id, type="damaged", description=PERSONAL, cause="oversold")
        self.the_record_holds()
