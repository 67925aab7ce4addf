"""Commands and questions about tasks."""

from __future__ import annotations

from datetime import datetime

from incidentkit.desk.calls import By, given
from incidentkit.desk.commands import Changes
from incidentkit.desk.paging import wanted
from incidentkit.desk.work import Work
from incidentkit.domain.goals import Initiative
from incidentkit.domain.ids import TaskId
from incidentkit.domain.pages import Page
from incidentkit.domain.people import Customer
from incidentkit.domain.tasks import Task
from incidentkit.domain.times import Due, due, due_instant
from incidentkit.rules import tasks as rules
from incidentkit.store.finding import find_tasks
from incidentkit.store.objectives import initiative_of
from incidentkit.store.unit import Held

__all__ = ["Tasks"]


class Tasks(Changes[Task]):
    """Tasks of one desk: what somebody has to do, each with an accountable team from the first instant.

    Every command takes ``by=`` (who; the host vouches for it), ``at=`` (when it happened, with a zone; default: the desk's
    clock; never in the future) and ``key=`` (idempotency: the same key and arguments return the first result), and returns
    the task as it stands then.

    Raises, from any command:
        UnknownIdError: no such task, order or incident.
        TransitionRefused: not from where the task stands now.
        RuleViolation: another rule forbids it. The record is as it was.
    """

    _noun = Task
    _kind = "task"

    def _gather(self, work: Work, id: str) -> Task:
        return work.task(id)

    def open(
        self,
        *,
        kind: str,
        what: str,
        why: str | None = None,
        order: str | None = None,
        incident: str | None = None,
        customer: Customer | str | None = None,
        owner: str | None = None,
        due: Due | None = None,
        initiative: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Task:
        """Something is to be done.

        Args:
            kind: a short code, e.g. ``call``.
            what, why: in words; kept in the vault.
            order, incident: the id of what it is about; it stands on the order's timeline.
            customer: whom it is about; default: the incident's or the order's.
            owner: a team or an agent; default: the incident's owner, else the shop's default team.
            due: by when; a date lasts to its end in the shop's zone.
            initiative: the id of an Objective's initiative that it is a step of; it has the owner then, unless one is given.
        """
        arguments = given(
            kind=kind,
            what=what,
            why=why,
            order=order,
            incident=incident,
            customer=customer,
            owner=owner,
            due=due,
            initiative=initiative,
        )

        def body(work: Work) -> Held:
            step = None if initiative is None else initiative_of(work.unit, initiative)
            new = rules.NewTask(
                task=TaskId(work.new_id()),
                kind=kind,
                what=work.text(what),
                why=work.text(why),
                incident=None if incident is None else work.incident(incident),
                order=None if order is None else work.order(order),
                customer=work.customer(customer),
                owner=owner or _owner_of(step, incident),
                due=_due(due, work),
                initiative=None if step is None else step.id,
            )
            return work.apply(new.task, rules.open_task(new, work.now))

        return self._run("tasks.open", arguments, body, by, at, key)

    def take(self, task_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None) -> Task:
        """The agent ``by`` takes it: one of the owning team, the one who was asked, or a supervisor."""
        return self._change("tasks.take", task_id, lambda t, w: rules.take_task(t, w.now), {}, by, at, key)

    def done(self, task_id: str, *, outcome: str, by: By = None, at: datetime | None = None, key: str | None = None) -> Task:
        """It is done. Who does one that nobody has taken takes it by that.

        Args:
            outcome: what came of it, in words; kept in the vault.
        """
        return self._change(
            "tasks.done",
            task_id,
            lambda t, w: rules.finish_task(t, w.words(outcome), w.now),
            given(outcome=outcome),
            by,
            at,
            key,
        )

    def cancel(self, task_id: str, *, reason: str, by: By = None, at: datetime | None = None, key: str | None = None) -> Task:
        """It need not be done."""
        return self._change(
            "tasks.cancel", task_id, lambda t, w: rules.cancel_task(t, w.words(reason)), given(reason=reason), by, at, key
        )

    def get(self, task_id: str) -> Task:
        """The task with that id.

        Raises:
            UnknownIdError: there is none.
        """
        return self._get(task_id)

    def find(
        self,
        *,
        owner: str | None = None,
        order: str | None = None,
        incident: str | None = None,
        kind: str | None = None,
        open: bool | None = True,
        limit: int = 100,
        after: str | None = None,
    ) -> Page[Task]:
        """Tasks, the soonest due first, then the oldest.

        Args:
            owner: a team or an agent: what they own or were asked to do.
            open: whether there is still something to do; None for all.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        asked = {"owner": owner, "order": order, "incident": incident, "kind": kind, "open_": open}
        page = wanted(self._runtime, "tasks.find", asked, limit, after)
        with self._runtime.store.reading() as unit:
            found = find_tasks(unit, page, owner=owner, order=order, incident=incident, kind=kind, open_=open)
            return self._seen_all(unit, found)


def _owner_of(step: Initiative | None, incident: str | None) -> str:
    """Who is asked where nobody is named: a step's are the initiative's, unless a case has an owner of its own."""
    return "" if step is None or incident is not None else step.owner or step.team


def _due(given_: Due | None, work: Work) -> datetime | None:
    return None if given_ is None else due_instant(due(given_, "due"), work.now.shop.zone)
