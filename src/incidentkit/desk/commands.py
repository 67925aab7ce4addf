"""What the commands on any kind of thing share: running one, what it comes to, and finding a thing by its id."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from incidentkit.desk.calls import By, Call, given
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.work import Work
from incidentkit.domain.evolve import State
from incidentkit.domain.pages import Page
from incidentkit.rules.decision import Decision
from incidentkit.store.unit import Held, Unit

__all__ = ["Changes", "Commands"]

S = TypeVar("S", bound=State)


class Commands(Generic[S]):
    """Commands of one desk on things of one kind.

    A subclass says of what class they are, and what their streams are called.
    """

    _noun: type[S]
    _kind: ClassVar[str]

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def _run(
        self,
        command: str,
        arguments: dict[str, Any],
        body: Callable[[Work], Held],
        by: By,
        at: datetime | None,
        key: str | None,
    ) -> S:
        """Run a command, and give what it came to."""
        return self._known(self._runtime.run(Call(command, arguments, by, at, key), body))

    def _get(self, id: str) -> S:
        with self._runtime.store.reading() as unit:
            return self._seen(unit, id)

    def _seen(self, unit: Unit, id: str) -> S:
        """The thing with that id, as a caller gets it."""
        return self._known(unit.view(unit.load(self._kind, id)))

    def _seen_all(self, unit: Unit, ids: Page[str]) -> Page[S]:
        """A page of things, as a caller gets them."""
        unit.load_all(ids)
        return ids.map(lambda each: self._seen(unit, each))

    def _known(self, state: Any) -> S:
        assert isinstance(state, self._noun)
        return state


class Changes(Commands[S], ABC):
    """Commands of which most decide on one thing by its id."""

    @abstractmethod
    def _gather(self, work: Work, id: str) -> S:
        """The thing that is decided on."""

    def _change(
        self,
        command: str,
        id: str,
        decide: Callable[[S, Work], Decision],
        arguments: dict[str, Any],
        by: By,
        at: datetime | None,
        key: str | None,
    ) -> S:
        """Decide on a thing, and apply that. Its id is one of the arguments, under the name of its kind."""

        def body(work: Work) -> Held:
            return work.apply(id, decide(self._gather(work, id), work))

        return self._run(command, given(**{self._kind: id}) | arguments, body, by, at, key)
