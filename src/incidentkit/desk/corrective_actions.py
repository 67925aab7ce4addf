"""Commands and questions about corrective actions: what is done so that something does not happen again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from incidentkit.desk.analyses import signature_key
from incidentkit.desk.calls import By, given, ids
from incidentkit.desk.commands import Changes
from incidentkit.desk.effectiveness import counted_before, observed
from incidentkit.desk.paging import wanted
from incidentkit.desk.work import Work
from incidentkit.domain.corrective_actions import CorrectiveAction, Counted, Effect, Verification
from incidentkit.domain.ids import CorrectiveActionId
from incidentkit.domain.pages import Page
from incidentkit.domain.times import Due, due, due_instant
from incidentkit.rules import corrective_actions as rules
from incidentkit.rules import planning_actions as plans
from incidentkit.rules.analyses import check_signature
from incidentkit.rules.decision import Decision
from incidentkit.rules.signatures import Signature
from incidentkit.store.effectiveness import find_corrective_actions
from incidentkit.store.unit import Held

__all__ = ["CorrectiveActions"]

_HOW = Verification()


class CorrectiveActions(Changes[CorrectiveAction]):
    """Corrective actions of one desk: each with a sponsor, a doer, a due date, and the kind of incident that it must lower.

    Done is not effective: whether it helped, the orders of the coming weeks decide. `Desk.tick` looks once a day.
    Every command takes ``by=``, ``at=`` and ``key=`` as those on cases do, and returns the action as it stands then.

    Raises, from any command:
        UnknownIdError: no such action, analysis or incident.
        TransitionRefused: not from where the action stands now.
        RuleViolation: another rule forbids it. The record is as it was.
    """

    _noun = CorrectiveAction
    _kind = "corrective_action"

    def _gather(self, work: Work, id: str) -> CorrectiveAction:
        return work.corrective_action(id)

    def plan(
        self,
        *,
        what: str,
        sponsor: str,
        doer: str,
        due: Due,
        signature: Signature | str | None = None,
        analysis: str | None = None,
        incidents: str | Sequence[str] | None = None,
        limit: float | None = None,
        window: timedelta = _HOW.window,
        settle: timedelta = _HOW.settle,
        baseline: timedelta = _HOW.baseline,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> CorrectiveAction:
        """Something is to be done against a kind of incident. One case is reason enough.

        Args:
            what: what is to be done, in words; kept in the vault.
            sponsor: a supervisor, who answers for it.
            doer: the team or agent who does it.
            due: by when; a date lasts to its end in the shop's zone.
            signature: what it must lower, as a `Signature` or its key; default: what the analysis is about, or else its
                cause and step.
            analysis: the id of the analysis that it follows from.
            incidents: the ids of the cases that made somebody act; it stands on the timelines of their orders.
            limit: the highest rate of orders with such an incident that counts as success, from 0 to 1; default: half the
                rate before.
            window: orders placed for so long after it is done are looked at.
            settle: how long after an order was placed its trouble may take to come to light.
            baseline: orders placed for so long before it is done are what they are held against.
        """
        about, signed = ids("incidents", incidents), signature_key(signature)
        how = Verification(window, settle, baseline, limit)

        def body(work: Work) -> Held:
            found = None if analysis is None else work.analysis(analysis)
            new = plans.NewAction(
                action=CorrectiveActionId(work.new_id()),
                what=work.words(what),
                signature=signed,
                sponsor=sponsor,
                doer=doer,
                due=_instant(due, work),
                verification=how,
                analysis=found,
                incidents=tuple(work.incident(incident) for incident in about),
                before=_before(work, signed or plans.signature_found(found), how),
            )
            return work.apply(new.action, plans.plan_action(new, work.now))

        arguments = given(
            what=what,
            sponsor=sponsor,
            doer=doer,
            due=due,
            signature=signed or None,
            analysis=analysis,
            incidents=about,
            limit=None if limit is None else str(limit),
            window=None if window == _HOW.window else window,
            settle=None if settle == _HOW.settle else settle,
            baseline=None if baseline == _HOW.baseline else baseline,
        )
        return self._run("corrective_actions.plan", arguments, body, by, at, key)

    def take(self, action_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None) -> CorrectiveAction:
        """The agent ``by`` takes it: the one who was asked, or one of the team; also one that did not help, to try again."""
        return self._change("corrective_actions.take", action_id, lambda a, w: rules.take_action(a, w.now), {}, by, at, key)

    def done(
        self, action_id: str, *, outcome: str, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> CorrectiveAction:
        """It is done. Whether it helped is seen from now on.

        Args:
            outcome: what was done, in words; kept in the vault.
        """
        return self._change(
            "corrective_actions.done",
            action_id,
            lambda a, w: rules.finish_action(a, w.words(outcome), w.now),
            given(outcome=outcome),
            by,
            at,
            key,
        )

    def verify(self, action_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None) -> CorrectiveAction:
        """Look now, as `Desk.tick` does once a day: link what happened again, open it again or judge it, where it is time."""

        def decide(action: CorrectiveAction, work: Work) -> Decision:
            return rules.judge_action(action, observed(work.unit, action, work.now.at), work.now, (work.new_id(),))

        return self._change("corrective_actions.verify", action_id, decide, {}, by, at, key)

    def extend(
        self,
        action_id: str,
        *,
        window: timedelta,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> CorrectiveAction:
        """Watch it for longer, where there is no telling yet; a supervisor's decision.

        Args:
            window: from when it was done; longer than before.
        """
        return self._change(
            "corrective_actions.extend",
            action_id,
            lambda a, w: rules.extend_action(a, window, w.now),
            given(window=window),
            by,
            at,
            key,
        )

    def reopen(
        self, action_id: str, *, reason: str, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> CorrectiveAction:
        """It must be taken up again, whatever the figures say."""
        return self._change(
            "corrective_actions.reopen",
            action_id,
            lambda a, w: rules.reopen_action(a, w.words(reason)),
            given(reason=reason),
            by,
            at,
            key,
        )

    def cancel(
        self, action_id: str, *, reason: str, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> CorrectiveAction:
        """It is given up; a supervisor's decision."""
        return self._change(
            "corrective_actions.cancel",
            action_id,
            lambda a, w: rules.cancel_action(a, w.words(reason), w.now),
            given(reason=reason),
            by,
            at,
            key,
        )

    def get(self, action_id: str) -> CorrectiveAction:
        """The action with that id.

        Raises:
            UnknownIdError: there is none.
        """
        return self._get(action_id)

    def effect(self, action_id: str) -> Effect:
        """What the record shows of it now, whether or not it is time to judge. Nothing is written.

        Raises:
            UnknownIdError: there is no such action.
        """
        with self._runtime.store.reading() as unit:
            return observed(unit, self._seen(unit, action_id), self._runtime.clock()).effect

    def find(
        self,
        *,
        open: bool | None = True,
        state: str | None = None,
        sponsor: str | None = None,
        doer: str | None = None,
        signature: Signature | str | None = None,
        analysis: str | None = None,
        incident: str | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> Page[CorrectiveAction]:
        """Corrective actions, the soonest due first.

        Args:
            open: those that are not shown to have helped and not given up; None for all.
            state: where they stand, e.g. ``inconclusive``.
            doer: a team or an agent: what they have or were asked to do.
            incident: the id of a case that made somebody act, or that has shown it again.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        asked = {"state": state, "sponsor": sponsor, "doer": doer, "analysis": analysis, "incident": incident}
        asked["signature"] = signature_key(signature) or None
        page = wanted(self._runtime, "corrective_actions.find", {**asked, "open": open}, limit, after)
        with self._runtime.store.reading() as unit:
            return self._seen_all(unit, find_corrective_actions(unit, page, **asked, open_=open))


def _before(work: Work, signature: str, how: Verification) -> Counted:
    """What a limit is held against; nothing where there is none."""
    if how.limit is None or not signature:
        return Counted()
    return counted_before(work.unit, check_signature(signature, work.now.shop), how, work.now.at)


def _instant(given_: Due, work: Work) -> datetime:
    return due_instant(due(given_, "due"), work.now.shop.zone)
