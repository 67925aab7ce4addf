"""Tasks: opened by people and by rules, taken, done or not done after all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from incidentkit.domain.people import Customer
from incidentkit.domain.tasks import Task
from incidentkit.testing.machines._base import INCIDENTS, ORDERS, Driven
from incidentkit.testing.machines._drawn import PERSONAL, customers, hours_ago, who, words

__all__ = ["TaskRules"]


class TaskRules(Driven):
    """What happens to tasks."""

    @rule(
        kind=st.sampled_from(("call", "call", "Not a code")),
        what=words(),
        order=st.none() | ORDERS,
        incident=st.none() | INCIDENTS,
        customer=customers(),
        owner=st.sampled_from((None, None, "ana", "warehouse", "nobody")),
        days=st.none() | st.integers(-1, 5),
    )
    def open_task(
        self,
        kind: str,
        what: str,
        order: str | None,
        incident: str | None,
        customer: Customer | None,
        owner: str | None,
        days: int | None,
    ) -> None:
        """Something is to be done, for somebody, by a date that may be over."""
        due = None if days is None else self.clock.now.date() + timedelta(days=days)
        self._try(
            lambda: self.desk.tasks.open(
                kind=kind, what=what, why=what, order=order, incident=incident, customer=customer, owner=owner, due=due
            )
        )

    @rule(
        place=st.integers(0, 9),
        what=st.sampled_from(("take", "take", "done", "done", "cancel")),
        words=words(),
        by=who(),
        hours_ago=hours_ago(),
        gone=st.booleans(),
        by_whom=st.sampled_from((None, "ana", "warehouse")),
    )
    def work_on_a_task(
        self, place: int, what: str, words: str, by: str | None, hours_ago: int, gone: bool, by_whom: str | None
    ) -> None:
        """One of them is taken, done or cancelled, whoever opened it, perhaps after its end."""
        desk, at = self.desk.tasks, self.clock.now - timedelta(hours=hours_ago)
        if not desk.find(open=None if gone else True):
            self._try(lambda: desk.open(kind="call", what=PERSONAL, owner=by_whom))
            self.the_record_holds()
        found = desk.find(open=None if gone else True)
        if not found:
            return  # whoever was to have it is absent
        task = found[place % len(found)].id
        commands: dict[str, Callable[[], Task]] = {
            "take": lambda: desk.take(task, by=by),
            "done": lambda: desk.done(task, outcome=words, by=by, at=at),
            "cancel": lambda: desk.cancel(task, reason=words, by=by),
        }
        self._try(commands[what])
