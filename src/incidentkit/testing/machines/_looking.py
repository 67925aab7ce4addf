"""What must hold after every step: the record looked over past the desk, and the desk held against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.rules.clocks import clocks
from incidentkit.testing._audit import Copy, faults, states_of
from incidentkit.testing._pressing import pressing
from incidentkit.testing.machines._base import INCIDENTS, ORDERS
from incidentkit.testing.machines._drawn import PERSONAL
from incidentkit.testing.machines._ending import Ending
from incidentkit.testing.machines._reached import Reached

__all__ = ["Looking"]


class Looking(Ending):
    """What is looked at, after each step and at the end."""

    reached: ClassVar[Reached | None] = None

    @invariant()
    def the_record_holds(self) -> None:
        """Looked over past the desk, wherever a step changed anything."""
        copy = Copy(self._url)
        if copy == self._before:
            return
        found = faults(copy, self.shop)
        assert not found, "; ".join(found)
        telling = copy.holding(PERSONAL)
        assert not telling, f"personal data in {', '.join(telling)}"
        assert self._all_seen(copy), "observers were not shown what is in the record"
        self._check_desk(states_of(copy))
        self._before = copy

    def at_the_end(self) -> None:
        """Everything can be brought to an end, and then nothing is waited for; what the history came by is noted."""
        self.bring_to_an_end()
        self.the_record_holds()
        self._check_figures()
        for state in states_of(self._before).values():
            self._check_clocks(state)
        if self.reached is not None:
            self.reached.note(self.post.seen)
            self.reached.intents.update(row["state"] for row in self._before.of("intents", "default"))

    def _all_seen(self, copy: Copy) -> bool:
        """Whether observers were shown every event that is in the record, once and in order."""
        return [event.seq for event in self.post.seen] == sorted(row["seq"] for row in copy.of("events", "default"))

    # --- The desk ----------------------------------------------------------------------------------------------------

    def _check_desk(self, states: Mapping[str, State]) -> None:
        orders, cases = self.desk.orders.find(limit=10_000), self.desk.incidents.find(limit=10_000)
        affected = {order for case in cases if case.open for order in case.orders}
        assert {order.id for order in orders if order.in_incident} == affected
        queue = [item.task or item.incident for item in self.desk.queue(limit=10_000)]
        assert queue == pressing(states, self.shop, self.clock.now), "the queue is not in the order of its priorities"

    def _check_clocks(self, state: State) -> None:
        """What the desk reads is what follows from the events alone."""
        if isinstance(state, Incident):
            read = [reading.clock for reading in self.desk.incidents.clocks(state.id)]
            assert read == list(clocks(state, self.shop)), f"the clocks of {state.id} do not follow from its events"

    def _check_figures(self) -> None:
        orders, cases = self.desk.orders.find(limit=10_000), self.desk.incidents.find(limit=10_000)
        received, rate = self.desk.measure("orders_received").rows[0], self.desk.measure("incident_rate").rows[0]
        hit = {order for case in cases if case.phase not in (Phase.WITHDRAWN, Phase.MERGED) for order in case.orders}
        assert received.n == received.value == len(orders)
        assert rate.value == (len(hit) / len(orders) if orders else None)

    @rule(order=ORDERS, incident=INCIDENTS, owner=st.sampled_from((None, "ana", "leo", "warehouse")))
    def look(self, order: str, incident: str, owner: str | None) -> None:
        """Ask for whatever can be asked for: nothing changes by it, and it says what the record says."""
        case = self.desk.incidents.get(incident)
        owners = self.desk.incidents.owners(incident)
        assert (owners[-1].team, owners[-1].agent, owners[-1].until) == (case.owner.team, case.owner.agent, None)
        self._check_clocks(states_of(self._before)[incident])
        assert len(self.desk.queue(owner, limit=10_000)) == self.desk.queue_size(owner)
        around = self.desk.context(order)
        assert PERSONAL not in repr(around), "personal data would be written to a log"
        assert around.order == self.desk.orders.get(order)
        cases = {found.id for found in self.desk.incidents.find(order=order, limit=10_000)}
        assert cases <= {found.incident.id for found in around.cases}, "a case is missing from the context"
        assert self.desk.severity_share().open >= 0
        self.desk.orders.timeline(order)
        self._nothing_changed("a question")
        self._check_figures()
        # Asking for figures may keep them.
        self._before = Copy(self._url)
