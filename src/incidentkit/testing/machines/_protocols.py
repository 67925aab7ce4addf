"""Cases that are moved to another version of their protocol, and the tasks that its steps are given out as."""

from __future__ import annotations

from functools import partial

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import rule

from incidentkit.desk.incidents import Incidents
from incidentkit.domain.protocols import Protocol, ProtocolStep
from incidentkit.testing.machines._base import INCIDENTS, Driven
from incidentkit.testing.machines._drawn import who, words

__all__ = ["ProtocolRules"]

_TASKS = (ProtocolStep("look"), ProtocolStep("ask", after=("look",), who="supervisor"))


class ProtocolRules(Driven):
    """Other versions, and what is done step by step."""

    @rule(incident=INCIDENTS, reason=words(), by=who(), steps=st.sampled_from((0, 1, 2)))
    def move_protocol(self, incident: str, reason: str, by: str | None, steps: int) -> None:
        """The settings are changed, and a case is moved to them; what begins later has those of before again."""
        changed = tuple(_with(each, steps) for each in self.desk.shop.protocols)
        # A desk with other settings on the same store: nothing public opens one beside the machine's own.
        later = Incidents(evolve(self.desk._runtime, shop=evolve(self.desk.shop, protocols=changed)))  # noqa: SLF001
        self._try(lambda: later.move_protocol(incident, reason=reason, by=by))

    @rule(incident=INCIDENTS, outcome=words(), done=st.booleans())
    def end_steps(self, incident: str, outcome: str, done: bool) -> None:
        """Whoever has the tasks of a case's steps does them, or need not."""
        for task in self.desk.tasks.find(incident=incident):
            if task.step and done:
                self._try(partial(self.desk.tasks.done, task.id, outcome=outcome, by="eva"))
            elif task.step:
                self._try(partial(self.desk.tasks.cancel, task.id, reason=outcome, by="eva"))


def _with(protocol: Protocol, steps: int) -> Protocol:
    kept = tuple(step for step in protocol.steps if step.name not in ("look", "ask"))
    return evolve(protocol, version=protocol.version + 1, steps=(*_TASKS[:steps], *kept))
