"""The tables of facts, and the statement that brings a row of one up to date."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Executable, Index, Integer, Table, Text
from sqlalchemy.dialects import postgresql, sqlite

from incidentkit.errors import ConfigurationError
from incidentkit.store.tables import _table

__all__ = [
    "FACT_TABLES",
    "facts_actions",
    "facts_answers",
    "facts_closures",
    "facts_incident_channels",
    "facts_incident_orders",
    "facts_incident_products",
    "facts_incidents",
    "facts_order_carriers",
    "facts_order_products",
    "facts_orders",
    "facts_promises",
    "figure_marks",
    "figures",
    "upsert",
]


def _text(name: str, *, always: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=not always)


def _micros(name: str, *, always: bool = False) -> Column[Any]:
    return Column(name, BigInteger, nullable=not always)


def _number(name: str) -> Column[Any]:
    return Column(name, Integer, nullable=False)


facts_orders = _table(
    "facts_orders",
    _text("order_id", always=True),
    _text("number"),
    _text("customer"),
    _text("account"),
    _text("status", always=True),
    _number("passive"),
    _number("cancelled"),
    _micros("placed_at", always=True),
    _micros("confirmed_at"),
    _micros("delivered_at"),
    _micros("cancelled_at"),
    _micros("promised_first"),
    _micros("promised_due"),
    _micros("confirmation"),
    _micros("delivery"),
    Column("on_time", Integer),
    key=("order_id",),
)
"""One row per order."""

facts_incidents = _table(
    "facts_incidents",
    _text("incident_id", always=True),
    _text("order_id"),
    _text("customer"),
    _text("type", always=True),
    _text("group"),
    _text("severity", always=True),
    _number("severity_rank"),
    _text("cause"),
    _text("cause_category"),
    _text("reported_by", always=True),
    _text("owner_team", always=True),
    _text("owner_agent"),
    _text("handover_to"),
    _text("phase", always=True),
    _number("open"),
    _number("counts"),
    _number("passive"),
    _number("claimed"),
    _number("reopened"),
    _number("ever_resolved"),
    _micros("detected_at", always=True),
    _micros("communicated_at"),
    _micros("resolved_at"),
    _micros("closed_at"),
    _micros("ended_at"),
    _micros("communicate_by"),
    _micros("resolve_by"),
    _micros("resolution"),
    _micros("unowned"),
    key=("incident_id",),
)
"""One row per incident; ``counts`` is 0 for what was withdrawn or merged, ``ended_at`` says since when it is not open."""

facts_answers = _table(
    "facts_answers",
    _text("ask_id", always=True),
    _text("survey", always=True),
    _text("order_id"),
    _text("incident_id"),
    _text("customer"),
    _micros("asked_at", always=True),
    _micros("answered_at", always=True),
    _number("score"),
    _number("top"),
    _number("passive"),
    _text("type"),
    _text("severity"),
    _text("cause"),
    _text("team"),
    _text("agent"),
    key=("ask_id",),
)
"""One row per answered ask, with the answer that stands, and how its case stood when it was given."""

facts_incident_orders = _table(
    "facts_incident_orders",
    _text("order_id", always=True),
    _text("incident_id", always=True),
    _number("counts"),
    _number("open"),
    key=("order_id", "incident_id"),
)
"""Which incidents are about which orders."""

facts_promises = _table(
    "facts_promises",
    _text("order_id", always=True),
    _text("promise", always=True),
    _micros("due", always=True),
    _number("kept"),
    _number("replaced"),
    key=("order_id", "promise"),
)
"""One row per delivery promise ever given; ``kept`` is 1 where the order was delivered by its own time."""

facts_actions = _table(
    "facts_actions",
    _micros("at", always=True),
    _text("order_id", always=True),
    _text("actor", always=True),
    _text("agent"),
    _text("team"),
    key=("at", "order_id", "actor"),
)
"""One row per instant at which a person or a rule of ours did something about an order."""

facts_closures = _table(
    "facts_closures",
    _text("incident_id", always=True),
    _number("place"),
    _micros("since", always=True),
    _micros("until", always=True),
    key=("incident_id", "place"),
)
"""When an incident was closed, and then reopened."""

facts_order_products = _table(
    "facts_order_products", _text("order_id", always=True), _text("product", always=True), key=("order_id", "product")
)
facts_order_carriers = _table(
    "facts_order_carriers", _text("order_id", always=True), _text("carrier", always=True), key=("order_id", "carrier")
)
facts_incident_products = _table(
    "facts_incident_products",
    _text("incident_id", always=True),
    _text("product", always=True),
    key=("incident_id", "product"),
)
facts_incident_channels = _table(
    "facts_incident_channels",
    _text("incident_id", always=True),
    _text("channel", always=True),
    key=("incident_id", "channel"),
)

FACT_TABLES: Mapping[str, Table] = MappingProxyType(
    {
        t.name: t
        for t in (
            facts_orders,
            facts_incidents,
            facts_answers,
            facts_incident_orders,
            facts_promises,
            facts_actions,
            facts_closures,
            facts_order_products,
            facts_order_carriers,
            facts_incident_products,
            facts_incident_channels,
        )
    }
)
"""Every table of facts by its name."""


figures = _table(
    "figures",
    _text("measure", always=True),
    _text("definition", always=True),
    _text("zone", always=True),
    _text("by", always=True),
    _text("segment", always=True),
    _micros("since", always=True),
    _micros("until", always=True),
    _micros("marks", always=True),
    _text("cells", always=True),
    key=("measure", "definition", "zone", "by", "segment", "since"),
)
"""Figures of finished windows, each with the number of marks that there were on its days when it was computed."""

figure_marks = _table(
    "figure_marks", _text("what", always=True), _micros("day", always=True), _micros("n", always=True), key=("what", "day")
)
"""How often something changed about the facts of a kind that began on a day of UTC. Never falls."""


def _index(table: Table, name: str, *columns: str, where: ColumnElement[bool] | None = None) -> None:
    parts = [table.c[column] for column in ("tenant", *columns)]
    Index(f"{table.name}_{name}", *parts, sqlite_where=where, postgresql_where=where)


def _given(column: Column[Any]) -> ColumnElement[bool]:
    return column.is_not(None)


_index(facts_orders, "placed", "placed_at")
_index(facts_orders, "number", "number", where=_given(facts_orders.c.number))
_index(facts_orders, "customer", "customer", "placed_at", where=_given(facts_orders.c.customer))
_index(facts_orders, "account", "account", "placed_at", where=_given(facts_orders.c.account))
_index(facts_incidents, "detected", "detected_at")
_index(facts_incidents, "ended", "ended_at")
_index(facts_incidents, "customer", "customer", "detected_at", where=_given(facts_incidents.c.customer))
_index(facts_incidents, "open", "passive", "severity_rank", "detected_at", where=facts_incidents.c.open == 1)
_index(facts_answers, "answered", "survey", "answered_at")
_index(facts_incident_orders, "incident", "incident_id")
_index(facts_promises, "due", "due")
_index(facts_incident_orders, "open", "order_id", where=facts_incident_orders.c.open == 1)


def upsert(table: Table, dialect_name: str) -> Executable:
    """Puts whole rows into ``table``, in place of those with the same key. Runs once or with many rows.

    Raises:
        ConfigurationError: the dialect is neither ``sqlite`` nor ``postgresql``.
    """
    if dialect_name == "sqlite":
        return _replacing(table, sqlite.insert(table))
    if dialect_name == "postgresql":
        return _replacing(table, postgresql.insert(table))
    raise ConfigurationError(
        "The store", "must be an SQLite or a PostgreSQL database", got=dialect_name, problems=("store: another",)
    )


def _replacing(table: Table, new: sqlite.Insert | postgresql.Insert) -> Executable:
    key = [column.name for column in table.primary_key]
    rest = {column.name: new.excluded[column.name] for column in table.columns if column.name not in key}
    if not rest:
        return new.on_conflict_do_nothing(index_elements=key)
    return new.on_conflict_do_update(index_elements=key, set_=rest)
