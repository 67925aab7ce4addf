"""Batches: several commands as one transaction, which is written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import MultipleResults, multiple, rule

from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Line, Order
from incidentkit.errors import RuleViolation
from incidentkit.testing.machines._base import INCIDENTS, ORDERS, Driven
from incidentkit.testing.machines._drawn import PERSONAL

__all__ = ["BatchRules"]

_COMMANDS = (
    "place",
    "ship",
    "cancel",
    "resolve",
    "reopen",
    "contact",
    "task",
    "merge",
    "off_scale",
    "off_scale",
    "taken",
    "twice",
)


class BatchRules(Driven):
    """Commands that are made together."""

    @rule(
        target=ORDERS,
        mine=st.lists(ORDERS, max_size=3),
        cases=st.lists(INCIDENTS, max_size=2),
        what=st.lists(st.sampled_from(_COMMANDS), min_size=1, max_size=6),
        fails=st.booleans(),
    )
    def batch(self, mine: list[str], cases: list[str], what: list[str], fails: bool) -> MultipleResults[str]:
        """Several commands as one transaction, some of them refused inside; perhaps it all fails in the end."""
        placed: list[str] = []
        returned: dict[str, Order | Incident] = {}
        done = 0
        try:
            with self.desk.batch():
                for name in what:
                    done += self._inside(name, [*mine, *placed], cases, placed, returned)
                if fails:
                    raise _Abandoned
        except _Abandoned:
            self._nothing_changed("an abandoned batch")
            return multiple()
        if not done:
            self._nothing_changed("a batch of refusals")
        for stream, state in returned.items():
            now = self.desk.orders.get(stream) if isinstance(state, Order) else self.desk.incidents.get(stream)
            assert state == now, "a batch returned what did not come to be"
        return multiple(*placed)

    def _inside(
        self, name: str, mine: list[str], cases: list[str], placed: list[str], returned: dict[str, Order | Incident]
    ) -> bool:
        """Whether a command was made."""
        commands = self._commands(mine, cases)
        if name not in commands:
            return False
        before = self._told_of(mine)
        try:
            state = commands[name]()
        except RuleViolation:
            assert before == self._told_of(mine), f"{name} was refused in a batch, and left traces"
            return False
        if name == "place":
            placed.append(state.id)
        self._note(state, returned)
        return True

    def _commands(self, mine: list[str], cases: list[str]) -> dict[str, Callable[[], Any]]:
        desk = self.desk
        commands: dict[str, Callable[[], Any]] = {"place": lambda: desk.orders.place(f"{PERSONAL}-9", [Line("A", 2, "4")])}
        if mine:
            order = mine[-1]
            commands |= {
                "ship": lambda: desk.orders.ship(order, {"A": 1}),
                "cancel": lambda: desk.orders.cancel(order, reason=PERSONAL),
                "off_scale": lambda: desk.surveys.answer(order=order, score=77, comment=PERSONAL),
                "taken": lambda: desk.orders.amend(order, reason=PERSONAL, number="1", paid="99"),
                "twice": lambda: desk.incidents.report([order, order], "late", PERSONAL),
                "contact": lambda: desk.contacts.log(channel="phone", order=order, summary=PERSONAL),
            }
        if cases:
            case = cases[-1]
            commands |= {
                "resolve": lambda: desk.incidents.resolve(case, reason=PERSONAL),
                "reopen": lambda: desk.incidents.reopen(case, reason=PERSONAL),
                "task": lambda: desk.tasks.open(kind="call", what=PERSONAL, incident=case),
                "merge": lambda: desk.incidents.merge(case, into=cases[0], by="ana"),
            }
        return commands

    def _told_of(self, orders: Sequence[str]) -> int:
        """How much is in the record about some orders, seen from inside the batch."""
        return sum(len(self.desk.orders.timeline(order)) for order in orders)

    def _note(self, state: Any, returned: dict[str, Order | Incident]) -> None:
        """The last that was returned of each stream; what a later command did to another one, it is asked for again."""
        if isinstance(state, Order | Incident):
            returned[state.id] = state
        for stream, earlier in list(returned.items()):
            if isinstance(earlier, Order):
                returned[stream] = self.desk.orders.get(stream)
            elif earlier is not state:
                returned[stream] = self.desk.incidents.get(stream)


class _Abandoned(Exception):
    """The host changed its mind."""
