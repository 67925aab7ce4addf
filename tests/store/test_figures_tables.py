"""The tables of facts hold to the store's rules, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Table, create_engine, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

from incidentkit.errors import ConfigurationError
from incidentkit.measures.fact import Fact
from incidentkit.store.facts import FACT_TABLES, upsert
from incidentkit.store.tables import metadata
from tests.measures.rows import action_row, incident_row, link_row, order_row, promise_row

tables = pytest.mark.parametrize("table", FACT_TABLES.values(), ids=FACT_TABLES)
DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}  # type: ignore[no-untyped-call]
dialects = pytest.mark.parametrize("dialect", DIALECTS)


@tables
def test_keys_and_indexes_start_with_the_tenant(table: Table) -> None:
    """No query by key or index can cross from one tenant to another."""
    starts = [list(table.primary_key.columns)[:1], *(list(index.columns)[:1] for index in table.indexes)]

    assert {"tenant"} == {column.name for columns in starts for column in columns}


@tables
@dialects
def test_tables_are_made_on_both_databases(table: Table, dialect: str) -> None:
    """Each table and index has a definition that the database understands, partial indexes included."""
    made: list[DDLElement] = [CreateTable(table), *(CreateIndex(index) for index in table.indexes)]
    sql = "\n".join(str(part.compile(dialect=DIALECTS[dialect])) for part in made)
    partial = sum(index.dialect_options[dialect]["where"] is not None for index in table.indexes)

    assert partial == sql.count(" WHERE ")


@tables
@dialects
def test_the_upsert_names_every_column_once(table: Table, dialect: str) -> None:
    """Compiled once, the statement takes one value for each column and replaces all that is not the key, if anything is."""
    compiled = upsert(table, dialect).compile(dialect=DIALECTS[dialect])  # type: ignore[attr-defined]
    replaced = str(compiled).partition("DO UPDATE SET")[2].count("excluded.")

    assert {c.name for c in table.columns} == set(compiled.params)
    assert ("DO NOTHING" in str(compiled)) == (len(table.columns) == len(table.primary_key))
    assert len(table.columns) - len(table.primary_key) == replaced


def test_another_database_is_refused() -> None:
    """A database that the store doesn't know is refused by name."""
    with pytest.raises(ConfigurationError, match="mysql"):
        upsert(FACT_TABLES["facts_orders"], "mysql")


def many_rows() -> dict[str, list[Fact]]:
    """Some hundred orders of many customers, a few of them in an open incident."""
    orders = [order_row(f"o-{i}", i, number=str(i), customer=f"c-{i // 2}") for i in range(400)]
    incidents = [incident_row(f"i-{i}", i, order_id=f"o-{i}", open=int(i % 20 == 0)) for i in range(200)]
    links = [link_row(f"o-{i}", f"i-{i}", open=int(i % 20 == 0)) for i in range(200)]
    promises = [promise_row(f"o-{i}", i) for i in range(400)]
    actions = [action_row(f"o-{i}", i) for i in range(400)]
    return {
        "facts_orders": orders,
        "facts_incidents": incidents,
        "facts_incident_orders": links,
        "facts_promises": promises,
        "facts_actions": actions,
    }


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        ("SELECT * FROM facts_orders WHERE tenant='t' AND number='1'", "facts_orders_number"),
        ("SELECT * FROM facts_orders WHERE tenant='t' AND customer='c' ORDER BY placed_at", "facts_orders_customer"),
        ("SELECT * FROM facts_orders WHERE tenant='t' AND placed_at>=1 AND placed_at<2", "facts_orders_placed"),
        ("SELECT * FROM facts_incidents WHERE tenant='t' AND detected_at>=1 AND detected_at<2", "facts_incidents_detected"),
        (
            "SELECT incident_id FROM facts_incidents WHERE tenant='t' AND open=1 ORDER BY detected_at, incident_id",
            "facts_incidents_open",
        ),
        ("SELECT order_id FROM facts_incident_orders WHERE tenant='t' AND open=1", "facts_incident_orders_open"),
        ("SELECT * FROM facts_promises WHERE tenant='t' AND due>=1 AND due<2", "facts_promises_due"),
        ("SELECT * FROM facts_actions WHERE tenant='t' AND at>=1 AND at<2", "PRIMARY KEY (tenant=? AND at>? AND at<?)"),
    ],
)
def test_what_the_desk_asks_has_its_index(sql: str, index: str) -> None:
    """Once the database knows how many rows a tenant has, finding and queueing read an index, and sort nothing again."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as connection:
        for name, rows in many_rows().items():
            connection.execute(upsert(FACT_TABLES[name], "sqlite"), [row | {"tenant": "t"} for row in rows])
        connection.execute(text("ANALYZE"))
        plan = " ".join(row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}")))
    engine.dispose()

    assert index in plan
    assert "B-TREE" not in plan
