"""Blocks whose commands are one transaction: a batch of our own, or a transaction of the host's that is joined."""

from __future__ import annotations

import sys
from contextvars import ContextVar
from threading import get_ident
from types import TracebackType
from typing import Any

from attrs import define, field
from sqlalchemy import Connection, Engine

from incidentkit.errors import RuleViolation
from incidentkit.store.database import BEGUN, Database
from incidentkit.store.hosting import HostTransaction
from incidentkit.store.lent import Lent, LentSession
from incidentkit.store.unit import Unit

__all__ = ["Block", "Joined", "block_of"]

_BOTH = "desk.batch and desk.within"

_BLOCKS: ContextVar[tuple[Block, ...]] = ContextVar("incidentkit_blocks", default=())


@define(eq=False)
class Block:
    """A block of a store: `unit` in a batch, `host` in a transaction of the host's.

    It belongs to the thread and the task that opened it. Tasks and threads that were begun inside of it inherit the context
    that it stands in, but may outlive it, and do their work at the same time.
    """

    store: object
    unit: Unit | None = None
    host: HostTransaction | None = None
    _owner: tuple[int, object] = field(factory=lambda: (get_ident(), _task()))

    def __enter__(self) -> None:
        _BLOCKS.set((*_BLOCKS.get(), self))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        inside = any(block is self for block in _BLOCKS.get())
        # Nobody finds it any more, whoever has inherited it.
        self.store = self.unit = self.host = None
        _BLOCKS.set(tuple(block for block in _BLOCKS.get() if block is not self))
        if not inside and error is None:
            rule, step = "begin and end in one thread and task", "Open the block in the function that calls the desk."
            raise RuleViolation(_BOTH, rule, got="a block whose commands were not in it", next=step)

    def check_owner(self) -> None:
        """Refuse whoever has inherited it.

        Raises:
            RuleViolation: this is another thread or another task.
        """
        if self._owner != (get_ident(), _task()):
            rule, step = "belong to one thread and one task", "Begin the block inside of what you run, or run it afterwards."
            raise RuleViolation(_BOTH, rule, got="another one that began inside", next=step)


def block_of(store: object) -> Block | None:
    """The block that this thread or task is in, if any, the innermost first.

    Raises:
        RuleViolation: it is another's, and was inherited.
    """
    for block in reversed(_BLOCKS.get()):
        if block.store is store:
            block.check_owner()
            return block
    return None


def _task() -> object:
    """The asynchronous task that runs in this thread, if any."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return None
    try:
        return asyncio.current_task()
    except RuntimeError:  # no event loop runs
        return None


class Joined:
    """A command's part of a transaction of the host's: between a savepoint and its end, both of them ours.

    Args:
        place: where the store lies, as its database says.
    """

    def __init__(self, host: HostTransaction, engine: Engine, database: Database, place: tuple[Any, ...]) -> None:
        self._engine = engine
        self._database = database
        self._raw = host.driver
        self._connection: Connection | None = None
        self.session = LentSession(self._raw)
        self._before = database.enter(self.session, place)

    @property
    def connection(self) -> Connection:
        """The same as SQLAlchemy's connection."""
        if self._connection is None:
            # Never closed: that would roll back.
            self._connection = Connection(self._engine.execution_options(**{BEGUN: True}), Lent(self._raw))
        return self._connection

    def keep(self) -> None:
        """What was written belongs to the host's transaction from now on."""
        self._database.leave(self.session, self._before)

    def undo(self) -> None:
        """Nothing was written."""
        self.session.ran("ROLLBACK TO SAVEPOINT incidentkit")
        self.session.ran("RELEASE SAVEPOINT incidentkit")
