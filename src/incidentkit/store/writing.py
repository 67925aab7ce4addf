"""A transaction of our own for one block."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType

from incidentkit.store.database import Moment
from incidentkit.store.engine import raise_translated
from incidentkit.store.transaction import Transaction
from incidentkit.store.unit import Unit

__all__ = ["Writing"]


class Writing:
    """A transaction for one block: written and committed at its end, undone after an error.

    Plain methods, for every command goes through here.

    Args:
        begin: opens it.
        tell: is told of what was committed.
        turn: held throughout.
        label: names the store in errors.
        alone: nobody else writes for the tenant from the beginning on.
        watched: errors of the block are translated too.
    """

    def __init__(
        self,
        begin: Callable[[], tuple[Transaction, Unit]],
        tell: Callable[[Unit], None],
        turn: AbstractContextManager[object],
        label: str,
        *,
        alone: bool,
        watched: bool,
    ) -> None:
        self._begin, self._tell, self._turn = begin, tell, turn
        self._label = label
        self._alone, self._watched = alone, watched

    def __enter__(self) -> Unit:
        self._turn.__enter__()
        try:
            self._transaction, self._unit = self._begin()
        except BaseException as error:
            self._turn.__exit__(None, None, None)
            raise_translated(error, self._label)
            raise
        try:
            if self._alone:
                self._unit.wait_turn()
        except BaseException as error:
            self._end()
            raise_translated(error, self._label)
            raise
        return self._unit

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None:
            self._end()
            if self._watched:
                raise_translated(error, self._label)
            return
        moment = Moment.WORKING
        try:
            try:
                self._unit.flush()
                moment = Moment.COMMITTING
                self._transaction.commit()
            finally:
                self._end()
        except Exception as failed:
            raise_translated(failed, self._label, moment)
            raise
        self._tell(self._unit)

    def _end(self) -> None:
        try:
            self._transaction.close()
        finally:
            self._turn.__exit__(None, None, None)
