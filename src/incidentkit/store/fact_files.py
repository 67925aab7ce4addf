"""The facts as files: a file for each table, its columns typed, for whatever reads CSV or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from attrs import frozen
from sqlalchemy import BigInteger, Column, Table, Text, func, select

from incidentkit.domain.times import from_micros
from incidentkit.errors import MissingExtra
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.unit import Unit

__all__ = ["COLUMNS", "FORMATS", "FactColumn", "FactFormat", "write_facts"]

FactFormat = Literal["csv", "parquet"]
FORMATS: tuple[FactFormat, ...] = ("csv", "parquet")
Kind = Literal["amount", "duration", "instant", "number", "text"]
Progress = Callable[[int, int], None]

_AT_ONCE = 10_000
_TOLD_AT = 1_000

_DURATIONS = frozenset(
    {
        "confirmation",
        "handover",
        "delivery",
        "resolution",
        "resolution_working",
        "unowned",
        "first_response",
        "first_response_working",
    }
)
_AMOUNTS = frozenset({("facts_orders", "value"), ("facts_readings", "value")})
_COUNTS = frozenset({("facts_readings", "hits"), ("facts_readings", "units")})


@frozen
class FactColumn:
    """One column of a table of facts.

    Args:
        kind: an ``instant`` is written in UTC, a ``duration`` in seconds, an ``amount`` as a decimal number of its currency
            or unit; a ``number`` is a whole one, 0 or 1 where it says whether something is so.
    """

    name: str
    kind: Kind

    def value(self, stored: Any) -> Any:
        """What the store has, as it is written."""
        if stored is None or self.kind in ("number", "text"):
            return stored
        if self.kind == "instant":
            return from_micros(stored)
        return Decimal(stored).scaleb(-6 if self.kind == "duration" else -4)


def _column(table: Table, column: Column[Any]) -> FactColumn:
    where = (table.name, column.name)
    if isinstance(column.type, Text):
        return FactColumn(column.name, "text")
    if not isinstance(column.type, BigInteger) or where in _COUNTS:
        return FactColumn(column.name, "number")
    if where in _AMOUNTS or column.name == "cost":
        return FactColumn(column.name, "amount")
    return FactColumn(column.name, "duration" if column.name in _DURATIONS else "instant")


COLUMNS: Mapping[str, tuple[FactColumn, ...]] = MappingProxyType(
    {
        name.removeprefix("facts_"): tuple(_column(table, c) for c in table.columns if c.name != "tenant")
        for name, table in sorted(FACT_TABLES.items())
    }
)
"""The columns of each table of facts, as its file has them."""


def write_facts(unit: Unit, folder: Path, format: FactFormat, progress: Progress | None) -> dict[str, int]:
    """Write a file for every table of facts, as all of them are at one instant; how many rows each has.

    Raises:
        MissingExtra: Parquet is asked for, and what writes it is not installed.
    """
    write = _csv if format == "csv" else _parquet()
    counts = {name: _count(unit, FACT_TABLES[f"facts_{name}"]) for name in COLUMNS}
    total, before = sum(counts.values()), 0
    for name, columns in COLUMNS.items():
        rows = _told(_rows(unit, FACT_TABLES[f"facts_{name}"], columns), before, total, progress)
        write(folder / f"{name}.{format}", columns, rows)
        before += counts[name]
    if progress is not None:
        progress(total, total)
    return counts


def _count(unit: Unit, table: Table) -> int:
    query = select(func.count()).select_from(table).where(table.c.tenant == unit.tenant)
    return unit.connection.execute(query).scalar_one()


def _rows(unit: Unit, table: Table, columns: Sequence[FactColumn]) -> Iterator[list[Any]]:
    query = select(*(table.c[column.name] for column in columns)).where(table.c.tenant == unit.tenant)
    query = query.order_by(*table.primary_key.columns).execution_options(stream_results=True, yield_per=_AT_ONCE)
    makers = [column.value for column in columns]
    for row in unit.connection.execute(query):
        yield [make(value) for make, value in zip(makers, row, strict=True)]


def _told(rows: Iterator[list[Any]], before: int, total: int, progress: Progress | None) -> Iterator[list[Any]]:
    for number, row in enumerate(rows, before + 1):
        if progress is not None and number % _TOLD_AT == 0:
            progress(number, total)
        yield row


# --- Formats -----------------------------------------------------------------------------------------------------

Writer = Callable[[Path, Sequence[FactColumn], Iterator[list[Any]]], None]


def _csv(path: Path, columns: Sequence[FactColumn], rows: Iterator[list[Any]]) -> None:
    """As RFC 4180 has it, in UTF-8; nothing stands for what is not known, and ``""`` for an empty text."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(column.name for column in columns) + "\r\n")
        file.writelines(",".join(map(_cell, row)) + "\r\n" for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _parquet() -> Writer:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtra(
            "Writing Parquet",
            "needs the extra 'export'",
            got="an installation without it",
            next="pip install 'incidentkit[export]', or write CSV.",
            extra="export",
        ) from error

    types = {
        "text": pa.string(),
        "number": pa.int64(),
        "instant": pa.timestamp("us", tz="UTC"),
        "duration": pa.decimal128(24, 6),
        "amount": pa.decimal128(24, 4),
    }

    def write(path: Path, columns: Sequence[FactColumn], rows: Iterator[list[Any]]) -> None:
        schema = pa.schema([(column.name, types[column.kind]) for column in columns])
        with pq.ParquetWriter(path, schema, compression="zstd") as file:
            for some in _handfuls(rows):
                arrays = [pa.array(values, field.type) for values, field in zip(zip(*some, strict=True), schema, strict=True)]
                file.write_batch(pa.record_batch(arrays, schema=schema))

    return write


def _handfuls(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    some: list[list[Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    if some:
        yield some
