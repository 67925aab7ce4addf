"""A transaction's short way to the database: statements that were compiled before, run by the driver itself.

SQLAlchemy makes the schema, the connections, the transactions and the text of every statement. What is left to do for each
command is to hand the text and its values to the driver, which is all that happens here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from attrs import frozen
from sqlalchemy import Dialect, Executable

from incidentkit.errors import ConflictError

__all__ = ["Question", "Row", "Session", "Statement", "Together", "Write"]

Row = Mapping[str, Any]

Together = Callable[[Sequence[Row]], tuple[str, Any] | None]
"""Several rows as one statement and its parameters; None where they are better taken one after the other."""


class Statement:
    """A statement as the driver takes it.

    Args:
        construct: what it is compiled from, for one row.
        columns: of an insert without values, those that it fills.
        together: the same for several rows.
    """

    __slots__ = ("_fixed", "_pick", "made", "sql", "together")

    def __init__(
        self,
        construct: Executable,
        dialect: Dialect,
        columns: Sequence[str] | None = None,
        together: Together = lambda _: None,
    ) -> None:
        compiled = construct.compile(dialect=dialect, column_keys=columns)  # type: ignore[attr-defined]
        self.sql = str(compiled)
        self.together = together
        self.made = _row_of(construct)
        # Constants in the construct became parameters too.
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        names: Sequence[str] | None = compiled.positiontup
        self._pick = None if names is None else _picker(names)

    def given(self, row: Row) -> Any:
        """The parameters of a row as the driver takes them."""
        whole = {**self._fixed, **row} if self._fixed else row
        return whole if self._pick is None else self._pick(whole)


def _row_of(construct: Executable) -> Callable[[Any], Any]:
    columns = getattr(construct, "exported_columns", None)
    if not columns:
        return tuple
    # Columns without a name are read by their place.
    made: Any = namedtuple("Found", columns.keys(), rename=True)  # type: ignore[misc]  # noqa: PYI024
    maker: Callable[[Any], Any] = made._make
    return maker


def _picker(names: Sequence[str]) -> Callable[[Row], tuple[Any, ...]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: tuple([row[name] for name in names])


@frozen
class Question:
    """A statement that gives rows, and its parameters."""

    statement: Statement
    given: Row


@frozen
class Write:
    """A statement that changes rows, once for each of ``rows``.

    ``what`` names what each of them must find in the database as it was read; without it they may find nothing.
    """

    statement: Statement
    rows: Sequence[Row]
    what: str = ""

    def check(self, changed: int) -> None:
        """Refuse where ``changed`` rows of the database are not as many.

        Raises:
            ConflictError: somebody else was quicker.
        """
        if self.what and changed != len(self.rows):
            raise ConflictError(
                self.what, "was changed by somebody else", got="an older version", next="Make the call again.", retry=True
            )


class Session(ABC):
    """What a transaction asks and writes. The errors are the driver's own."""

    @abstractmethod
    def ask(self, *questions: Question) -> list[list[Any]]:
        """The rows of each, asked in that order."""

    @abstractmethod
    def write(self, writes: Sequence[Write]) -> None:
        """Write all of it, in that order.

        Raises:
            ConflictError: a row was not as it was read.
        """

    @abstractmethod
    def change(self, statement: Statement, **given: Any) -> int:
        """Change rows at once; how many it were."""

    def rows(self, statement: Statement, **given: Any) -> list[Any]:
        """Every row."""
        return self.ask(Question(statement, given))[0]

    def one(self, statement: Statement, **given: Any) -> Any:
        """The first row, or None."""
        rows = self.ask(Question(statement, given))[0]
        return rows[0] if rows else None
