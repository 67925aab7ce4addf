"""The same weekly figures by DuckDB and by Polars, each in the way that its own users would write them."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from attrs import frozen

__all__ = ["FIGURES", "Asked", "Figures", "duckdb_figures", "duckdb_loaded", "exported", "polars_figures", "polars_loaded"]

Figures = dict[str, dict[int, tuple[int, float | None]]]
"""By measure and week: how many subjects, and the value."""


@frozen
class Asked:
    """One figure: rows of a table by their week.

    Args:
        where: which rows are subjects.
        hit: of a share, which of them meet it.
        column: of a duration its microseconds, else what is averaged.
        statistic: ``share``, ``mean`` or ``p50``.
    """

    table: str
    when: str
    where: str = "true"
    hit: str = ""
    column: str = ""
    statistic: str = "share"


FIGURES: dict[str, Asked] = {
    "delivery_time": Asked("orders", "placed_at", "cancelled = 0 AND delivery >= 0", column="delivery", statistic="p50"),
    "on_time_delivery_rate": Asked(
        "orders", "placed_at", "cancelled = 0 AND delivery >= 0 AND on_time IS NOT NULL", "on_time = 1"
    ),
    "incident_rate": Asked("orders", "placed_at", hit="has_incident"),
    "incident_resolution_time": Asked(
        "incidents", "detected_at", "counts = 1 AND resolution >= 0", column="resolution", statistic="p50"
    ),
    "csat_top_share": Asked("answers", "answered_at", "survey = 'csat'", '"top" = 1'),
    "handover_time": Asked("orders", "placed_at", "cancelled = 0 AND handover >= 0", column="handover", statistic="p50"),
    "proactive_update_rate": Asked(
        "orders", "placed_at", "judged_at <= {now}", "updated_at IS NOT NULL AND (asked_at IS NULL OR asked_at > updated_at)"
    ),
    "ticket_coverage_rate": Asked("contacts", "at", "direction = 'in' AND automatic = 0 AND about_order", "covered = 1"),
    "unowned_time": Asked("incidents", "detected_at", "counts = 1 AND unowned >= 0", column="unowned", statistic="p50"),
    "told_first_rate": Asked(
        "incidents",
        "detected_at",
        "counts = 1 AND (told_at IS NOT NULL OR reported_by = 'customer' OR asked_at IS NOT NULL)",
        "told_at IS NOT NULL AND reported_by <> 'customer' AND (asked_at IS NULL OR asked_at > told_at)",
    ),
    "first_response_time": Asked(
        "needs",
        "opened_at",
        "counts = 1 AND asked_at IS NOT NULL AND first_response >= 0",
        column="first_response",
        statistic="p50",
    ),
    "first_contact_resolution_rate": Asked("needs", "opened_at", "counts = 1 AND asked_at IS NOT NULL", "first_contact = 1"),
    "promise_kept_rate": Asked("promises", "due", "due <= {now}", "kept = 1"),
    "sla_met_rate": Asked("incidents", "detected_at", "counts = 1 AND clocks_due <= {now}", "sla_met = 1"),
    "contacts_per_need": Asked("needs", "opened_at", "counts = 1", column="inbound", statistic="mean"),
    "reopen_rate": Asked("incidents", "detected_at", "counts = 1 AND ever_resolved = 1", "reopened >= 1"),
    "escalation_rate": Asked("incidents", "detected_at", "counts = 1", "level >= 1"),
}
"""Five Key Results first, then twelve measures that teams look at."""

_COLUMNS = {
    "orders": (*("order_id", "placed_at", "cancelled", "handover", "delivery", "on_time", "updated_at", "judged_at"),),
    "incidents": (
        *("incident_id", "detected_at", "counts", "resolution", "unowned", "told_at", "reported_by", "clocks_due"),
        *("sla_met", "ever_resolved", "reopened", "level"),
    ),
    "answers": ("answered_at", "survey", "top"),
    "contacts": ("need_id", "at", "direction", "automatic", "covered"),
    "needs": ("need_id", "opened_at", "counts", "asked_at", "first_response", "first_contact", "inbound"),
    "promises": ("due", "kept"),
    "incident_orders": ("order_id", "incident_id", "counts"),
    "need_orders": ("order_id", "need_id"),
    "need_incidents": ("incident_id", "need_id"),
}
_WORDS = frozenset({"order_id", "incident_id", "need_id", "survey", "direction", "reported_by"})


def exported(store: Path, folder: Path) -> None:
    """What the figures need of a store's facts, as a CSV file for each table."""
    with sqlite3.connect(store) as connection:
        for table, columns in _COLUMNS.items():
            with (folder / f"{table}.csv").open("w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                writer.writerows(connection.execute(f"SELECT {', '.join(columns)} FROM facts_{table}"))


# --- DuckDB ------------------------------------------------------------------------------------------------------

_ASKED = """
CREATE TABLE said AS SELECT need_id, "at" FROM contacts WHERE direction = 'in' AND automatic = 0;
CREATE TABLE asked_of_orders AS SELECT order_id, min("at") AS asked_at FROM need_orders JOIN said USING (need_id) GROUP BY 1;
CREATE TABLE asked_of_cases AS
WITH heard AS (
    SELECT incident_id, "at" FROM incident_orders JOIN need_orders USING (order_id) JOIN said USING (need_id)
    UNION ALL SELECT incident_id, "at" FROM need_incidents JOIN said USING (need_id)
) SELECT incident_id, min("at") AS asked_at FROM heard JOIN incidents USING (incident_id) WHERE "at" >= detected_at GROUP BY 1
"""
_TABLES = {
    "orders": "(SELECT *, order_id IN (SELECT order_id FROM incident_orders WHERE counts = 1) AS has_incident"
    " FROM orders LEFT JOIN asked_of_orders USING (order_id))",
    "incidents": "(SELECT * FROM incidents LEFT JOIN asked_of_cases USING (incident_id))",
    "contacts": "(SELECT *, need_id IN (SELECT need_id FROM need_orders) AS about_order FROM contacts)",
}


def duckdb_loaded(folder: Path) -> Any:
    """A database in memory with the exported tables."""
    database = import_module("duckdb").connect()
    database.execute("SET threads = 2")
    for table, columns in _COLUMNS.items():
        types = ", ".join(f"'{name}': '{'VARCHAR' if name in _WORDS else 'BIGINT'}'" for name in columns)
        database.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv('{folder / f'{table}.csv'}', columns={{{types}}})")
    return database


def duckdb_figures(database: Any, starts: Sequence[int], now: int) -> Figures:
    """Every figure by week; ``starts`` are those of the weeks, and the end of the last."""
    database.execute("CREATE OR REPLACE TABLE weeks (number BIGINT, since BIGINT, until BIGINT)")
    database.executemany("INSERT INTO weeks VALUES (?, ?, ?)", [(n, *starts[n : n + 2]) for n in range(len(starts) - 1)])
    for statement in _ASKED.split(";"):
        database.execute(statement.replace("CREATE TABLE", "CREATE OR REPLACE TABLE"))
    found: Figures = {}
    for name, asked in FIGURES.items():
        value = {
            "share": f"avg(CASE WHEN {asked.hit} THEN 1.0 ELSE 0.0 END)",
            "mean": f"avg({asked.column})",
            "p50": f"quantile_cont({asked.column}, 0.5) / 1e6",
        }[asked.statistic]
        rows = database.execute(
            f"SELECT number, count(*), {value} FROM {_TABLES.get(asked.table, asked.table)}"
            f' JOIN weeks ON "{asked.when}" >= since AND "{asked.when}" < until'
            f" WHERE {asked.where.format(now=now)} GROUP BY number"
        )
        found[name] = {row[0]: (row[1], row[2]) for row in rows.fetchall()}
    return found


# --- Polars ------------------------------------------------------------------------------------------------------


def polars_loaded(folder: Path) -> dict[str, Any]:
    """Frames in memory, one for each exported table."""
    pl = import_module("polars")
    return {
        table: pl.read_csv(folder / f"{table}.csv", schema={c: pl.String if c in _WORDS else pl.Int64 for c in columns})
        for table, columns in _COLUMNS.items()
    }


def polars_figures(frames: dict[str, Any], starts: Sequence[int], now: int) -> Figures:
    """Every figure by week; ``starts`` are those of the weeks, and the end of the last."""
    pl = import_module("polars")
    wide = {**{name: frame.lazy() for name, frame in frames.items()}, **_polars_tables(pl, frames)}
    weeks = pl.LazyFrame({"number": range(len(starts) - 1), "since": starts[:-1]}).set_sorted("since")
    asked_for = []
    for asked in FIGURES.values():
        of = wide[asked.table].filter(pl.sql_expr(asked.where.format(now=now)))
        inside = of.filter(pl.col(asked.when).is_between(starts[0], starts[-1], closed="left")).sort(asked.when)
        if asked.statistic == "share":
            value = pl.sql_expr(asked.hit).fill_null(value=False).mean()
        elif asked.statistic == "mean":
            value = pl.col(asked.column).mean()
        else:
            value = pl.col(asked.column).quantile(0.5, "linear") / 1e6
        placed = inside.join_asof(weeks, left_on=asked.when, right_on="since")
        asked_for.append(placed.group_by("number").agg(pl.len().alias("n"), value.alias("value")))
    answers = zip(FIGURES, pl.collect_all(asked_for), strict=True)
    return {name: {number: (n, value) for number, n, value in frame.iter_rows()} for name, frame in answers}


def _polars_tables(pl: Any, frames: dict[str, Any]) -> dict[str, Any]:
    f = {name: frame.lazy() for name, frame in frames.items()}
    said = f["contacts"].filter((pl.col("direction") == "in") & (pl.col("automatic") == 0)).select("need_id", "at")
    of_orders = f["need_orders"].join(said, on="need_id")
    heard = pl.concat(
        [
            f["incident_orders"].select("order_id", "incident_id").join(of_orders, on="order_id").select("incident_id", "at"),
            f["need_incidents"].join(said, on="need_id").select("incident_id", "at"),
        ]
    )
    since = heard.join(f["incidents"].select("incident_id", "detected_at"), on="incident_id").filter(
        pl.col("at") >= pl.col("detected_at")
    )
    case, order = pl.col("at").min().alias("asked_at"), pl.col("at").min().alias("asked_at")
    hit = f["incident_orders"].filter(pl.col("counts") == 1).select("order_id").unique().with_columns(has_incident=True)
    about = f["need_orders"].select("need_id").unique().with_columns(about_order=True)
    orders = f["orders"].join(of_orders.group_by("order_id").agg(order), on="order_id", how="left")
    return {
        "orders": orders.join(hit, on="order_id", how="left").with_columns(pl.col("has_incident").fill_null(value=False)),
        "incidents": f["incidents"].join(since.group_by("incident_id").agg(case), on="incident_id", how="left"),
        "contacts": f["contacts"]
        .join(about, on="need_id", how="left")
        .with_columns(pl.col("about_order").fill_null(value=False)),
    }
