"""A driver's connection that belongs to the host: used for a while, and never ended, closed or given back."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sqlalchemy import PoolProxiedConnection

from incidentkit.store.session import Question, Row, Session, Statement, Write

__all__ = ["Lent", "LentSession", "cursor_on"]


def cursor_on(raw: Any) -> Any:
    """A cursor that gives tuples, whatever the host has its own cursors do."""
    if isinstance(raw, sqlite3.Connection):
        cursor = raw.cursor()
        cursor.row_factory = None
        return cursor
    psycopg = sys.modules.get("psycopg")
    if psycopg is not None and isinstance(raw, psycopg.Connection):
        return psycopg.Cursor(raw, row_factory=psycopg.rows.tuple_row)
    return raw.cursor()


class Lent(PoolProxiedConnection):
    """As SQLAlchemy takes a connection; whatever would end or give back something does nothing."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    @property
    def dbapi_connection(self) -> Any:  # type: ignore[override]
        """The driver's, or SQLAlchemy's stand-in for an asynchronous one."""
        return self._raw

    @property
    def driver_connection(self) -> Any:  # type: ignore[override]
        """The driver's own."""
        return getattr(self._raw, "driver_connection", self._raw)

    @property
    def is_valid(self) -> bool:
        """The host sees to that."""
        return True

    @property
    def is_detached(self) -> bool:
        """It belongs to no pool of ours."""
        return True

    def cursor(self, *_: Any, **_named: Any) -> Any:
        """One that gives tuples."""
        return cursor_on(self._raw)

    def commit(self) -> None:
        """The host's to do."""

    def rollback(self) -> None:
        """The host's to do."""

    def close(self) -> None:
        """The host's to do."""

    def detach(self) -> None:
        """It is."""

    def invalidate(self, e: BaseException | None = None, soft: bool = False) -> None:
        """The host finds out by itself."""


class LentSession(Session):
    """By nothing but what every driver's cursor can do; psycopg is sent together what belongs together."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._pipeline: Any = getattr(raw, "pipeline", None)

    def together(self) -> AbstractContextManager[Any]:
        """What is asked inside goes as one message, where the driver can do that."""
        return nullcontext() if self._pipeline is None else self._pipeline()

    def ask(self, *questions: Question) -> list[list[Any]]:
        with self.together():
            cursors = [self.ran(q.statement.sql, q.statement.given(q.given)) for q in questions]
        return [[*map(q.statement.made, c.fetchall())] for q, c in zip(questions, cursors, strict=True)]

    def write(self, writes: Sequence[Write]) -> None:
        with self.together():
            cursors = [(each, self._sent(each.statement, each.rows)) for each in writes if each.rows]
        for each, cursor in cursors:
            each.check(cursor.rowcount)

    def change(self, statement: Statement, **given: Any) -> int:
        changed: int = self.ran(statement.sql, statement.given(given)).rowcount
        return changed

    def ran(self, sql: str, given: Any = ()) -> Any:
        """The cursor with what came of it."""
        cursor = cursor_on(self._raw)
        cursor.execute(sql, given)
        return cursor

    def _sent(self, statement: Statement, rows: Sequence[Row]) -> Any:
        if len(rows) == 1:
            return self.ran(statement.sql, statement.given(rows[0]))
        whole = statement.together(rows)
        if whole is not None:
            return self.ran(*whole)
        cursor = cursor_on(self._raw)
        cursor.executemany(statement.sql, [statement.given(row) for row in rows])
        return cursor
