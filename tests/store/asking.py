"""What a desk asks its database, and how the database goes about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from attrs import frozen
from sqlalchemy import Connection, Engine, event

from incidentkit.desk.desk import Desk
from incidentkit.store.session import Question, Session

__all__ = ["Asked", "asked", "engine_of", "plan_of"]

ITSELF = ("BEGIN", "SET ", "COMMIT", "ROLLBACK", "PRAGMA", "SELECT pg_")
"""What begins and ends a transaction is no query."""


@frozen
class Asked:
    """One query, with the values that it was asked with."""

    sql: str
    values: Any


def engine_of(desk: Desk) -> Engine:
    """The engine of a desk's store."""
    return desk._runtime.store._engine


@contextmanager
def asked(desk: Desk) -> Iterator[list[Asked]]:
    """Every query that goes to a desk's database inside, by whichever way."""
    found: list[Asked] = []

    def note(connection: Any, cursor: Any, statement: str, values: Any, *rest: Any) -> None:
        if not statement.startswith(ITSELF):
            found.append(Asked(statement, values))

    kinds = [kind for kind in Session.__subclasses__() if "ask" in vars(kind)]
    engine = engine_of(desk)
    event.listen(engine, "before_cursor_execute", note)
    patches = [patch.object(kind, "ask", _noting(kind.ask, found)) for kind in kinds]
    try:
        for each in patches:
            each.start()
        yield found
    finally:
        for each in patches:
            each.stop()
        event.remove(engine, "before_cursor_execute", note)


def _noting(ask: Any, found: list[Asked]) -> Any:
    def noting(self: Session, *questions: Question) -> Any:
        found.extend(Asked(question.statement.sql, question.statement.given(question.given)) for question in questions)
        return ask(self, *questions)

    return noting


def plan_of(connection: Connection, query: Asked) -> list[str]:
    """The steps that the database takes."""
    if connection.dialect.name == "sqlite":
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query.sql}", query.values)]
    return [row[0].strip() for row in connection.exec_driver_sql(f"EXPLAIN {query.sql}", query.values)]
