"""Fills a store with as many facts as wanted: those of a simulated month, which real commands wrote, again and again.

Each copy has ids of its own and lies some weeks later, so that a year is filled evenly. The record itself holds no more than
the month's events: figures ask the facts only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import BigInteger, Column, Table, Text

import incidentkit as ik
from incidentkit.store.facts import FACT_TABLES
from incidentkit.testing.simulator.plan import Plan
from incidentkit.testing.simulator.runner import MovableClock, simulate
from incidentkit.testing.simulator.shop import demo_shop

__all__ = ["MONTHS", "count", "fill", "simulated"]

MONTHS = 13
"""How many times four weeks a year has."""

_MONTH = 28 * 86_400_000_000
_DAYS = 28

# What names a thing that each copy has for itself; everything else that is text is a word of the shop.
_IDS = frozenset(
    {
        *("order_id", "incident_id", "need_id", "contact_id", "ask_id", "task_id", "stream", "order_line", "follows"),
        *("merged_into", "customer", "number", "commitment_id", "reading_id", "action_id", "objective_id", "analysis_id"),
        *("corrective_action_id", "advice_id"),
    }
)
# Whole numbers of microseconds, or of money, that say how long or how much and not when.
_AMOUNTS = frozenset(
    {
        *("confirmation", "delivery", "handover", "value", "resolution", "resolution_working", "unowned", "first_response"),
        *("first_response_working", "cost", "amount", "hits", "size"),
    }
)


def simulated(path: Path, orders: int) -> None:
    """A store on that file with a month of so many orders, done by commands."""
    clock = MovableClock()
    with ik.open_desk(f"sqlite:///{path}", demo_shop(), clock=clock, plugins=[]) as desk:
        simulate(desk, clock, Plan(orders))


def count(path: Path) -> int:
    """How many facts a store has."""
    with sqlite3.connect(path) as store:
        return sum(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in FACT_TABLES)


def fill(path: Path, month: Path, copies: int, *, months: int = MONTHS, progress: Callable[[int], None] | None = None) -> None:
    """Put so many copies of a month's facts into the store at ``path``, as many to each of the months as to any other.

    Args:
        path: a store that has been opened before and has no facts.
        month: the store that they are taken from.
        progress: called with the number of copies so far.
    """
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("ATTACH ? AS month", (str(month),))
    for pragma in ("synchronous = OFF", "cache_size = -400000", "temp_store = MEMORY"):
        store.execute(f"PRAGMA {pragma}")
    statements = [_copying(table) for table in FACT_TABLES.values()]
    for number in range(copies):
        later = number * months // copies
        given = {"copy": f"{number:05d}-", "later": later * _MONTH}
        store.execute("BEGIN")
        for statement in statements:
            store.execute(statement, given)
        store.execute(_MARKING, {"later": later * _DAYS})
        store.execute("COMMIT")
        if progress is not None:
            progress(number + 1)
    store.execute("PRAGMA analysis_limit = 1000")
    store.execute("ANALYZE")
    store.close()


_MARKING = """
INSERT INTO figure_marks (tenant, what, day, n) SELECT tenant, what, day + :later, n FROM month.figure_marks WHERE true
ON CONFLICT (tenant, what, day) DO UPDATE SET n = n + excluded.n
"""


def _copying(table: Table) -> str:
    columns = ", ".join(f'"{c.name}"' for c in table.columns)
    values = ", ".join(_value(c) for c in table.columns)
    return f"INSERT INTO main.{table.name} ({columns}) SELECT {values} FROM month.{table.name}"


def _value(column: Column[object]) -> str:
    name = f'"{column.name}"'
    if isinstance(column.type, Text):
        # What is not there stays away.
        return f":copy || {name}" if column.name in _IDS else name
    moves = isinstance(column.type, BigInteger) and column.name not in _AMOUNTS
    return f"{name} + :later" if moves else name


YEAR = timedelta(weeks=4 * MONTHS)
"""How long the months together last."""
