"""What every part of the machine stands on: a desk with a clock and a post, and how commands are made on it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, TypeVar

from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, multiple

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.surveys import Ask
from incidentkit.errors import RuleViolation
from incidentkit.testing._audit import Copy
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from incidentkit.testing.machines._drawn import PERSONAL
from incidentkit.testing.machines._shop import SHOP

__all__ = ["ASKS", "INCIDENTS", "NEEDS", "ORDERS", "Driven"]

T = TypeVar("T")

ORDERS: Bundle[str] = Bundle("orders")
INCIDENTS: Bundle[str] = Bundle("incidents")
ASKS: Bundle[str] = Bundle("asks")
NEEDS: Bundle[str] = Bundle("needs")

# Files in memory, where there is such a folder: waiting for a disk would be most of the time.
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it


class Driven(RuleBasedStateMachine):
    """A desk on a store of its own."""

    shop: ClassVar[Shop] = SHOP
    plugins: ClassVar[Sequence[object]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.post = Post()
        self.photos: set[str] = set()
        self._open = ExitStack()
        self._url = self._open.enter_context(self.store())
        self.desk: Desk = open_desk(
            self._url,
            self.shop,
            plugins=(self.post, *self.plugins),
            clock=self.clock,
            ids=_counted_ids(),
            guards=self._guards(),
        )
        self._before = Copy(self._url)

    def _guards(self) -> dict[str, Callable[[Incident], bool]]:
        """What a host knows: whose photo has come."""
        return {"photo received": lambda case: case.id in self.photos} if self.shop.host_guards else {}

    def teardown(self) -> None:
        """See that everything can be brought to an end, close the desk and let go of its store."""
        try:
            # Where something was found to be wrong already, that is what to tell.
            if sys.exc_info()[0] is None:
                self.at_the_end()
        finally:
            self.desk.close()
            self._open.close()

    @contextmanager
    def store(self) -> Iterator[str]:
        """The URL of a store with nothing in it, for one history. Override it to drive a desk on another database."""
        with TemporaryDirectory(prefix="incidentkit-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
            yield f"sqlite:///{folder}/shop.db"

    def the_record_holds(self) -> None:
        """Look the record over. `Looking`, which every machine is made with, says how."""
        raise NotImplementedError("a machine is made with Looking")

    def at_the_end(self) -> None:
        """Look at what a history has come to. `Looking`, which every machine is made with, says how."""
        raise NotImplementedError("a machine is made with Looking")

    # --- How commands are made ---------------------------------------------------------------------------------------

    def _try(self, command: Callable[[], T]) -> T | None:
        """What a command returns; None where it is refused, which must leave no trace."""
        try:
            return command()
        except RuleViolation as error:
            refusal = f"{error} {error!r} {error.context}"
        assert PERSONAL not in refusal, "an error shows personal data"
        self._nothing_changed(refusal)
        return None

    def _then(self, command: Callable[[], T]) -> T | None:
        """As `_try`, in the middle of a step."""
        self.the_record_holds()
        return self._try(command)

    def _nothing_changed(self, what: str, but: Container[str] = ()) -> None:
        differing = [table for table in Copy(self._url).differing(self._before) if table not in but]
        assert not differing, f"{what} changed {', '.join(differing)}"

    def _id(self, state: Order | Incident | Ask | None) -> MultipleResults[str]:
        return multiple() if state is None else multiple(state.id)

    def _new_cases(self, seen: int) -> MultipleResults[str]:
        """The cases that began since so many events were seen."""
        return multiple(*(event.stream for event in self.post.seen[seen:] if event.type == "incident.reported"))


def _counted_ids() -> Callable[[], str]:
    """UUIDs of version 7 that only count, so that a failing history is the same every time."""
    count = 0

    def make() -> str:
        nonlocal count
        count += 1
        return f"01900000-0000-7000-8000-{count:012x}"

    return make
