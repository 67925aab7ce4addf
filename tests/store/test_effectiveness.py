"""Questions about corrective actions find their rows by keys, also where a database has no statistics yet."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import incidentkit as ik
from incidentkit.store.effectiveness import Span, counted_weeks, recurrences
from incidentkit.store.engine import open_engine
from incidentkit.testing.clocks import ManualClock

SPAN = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC), timedelta(days=21))


@pytest.fixture
def new_store(tmp_path: Path) -> Path:
    """A store with nothing in it, and no statistics."""
    path = tmp_path / "new.db"
    open_engine(f"sqlite:///{path}").dispose()
    return path


@pytest.mark.parametrize("kind", ["product", "carrier", "step"])
def test_nothing_is_read_but_the_span(tmp_path: Path, new_store: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Orders of the span by when they were placed, incidents by their signature, the orders of these by their ids."""
    path = tmp_path / "shop.db"
    asked: list[str] = []
    with ik.open_desk(f"sqlite:///{path}", clock=ManualClock()) as desk:
        order = desk.orders.place(lines=[ik.Line("lamp", 1, "9.00")])
        desk.incidents.report(order.id, type="damaged", description="torn", cause="packaging")
        signature = ik.Signature("packaging", "step", "packing") if kind == "step" else ik.Signature("x", kind, "lamp")  # type: ignore[arg-type]
        with desk._runtime.store.reading() as unit:
            execute = unit.connection.execute

            def listening(query: object, *args: object) -> object:
                asked.append(str(query.compile(unit.connection, compile_kwargs={"literal_binds": True})))  # type: ignore[attr-defined]
                return execute(query, *args)  # type: ignore[call-overload]

            monkeypatch.setattr(unit.connection, "execute", listening)
            counted_weeks(unit, signature, SPAN)
            recurrences(unit, signature, SPAN)
    with closing(sqlite3.connect(new_store)) as connection:
        steps = [row[3] for sql in asked for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]

    assert ("facts_orders.placed_at" in asked[-1]) == (kind == "step")
    assert [] == [step for step in steps if step.startswith("SCAN") or step.endswith("(tenant=?)")]
