"""How a database goes about the statements of commands: by keys, also where it has no statistics yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects import sqlite

from incidentkit.store.engine import open_engine
from incidentkit.store.session import Statement
from incidentkit.store.statements import Statements

LAST_NUMBER = "SEARCH events USING COVERING INDEX events_seq (tenant=?)"
"""Names no more than the tenant, and reads one row all the same: the greatest number is at the end of its index."""


def statements() -> Iterator[tuple[str, Statement]]:
    """Every statement by what it is called."""
    found = vars(Statements(sqlite.dialect()))
    for name, value in found.items():
        yield from _named(name, value)


def _named(name: str, value: Any) -> Iterator[tuple[str, Statement]]:
    if isinstance(value, Statement):
        yield name, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _named(f"{name}[{key}]", each)
    elif isinstance(value, (list, tuple)):
        for place, each in enumerate(value):
            yield from _named(f"{name}[{place}]", each)


@pytest.fixture(scope="module")
def new_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with nothing in it, and no statistics."""
    path = tmp_path_factory.mktemp("store") / "shop.db"
    open_engine(f"sqlite:///{path}").dispose()
    return path


def wide_steps(path: Path, sql: str) -> list[str]:
    """The steps that would read a tenant's whole table, or all tenants'."""
    with closing(sqlite3.connect(path)) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", ["x"] * sql.count("?"))]
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    scans = [step for step in plan if step.startswith("SCAN ") and step.split()[1] in tables]
    wide = [step for step in plan if step.startswith("SEARCH ") and step.endswith("(tenant=?)")]
    return scans + [step for step in wide if step != LAST_NUMBER]


@pytest.mark.parametrize("statement", [pytest.param(s, id=n) for n, s in statements()])
def test_no_command_reads_a_whole_table(new_store: Path, statement: Statement) -> None:
    """Each statement is led by more than the tenant to the rows that it is about, so that its cost does not grow."""
    assert [] == wide_steps(new_store, statement.sql)
